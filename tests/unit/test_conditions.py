"""Conditions on an object: which hold, in which order (RFC 9110 13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.domain.calendars import StoredObject
from server.domain.errors import PreconditionFailed
from server.domain.ids import CalendarId
from server.usecases.conditions import Conditions, Tags, stored_revision

CHANGED = datetime(2026, 11, 3, 15, 0, 0, 500_000, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STORED = StoredObject(CalendarId("c"), "a.ics", "uid", "VEVENT", "text", '"17"', 17, CHANGED)
SEEN = CHANGED.replace(microsecond=0)
ANYTHING = Tags(anything=True)


@pytest.mark.parametrize(
    ("etag", "revision"),
    [
        ('"17"', 17),
        ("17", 17),
        ('"17-desk-busy"', 17),
        ('W/"17"', 17),
        ('"17-gzip"', 17),
        ('"x"', None),
        ("", None),
        ('"²"', None),
        ('"-17"', None),
        (f'"{"9" * 19}"', None),
    ],
)
def test_a_tag_names_a_revision_whoever_was_served_it(etag: str, revision: int | None) -> None:
    assert stored_revision(etag) == revision


HOLDING = [
    Conditions(),
    Conditions.matching('"17"'),
    Conditions(match=Tags(('"16"', '"17-theo-busy"'))),
    Conditions(match=ANYTHING),
    Conditions(none_match=Tags(('"16"',))),
    Conditions(unchanged_since=SEEN),
    Conditions(match=ANYTHING, unchanged_since=SEEN - SECOND),
]
BROKEN = [
    Conditions.matching('"16"'),
    Conditions(match=Tags(("nothing",))),
    Conditions(none_match=ANYTHING),
    Conditions(none_match=Tags(('"16"', 'W/"17"'))),
    Conditions(unchanged_since=SEEN - SECOND),
    Conditions(match=ANYTHING, none_match=ANYTHING),
]


@pytest.mark.parametrize("conditions", HOLDING, ids=str)
def test_a_condition_holds(conditions: Conditions) -> None:
    conditions.check(STORED)


@pytest.mark.parametrize("conditions", BROKEN, ids=str)
def test_a_condition_does_not_hold(conditions: Conditions) -> None:
    with pytest.raises(PreconditionFailed):
        conditions.check(STORED)


def test_nothing_that_is_not_there_matches_and_everything_else_holds_of_it() -> None:
    for conditions in (Conditions.matching('"17"'), Conditions(match=ANYTHING)):
        with pytest.raises(PreconditionFailed):
            conditions.check(None)
    for conditions in (
        Conditions(none_match=ANYTHING),
        Conditions(unchanged_since=SEEN - SECOND),
    ):
        conditions.check(None)


def test_a_second_is_what_http_can_tell_apart() -> None:
    condition = Conditions(unchanged_since=SEEN)
    condition.check(replace(STORED, modified_at=SEEN + timedelta(milliseconds=999)))
    with pytest.raises(PreconditionFailed):
        condition.check(replace(STORED, modified_at=SEEN + SECOND))
