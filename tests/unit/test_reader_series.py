"""Reading series: rules, added and excluded dates, overrides and what they speak for."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from server.domain.when import Timed, key_of
from server.ics.event import CalendarObject, Event
from server.ics.reader import read_object

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
START = "DTSTART;TZID=America/New_York:20261124T140000"
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//Test//EN")


def component(*lines: str, name: str = "VEVENT", uid: str = "one") -> list[str]:
    return [f"BEGIN:{name}", *([f"UID:{uid}"] if uid else []), *lines, f"END:{name}"]


def read(*parts: list[str], head: tuple[str, ...] = HEAD) -> CalendarObject:
    lines = [*head, *(line for part in parts for line in part), "END:VCALENDAR", ""]
    return read_object("\r\n".join(lines), NEW_YORK)


def event(*lines: str) -> Event:
    """Return the one event made of these lines, at the usual time if they name none."""
    start = () if any(line.startswith("DTSTART") for line in lines) else (START,)
    found = read(component(*start, *lines)).master
    assert found is not None
    return found


def moment(day: int, hour: int = 14, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=zone)


def series(*override: str, start: str = START) -> CalendarObject:
    return read(component(start, "RRULE:FREQ=WEEKLY"), component(*override))


@pytest.mark.parametrize(
    "identity",
    [
        "RECURRENCE-ID;TZID=America/New_York:20261201T140000",
        "RECURRENCE-ID:20261201T190000Z",
        "RECURRENCE-ID:20261201T140000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261201T200000",
        "RECURRENCE-ID;VALUE=DATE:20261201",
    ],
)
def test_an_override_is_known_by_its_original_start_however_it_is_written(
    identity: str,
) -> None:
    found = series(identity, "DTSTART;TZID=America/New_York:20261202T090000")
    (key,) = found.overrides
    assert key == key_of(datetime(2026, 12, 1, 14, tzinfo=NEW_YORK))
    assert found.overrides[key].recurrence is None


@pytest.mark.parametrize(
    "identity",
    ["RECURRENCE-ID;VALUE=DATE:20261201", "RECURRENCE-ID;TZID=Europe/Berlin:20261201T000000"],
)
def test_an_override_of_an_all_day_series_is_known_by_its_day(identity: str) -> None:
    found = series(identity, "DTSTART;VALUE=DATE:20261202", start="DTSTART;VALUE=DATE:20261124")
    assert list(found.overrides) == [key_of(date(2026, 12, 1))]


def test_overrides_without_a_master_are_read() -> None:
    found = read(component(START, "RECURRENCE-ID:20261201T190000Z", "RRULE:FREQ=DAILY"))
    assert found.master is None
    assert list(found.overrides) == ["20261201T190000Z"]
    assert found.events[0].recurrence is None


def test_of_two_overrides_of_one_occurrence_the_last_counts() -> None:
    identity = "RECURRENCE-ID:20261201T190000Z"
    found = read(
        component(START, "RRULE:FREQ=WEEKLY"),
        component(START, identity, "SUMMARY:first"),
        component(START, identity, "SUMMARY:second"),
    )
    assert [one.texts["SUMMARY"] for one in found.overrides.values()] == ["second"]


@pytest.mark.parametrize(
    ("identity", "following"),
    [
        ("RECURRENCE-ID;RANGE=THISANDFUTURE:20261201T190000Z", True),
        ("RECURRENCE-ID;range=thisandfuture:20261201T190000Z", True),
        ("RECURRENCE-ID:20261201T190000Z", False),
    ],
)
def test_an_override_may_speak_for_all_that_follow(identity: str, following: bool) -> None:
    (override,) = series(identity, START).overrides.values()
    assert override.following is following


def test_the_recurrence_is_read_as_written() -> None:
    found = event(
        "RRULE:FREQ=WEEKLY;COUNT=5",
        "RDATE;TZID=America/New_York:20261126T140000,20261127T140000",
        "RDATE;VALUE=PERIOD:20261128T140000/PT2H",
        "EXDATE;TZID=America/New_York:20261201T140000",
        "EXDATE;VALUE=DATE:20261208",
    ).recurrence
    assert found is not None
    assert found.rrules == ("FREQ=WEEKLY;COUNT=5",)
    assert found.rdates == (moment(26), moment(27), Timed(moment(28), moment(28, 16)))
    assert found.exdates == (
        datetime(2026, 12, 1, 14, tzinfo=NEW_YORK),
        date(2026, 12, 8),
    )


def test_an_event_that_does_not_repeat_has_no_recurrence() -> None:
    assert event().recurrence is None
