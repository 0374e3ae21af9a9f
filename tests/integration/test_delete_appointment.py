"""Cancelling, deleting and bringing back, by the desk and by calendar apps (SH-20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from server.domain.errors import Invalid, Locked, NotFound, PreconditionFailed
from server.domain.vocabulary import Fact, Kind, Status
from server.domain.when import AllDay, key_of
from server.usecases.conditions import Conditions
from server.usecases.context import DeleteMeans, Rules
from server.usecases.delete_appointment import (
    cancel_appointment,
    delete_appointment,
    restore_appointment,
)
from server.usecases.edit_appointment import Target
from tests.practice import (
    ALMA,
    WEEKLY,
    House,
    at,
    event,
    following,
    other,
    session,
    this,
    timed,
)

ALL = ["11-24 14:00", "12-01 14:00", "12-08 14:00", "12-15 14:00", "12-22 14:00", "12-29 14:00"]
CANCELLING = Rules(delete_means=DeleteMeans.CANCEL)


def first(day: int, hour: int = 14) -> datetime:
    return at(day, hour, month=12)


def delete(house: House, target: Target) -> None:
    with house.database.writing() as uow:
        delete_appointment(uow, house.context(), target)


def cancel(house: House, target: Target, status: Status = Status.CANCELLED) -> None:
    with house.database.writing() as uow:
        cancel_appointment(uow, house.context(), target, status)


def restore(house: House, target: Target, *, cancelled: bool = False) -> None:
    with house.database.writing() as uow:
        restore_appointment(uow, house.context(), target, cancelled=cancelled)


def last_facts(house: House, target: Target) -> tuple[Fact, ...]:
    return house.history(target.appointment)[-1].facts


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.LATE_CANCELLED])
def test_what_the_desk_cancels_leaves_the_calendar_and_stays_on_record(
    house: House, status: Status
) -> None:
    target = Target(house.book())
    cancel(house, target, status)
    assert house.stored() == []
    assert house.details(target.appointment).status is status
    (row,) = house.rows(appointment=target.appointment)
    assert not row.blocks
    assert last_facts(house, target) == (Fact(status.value),)


def test_only_a_cancellation_cancels(house: House) -> None:
    target = Target(house.book())
    with pytest.raises(Invalid):
        cancel(house, target, Status.NO_SHOW)


def test_what_is_cancelled_can_be_taken_back(house: House) -> None:
    target = Target(house.book())
    cancel(house, target)
    house.edit(target, status=Status.BOOKED)
    assert len(house.stored()) == 1
    assert last_facts(house, target) == (Fact.UNDONE,)


def test_one_occurrence_is_cancelled_alone(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    cancel(house, this(series, first(8)))
    assert house.starts(series) == [*ALL[:2], *ALL[3:]]
    assert "EXDATE;TZID=America/New_York:20261208T140000" in house.shown(series)
    assert house.history(series)[-1].key == key_of(first(8))


def test_cancelling_this_and_all_that_follow_ends_the_series(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    cancel(house, following(series, first(8)))
    assert house.starts(series) == ALL[:2]


def test_a_series_can_be_cancelled_as_a_whole(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(8)), timed(first(9)))
    cancel(house, Target(series))
    assert house.starts(series) == []
    assert house.stored() == []


def test_what_has_happened_is_not_cancelled_with_its_series(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(8)), status=Status.ARRIVED)
    cancel(house, Target(series))
    assert house.starts(series) == ["12-08 14:00"]


def test_what_is_deleted_is_gone_from_calendar_and_index_but_not_from_history(
    house: House,
) -> None:
    target = Target(house.book())
    delete(house, target)
    assert house.stored() == []
    assert house.rows() == []
    assert house.get(target.appointment).deleted_at == house.now
    assert last_facts(house, target) == (Fact.DELETED,)


def test_a_request_is_not_deleted(house: House) -> None:
    target = Target(house.book(details=session(kind=Kind.REQUEST, status=Status.REQUESTED)))
    with pytest.raises(Locked):
        delete(house, target)
    assert len(house.stored()) == 1


def test_sh20_one_occurrence_is_deleted_alone(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    delete(house, this(series, first(8)))
    assert house.starts(series) == [*ALL[:2], *ALL[3:]]
    assert "EXDATE;TZID=America/New_York:20261208T140000" in house.shown(series)


def test_an_occurrence_with_a_part_of_its_own_is_deleted_alone(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(8)), timed(first(9)))
    delete(house, this(series, first(8)))
    assert house.starts(series) == [*ALL[:2], *ALL[3:]]
    assert last_facts(house, this(series, first(8))) == (Fact.DELETED,)


def test_an_occurrence_that_is_not_there_cannot_be_deleted(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    with pytest.raises(NotFound):
        delete(house, this(series, first(9)))


def test_sh20_this_and_all_that_follow_are_deleted(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    delete(house, following(series, first(8)))
    assert house.starts(series) == ALL[:2]
    assert "UNTIL=" in house.shown(series)


def test_from_the_first_on_the_whole_series_is_deleted(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    delete(house, following(series, at(24)))
    assert house.get(series).deleted_at is not None


def test_what_has_happened_is_not_deleted_with_what_follows(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(15)), status=Status.ARRIVED)
    house.edit(this(series, first(22)), timed(first(23)))
    delete(house, following(series, first(8)))
    assert house.starts(series) == [*ALL[:2], "12-15 14:00"]
    assert "RDATE;TZID=America/New_York:20261215T140000" in house.shown(series)


def test_a_series_of_days_ends_before_a_day(house: House) -> None:
    series = house.book(AllDay(date(2026, 11, 24)), other("Training"), WEEKLY)
    delete(house, following(series, date(2026, 12, 8)))
    assert [start[:5] for start in house.starts(series)] == ["11-24", "12-01"]
    delete(house, following(series, date(2026, 11, 24)))
    assert house.rows(appointment=series) == []


def test_what_was_deleted_is_brought_back_as_it_was(house: House) -> None:
    target = Target(house.book())
    before = house.get(target.appointment)
    delete(house, target)
    restore(house.later(days=90), target)
    after = house.get(target.appointment)
    assert (after.master, after.deleted_at) == (before.master, None)
    assert len(house.stored()) == 1
    assert last_facts(house, target) == (Fact.RESTORED,)


def test_after_ninety_days_nothing_is_brought_back(house: House) -> None:
    target = Target(house.book())
    delete(house, target)
    with pytest.raises(Invalid, match="too long ago"):
        restore(house.later(days=91), target)


def test_what_is_not_deleted_is_not_brought_back(house: House) -> None:
    with pytest.raises(Invalid, match="not deleted"):
        restore(house, Target(house.book()))


@pytest.mark.parametrize("with_a_part", [False, True])
def test_a_deleted_occurrence_is_brought_back(house: House, with_a_part: bool) -> None:
    series = house.book(recurrence=WEEKLY)
    if with_a_part:
        house.edit(this(series, first(8)), room="room-1")
    delete(house, this(series, first(8)))
    restore(house, this(series, first(8)))
    assert house.starts(series) == ALL


def test_a_deletion_is_turned_into_a_cancellation(house: House) -> None:
    target = Target(house.book())
    delete(house, target)
    restore(house, target, cancelled=True)
    assert house.get(target.appointment).deleted_at is None
    assert house.details(target.appointment).status is Status.CANCELLED
    assert house.stored() == []
    facts = [fact for line in house.history(target.appointment) for fact in line.facts]
    assert Fact.CANCELLED in facts


def test_the_deletion_of_an_occurrence_is_turned_into_its_cancellation(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    delete(house, this(series, first(8)))
    restore(house, this(series, first(8)), cancelled=True)
    assert house.details(series).status is Status.BOOKED
    assert house.starts(series) == [*ALL[:2], *ALL[3:]]
    statuses = {row.start.day: row.status for row in house.rows(appointment=series)}
    assert statuses[8] is Status.CANCELLED


def test_an_appointment_without_a_date_to_bring_back_is_refused(house: House) -> None:
    number = house.book()
    with pytest.raises(NotFound):
        restore(house, this(number, first(8)))


def test_what_an_app_deletes_is_deleted_softly(house: House) -> None:
    house.put(event("acupinitial Jane Doe"))
    number = house.of_href()
    house.delete()
    assert house.stored() == []
    assert house.get(number).deleted_at == house.now
    (line,) = [line for line in house.history(number) if Fact.DELETED in line.facts]
    assert line.actor.user == ALMA


def test_deleting_means_cancelling_where_the_practice_says_so(house: House) -> None:
    cancelling = replace(house, rules=CANCELLING)
    cancelling.put(event("acupinitial Jane Doe"))
    number = cancelling.of_href()
    cancelling.delete()
    assert cancelling.get(number).deleted_at is None
    assert cancelling.details(number).status is Status.CANCELLED


def test_a_series_that_an_app_deletes_is_deleted_in_either_case(house: House) -> None:
    cancelling = replace(house, rules=CANCELLING)
    cancelling.put(event("acupinitial Jane Doe", "20261124T140000", "RRULE:FREQ=WEEKLY"))
    number = cancelling.of_href()
    cancelling.delete()
    assert cancelling.stored() == []
    assert cancelling.rows(practitioner=ALMA) == []
    assert cancelling.get(number).deleted_at is not None


def test_an_arrived_appointment_that_is_deleted_stays_on_record(house: House) -> None:
    house.put(event("acupinitial Jane Doe #arrived"))
    number = house.of_href()
    house.delete()
    assert house.details(number).status is Status.ARRIVED
    assert house.stored() == []


def test_an_app_deletes_only_what_it_has_seen(house: House) -> None:
    house.put(event("acupinitial Jane Doe"))
    with pytest.raises(PreconditionFailed):
        house.delete(conditions=Conditions.matching('"99"'))
    (stored,) = house.stored()
    house.delete(conditions=Conditions.matching(stored.etag))
    assert house.stored() == []


def test_what_is_not_there_cannot_be_deleted(house: House) -> None:
    with pytest.raises(NotFound):
        house.delete(href="nothing.ics")
