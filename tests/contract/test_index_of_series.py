"""What ports.Appointments promises about how far series are indexed."""

from __future__ import annotations

from dataclasses import replace

from server.domain.appointment import Appointment
from server.domain.ids import AppointmentId
from server.domain.when import Recurrence
from server.practice_db.database import SqlDatabase
from server.usecases.ports import Indexed
from tests.contract.samples import DAY, INDEXED, NOW, SERIES, VISIT, visit


def test_how_far_the_index_goes_comes_back(furnished: SqlDatabase) -> None:
    endless = Indexed(NOW - DAY, NOW + DAY, None, None)
    with furnished.writing() as uow:
        uow.appointments.save(visit(), [], INDEXED)
        uow.appointments.save(visit(SERIES), [], endless)
        assert uow.appointments.indexed(VISIT) == INDEXED
        assert uow.appointments.indexed(SERIES) == endless
        assert uow.appointments.indexed(AppointmentId("none")) is None


def series(name: str) -> Appointment:
    """Return a weekly series."""
    return replace(visit(AppointmentId(name)), recurrence=Recurrence(("FREQ=WEEKLY",)))


def test_series_that_go_on_are_extended_the_shortest_first(furnished: SqlDatabase) -> None:
    ending = replace(INDEXED, last_end=NOW + 5 * DAY)
    with furnished.writing() as uow:
        keep = uow.appointments.save
        keep(series("far"), [], Indexed(NOW, NOW + 20 * DAY, NOW, None))
        keep(series("near"), [], Indexed(NOW, NOW + 10 * DAY, NOW, NOW + 99 * DAY))
        keep(series("ended"), [], replace(ending, until=NOW + 9 * DAY))
        keep(replace(series("gone"), deleted_at=NOW), [], Indexed(NOW, NOW + DAY, NOW, None))
        keep(visit(), [], Indexed(NOW, NOW + DAY, NOW, NOW + 99 * DAY))
        assert uow.appointments.to_extend(NOW + 30 * DAY, 9) == ["near", "far"]
        assert uow.appointments.to_extend(NOW + 30 * DAY, 1) == ["near"]
        assert uow.appointments.to_extend(NOW + 15 * DAY, 9) == ["near"]


def test_series_beyond_their_index_are_found_on_both_sides(furnished: SqlDatabase) -> None:
    index = Indexed(NOW - 10 * DAY, NOW + 10 * DAY, NOW - 50 * DAY, NOW + 50 * DAY)
    with furnished.writing() as uow:
        uow.appointments.save(series("s"), [], index)
        uow.appointments.save(visit(), [], index)

        def beyond(first: int, last: int) -> bool:
            span = (NOW + first * DAY, NOW + last * DAY)
            return list(uow.appointments.beyond_index(*span)) == ["s"]

        assert [beyond(-9, 9), beyond(-10, 10)] == [False, False]
        assert [beyond(5, 11), beyond(49, 60), beyond(50, 60)] == [True, True, False]
        assert [beyond(-11, -5), beyond(-60, -49), beyond(-60, -50)] == [True, True, False]
