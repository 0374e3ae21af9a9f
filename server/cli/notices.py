"""`praxical notice`: what a person must hear of, such as a refused change."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_json, show_table
from server.domain.calendars import Notice
from server.domain.ids import UserName
from server.usecases.notices import clear_notice

app = group("Notices: refusals and questions that a calendar app could not show.")

ForUser = Annotated[
    str | None, typer.Option("--user", metavar="USER", help="Only this user's.")
]
Cleared = Annotated[bool, typer.Option("--all", help="Show cleared ones too.")]
Ids = Annotated[
    list[str] | None, typer.Argument(metavar="ID...", help="As `notice list` shows them.")
]
ClearAll = Annotated[bool, typer.Option("--all", help="Clear all notices, or all of --user.")]


@command(app, "list", "praxical notice list", "praxical notice list --user alma --json")
def list_notices(
    desk: Desk, *, user: ForUser = None, everything: Cleared = False, as_json: AsJson = False
) -> None:
    """List the notices that nobody has cleared."""
    with desk.reading() as uow:
        found = uow.notices.of(UserName(user) if user else None, cleared=everything)
        zone = uow.practice.zone
    if as_json:
        show_json([_as_json(notice) for notice in found])
        return
    show_table(
        ("ID", "USER", "AT", "NOTICE"),
        (
            (notice.id, notice.user, moment(notice.at, zone), notice.sentence)
            for notice in found
        ),
        "There are no notices.",
    )


@command(app, "clear", "praxical notice clear 01JD7Z6Q8K5T3V9W2X4Y6Z8A0B")
def clear(
    desk: Desk, ids: Ids = None, *, user: ForUser = None, everything: ClearAll = False
) -> None:
    """Mark notices as read."""
    if bool(ids) == everything:
        raise typer.BadParameter("name the notices, or say --all")
    context = desk.context
    with desk.writing() as uow:
        for_user = UserName(user) if user else None
        wanted = ids or [notice.id for notice in uow.notices.of(for_user)]
        for notice in wanted:
            clear_notice(uow, context, notice)
    say(f"Cleared notices: {len(wanted)}.")


def _as_json(notice: Notice) -> dict[str, object]:
    return {
        "id": notice.id,
        "user": notice.user,
        "at": notice.at.isoformat(),
        "code": notice.code,
        "sentence": notice.sentence,
        "appointment": notice.appointment,
        "cleared_at": notice.cleared_at.isoformat() if notice.cleared_at else None,
    }
