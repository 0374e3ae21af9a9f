"""What the commands of superbills and claims share: which services are meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from server.billing_hooks.papers.billed import Wanted
from server.cli.billing_targets import bill_named, charges_named, client_named
from server.cli.values import date_of
from server.domain.ids import UserName
from server.usecases.ports import UnitOfWork


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
