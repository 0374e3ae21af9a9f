"""What the benchmark takes for a right answer where instances and busy time are asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import recurring_ical_events
from icalendar import Calendar

from bench.answers import BusyTime, Expectation, Listing, fault
from bench.calendar_text import NotAsAsked, busy_spans, instances
from bench.expansion import Instance, Occurrences, Span, Window, coalesced, months, spans
from bench.wire import Answer
from bench.workload import Plan, calendar, text_of, utc_stamp

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MARCH = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
HOUR = timedelta(hours=1)

ONE = ("20260302T090000Z", "20260302T100000Z", "20260302T090000Z")
TWO = ("20260309T090000Z", "20260309T100000Z", "20260309T090000Z")


@pytest.fixture(scope="module")
def plans() -> tuple[Plan, ...]:
    return calendar(300, seed=1)


def test_the_instances_of_a_month_equal_a_foreign_expansion(plans: tuple[Plan, ...]) -> None:
    occurrences = Occurrences(plans)
    timed = {plan.href: plan for plan in plans if plan.at is not None}
    for window in months(4, seed=2):
        found = occurrences.instances(window)
        ours = {href: found.get(href, frozenset()) for href in timed}
        assert ours == {href: _foreign(plan, window) for href, plan in timed.items()}


def test_a_whole_day_is_an_instance_in_days(plans: tuple[Plan, ...]) -> None:
    day = next(plan for plan in plans if plan.at is None)
    begin, end = spans(day)[0]
    found = Occurrences([day]).instances(Window(begin, end))
    last = day.first + day.length
    assert found == {day.href: frozenset({(f"{day.first:%Y%m%d}", f"{last:%Y%m%d}", "")})}


def test_busy_time_is_every_minute_of_an_opaque_event_and_no_other(
    plans: tuple[Plan, ...],
) -> None:
    timed = [plan for plan in plans if plan.at is not None]
    window = months(1, seed=4)[0]
    (busy,) = Occurrences(timed).busy(window)
    opaque = [span for plan in timed if not plan.is_transparent for span in spans(plan)]
    assert _minutes(busy) == {
        minute for minute in _minutes(opaque) if window.start <= minute < window.end
    }


def test_whole_days_are_busy_in_the_practices_zone_or_in_utc(plans: tuple[Plan, ...]) -> None:
    day = next(plan for plan in plans if plan.at is None)
    window = Window(spans(day)[0][0] - 3 * HOUR * 24, spans(day)[0][1] + 3 * HOUR * 24)
    assert Occurrences([day]).busy(window) == (spans(day), spans(day, UTC))


def test_periods_that_overlap_or_touch_become_one() -> None:
    found = [(NINE, NINE + HOUR), (NINE + HOUR, NINE + 2 * HOUR), (NINE, NINE + HOUR / 2)]
    assert coalesced(found, MARCH) == ((NINE, NINE + 2 * HOUR),)


def test_periods_are_cut_to_the_window() -> None:
    window = Window(NINE, NINE + HOUR)
    assert coalesced([(NINE - HOUR, NINE + 5 * HOUR)], window) == ((NINE, NINE + HOUR),)


def test_all_instances_are_right() -> None:
    assert fault(_expands(ONE, TWO), _expanded(ONE, TWO)) is None


def test_an_instance_that_is_missing_is_wrong() -> None:
    reason = fault(_expands(ONE, TWO), _expanded(ONE))
    assert reason == "bench-0000007.ics: 1 instances missing, 0 too many"


def test_an_instance_that_comes_twice_is_wrong() -> None:
    reason = fault(_expands(ONE), _expanded(ONE, ONE))
    assert reason == "bench-0000007.ics: 0 instances missing, 1 too many"


@pytest.mark.parametrize("kept", ["RRULE:FREQ=WEEKLY", "EXDATE:20260316T090000Z"])
def test_an_expanded_object_that_still_repeats_is_wrong(kept: str) -> None:
    name = kept.partition(":")[0]
    reason = fault(_expands(ONE), _expanded(ONE, more=f"{kept}\r\n"))
    assert reason == f"an expanded object keeps its {name}"


def test_an_expanded_object_with_a_zone_is_wrong() -> None:
    with pytest.raises(NotAsAsked):
        instances(text_of(calendar(24, seed=1)[23]))


def test_a_time_in_a_zone_is_no_instance_in_utc() -> None:
    text = "BEGIN:VEVENT\r\nDTSTART;TZID=America/New_York:20260302T040000\r\nEND:VEVENT\r\n"
    assert instances(text) == [("20260302T040000", "", "")]


def test_periods_are_read_by_their_end_or_their_length_over_folded_lines() -> None:
    text = _free_busy("20260302T090000Z/PT1H,20260303T0900\r\n 00Z/20260303T100000Z")
    day = timedelta(days=1)
    assert busy_spans(text) == [(NINE, NINE + HOUR), (NINE + day, NINE + day + HOUR)]


def test_free_periods_are_not_busy() -> None:
    text = _free_busy("20260302T090000Z/PT1H").replace("FREEBUSY:", "FREEBUSY;FBTYPE=FREE:")
    assert busy_spans(text) == []


@pytest.mark.parametrize("period", ["20260302T090000/PT1H", "20260302T090000Z/Pnever", "soon"])
def test_what_is_no_period_in_utc_is_wrong(period: str) -> None:
    with pytest.raises(NotAsAsked):
        busy_spans(_free_busy(period))


def test_busy_time_that_one_reading_gives_is_right() -> None:
    right = (((NINE, NINE + HOUR),), ((NINE + HOUR, NINE + 2 * HOUR),))
    expected = Expectation((200,), busy=BusyTime(MARCH, right))
    answer = Answer(200, b"", _free_busy("20260302T100000Z/PT1H").encode())
    assert fault(expected, answer) is None


def test_busy_time_an_hour_late_is_wrong() -> None:
    expected = Expectation((200,), busy=BusyTime(MARCH, (((NINE, NINE + HOUR),),)))
    answer = Answer(200, b"", _free_busy("20260302T100000Z/PT1H").encode())
    assert fault(expected, answer) == "1 busy periods missing, 1 too many"


def test_an_answer_without_busy_time_is_wrong() -> None:
    expected = Expectation((200,), busy=BusyTime(MARCH, ((),)))
    assert fault(expected, Answer(200, b"", b"<html/>")) == "the answer is no VFREEBUSY"


def _expands(*wanted: Instance) -> Expectation:
    href = "bench-0000007.ics"
    listing = Listing(frozenset({href}), with_data=True)
    return Expectation((207,), listing=listing, expanded={href: frozenset(wanted)})


def _expanded(*given: Instance, more: str = "") -> Answer:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:0000007-x\r\nDTSTART:{start}\r\nDTEND:{end}\r\n"
        f"RECURRENCE-ID:{key}\r\n{more}END:VEVENT\r\n"
        for start, end, key in given
    )
    body = (
        '<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response>'
        "<D:href>/x/bench-0000007.ics</D:href><D:propstat><D:prop><D:getetag>1</D:getetag>"
        f"<C:calendar-data>BEGIN:VCALENDAR\r\n{events}END:VCALENDAR</C:calendar-data>"
        "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
        "</D:multistatus>"
    )
    return Answer(207, b"", body.encode())


def _free_busy(periods: str) -> str:
    return (
        "BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\n"
        f"FREEBUSY:{periods}\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )


def _foreign(plan: Plan, window: Window) -> frozenset[Instance]:
    parsed = Calendar.from_ical(text_of(plan))
    found = recurring_ical_events.of(parsed).between(window.start, window.end)
    return frozenset(
        (
            utc_stamp(event["DTSTART"].dt),
            utc_stamp(event["DTEND"].dt),
            utc_stamp(event["RECURRENCE-ID"].dt) if plan.repeats > 1 else "",
        )
        for event in found
    )


def _minutes(found: tuple[Span, ...] | list[Span]) -> set[datetime]:
    return {
        start + timedelta(minutes=minute)
        for start, end in found
        for minute in range(int((end - start) / timedelta(minutes=1)))
    }
