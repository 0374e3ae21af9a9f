"""`praxical slots`: what clients may book."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from server.cli.commands import AsJson, command
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_rows_by_day
from server.cli.values import date_of, zone_of
from server.domain.ids import UserName
from server.domain.when import midnight_utc
from server.usecases.free_slots import Slot, SlotsWanted, free_slots

Session = Annotated[
    str, typer.Option("--session", metavar="NAME", help="Session type that is bookable online.")
]
Whose = Annotated[
    str | None, typer.Option("--practitioner", metavar="USER", help="Only with this one.")
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="First day; else the earliest.")
]
To = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="Last day; else the horizon.")
]
Zone = Annotated[
    str | None, typer.Option("--tz", metavar="ZONE", help="Else the practice's time zone.")
]


def add_slots(app: typer.Typer) -> None:
    """Add the command to the whole."""
    command(
        app,
        "slots",
        "praxical slots --session acupfollow",
        "praxical slots --session acupfollow --practitioner alma --from 2026-11-24 --json",
    )(slots)


def slots(
    desk: Desk,
    *,
    session: Session,
    practitioner: Whose = None,
    first: From = None,
    last: To = None,
    tz: Zone = None,
    as_array: AsJson = False,
) -> None:
    """Show the free slots that clients are offered: inside notice and horizon, by start."""
    begins, ends = date_of("from", first), date_of("to", last)
    with desk.reading() as uow:
        zone = zone_of(tz) or uow.practice.zone
        wanted = SlotsWanted(
            session,
            UserName(practitioner) if practitioner else None,
            midnight_utc(begins, zone) if begins else None,
            midnight_utc(ends + timedelta(days=1), zone) if ends else None,
        )
        found = free_slots(uow, desk.context, wanted)
    if as_array:
        show_json([_as_json(one, zone) for one in found])
        return
    if found:
        say(f"{len(found)} slots, time zone {zone}:\n")
    show_rows_by_day(
        ("TIME", "WITH", "WHERE~", "ROOM~", "LEFT"),
        (_line(one, zone) for one in found),
        "No slot is free.",
    )


def _times(one: Slot, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return one.start.astimezone(zone), one.end.astimezone(zone)


def _line(one: Slot, zone: ZoneInfo) -> tuple[date, tuple[object, ...]]:
    start, end = _times(one, zone)
    cells = (f"{start:%H:%M}-{end:%H:%M}", one.practitioner, one.location, one.room, one.left)
    return start.date(), cells


def _as_json(one: Slot, zone: ZoneInfo) -> dict[str, object]:
    start, end = _times(one, zone)
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "practitioner": one.practitioner,
        "location": one.location,
        "room": one.room,
        "left": one.left,
    }
