"""Pauses around sessions are taken, for whoever reads of busy time and by whatever way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from server.domain.feeds import FeedLevel
from server.domain.vocabulary import Status
from server.domain.when import Recurrence
from server.ics.free_busy import joined
from server.usecases import manage_session_types as session_types
from server.usecases.busy_apart_from import Asked, taken_by_each
from server.usecases.busy_time import BusySpan, busy_time
from server.usecases.feed_content import feed_events
from server.usecases.feeds import FeedRequest, new_feed
from server.usecases.free_busy import busy_times
from server.usecases.read_calendar import Reading
from tests.bookable import draw, find, hours, offer, shown
from tests.practice import ALMA, JANE, THEO, House, at, event, other, session, this, timed

DAY = at(24, 0).astimezone(UTC), at(25, 0).astimezone(UTC)
MINUTES = timedelta(minutes=1)


@pytest.fixture
def paused(any_house: House) -> House:
    """Return the practice with ten minutes before a first visit and twenty after it."""
    pause(any_house, "acupinitial", 10, 20)
    return any_house


def pause(house: House, name: str, before: int, after: int) -> None:
    with house.database.writing() as uow:
        kind = session_types.find_session_type(uow, name)
        rule = replace(kind.booking, before=before, after=after)
        session_types.edit_session_type(uow, house.context(), replace(kind, booking=rule))


def told(house: House, span: tuple[datetime, datetime] = DAY) -> list[BusySpan]:
    """Return Alma's busy time; every way to it says the same."""
    lo, hi = (int(edge.timestamp()) for edge in span)
    with house.database.reading() as uow:
        found = list(busy_time(uow, house.rules, [ALMA, THEO], span)[ALMA])
        calendar = uow.calendars.get(ALMA, "appointments")
        assert calendar is not None
        reading = Reading(uow, house.rules, calendar, uow.catalogue.user[ALMA])
        assert joined(busy_times(reading, *span), lo, hi) == found
        assert _asked_by_a_colleague(house, span) == found
    return found


def _asked_by_a_colleague(
    house: House, span: tuple[datetime, datetime]
) -> list[tuple[int, int, str]]:
    """Return what an outbox is told by somebody who moves an event of Alma's and Theo's."""
    with house.database.reading() as uow:
        taken = taken_by_each(uow, house.rules, [ALMA], Asked(span, "an event of Theo's"))
        apart = taken_by_each(uow, house.rules, [ALMA], Asked(span, "hidden"))
    lo, hi = (int(edge.timestamp()) for edge in span)
    answers = [joined(each[ALMA] or [], lo, hi) for each in (taken, apart)]
    assert answers[0] == answers[1]
    return answers[0]


def span_of(start: datetime, end: datetime, kind: str = "BUSY") -> BusySpan:
    return int(start.timestamp()), int(end.timestamp()), kind


@pytest.fixture(autouse=True)
def hidden(any_house: House) -> None:
    """Let there be an event that is masked when a colleague asks, far from all others."""
    any_house.put(event("Choir", "20261220T090000", uid="hidden"), href="hidden.ics")


def test_a_session_is_busy_with_its_pauses(paused: House) -> None:
    paused.book(timed(at(24)))
    assert told(paused) == [span_of(at(24, 13, 50), at(24, 15, 35))]


def test_pauses_of_neighbours_are_one_time(paused: House) -> None:
    paused.book(timed(at(24, 9)))
    paused.book(timed(at(24, 10, 30), 45), session(name="acupfollow"))
    paused.book(timed(at(24, 13), 45), session(name="acupfollow"))
    assert told(paused) == [
        span_of(at(24, 8, 50), at(24, 11, 15)),
        span_of(at(24, 13), at(24, 13, 45)),
    ]


def test_other_types_and_other_events_have_none(paused: House) -> None:
    paused.book(timed(at(24), 45), session(name="acupfollow"))
    paused.book(timed(at(24, 17), 60), other())
    assert told(paused) == [
        span_of(at(24), at(24, 14, 45)),
        span_of(at(24, 17), at(24, 18)),
    ]


def test_the_way_there_comes_after_the_pause(paused: House) -> None:
    paused.book(timed(at(24)), session(travel=30 * MINUTES))
    assert told(paused) == [span_of(at(24, 13, 20), at(24, 15, 35))]


def test_the_pauses_of_a_request_are_as_tentative_as_it_is(paused: House) -> None:
    paused.book(timed(at(24)), session(status=Status.REQUESTED))
    assert told(paused) == [span_of(at(24, 13, 50), at(24, 15, 35), "BUSY-TENTATIVE")]


