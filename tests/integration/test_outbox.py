"""The outbox: one row per subscriber and fact, with ids and nothing else (M18)."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from server.domain.calendars import OutboxRow
from server.domain.errors import Invalid
from server.domain.vocabulary import Fact, Status
from server.domain.when import MASTER, key_of
from server.usecases.context import Rules
from tests.practice import WEEKLY, House, at, event, this, timed


def subscribed(house: House, *names: str) -> House:
    with house.database.writing() as uow:
        for name in names:
            uow.outbox.subscribe(name)
    return house


def waiting(house: House) -> list[OutboxRow]:
    with house.database.reading() as uow:
        return list(uow.outbox.waiting())


def test_each_subscriber_gets_a_row_of_its_own(any_house: House) -> None:
    house = subscribed(any_house, "billing", "reminders")
    number = house.book()
    rows = waiting(house)
    assert {(row.subscriber, row.fact) for row in rows} == {
        ("billing", Fact.BOOKED),
        ("reminders", Fact.BOOKED),
    }
    assert {(row.appointment, row.key, row.revision) for row in rows} == {(number, MASTER, 1)}


def test_without_subscribers_nothing_waits(any_house: House) -> None:
    any_house.book()
    assert waiting(any_house) == []


def test_t27_a_row_holds_ids_and_nothing_of_a_person(any_house: House) -> None:
    house = subscribed(any_house, "billing")
    house.put(event("acupinitial Jane Doe #noshow $40", "20261124T140000", "DESCRIPTION:knee"))
    text = " ".join(str(value) for row in waiting(house) for value in asdict(row).values())
    for secret in ("Jane", "Doe", "C1001", "knee", "acupinitial"):
        assert secret not in text.replace(house.of_href(), "")


def test_m18_a_fact_waits_before_it_is_due(any_house: House) -> None:
    patient = Rules(outbox_delay=timedelta(minutes=5))
    house = subscribed(replace(any_house, rules=patient), "mail")
    house.book()
    (row,) = waiting(house)
    assert row.due_at == house.now + timedelta(minutes=5)
    assert (row.attempts, row.told_at) == (0, None)


def test_every_fact_of_a_change_is_told_with_its_occurrence(any_house: House) -> None:
    house = subscribed(any_house, "billing")
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, at(1, month=12)), timed(at(2, month=12)), status=Status.ARRIVED)
    told = {(row.fact, row.key) for row in waiting(house)}
    key = key_of(at(1, month=12))
    assert told == {(Fact.BOOKED, MASTER), (Fact.ARRIVED, key), (Fact.MOVED, key)}


def test_what_changes_nothing_tells_nothing(any_house: House) -> None:
    house = subscribed(any_house, "billing")
    house.put(event("acupinitial Jane Doe"))
    before = waiting(house)
    house.put(house.shown(house.of_href()))
    assert waiting(house) == before


def test_a_refused_change_tells_nothing(any_house: House) -> None:
    house = subscribed(any_house, "billing")
    number = house.book()
    before = waiting(house)
    with pytest.raises(Invalid):
        house.edit(number, status=Status.REQUESTED)
    assert waiting(house) == before


def test_a_subscriber_counts_once(any_house: House) -> None:
    house = subscribed(any_house, "billing", "billing")
    house.book()
    assert len(waiting(house)) == 1
