"""Which minutes a service code stands for (billing, part 1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.durations import fits


@pytest.mark.parametrize(
    ("code", "least", "most"), [("90832", 16, 37), ("90834", 38, 52), ("90837", 53, 180)]
)
def test_psychotherapy_fits_from_its_first_minute_to_its_last(
    code: str, least: int, most: int
) -> None:
    assert fits(code, timedelta(minutes=least))
    assert fits(code, timedelta(minutes=most))
    assert not fits(code, timedelta(minutes=least - 1))


@pytest.mark.parametrize(("code", "most"), [("90832", 37), ("90834", 52)])
def test_a_minute_more_is_too_much(code: str, most: int) -> None:
    assert not fits(code, timedelta(minutes=most + 1))


def test_seconds_do_not_make_a_minute() -> None:
    assert fits("90834", timedelta(minutes=52, seconds=59))


@pytest.mark.parametrize("code", ["97810", "OWN-1", ""])
def test_a_code_without_minutes_fits_any_length(code: str) -> None:
    assert fits(code, timedelta())
    assert fits(code, timedelta(days=1))
