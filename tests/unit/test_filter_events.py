"""Time ranges over single events: the rows of RFC 4791 9.9, zones, open ends, odd dates."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from server.ics.zones import resolve
from tests.unit.filtering import (
    BEFORE,
    BERLIN,
    FROM_NINE_TO_TEN,
    HOUR,
    NEW_YORK,
    NINE,
    SECOND,
    START,
    TEN,
    edges,
    part,
    whole,
    within,
)


@pytest.mark.parametrize("rest", ["DTEND:20260601T100000Z", "DURATION:PT1H"])
def test_an_event_with_an_end_or_a_length_overlaps_what_it_shares_time_with(rest: str) -> None:
    event = whole(part("VEVENT", START, rest))
    assert edges(event, NINE, TEN) == FROM_NINE_TO_TEN
    assert within(event, NINE + SECOND, TEN - SECOND)


@pytest.mark.parametrize("rest", [(), ("DURATION:PT0S",), ("DTEND:20260601T090000Z",)])
def test_an_event_without_length_is_at_the_start_of_a_range_and_not_at_its_end(
    rest: tuple[str, ...],
) -> None:
    event = whole(part("VEVENT", START, *rest))
    assert (within(event, NINE, TEN), within(event, BEFORE, NINE)) == (True, False)
    assert within(event, BEFORE, NINE + SECOND)
    assert not within(event, NINE + SECOND, TEN)


@pytest.mark.parametrize(
    "rest", [(), ("DURATION:P1D",), ("DTEND;VALUE=DATE:20260602",), ("DTEND:20260601",)]
)
@pytest.mark.parametrize(("zone", "midnight"), [(BERLIN, 22), (NEW_YORK, 28)])
def test_a_whole_day_lasts_from_midnight_to_midnight_of_the_zone(
    rest: tuple[str, ...], zone: ZoneInfo, midnight: int
) -> None:
    event = whole(part("VEVENT", "DTSTART;VALUE=DATE:20260601", *rest))
    first = datetime(2026, 5, 31, tzinfo=UTC) + midnight * HOUR
    last = first + 24 * HOUR
    found = [
        within(event, start, end, zone)
        for start, end in (
            (first - HOUR, first),
            (first - HOUR, first + SECOND),
            (last - SECOND, last + HOUR),
            (last, last + HOUR),
        )
    ]
    assert found == [False, True, True, False]


def test_a_floating_time_is_that_of_the_zone() -> None:
    event = whole(part("VEVENT", "DTSTART:20260601T090000", "DURATION:PT1H"))
    assert within(event, NINE - 2 * HOUR, NINE - HOUR, BERLIN)
    assert not within(event, NINE - 2 * HOUR, NINE - HOUR, NEW_YORK)


def test_a_zone_that_the_object_defines_is_used() -> None:
    zone = part(
        "VTIMEZONE", "TZID:Praxis", "BEGIN:STANDARD", "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0545", "TZOFFSETTO:+0545", "END:STANDARD",
    )  # fmt: skip
    event = whole(zone, part("VEVENT", "DTSTART;TZID=Praxis:20260601T144500", "DURATION:PT1H"))
    assert edges(event, NINE, TEN) == FROM_NINE_TO_TEN


def test_a_zone_without_a_name_rules_floating_times_of_objects_with_zones_of_their_own() -> (
    None
):
    lines = [
        "BEGIN:VTIMEZONE", "TZID:Ours", "BEGIN:STANDARD", "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0017", "TZOFFSETTO:+0017", "END:STANDARD", "END:VTIMEZONE",
    ]  # fmt: skip
    ours = resolve("Ours", lines, BERLIN)
    theirs = "".join(f"{one}\r\n" for one in lines).replace("0017", "0023").replace("Ours", "X")
    event = whole(theirs, part("VEVENT", "DTSTART;TZID=X:20260601T092300", "DURATION:PT1H"))
    floating = whole(part("VEVENT", "DTSTART:20260601T091700", "DURATION:PT1H"))
    assert within(event, NINE, NINE + SECOND, ours)
    assert not within(event, NINE - SECOND, NINE, ours)
    assert within(floating, NINE, NINE + SECOND, ours)
    assert not within(floating, NINE - SECOND, NINE, ours)


def test_a_zone_that_nobody_defines_is_that_of_floating_times() -> None:
    event = whole(part("VEVENT", "DTSTART;TZID=Nowhere:20260601T110000", "DURATION:PT1H"))
    assert edges(event, NINE, TEN) == FROM_NINE_TO_TEN


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (TEN - SECOND, None, True),
        (TEN, None, False),
        (None, NINE + SECOND, True),
        (None, NINE, False),
        (None, None, True),
    ],
)
def test_a_range_may_be_open_at_either_end(
    start: datetime | None, end: datetime | None, *, found: bool
) -> None:
    event = whole(part("VEVENT", START, "DURATION:PT1H"))
    assert within(event, start, end) is found


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("DTSTART:",),
        ("DTSTART:20260601T090000Z", "DTEND:later"),
        ("DTSTART:20260601T090000Z", "DTEND:20260601T080000Z"),
        ("DTSTART:20260601T090000Z", "DURATION:-PT1H"),
        ("DTSTART:20260601T090000Z", "DURATION:long"),
        ("DTSTART:20260601T090000Z", "RRULE:FREQ=SOMETIMES"),
        ("DTSTART:20260601T090000Z", "RRULE:FREQ=DAILY", "EXDATE:never"),
        ("DTSTART:20260601T090000Z", "RDATE;VALUE=PERIOD:20260601T090000Z/20260601"),
    ],
)
def test_an_event_whose_time_cannot_be_read_is_at_no_time(lines: tuple[str, ...]) -> None:
    assert not within(whole(part("VEVENT", *lines)), None, None)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20260601T090000Z", "DURATION:P999999999D"),
        ("DTSTART:99991231T235959Z", "DURATION:PT1H"),
        ("DTSTART:00010102T000000Z", "DTEND:99991231T235959Z"),
        ("DTSTART;VALUE=DATE:99991230",),
        ("DTSTART:20260601T090000Z", "RRULE:FREQ=YEARLY", "DURATION:P400000D"),
    ],
)
def test_the_ends_of_the_calendar_are_reached_without_falling_over_them(
    lines: tuple[str, ...],
) -> None:
    assert within(whole(part("VEVENT", *lines)), None, None)
