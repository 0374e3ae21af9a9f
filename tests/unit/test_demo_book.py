"""The demo's book, as values: whatever day it is, it reads like a real practice's weeks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from server.domain.ids import UserName
from server.domain.vocabulary import Kind, Status
from server.usecases.demo.entries import Entry, Fate, Today
from server.usecases.demo.hours import HOURS
from server.usecases.demo.people import ALMA, THEO, clients
from server.usecases.demo.story import Deed, deeds

NEW_YORK = ZoneInfo("America/New_York")
DAYS = [
    "2026-11-21T19:00",  # a Saturday
    "2026-11-22T23:59",
    "2026-11-23T04:59",  # still Sunday in New York
    "2026-11-23T05:00",  # Monday, midnight
    "2026-11-25T17:30",
    "2026-11-27T22:00",
    "2026-03-08T06:59",  # the night in which the clocks change
    "2026-03-11T12:00",
    "2026-11-01T06:00",
    "2026-12-31T20:00",
    "2028-02-29T15:00",
]
Span = tuple[datetime, datetime, Entry]


@pytest.fixture(params=DAYS)
def today(request: pytest.FixtureRequest) -> Today:
    return Today(datetime.fromisoformat(request.param).replace(tzinfo=UTC), NEW_YORK)


def fates(story: list[Deed]) -> dict[tuple[Entry, int], Fate]:
    return {(deed.entry, deed.week): deed.fate for deed in story if deed.fate is not None}


def taken(today: Today, owner: UserName) -> list[Span]:
    """Return when a practitioner is busy, hour by hour, the earliest first."""
    story = deeds(today)
    became = fates(story)
    spans = []
    for entry in [deed.entry for deed in story if deed.fate is None]:
        for week in entry.weeks():
            fate = became.get((entry, week), Fate())
            if blocks(entry, fate) and entry.owner == owner and not fate.moved:
                start = today.start(entry, week)
                spans.append((start, start + timedelta(minutes=entry.length), entry))
    return sorted(spans, key=lambda span: span[0])


def blocks(entry: Entry, fate: Fate) -> bool:
    gone = fate.deleted or (fate.status is not None and fate.status.is_cancelled)
    return bool(entry.at) and not gone and entry.wanted.busy is not False


@pytest.mark.parametrize("owner", [ALMA, THEO])
def test_nobody_is_in_two_places_at_once(today: Today, owner: UserName) -> None:
    spans = taken(today, owner)
    group = [(a, b) for (_, end, a), (start, _, b) in pairwise(spans)
             if start < end]  # fmt: skip
    # The two of a group are in one slot on purpose (SH-15).
    assert [(a.day, a.at) for a, _ in group] == [(b.day, b.at) for _, b in group]
    assert len(group) == (owner == THEO)


def test_work_is_done_on_weekdays_by_day(today: Today) -> None:
    for owner in (ALMA, THEO):
        for start, end, _ in taken(today, owner):
            begins, ends = start.astimezone(NEW_YORK), end.astimezone(NEW_YORK)
            assert begins.weekday() < 5
            assert 8 <= begins.hour <= ends.hour < 20


def test_nothing_was_done_in_the_future_and_nothing_before_it_was_booked(today: Today) -> None:
    story = deeds(today)
    assert all(deed.at <= today.now for deed in story)
    booked = {deed.entry: place for place, deed in enumerate(story) if deed.fate is None}
    assert all(booked[deed.entry] <= place for place, deed in enumerate(story))


def test_what_was_asked_for_online_could_be_booked_then(today: Today) -> None:
    online = [deed for deed in deeds(today) if deed.entry.online is not None]
    assert [one.entry.wanted.kind for one in online].count(Kind.REQUEST) == 2
    for deed in online:
        start = today.start(deed.entry, deed.entry.week)
        assert start - deed.at >= timedelta(hours=24)
        begins = start.astimezone(NEW_YORK)
        ends = (start + timedelta(minutes=deed.entry.length)).astimezone(NEW_YORK)
        assert any(
            drawn.owner == deed.entry.owner
            and f"{begins:%a}"[:2].upper() in drawn.weekdays
            and drawn.begins <= f"{begins:%H:%M}"
            and f"{ends:%H:%M}" <= drawn.ends
            for drawn in HOURS
        )


def test_nobody_asked_longer_ago_than_a_request_lasts(today: Today) -> None:
    asked = [deed for deed in deeds(today) if deed.entry.wanted.kind is Kind.REQUEST]
    assert all(today.now - deed.at < timedelta(hours=72) for deed in asked)


def test_at_noon_nobody_can_be_booked() -> None:
    assert not [one for one in HOURS if one.begins < "12:30" < one.ends]
    assert {one.owner for one in HOURS} == {ALMA, THEO}


def test_who_was_to_come_by_now_has_come_or_stayed_away(today: Today) -> None:
    story = deeds(today)
    became = fates(story)
    for entry in [deed.entry for deed in story if deed.fate is None]:
        if entry.wanted.kind is not None or entry.wanted.session is None:
            continue
        for week in entry.weeks():
            fate = became.get((entry, week), Fate())
            past = today.start(entry, week) <= today.now
            held = fate.status is not None and fate.status not in (
                Status.BOOKED,
                Status.CONFIRMED,
            )
            assert held or fate.deleted or fate.moved or not past


def test_six_weeks_lie_around_today(today: Today) -> None:
    starts = [today.start(deed.entry, deed.entry.week) for deed in deeds(today)]
    assert timedelta(days=15) < today.now - min(starts) < timedelta(days=28)
    assert timedelta(days=13) < max(starts) - today.now < timedelta(days=26)


def test_the_same_moment_gives_the_same_story() -> None:
    now = Today(datetime(2026, 11, 25, 15, tzinfo=UTC), NEW_YORK)
    told = [(deed.at, deed.entry.day, deed.entry.wanted, deed.fate) for deed in deeds(now)]
    assert told == [
        (deed.at, deed.entry.day, deed.entry.wanted, deed.fate) for deed in deeds(now)
    ]


def test_there_are_forty_clients_and_nobody_can_be_reached() -> None:
    everybody = list(clients())
    assert [one.number for one in everybody] == [f"C{number}" for number in range(1001, 1041)]
    assert all(one.email.endswith("@example.org") or not one.email for one in everybody)
    assert all(" 555 01" in one.phone or not one.phone for one in everybody)
    assert len({one.full_name for one in everybody}) == 39
    assert {one.full_name for one in everybody if one.practitioner is None} == {
        "Maria Garcia",
        "Pip",
    }


def test_kinds_of_contact_and_events_are_all_there(today: Today) -> None:
    wanted = [deed.entry.wanted for deed in deeds(today)]
    assert {one.kind for one in wanted} == {None, *Kind} - {Kind.SESSION}
    assert len({one.medium for one in wanted if one.medium}) == 6
