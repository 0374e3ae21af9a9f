"""`praxical availability`: the hours in which clients may book."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from server.cli import targets
from server.cli.appointment_options import Length, Repeating
from server.cli.changing import practitioner_named
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_rows_by_day
from server.cli.values import date_of
from server.domain.errors import Invalid
from server.domain.practice import Catalogue
from server.domain.when import midnight_utc
from server.usecases.availability import Hours, availability_of, hours_between
from server.usecases.edit_availability import For, add_hours, new_hours, take_hours
from server.usecases.ports import UnitOfWork

app = group("Bookable hours: when clients may book, whom, for what and where.")

_DAYS_SHOWN = 14
_DAYS_AT_MOST = 370

Whose = Annotated[
    str | None, typer.Option("--practitioner", metavar="USER", help="Whose hours.")
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="First day; else today.")
]
To = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="Last day; else two weeks.")
]
Start = Annotated[str, typer.Option("--start", metavar="WHEN", help="'2026-11-24 14:00'.")]
Sessions = Annotated[
    list[str] | None,
    typer.Option("--session", metavar="NAME", help="Only for this; repeat it."),
]
At = Annotated[
    str | None, typer.Option("--location", metavar="KEY", help="Only at this location.")
]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `availability show` shows it.")]


@command(
    app,
    "show",
    "praxical availability show --practitioner alma",
    "praxical availability show --from 2026-11-02 --to 2026-11-30 --json",
)
def show(
    desk: Desk,
    *,
    practitioner: Whose = None,
    first: From = None,
    last: To = None,
    as_array: AsJson = False,
) -> None:
    """Show the bookable hours of some days, and what they are understood to be for."""
    with desk.reading() as uow:
        zone = uow.practice.zone
        catalogue = uow.catalogue
        names = (
            [practitioner_named(desk, practitioner)]
            if practitioner
            else [one.name for one in catalogue.practitioners if not one.disabled]
        )
        span = _span(first, last, desk.context.now.astimezone(zone).date(), zone)
        found = hours_between(uow, desk.context.rules, names, span)
        ids = _ids(uow, found)
    if as_array:
        show_json([_as_json(one, catalogue, zone) for one in found])
        return
    show_rows_by_day(
        ("TIME", "WITH", "FOR~", "AT~", "TITLE~", "ID"),
        (_line(one, catalogue, zone, short) for one, short in zip(found, ids, strict=True)),
        "There are no bookable hours in these days.",
    )


@command(
    app,
    "add",
    "praxical availability add --practitioner alma --start '2026-11-24 09:00' --end 12:00 \\",
    "    --repeat weekly",
    "praxical availability add --practitioner alma --start '2026-11-27 13:00' --end 17:00 \\",
    "    --session acupfollow --location main",
)
def add(
    desk: Desk,
    *,
    start: Start,
    practitioner: Whose = None,
    session: Sessions = None,
    location: At = None,
    length: Length,
    repeating: Repeating,
) -> None:
    """Add bookable hours, once or repeated; they appear in the calendar app."""
    owner = practitioner_named(desk, practitioner)
    with desk.reading() as uow:
        calendar = availability_of(uow, owner)
    with desk.writing([(owner, calendar.slug)]) as uow:
        when = length.when(start, uow.practice.zone, None)
        what = For(tuple(session or ()), location)
        new = new_hours(uow, when, repeating.repetition(), what)
        number = add_hours(uow, desk.context, owner, new)
    say(f"Added the hours {number}.")


@command(
    app,
    "remove",
    "praxical availability remove Y6Z8A0",
    "praxical availability remove Y6Z8A0.20261124",
)
def remove(desk: Desk, number: Id) -> None:
    """Remove hours: a whole series, or one of its days."""
    with desk.reading() as uow:
        appointment, _ = targets.find(uow, number)
        calendar = uow.calendars.by_id(appointment.calendar)
    locked = [] if calendar is None else [(calendar.owner, calendar.slug)]
    with desk.writing(locked) as uow:
        found, key = targets.find(uow, number)
        take_hours(uow, desk.context, found.id, key)
    say(f"Removed the hours {number}.")


def _span(
    first: str | None, last: str | None, today: date, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    begins = date_of("from", first) or today
    ends = date_of("to", last) or begins + timedelta(days=_DAYS_SHOWN - 1)
    if not timedelta() <= ends - begins < timedelta(days=_DAYS_AT_MOST):
        raise Invalid("to", f"1 to {_DAYS_AT_MOST} days are shown at once")
    return midnight_utc(begins, zone), midnight_utc(ends + timedelta(days=1), zone)


def _ids(uow: UnitOfWork, found: list[Hours]) -> list[str]:
    series = uow.appointments.get_many({one.appointment for one in found})
    return [targets.short_id(series[one.appointment], one.key) for one in found]


def _named(one: Hours, catalogue: Catalogue) -> list[str]:
    kinds = (catalogue.session_type.get(each) for each in one.meaning.session_types)
    return sorted(kind.name for kind in kinds if kind is not None)


def _line(
    one: Hours, catalogue: Catalogue, zone: ZoneInfo, short: str
) -> tuple[date, tuple[object, ...]]:
    start, end = (datetime.fromtimestamp(each, UTC).astimezone(zone) for each in _ends(one))
    at = "a place that is not known" if one.meaning.unknown_place else one.meaning.location
    wanted = _named(one, catalogue) or "everything"
    cells = (f"{start:%H:%M}-{end:%H:%M}", one.practitioner, wanted, at or "everywhere")
    return start.date(), (*cells, one.title, short)


def _ends(one: Hours) -> tuple[int, int]:
    return one.start, one.end


def _as_json(one: Hours, catalogue: Catalogue, zone: ZoneInfo) -> dict[str, object]:
    start, end = (datetime.fromtimestamp(each, UTC).astimezone(zone) for each in _ends(one))
    return {
        "id": f"{one.appointment}.{one.key}" if one.key else one.appointment,
        "practitioner": one.practitioner,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "title": one.title,
        "sessions": _named(one, catalogue),
        "location": one.meaning.location,
        "unknown_place": one.meaning.unknown_place,
    }
