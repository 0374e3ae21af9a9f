"""Reading CALDAV:filter, strictly: what is not understood is refused (RFC 4791 7.8, 9.7).

To leave out what is unknown, as elsewhere in WebDAV, would answer another question than the
one that was asked.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from server.caldav.xml_out import CALDAV
from server.ics.filters import (
    Collation,
    CompFilter,
    ParamFilter,
    PropFilter,
    TextMatch,
    TimeRange,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_COMP: Final = f"{CALDAV}comp-filter"
_PROP: Final = f"{CALDAV}prop-filter"
_PARAM: Final = f"{CALDAV}param-filter"
_NOT_DEFINED: Final = f"{CALDAV}is-not-defined"
_TIME: Final = f"{CALDAV}time-range"
_TEXT: Final = f"{CALDAV}text-match"

_DEPTH_AT_MOST: Final = 20
_ELEMENTS_AT_MOST: Final = 500
_NAME_AT_MOST: Final = 255
_UTC: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_NEGATED: Final = {"yes": True, "no": False}
# RFC 4790 3.1: "default" leaves the choice to the protocol.
_COLLATIONS: Final = {one.value: one for one in Collation} | {
    "default": Collation.ASCII_CASEMAP
}
# CardDAV's (RFC 6352), which would turn the meaning of a filter round.
_OF_CARDS: Final = frozenset({"test", "match-type"})

# Where each component may stand (RFC 5545 3.6, RFC 7953); others may stand anywhere.
_HOLDERS: Final = {
    "VCALENDAR": frozenset[str](),
    "VEVENT": frozenset({"VCALENDAR"}),
    "VTODO": frozenset({"VCALENDAR"}),
    "VJOURNAL": frozenset({"VCALENDAR"}),
    "VFREEBUSY": frozenset({"VCALENDAR"}),
    "VTIMEZONE": frozenset({"VCALENDAR"}),
    "VAVAILABILITY": frozenset({"VCALENDAR"}),
    "AVAILABLE": frozenset({"VAVAILABILITY"}),
    "STANDARD": frozenset({"VTIMEZONE"}),
    "DAYLIGHT": frozenset({"VTIMEZONE"}),
    "VALARM": frozenset({"VEVENT", "VTODO"}),
}
# VCALENDAR is not of RFC 4791 9.9: programs ask it for whatever lies in the range.
_TIMED_COMPONENTS: Final = frozenset(
    {"VCALENDAR", "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VALARM"}
)
# Those that RFC 4791 9.9 names; RECURRENCE-ID is a date of the same kind.
_TIMED_PROPERTIES: Final = frozenset(
    {
        "COMPLETED", "CREATED", "DTEND", "DTSTAMP", "DTSTART", "DUE", "LAST-MODIFIED",
        "RECURRENCE-ID",
    }
)  # fmt: skip
# Those that can hold no date whatever (RFC 5545 3.7, 3.8).
_TIMELESS_PROPERTIES: Final = frozenset(
    {
        "ACTION", "ATTACH", "ATTENDEE", "CALSCALE", "CATEGORIES", "CLASS", "COLOR", "COMMENT",
        "CONFERENCE", "CONTACT", "DESCRIPTION", "DURATION", "GEO", "IMAGE", "LOCATION",
        "METHOD", "NAME", "ORGANIZER", "PERCENT-COMPLETE", "PRIORITY", "PRODID", "RELATED-TO",
        "REPEAT", "REQUEST-STATUS", "RESOURCES", "RRULE", "SEQUENCE", "STATUS", "SUMMARY",
        "TRANSP", "TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO", "TZURL", "UID", "URL",
        "VERSION",
    }
)  # fmt: skip


class BadFilter(Exception):
    """A filter is refused; ``condition`` names the element of RFC 4791 7.8 that says why."""

    condition: ClassVar[str]


class InvalidFilter(BadFilter):
    """The filter is none that RFC 4791 9.7 allows."""

    condition = "valid-filter"


class UnsupportedFilter(BadFilter):
    """The filter is allowed, but asks what has no meaning here; names the element at fault."""

    condition = "supported-filter"

    def __init__(self, element: str, name: str) -> None:
        super().__init__(f"A time range has no meaning for the {element} asked for.")
        self.element = element
        self.name = name


class UnsupportedCollation(BadFilter):
    """The collation is not among those of supported-collation-set."""

    condition = "supported-collation"


def read_filter(element: Element) -> CompFilter:
    """Read a CALDAV:filter; raises InvalidFilter, UnsupportedFilter, UnsupportedCollation."""
    if sum(1 for _ in element.iter()) > _ELEMENTS_AT_MOST:
        raise InvalidFilter(f"A filter has more than {_ELEMENTS_AT_MOST} elements.")
    parts = _Parts(element, {_COMP})
    if len(parts.found) != 1 or _name(parts.found[0]) != "VCALENDAR":
        raise InvalidFilter("A filter holds one comp-filter, for VCALENDAR.")
    return _comp(parts.found[0], [])


class _Parts:
    """The children of an element, of known kinds only."""

    def __init__(self, element: Element, known: set[str]) -> None:
        self.found = list(element)
        if any(child.tag not in known for child in self.found):
            raise InvalidFilter("A filter holds an element that has no place there.")

    def all(self, tag: str) -> list[Element]:
        return [child for child in self.found if child.tag == tag]

    def one(self, tag: str) -> Element | None:
        found = self.all(tag)
        if len(found) > 1:
            raise InvalidFilter("A filter holds an element twice that may stand once.")
        return found[0] if found else None

    @property
    def is_not_defined(self) -> bool:
        """Whether is-not-defined stands there, which it must alone."""
        element = self.one(_NOT_DEFINED)
        if element is None:
            return False
        if len(self.found) > 1:
            raise InvalidFilter("Nothing goes with is-not-defined.")
        _Parts(element, set())
        return True


def _comp(element: Element, holders: list[str]) -> CompFilter:
    name = _name(element)
    if len(holders) >= _DEPTH_AT_MOST:
        raise InvalidFilter(f"A filter is nested more than {_DEPTH_AT_MOST} times.")
    if holders and holders[-1] not in _HOLDERS.get(name, {holders[-1]}):
        raise InvalidFilter("A component is asked for where it has no place.")
    parts = _Parts(element, {_NOT_DEFINED, _TIME, _PROP, _COMP})
    time = _time(parts)
    if time is not None and name not in _TIMED_COMPONENTS:
        raise UnsupportedFilter("comp-filter", name)
    return CompFilter(
        name,
        parts.is_not_defined,
        time,
        tuple(_prop(one) for one in parts.all(_PROP)),
        tuple(_comp(one, [*holders, name]) for one in parts.all(_COMP)),
    )


def _prop(element: Element) -> PropFilter:
    name = _name(element)
    parts = _Parts(element, {_NOT_DEFINED, _TIME, _TEXT, _PARAM})
    time, text = _time(parts), _text(parts)
    if time is not None and text is not None:
        raise InvalidFilter("A property is asked for a time or a text, not for both.")
    if time is not None and name in _TIMELESS_PROPERTIES:
        raise InvalidFilter("A property that is no date is asked for a time.")
    if time is not None and name not in _TIMED_PROPERTIES:
        raise UnsupportedFilter("prop-filter", name)
    params = tuple(_param(one) for one in parts.all(_PARAM))
    return PropFilter(name, parts.is_not_defined, time, text, params)


def _param(element: Element) -> ParamFilter:
    parts = _Parts(element, {_NOT_DEFINED, _TEXT})
    return ParamFilter(_name(element), parts.is_not_defined, _text(parts))


def _name(element: Element) -> str:
    name = element.get("name", "").strip().upper()
    if not 0 < len(name) <= _NAME_AT_MOST:
        raise InvalidFilter("Something is asked for without a name.")
    _refuse_words_of_cards(element)
    return name


def _refuse_words_of_cards(element: Element) -> None:
    if not _OF_CARDS.isdisjoint(element.keys()):
        raise InvalidFilter("The attributes test and match-type are not CalDAV's.")


def _text(parts: _Parts) -> TextMatch | None:
    element = parts.one(_TEXT)
    if element is None:
        return None
    _Parts(element, set())
    _refuse_words_of_cards(element)
    collation = _COLLATIONS.get(element.get("collation", "default").strip().lower())
    if collation is None:
        raise UnsupportedCollation("A collation is asked for that is not known.")
    negated = _NEGATED.get(element.get("negate-condition", "no").strip().lower())
    if negated is None:
        raise InvalidFilter("negate-condition is yes or no.")
    return TextMatch(element.text or "", collation, negated)


def _time(parts: _Parts) -> TimeRange | None:
    element = parts.one(_TIME)
    return None if element is None else read_time_range(element)


def read_time_range(element: Element) -> TimeRange:
    """Read a CALDAV:time-range, or what is written like one; raises InvalidFilter."""
    _Parts(element, set())
    start, end = (_moment(element.get(name)) for name in ("start", "end"))
    if start is None and end is None:
        raise InvalidFilter("A time range has neither start nor end.")
    if start is not None and end is not None and end <= start:
        raise InvalidFilter("A time range ends before it starts.")
    return TimeRange(start, end)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    if not _UTC.fullmatch(text.strip()):
        raise InvalidFilter("A time range has no UTC moments.")
    try:
        return datetime.strptime(text.strip(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidFilter("A time range names a moment that does not exist.") from error
