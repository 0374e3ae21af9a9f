"""When alarms ring, and in which ranges they are found (RFC 5545 3.6.6, RFC 4791 9.9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.ics.filter_matching import matches
from server.ics.filters import CompFilter, TimeRange
from server.ics.lines import Component, parse

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
START = "DTSTART:20260601T090000Z"
LONG = (START, "DTEND:20260601T110000Z")


def with_alarm(name: str, lines: tuple[str, ...], *alarm: str) -> Component:
    nested = ("BEGIN:VALARM", "ACTION:AUDIO", *alarm, "END:VALARM")
    body = ("BEGIN:VCALENDAR", f"BEGIN:{name}", "UID:one", *lines, *nested)
    return parse("\r\n".join((*body, f"END:{name}", "END:VCALENDAR", "")))


def rings(calendar: Component, start: datetime | None, end: datetime | None) -> bool:
    alarm = CompFilter("VALARM", time=TimeRange(start, end))
    holder = CompFilter(calendar.children[0].name, comps=(alarm,))
    return matches(CompFilter("VCALENDAR", comps=(holder,)), calendar, BERLIN)


def rings_at(calendar: Component, moment: datetime) -> bool:
    """Whether it rings in that second, and the range before does not reach it."""
    return rings(calendar, moment, moment + SECOND)


def rings_once_at(calendar: Component, moment: datetime) -> bool:
    before, after = rings(calendar, None, moment), rings(calendar, moment + SECOND, None)
    return rings_at(calendar, moment) and not before and not after


@pytest.mark.parametrize(
    ("trigger", "moment"),
    [
        ("TRIGGER:-PT15M", NINE - 15 * MINUTE),
        ("TRIGGER:PT0S", NINE),
        ("TRIGGER;RELATED=START:PT5M", NINE + 5 * MINUTE),
        ("TRIGGER;RELATED=END:PT0S", NINE + 2 * HOUR),
        ("TRIGGER;related=end:-PT30M", NINE + 90 * MINUTE),
        ("TRIGGER;VALUE=DATE-TIME:20260530T070000Z", datetime(2026, 5, 30, 7, tzinfo=UTC)),
        ("TRIGGER:20260530T070000Z", datetime(2026, 5, 30, 7, tzinfo=UTC)),
        ("TRIGGER:-P1W", NINE - timedelta(weeks=1)),
    ],
)
def test_an_alarm_rings_when_its_trigger_says(trigger: str, moment: datetime) -> None:
    assert rings_once_at(with_alarm("VEVENT", LONG, trigger), moment)


def test_days_before_are_days_of_wall_time() -> None:
    lines = ("DTSTART;TZID=Europe/Berlin:20260329T090000",)
    event = with_alarm("VEVENT", lines, "TRIGGER:-P1D")
    assert rings_once_at(event, datetime(2026, 3, 28, 8, tzinfo=UTC))


def test_an_alarm_of_a_whole_day_counts_from_midnight_of_the_zone() -> None:
    event = with_alarm("VEVENT", ("DTSTART;VALUE=DATE:20260601",), "TRIGGER:PT9H")
    assert rings_once_at(event, datetime(2026, 6, 1, 7, tzinfo=UTC))


def test_an_alarm_at_the_end_of_an_event_with_a_length_alone() -> None:
    event = with_alarm("VEVENT", (START, "DURATION:PT3H"), "TRIGGER;RELATED=END:PT0S")
    assert rings_once_at(event, NINE + 3 * HOUR)


@pytest.mark.parametrize(
    ("lines", "trigger", "moment"),
    [
        ((START, "DUE:20260601T110000Z"), "TRIGGER;RELATED=END:-PT1H", NINE + HOUR),
        ((START, "DUE:20260601T110000Z"), "TRIGGER:-PT1H", NINE - HOUR),
        (("DUE:20260601T110000Z",), "TRIGGER;RELATED=END:-PT1H", NINE + HOUR),
        (("DUE:20260601T110000Z",), "TRIGGER:-PT1H", NINE + HOUR),
        ((START, "DURATION:PT2H"), "TRIGGER;RELATED=END:PT0S", NINE + 2 * HOUR),
    ],
)
def test_an_alarm_of_a_to_do_counts_from_its_start_or_when_it_is_due(
    lines: tuple[str, ...], trigger: str, moment: datetime
) -> None:
    assert rings_once_at(with_alarm("VTODO", lines, trigger), moment)


def test_an_alarm_rings_again_as_often_as_it_says() -> None:
    event = with_alarm("VEVENT", LONG, "TRIGGER:-PT30M", "REPEAT:2", "DURATION:PT10M")
    found = [n for n in range(-60, 60) if rings_at(event, NINE + n * MINUTE)]
    assert found == [-30, -20, -10]


def test_between_two_rings_there_is_silence() -> None:
    event = with_alarm("VEVENT", LONG, "TRIGGER:-PT30M", "REPEAT:2", "DURATION:PT10M")
    assert not rings(event, NINE - 29 * MINUTE, NINE - 20 * MINUTE)


@pytest.mark.parametrize(
    "again",
    [
        ("REPEAT:2",),
        ("DURATION:PT10M",),
        ("REPEAT:often", "DURATION:PT10M"),
        ("REPEAT:-1", "DURATION:PT10M"),
        ("REPEAT:5", "DURATION:PT0S"),
        ("REPEAT:5", "DURATION:-PT5M"),
    ],
)
def test_half_a_repetition_is_none(again: tuple[str, ...]) -> None:
    assert rings_once_at(with_alarm("VEVENT", LONG, "TRIGGER:PT0S", *again), NINE)


def test_an_alarm_that_rings_nearly_for_ever_is_decided_at_once() -> None:
    event = with_alarm("VEVENT", LONG, "TRIGGER:PT0S", "REPEAT:999999999", "DURATION:P1D")
    assert rings_at(event, datetime(2999, 6, 1, 9, tzinfo=UTC))
    assert not rings_at(event, datetime(2999, 6, 1, 10, tzinfo=UTC))


def test_an_alarm_that_rings_again_beyond_the_calendar_rings_at_its_first_time() -> None:
    again = ("REPEAT:999999999", "DURATION:P999999999D")
    assert rings_once_at(with_alarm("VEVENT", LONG, "TRIGGER:PT0S", *again), NINE)


DAILY = (*LONG, "RRULE:FREQ=DAILY", "EXDATE:20260603T090000Z")


def test_each_instance_of_a_series_rings() -> None:
    series = with_alarm("VEVENT", DAILY, "TRIGGER:-PT15M")
    first = NINE - 15 * MINUTE
    found = [n for n in range(-2, 6) if rings_at(series, first + timedelta(days=n))]
    assert found == [0, 1, 3, 4, 5]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (datetime(2800, 1, 1, tzinfo=UTC), None, True),
        (None, NINE - 15 * MINUTE, False),
        (None, NINE, True),
        (datetime(2800, 1, 1, 9, tzinfo=UTC), datetime(2800, 1, 2, 8, tzinfo=UTC), False),
    ],
)
def test_alarms_of_an_endless_series_are_looked_for_where_the_range_is(
    start: datetime | None, end: datetime | None, *, found: bool
) -> None:
    assert rings(with_alarm("VEVENT", DAILY, "TRIGGER:-PT15M"), start, end) is found


def test_an_alarm_long_before_its_event_is_found() -> None:
    series = with_alarm("VEVENT", DAILY, "TRIGGER:-P300D")
    assert rings_at(series, NINE - timedelta(days=300))
    assert not rings_at(series, NINE - timedelta(days=301))


def test_an_absolute_alarm_of_a_series_rings_once() -> None:
    assert rings_once_at(with_alarm("VEVENT", DAILY, "TRIGGER:20260530T070000Z"), NINE.replace(
        month=5, day=30, hour=7
    ))  # fmt: skip


def test_an_instance_with_a_component_of_its_own_has_alarms_of_its_own() -> None:
    own = (
        "BEGIN:VEVENT",
        "UID:one",
        "RECURRENCE-ID:20260602T090000Z",
        "DTSTART:20260602T090000Z",
        "END:VEVENT",
    )
    series = with_alarm("VEVENT", DAILY, "TRIGGER:PT0S")
    lines = [*series.written()]
    quiet = parse("\r\n".join([*lines[:-1], *own, lines[-1], ""]))
    assert not rings_at(quiet, NINE + timedelta(days=1))
    assert rings_at(quiet, NINE + timedelta(days=3))


@pytest.mark.parametrize(
    ("name", "lines", "alarm"),
    [
        ("VEVENT", LONG, ()),
        ("VEVENT", LONG, ("TRIGGER:soon",)),
        ("VEVENT", LONG, ("TRIGGER:99999999T000000Z",)),
        ("VEVENT", LONG, ("TRIGGER:-P999999999D",)),
        ("VEVENT", LONG, ("TRIGGER:PT0S", "REPEAT:2", "DURATION:long")),
        ("VEVENT", ("DTSTART:never",), ("TRIGGER:PT0S",)),
        ("VTODO", ("SUMMARY:x",), ("TRIGGER:PT0S",)),
        ("VJOURNAL", LONG, ("TRIGGER:PT0S",)),
    ],
)
def test_an_alarm_that_cannot_be_placed_never_rings(
    name: str, lines: tuple[str, ...], alarm: tuple[str, ...]
) -> None:
    years = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    assert not rings(with_alarm(name, lines, *alarm), *years)
