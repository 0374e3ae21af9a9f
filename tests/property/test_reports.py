"""Reports over generated series: what an independent expansion finds, from PUT to answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.instance_rows import NEW_YORK
from tests.property.in_process import FEWER, Inside, shared
from tests.property.test_instances import (
    LONG_WINDOWS,
    MARGIN,
    Found,
    Moment,
    Object,
    expected,
    found_in,
    moves_of,
    objects,
    text_of,
    usual_starts,
    within,
)
from tests.system import reports
from tests.system.phone import Phone
from tests.system.reports import between, bounds, comp

Window = tuple[datetime, datetime]
EXAMPLES = 40
SLUGS = pytest.mark.parametrize("slug", ["appointments", "mine"])
NARROW = st.tuples(st.integers(0, 30 * 24), st.integers(1, 20 * 24)).map(
    lambda pair: (timedelta(hours=pair[0]), timedelta(hours=pair[0] + pair[1]))
)
"""From when to when, after the margin of the wide window, in hours."""


@contextmanager
def stored(inside: Inside, slug: str, text: str) -> Iterator[tuple[Phone, str]]:
    """Put an object into a calendar where no other is, for as long as the block runs."""
    phone = inside.phone("alma")
    phone.calendar = f"/alma/{slug}/"
    phone.mkcalendar("/alma/mine/")
    name = f"{uuid4().hex}.ics"
    answer = phone.put(name, text.replace("UID:one", f"UID:{name}"))
    # So many instances that it is not taken.
    assume(answer.condition != "max-instances")
    assert answer.status == 201, answer.text
    yield phone, name
    assert phone.delete(name).status in (204, 403)


def told(one: Object, window: Window) -> tuple[str, set[Found]]:
    """Return the text of a series, and what the independent expansion finds in it."""
    usual = usual_starts(one, window)
    moves = moves_of(one, usual)
    # An instance of no length that is moved by no hour at all may be told in two ways.
    assume(len(set(moves.values())) == len(moves))
    return text_of(one, moves), expected(one, usual, moves)


def expands(inside: Inside, slug: str, one: Object, window: Window) -> None:
    """See that ``expand`` gives the instances, by calendar-query and by multiget."""
    text, instances = told(one, window)
    shape = f"<C:calendar-data><C:expand{bounds(*window)}/></C:calendar-data>"
    with stored(inside, slug, text) as (phone, name):
        asked = reports.query(comp("VEVENT", between(*window)), data=shape)
        shown = reports.data(phone.report("", asked)).get(name, "")
        got = phone.report("", reports.multiget(phone.path(name), data=shape))
        assert not shown or reports.data(got)[name] == shown
        found = found_in(shown) if shown else set()
        assert within(found, window) == within(instances, window)


def instant(moment: Moment) -> datetime:
    """Return a moment in UTC; a day begins in the practice's zone."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment, time(), NEW_YORK).astimezone(UTC)


def overlapping(instances: set[Found], span: Window) -> list[Window]:
    """Return what overlaps a span by the plain words of RFC 4791 9.9, cut to it."""
    lo, hi = span
    spans = [(instant(start), instant(end)) for _, start, end in instances]
    return [
        (max(start, lo), min(end, hi))
        for start, end in spans
        if start < hi and (end > lo or lo <= start == end)
    ]


def joined(spans: list[Window]) -> list[Window]:
    """Return the times that are taken, joined where they overlap or touch."""
    found: list[Window] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > start:
            found.append((start, end))
    return found


def busy(phone: Phone, span: Window) -> list[Window]:
    """Return the times that a free-busy-query calls busy."""
    answer = phone.report("", reports.free_busy(*span))
    assert answer.status == 200, answer.text
    values = [line.rpartition(":")[2] for line in answer.lines if line.startswith("FREEBUSY")]
    ends = [value.split("/") for value in values]
    return [(_utc(start), _utc(end)) for start, end in ends]


def _utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def is_found_and_busy(
    inside: Inside, slug: str, one: Object, wide: Window, narrow: tuple[timedelta, timedelta]
) -> None:
    """See that a range finds the series where it happens, and that it is busy just then."""
    first = wide[0] + MARGIN
    span = first + narrow[0], first + narrow[1]
    # What begins before the wide window, or is moved into it from outside, nobody tells of.
    assume(span[1] + MARGIN < wide[1])
    text, instances = told(one, wide)
    taken = overlapping(instances, span)
    with stored(inside, slug, text) as (phone, name):
        found = reports.found(phone, comp("VEVENT", between(*span)))
        assert (name in found) is bool(taken)
        assert busy(phone, span) == joined(taken)


@pytest.mark.slow
@SLUGS
@shared(EXAMPLES)
@given(one=objects(), window=LONG_WINDOWS)
def test_instances_are_those_of_an_independent_expansion(
    sqlite_inside: Inside, slug: str, one: Object, window: Window
) -> None:
    expands(sqlite_inside, slug, one, window)


@pytest.mark.slow
@pytest.mark.postgres
@SLUGS
@shared(FEWER)
@given(one=objects(), window=LONG_WINDOWS)
def test_instances_on_postgresql_are_those_of_an_independent_expansion(
    postgres_inside: Inside, slug: str, one: Object, window: Window
) -> None:
    expands(postgres_inside, slug, one, window)


@pytest.mark.slow
@SLUGS
@shared(EXAMPLES)
@given(one=objects(), wide=LONG_WINDOWS, narrow=NARROW)
def test_a_series_is_found_and_busy_exactly_where_it_happens(
    sqlite_inside: Inside,
    slug: str,
    one: Object,
    wide: Window,
    narrow: tuple[timedelta, timedelta],
) -> None:
    is_found_and_busy(sqlite_inside, slug, one, wide, narrow)


@pytest.mark.slow
@pytest.mark.postgres
@SLUGS
@shared(FEWER)
@given(one=objects(), wide=LONG_WINDOWS, narrow=NARROW)
def test_a_series_on_postgresql_is_found_and_busy_exactly_where_it_happens(
    postgres_inside: Inside,
    slug: str,
    one: Object,
    wide: Window,
    narrow: tuple[timedelta, timedelta],
) -> None:
    is_found_and_busy(postgres_inside, slug, one, wide, narrow)
