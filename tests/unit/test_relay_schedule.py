"""When what was not taken is sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.relay.schedule import ATTEMPTS, DELAYS, rest_after, retry_after

HOUR = 3600


def test_the_waits_grow_from_seconds_to_a_day() -> None:
    waits = [retry_after(attempt, 0) for attempt in range(1, ATTEMPTS)]
    assert waits == [timedelta(seconds=delay) for delay in DELAYS]
    assert list(DELAYS) == sorted(DELAYS)
    assert (DELAYS[0], DELAYS[1], DELAYS[-1]) == (5, 300, 24 * HOUR)


def test_after_the_last_attempt_it_is_given_up() -> None:
    assert retry_after(ATTEMPTS - 1, 0) is not None
    assert retry_after(ATTEMPTS, 0) is None
    assert retry_after(ATTEMPTS + 1, 0) is None


def test_what_failed_together_is_spread_over_a_fifth_of_the_time() -> None:
    assert retry_after(2, 0) == timedelta(seconds=300)
    assert retry_after(2, 0.5) == timedelta(seconds=330)
    assert retry_after(2, 1) == timedelta(seconds=360)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 5), (2, 10), (3, 20), (6, 160), (7, 300), (5000, 300)]
)
def test_an_endpoint_rests_longer_each_time_but_never_long(failures: int, seconds: int) -> None:
    assert rest_after(failures) == timedelta(seconds=seconds)
