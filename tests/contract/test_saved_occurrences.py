"""Whatever an appointment's occurrences were: the index holds those that were saved last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.calendars import Occurrence
from server.domain.vocabulary import Status
from server.domain.when import Recurrence, RecurrenceKey
from server.practice_db.database import SqlDatabase
from server.usecases.ports import OccurrenceFilter
from tests.contract.samples import DAY, HOUR, INDEXED, NOW, SERIES, VISIT, occurrence, visit
from tests.contract.samples import save as save_visit

SHARED = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
ONE = visit(SERIES)
APPOINTMENT = replace(ONE, recurrence=Recurrence(("FREQ=DAILY",)))


@st.composite
def occurrences(draw: st.DrawFn) -> list[Occurrence]:
    """Draw occurrences of a series: the same keys come again, as they were or changed."""
    days = draw(st.sets(st.integers(0, 8)))
    return [drawn_on(draw, day) for day in sorted(days)]


def drawn_on(draw: st.DrawFn, day: int) -> Occurrence:
    moved = timedelta(minutes=draw(st.sampled_from((0, 0, 15))))
    status = draw(st.sampled_from((Status.BOOKED, Status.BOOKED, Status.CANCELLED)))
    row = occurrence(ONE, NOW + day * DAY + moved, HOUR, RecurrenceKey(f"{day}"))
    return replace(row, status=status)


def index_of(database: SqlDatabase) -> Sequence[Occurrence]:
    with database.reading() as uow:
        return uow.appointments.occurrences(OccurrenceFilter(appointment=SERIES))


@SHARED
@given(saved=st.lists(occurrences(), min_size=1, max_size=4))
def test_the_index_holds_what_was_saved_last(
    furnished: SqlDatabase, saved: list[list[Occurrence]]
) -> None:
    with furnished.writing() as uow:
        for rows in saved:
            uow.appointments.save(APPOINTMENT, rows, INDEXED)
    assert list(index_of(furnished)) == saved[-1]


def test_saving_one_appointment_leaves_the_occurrences_of_others(
    furnished: SqlDatabase,
) -> None:
    with furnished.writing() as uow:
        save_visit(uow, visit())
        uow.appointments.save(APPOINTMENT, [occurrence(ONE)], INDEXED)
        uow.appointments.save(APPOINTMENT, [], INDEXED)
        left = uow.appointments.occurrences(OccurrenceFilter(appointment=VISIT))
    assert [row.appointment for row in left] == [VISIT]
