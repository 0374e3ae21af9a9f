"""Filters over components, properties, parameters and texts (RFC 4791 9.7)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.ics.filter_matching import matches
from server.ics.filters import (
    CompFilter,
    ParamFilter,
    PropFilter,
    TextMatch,
    TimeRange,
)
from server.ics.lines import parse
from tests.unit.filtering import BERLIN, calendar, event, has, text_of

# --- components ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (calendar(), True),
        (CompFilter("VEVENT"), False),
        (CompFilter("VCALENDAR", is_not_defined=True), False),
        (CompFilter("X-OTHER", is_not_defined=True), True),
        (event(), True),
        (calendar(CompFilter("VTODO")), False),
        (calendar(CompFilter("VTODO", is_not_defined=True)), True),
        (calendar(CompFilter("VEVENT", is_not_defined=True)), False),
        (event(comps=(CompFilter("VALARM"),)), True),
        (event(comps=(CompFilter("VALARM", is_not_defined=True),)), False),
        (event(comps=(CompFilter("PARTICIPANT", is_not_defined=True),)), True),
        (calendar(CompFilter("VALARM")), False),
        (CompFilter("VCALENDAR", props=(PropFilter("VERSION"),)), True),
        (CompFilter("VCALENDAR", props=(PropFilter("METHOD"),)), False),
        (CompFilter("VCALENDAR", props=(PropFilter("PRODID", text=TextMatch("app")),)), True),
    ],
)
def test_a_component_is_there_or_it_is_not(wanted: CompFilter, *, found: bool) -> None:
    assert has(wanted) is found


def test_all_filters_of_a_component_must_hold() -> None:
    assert has(event(PropFilter("SUMMARY"), PropFilter("URL")))
    assert not has(event(PropFilter("SUMMARY"), PropFilter("LOCATION")))


def test_all_filters_must_hold_for_the_same_component() -> None:
    def alarm(action: str, trigger: str) -> CompFilter:
        props = (
            PropFilter("ACTION", text=TextMatch(action)),
            PropFilter("TRIGGER", text=TextMatch(trigger)),
        )
        return event(comps=(CompFilter("VALARM", props=props),))

    assert has(alarm("AUDIO", "P1D"))
    assert not has(alarm("DISPLAY", "P1D"))


def test_two_filters_of_one_name_may_hold_for_different_components() -> None:
    alarms = (
        CompFilter("VALARM", props=(PropFilter("ACTION", text=TextMatch(one)),))
        for one in ("AUDIO", "DISPLAY")
    )
    assert has(event(comps=tuple(alarms)))


SERIES = parse(
    text_of(
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "UID:one",
        "DTSTART:20260601T090000Z",
        "RRULE:FREQ=DAILY;COUNT=3",
        "SUMMARY:Plain",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:one",
        "RECURRENCE-ID:20260602T090000Z",
        "DTSTART:20260610T090000Z",
        "SUMMARY:Moved",
        "END:VEVENT",
        "END:VCALENDAR",
    )
)


@pytest.mark.parametrize(
    ("title", "day", "found"),
    [("Plain", 1, True), ("Plain", 10, False), ("Moved", 10, True), ("Moved", 1, False)],
)
def test_time_and_text_must_hold_for_the_same_part_of_a_series(
    title: str, day: int, *, found: bool
) -> None:
    asked = TimeRange(
        datetime(2026, 6, day, tzinfo=UTC), datetime(2026, 6, day + 1, tzinfo=UTC)
    )
    summary = PropFilter("SUMMARY", text=TextMatch(title))
    wanted = calendar(CompFilter("VEVENT", time=asked, props=(summary,)))
    assert matches(wanted, SERIES, BERLIN) is found


# --- properties and parameters ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("prop", "found"),
    [
        (PropFilter("SUMMARY"), True),
        (PropFilter("LOCATION"), False),
        (PropFilter("LOCATION", is_not_defined=True), True),
        (PropFilter("SUMMARY", is_not_defined=True), False),
        (PropFilter("ACTION"), False),
        (PropFilter("SUMMARY", params=(ParamFilter("LANGUAGE"),)), True),
        (PropFilter("SUMMARY", params=(ParamFilter("ALTREP"),)), False),
        (PropFilter("SUMMARY", params=(ParamFilter("ALTREP", is_not_defined=True),)), True),
        (PropFilter("SUMMARY", params=(ParamFilter("LANGUAGE", is_not_defined=True),)), False),
        (PropFilter("LOCATION", params=(ParamFilter("X", is_not_defined=True),)), False),
    ],
)
def test_a_property_or_parameter_is_there_or_it_is_not(
    prop: PropFilter, *, found: bool
) -> None:
    assert has(event(prop)) is found


@pytest.mark.parametrize(
    ("address", "state", "found"),
    [("jane", "NEEDS", True), ("kim", "accepted", True), ("jane", "ACCEPTED", False)],
)
def test_text_and_parameters_must_hold_for_the_same_property(
    address: str, state: str, *, found: bool
) -> None:
    params = (ParamFilter("PARTSTAT", text=TextMatch(state)),)
    assert has(event(PropFilter("ATTENDEE", text=TextMatch(address), params=params))) is found


def test_a_parameter_is_read_without_its_quotes() -> None:
    params = (ParamFilter("CN", text=TextMatch("Doe, Jane")),)
    assert has(event(PropFilter("ATTENDEE", params=params)))


def test_a_parameter_that_does_not_hold_a_text_must_be_there() -> None:
    def lacks(name: str) -> CompFilter:
        params = (ParamFilter(name, text=TextMatch("fr", negated=True)),)
        return event(PropFilter("SUMMARY", params=params))

    assert has(lacks("LANGUAGE"))
    assert not has(lacks("ALTREP"))


# --- odd lines -------------------------------------------------------------------------------

ODD = parse(
    text_of(
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "UID:one",
        'COMMENT;X="a;b:Lost',
        "COMMENT:Found",
        'SUMMARY;X="a;b:Lost',
        "DTSTAMP:yesterday",
        "DTSTAMP:20260101T000000Z",
        "CREATED:some day",
        "DTSTART:20260631T090000Z",
        "BEGIN:VALARM",
        "TRIGGER:soon",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
)
YEARS = TimeRange(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (event(), True),
        (event(PropFilter("SUMMARY")), True),
        (event(PropFilter("SUMMARY", is_not_defined=True)), False),
        (event(PropFilter("SUMMARY", text=TextMatch("Lost"))), False),
        (event(PropFilter("SUMMARY", text=TextMatch("Lost", negated=True))), False),
        (event(PropFilter("COMMENT", text=TextMatch("Found"))), True),
        (event(PropFilter("DTSTAMP", time=YEARS)), True),
        (event(PropFilter("CREATED", time=YEARS)), False),
        (event(PropFilter("DTSTART", time=YEARS)), False),
        (calendar(CompFilter("VEVENT", time=YEARS)), False),
        (event(comps=(CompFilter("VALARM", time=YEARS),)), False),
    ],
)
def test_what_cannot_be_read_does_not_match_and_spoils_nothing_else(
    wanted: CompFilter, *, found: bool
) -> None:
    assert matches(wanted, ODD, BERLIN) is found
