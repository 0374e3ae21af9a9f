"""Whatever is done on both sides, and whatever goes wrong: both say the same in the end."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.practice_db.engines import database_file
from tests.databases import PostgresServer
from tests.google.converging import WEIGHED, History, Step, converge, opened
from tests.google.sweep import history_of, shorter
from tests.local_google import Unknowns
from tests.practice import furnish

STEPS = st.builds(
    Step, st.sampled_from(sorted(WEIGHED)), st.integers(0, 2**32), st.integers(0, 1)
)
HISTORIES = st.builds(
    History,
    st.lists(STEPS, min_size=4, max_size=24).map(tuple),
    links=st.sampled_from([1, 1, 1, 2]),
    watches=st.booleans(),
)
ONCE = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("preset", ["as_reported", "otherwise"])
@ONCE
@given(history=HISTORIES)
def test_g094_both_sides_say_the_same_in_the_end(
    furnished: Path, preset: str, history: History
) -> None:
    unknowns: Unknowns = getattr(Unknowns, preset)()
    with tempfile.TemporaryDirectory() as folder:
        house = Path(folder, "house")
        shutil.copytree(furnished, house)
        with opened(database_file(house)) as database:
            converge(database, unknowns, history)


@pytest.mark.postgres
@settings(ONCE, max_examples=10)
@given(history=HISTORIES)
def test_g094_both_sides_say_the_same_on_postgresql(
    postgres_server: PostgresServer, history: History
) -> None:
    name = postgres_server.take()
    with opened(postgres_server.url(name)) as database:
        with database.writing() as uow:
            furnish(uow)
        converge(database, Unknowns(), history)
    postgres_server.give_back(name)


def test_a_number_of_a_sweep_is_always_the_same_history() -> None:
    assert history_of(94) == history_of(94) != history_of(95)
    assert {step.act for step in history_of(94, frozenset(WEIGHED) - {"book"}).steps} == {
        "book"
    }


def test_a_history_that_fails_is_told_as_short_as_it_still_fails() -> None:
    def fails(history: History) -> str:
        acts = [step.act for step in history.steps]
        return "it did" if {"book", "crash"} <= set(acts) else ""

    noise = [Step("sync", number) for number in range(7)]
    steps = (*noise, Step("book", 1), *noise, Step("crash", 2, 1), *noise)
    found, said = shorter(History(steps, links=2, watches=True), fails)
    assert (found, said) == (History((Step("book", 1), Step("crash", 2, 1))), "it did")
