"""The filter language of calendar-query over HTTP (RFC 4791 9.7): texts, ranges, components."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.system.phone import Phone
from tests.system.reports import between, comp, found, param, prop, text
from tests.system.servers import Site
from tests.system.shelf import (
    DAY,
    EVENTS,
    FIRST,
    HOUR,
    SHELF,
    TODOS,
    before_shelf,
    put_on_shelf,
)


@pytest.fixture(scope="module")
def owner(site: Site) -> str:
    """Return whose calendar holds one object of each sort; tests only read it."""
    return put_on_shelf(site)


@pytest.fixture
def mine(site: Site, owner: str) -> Phone:
    """Return a device that looks at that calendar."""
    return before_shelf(site, owner)


def events(*inner: str) -> str:
    return comp("VEVENT", *inner)


TEXTS = {
    "a part of a text, in any case": (prop("SUMMARY", text("CHOIR")), {"series.ics"}),
    "only ASCII letters are folded unless asked": (prop("SUMMARY", text("blümchen")), set()),
    "unicode casemap folds all letters": (
        prop("SUMMARY", text("strasse und blümchen", collation="i;unicode-casemap")),
        {"plain.ics"},
    ),
    "octet compares as it stands": (
        prop("SUMMARY", text("choir", collation="i;octet")),
        set(),
    ),
    "octet finds what is the same": (
        prop("SUMMARY", text("Choir", collation="i;octet")),
        {"series.ics"},
    ),
    "the default collation": (
        prop("SUMMARY", text("choir", collation="default")),
        {"series.ics"},
    ),
    "negated": (
        prop("SUMMARY", text("i", negate_condition="yes")),
        {"plain.ics", "floating.ics", "series.ics"},
    ),
    "negated of a property that is missing": (
        prop("LOCATION", text("x", negate_condition="yes")),
        {"series.ics"},
    ),
    "one of several categories": (prop("CATEGORIES", text("garden")), {"plain.ics"}),
    "a property that is there": (prop("CLASS"), {"plain.ics"}),
    "a property that is not there": (
        prop("DTEND", "<C:is-not-defined/>"),
        {"floating.ics", "day.ics", "zero.ics"},
    ),
    "a parameter": (
        prop("ATTENDEE", param("PARTSTAT", text("needs-action"))),
        {"plain.ics"},
    ),
    "a parameter that has another value": (
        prop("ATTENDEE", param("PARTSTAT", text("ACCEPTED"))),
        set(),
    ),
    "a parameter that is not there": (
        prop("ATTENDEE", param("ROLE", "<C:is-not-defined/>")),
        {"plain.ics"},
    ),
    "value and parameter of the same line": (
        prop("ATTENDEE", text("kim@"), param("CN", text("kim"))),
        {"plain.ics"},
    ),
    "an override's text": (prop("LOCATION", text("hall")), {"series.ics"}),
    "a name in lower case": (prop("summary", text("choir")), {"series.ics"}),
    "an empty text is in all": (prop("CLASS", text("")), {"plain.ics"}),
    "all of several, of the same event": (
        prop("SUMMARY", text("choir")) + prop("LOCATION", text("hall")),
        set(),
    ),
}


@pytest.mark.parametrize("case", TEXTS)
def test_texts_are_found_as_the_collations_say(mine: Phone, case: str) -> None:
    asked, expected = TEXTS[case]
    assert found(mine, events(asked)) == expected


RANGES = {
    "two-sided": (between(FIRST, FIRST + HOUR), {"plain.ics"}),
    "the end of an event is no part of it": (
        between(FIRST + HOUR, FIRST + 2 * HOUR),
        set[str](),
    ),
    "the end of a range is no part of it": (between(FIRST - HOUR, FIRST), set()),
    "open to the end": (
        between(FIRST + 5 * DAY - HOUR),
        {"zero.ics", "series.ics"},
    ),
    "open to the start": (
        between(end=FIRST + 3 * DAY),
        {"plain.ics", "ringing.ics", "floating.ics"},
    ),
    "an instance of a series": (
        between(FIRST + 9 * DAY, FIRST + 9 * DAY + HOUR),
        {"series.ics"},
    ),
    "an instance that was moved away": (
        between(FIRST + 8 * DAY, FIRST + 8 * DAY + HOUR),
        set(),
    ),
    "where it was moved to": (
        between(FIRST + 20 * DAY, FIRST + 20 * DAY + HOUR),
        {"series.ics"},
    ),
    "no length, at the start of the range": (
        between(FIRST + 5 * DAY, FIRST + 5 * DAY + HOUR),
        {"zero.ics"},
    ),
    "no length, at the end of the range": (
        between(FIRST + 5 * DAY - HOUR, FIRST + 5 * DAY),
        set(),
    ),
    "a whole day": (
        between(FIRST + 4 * DAY + 10 * HOUR, FIRST + 4 * DAY + 11 * HOUR),
        {"day.ics"},
    ),
    "without a range": ("", EVENTS),
}


@pytest.mark.parametrize("case", RANGES)
def test_events_are_found_where_they_overlap_the_range(mine: Phone, case: str) -> None:
    asked, expected = RANGES[case]
    assert found(mine, events(asked)) == expected


COMPONENTS = {
    "to-dos": (comp("VTODO"), TODOS),
    "journal": (comp("VJOURNAL"), {"entry.ics"}),
    "anything at all": ("", set(SHELF)),
    "anything but events": (comp("VEVENT", "<C:is-not-defined/>"), set(SHELF) - EVENTS),
    "events that ring": (events(comp("VALARM")), {"ringing.ics"}),
    "events that do not ring": (
        events(comp("VALARM", "<C:is-not-defined/>")),
        EVENTS - {"ringing.ics"},
    ),
    "whatever lies in a range": (
        between(FIRST, FIRST + HOUR),
        {"plain.ics", "entry.ics", "sometime.ics"},
    ),
    "what no component is": (comp("X-THING"), set()),
    "events and to-dos at once": (comp("VEVENT") + comp("VTODO"), set()),
    "to-dos without due date": (
        comp("VTODO", prop("DUE", "<C:is-not-defined/>")),
        {"done.ics", "sometime.ics"},
    ),
    "to-dos by priority": (comp("VTODO", prop("PRIORITY", text("1"))), {"todo.ics"}),
    "open to-dos": (
        comp("VTODO", prop("COMPLETED", "<C:is-not-defined/>")),
        {"todo.ics", "sometime.ics"},
    ),
    "to-dos due in a range": (
        comp("VTODO", between(FIRST, FIRST + 2 * DAY)),
        {"todo.ics", "sometime.ics"},
    ),
    "to-dos of another time": (
        comp("VTODO", between(FIRST + 30 * DAY, FIRST + 31 * DAY)),
        {"sometime.ics"},
    ),
    "to-dos done in a range": (
        comp(
            "VTODO",
            between(datetime(2026, 1, 6, tzinfo=UTC), datetime(2026, 1, 11, tzinfo=UTC)),
        ),
        {"done.ics", "sometime.ics"},
    ),
    "entries of a day": (comp("VJOURNAL", between(FIRST, FIRST + HOUR)), {"entry.ics"}),
    "busy times, which no calendar holds": (
        comp("VFREEBUSY", between(FIRST, FIRST + DAY)),
        set(),
    ),
    "alarms that ring in a range": (
        events(comp("VALARM", between(FIRST - HOUR, FIRST + HOUR))),
        {"ringing.ics"},
    ),
    "alarms of another day": (
        events(comp("VALARM", between(FIRST + 2 * DAY, FIRST + 3 * DAY))),
        set(),
    ),
    "a date of a property": (
        comp("VTODO", prop("COMPLETED", between(datetime(2026, 1, 9, tzinfo=UTC)))),
        {"done.ics"},
    ),
}


@pytest.mark.parametrize("case", COMPONENTS)
def test_components_are_found_by_kind_and_by_their_own_times(mine: Phone, case: str) -> None:
    asked, expected = COMPONENTS[case]
    assert found(mine, asked) == expected
