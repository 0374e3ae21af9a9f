"""Whose turn is next: fair between practices and links, long work never in the way."""

from __future__ import annotations

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from server.domain.ids import GoogleLinkId, PracticeId
from server.google_sync.worker.queue import FairQueue, Place
from server.usecases.ports.google import DueLink

ONE, TWO = PracticeId(1), PracticeId(2)


def due(*names: str, slow: bool = False) -> list[DueLink]:
    return [DueLink(GoogleLinkId(name), slow) for name in names]


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


def test_long_work_has_half_of_the_slots_at_most() -> None:
    queue = FairQueue(4)
    queue.offer(ONE, due(*(f"s{n}" for n in range(9)), slow=True))
    assert len(taken(queue)) == 2
    queue.offer(ONE, [*due("s8", slow=True), *due("f1", "f2", "f3")])
    assert {one.link for one in taken(queue)} <= {"f1", "f2", "f3"}


def test_long_work_is_not_kept_waiting_for_ever() -> None:
    queue = FairQueue(2)
    queue.offer(ONE, [*due("f1", "f2", "f3"), *due("s", slow=True)])
    assert "s" in {one.link for one in taken(queue)}


def test_what_is_no_longer_due_gets_no_turn() -> None:
    queue = FairQueue(1)
    queue.offer(ONE, due("a"))
    queue.offer(ONE, ())
    assert queue.take() is None


@example(2, [(1, 1, False), (1, 2, True), (2, 1, False)])
@example(1, [(1, 1, False), (1, 2, True), *((2, link, True) for link in range(1, 5))])
@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 8), st.booleans()), max_size=30),
)
def test_whatever_is_due_everybody_gets_a_turn(
    slots: int, wanted: list[tuple[int, int, bool]]
) -> None:
    queue = FairQueue(slots)
    by_practice: dict[PracticeId, dict[GoogleLinkId, bool]] = {}
    for practice, link, slow in wanted:
        by_practice.setdefault(PracticeId(practice), {})[GoogleLinkId(str(link))] = slow
    everybody = {Place(p, link) for p, links in by_practice.items() for link in links}
    served: set[Place] = set()
    # Practices take turns, however few links they have, and one turn in four is for long work.
    longest = max(map(len, by_practice.values()), default=0)
    for _ in range(4 * len(by_practice) * longest + 1):
        for practice, links in by_practice.items():
            queue.offer(practice, [DueLink(*one) for one in links.items()])
        now = taken(queue)
        assert len(now) <= slots
        served.update(now)
        for place in now:
            queue.end(place)
    assert served == everybody
