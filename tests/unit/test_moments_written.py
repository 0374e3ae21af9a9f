"""Dates and times of the domain as content lines, and back (RFC 5545 3.3.4 to 3.3.9)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from server.domain.when import AllDay, Recurrence, Timed, key_of
from server.ics.lines import split
from server.ics.moments import (
    are_zoned,
    key_moment,
    moment_line,
    natural,
    read_moment,
    read_moments,
    recurrence_lines,
    when_lines,
    with_times,
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


def moment(hour: int, minute: int = 0, zone: ZoneInfo = NEW_YORK, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (date(2026, 11, 24), "DTSTART;VALUE=DATE:20261124"),
        (date(33, 1, 2), "DTSTART;VALUE=DATE:00330102"),
        (moment(14), "DTSTART;TZID=America/New_York:20261124T140000"),
        (datetime(33, 1, 2, 3, tzinfo=BERLIN), "DTSTART;TZID=Europe/Berlin:00330102T030000"),
        (datetime(2026, 11, 24, 14, tzinfo=UTC), "DTSTART:20261124T140000Z"),
        (moment(14, zone=ZoneInfo("UTC")), "DTSTART:20261124T140000Z"),
    ],
)
def test_a_moment_is_written(value: date, line: str) -> None:
    assert moment_line("DTSTART", value) == line
    written = split(line)
    assert read(written.value, written.params.get("TZID", "")) == value


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (Timed(moment(14), moment(15)),
         ["DTSTART;TZID=America/New_York:20261124T140000",
          "DTEND;TZID=America/New_York:20261124T150000"]),
        (Timed(moment(14), moment(14)), ["DTSTART;TZID=America/New_York:20261124T140000"]),
        (AllDay(date(2026, 11, 24), 2),
         ["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261126"]),
    ],
)  # fmt: skip
def test_times_are_written(value: Timed | AllDay, lines: list[str]) -> None:
    assert when_lines(value) == lines


def test_a_recurrence_is_written_one_value_a_line() -> None:
    recurrence = Recurrence(
        ("FREQ=WEEKLY;COUNT=3",),
        (moment(9, day=26), Timed(moment(9, day=27), moment(10, day=27)), date(2026, 11, 28)),
        (moment(14), date(2026, 11, 30)),
    )
    assert recurrence_lines(recurrence) == [
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "RDATE;TZID=America/New_York:20261126T090000",
        "RDATE;VALUE=PERIOD;TZID=America/New_York:20261127T090000/20261127T100000",
        "RDATE;VALUE=DATE:20261128",
        "EXDATE;TZID=America/New_York:20261124T140000",
        "EXDATE;VALUE=DATE:20261130",
    ]
    assert recurrence_lines(None) == []


@pytest.mark.parametrize("until", [moment(10, zone=BERLIN, day=27), moment(10, day=28)])
def test_a_period_whose_ends_stand_in_two_zones_is_read_back_as_it_was(until: datetime) -> None:
    period = Timed(moment(2, zone=NEW_YORK, day=27), until)
    (line,) = recurrence_lines(Recurrence(rdates=(period,)))
    (found,) = read_moments(split(line), zone_of)
    assert isinstance(found, Timed)
    assert (found.start_utc, found.end_utc) == (period.start_utc, period.end_utc)


def test_a_key_names_the_original_start_in_the_zone_of_the_series() -> None:
    series = Timed(moment(14, zone=BERLIN), moment(15, zone=BERLIN))
    key = key_of(moment(14, zone=BERLIN, day=26))
    assert key_moment(key, series) == moment(14, zone=BERLIN, day=26)
    assert getattr(key_moment(key, series), "tzinfo", None) == BERLIN
    assert natural(series, key) == Timed(
        moment(14, zone=BERLIN, day=26), moment(15, zone=BERLIN, day=26)
    )


def test_a_key_of_a_day_names_the_day() -> None:
    days = AllDay(date(2026, 11, 24), 2)
    key = key_of(date(2026, 12, 1))
    assert key_moment(key, days) == date(2026, 12, 1)
    assert natural(days, key) == AllDay(date(2026, 12, 1), 2)


def test_times_are_written_anew_and_all_else_stays() -> None:
    lines = (
        "UID:1",
        "DTSTART:20261124T140000",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY",
        "X-FOO:kept",
        "BEGIN:VALARM",
        "TRIGGER:-PT15M",
        "DURATION:PT5M",
        "REPEAT:2",
        "END:VALARM",
    )
    assert with_times(lines, Timed(moment(9), moment(10)), Recurrence(("FREQ=WEEKLY",))) == (
        "DTSTART;TZID=America/New_York:20261124T090000",
        "DTEND;TZID=America/New_York:20261124T100000",
        "RRULE:FREQ=WEEKLY",
        "UID:1",
        "X-FOO:kept",
        "BEGIN:VALARM",
        "TRIGGER:-PT15M",
        "DURATION:PT5M",
        "REPEAT:2",
        "END:VALARM",
    )


def test_an_override_names_the_occurrence_it_speaks_for() -> None:
    key = key_of(moment(14))
    lines = with_times(("RECURRENCE-ID:x",), Timed(moment(16), moment(17)), None, key)
    assert lines[0] == "RECURRENCE-ID;TZID=America/New_York:20261124T140000"
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("line", "zoned"),
    [
        ("DTSTART:20261124T140000Z", True),
        ("DTSTART;VALUE=DATE:20261124", True),
        ("DTSTART;TZID=America/New_York:20261124T140000", True),
        ("DTSTART;TZID=Practice time:20261124T140000", True),
        ("DTSTART:20261124T140000", False),
        ("DTSTART;TZID=Nobody's time:20261124T140000", False),
        ("SUMMARY:T", True),
    ],
)
def test_m9_times_that_float_or_stand_in_no_zone_are_known(line: str, zoned: bool) -> None:
    assert are_zoned([line], FIXED) is zoned
