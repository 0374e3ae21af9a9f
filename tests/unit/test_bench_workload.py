"""The benchmark's generated calendars, and the expansion that judges the servers' answers."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
import recurring_ical_events
from icalendar import Calendar

from bench.answers import Expectation, Listing, fault
from bench.expansion import Hits, Occurrences, Window, months, quiet_week, spans, weeks
from bench.figures import percentile
from bench.wire import Answer
from bench.workload import QUIET_EVENTS, Plan, calendar, fresh, text_of

_FAR = datetime(2032, 1, 1, tzinfo=UTC)
_EARLY = datetime(2023, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def plans() -> tuple[Plan, ...]:
    return calendar(1_000, seed=1)


def test_a_seed_gives_the_same_calendar_every_time(plans: tuple[Plan, ...]) -> None:
    assert calendar(1_000, seed=1) == plans


def test_another_seed_gives_another_calendar(plans: tuple[Plan, ...]) -> None:
    assert calendar(1_000, seed=2) != plans


def test_a_smaller_calendar_is_the_beginning_of_a_larger_one(plans: tuple[Plan, ...]) -> None:
    assert calendar(100, seed=1) == plans[:100]


def test_an_event_is_about_one_kilobyte(plans: tuple[Plan, ...]) -> None:
    sizes = [len(text_of(plan).encode()) for plan in plans]
    assert min(sizes) >= 950
    assert max(sizes) <= 1_400
    assert 1_000 <= sum(sizes) / len(sizes) <= 1_100


def test_one_event_in_ten_is_a_series_with_dropped_and_moved_slots(
    plans: tuple[Plan, ...],
) -> None:
    series = [plan for plan in plans if plan.repeats > 1]
    assert len(series) == pytest.approx(len(plans) / 10, rel=0.05)
    assert all(len(plan.dropped) == 3 and len(plan.moved) == 1 for plan in series)


def test_there_are_whole_days_and_transparent_events(plans: tuple[Plan, ...]) -> None:
    assert sum(plan.at is None for plan in plans) >= 40
    assert sum(plan.is_transparent for plan in plans) >= 90


def test_lines_are_folded_at_75_octets_and_characters_stay_whole(
    plans: tuple[Plan, ...],
) -> None:
    lines = [line for plan in plans[:200] for line in text_of(plan).split("\r\n")]
    assert max(len(line.encode()) for line in lines) == 75


def test_every_text_is_read_back_with_its_uid(plans: tuple[Plan, ...]) -> None:
    for plan in plans[:200]:
        parsed = Calendar.from_ical(text_of(plan))
        assert {str(event["UID"]) for event in parsed.walk("VEVENT")} == {plan.uid}


def test_a_new_version_changes_the_words_and_no_time(plans: tuple[Plan, ...]) -> None:
    series = next(plan for plan in plans if plan.repeats > 1)
    assert text_of(series, 1) != text_of(series)
    assert _expanded(series, version=1) == _expanded(series)


def test_the_expansion_of_plans_equals_a_foreign_expansion_of_their_text(
    plans: tuple[Plan, ...],
) -> None:
    timed = [plan for plan in plans if plan.at is not None]
    series = [plan for plan in timed if plan.repeats > 1]
    for plan in [*series[:20], *timed[:40]]:
        assert sorted(spans(plan)) == _expanded(plan), plan.number


def test_a_window_holds_what_a_foreign_expansion_finds_in_it(plans: tuple[Plan, ...]) -> None:
    occurrences = Occurrences(plans[:120])
    whole = {plan.href: _expanded(plan) for plan in plans[:120] if plan.at is not None}
    whole_days = {plan.href for plan in plans if plan.at is None}
    for window in (*weeks(20, seed=3), *months(12, seed=3), quiet_week()):
        foreign = {href for href, found in whole.items() if _hits(found, window)}
        assert occurrences.within(window).must - whole_days == foreign


def test_the_quiet_week_holds_the_same_events_in_a_calendar_of_any_size() -> None:
    small = Occurrences(calendar(200, seed=1)).within(quiet_week())
    large = Occurrences(calendar(2_000, seed=1)).within(quiet_week())
    assert small == large
    assert len(small.must) == QUIET_EVENTS


def test_an_all_day_event_at_the_edge_of_a_window_may_or_may_not_be_listed() -> None:
    day = next(plan for plan in calendar(100, seed=1) if plan.at is None)
    midnight_in_new_york = spans(day)[0][1]
    window = Window(midnight_in_new_york - timedelta(hours=2), midnight_in_new_york)
    hits = Occurrences([day]).within(window)
    assert hits == Hits(must=frozenset(), may=frozenset({day.href}))


def test_an_event_that_ends_as_the_window_starts_is_not_in_it() -> None:
    plan = next(plan for plan in calendar(100, seed=1) if plan.repeats == 1 and plan.at)
    end = spans(plan)[0][1]
    hits = Occurrences([plan]).within(Window(end, end + timedelta(hours=1)))
    assert hits.must == frozenset()


def test_fresh_events_are_never_in_the_calendar_nor_twice() -> None:
    new = [plan.href for plan in islice(fresh(1_000_000), 500)]
    assert len(set(new)) == 500
    assert not set(new) & {plan.href for plan in calendar(1_000, seed=1)}


def test_an_answer_with_a_member_missing_is_wrong() -> None:
    expected = Expectation((207,), listing=Listing(frozenset({"a.ics", "b.ics"})))
    assert fault(expected, _multistatus("a.ics")) == "1 members missing, 0 too many (b.ics)"


def test_an_answer_with_a_member_too_many_is_wrong() -> None:
    expected = Expectation((207,), listing=Listing(frozenset({"a.ics"})))
    answer = _multistatus("a.ics", "b.ics")
    assert fault(expected, answer) == "0 members missing, 1 too many (b.ics)"


def test_an_answer_with_exactly_the_members_is_right() -> None:
    listing = Listing(frozenset({"a.ics"}), may=frozenset({"b.ics", "c.ics"}))
    assert fault(Expectation((207,), listing=listing), _multistatus("a.ics", "b.ics")) is None


def test_an_answer_with_another_status_is_wrong() -> None:
    assert fault(Expectation((207,)), Answer(500, b"", b"")) == "status 500 instead of 207"


def test_a_ctag_that_outlives_a_change_is_wrong() -> None:
    body = b'<ctag xmlns="x">"7"</ctag>'
    expected = Expectation((207,), outdated=(("{x}ctag", '"7"'),))
    assert fault(expected, Answer(207, b"", body)) == "the body is out of date"


def test_a_percentile_is_a_sample_that_was_seen() -> None:
    assert percentile([3.0, 1.0, 2.0, 9.0], 0.95) == 9.0
    assert percentile([5.0], 0.95) == 5.0


def _expanded(plan: Plan, version: int = 0) -> list[tuple[datetime, datetime]]:
    parsed = Calendar.from_ical(text_of(plan, version))
    found = recurring_ical_events.of(parsed).between(_EARLY, _FAR)
    return sorted(
        (event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC))
        for event in found
    )


def _hits(found: list[tuple[datetime, datetime]], window: Window) -> bool:
    return any(start < window.end and end > window.start for start, end in found)


def _multistatus(*names: str) -> Answer:
    rows = "".join(
        f"<D:response><D:href>/x/{name}</D:href><D:propstat><D:prop><D:getetag>1</D:getetag>"
        "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
        for name in names
    )
    body = f'<D:multistatus xmlns:D="DAV:">{rows}</D:multistatus>'
    return Answer(207, b"HTTP/1.1 207 Multi-Status", body.encode())
