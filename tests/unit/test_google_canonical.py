"""What is compared of events: the same event reads the same, however it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.domain.ids import AppointmentId
from server.domain.when import AllDay, Recurrence, RecurrenceKey, Timed
from server.google_sync.model.canonical import (
    Projection,
    Times,
    natural_times,
    times_of,
    when_of,
)
from server.google_sync.model.incoming import Reader, read_event, read_staged, staged_text
from server.google_sync.model.marks import (
    Whose,
    event_id,
    mark_of,
    read_mark,
    split_from,
    text_hash,
)
from server.google_sync.model.projection import Piece, Wanted, body_of, pieces_between, scrubbed
from server.google_sync.model.recurrence_lines import (
    NotOneRule,
    canonical_rule,
    lines_for,
    read_lines,
    told_in_lines,
)
from tests.practice import Field

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
KEY = bytes(32)
OTHER_KEY = bytes([1]) * 32
FORTNIGHTLY = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU"
READER = Reader(KEY, BERLIN)
START = datetime(2026, 11, 24, 14, tzinfo=NEW_YORK)
TUESDAY = Timed(START, START + timedelta(hours=1))


def item(**said: Field) -> dict[str, Any]:
    """Return an event as Google shows it."""
    return {
        "id": "abcde",
        "etag": '"1"',
        "status": "confirmed",
        "summary": "Dentist",
        "start": {"dateTime": "2026-11-24T14:00:00-05:00", "timeZone": "America/New_York"},
        "end": {"dateTime": "2026-11-24T15:00:00-05:00", "timeZone": "America/New_York"},
        **said,
    }


def busy(**said: Field) -> bool:
    projection = read_event(READER, item(**said)).projection
    assert projection is not None
    return projection.opaque


def test_the_same_moment_at_another_offset_is_the_same() -> None:
    elsewhere = {"dateTime": "2026-11-24T20:00:00+01:00", "timeZone": "America/New_York"}
    assert read_event(READER, item(start=elsewhere)) == read_event(READER, item())


def test_a_series_is_wall_time_in_its_zone() -> None:
    rule = ["RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=TU;COUNT=3"]
    projection = read_event(READER, item(recurrence=rule)).projection
    assert projection is not None
    assert projection.times == Times(
        "20261124T140000", "20261124T150000", "America/New_York", ("FREQ=WEEKLY;COUNT=3",)
    )
    assert projection.times == times_of(TUESDAY, Recurrence(("COUNT=3;FREQ=WEEKLY",)))


def test_what_was_read_is_staged_without_its_title() -> None:
    found = read_event(READER, item(attendees=[{"email": "x"}]))
    assert "Dentist" not in staged_text(found)
    assert read_staged(staged_text(found)) == found
    assert found.guests


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, True),
        ({"transparency": "transparent"}, False),
        ({"eventType": "workingLocation"}, False),
        ({"eventType": "birthday"}, False),
        ({"eventType": "outOfOffice"}, True),
        ({"eventType": "fromGmail", "transparency": "transparent"}, False),
        ({"eventType": "fromGmail"}, True),
        ({"eventType": "focusTime"}, True),
        ({"status": "tentative"}, True),
        ({"attendees": [{"self": True, "responseStatus": "declined"}]}, False),
        ({"attendees": [{"self": False, "responseStatus": "declined"}]}, True),
    ],
)
def test_g073_which_events_take_time(said: dict[str, Any], *, expected: bool) -> None:
    assert busy(**said) is expected


def test_g073_focus_time_takes_time_where_the_practice_says_so() -> None:
    free = Reader(KEY, BERLIN, focus_blocks=False)
    projection = read_event(free, item(eventType="focusTime")).projection
    assert projection is not None
    assert not projection.opaque


def test_g047_an_event_without_length_is_a_moment() -> None:
    projection = read_event(READER, item(end=item()["start"])).projection
    assert projection is not None
    assert projection.times == Times("20261124T190000Z", "20261124T190000Z")


def test_a_bare_cancelled_occurrence_says_only_which_one_it_is() -> None:
    bare = {
        "id": "abcde_20261124T190000Z",
        "status": "cancelled",
        "recurringEventId": "abcde",
        "originalStartTime": {"dateTime": "2026-11-24T20:00:00+01:00"},
    }
    found = read_event(READER, bare)
    assert (found.cancelled, found.series, found.original) == (
        True,
        "abcde",
        "20261124T190000Z",
    )
    assert found.projection is None


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"],
        ["RRULE:FREQ=HOURLY"],
        ["EXRULE:FREQ=DAILY"],
        ["RDATE;VALUE=PERIOD:20261124T190000Z/PT1H"],
        ["RRULE:FREQ=SOMETIMES"],
    ],
)
def test_g046_what_is_no_one_rule_is_said_to_be_odd(lines: list[str]) -> None:
    with pytest.raises(NotOneRule):
        read_lines(lines, TUESDAY)
    assert read_event(READER, item(recurrence=lines)).odd


def test_g044_zones_of_windows_are_read_and_utc_is_written() -> None:
    lines = [
        "RRULE:FREQ=WEEKLY",
        "EXDATE;TZID=Eastern Standard Time:20261201T140000",
        "RDATE;TZID=Europe/Berlin:20261202T200000,20261203T200000",
    ]
    found = read_lines(lines, TUESDAY)
    times = times_of(TUESDAY, found)
    assert times.gone == ("20261201T190000Z",)
    assert times.added == ("20261202T190000Z", "20261203T190000Z")
    assert lines_for(TUESDAY, found, times.gone) == [
        "RRULE:FREQ=WEEKLY",
        "RDATE:20261202T190000Z",
        "RDATE:20261203T190000Z",
        "EXDATE:20261201T190000Z",
    ]


def test_a_day_taken_out_of_a_timed_series_is_the_occurrence_of_that_day() -> None:
    rule = Recurrence(("FREQ=WEEKLY",), exdates=(date(2026, 12, 1),))
    assert times_of(TUESDAY, rule).gone == ("20261201T190000Z",)


def test_whole_days_are_written_as_days() -> None:
    day = AllDay(date(2026, 11, 24), 2)
    rule = Recurrence(("FREQ=WEEKLY;UNTIL=20270101T120000Z",))
    assert lines_for(day, rule, [RecurrenceKey("20261201")]) == [
        "RRULE:FREQ=WEEKLY;UNTIL=20270101",
        "EXDATE;VALUE=DATE:20261201",
    ]
    wanted = Wanted(Projection(times_of(day)), day, "Busy")
    body = body_of(wanted, {Piece.TIMES})
    assert body == {"start": {"date": "2026-11-24"}, "end": {"date": "2026-11-26"}}


def test_an_hour_that_comes_twice_is_written_with_its_offset() -> None:
    second = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1)
    when = Timed(second, second + timedelta(hours=1))
    body = body_of(Wanted(Projection(times_of(when)), when), {Piece.TIMES})
    assert body["start"]["dateTime"] == "2026-11-01T01:30:00-05:00"


def test_a_patch_never_says_a_status() -> None:
    wanted = Wanted(Projection(times_of(TUESDAY), "hash"), TUESDAY, "Busy")
    assert "status" not in {**body_of(wanted, set(Piece)), **scrubbed()}


def test_only_what_differs_is_written() -> None:
    has = Projection(times_of(TUESDAY), "hash", private=False)
    assert pieces_between(has, has) == frozenset()
    assert pieces_between(Projection(times_of(TUESDAY), "hash"), has) == {Piece.PRIVATE}


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("WKST=MO;FREQ=DAILY;INTERVAL=1", "FREQ=DAILY"),
        ("FREQ=WEEKLY;BYDAY=TU;WKST=SU", "FREQ=WEEKLY"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,TU;WKST=SU",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=24", "FREQ=MONTHLY"),
        ("FREQ=WEEKLY;UNTIL=20261231", "FREQ=WEEKLY;UNTIL=20270101T045959Z"),
    ],
)
def test_rules_that_mean_the_same_read_the_same(written: str, canonical: str) -> None:
    assert canonical_rule(written, TUESDAY) == canonical
    assert canonical_rule(canonical, TUESDAY) == canonical


def test_times_are_read_back_as_they_were() -> None:
    for when in (TUESDAY, AllDay(date(2026, 11, 24), 3)):
        assert when_of(times_of(when), NEW_YORK) == when
    series = times_of(TUESDAY, Recurrence(("FREQ=WEEKLY",)))
    assert when_of(series, BERLIN) == TUESDAY
    key = RecurrenceKey("20261201T190000Z")
    assert natural_times(series, key) == Times("20261201T190000Z", "20261201T200000Z")


def test_g045_of_very_many_dates_taken_out_the_next_are_told() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    days = [now + timedelta(days=day) for day in range(-100, 150)]
    keys = [RecurrenceKey(f"{day:%Y%m%dT%H%M%SZ}") for day in days]
    told = told_in_lines(keys, now)
    assert told == keys[100:200]


def test_ids_are_the_same_for_each_try_and_say_nothing() -> None:
    number = AppointmentId("01KAQ000000000000000000000")
    first = event_id(KEY, number, 0)
    assert first == event_id(KEY, number, 0)
    assert len(first) == 32
    assert set(first) <= set("0123456789abcdefghijklmnopqrstuv")
    assert len({first, event_id(KEY, number, 1), event_id(OTHER_KEY, number, 0)}) == 3


def test_a_mark_is_true_on_its_own_event_and_a_copy_elsewhere() -> None:
    mark = mark_of(KEY, "abcde", 1)
    assert read_mark(KEY, mark, "abcde", "").whose is Whose.OURS
    assert read_mark(KEY, mark, "abcde_20261124T190000Z", "abcde").whose is Whose.OURS
    assert read_mark(KEY, mark, "fghij", "").whose is Whose.COPY
    assert read_mark(OTHER_KEY, mark, "abcde", "").whose is Whose.NOBODYS
    assert read_mark(KEY, "v0.abcde", "abcde", "").whose is Whose.UNREADABLE
    assert read_mark(KEY, "", "abcde", "").whose is Whose.NOBODYS


def test_what_a_split_was_made_from_is_known_by_its_id() -> None:
    assert split_from("abcde_R20261124T190000") == "abcde"
    assert split_from("abcde_20261124T190000Z") == ""


def test_a_text_is_compared_without_being_kept() -> None:
    assert text_hash(KEY, "Dentist") == text_hash(KEY, "Dentist")
    assert text_hash(KEY, "Dentist") != text_hash(OTHER_KEY, "Dentist")
