"""What an index can tell of a filter before any text is read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.ics.filters import (
    ALWAYS,
    CompFilter,
    PropFilter,
    TimeRange,
    plain_event_range,
    possible_kinds,
    range_of_events,
)

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
JULY = datetime(2026, 7, 1, tzinfo=UTC)
MONTH = TimeRange(JUNE, JULY)
EVENT = CompFilter("VEVENT")
TODO = CompFilter("VTODO")
NO_EVENT = CompFilter("VEVENT", is_not_defined=True)
SUMMARY = (PropFilter("SUMMARY"),)


def calendar(*comps: CompFilter) -> CompFilter:
    return CompFilter("VCALENDAR", comps=comps)


def test_a_time_range_of_events_is_decided_by_the_index_alone() -> None:
    assert plain_event_range(calendar(CompFilter("VEVENT", time=MONTH))) == MONTH


def test_any_event_at_all_is_decided_without_a_range() -> None:
    assert plain_event_range(calendar(EVENT)) is ALWAYS


@pytest.mark.parametrize(
    "wanted",
    [
        calendar(),
        calendar(TODO),
        calendar(NO_EVENT),
        calendar(EVENT, EVENT),
        calendar(EVENT, CompFilter("VTIMEZONE")),
        calendar(CompFilter("VEVENT", time=MONTH, props=SUMMARY)),
        calendar(CompFilter("VEVENT", time=MONTH, comps=(CompFilter("VALARM"),))),
        CompFilter("VCALENDAR", props=SUMMARY, comps=(EVENT,)),
        CompFilter("VCALENDAR", is_not_defined=True),
    ],
)
def test_what_asks_for_more_needs_the_text(wanted: CompFilter) -> None:
    assert plain_event_range(wanted) is None


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        (calendar(), {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"}),
        (calendar(EVENT), {"VEVENT"}),
        (calendar(TODO), {"VTODO"}),
        (calendar(EVENT, TODO), set()),
        (calendar(NO_EVENT), {"VTODO", "VJOURNAL", "VFREEBUSY"}),
        (calendar(NO_EVENT, TODO), {"VTODO"}),
        (calendar(NO_EVENT, EVENT), set()),
        (calendar(CompFilter("VTIMEZONE"), EVENT), {"VEVENT"}),
        (CompFilter("VCALENDAR", is_not_defined=True), set()),
    ],
)
def test_only_some_kinds_of_object_can_match(wanted: CompFilter, kinds: set[str]) -> None:
    assert possible_kinds(wanted) == kinds


def test_kinds_may_be_chosen_among_those_that_a_calendar_holds() -> None:
    assert possible_kinds(calendar(TODO), ["VEVENT"]) == frozenset()


def test_the_range_of_events_is_that_of_the_filter_whatever_else_is_asked() -> None:
    event = CompFilter("VEVENT", time=MONTH, props=SUMMARY, comps=(CompFilter("VALARM"),))
    assert range_of_events(calendar(CompFilter("VTIMEZONE"), event)) == MONTH


def test_of_several_ranges_the_narrowest_is_chosen() -> None:
    ranges = (TimeRange(JUNE), MONTH, TimeRange(None, JULY))
    events = (CompFilter("VEVENT", time=one) for one in ranges)
    assert range_of_events(calendar(*events)) == MONTH


@pytest.mark.parametrize(
    "wanted",
    [
        calendar(),
        calendar(EVENT),
        calendar(CompFilter("VTODO", time=MONTH)),
        calendar(CompFilter("VEVENT", comps=(CompFilter("VALARM", time=MONTH),))),
        calendar(CompFilter("VEVENT", props=(PropFilter("DTSTAMP", time=MONTH),))),
    ],
)
def test_without_a_range_of_its_own_an_event_may_be_at_any_time(wanted: CompFilter) -> None:
    assert range_of_events(wanted) is ALWAYS


def test_what_is_open_reaches_to_the_ends_of_time() -> None:
    start, end = ALWAYS.bounds
    assert (start, end) == (datetime.min, datetime.max)  # noqa: DTZ901 - naive UTC
