"""The occurrence index: which occurrences an appointment has in a bounded window (UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Part
from server.domain.calendars import Occurrence
from server.domain.errors import TooManyInstances
from server.domain.when import MASTER, AllDay, RecurrenceKey, Timed, When, beside, span_utc
from server.ics.recurrence import TooManyOccurrences, expand, last_end
from server.usecases.context import Context
from server.usecases.ports import Indexed


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when occurrences are worked out, and how many at most."""

    start: datetime
    until: datetime
    limit: int

    @classmethod
    def of(cls, context: Context) -> Window:
        """Return the window that is always indexed: about a year back, two ahead."""
        rules = context.rules
        return cls(
            context.now - rules.index_past,
            context.now + rules.index_ahead,
            rules.occurrences_at_most,
        )


def index(
    appointment: Appointment, zone: ZoneInfo, window: Window
) -> tuple[list[Occurrence], Indexed]:
    """Return an appointment's rows and how far they go; ``zone`` is that of all-day events.

    Single appointments and overrides are always indexed, whenever they are, and so is the whole
    past of a series, as far as its occurrences are not too many. Raises TooManyInstances for a
    rule that yields more than the window may hold.
    """
    if appointment.deleted_at is not None:
        return [], Indexed(window.start, window.until, None, None)
    window, parts = _widest(appointment, zone, window)
    rows = [_row(appointment, key, part, zone) for key, part in parts.items()]
    starts = [row.start for row in rows]
    if appointment.master is not None:
        starts.append(_beginning(appointment, zone))
    first = min(starts, default=None)
    last = _last(appointment, rows, zone)
    return rows, Indexed(window.start, window.until, first, last)


def _widest(
    appointment: Appointment, zone: ZoneInfo, window: Window
) -> tuple[Window, dict[RecurrenceKey, Part]]:
    """Return the parts since a series began; since the window does, if they are too many."""
    first = _beginning(appointment, zone)
    if appointment.recurrence is not None and first < window.start:
        whole = Window(first, window.until, window.limit)
        try:
            return whole, _parts(appointment, zone, whole)
        except TooManyInstances:
            return window, _parts(appointment, zone, window)
    return window, _parts(appointment, zone, window)


def _beginning(appointment: Appointment, zone: ZoneInfo) -> datetime:
    """Return when the earliest occurrence may be: apps add dates before DTSTART too."""
    spans: list[When] = [appointment.first_part.when]
    if appointment.recurrence is not None:
        spans += [_span(added) for added in appointment.recurrence.rdates]
    return min(span_utc(span, zone)[0] for span in spans)


def _span(added: datetime | date | Timed) -> When:
    """Return an added date as the shortest span that begins with it."""
    match added:
        case Timed():
            return added
        case datetime():
            return Timed(added, added)
        case date():
            return AllDay(added)


def occurrences_between(
    appointment: Appointment, zone: ZoneInfo, window: Window
) -> list[Occurrence]:
    """Return the rows that overlap a window (RFC 4791 9.9), also one beyond the index."""
    parts = _parts(appointment, zone, window)
    rows = [_row(appointment, key, part, zone) for key, part in parts.items()]
    return [
        row
        for row in rows
        if row.start < window.until and (row.end > window.start or row.start >= window.start)
    ]


def _parts(
    appointment: Appointment, zone: ZoneInfo, window: Window
) -> dict[RecurrenceKey, Part]:
    """Return every occurrence of the window by key, each with the part that speaks for it."""
    master = appointment.master
    live = {key: part for key, part in appointment.overrides.items() if not part.deleted}
    if master is None:
        return live
    if appointment.recurrence is None:
        return {MASTER: master}
    try:
        found = expand(
            master.when,
            appointment.recurrence,
            (window.start, window.until),
            zone,
            window.limit,
        )
    except TooManyOccurrences as error:
        raise TooManyInstances(_too_many(window.limit)) from error
    usual = {
        one.key: Part(one.when, master.details)
        for one in found
        if one.key not in appointment.overrides
    }
    return usual | live


def _too_many(limit: int) -> str:
    return (
        f"The recurrence rule yields more than {limit} occurrences in the years that are kept."
    )


def _row(
    appointment: Appointment, key: RecurrenceKey, part: Part, zone: ZoneInfo
) -> Occurrence:
    start, end = span_utc(part.when, zone)
    details = part.details
    return Occurrence(
        appointment=appointment.id,
        key=key,
        calendar=appointment.calendar,
        start=start,
        end=end,
        busy_from=beside(start, -details.travel),
        all_day=isinstance(part.when, AllDay),
        kind=details.kind,
        status=details.status,
        blocks=details.blocks,
        practitioner=details.practitioner,
        client=details.client,
        room=details.room,
        group=appointment.group,
        pinned=key != MASTER and key in appointment.overrides,
    )


def _last(appointment: Appointment, rows: list[Occurrence], zone: ZoneInfo) -> datetime | None:
    """Return the end of the last occurrence ever, None for an endless series."""
    ends = [row.end for row in rows]
    if appointment.master is not None and appointment.recurrence is not None:
        try:
            last = last_end(appointment.master.when, appointment.recurrence, zone)
        except TooManyOccurrences as error:
            raise TooManyInstances("The COUNT of the recurrence rule is too large.") from error
        if last is None:
            return None
        ends.append(last)
    return max(ends, default=None)