def test_what_is_cancelled_has_no_pauses(paused: House) -> None:
    number = paused.book(timed(at(24)))
    paused.edit(number, status=Status.CANCELLED)
    assert told(paused) == []


@pytest.mark.parametrize(("minute", "is_taken"), [(34, True), (35, False)])
def test_a_pause_reaches_into_a_range_that_its_session_is_not_in(
    paused: House, minute: int, is_taken: bool
) -> None:
    paused.book(timed(at(24)))
    after = at(24, 15, minute).astimezone(UTC), at(24, 18).astimezone(UTC)
    expected = [span_of(at(24, 15, 34), at(24, 15, 35))] if is_taken else []
    assert told(paused, after) == expected
    before = at(24, 10).astimezone(UTC), at(24, 13, 51).astimezone(UTC)
    assert told(paused, before) == [span_of(at(24, 13, 50), at(24, 13, 51))]


def test_an_occurrence_of_another_type_has_the_pauses_of_that_one(paused: House) -> None:
    number = paused.book(timed(at(24)), session(), Recurrence(("FREQ=DAILY;COUNT=2",)))
    assert told(paused, (DAY[0], at(26, 0).astimezone(UTC))) == [
        span_of(at(24, 13, 50), at(24, 15, 35)),
        span_of(at(25, 13, 50), at(25, 15, 35)),
    ]
    follow = session(name="acupfollow").session_type
    paused.edit(this(number, at(25)), session_type=follow)
    assert told(paused, (at(25, 0).astimezone(UTC), at(26, 0).astimezone(UTC))) == [
        span_of(at(25), at(25, 15, 15))
    ]


def test_a_series_that_the_index_does_not_reach_has_its_pauses_too(paused: House) -> None:
    travelling = session(travel=30 * MINUTES)
    paused.book(timed(at(24)), travelling, Recurrence(("FREQ=WEEKLY",)))
    far = datetime(2031, 11, 25, 14, tzinfo=at(24).tzinfo)
    day = (far - timedelta(hours=5)).astimezone(UTC), (far + timedelta(hours=5)).astimezone(UTC)
    expected = span_of(far - 40 * MINUTES, far + 95 * MINUTES)
    assert told(paused, day) == [expected]
    # Ranges that the session itself is not in, but the way there or the pause after it.
    early = day[0], (far - 35 * MINUTES).astimezone(UTC)
    assert told(paused, early) == [span_of(far - 40 * MINUTES, far - 35 * MINUTES)]
    late = (far + 90 * MINUTES).astimezone(UTC), day[1]
    assert told(paused, late) == [span_of(far + 90 * MINUTES, far + 95 * MINUTES)]


def test_a_changed_rule_holds_at_once_for_what_is_booked_already(paused: House) -> None:
    paused.book(timed(at(24)))
    pause(paused, "acupinitial", 0, 5)
    assert told(paused) == [span_of(at(24), at(24, 15, 20))]
    pause(paused, "acupinitial", 0, 0)
    assert told(paused) == [span_of(at(24), at(24, 15, 15))]


@pytest.mark.parametrize("level", FeedLevel)
def test_a_feed_of_any_level_has_the_pauses_and_no_name_in_them(
    paused: House, level: FeedLevel
) -> None:
    paused.book(timed(at(24)))
    with paused.database.writing() as uow:
        token, _ = new_feed(uow, paused.context(), FeedRequest(ALMA, "wall", level=level))
        events = feed_events(uow, paused.rules, token, DAY)
    epochs = [
        int(moment.timestamp())
        for moment in (at(24, 13, 50), at(24), at(24, 15, 15), at(24, 15, 35))
    ]
    if level is FeedLevel.BUSY:
        assert [(one.start, one.end) for one in events] == [(epochs[0], epochs[3])]
    else:
        assert [(one.start, one.end) for one in events] == list(pairwise(epochs))
        named = {JANE, "JD"}
        assert [one.said in named for one in events] == [False, True, False]


def test_what_is_offered_is_what_others_find_free(any_house: House) -> None:
    offer(any_house, before=10, after=20, grid=5)
    draw(any_house, hours(end="DTEND;TZID=America/New_York:20261124T120000"))
    any_house.book(timed(at(24, 10), 45), session(name="acupfollow"))
    offered = shown(find(any_house))
    assert (offered[0], offered[-1]) == ("11-24 11:05", "11-24 11:15")
    ((start, end, _),) = told(any_house)
    assert (start, end) == span_of(at(24, 9, 50), at(24, 11, 5))[:2]
