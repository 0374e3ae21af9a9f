"""ULIDs: 26 letters, in the order of their instants, never twice the same."""

from __future__ import annotations

import multiprocessing
import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.domain.ids import new_ulid

NOW = datetime(2026, 11, 3, 15, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by contract


def test_a_ulid_has_26_letters_of_the_alphabet() -> None:
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", new_ulid(NOW))


def test_the_first_ten_letters_tell_the_millisecond() -> None:
    assert new_ulid(NOW)[:10] == new_ulid(NOW)[:10]
    assert new_ulid(NOW + timedelta(milliseconds=1))[:10] > new_ulid(NOW)[:10]


@given(INSTANTS, st.integers(1, 10**9))
def test_a_later_ulid_sorts_behind_an_earlier_one(now: datetime, milliseconds: int) -> None:
    assert new_ulid(now) < new_ulid(now + timedelta(milliseconds=milliseconds))


def test_those_of_one_instant_sort_as_they_were_made() -> None:
    made = [new_ulid(NOW) for _ in range(1000)]
    assert made == sorted(made)


def test_a_copy_of_the_process_does_not_count_on_from_the_same_number() -> None:
    new_ulid(NOW)
    forking = multiprocessing.get_context("fork")
    with forking.Pool(2, maxtasksperchild=1) as pool:
        others = pool.map(new_ulid, [NOW] * 2, chunksize=1)
    assert len({*others, new_ulid(NOW)}) == 3


def test_no_two_of_one_instant_are_the_same() -> None:
    assert len({new_ulid(NOW) for _ in range(1000)}) == 1000
