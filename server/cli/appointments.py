"""`praxical appointment`: list, show, and what happened to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from server.cli import targets
from server.cli.appointment_views import as_json, changes_of, details_json, heading_of, line_of
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_blocks, show_json, show_record, show_rows_by_day
from server.cli.values import date_of
from server.domain.calendars import HistoryLine
from server.domain.errors import Invalid
from server.domain.vocabulary import Status
from server.usecases.edit_appointment import part_at
from server.usecases.list_appointments import Listed, list_appointments
from server.usecases.manage_clients import find_client
from server.usecases.manage_users import find_user
from server.usecases.ports import OccurrenceFilter, UnitOfWork

app = group("Appointments: client sessions, contacts and Other Events.")

_DAYS_SHOWN = 7

Id = Annotated[str, typer.Argument(metavar="ID", help="As `appointment list` shows it.")]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="First day; else today.")
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="DATE", help="Last day; else a week from the first."),
]


@dataclass(frozen=True)
class Filters:
    """Which appointments of the days are wanted."""

    practitioner: Annotated[
        str | None, typer.Option("--practitioner", metavar="USER", help="Whose.")
    ] = None
    client: Annotated[
        str | None, typer.Option("--client", metavar="NUMBER", help="With this client.")
    ] = None
    status: Annotated[
        Status | None, typer.Option("--status", metavar="STATUS", help="Such as arrived.")
    ] = None
    attention: Annotated[
        bool, typer.Option("--attention", help="Only those that somebody must look at.")
    ] = False

    def occurrences(self, uow: UnitOfWork, span: tuple[datetime, datetime]) -> OccurrenceFilter:
        """Return the filter of a span (UTC, half-open); raises NotFound."""
        whose = find_user(uow, self.practitioner).name if self.practitioner else None
        client = find_client(uow, self.client).number if self.client else None
        return OccurrenceFilter(span[0], span[1], practitioner=whose, client=client)

    def fits(self, listed: Listed) -> bool:
        """Whether an occurrence has the status and the attention that are asked for."""
        if self.status is not None and listed.occurrence.status is not self.status:
            return False
        return bool(listed.part.details.attention) or not self.attention


@command(
    app,
    "list",
    "praxical appointment list --practitioner alma",
    "praxical appointment list --from 2026-11-02 --to 2026-11-30 --json",
)
def list_all(
    desk: Desk,
    *,
    first: From = None,
    last: To = None,
    filters: Filters,
    as_array: AsJson = False,
) -> None:
    """List appointments by time, each occurrence of a series for itself.

    Days are those of the practice's time zone; the last one is included.
    """
    with desk.reading() as uow:
        zone = uow.practice.zone
        span = _span(first, last, desk.context.now.astimezone(zone).date(), zone)
        listed = list_appointments(uow, desk.context, filters.occurrences(uow, span))
        catalogue = uow.catalogue
    shown = [one for one in listed if filters.fits(one)]
    if as_array:
        show_json([as_json(one, catalogue) for one in shown])
        return
    if shown:
        begins, ends = (instant.astimezone(zone).date() for instant in span)
        say(f"From {begins} to {ends - timedelta(days=1)}, time zone {zone}:\n")
    show_rows_by_day(
        ("TIME", "WITH", "CLIENT", "WHAT~", "STATUS~", "WHERE~", "ID"),
        (line_of(one, catalogue) for one in shown),
        "There are no appointments in these days.",
    )


@command(app, "show", "praxical appointment show Y6Z8A0", "praxical appointment show ID.DATE")
def show(desk: Desk, number: Id, *, as_record: AsJson = False) -> None:
    """Show all that is known of an appointment, or of one occurrence of a series."""
    with desk.reading() as uow:
        appointment, key = targets.find(uow, number)
        part = part_at(appointment, key)
        shown = details_json(appointment, key, part, uow.catalogue)
    if as_record:
        show_json(shown)
        return
    show_record((name.replace("_", " "), value) for name, value in shown.items())


@command(app, "history", "praxical appointment history Y6Z8A0")
def history(desk: Desk, number: Id, *, as_array: AsJson = False) -> None:
    """Show what happened to an appointment: when, by whom, through which door."""
    with desk.reading() as uow:
        appointment, key = targets.find(uow, number)
        lines = [
            line for line in uow.history.of(appointment.id) if not key or line.key in ("", key)
        ]
        zone = uow.practice.zone
    if as_array:
        show_json([_line_json(line) for line in lines])
        return
    show_blocks(
        (
            (
                f"{moment(line.at, zone)}  {heading_of(line)}",
                changes_of(line),
            )
            for line in lines
        ),
        "Nothing is known of it.",
    )


def _span(
    first: str | None, last: str | None, today: date, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    begins = date_of("from", first) or today
    ends = date_of("to", last) or begins + timedelta(days=_DAYS_SHOWN - 1)
    if ends < begins:
        raise Invalid("to", "it lies before the first day")
    try:
        after = ends + timedelta(days=1)
    except OverflowError:
        after = ends
    return _midnight(begins, zone), _midnight(after, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, time(), UTC)


def _line_json(line: HistoryLine) -> dict[str, object]:
    return {
        "appointment": line.appointment,
        "key": line.key,
        "revision": line.revision,
        "at": line.at.isoformat(),
        "user": line.actor.user,
        "door": line.actor.door,
        "credential": line.actor.credential,
        "facts": list(line.facts),
        "changes": {name: list(values) for name, values in line.changes.items()},
    }
