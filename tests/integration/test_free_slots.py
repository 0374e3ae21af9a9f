"""Free slots: bookable hours drawn in a calendar app, less everything that is taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.vocabulary import Status
from server.domain.when import Recurrence
from tests.bookable import TUESDAY, WEEKLY, draw, find, hours, offer, shown
from tests.practice import (
    JANE,
    THEO,
    House,
    at,
    other,
    session,
    timed,
)


@pytest.fixture
def open_house(house: House) -> House:
    """Return the practice with one hour and a half that clients may book."""
    offer(house)
    draw(house, hours())
    return house


def test_a_weekly_availability_drawn_in_thunderbird_across_the_autumn_change(
    any_house: House,
) -> None:
    offer(any_house)
    any_house.now = datetime(2026, 10, 19, 12, tzinfo=UTC)
    draw(any_house, WEEKLY)
    found = find(any_house, end=datetime(2026, 11, 25, tzinfo=UTC))
    quarters = ("09:00", "09:15", "09:30", "09:45")
    before = [f"{day} {time}" for day in ("10-20", "10-27", "11-03") for time in quarters]
    # One week was moved to a Wednesday afternoon, the next one was taken out.
    assert shown(found) == [*before, "11-11 13:00", *TUESDAY]
    assert {"10-27 13:00", "11-03 14:00"} <= set(shown(found, ZoneInfo("UTC")))


def test_a_weekly_availability_across_the_change_in_spring(any_house: House) -> None:
    offer(any_house, grid=45)
    any_house.now = datetime(2027, 3, 7, 12, tzinfo=UTC)
    draw(any_house, WEEKLY)
    found = find(any_house, end=datetime(2027, 3, 24, tzinfo=UTC))
    assert [slot.start for slot in found] == [
        datetime(2027, 3, day, hour, minute, tzinfo=UTC)
        for day, hour in ((9, 14), (16, 13), (23, 13))
        for minute in (0, 45)
    ]


@pytest.mark.parametrize(
    ("zone", "day", "utc"),
    [
        # At 02:00 it is 03:00: 02:30 never comes. At 02:00 it is 01:00: 01:30 comes twice.
        ("America/New_York", "20270314", ["06:00", "06:30", "07:00", "07:30"]),
        ("America/New_York", "20261101", ["05:00", "05:30", "06:00", "06:30", "07:00"]),
    ],
)
def test_in_the_night_of_the_change_every_half_hour_that_there_is_can_be_booked(
    any_house: House, zone: str, day: str, utc: list[str]
) -> None:
    offer(any_house, "consult15", grid=30)
    any_house.now = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC) - timedelta(days=5)
    ends = {"20270314": "20270314T040000", "20261101": "20261101T021500"}[day]
    night = hours(start=f"DTSTART;TZID={zone}:{day}T010000", end=f"DTEND;TZID={zone}:{ends}")
    draw(any_house, night, THEO)
    assert shown(find(any_house, "consult15"), ZoneInfo("UTC")) == [
        f"{day[4:6]}-{day[6:]} {time}" for time in utc
    ]


def test_what_is_booked_is_not_offered(any_house: House) -> None:
    offer(any_house)
    draw(any_house, hours())
    assert shown(find(any_house)) == TUESDAY
    number = any_house.book(timed(at(24, 9, 30), 30))
    assert find(any_house) == []
    any_house.edit(number, timed(at(24, 9, 50), 30))
    assert shown(find(any_house)) == ["11-24 09:00"]
    any_house.edit(number, status=Status.CANCELLED)
    assert shown(find(any_house)) == TUESDAY


def test_travel_is_taken_and_free_time_is_not(open_house: House) -> None:
    travel = timedelta(minutes=45)
    open_house.book(timed(at(24, 10, 30)), other(travel=travel))
    assert shown(find(open_house)) == TUESDAY[:1]
    open_house.book(timed(at(24, 9, 0)), other("Radio is on", busy=False))
    assert shown(find(open_house)) == TUESDAY[:1]


def test_a_series_takes_its_slots_also_beyond_the_index(open_house: House) -> None:
    open_house.book(timed(at(3, 9), 90), other(), Recurrence(("FREQ=WEEKLY",)))
    assert find(open_house) == []
    open_house.now = datetime(2029, 5, 28, 12, tzinfo=UTC)
    far = ("20290529T090000", "20290529T103000")
    draw(
        open_house,
        hours(
            start=f"DTSTART;TZID=America/New_York:{far[0]}",
            end=f"DTEND;TZID=America/New_York:{far[1]}",
        ),
    )
    assert find(open_house) == []


def test_hours_of_a_series_are_there_beyond_the_index_too(open_house: House) -> None:
    draw(open_house, hours("RRULE:FREQ=WEEKLY"))
    open_house.now = datetime(2029, 5, 27, 12, tzinfo=UTC)
    found = find(open_house, end=datetime(2029, 5, 31, tzinfo=UTC))
    assert shown(found) == [f"05-29 09:{quarter}" for quarter in ("00", "15", "30", "45")]


def test_pauses_keep_free_what_is_around_a_session(open_house: House) -> None:
    offer(open_house, before=15, after=30)
    assert shown(find(open_house)) == TUESDAY
    open_house.book(timed(at(24, 10, 30), 30), other())
    assert shown(find(open_house)) == TUESDAY[:2]
    open_house.book(timed(at(24, 8), 60), other())
    assert shown(find(open_house)) == TUESDAY[1:2]


def test_the_pauses_of_what_is_booked_are_kept_too(any_house: House) -> None:
    offer(any_house, "acupinitial", after=30)
    offer(any_house)
    draw(any_house, hours())
    any_house.book(timed(at(24, 7, 45), 75), session(JANE, "acupinitial"))
    assert shown(find(any_house)) == TUESDAY[2:]


def test_notice_and_horizon_bound_what_can_be_booked(open_house: House) -> None:
    open_house.now = datetime(2026, 11, 23, 14, 15, tzinfo=UTC)
    assert shown(find(open_house)) == TUESDAY[1:]
    offer(open_house, notice=0, horizon=0)
    assert find(open_house) == []
    open_house.now = datetime(2026, 11, 24, 14, 31, tzinfo=UTC)
    assert shown(find(open_house)) == TUESDAY[3:]
    open_house.now = datetime(2026, 11, 22, 15, tzinfo=UTC)
    offer(open_house, horizon=1)
    assert find(open_house) == []
    offer(open_house, horizon=2)
    assert shown(find(open_house)) == TUESDAY


def test_only_starts_inside_the_range_that_is_asked_for_are_given(open_house: House) -> None:
    found = find(open_house, start=at(24, 9, 15), end=at(24, 9, 45))
    assert shown(found) == TUESDAY[1:3]
    assert find(open_house, start=at(25), end=at(24)) == []
