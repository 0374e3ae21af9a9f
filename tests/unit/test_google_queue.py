"""Whose turn is next: fresh changes first, fair between practices and links."""

from __future__ import annotations

from collections import Counter
from enum import Enum, auto
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.domain.ids import GoogleLinkId, PracticeId
from server.google_sync.worker.queue import FairQueue, Place
from server.usecases.ports.google import DueLink

ONE, TWO = PracticeId(1), PracticeId(2)


def due(*names: str, slow: bool = False, fresh: bool = False) -> list[DueLink]:
    return [DueLink(GoogleLinkId(name), slow, fresh) for name in names]


class Lane(Enum):
    """What is due for a link."""

    FRESH = auto()
    IDLE = auto()
    SLOW = auto()


def due_in(link: GoogleLinkId, lane: Lane) -> DueLink:
    return DueLink(link, lane is Lane.SLOW, lane is Lane.FRESH)


def taken(queue: FairQueue) -> list[Place]:
    found = []
    while (place := queue.take()) is not None:
        found.append(place)
    return found


def test_no_more_turns_at_a_time_than_there_are_slots() -> None:
    queue = FairQueue(2)
    queue.offer(ONE, due("a", "b", "c"))
    assert len(taken(queue)) == 2
    queue.end(Place(ONE, GoogleLinkId("a")))
    assert taken(queue) == [Place(ONE, GoogleLinkId("c"))]


def test_a_link_has_one_turn_at_a_time() -> None:
    queue = FairQueue(4)
    for _ in range(3):
        queue.offer(ONE, due("a"))
        queue.take()
    assert len(taken(queue)) == 0
    queue.end(Place(ONE, GoogleLinkId("a")))
    assert queue.is_idle


def test_a_practice_with_many_links_does_not_hold_up_one_with_few() -> None:
    queue = FairQueue(4)
    queue.offer(ONE, due(*(f"a{n}" for n in range(100))))
    queue.offer(TWO, due("b1", "b2"))
    assert Counter(one.practice for one in taken(queue)) == {ONE: 2, TWO: 2}


def test_links_take_turns() -> None:
    queue = FairQueue(1)
    served: list[str] = []
    for _ in range(6):
        queue.offer(ONE, due("a", "b", "c"))
        place = queue.take()
        assert place is not None
        served.append(place.link)
        queue.end(place)
    assert served == ["a", "b", "c"] * 2


def test_long_work_has_one_slot_while_anything_else_is_due() -> None:
    queue = FairQueue(4)
    long = due(*(f"s{n}" for n in range(9)), slow=True)
    queue.offer(ONE, [*long, *due("f1", "f2", "f3", "f4")])
    assert Counter(one.link[0] for one in taken(queue)) == {"s": 1, "f": 3}


@pytest.mark.parametrize(("slots", "at_once"), [(1, 1), (2, 1), (3, 2), (8, 7)])
def test_long_work_alone_leaves_one_slot_for_what_comes_next(slots: int, at_once: int) -> None:
    queue = FairQueue(slots)
    long = due(*(f"s{n}" for n in range(9)), slow=True)
    queue.offer(ONE, long)
    assert len(taken(queue)) == at_once
    queue.offer(ONE, [*long, *due("f", fresh=True)])
    assert taken(queue) == ([] if slots == 1 else [Place(ONE, GoogleLinkId("f"))])


def test_what_is_fresh_goes_before_usual_looks() -> None:
    queue = FairQueue(1)
    queue.offer(ONE, due(*(f"i{n}" for n in range(100))))
    queue.offer(TWO, due("f", fresh=True))
    assert taken(queue) == [Place(TWO, GoogleLinkId("f"))]


def test_a_stream_of_fresh_changes_leaves_each_fourth_turn_to_usual_looks() -> None:
    queue = FairQueue(1)
    served = []
    for number in range(12):
        queue.offer(ONE, [*due("i"), *due(f"f{number}", fresh=True)])
        (place,) = taken(queue)
        served.append(place.link[0])
        queue.end(place)
    assert Counter(served) == {"f": 9, "i": 3}
    assert "".join(served[:4]).count("i") == 1


def test_long_work_is_not_kept_waiting_for_ever() -> None:
    queue = FairQueue(2)
    queue.offer(ONE, [*due("f1", "f2", "f3"), *due("s", slow=True)])
    assert "s" in {one.link for one in taken(queue)}


def test_what_is_no_longer_due_gets_no_turn() -> None:
    queue = FairQueue(1)
    queue.offer(ONE, due("a"))
    queue.offer(ONE, ())
    assert queue.take() is None


@example(2, [(1, 1, Lane.IDLE), (1, 2, Lane.SLOW), (2, 1, Lane.IDLE)])
@example(1, [(1, 1, Lane.IDLE), (1, 2, Lane.SLOW), *((2, n, Lane.SLOW) for n in range(1, 5))])
@example(1, [(1, 1, Lane.FRESH), (2, 1, Lane.IDLE), (3, 1, Lane.SLOW)])
@given(
    st.integers(1, 6),
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 8), st.sampled_from(Lane)), max_size=30
    ),
)
def test_whatever_is_due_everybody_gets_a_turn(
    slots: int, wanted: list[tuple[int, int, Lane]]
) -> None:
    """Nobody's work ever ends: who had a turn is due again at once, as fresh as before."""
    queue = FairQueue(slots)
    by_practice: dict[PracticeId, dict[GoogleLinkId, Lane]] = {}
    for practice, link, lane in wanted:
        by_practice.setdefault(PracticeId(practice), {})[GoogleLinkId(str(link))] = lane
    everybody = {Place(p, link) for p, links in by_practice.items() for link in links}
    served: set[Place] = set()
    # Practices take turns, however few links they have. One turn in four is for long work,
    # and one of four others for usual looks.
    longest = max(map(len, by_practice.values()), default=0)
    for _ in range(6 * len(by_practice) * longest + 2):
        for practice, links in by_practice.items():
            queue.offer(practice, [due_in(*one) for one in links.items()])
        now = taken(queue)
        assert len(now) <= slots
        served.update(now)
        for place in now:
            queue.end(place)
    assert served == everybody


@given(
    st.integers(2, 6),
    st.lists(st.sampled_from(Lane), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_however_turns_end_nobody_waits_for_ever(
    slots: int, lanes: list[Lane], chance: Random
) -> None:
    """Turns end in any order, one at a time, long ones last: the bound is in turns begun."""
    queue = FairQueue(slots)
    links = {GoogleLinkId(str(number)): lane for number, lane in enumerate(lanes)}
    waits = dict.fromkeys(links, 0)
    running: list[Place] = []
    for _ in range(8 * len(links)):
        queue.offer(ONE, [due_in(*one) for one in links.items()])
        begun = taken(queue)
        running += begun
        slow = sum(links[one.link] is Lane.SLOW for one in running)
        assert slow <= max(1, slots - 1)
        for link in links:
            waits[link] += len(begun)
        waits.update((one.link, 0) for one in running)
        assert max(waits.values()) <= 8 * len(links) + slots
        # Who has waited longest for long work finds it done at last.
        ends = running[0] if chance.random() < 1 / 2 else chance.choice(running)
        running.remove(ends)
        queue.end(ends)
