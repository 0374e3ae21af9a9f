"""Free slots are what a look at each single minute finds free."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from server.domain.ids import RoomKey
from server.domain.slots import (
    Diary,
    Fit,
    Group,
    Opening,
    Span,
    Taken,
    closed_starts,
    first_free,
    intersected,
    merged,
    offsets_of,
    openings,
    without,
)

MINUTE = 60
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
# Days on which clocks change in one of these zones: March, April, October and November 2026.
DAYS = ((2026, 3, 8), (2026, 3, 29), (2026, 4, 5), (2026, 10, 4), (2026, 10, 25), (2026, 11, 1))
LENGTH = 36 * 60
"""Minutes that are looked at."""

minutes = st.integers(0, LENGTH)
lengths = st.sampled_from([1, 10, 25, 45, 50, 60])


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(minutes)
    return start, start + draw(st.integers(0, 600))


@st.composite
def takens(draw: st.DrawFn) -> Taken:
    start, end = draw(spans())
    pauses = st.sampled_from([0, 0, 5, 15])
    return Taken(start, min(end, start + 120), draw(pauses), draw(pauses))


@st.composite
def fits(draw: st.DrawFn) -> Fit:
    pauses = st.sampled_from([0, 0, 5, 20])
    grid = draw(st.sampled_from([5, 15, 30, 60]))
    return Fit(draw(lengths), draw(pauses), draw(pauses), grid, draw(st.integers(1, 3)))


def wide(taken: Taken) -> range:
    return range(taken.start - taken.before, taken.end + taken.after)


def clear(start: int, fit: Fit, taken: Taken) -> bool:
    """Whether neither meets the other or the pauses around it, minute by minute."""
    if taken.start == taken.end:
        return True
    session = range(start, start + fit.length)
    around = range(start - fit.before, start + fit.length + fit.after)
    itself = range(taken.start, taken.end)
    return not any(minute in itself for minute in around) and not any(
        minute in wide(taken) for minute in session
    )


def naive(
    diary: Diary, fit: Fit, bounds: Span, zone: ZoneInfo, noon: int
) -> Iterator[tuple[int, int]]:
    """Yield each free start and how many clients it takes, looked for minute by minute."""
    open_minutes = {minute for start, end in diary.hours for minute in range(start, end)}
    for start in range(*bounds):
        session = range(start, start + fit.length)
        group = diary.groups.get(start)
        others = [
            *diary.taken,
            *(
                Taken(each, each + fit.length, fit.before, fit.after)
                for each in diary.groups
                if each != start
            ),
        ]
        moment = datetime.fromtimestamp((noon + start) * MINUTE, UTC).astimezone(zone)
        aligned = (moment.hour * 60 + moment.minute) % fit.grid == 0
        left = fit.capacity - (group.booked if group else 0)
        if (
            (aligned or group)
            and left > 0
            and open_minutes.issuperset(session)
            and all(clear(start, fit, one) for one in others)
        ):
            yield start, left


def scaled(number: int, noon: int) -> int:
    return (noon + number) * MINUTE


@given(
    hours=st.lists(spans(), max_size=4),
    taken=st.lists(takens(), max_size=8),
    groups=st.dictionaries(minutes, st.integers(1, 3), max_size=3),
    fit=fits(),
    bounds=spans(),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    day=st.sampled_from(DAYS),
)
def test_openings_are_what_each_single_minute_says(
    *,
    hours: list[tuple[int, int]],
    taken: list[Taken],
    groups: dict[int, int],
    fit: Fit,
    bounds: tuple[int, int],
    zone: ZoneInfo,
    day: tuple[int, int, int],
) -> None:
    noon = int(datetime(*day, tzinfo=UTC).timestamp()) // MINUTE - 12 * 60
    small = Diary(hours, taken, {at: Group(booked) for at, booked in groups.items()})
    whole = Diary(
        [(scaled(lo, noon), scaled(hi, noon)) for lo, hi in hours],
        [
            Taken(scaled(lo, noon), scaled(hi, noon), before * MINUTE, after * MINUTE)
            for lo, hi, before, after in taken
        ],
        {scaled(at, noon): group for at, group in small.groups.items()},
    )
    seconds = Fit(
        fit.length * MINUTE,
        fit.before * MINUTE,
        fit.after * MINUTE,
        fit.grid * MINUTE,
        fit.capacity,
    )
    within = scaled(bounds[0], noon), scaled(bounds[1], noon)
    offsets = offsets_of(zone, *within)
    found = sorted(
        (one.start // MINUTE - noon, one.left)
        for one in openings(whole, seconds, within, offsets)
    )
    assert found == list(naive(small, fit, bounds, zone, noon))


@given(
    starts=st.lists(minutes, unique=True, max_size=20),
    rooms=st.lists(st.lists(spans(), max_size=5), max_size=3),
    length=lengths,
)
def test_the_first_room_that_is_free_the_whole_time_is_given(
    starts: list[int], rooms: list[list[tuple[int, int]]], length: int
) -> None:
    named = {RoomKey(f"room-{number}"): spans for number, spans in enumerate(rooms)}
    asked = [Opening(start, 1) for start in sorted(starts)]
    given_rooms = {
        one.start: room for one, room in first_free(asked, closed_starts(named, length))
    }
    for one in asked:
        session = range(one.start, one.start + length)
        free = [
            room
            for room, taken in named.items()
            if not any(minute in range(*span) for span in taken for minute in session)
        ]
        assert given_rooms.get(one.start) == (free[0] if free else None)


@given(some=st.lists(spans(), max_size=6), others=st.lists(spans(), max_size=6))
def test_lists_of_spans_are_sets_of_minutes(
    some: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    def points(listed: list[tuple[int, int]]) -> set[int]:
        return {minute for start, end in listed for minute in range(start, end)}

    first, second = merged(some), merged(others)
    assert points(first) == points(some)
    assert points(without(first, second)) == points(some) - points(others)
    assert points(intersected(first, second)) == points(some) & points(others)
    for listed in (first, without(first, second), intersected(first, second)):
        assert all(one[1] <= other[0] for one, other in pairwise(listed))


@given(st.sampled_from(ZONES).map(ZoneInfo), st.integers(0, 400))
def test_offsets_hold_from_the_second_at_which_the_clocks_change(
    zone: ZoneInfo, days: int
) -> None:
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    pieces = offsets_of(zone, start, start + days * 86_400)
    for piece in pieces:
        for moment in (piece.start, max(piece.start, piece.end - 1)):
            offset = datetime.fromtimestamp(moment, UTC).astimezone(zone).utcoffset()
            assert offset is not None
            assert offset.total_seconds() == piece.seconds
    assert all(one.end == other.start for one, other in pairwise(pieces))
