"""Requests made at random: whatever is asked, the server answers properly and stays sound.

`make fuzz` makes a hundred thousand, and prints the seed with which it can be repeated.
"""

from __future__ import annotations

import pytest

from tests.property.fuzz.run import fuzzed

CASES = 300


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_no_request_breaks_the_server(seed: int) -> None:
    run = fuzzed(seed, CASES)
    assert run.wrong == []
    assert sum(run.statuses.values()) == CASES


@pytest.mark.slow
@pytest.mark.postgres
def test_no_request_breaks_the_server_on_postgresql(postgres_url: str) -> None:
    run = fuzzed(3, CASES, postgres_url)
    assert run.wrong == []
