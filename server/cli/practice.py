"""`praxical practice`: what a practice holds, and its end."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated, Final

import typer

from server import bootstrap
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_record
from server.cli.practice_google import unended
from server.domain.errors import Invalid
from server.domain.google import Ending
from server.usecases.delete_practice import (
    Holding,
    Removal,
    check_name,
    check_waiting,
    delete_practice,
    holding,
)

app = group("The practice itself: what it holds, and its removal.")

Name = Annotated[
    str | None,
    typer.Option("--name", metavar="TEXT", help="The practice's exact name; asks for it else."),
]
Google = Annotated[
    Ending,
    typer.Option("--google", metavar="WHAT", help="Events in Google: leave or remove them."),
]
AbandonGoogle = Annotated[
    bool,
    typer.Option("--abandon-google", help="Go on although Google cannot be told the end."),
]
AbandonWaiting = Annotated[
    bool, typer.Option("--abandon-waiting", help="Remove unsent mails and webhooks too.")
]

_SHOWN: Final = {
    "users": "app_user",
    "clients": "client",
    "calendars": "calendar",
    "appointments": "appointment",
    "bookings": "booking",
    "charges": "charge",
    "bills": "bill",
    "payments": "payment",
    "ledger transactions": "ledger_transaction",
    "superbills": "superbill",
    "claims": "claim",
    "lines of history": "history",
}
"""What is counted, by what a person calls it: the table."""
_WARNING: Final = """\
Everything that this practice holds will be removed for good: appointments, clients, history,
charges, bills, payments, the ledger, superbills, claims. Nothing brings it back but a backup.

Most of it has to be kept by law for years after the last visit. Take it out first:
  praxical export --output DIR              calendars
  praxical client list --archived --json    clients
  praxical charge list --csv                and bill list, payment list, ledger list --csv
  praxical superbill list                   superbill show NUMBER --pdf FILE
  praxical claim export --output FILE       claims
and keep a backup of the whole database where the practice's records are kept.
"""


@command(app, "show", "praxical practice show", "praxical practice show --json")
def show(desk: Desk, *, as_json: AsJson = False) -> None:
    """Show what the practice holds, in numbers."""
    with desk.reading() as uow:
        found = holding(uow)
    if as_json:
        show_json(_as_json(found))
    else:
        _show(found)


@command(
    app,
    "delete",
    "praxical practice delete",
    'praxical practice delete --name "Example Practice" --google remove',
)
def delete(
    desk: Desk,
    *,
    name: Name = None,
    google: Google = Ending.LEAVE,
    abandon_google: AbandonGoogle = False,
    abandon_waiting: AbandonWaiting = False,
) -> None:
    """Remove the practice and all that it holds, for good.

    Links to Google are ended first. What the law wants kept has to be taken out before; stop
    the servers and workers of this practice too. Other practices of the database stay as they
    are.
    """
    with closing(desk.database):
        if name is None:
            say(_WARNING)
            show(desk)
            name = str(typer.prompt("The practice's exact name, to remove it"))
        removed = _removed(desk, Removal(name, abandon_google, abandon_waiting), google)
    say(f"Removed: {removed} rows. The practice is gone.")
    _tell_what_is_left(desk)


def _removed(desk: Desk, removal: Removal, google: Ending) -> int:
    with desk.reading() as uow:
        check_name(uow, removal.name)
        check_waiting(uow, removal)
    _end_google(desk, google, abandon=removal.abandon_google)
    with desk.writing() as uow:
        return delete_practice(uow, removal)


def _end_google(desk: Desk, ending: Ending, *, abandon: bool) -> None:
    """End all links; raises Invalid where one leaves something behind that nobody gave up."""
    left = list(unended(desk, ending))
    for sentence in left:
        say(sentence)
    if left and not abandon:
        raise Invalid(
            "google", "nothing was removed. Try again, or give it up with --abandon-google"
        )


def _tell_what_is_left(desk: Desk) -> None:
    settings = desk.settings
    if not bootstrap.overwrite_free_space(settings):
        say("The database file was not written anew: others work in it, or the disk is full.")
        say("What its free pages hold is overwritten later by: sqlite3 FILE VACUUM")
    say("Outside the database nothing was touched: backups, exported files, logs, settings.")
    for what, where in (
        ("The key file, with which other practices may seal too", settings.key_file),
        ("The logo", settings.booking.logo or None),
    ):
        if where is not None:
            say(f"{what}: {where}")


def _show(found: Holding) -> None:
    practice = found.practice
    counts = [(what, found.rows[table]) for what, table in _SHOWN.items()]
    show_record(
        [
            ("number", practice.id),
            ("short name", practice.slug),
            ("name", practice.name),
            ("time zone", practice.zone.key),
            *((what, str(many)) for what, many in counts),
            ("Google accounts", str(found.living_links)),
            *((f"{what} to send", str(many)) for what, many in found.waiting.items()),
            ("rows in all", str(sum(found.rows.values()))),
        ]
    )


def _as_json(found: Holding) -> dict[str, object]:
    practice = found.practice
    return {
        "id": practice.id,
        "slug": practice.slug,
        "name": practice.name,
        "zone": practice.zone.key,
        "holds": {what: found.rows[table] for what, table in _SHOWN.items()},
        "google_links": found.living_links,
        "waiting": dict(found.waiting),
        "rows": sum(found.rows.values()),
    }
