"""Series: one in the practice is one in Google, whatever becomes of its occurrences."""

from __future__ import annotations

import pytest

from server.domain.vocabulary import Status
from server.domain.when import Recurrence
from tests.google.house import Linked
from tests.google.series import TUESDAYS, delete, instances, weekly
from tests.practice import (
    JOHN,
    at,
    event,
    following,
    session,
    this,
    timed,
)


def test_g034_a_weekly_series_keeps_its_wall_time_over_both_changes(alma: Linked) -> None:
    alma.house.book(timed(at(24, month=10)), session(), Recurrence(("FREQ=WEEKLY;COUNT=24",)))
    alma.house.edit(alma.house.of_href(alma.house.stored()[0].href), note="x")
    alma.settle()
    found = instances(alma)
    assert len(found) == 24
    assert {one[6:] for one in found} == {"14:00"}
    assert alma.only["recurrence"]


@pytest.mark.parametrize("side", ["google", "practice"])
def test_g035_one_occurrence_moves_by_itself(alma: Linked, side: str) -> None:
    number = weekly(alma)
    series = alma.pair(number).event
    if side == "google":
        alma.drag(alma.instance(series, at(1, month=12)), at(2, 10, month=12))
    else:
        alma.house.edit(this(number, at(1, month=12)), timed(at(2, 10, month=12)))
    alma.settle()
    expected = ["11-24 14:00", "12-02 10:00", *TUESDAYS[2:], "12-29 14:00"]
    assert alma.house.starts(number) == expected
    assert instances(alma) == expected
    assert "RECURRENCE-ID;TZID=America/New_York:20261201T140000" in alma.house.shown(number)


@pytest.mark.parametrize("side", ["google", "practice", "cancelled"])
def test_g036_one_occurrence_is_cancelled_by_itself(alma: Linked, side: str) -> None:
    number = weekly(alma)
    series = alma.pair(number).event
    if side == "google":
        alma.act("cancel_one", alma.instance(series, at(1, month=12)))
    elif side == "practice":
        delete(alma, this(number, at(1, month=12)))
    else:
        alma.house.edit(this(number, at(1, month=12)), status=Status.CANCELLED)
    alma.settle()
    expected = ["11-24 14:00", *TUESDAYS[2:], "12-29 14:00"]
    assert alma.house.starts(number) == expected
    assert instances(alma) == expected


def test_g037_an_occurrence_is_moved_after_others_were_cancelled(alma: Linked) -> None:
    number = weekly(alma)
    delete(alma, this(number, at(1, month=12)))
    alma.settle()
    alma.act("cancel_one", alma.instance(alma.pair(number).event, at(8, month=12)))
    alma.settle()
    alma.house.edit(this(number, at(15, month=12)), timed(at(16, 9, month=12)))
    alma.settle()
    expected = ["11-24 14:00", "12-16 09:00", "12-22 14:00", "12-29 14:00"]
    assert instances(alma) == expected
    assert alma.house.starts(number) == expected


def test_g036_a_cancelled_occurrence_comes_back_by_itself(alma: Linked) -> None:
    number = weekly(alma)
    alma.house.edit(this(number, at(1, month=12)), status=Status.CANCELLED)
    alma.settle()
    alma.house.edit(this(number, at(1, month=12)), status=Status.BOOKED)
    alma.settle()
    assert instances(alma) == [*TUESDAYS, "12-29 14:00"]


def test_g031_an_occurrence_that_has_happened_is_restored(alma: Linked) -> None:
    number = weekly(alma)
    alma.house.edit(this(number, at(24)), status=Status.ARRIVED)
    alma.settle()
    alma.act("cancel_one", alma.instance(alma.pair(number).event, at(24)))
    alma.settle()
    assert instances(alma) == [*TUESDAYS, "12-29 14:00"]
    assert alma.notices() == ["google-locked"]


def test_g041_this_and_following_here_is_two_series_there(alma: Linked) -> None:
    number = weekly(alma)
    alma.house.edit(this(number, at(15, month=12)), timed(at(16, 9, month=12)))
    alma.settle()
    rest = alma.house.edit(following(number, at(8, month=12)), timed(at(8, 16, month=12)))
    alma.settle()
    expected = [
        "11-24 14:00",
        "12-01 14:00",
        "12-08 16:00",
        "12-16 09:00",
        "12-22 16:00",
        "12-29 16:00",
    ]
    both = sorted(alma.house.starts(number) + alma.house.starts(rest))
    assert both == expected
    assert instances(alma) == expected


def test_g042_a_series_is_moved_around_what_has_happened(alma: Linked) -> None:
    number = weekly(alma)
    alma.house.edit(this(number, at(1, month=12)), status=Status.ARRIVED)
    alma.settle()
    series = alma.pair(number).event
    alma.act(
        "edit_all",
        series,
        changes={
            "start": {"dateTime": "2026-11-25T14:00:00", "timeZone": "America/New_York"},
            "end": {"dateTime": "2026-11-25T15:15:00", "timeZone": "America/New_York"},
        },
    )
    alma.settle()
    expected = [
        "11-25 14:00",
        "12-01 14:00",
        "12-09 14:00",
        "12-16 14:00",
        "12-23 14:00",
        "12-30 14:00",
    ]
    assert alma.house.starts(number) == expected
    assert instances(alma) == expected


def test_g042_a_series_that_has_begun_is_moved_from_its_next_occurrence(alma: Linked) -> None:
    number = weekly(alma)
    alma.house = alma.house.later(days=29)
    alma.google.clock.stand(alma.house.now)
    series = alma.pair(number).event
    alma.act(
        "edit_all",
        series,
        changes={
            "start": {"dateTime": "2026-11-24T16:00:00", "timeZone": "America/New_York"},
            "end": {"dateTime": "2026-11-24T17:15:00", "timeZone": "America/New_York"},
        },
    )
    alma.settle()
    assert alma.house.starts(number) == ["11-24 14:00", "12-01 14:00"]
    expected = [
        "11-24 14:00",
        "12-01 14:00",
        "12-08 16:00",
        "12-15 16:00",
        "12-22 16:00",
        "12-29 16:00",
    ]
    assert instances(alma) == expected


def test_g049_a_series_deleted_in_google_is_cancelled_once(alma: Linked) -> None:
    number = weekly(alma)
    series = alma.pair(number).event
    alma.drag(alma.instance(series, at(1, month=12)), at(2, 10, month=12))
    alma.settle()
    lines = len(alma.house.history(number))
    alma.act("delete", series)
    alma.settle()
    assert alma.house.starts(number) == []
    assert alma.events == []
    assert len(alma.house.history(number)) - lines <= 2


def test_g034_a_rule_that_google_cannot_keep_is_parked_and_the_rest_flows(alma: Linked) -> None:
    text = event("jd acf", "20261124T140000", "RRULE:FREQ=HOURLY;COUNT=3")
    alma.house.put(text)
    other_one = alma.house.book(timed(at(26)), session(JOHN))
    alma.settle()
    assert alma.starts() == ["11-26 19:00"]
    assert alma.pair(other_one).state == "live"
    assert "google-parked" in alma.notices()
