"""A calendar as one iCalendar file, as its owner or another viewer sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from server.domain.calendars import Calendar, StoredObject
from server.ics.calendar_file import whole_calendar
from server.usecases.ports import UnitOfWork
from server.usecases.properties import NAME, properties_of
from server.usecases.read_calendar import Reading
from server.usecases.viewers import owner_of

_AT_ONCE = 200


def export_calendar(uow: UnitOfWork, calendar: Calendar) -> Iterator[str]:
    """Yield the text of the file piece by piece, without what is cancelled or deleted.

    A file is no message: it has no METHOD, and no attendees that an app would mail (RFC 5546).
    """
    name = f"{calendar.owner} {properties_of(uow, calendar, owner_of(uow, calendar))[NAME]}"
    hrefs = sorted(entry.href for entry in uow.objects.entries(calendar.id))
    return whole_calendar(
        name, lambda: _texts(hrefs, lambda page: uow.objects.get_many(calendar.id, page))
    )


def export_view(reading: Reading) -> Iterator[str]:
    """Yield the text of the file piece by piece, as the reading's viewer sees the calendar."""
    name = properties_of(reading.uow, reading.calendar, reading.viewer)[NAME]
    hrefs = sorted(entry.href for entry in reading.entries())
    return whole_calendar(name, lambda: _texts(hrefs, reading.objects))


def _texts(
    hrefs: list[str], read: Callable[[list[str]], Sequence[StoredObject]]
) -> Iterable[str]:
    for start in range(0, len(hrefs), _AT_ONCE):
        page = read(hrefs[start : start + _AT_ONCE])
        for one in sorted(page, key=lambda held: held.href):
            yield one.text
