"""What is told by webhook: written with the change itself, and not if it was undone (M18)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from server.billing_hooks.webhook_events import EventType
from server.domain.errors import Invalid
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Status
from server.domain.when import MASTER, key_of
from server.usecases.context import Rules
from server.usecases.delete_appointment import delete_appointment, restore_appointment
from server.usecases.edit_appointment import Target
from tests.practice import JANE, WEEKLY, House, at, event, session, this, timed
from tests.telling import TellingHouse, telling

HELD_MINUTES = 3


@pytest.fixture
def house(any_house: House) -> TellingHouse:
    return telling(any_house)


def told(house: TellingHouse, minutes: int = HELD_MINUTES) -> list[str]:
    """Return the types of the appointment's events that are told, in their order."""
    telling(house.later(minutes=minutes)).settle()
    types = [delivery.kind.value for delivery in reversed(house.deliveries())]
    return [kind.partition(".")[2] for kind in types if kind.startswith("appointment.")]


def booked_and_told(house: TellingHouse) -> tuple[TellingHouse, AppointmentId]:
    """Return the house ten minutes after a booking that nobody was told of."""
    number = house.book()
    later = telling(house.later(minutes=10))
    later.listen()
    return later, number


def test_without_endpoints_a_change_writes_nothing(house: TellingHouse) -> None:
    number = house.book()
    house.edit(number, status=Status.ARRIVED)
    house.announce()
    assert house.deliveries() == []
    assert house.held() == []


@contextmanager
def statements(house: TellingHouse) -> Iterator[list[str]]:
    seen: list[str] = []
    house.database.watch(seen.append)
    yield seen
    house.database.watch(None)


def test_without_endpoints_a_change_asks_for_nothing_either(house: TellingHouse) -> None:
    house.book()
    with statements(house) as seen:
        house.book(timed(at(25)))
    assert seen
    assert [statement for statement in seen if "webhook" in statement] == []


def test_money_is_told_at_once_with_ids_and_amounts(house: TellingHouse) -> None:
    house.listen("https://host.example/in", EventType.CHARGE_POSTED)
    number = house.book()
    house.edit(number, status=Status.ARRIVED)
    assert {one.due_at for one in house.deliveries()} == {house.now}
    posted = house.events()
    assert {one.kind for one in posted} == {EventType.CHARGE_POSTED}
    data = posted[0].data
    assert (data["appointment"], data["client"], data["currency"]) == (number, JANE, "USD")
    assert data["amount_minor"]


def test_an_appointment_is_told_of_when_it_cannot_be_undone_any_more(
    house: TellingHouse,
) -> None:
    house.listen()
    number = house.book()
    assert house.held() == ["appointment.booked"]
    assert told(house, minutes=2) == []
    assert told(house) == ["booked"]
    assert house.held() == []
    (said,) = house.events()
    assert said.at == house.now
    assert said.data == {
        "appointment": number,
        "occurrence": MASTER,
        "revision": 1,
        "client": JANE,
    }


def test_only_what_somebody_asks_for_is_held(house: TellingHouse) -> None:
    house.listen("https://host.example/in", EventType.APPOINTMENT_ARRIVED)
    number = house.book()
    assert house.held() == []
    house.edit(number, status=Status.ARRIVED)
    assert house.held() == ["appointment.arrived"]


