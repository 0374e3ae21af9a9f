"""Dates and times of content lines, to and from the domain (RFC 5545 3.3.4 to 3.3.9, 3.6.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from server.domain.errors import Invalid, MalformedCalendarData
from server.domain.when import AllDay, Timed, key_of
from server.ics.lines import split
from server.ics.moments import (
    key_moment,
    read_duration,
    read_moment,
    read_moments,
    when_of,
)
from server.ics.zones import resolve

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
FIXED = (  # 03:33 east, as no zone of the IANA database is
    "BEGIN:VTIMEZONE",
    "TZID:Practice time",
    "BEGIN:STANDARD",
    "DTSTART:20200101T000000",
    "TZOFFSETFROM:+0333",
    "TZOFFSETTO:+0333",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def zone_of(tzid: str) -> ZoneInfo:
    return (
        resolve(tzid, FIXED if tzid == "Practice time" else None, NEW_YORK)
        if tzid
        else NEW_YORK
    )


read = partial(read_moment, zone_of=zone_of)


def when(start: str, end: str | None = None, duration: str | None = None) -> Timed | AllDay:
    return when_of(
        split(f"DTSTART{start}"),
        split(f"DTEND{end}") if end else None,
        split(f"DURATION:{duration}") if duration else None,
        zone_of,
    )


def moment(hour: int, minute: int = 0, zone: ZoneInfo = NEW_YORK, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("value", "tzid", "expected"),
    [
        ("20261124", "", date(2026, 11, 24)),
        ("20261124T140000", "", moment(14)),
        ("20261124T140000", "Europe/Berlin", moment(14, zone=BERLIN)),
        ("20261124T140000Z", "", moment(14, zone=ZoneInfo("UTC"))),
        ("20261124T140000Z", "Europe/Berlin", moment(14, zone=ZoneInfo("UTC"))),
        ("20261124T140000", "W. Europe Standard Time", moment(14, zone=BERLIN)),
        ("20261124T140000", '"W. Europe Standard Time"', moment(14, zone=BERLIN)),
        ("20261124T140000", "Nobody's time", moment(14)),
        (" 20261124T140000 ", "", moment(14)),
    ],
)
def test_a_value_is_a_day_or_a_moment_in_its_zone(
    value: str, tzid: str, expected: date
) -> None:
    found = read(value, tzid)
    assert found == expected
    assert getattr(found, "tzinfo", None) == getattr(expected, "tzinfo", None)


def test_a_leap_second_is_the_second_before_it() -> None:
    assert read("20261231T235960Z", "") == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_m9_a_zone_that_only_the_object_defines_becomes_the_calendars() -> None:
    found = read("20261124T140000", "Practice time")
    assert found == moment(5, 27)
    assert isinstance(found, datetime)
    assert found.tzinfo == NEW_YORK


@pytest.mark.parametrize("tzid", ["", "UTC", "Practice time", "Pacific/Kiritimati"])
def test_moments_at_the_edges_of_the_calendar_are_read_in_every_zone(tzid: str) -> None:
    for value in ("00010102T000000", "99991231T235959"):
        found = read(value, tzid)
        assert isinstance(found, datetime)
        series = Timed(moment(14), moment(15))
        assert isinstance(key_moment(key_of(found), series), datetime)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "today",
        "2026-11-24",
        "20261124T14",
        "20261124T1400",
        "20261124t140000",
        "20261124T140000+0100",
        "20261131",
        "20260229T120000",
        "00000101",
        "00010101T000000",
        "20261124T250000",
        "20261124T146000",
        "20261124T140061",
        "\u0662\u0660\u0662\u0666\u0661\u0661\u0662\u0664",
    ],
)
def test_anything_else_is_malformed(value: str) -> None:
    with pytest.raises(MalformedCalendarData):
        read(value, "")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("EXDATE:20261124T140000", [moment(14)]),
        ("EXDATE;TZID=Europe/Berlin:20261124T140000,20261125T140000",
         [moment(14, zone=BERLIN), moment(14, zone=BERLIN, day=25)]),
        ("EXDATE;VALUE=DATE:20261124", [date(2026, 11, 24)]),
        ("RDATE;VALUE=PERIOD:20261124T140000/PT1H", [Timed(moment(14), moment(15))]),
        ("RDATE;VALUE=PERIOD:20261124T140000/+PT1H", [Timed(moment(14), moment(15))]),
        ("RDATE;VALUE=PERIOD;TZID=America/New_York:20261124T140000/20261124T150000",
         [Timed(moment(14), moment(15))]),
    ],
)  # fmt: skip
def test_lists_of_moments_are_read(line: str, expected: list[object]) -> None:
    assert read_moments(split(line), zone_of) == expected


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE:",
        "EXDATE:20261124,",
        "RDATE:20261124T140000/20261124",
        "RDATE:20261124T140000/x",
    ],
)
def test_a_list_with_a_gap_is_malformed(line: str) -> None:
    with pytest.raises(MalformedCalendarData):
        read_moments(split(line), zone_of)


def test_a_period_that_ends_before_it_starts_is_invalid() -> None:
    with pytest.raises(Invalid):
        read_moments(split("RDATE:20261124T140000/20261124T130000"), zone_of)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT1H30M", timedelta(hours=1, minutes=30)),
        ("pt15m", timedelta(minutes=15)),
        ("P1D", timedelta(days=1)),
        ("P2W", timedelta(weeks=2)),
        ("-PT15M", timedelta(minutes=-15)),
        ("+P1DT2H", timedelta(days=1, hours=2)),
        (" PT0S ", timedelta()),
    ],
)
def test_a_duration_is_read(text: str, span: timedelta) -> None:
    assert read_duration(text) == span


@pytest.mark.parametrize("text", ["", "1H", "P1H", "P99999999999D", "PT1H1H"])
def test_what_is_no_duration_is_malformed(text: str) -> None:
    with pytest.raises(MalformedCalendarData):
        read_duration(text)


@pytest.mark.parametrize(
    ("start", "end", "duration", "expected"),
    [
        (":20261124T140000", ":20261124T150000", None, Timed(moment(14), moment(15))),
        (":20261124T140000", None, "PT1H", Timed(moment(14), moment(15))),
        (":20261124T140000", ":20261124T150000", "PT5H", Timed(moment(14), moment(15))),
        (":20261124T140000", None, None, Timed(moment(14), moment(14))),
        (":20261124T140000", None, "PT0S", Timed(moment(14), moment(14))),
        (";TZID=Europe/Berlin:20261124T140000", ":20261124T150000Z", None,
         Timed(moment(14, zone=BERLIN), moment(15, zone=ZoneInfo("UTC")))),
        (":20261124T140000", ";VALUE=DATE:20261125", None,
         Timed(moment(14), moment(0, day=25))),
        (":20261124T140000", None, "P1D", Timed(moment(14), moment(14, day=25))),
        (";VALUE=DATE:20261124", None, None, AllDay(date(2026, 11, 24))),
        (";VALUE=DATE:20261124", ";VALUE=DATE:20261126", None, AllDay(date(2026, 11, 24), 2)),
        (";VALUE=DATE:20261124", ";VALUE=DATE:20261124", None, AllDay(date(2026, 11, 24))),
        (";VALUE=DATE:20261124", ":20261126T120000", None, AllDay(date(2026, 11, 24), 2)),
        (";VALUE=DATE:20261124", None, "P3D", AllDay(date(2026, 11, 24), 3)),
        (";VALUE=DATE:20261124", None, "PT36H", AllDay(date(2026, 11, 24), 2)),
        (";VALUE=DATE:20261124", None, "PT0S", AllDay(date(2026, 11, 24))),
        (":20261124", None, None, AllDay(date(2026, 11, 24))),
    ],
)  # fmt: skip
def test_start_and_end_in_every_form(
    start: str, end: str | None, duration: str | None, expected: Timed | AllDay
) -> None:
    assert when(start, end, duration) == expected


@pytest.mark.parametrize(
    ("start", "end", "duration"),
    [
        (":20261124T140000", ":20261124T130000", None),
        (":20261124T140000", None, "-PT1H"),
        (";VALUE=DATE:20261124", ";VALUE=DATE:20261123", None),
        (":20261124T140000", ";VALUE=DATE:20261124", None),
        (";VALUE=DATE:20261124", None, "P9999999D"),
    ],
)
def test_an_end_before_the_start_or_beyond_the_calendar_is_invalid(
    start: str, end: str | None, duration: str | None
) -> None:
    with pytest.raises(Invalid):
        when(start, end, duration)


def test_an_hour_that_the_clocks_skip_ends_no_earlier_than_it_starts() -> None:
    found = when(":20260308T023000", ":20260308T030000")
    assert isinstance(found, Timed)
    assert found.duration == timedelta(minutes=30)
    assert found.end.replace(tzinfo=None) == datetime(2026, 3, 8, 4)  # noqa: DTZ001 - wall time


def test_a_very_long_event_ends_with_the_calendar() -> None:
    found = when(":20261124T140000", None, "P9999999D")
    assert isinstance(found, Timed)
    assert found.end.year == 9999
