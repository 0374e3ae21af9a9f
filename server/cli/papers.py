"""What the commands of superbills and claims share: which services, and files for one's own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from server.billing_hooks.papers.billed import Wanted
from server.cli.billing_targets import bill_named, charges_named, client_named
from server.cli.values import date_of
from server.domain.errors import Invalid
from server.domain.ids import UserName
from server.usecases.ports import UnitOfWork

_PRIVATE_FILE = 0o600


@dataclass(frozen=True)
class Services:
    """Which services, as options say it."""

    client: Annotated[
        str | None, typer.Option("--client", metavar="NUMBER", help="Whose, as C1001.")
    ] = None
    bill: Annotated[
        str | None, typer.Option("--bill", metavar="NUMBER", help="Those of one bill.")
    ] = None
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First service date.")
    ] = None
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last service date.")
    ] = None
    practitioner: Annotated[
        str | None, typer.Option("--practitioner", metavar="USER", help="Only this one's.")
    ] = None
    charge: Annotated[
        list[str] | None,
        typer.Option("--charge", metavar="ID", help="Only these; repeat it."),
    ] = None

    def wanted(self, uow: UnitOfWork) -> Wanted:
        """Return the services that are meant; raises NotFound and Invalid."""
        return Wanted(
            client_named(uow, self.client),
            bill_named(uow, self.bill).id if self.bill else None,
            date_of("from", self.since),
            date_of("to", self.until),
            UserName(self.practitioner.lower()) if self.practitioner else None,
            charges_named(uow, self.charge or ()),
        )


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, whole or not at all; raises Invalid."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        opened = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _PRIVATE_FILE)
        with os.fdopen(opened, "wb") as file:
            file.write(content)
        unfinished.replace(path)
    except OSError as error:
        raise Invalid("output", f"the file cannot be written: {error.strerror}") from error
