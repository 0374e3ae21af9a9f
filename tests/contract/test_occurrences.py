"""What ports.Appointments promises about finding occurrences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.calendars import Occurrence
from server.domain.ids import AppointmentId
from server.practice_db.database import SqlDatabase
from server.usecases.ports import OccurrenceFilter
from tests.contract.samples import (
    ALMA,
    ALMAS,
    DAY,
    DETAILS,
    HOUR,
    INDEXED,
    JANE,
    JOHN,
    NOW,
    THEO,
    THEOS,
    occurrence,
    visit,
)

A = occurrence(visit(AppointmentId("a")), NOW)
B = occurrence(visit(AppointmentId("b")), NOW + DAY, 40 * DAY)
THEOS_DETAILS = replace(DETAILS, practitioner=THEO, client=JOHN)
C = occurrence(visit(AppointmentId("c"), NOW, THEOS_DETAILS, THEOS), NOW - DAY, 3 * DAY)


@pytest.fixture
def occupied(furnished: SqlDatabase) -> SqlDatabase:
    """Return a database with three appointments of different lengths."""
    with furnished.writing() as uow:
        for one in (A, B, C):
            of_calendar = visit(one.appointment, calendar=one.calendar)
            uow.appointments.save(of_calendar, [one], INDEXED)
    return furnished


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (OccurrenceFilter(), [C, A, B]),
        (OccurrenceFilter(NOW + HOUR), [C, B]),
        (OccurrenceFilter(end=NOW + DAY), [C, A]),
        (OccurrenceFilter(NOW + 40 * DAY, NOW + 50 * DAY), [B]),
        (OccurrenceFilter(practitioner=ALMA), [A, B]),
        (OccurrenceFilter(practitioner=THEO), [C]),
        (OccurrenceFilter(client=JANE), [A, B]),
        (OccurrenceFilter(client=JANE, end=NOW + DAY), [A]),
        (OccurrenceFilter(client=JANE, practitioner=THEO), []),
        (OccurrenceFilter(calendar=ALMAS), [A, B]),
        (OccurrenceFilter(calendar=THEOS, practitioner=THEO), [C]),
        (OccurrenceFilter(calendar=THEOS, practitioner=ALMA), []),
        (OccurrenceFilter(appointment=B.appointment), [B]),
        (OccurrenceFilter(NOW, NOW + DAY, ALMA, JANE, A.appointment, ALMAS), [A]),
    ],
)
def test_each_field_of_the_filter_narrows(
    occupied: SqlDatabase, wanted: OccurrenceFilter, found: list[Occurrence]
) -> None:
    with occupied.reading() as uow:
        assert uow.appointments.occurrences(wanted) == found


def test_occurrences_come_by_start(furnished: SqlDatabase) -> None:
    starts = [NOW + timedelta(days=days) for days in (3, -40, 0, 77, 12)]
    with furnished.writing() as uow:
        for number, start in enumerate(starts):
            one = visit(AppointmentId(f"a{number}"))
            uow.appointments.save(one, [occurrence(one, start, number * 20 * DAY)], INDEXED)
        rows = uow.appointments.occurrences(OccurrenceFilter(practitioner=ALMA))
    assert [row.start for row in rows] == sorted(starts)
