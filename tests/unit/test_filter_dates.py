"""Time ranges over the dates that properties hold (RFC 4791 9.9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.ics.filter_matching import matches
from server.ics.filters import CompFilter, ParamFilter, PropFilter, TextMatch, TimeRange
from server.ics.lines import Component
from tests.unit.filtering import (
    AFTER,
    BEFORE,
    BERLIN,
    HOUR,
    NINE,
    SECOND,
    START,
    TEN,
    calendar,
    part,
    whole,
)


def dated(calendar: Component, name: str, start: datetime | None, end: datetime | None) -> bool:
    prop = PropFilter(name, time=TimeRange(start, end))
    wanted = CompFilter(calendar.children[0].name, props=(prop,))
    return matches(CompFilter("VCALENDAR", comps=(wanted,)), calendar, BERLIN)


@pytest.mark.parametrize(
    "name",
    ["DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED", "DUE", "DTEND", "RECURRENCE-ID"],
)
def test_a_date_is_at_the_start_of_a_range_and_not_at_its_end(name: str) -> None:
    event = whole(part("VEVENT", f"{name}:20260601T090000Z"))
    assert dated(event, name, NINE, TEN)
    assert not dated(event, name, BEFORE, NINE)
    assert dated(event, name, None, NINE + SECOND)
    assert not dated(event, name, NINE + SECOND, None)


def test_a_date_that_is_a_day_is_its_midnight_in_the_zone() -> None:
    event = whole(part("VEVENT", "DTSTART;VALUE=DATE:20260601"))
    midnight = datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert dated(event, "DTSTART", midnight, midnight + SECOND)
    assert not dated(event, "DTSTART", midnight + SECOND, midnight + HOUR)


@pytest.mark.parametrize(("name", "asked"), [("VEVENT", "DTEND"), ("VTODO", "DUE")])
def test_an_end_that_only_a_length_tells_of_is_asked_for_too(name: str, asked: str) -> None:
    calendar = whole(part(name, START, "DURATION:PT1H"))
    assert dated(calendar, asked, TEN, AFTER)
    assert not dated(calendar, asked, NINE, TEN)


def test_without_end_and_length_there_is_no_end_to_ask_for() -> None:
    assert not dated(whole(part("VEVENT", START)), "DTEND", None, None)
    assert not dated(whole(part("VJOURNAL", START, "DURATION:PT1H")), "DTEND", None, None)


@pytest.mark.parametrize("rest", ["DTEND:20260601T100000Z", "DURATION:PT1H"])
def test_start_and_end_of_a_series_are_those_of_any_instance(rest: str) -> None:
    series = whole(part("VEVENT", START, rest, "RRULE:FREQ=DAILY;COUNT=3"))
    later = timedelta(days=2)
    assert dated(series, "DTSTART", NINE + later, TEN + later)
    assert dated(series, "DTEND", TEN + later, AFTER + later)
    assert not dated(series, "DTEND", TEN + timedelta(days=3), None)
    assert not dated(series, "DTSTART", NINE + SECOND, TEN)


@pytest.mark.parametrize("start", ["DTSTART:soon", "DTSTART:20260601T090000Z\r\nRRULE:FREQ=NO"])
def test_an_end_that_cannot_be_worked_out_is_at_no_time(start: str) -> None:
    assert not dated(whole(part("VEVENT", start, "DURATION:PT1H")), "DTEND", None, None)


def test_a_date_is_asked_for_together_with_its_parameters() -> None:
    event = whole(part("VEVENT", "DTSTART;TZID=Europe/Berlin:20260601T110000"))
    zone = ParamFilter("TZID", text=TextMatch("berlin"))
    other = ParamFilter("TZID", is_not_defined=True)

    def starts(asked: ParamFilter) -> bool:
        prop = PropFilter("DTSTART", time=TimeRange(NINE, TEN), params=(asked,))
        return matches(calendar(CompFilter("VEVENT", props=(prop,))), event, BERLIN)

    assert starts(zone)
    assert not starts(other)
