"""What ports.Objects promises about the log of changes and about ranges of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from server.domain.ids import AppointmentId
from server.domain.vocabulary import Status
from server.domain.when import Recurrence
from server.practice_db.database import SqlDatabase
from server.usecases.ports import Indexed
from tests.contract.samples import (
    ALMAS,
    DAY,
    HOUR,
    INDEXED,
    NOW,
    SERIES,
    THEOS,
    occurrence,
    save,
    stored,
    visit,
)


def test_changes_since_a_revision_name_what_is_there_and_what_is_not(
    furnished: SqlDatabase,
) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1))
        uow.objects.put(stored("b.ics", 2))
        uow.objects.delete(ALMAS, "a.ics", 3)
        uow.objects.put(stored("c.ics", 4))
        changed = uow.objects.changed_since
        assert changed(ALMAS, 0) == {"a.ics": False, "b.ics": True, "c.ics": True}
        assert changed(ALMAS, 2) == {"a.ics": False, "c.ics": True}
        assert changed(ALMAS, 4) == {}
        assert changed(THEOS, 0) == {}


def test_the_last_change_of_an_href_counts(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1))
        uow.objects.delete(ALMAS, "a.ics", 2)
        uow.objects.put(stored("a.ics", 3))
        assert uow.objects.changed_since(ALMAS, 0) == {"a.ics": True}


def test_the_last_change_of_each_href_comes_in_the_order_of_revisions(
    furnished: SqlDatabase,
) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("b.ics", 1))
        uow.objects.put(stored("a.ics", 2))
        uow.objects.put(stored("c.ics", 3))
        uow.objects.delete(ALMAS, "a.ics", 4)
        uow.objects.put(stored("b.ics", 5))
        since = uow.objects.changes_since
        last = [("c.ics", 3, False), ("a.ics", 4, True), ("b.ics", 5, False)]
        assert list(since(ALMAS, 0)) == last
        assert list(since(ALMAS, 3)) == last[1:]
        assert list(since(ALMAS, 5)) == []
        assert list(since(THEOS, 0)) == []


def test_changes_of_one_revision_come_by_href(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("b.ics", 1))
        uow.objects.put(stored("a.ics", 1))
        changes = uow.objects.changes_since(ALMAS, 0)
    assert list(changes) == [("a.ics", 1, False), ("b.ics", 1, False)]


def test_several_objects_may_change_under_one_revision(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1))
        uow.objects.put(stored("b.ics", 1))
        assert uow.objects.changed_since(ALMAS, 0) == {"a.ics": True, "b.ics": True}


def test_pruning_drops_removals_and_versions_below(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1))
        uow.objects.put(stored("b.ics", 2))
        uow.objects.put(stored("a.ics", 3))
        uow.objects.delete(ALMAS, "b.ics", 4)
        uow.objects.delete(ALMAS, "z.ics", 5)
        # The changes 1, 2 and 4, and the versions 1 and 2.
        assert uow.objects.prune(ALMAS, 5) == 5
        assert uow.objects.changed_since(ALMAS, 0) == {"a.ics": True, "z.ics": False}
        assert uow.objects.get(ALMAS, "a.ics") == stored("a.ics", 3)
        assert uow.objects.version(ALMAS, "a.ics", 1) is None
        assert uow.objects.prune(ALMAS, 5) == 0


def hits(database: SqlDatabase, start: datetime | None, end: datetime | None) -> set[str]:
    with database.reading() as uow:
        found, perhaps = uow.objects.in_range(ALMAS, start, end)
    assert perhaps == frozenset()
    return set(found)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (NOW, NOW + HOUR, True),
        (NOW + 0.5 * HOUR, NOW + 9 * HOUR, True),
        (NOW - DAY, NOW + 0.5 * HOUR, True),
        (NOW - DAY, NOW, False),
        (NOW + HOUR, NOW + DAY, False),
        (None, NOW, False),
        (None, NOW + HOUR, True),
        (NOW + 0.5 * HOUR, None, True),
        (NOW + HOUR, None, False),
        (None, None, True),
    ],
)
def test_an_occurrence_is_in_a_range_that_it_overlaps(
    furnished: SqlDatabase, start: datetime | None, end: datetime | None, *, found: bool
) -> None:
    with furnished.writing() as uow:
        save(uow, visit())
        uow.objects.put(stored("a.ics", 1, visit().id))
    assert hits(furnished, start, end) == ({"a.ics"} if found else set())


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (NOW, NOW + HOUR, True),
        (NOW - HOUR, NOW, False),
        (NOW - HOUR, NOW + HOUR, True),
        (NOW + timedelta(seconds=1), NOW + HOUR, False),
    ],
)
def test_an_event_of_no_length_is_where_it_starts(
    furnished: SqlDatabase, start: datetime, end: datetime, *, found: bool
) -> None:
    moment = visit()
    with furnished.writing() as uow:
        rows = [occurrence(moment, length=timedelta())]
        uow.appointments.save(moment, rows, INDEXED)
        uow.objects.put(stored("a.ics", 1, moment.id))
    assert hits(furnished, start, end) == ({"a.ics"} if found else set())


@pytest.mark.parametrize("days", [1, 2, 3, 31, 32, 33, 400, 40_000])
def test_an_event_of_any_length_is_found_to_its_last_second(
    furnished: SqlDatabase, days: int
) -> None:
    journey = visit()
    with furnished.writing() as uow:
        rows = [occurrence(journey, length=days * DAY)]
        uow.appointments.save(journey, rows, INDEXED)
        uow.objects.put(stored("a.ics", 1, journey.id))
    end = NOW + days * DAY
    assert hits(furnished, end - timedelta(seconds=1), end + DAY) == {"a.ics"}
    assert hits(furnished, end, end + DAY) == set()


def test_a_series_that_goes_on_may_be_beyond_its_index(furnished: SqlDatabase) -> None:
    series = replace(visit(SERIES), recurrence=Recurrence(("FREQ=WEEKLY",)))
    index = Indexed(NOW - DAY, NOW + 30 * DAY, NOW - 700 * DAY, None)
    with furnished.writing() as uow:
        uow.appointments.save(series, [occurrence(series)], index)
        uow.objects.put(stored("s.ics", 1, SERIES))
    found, perhaps, none = frozenset({"s.ics"}), frozenset({"s.ics"}), frozenset[str]()
    with furnished.reading() as uow:
        in_range = uow.objects.in_range
        assert in_range(ALMAS, NOW, NOW + DAY) == (found, none)
        assert in_range(ALMAS, NOW + DAY, NOW + 2 * DAY) == (none, none)
        assert in_range(ALMAS, NOW + 40 * DAY, NOW + 41 * DAY) == (none, perhaps)
        assert in_range(ALMAS, NOW - 50 * DAY, NOW - 49 * DAY) == (none, perhaps)
        assert in_range(ALMAS, NOW - 800 * DAY, NOW - 701 * DAY) == (none, none)
        assert in_range(ALMAS, None, None) == (found, none)
        assert in_range(THEOS, None, None) == (none, none)


def test_a_series_whose_occurrence_is_cancelled_may_be_in_the_range(
    furnished: SqlDatabase,
) -> None:
    # Whether a cancelled occurrence is shown is for the text of the object to say.
    series = replace(visit(SERIES), recurrence=Recurrence(("FREQ=WEEKLY",)))
    row = replace(occurrence(series), status=Status.LATE_CANCELLED, pinned=True)
    with furnished.writing() as uow:
        uow.appointments.save(series, [row], INDEXED)
        uow.objects.put(stored("s.ics", 1, SERIES))
        in_range = uow.objects.in_range(ALMAS, NOW, NOW + DAY)
    assert in_range == (frozenset(), frozenset({"s.ics"}))


def test_objects_without_a_time_may_be_in_any_range(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("todo.ics", 1))
        in_range = uow.objects.in_range(ALMAS, NOW, NOW + DAY)
    assert in_range == (frozenset(), frozenset({"todo.ics"}))


def test_an_appointment_whose_object_is_hidden_is_in_no_range(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        save(uow, visit())
        save(uow, visit(AppointmentId("other"), NOW + HOUR), starts=[NOW + HOUR])
        uow.objects.put(stored("a.ics", 1, AppointmentId("other")))
    assert hits(furnished, NOW, NOW + DAY) == {"a.ics"}