def test_m18_moved_and_moved_back_tells_nobody(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    house.edit(number, timed(at(25)))
    house.later(minutes=1).edit(number, timed(at(24)))
    assert told(house, minutes=HELD_MINUTES) == []
    assert told(house, minutes=HELD_MINUTES + 1) == []
    assert house.held() == []


def test_moved_twice_is_told_once(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    house.edit(number, timed(at(25)))
    house.later(minutes=1).edit(number, timed(at(26)))
    assert told(house, minutes=HELD_MINUTES + 1) == ["moved"]


def test_m18_arrived_and_undone_tells_nobody(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    house.edit(number, status=Status.ARRIVED)
    house.later(minutes=1).edit(number, status=Status.BOOKED)
    assert told(house, minutes=HELD_MINUTES + 1) == []
    assert house.held() == []


def test_arrived_and_completed_at_once_tells_both(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    house.edit(number, status=Status.ARRIVED)
    house.edit(number, status=Status.COMPLETED)
    assert told(house) == ["arrived", "completed"]


def test_a_wrong_turn_is_left_out(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    for status in (Status.ARRIVED, Status.BOOKED, Status.CONFIRMED, Status.NO_SHOW):
        house.edit(number, status=status)
    assert told(house) == ["no_show"]


def test_what_was_told_and_is_undone_later_is_told_too(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    house.edit(number, status=Status.ARRIVED)
    assert told(house) == ["arrived"]
    later = telling(house.later(minutes=30))
    later.edit(number, status=Status.BOOKED)
    assert told(later) == ["arrived", "booked"]


def test_both_kinds_of_cancelling_are_told_as_one(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    house.edit(number, status=Status.CANCELLED)
    house.edit(number, status=Status.LATE_CANCELLED)
    assert told(house) == ["cancelled"]


def delete(house: TellingHouse, number: AppointmentId) -> None:
    with house.database.writing() as uow:
        delete_appointment(uow, house.context(), Target(number))


def restore(house: TellingHouse, number: AppointmentId) -> None:
    with house.database.writing() as uow:
        restore_appointment(uow, house.context(), Target(number))


def test_a_deletion_is_told_as_a_cancellation(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    delete(house, number)
    assert told(house) == ["cancelled"]


def test_deleted_and_restored_tells_nobody(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    delete(house, number)
    restore(house, number)
    assert told(house) == []


def test_restored_a_day_later_is_told_as_booked(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    delete(house, number)
    assert told(house) == ["cancelled"]
    later = telling(house.later(days=1))
    restore(later, number)
    assert told(later) == ["cancelled", "booked"]


def test_booked_and_deleted_at_once_was_never_there(house: TellingHouse) -> None:
    house.listen()
    delete(house, house.book())
    assert told(house) == []


def test_a_walk_in_is_told_as_booked_and_arrived(house: TellingHouse) -> None:
    house.listen()
    house.book(timed(at(2)), session(status=Status.ARRIVED))
    assert told(house) == ["booked", "arrived"]


def test_each_occurrence_of_a_series_is_told_for_itself(house: TellingHouse) -> None:
    series = house.book(recurrence=WEEKLY)
    house = telling(house.later(minutes=10))
    house.listen()
    first, second = at(24), at(1, month=12)
    house.edit(this(series, first), status=Status.ARRIVED)
    house.edit(this(series, second), timed(at(2, month=12)))
    house.edit(this(series, first), status=Status.BOOKED)
    assert told(house) == ["moved"]
    (moved,) = (one for one in house.events() if one.kind is EventType.APPOINTMENT_MOVED)
    assert moved.data["occurrence"] == key_of(second)


def test_a_refused_change_tells_nothing(house: TellingHouse) -> None:
    house, number = booked_and_told(house)
    with pytest.raises(Invalid):
        house.edit(number, status=Status.REQUESTED)
    assert house.held() == []


def test_without_a_delay_all_is_told_at_the_next_look(house: TellingHouse) -> None:
    house = telling(replace(house, rules=Rules(outbox_delay=timedelta(0))))
    house.listen()
    house.book()
    assert told(house, minutes=0) == ["booked"]


def test_no_event_names_a_client(house: TellingHouse) -> None:
    house.listen()
    house.put(event("acupinitial Jane Doe #arrived", "20261102T140000", "DESCRIPTION:knee"))
    telling(house.later(minutes=HELD_MINUTES)).settle()
    seen = [json.dumps(dict(event.data)).lower() for event in house.events()]
    assert len(seen) >= 3
    for secret in ("jane", "doe", "knee", "acup", "mail"):
        assert secret not in " ".join(seen)
