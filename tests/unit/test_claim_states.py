"""How far a claim can come from where it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.claims import Claim, ClaimState, ClaimStep
from server.domain.errors import Invalid
from tests.papers import AT, DESK, claim

ALLOWED = {
    "draft": "ready closed",
    "ready": "draft submitted closed",
    "submitted": "accepted rejected",
    "accepted": "paid part-paid denied",
    "rejected": "draft closed",
    "part-paid": "paid closed",
    "denied": "part-paid paid closed",
    "paid": "closed",
    "closed": "",
}


def standing(*states: str) -> Claim:
    steps = tuple(ClaimStep(ClaimState(state), AT, DESK) for state in states)
    return replace(claim(), steps=steps)


def then(before: Claim, state: str) -> Claim:
    return before.then(ClaimStep(ClaimState(state), AT, DESK))


@pytest.mark.parametrize("state", ALLOWED)
def test_each_state_is_followed_by_those_that_can_follow(state: str) -> None:
    for following in ALLOWED[state].split():
        assert then(standing(state), following).state == following


@pytest.mark.parametrize("state", ALLOWED)
def test_no_other_state_can_follow(state: str) -> None:
    for other in set(ALLOWED) - set(ALLOWED[state].split()):
        with pytest.raises(Invalid, match=f"{other} cannot follow {state}"):
            then(standing(state), other)


def test_the_way_that_a_claim_went_stays_on_record() -> None:
    moved = then(then(claim(), "submitted"), "accepted")
    assert [step.state for step in moved.steps] == ["draft", "ready", "submitted", "accepted"]


@pytest.mark.parametrize(
    ("states", "holds"),
    [
        (("draft",), True),
        (("draft", "ready", "submitted", "accepted", "denied"), True),
        (("draft", "closed"), False),
        (("draft", "ready", "submitted", "rejected", "closed"), False),
        (("draft", "ready", "submitted", "accepted", "denied", "closed"), False),
        (("draft", "ready", "submitted", "accepted", "paid", "closed"), True),
        (("draft", "ready", "submitted", "accepted", "part-paid", "closed"), True),
    ],
)
def test_services_may_be_claimed_again_once_a_claim_was_closed_without_payment(
    states: tuple[str, ...], holds: bool
) -> None:
    assert standing(*states).holds_its_charges is holds
