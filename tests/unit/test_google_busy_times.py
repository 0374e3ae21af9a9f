"""Busy times that two sides tell are compared as times, and at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.ids import GoogleLinkId
from server.google_sync.model.busy_times import (
    Expected,
    Times,
    is_alike,
    merged,
    next_night,
    pause_after,
)

WINDOW = (100, 200)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ([(110, 120), (120, 130)], [(110, 130)]),
        ([(110, 130), (115, 120)], [(110, 130)]),
        ([(50, 110), (190, 300)], [(100, 110), (190, 200)]),
        ([(110, 110)], []),
        ([(10, 20), (300, 400)], []),
    ],
)
def test_the_same_times_are_alike_however_they_are_cut(here: Times, there: Times) -> None:
    assert is_alike(Expected(here), there, WINDOW)


@pytest.mark.parametrize("there", [[], [(110, 121)], [(111, 120)], [(110, 120), (150, 151)]])
def test_a_second_more_or_less_is_a_difference(there: Times) -> None:
    assert not is_alike(Expected([(110, 120)]), there, WINDOW)


def test_what_may_be_either_is_no_difference_and_hides_no_other() -> None:
    expected = Expected([(110, 120)], [(140, 150)])
    for there in ([(110, 120)], [(110, 120), (140, 150)], [(110, 120), (145, 147)]):
        assert is_alike(expected, there, WINDOW)
    assert not is_alike(expected, [(110, 120), (140, 151)], WINDOW)


def test_times_are_cut_at_the_edges() -> None:
    assert merged([(0, 1000)], WINDOW) == [WINDOW]


@pytest.mark.parametrize("day", [1, 7, 8, 15])
def test_a_night_is_between_one_and_five_and_a_day_after_the_last(day: int) -> None:
    # The clocks change on 8 March and 1 November 2026.
    for month in (3, 11):
        for number in range(40):
            link = GoogleLinkId(f"link{number}")
            first = next_night(link, NEW_YORK, datetime(2026, month, day, 12, tzinfo=UTC))
            assert 0 <= first.astimezone(NEW_YORK).hour <= 5
            second = next_night(link, NEW_YORK, first)
            assert timedelta(hours=22) <= second - first <= timedelta(hours=26)


def test_links_are_spread_over_the_night() -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    hours = {next_night(GoogleLinkId(f"l{n}"), NEW_YORK, now).hour for n in range(100)}
    assert len(hours) == 4


def test_a_pause_doubles_up_to_a_month() -> None:
    days = [pause_after(number) / timedelta(days=1) for number in range(8)]
    assert days == [0, 1.5, 3.5, 7.5, 15.5, 31.5, 31.5, 31.5]
