"""Time ranges over to-dos, journals and free-busy: the rows of RFC 4791 9.9."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.ics.lines import Component
from tests.unit.filtering import (
    AFTER,
    BEFORE,
    FROM_NINE_TO_TEN,
    HOUR,
    NINE,
    SECOND,
    START,
    TEN,
    day,
    days_of,
    edges,
    part,
    whole,
    within,
)


def todo(*lines: str) -> Component:
    return whole(part("VTODO", *lines))


DUE = "DUE:20260601T100000Z"


def test_a_to_do_with_a_length_touches_its_end() -> None:
    assert edges(todo(START, "DURATION:PT1H"), NINE, TEN) == (False, True, True, True)


def test_a_to_do_without_any_length_touches_its_moment() -> None:
    task = todo(START, "DURATION:PT0S")
    assert (within(task, NINE, TEN), within(task, BEFORE, NINE)) == (True, True)


def test_a_to_do_with_a_start_and_an_end_overlaps_as_an_event_does() -> None:
    assert edges(todo(START, DUE), NINE, TEN) == FROM_NINE_TO_TEN


def test_a_to_do_due_when_it_starts_touches_both_sides() -> None:
    task = todo("DTSTART:20260601T100000Z", DUE)
    assert (within(task, TEN, AFTER), within(task, NINE, TEN)) == (True, True)
    assert not within(task, TEN + SECOND, AFTER)


def test_a_to_do_with_a_start_alone_is_a_moment() -> None:
    task = todo(START)
    assert (within(task, NINE, TEN), within(task, BEFORE, NINE)) == (True, False)


def test_a_to_do_that_is_only_due_belongs_to_the_range_that_ends_then() -> None:
    task = todo(DUE, "COMPLETED:20250101T000000Z", "CREATED:20250101T000000Z")
    assert (within(task, NINE, TEN), within(task, TEN, AFTER)) == (True, False)
    assert not within(task, NINE, TEN - SECOND)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (BEFORE, NINE - SECOND, False),
        (BEFORE, NINE, True),
        (NINE + SECOND, TEN - SECOND, True),
        (TEN, AFTER, True),
        (TEN + SECOND, AFTER, False),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_finished_to_do_spans_creation_and_completion(
    start: datetime, end: datetime, *, found: bool, swapped: bool
) -> None:
    first, second = ("COMPLETED", "CREATED") if swapped else ("CREATED", "COMPLETED")
    task = todo(f"{first}:20260601T090000Z", f"{second}:20260601T100000Z")
    assert within(task, start, end) is found


def test_a_to_do_known_only_by_its_completion_is_that_moment() -> None:
    task = todo("COMPLETED:20260601T100000Z")
    assert (within(task, NINE, TEN), within(task, TEN, AFTER)) == (True, True)
    assert not within(task, TEN + SECOND, AFTER)


def test_a_to_do_known_only_by_its_creation_lasts_for_ever() -> None:
    task = todo("CREATED:20260601T090000Z")
    assert within(task, datetime(2500, 1, 1, tzinfo=UTC), None)
    assert not within(task, BEFORE, NINE)


def test_a_to_do_without_any_date_is_always_there() -> None:
    assert within(todo("SUMMARY:x", "DURATION:PT1H"), NINE, TEN)


def test_a_to_do_whose_only_date_cannot_be_read_is_not_found() -> None:
    assert not within(todo("DUE:soon"), None, None)


def test_a_to_do_that_repeats_is_found_by_each_instance_and_its_overrides() -> None:
    task = whole(
        part("VTODO", START, DUE, "RRULE:FREQ=DAILY;COUNT=3"),
        part("VTODO", "RECURRENCE-ID:20260602T090000Z", "DTSTART:20260610T090000Z"),
    )
    assert days_of(task) == [1, 3, 10]


def test_a_to_do_due_on_its_first_day_is_due_at_its_beginning() -> None:
    task = todo("DTSTART;VALUE=DATE:20260601", "DUE;VALUE=DATE:20260601")
    midnight = datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert within(task, midnight - HOUR, midnight)
    assert not within(task, midnight + SECOND, midnight + HOUR)


# --- journals and free-busy ---


def test_a_journal_of_a_moment_has_no_length() -> None:
    journal = whole(part("VJOURNAL", START))
    assert (within(journal, NINE, TEN), within(journal, BEFORE, NINE)) == (True, False)
    assert not within(journal, NINE + SECOND, TEN)


def test_a_journal_of_a_day_lasts_a_day() -> None:
    journal = whole(part("VJOURNAL", "DTSTART;VALUE=DATE:20260601"))
    midnight = datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert edges(journal, midnight, midnight + 24 * HOUR) == FROM_NINE_TO_TEN


def test_a_journal_without_a_date_is_at_no_time() -> None:
    assert not within(whole(part("VJOURNAL", "SUMMARY:x")), None, None)


def test_a_journal_may_repeat() -> None:
    assert days_of(whole(part("VJOURNAL", START, "RRULE:FREQ=WEEKLY;COUNT=2"))) == [1, 8]


def test_free_busy_of_a_span_touches_its_end() -> None:
    lines = (START, "DTEND:20260601T100000Z", "FREEBUSY:20250101T000000Z/PT1H")
    assert edges(whole(part("VFREEBUSY", *lines)), NINE, TEN) == (False, True, True, True)


def test_free_busy_without_a_span_is_that_of_its_periods() -> None:
    lines = (
        "FREEBUSY:unreadable",
        "FREEBUSY;FBTYPE=FREE:20260601T090000Z/PT1H,20260620T090000Z/20260620T100000Z",
    )
    busy = whole(part("VFREEBUSY", *lines, "DURATION:PT9H"))
    assert edges(busy, NINE, TEN) == FROM_NINE_TO_TEN
    assert within(busy, *day(20))


def test_free_busy_that_says_nothing_is_at_no_time() -> None:
    assert not within(whole(part("VFREEBUSY", START)), None, None)


def test_other_components_have_no_time() -> None:
    assert not within(whole(part("VAVAILABILITY", START)), None, None)
