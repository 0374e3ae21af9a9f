"""What ports.Clients promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from server.domain.ids import AppointmentId, ClientNumber
from server.domain.practice import Client, fold
from server.practice_db.database import SqlDatabase
from tests.contract.samples import (
    ALMA,
    DAY,
    DETAILS,
    HOUR,
    JANE,
    JANE_DOE,
    JOHN,
    JOHN_DOE,
    NOW,
    THEO,
    save,
    visit,
)

MARIA = Client(
    ClientNumber("C1010"),
    "María José",
    "García-Ñíguez",
    email="Maria@Mail.example",
    phone="+1 212 555 0100",
    birth_date=date(1980, 2, 29),
    practitioner=THEO,
    email_reminders=True,
    text_reminders=True,
)


def test_a_client_comes_back_as_it_was_stored(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.clients.save(MARIA)
    with furnished.reading() as uow:
        assert uow.clients.get(MARIA.number) == MARIA


def test_an_unknown_number_is_nobody(furnished: SqlDatabase) -> None:
    with furnished.reading() as uow:
        assert uow.clients.get(ClientNumber("C9999")) is None


def test_saving_again_changes_the_client(furnished: SqlDatabase) -> None:
    renamed = replace(JANE_DOE, last_name="Roe", email="")
    with furnished.writing() as uow:
        uow.clients.save(renamed)
        assert uow.clients.get(JANE) == renamed
        assert uow.clients.named("jane doe") == []


@pytest.mark.parametrize("typed", ["María José García-Ñíguez", "garcia-niguez, MARIA  jose"])
def test_a_name_is_found_without_accents_and_in_both_orders(
    furnished: SqlDatabase, typed: str
) -> None:
    with furnished.writing() as uow:
        uow.clients.save(MARIA)
        assert uow.clients.named(fold(typed)) == [MARIA]


def test_two_people_of_one_name_are_both_found(furnished: SqlDatabase) -> None:
    namesake = replace(JANE_DOE, number=ClientNumber("C1005"))
    with furnished.writing() as uow:
        uow.clients.save(namesake)
        assert uow.clients.named("jane doe") == [JANE_DOE, namesake]


def test_one_name_alone_is_found(furnished: SqlDatabase) -> None:
    only_last = Client(ClientNumber("C1009"), "", "Prince")
    with furnished.writing() as uow:
        uow.clients.save(only_last)
        assert uow.clients.named("prince") == [only_last]


def test_initials_and_addresses_find_active_clients(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.clients.save(replace(JOHN_DOE, archived=True))
        assert uow.clients.with_initials("JD") == [JANE_DOE]
        assert uow.clients.with_email("JANE.DOE@mail.example") == [JANE_DOE]
        assert uow.clients.with_email("john@mail.example") == []


def test_no_address_finds_nobody(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.clients.save(replace(JOHN_DOE, email=""))
        assert uow.clients.with_email("") == []


def test_a_practitioner_has_seen_the_assigned_and_the_visited(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        save(uow, visit(details=replace(DETAILS, client=JOHN, practitioner=THEO)))
        assert uow.clients.seen_by(ALMA, [JANE, JOHN]) == {JANE}
        assert uow.clients.seen_by(THEO, [JANE, JOHN]) == {JOHN}
        assert uow.clients.seen_by(THEO, []) == frozenset()


def test_a_deleted_visit_makes_nobody_known(furnished: SqlDatabase) -> None:
    deleted = visit(details=replace(DETAILS, client=JOHN))
    with furnished.writing() as uow:
        save(uow, replace(deleted, deleted_at=NOW), starts=())
        assert uow.clients.seen_by(ALMA, [JOHN]) == frozenset()


def test_near_are_those_with_a_visit_in_the_span(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        save(uow, visit())
        johns = visit(AppointmentId("J"), details=replace(DETAILS, client=JOHN))
        save(uow, johns, starts=[NOW + 90 * DAY])
        both = [JANE, JOHN]
        assert uow.clients.near(ALMA, both, (NOW - DAY, NOW + DAY)) == {JANE}
        assert uow.clients.near(ALMA, both, (NOW + HOUR, NOW + DAY)) == frozenset()
        assert uow.clients.near(THEO, both, (NOW - DAY, NOW + 99 * DAY)) == frozenset()


def test_a_search_takes_parts_of_names_and_numbers(furnished: SqlDatabase) -> None:
    with furnished.reading() as uow:
        assert uow.clients.search("jane d") == [JANE_DOE]
        assert uow.clients.search("c1002") == [JOHN_DOE]
        assert uow.clients.search() == [JANE_DOE, JOHN_DOE]


@pytest.mark.parametrize("wildcard", ["%", "_", "\\"])
def test_a_search_knows_no_wildcards(furnished: SqlDatabase, wildcard: str) -> None:
    with furnished.reading() as uow:
        assert uow.clients.search(wildcard) == []


def test_archived_clients_are_found_when_asked_for(furnished: SqlDatabase) -> None:
    archived = replace(JOHN_DOE, archived=True)
    with furnished.writing() as uow:
        uow.clients.save(archived)
        assert uow.clients.search("doe") == [JANE_DOE]
        assert uow.clients.search("doe", archived=True) == [JANE_DOE, archived]


def test_numbers_begin_at_1001(database: SqlDatabase) -> None:
    with database.writing() as uow:
        assert uow.clients.next_number() == "C1001"


def test_the_next_number_follows_the_greatest_of_ours(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        for number in ("C10000", "C9999", "CX123456", "Z7"):
            uow.clients.save(replace(JOHN_DOE, number=ClientNumber(number)))
        assert uow.clients.next_number() == "C10001"


def test_any_number_of_clients_can_be_asked_for(furnished: SqlDatabase) -> None:
    many = [ClientNumber(f"C{number}") for number in range(1001, 3001)]
    with furnished.reading() as uow:
        assert uow.clients.get_many(many) == {JANE: JANE_DOE, JOHN: JOHN_DOE}
