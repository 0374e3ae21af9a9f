"""Reading CALDAV:filter: where a time range has a meaning, and how large a filter may be."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from server.caldav.filter_xml import (
    InvalidFilter,
    UnsupportedCollation,
    UnsupportedFilter,
    read_filter,
)
from server.ics.filters import (
    TimeRange,
)
from tests.unit.filter_xml import (
    JULY,
    JUNE,
    TIME,
    comp,
    event_of,
    in_event,
    prop,
    refused,
    xml,
)


@pytest.mark.parametrize("name", ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"])
def test_each_component_that_has_a_time_is_asked_for_it(name: str) -> None:
    assert read_filter(xml(comp("VCALENDAR", comp(name, TIME)))).comps[0].time


def test_a_calendar_may_be_asked_for_whatever_lies_in_a_range() -> None:
    assert read_filter(xml(comp("VCALENDAR", TIME))).time


@pytest.mark.parametrize(
    ("element", "fault"),
    [
        (xml(comp("VCALENDAR", comp("VTIMEZONE", TIME))), "VTIMEZONE"),
        (xml(comp("VCALENDAR", comp("VAVAILABILITY", TIME))), "VAVAILABILITY"),
        (xml(comp("VCALENDAR", comp("X-FOO", TIME))), "X-FOO"),
        (in_event(prop("EXDATE", TIME)), "EXDATE"),
        (in_event(prop("RDATE", TIME)), "RDATE"),
        (in_event(prop("X-WHEN", TIME)), "X-WHEN"),
        (in_event(comp("VALARM", prop("TRIGGER", TIME))), "TRIGGER"),
    ],
)
def test_a_time_range_without_a_meaning_is_unsupported(element: Element, fault: str) -> None:
    with pytest.raises(UnsupportedFilter) as caught:
        read_filter(element)
    assert (caught.value.condition, caught.value.name) == ("supported-filter", fault)


@pytest.mark.parametrize(
    "name",
    [
        "COMPLETED", "CREATED", "DTEND", "DTSTAMP", "DTSTART", "DUE", "LAST-MODIFIED",
        "RECURRENCE-ID",
    ],
)  # fmt: skip
def test_the_dates_of_a_component_are_asked_for_a_time(name: str) -> None:
    assert event_of(in_event(prop(name, TIME))).props[0].time == TimeRange(JUNE, JULY)


@pytest.mark.parametrize("name", ["SUMMARY", "RRULE", "UID", "DURATION"])
def test_a_time_range_on_what_is_no_date_is_invalid(name: str) -> None:
    assert refused(in_event(prop(name, TIME))) == "valid-filter"


@pytest.mark.parametrize(
    "element",
    [
        xml(comp("VCALENDAR", comp("VTODO", comp("VEVENT")))),
        xml(comp("VCALENDAR", comp("VALARM"))),
        xml(comp("VCALENDAR", comp("VJOURNAL", comp("VALARM")))),
        xml(comp("VCALENDAR", comp("VCALENDAR"))),
        xml(comp("VCALENDAR", comp("AVAILABLE"))),
        xml(comp("VCALENDAR", comp("VEVENT", comp("STANDARD")))),
    ],
)
def test_a_component_where_it_cannot_stand_is_invalid(element: Element) -> None:
    assert refused(element) == "valid-filter"


@pytest.mark.parametrize(
    "inner",
    [
        comp("VTIMEZONE", comp("STANDARD") + comp("DAYLIGHT")),
        comp("VTODO", comp("VALARM")),
        comp("VAVAILABILITY", comp("AVAILABLE")),
        comp("VEVENT", comp("PARTICIPANT", comp("VLOCATION"))),
    ],
)
def test_a_component_where_it_can_stand_is_taken(inner: str) -> None:
    assert read_filter(xml(comp("VCALENDAR", inner))).comps[0].comps


def nested(levels: int) -> Element:
    inner = ""
    for _ in range(levels - 1):
        inner = comp("X-DEEP", inner)
    return xml(comp("VCALENDAR", inner))


def test_twenty_levels_are_taken() -> None:
    assert read_filter(nested(20)).comps


@pytest.mark.parametrize("levels", [21, 400])
def test_more_levels_are_refused(levels: int) -> None:
    assert refused(nested(levels)) == "valid-filter"


def test_many_filters_are_taken() -> None:
    assert len(event_of(in_event(prop("SUMMARY") * 400)).props) == 400


def test_too_many_filters_are_refused() -> None:
    assert refused(in_event(prop("SUMMARY") * 600)) == "valid-filter"


def test_each_refusal_has_a_class_of_its_own() -> None:
    kinds = (InvalidFilter, UnsupportedFilter, UnsupportedCollation)
    assert {kind.condition for kind in kinds} == {
        "valid-filter",
        "supported-filter",
        "supported-collation",
    }
