"""Bookable hours: what a practitioner's calendar of availability says of a range."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from server.domain.appointment import Appointment
from server.domain.availability import Meaning, meaning_of
from server.domain.calendars import Calendar, Occurrence
from server.domain.errors import NotFound
from server.domain.ids import AppointmentId, UserName
from server.domain.practice import Catalogue
from server.domain.vocabulary import CalendarKind
from server.domain.when import RecurrenceKey
from server.ics.availability_text import availability_text
from server.ics.lines import split
from server.usecases.context import Rules
from server.usecases.index_occurrences import Window, occurrences_between
from server.usecases.ports import HoursRow, UnitOfWork

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
Span = tuple[datetime, datetime]
"""From one moment to another (UTC), half-open."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours that may be booked, in seconds since 1970 (UTC), and what they are for."""

    appointment: AppointmentId
    key: RecurrenceKey
    practitioner: UserName
    start: int
    end: int
    title: str
    meaning: Meaning


def availability_of(uow: UnitOfWork, practitioner: UserName) -> Calendar:
    """Return the calendar of a practitioner's bookable hours; raises NotFound."""
    for calendar in uow.calendars.of_owner(practitioner):
        if calendar.kind is CalendarKind.AVAILABILITY:
            return calendar
    raise NotFound("practitioner", practitioner[:40])


def hours_between(
    uow: UnitOfWork, rules: Rules, practitioners: Iterable[UserName], span: Span
) -> list[Hours]:
    """Return the bookable hours that overlap a range, by start; each occurrence for itself.

    Raises TooManyInstances.
    """
    names = frozenset(practitioners)
    rows = list(uow.bookable.hours(names, *span))
    beyond = {one.id: one for one in beyond_index(uow, span)}
    if beyond:
        own = {one.id for one in uow.calendars.all() if one.kind is CalendarKind.AVAILABILITY}
        rows = [row for row in rows if row.appointment not in beyond]
        rows += [
            _hours_row(row)
            for row in expanded(uow, rules, beyond.values(), span)
            if row.calendar in own and row.practitioner in names and _takes_place(row)
        ]
    found = uow.appointments.get_many({row.appointment for row in rows})
    understood = _Understood(uow.catalogue, found)
    listed = [understood.hours(row) for row in rows if row.appointment in found]
    return sorted(listed, key=lambda one: (one.start, one.end, one.practitioner))


def written_availability(uow: UnitOfWork, practitioner: UserName) -> str | None:
    """Return all bookable hours as one VAVAILABILITY; None for who has no calendar of them.

    An empty calendar says that nothing is available: nothing can be booked.
    """
    try:
        calendar = availability_of(uow, practitioner)
    except NotFound:
        return None
    rows = uow.objects.listing(calendar.id, ("appointment_id", "modified_at"))
    drawn = uow.appointments.get_many({number for number, _ in rows if number}).values()
    changed = max([at for _, at in rows], default=None) or calendar.modified_at or _LONG_AGO
    uid = f"availability-{calendar.id}@praxical"
    return availability_text(uid, drawn, uow.practice.zone, changed)


def beyond_index(uow: UnitOfWork, span: Span) -> Iterable[Appointment]:
    """Return the series that may occur in a range without that being in the index."""
    numbers = uow.appointments.beyond_index(*span)
    return uow.appointments.get_many(numbers).values() if numbers else ()


def expanded(
    uow: UnitOfWork, rules: Rules, series: Iterable[Appointment], span: Span
) -> Iterator[Occurrence]:
    """Yield what these series have in a range, worked out anew; raises TooManyInstances."""
    window = Window(*span, rules.occurrences_at_most)
    for one in series:
        yield from occurrences_between(one, uow.practice.zone, window)


def _takes_place(row: Occurrence) -> bool:
    return not row.status.is_cancelled


def _hours_row(row: Occurrence) -> HoursRow:
    start, end = int(row.start.timestamp()), int(row.end.timestamp())
    return HoursRow(row.appointment, row.key, row.practitioner, start, end)


class _Understood:
    """What the hours of some appointments are for, worked out once for each part."""

    def __init__(
        self, catalogue: Catalogue, appointments: Mapping[AppointmentId, Appointment]
    ) -> None:
        self._catalogue = catalogue
        self._appointments = appointments
        self._known: dict[tuple[AppointmentId, RecurrenceKey], tuple[str, Meaning]] = {}

    def hours(self, row: HoursRow) -> Hours:
        """Return a row with its title and meaning."""
        title, meaning = self._said(row)
        return Hours(
            row.appointment, row.key, row.practitioner, row.start, row.end, title, meaning
        )

    def _said(self, row: HoursRow) -> tuple[str, Meaning]:
        appointment = self._appointments[row.appointment]
        own = RecurrenceKey(row.key if row.key in appointment.overrides else "")
        place = row.appointment, own
        if place not in self._known:
            part = appointment.part(own) or appointment.first_part
            details = part.details
            words = [details.title, *(split(line).text for line in part.lines)]
            meaning = meaning_of(words, details.place, self._catalogue)
            self._known[place] = details.title, meaning
        return self._known[place]
