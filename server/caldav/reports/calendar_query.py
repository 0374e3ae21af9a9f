"""REPORT calendar-query: objects that a filter describes (RFC 4791 7.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from server.caldav.answers import forbidden
from server.caldav.filter_xml import BadFilter, read_filter
from server.caldav.object_responses import Responses
from server.caldav.reports.scope import Scope, scopes
from server.caldav.reports.time_zone import zone_of_report
from server.caldav.response import Response, multistatus
from server.caldav.rows import AT_ONCE, Rows
from server.caldav.wanted import Wanted, read_wanted
from server.caldav.xml_out import CALDAV
from server.domain.errors import PracticeError
from server.domain.when import beside
from server.ics.filter_matching import matches
from server.ics.filter_words import holds_words
from server.ics.filters import (
    ALWAYS,
    CompFilter,
    TimeRange,
    plain_event_range,
    possible_kinds,
    range_of_events,
)
from server.ics.lines import parse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.caldav.request import Request
    from server.domain.calendars import StoredObject
    from server.usecases.read_calendar import Reading

_EVENTS: Final = frozenset({"VEVENT"})
_OTHER_ZONE: Final = timedelta(days=1)
"""How far days and floating times may lie apart in two zones."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: the filter, and the zone of days and floating times."""

    filter: CompFilter
    zone: ZoneInfo
    in_own_zone: bool

    @property
    def plain_range(self) -> TimeRange | None:
        """The range of events that is all that is asked for, if the index can decide it."""
        asked = plain_event_range(self.filter)
        return asked if self.in_own_zone and asked != ALWAYS else None

    def matches(self, one: StoredObject) -> bool:
        """Whether an object matches by its text; one that cannot be read does not."""
        if not holds_words(self.filter, one.text):
            return False
        try:
            return matches(self.filter, parse(one.text), self.zone)
        except PracticeError:
            return False


def calendar_query(request: Request, root: Element) -> Response:
    """Return the objects that match, of one calendar, of the home, or the one object itself."""
    query, wanted = _query(request, root), read_wanted(root)
    places = scopes(request)
    return multistatus(
        text for place in places for text in _responses(request, place, wanted, query)
    )


def _query(request: Request, root: Element) -> Query:
    element = root.find(f"{CALDAV}filter")
    if element is None:
        raise forbidden(f"{CALDAV}valid-filter", "A calendar-query needs a filter.")
    with request.house.transaction(writes=False) as uow:
        own = uow.practice.zone
    zone = zone_of_report(root, own)
    try:
        return Query(read_filter(element), zone, zone.key == own.key)
    except BadFilter as error:
        raise forbidden(f"{CALDAV}{error.condition}", str(error)) from error


def _responses(request: Request, place: Scope, wanted: Wanted, query: Query) -> Iterator[str]:
    writer = Responses.of(request, place.target, wanted)
    quick, surely, perhaps = _found(request, place, query, writer.rows)
    yield quick
    yield from writer.of_hrefs(sorted(place.within(surely)))
    for page in writer.members.pages(sorted(place.within(perhaps)), with_texts=True):
        yield writer.of_objects(one for one in page if query.matches(one))


def _found(
    request: Request, place: Scope, query: Query, rows: Rows | None
) -> tuple[str, frozenset[str], frozenset[str]]:
    """Return responses of what is found at once, names of what matches too, and of what may.

    At once are so many that the memory they take is bounded; the others are read again.
    """
    span = query.plain_range
    with request.house.reading(place.target) as reading:
        if rows is None or span is None or place.only is not None:
            return "", *candidates(reading, query)
        found, perhaps = reading.rows_in_range(rows.fields, span.start, span.end)
        others = frozenset(row[0] for row in found[AT_ONCE:])
        return rows.written(reading, found[:AT_ONCE]), others, perhaps


def candidates(reading: Reading, query: Query) -> tuple[frozenset[str], frozenset[str]]:
    """Return the objects that match for sure, and those whose text has to be looked at."""
    asked = plain_event_range(query.filter)
    if asked == ALWAYS:
        return _of_kinds(reading, _EVENTS), frozenset()
    if query.plain_range is not None:
        return reading.in_range(query.plain_range.start, query.plain_range.end)
    kinds = possible_kinds(query.filter)
    reach = range_of_events(query.filter)
    if kinds != _EVENTS or reach == ALWAYS:
        return frozenset(), _of_kinds(reading, kinds)
    span = _wider(reach.start, reach.end)
    surely, perhaps = reading.in_range(*span)
    return frozenset(), surely | perhaps


def _of_kinds(reading: Reading, kinds: frozenset[str]) -> frozenset[str]:
    rows = reading.listing(("href", "component"))
    return frozenset(str(href) for href, component in rows if component in kinds)


def _wider(
    start: datetime | None, end: datetime | None
) -> tuple[datetime | None, datetime | None]:
    return (
        None if start is None else beside(start, -_OTHER_ZONE),
        None if end is None else beside(end, _OTHER_ZONE),
    )
