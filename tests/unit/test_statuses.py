"""Statuses: which may follow which, and what a change of status tells (billing, part 6)."""

from __future__ import annotations

import pytest

from server.domain.errors import Invalid
from server.domain.statuses import check_transition, facts_of
from server.domain.vocabulary import Fact, Status

UNDER_WAY = [
    Status.BOOKED,
    Status.CONFIRMED,
    Status.ARRIVED,
    Status.COMPLETED,
    Status.NO_SHOW,
]
GONE = [Status.CANCELLED, Status.LATE_CANCELLED]


@pytest.mark.parametrize("before", UNDER_WAY)
@pytest.mark.parametrize("after", [*UNDER_WAY, *GONE])
def test_what_takes_place_can_become_anything_but_a_request(
    before: Status, after: Status
) -> None:
    check_transition(before, after)
    with pytest.raises(Invalid):
        check_transition(before, Status.REQUESTED)


@pytest.mark.parametrize("before", GONE)
def test_what_was_cancelled_is_taken_back_before_anything_happens_in_it(before: Status) -> None:
    for after in (Status.BOOKED, Status.CONFIRMED, *GONE):
        check_transition(before, after)
    for after in (Status.ARRIVED, Status.COMPLETED, Status.NO_SHOW, Status.REQUESTED):
        with pytest.raises(Invalid, match=f"'{after}' cannot follow '{before}'"):
            check_transition(before, after)


def test_a_request_is_accepted_or_declined_and_nothing_else() -> None:
    for after in (Status.REQUESTED, Status.BOOKED, Status.CANCELLED):
        check_transition(Status.REQUESTED, after)
    for after in set(Status) - {Status.REQUESTED, Status.BOOKED, Status.CANCELLED}:
        with pytest.raises(Invalid):
            check_transition(Status.REQUESTED, after)


@pytest.mark.parametrize(
    ("before", "after", "facts"),
    [
        (None, Status.BOOKED, (Fact.BOOKED,)),
        (None, Status.REQUESTED, ()),
        (None, Status.ARRIVED, (Fact.BOOKED, Fact.ARRIVED)),
        (None, Status.LATE_CANCELLED, (Fact.BOOKED, Fact.LATE_CANCELLED)),
        (Status.BOOKED, Status.BOOKED, ()),
        (Status.REQUESTED, Status.BOOKED, (Fact.BOOKED,)),
        (Status.REQUESTED, Status.CANCELLED, (Fact.CANCELLED,)),
        (Status.BOOKED, Status.CONFIRMED, (Fact.CONFIRMED,)),
        (Status.CONFIRMED, Status.ARRIVED, (Fact.ARRIVED,)),
        (Status.ARRIVED, Status.COMPLETED, (Fact.COMPLETED,)),
        (Status.BOOKED, Status.NO_SHOW, (Fact.NO_SHOW,)),
        (Status.BOOKED, Status.CANCELLED, (Fact.CANCELLED,)),
        (Status.CANCELLED, Status.LATE_CANCELLED, (Fact.LATE_CANCELLED,)),
        (Status.ARRIVED, Status.BOOKED, (Fact.UNDONE,)),
        (Status.NO_SHOW, Status.BOOKED, (Fact.UNDONE,)),
        (Status.CANCELLED, Status.BOOKED, (Fact.UNDONE,)),
        (Status.CONFIRMED, Status.BOOKED, (Fact.UNDONE,)),
    ],
)
def test_a_change_of_status_tells(
    before: Status | None, after: Status, facts: tuple[Fact, ...]
) -> None:
    assert facts_of(before, after) == facts


def test_cancelled_and_realised_statuses_are_known_as_such() -> None:
    assert {status for status in Status if status.is_cancelled} == set(GONE)
    assert {status for status in Status if not status.is_realised} == {
        Status.REQUESTED,
        Status.BOOKED,
        Status.CONFIRMED,
    }
