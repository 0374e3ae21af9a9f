"""The plan of one event: whatever both sides say, it ends, and no rule is passed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from server.domain.google import (
    EventKind,
    EventMap,
    MapState,
    MovePolicy,
    Origin,
)
from server.domain.ids import AppointmentId, GoogleLinkId
from server.domain.when import MASTER
from server.google_sync.deciding.plan import Case, Do, Owner, Why, plan, turned
from server.google_sync.model.canonical import Base, Projection, Times, base_text, read_base
from server.google_sync.model.marks import LAST_GENERATION

TIMES = st.sampled_from(
    [Times(f"2026112{day}T190000Z", f"2026112{day}T200000Z") for day in "4567"]
)
PROJECTIONS = st.builds(
    Projection,
    TIMES,
    st.sampled_from(["", "a", "b"]),
    private=st.booleans(),
    opaque=st.booleans(),
)
MAYBE = st.none() | PROJECTIONS
CASES = st.builds(
    Case,
    base=st.none() | st.builds(Base, PROJECTIONS, PROJECTIONS),
    google=MAYBE,
    practice=MAYBE,
    state=st.sampled_from(MapState),
    generation=st.integers(0, LAST_GENERATION),
    policy=st.sampled_from(MovePolicy),
    refusal=st.none() | st.sampled_from(Why),
    owner=st.sampled_from(Owner),
    texts=st.booleans(),
)
BASES = st.builds(Base, PROJECTIONS, PROJECTIONS)
WAITING = {Do.NOTHING, Do.PROPOSE, Do.PARK}


def done(case: Case) -> Case:
    """Return the case after what was decided has been done on both sides."""
    decision = plan(case)
    google, practice = case.google, case.practice
    generation = case.generation
    match decision.do:
        case Do.WRITE | Do.REMOVE:
            google = practice
        case Do.MAKE_AGAIN:
            google, generation = practice, generation + 1
        case Do.APPLY | Do.CANCEL:
            practice = google
        case Do.AGREE | Do.NOTHING | Do.PROPOSE | Do.PARK:
            pass
    base = Base(practice, google) if practice and google else case.base
    state = MapState.LIVE if google else MapState.GONE_GOOGLE
    return replace(
        case, google=google, practice=practice, base=base, generation=generation, state=state
    )


@given(CASES)
def test_what_was_decided_once_is_agreed_on_afterwards(case: Case) -> None:
    assume(plan(case).do not in WAITING)
    assert plan(done(case)).do is Do.AGREE


@given(CASES)
def test_a_parked_event_is_left_alone(case: Case) -> None:
    assert plan(replace(case, state=MapState.PARKED)).do is Do.NOTHING


@given(CASES)
def test_both_sides_saying_the_same_is_never_written(case: Case) -> None:
    assume(case.state is not MapState.PARKED)
    same = replace(case, google=case.practice)
    assert plan(same).do is Do.AGREE


@given(CASES, PROJECTIONS, BASES, st.sampled_from(Why))
def test_what_the_rules_refuse_is_never_applied(
    case: Case, google: Projection, base: Base, why: Why
) -> None:
    refused = replace(case, google=google, base=base, refusal=why, owner=Owner.PRACTICE)
    if plan(refused).do is Do.APPLY:
        assert google.times == base.theirs.times


@given(CASES, st.sampled_from([Why.LOCKED, Why.PAST, Why.MOVED_OUT]))
def test_a_deletion_of_what_is_held_is_never_believed(case: Case, why: Why) -> None:
    held = replace(case, google=None, owner=Owner.PRACTICE, refusal=why)
    assert plan(held).do is not Do.CANCEL


@given(CASES)
def test_no_event_is_made_more_often_than_it_may_be(case: Case) -> None:
    last = replace(case, generation=LAST_GENERATION)
    assert plan(last).do is not Do.MAKE_AGAIN


@given(CASES)
def test_somebody_elses_event_is_never_made_anew(case: Case) -> None:
    theirs = replace(case, owner=Owner.GOOGLE, google=None)
    assert plan(theirs).do is not Do.MAKE_AGAIN


@given(CASES, BASES, PROJECTIONS, PROJECTIONS)
def test_a_move_that_is_lost_is_always_told(
    case: Case, base: Base, google: Projection, practice: Projection
) -> None:
    assume(google.times not in (base.theirs.times, practice.times))
    assume(practice.times != base.ours.times)
    both = replace(
        case,
        base=base,
        google=google,
        practice=practice,
        owner=Owner.PRACTICE,
        state=MapState.LIVE,
    )
    assert plan(both).why is Why.BOTH_MOVED


@given(st.lists(st.integers(1, 7200), min_size=22, max_size=60))
def test_the_fuse_blows_before_a_day_of_fighting_is_over(gaps: list[int]) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    pair = EventMap(
        GoogleLinkId("a"),
        "c",
        "e",
        AppointmentId("x"),
        MASTER,
        EventKind.SINGLE,
        Origin.PRACTICE,
        MapState.LIVE,
    )
    blown, began = False, at
    for gap in gaps:
        at += timedelta(seconds=gap)
        turns = turned(pair, at)
        blown = blown or turns.blown
        pair = replace(
            pair,
            turns=turns.lately,
            turns_since=turns.since,
            turns_a_day=turns.today,
            day_since=turns.day_since,
        )
    assert blown or at - began > timedelta(days=1)


@given(st.builds(Base, PROJECTIONS, PROJECTIONS, guests=st.booleans()))
def test_a_base_is_read_as_it_was_kept(base: Base) -> None:
    assert read_base(base_text(base)) == base
