"""Free-busy times against a plain count of what is taken in each minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.ics.free_busy import Busy, BusyRow, busy_rows, free_busy
from tests.instance_rows import NEW_YORK

START = datetime(2026, 3, 29, tzinfo=UTC)
EPOCH = int(START.timestamp())
MINUTES = 120
WINDOW = START, START + timedelta(minutes=MINUTES)
ROWS = st.lists(
    st.builds(
        lambda start, length, kind: (EPOCH + 60 * start, EPOCH + 60 * (start + length), kind),
        st.integers(-60, 180),
        st.integers(0, 90),
        st.sampled_from(Busy),
    ),
    max_size=12,
)


def taken(rows: list[BusyRow], kind: Busy) -> list[bool]:
    """Return for each minute of the range whether it is taken."""
    at = [EPOCH + 60 * minute for minute in range(MINUTES)]
    return [any(row[2] is kind and row[0] <= each < row[1] for row in rows) for each in at]


@given(ROWS)
def test_every_minute_is_taken_in_the_answer_that_is_taken_by_a_row(
    rows: list[BusyRow],
) -> None:
    said = busy_rows(free_busy(rows, WINDOW, START, "one"), NEW_YORK)
    for kind in Busy:
        assert taken(said, kind) == taken(rows, kind)


@given(ROWS)
def test_periods_of_one_kind_are_sorted_apart_and_within_the_range(
    rows: list[BusyRow],
) -> None:
    said = busy_rows(free_busy(rows, WINDOW, START, "one"), NEW_YORK)
    assert said == sorted(said)
    for kind in Busy:
        edges = [edge for row in said if row[2] is kind for edge in row[:2]]
        assert edges == sorted(set(edges))
        assert not edges or (edges[0] >= EPOCH and edges[-1] <= EPOCH + 60 * MINUTES)
