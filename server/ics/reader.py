"""Reading what calendar apps send: lenient in form, strict in what RFC 4791 4.1 demands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.errors import (
    Invalid,
    InvalidCalendarObject,
    MalformedCalendarData,
    UnsupportedComponent,
)
from server.domain.when import MASTER, AllDay, Recurrence, RecurrenceKey, Timed, When, key_of
from server.ics import quirks
from server.ics.event import PREFIX, CalendarObject, Event
from server.ics.lines import Component, Line, name_of, parse, unescape
from server.ics.moments import Moment, ZoneOf, read_duration, read_moment, read_moments, when_of
from server.ics.own_lines import names_people
from server.ics.recurrence import parse_rule
from server.ics.zones import resolve

_TEXTS = frozenset(
    [
        "SUMMARY",
        "LOCATION",
        "DESCRIPTION",
        "STATUS",
        "TRANSP",
        "CLASS",
        "URL",
        "PRIORITY",
        "CONFERENCE",
        "COLOR",
    ]
)
_LISTED = re.compile(r"(?:\\.|[^,\\])+", re.DOTALL)
_OBJECTS = ("VEVENT", "VTODO", "VJOURNAL")


def read_object(text: str, zone: ZoneInfo) -> CalendarObject:
    """Read one calendar object resource; floating times are in ``zone``.

    Raises MalformedCalendarData, InvalidCalendarObject, UnsupportedComponent, each naming
    what is wrong.
    """
    calendar = parse(text)
    components = [child for child in calendar.children if child.name != "VTIMEZONE"]
    name, uid = _identity(calendar, components)
    zones = _Zones([child for child in calendar.children if child.name == "VTIMEZONE"], zone)
    product = calendar.first("PRODID")
    events = _events(components, zones) if name == "VEVENT" else ()
    return CalendarObject(
        uid, name, product.value if product else "", text, events, zones.without_iana_name()
    )


def _identity(calendar: Component, components: list[Component]) -> tuple[str, str]:
    if calendar.first("METHOD") is not None:
        raise InvalidCalendarObject("METHOD has no place in a stored object (RFC 4791 4.1).")
    names = {component.name for component in components}
    if not names:
        raise InvalidCalendarObject("The calendar holds no component.")
    if len(names) > 1:
        raise InvalidCalendarObject("The calendar holds different kinds of component.")
    name = names.pop()
    if name not in _OBJECTS:
        raise UnsupportedComponent(f"Components of the kind {name[:20]} are not taken.")
    uids = {line.value.strip() for part in components for line in [part.first("UID")] if line}
    if len(uids) != 1 or not all(part.first("UID") for part in components) or "" in uids:
        raise InvalidCalendarObject("Each component needs a UID, the same one in all.")
    return name, uids.pop()


class _Zones:
    """The zones of one object, resolved once each."""

    def __init__(self, definitions: Iterable[Component], default: ZoneInfo) -> None:
        self._default = default
        self._known: dict[str, ZoneInfo] = {"": default}
        self._definitions: dict[str, list[str]] = {}
        for component in definitions:
            tzid = component.first("TZID")
            if tzid is not None:
                self._definitions[tzid.value.strip('"')] = list(component.written())

    def of(self, tzid: str) -> ZoneInfo:
        name = tzid.strip('"')
        if name not in self._known:
            lines = self._definitions.get(name)
            self._known[name] = resolve(name, lines, self._default)
        return self._known[name]

    def without_iana_name(self) -> tuple[str, ...]:
        """The definitions in use whose TZID is not the name of the zone they describe."""
        kept: list[str] = []
        for tzid, zone in self._known.items():
            if tzid and tzid != zone.key:
                kept += self._definitions.get(tzid, ())
        return tuple(kept)


def _events(components: list[Component], zones: _Zones) -> tuple[Event, ...]:
    masters = [part for part in components if part.first("RECURRENCE-ID") is None]
    if len(masters) > 1:
        raise InvalidCalendarObject("Two components have the same UID and no RECURRENCE-ID.")
    try:
        master = _event(masters[0], None, zones.of) if masters else None
        rest = [part for part in components if part not in masters]
        events = [_event(part, master, zones.of) for part in rest]
    except Invalid as error:
        raise MalformedCalendarData(f"{error}.") from error
    return (*([master] if master else []), *events)


def _event(part: Component, master: Event | None, zone_of: ZoneOf) -> Event:
    start = part.first("DTSTART")
    if start is None:
        raise MalformedCalendarData("An event has no DTSTART.")
    when = when_of(start, part.first("DTEND"), part.first("DURATION"), zone_of)
    identity = part.first("RECURRENCE-ID")
    event = Event(
        key=_key(identity, master, zone_of) if identity else MASTER,
        when=when,
        recurrence=None if identity else _recurrence(part, zone_of),
        texts=_texts(part),
        practice=_practice(part),
        categories=_categories(part),
        attendees=_attendees(part),
        travel=_travel(part),
        lines=_written(part),
        following=bool(identity) and identity.params.get("RANGE", "").upper() == "THISANDFUTURE"
        if identity
        else False,
    )
    return replace(event, texts=quirks.read_texts(event.texts, part))


def _written(part: Component) -> tuple[str, ...]:
    return (*part.lines, *(line for child in part.children for line in child.written()))


def _key(identity: Line, master: Event | None, zone_of: ZoneOf) -> RecurrenceKey:
    """Return the key in the form of the series, also where the client used the other one."""
    moment = read_moment(identity.value, identity.params.get("TZID", ""), zone_of)
    return key_of(moment if master is None else in_form_of(master.when, moment))


def in_form_of(series: When, moment: Moment) -> Moment:
    """Return a date for an all-day series, a moment with its wall time for a timed one."""
    match series:
        case AllDay():
            return moment.date() if isinstance(moment, datetime) else moment
        case Timed():
            if isinstance(moment, datetime):
                return moment
            return datetime.combine(moment, series.start.time(), series.start.tzinfo)


def _recurrence(part: Component, zone_of: ZoneOf) -> Recurrence | None:
    rules = tuple(line.value.strip() for line in part.all("RRULE"))
    for rule in rules:
        parse_rule(rule)
    added = [value for line in part.all("RDATE") for value in read_moments(line, zone_of)]
    gone = [value for line in part.all("EXDATE") for value in read_moments(line, zone_of)]
    recurrence = Recurrence(rules, tuple(added), tuple(_bare(value) for value in gone))
    return recurrence if recurrence.repeats or recurrence.exdates else None


def _bare(value: Moment | Timed) -> Moment:
    return value.start if isinstance(value, Timed) else value


def _texts(part: Component) -> dict[str, str]:
    return {line.name: line.text for name in _TEXTS for line in [part.first(name)] if line}


def _practice(part: Component) -> dict[str, str]:
    # Of a property that stands twice the last one counts, as in the apps that keep only one.
    found = {name: part.first(name) for name in part.names if name.startswith(PREFIX)}
    return {
        name.removeprefix(PREFIX): line.text.strip() for name, line in found.items() if line
    }


def _categories(part: Component) -> frozenset[str]:
    return frozenset(
        unescape(word).strip()
        for line in part.all("CATEGORIES")
        for word in _LISTED.findall(line.value)
        if word.strip()
    )


def _attendees(part: Component) -> tuple[str, ...]:
    names = {name for name in map(name_of, part.lines) if name.endswith("ATTENDEE")}
    lines = (line for name in sorted(names) if names_people(name) for line in part.all(name))
    return tuple(filter(None, map(_address, lines)))


def _address(line: Line) -> str:
    address = line.params.get("EMAIL") or line.value
    return address.lower().removeprefix("mailto:").strip() if "@" in address else ""


def _travel(part: Component) -> timedelta:
    line = part.first("X-APPLE-TRAVEL-DURATION")
    if line is None:
        return timedelta()
    try:
        return max(timedelta(), min(read_duration(line.value), timedelta(days=1)))
    except MalformedCalendarData:
        return timedelta()
