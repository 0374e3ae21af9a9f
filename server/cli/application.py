"""The command `praxical` with all its groups, and what its exit codes mean."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Annotated

import typer

from server.cli.commands import Config, DatabaseUrl, DataDir, PracticeSlug, Where
from server.cli.exit_codes import BAD_SETTINGS, NO_DATABASE, REFUSED
from server.cli.loading import LazyCommands
from server.cli.output import complain, say
from server.domain.errors import NotFound, PracticeError
from server.practice_db.errors import DatabaseUnreachable, NotMigrated, UnknownDatabaseUrl
from server.settings import BadSettings

app = typer.Typer(
    name="praxical",
    cls=LazyCommands,
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
