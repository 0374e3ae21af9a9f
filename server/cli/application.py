"""The command `praxical` with all its groups, and what its exit codes mean."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Annotated

import typer

from server.cli import (
    api_tokens,
    app_passwords,
    appointment_changes,
    availability,
    billing_profiles,
    bookings,
    charges,
    check,
    claims,
    clients,
    demo,
    feeds,
    fees,
    google,
    insurers,
    ledger,
    notes,
    notices,
    operations,
    payments,
    places,
    services,
    session_types,
    slots,
    superbills,
    transfer,
    users,
    webhooks,
)
from server.cli.commands import Config, DatabaseUrl, DataDir, PracticeSlug, Where
from server.cli.operations import NO_DATABASE
from server.cli.output import complain, say
from server.domain.errors import NotFound, PracticeError
from server.practice_db.errors import DatabaseUnreachable, NotMigrated, UnknownDatabaseUrl
from server.settings import BadSettings

REFUSED = 1
BAD_SETTINGS = 3

app = typer.Typer(
    name="praxical",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"praxical {metadata.version('praxical')}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", metavar="", help="Show the version.", callback=_version, is_eager=True
    ),
]


@app.callback(
    epilog="Exit codes: 0 done, 1 refused or something found, 2 wrong usage, 3 wrong settings, "
    "4 no database.",
)
def root(
    ctx: typer.Context,
    *,
    config: Config = None,
    data_dir: DataDir = None,
    database: DatabaseUrl = None,
    practice: PracticeSlug = None,
    version: Version = False,
) -> None:
    """A CalDAV server for clinic and therapy practices: every event is an appointment."""
    del version  # its callback has answered
    ctx.obj = Where(config, data_dir, database, practice)


operations.add_operations(app)
check.add_check(app)
demo.add_demo(app)
transfer.add_transfer(app)
slots.add_slots(app)
for _name, _group in (
    ("appointment", appointment_changes.group),
    ("availability", availability.app),
    ("booking", bookings.app),
    ("user", users.app),
    ("app-password", app_passwords.app),
    ("api-token", api_tokens.app),
    ("feed", feeds.app),
    ("client", clients.app),
    ("session-type", session_types.app),
    ("service", services.services),
    ("product", services.products),
    ("location", places.locations),
    ("room", places.rooms),
    ("notice", notices.app),
    ("charge", charges.app),
    ("bill", insurers.app),
    ("payment", payments.app),
    ("note", notes.app),
    ("fee", fees.app),
    ("ledger", ledger.app),
    ("superbill", superbills.app),
    ("claim", claims.app),
    ("billing-profile", billing_profiles.app),
    ("webhook", webhooks.app),
    ("google", google.app),
):
    app.add_typer(_group, name=_name)


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        app(prog_name="praxical")
    except BadSettings as error:
        for mistake in error.mistakes:
            complain(mistake)
        sys.exit(BAD_SETTINGS)
    except (NotMigrated, DatabaseUnreachable, UnknownDatabaseUrl) as error:
        complain(error.sentence)
        sys.exit(NO_DATABASE)
    except OSError as error:
        complain(f"{error.filename or 'The system'}: {error.strerror}.")
        sys.exit(REFUSED)
    except PracticeError as error:
        if isinstance(error, NotFound) and error.what == "practice":
            complain(f"{error.sentence} 'praxical migrate' makes it.")
            sys.exit(NO_DATABASE)
        complain(error.sentence)
        sys.exit(REFUSED)
