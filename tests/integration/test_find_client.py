"""Which client words mean: exactly one, or none is guessed (part 4, resolution)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.ids import ClientNumber, UserName
from server.domain.practice import Client
from server.usecases import manage_clients
from server.usecases.find_client import (
    Found,
    Seeker,
    find_by_address,
    find_by_number,
    find_client,
    is_rendering_of,
)
from tests.practice import ALMA, DORN, JANE, JOHN, MARIA, THEO, House, at, session, timed


def found(house: House, words: str, owner: UserName = ALMA, *, initials: bool = True) -> Found:
    with house.database.reading() as uow:
        return find_client(uow, words, Seeker(owner, at(24), initials))


def add(house: House, first: str, last: str, **more: str) -> ClientNumber:
    with house.database.writing() as uow:
        new = Client(ClientNumber(""), first, last)
        return manage_clients.add_client(uow, house.context(), replace(new, **more))  # type: ignore[arg-type]  # fields of Client


def archive(house: House, number: ClientNumber) -> None:
    with house.database.writing() as uow:
        manage_clients.archive_client(uow, number)


@pytest.mark.parametrize(
    ("words", "number", "rest"),
    [
        ("Jane Doe", JANE, ""),
        ("  jane   DOE ", JANE, ""),
        ("Doe, Jane", JANE, ""),
        ("J\u00e1ne Do\u00ea", JANE, ""),
        ("C1002", JOHN, ""),
        ("c1002", JOHN, ""),
        ("Jane Doe first visit", JANE, "first visit"),
        ("follow-up for Jane Doe", JANE, "follow-up for"),
        ("JD \u00b7", None, ""),
        ("Jana Dorn", DORN, ""),
        ("Jane", None, ""),
        ("Doe", None, ""),
        ("Nobody Here", None, ""),
        ("", None, ""),
        ("\u00b7", None, ""),
    ],
)
def test_words_name_a_client_or_nobody(
    any_house: House, words: str, number: str | None, rest: str
) -> None:
    result = found(any_house, words)
    assert (result.client.number if result.client else None) == number
    assert result.rest == rest


def test_t21_two_of_one_name_are_counted_and_none_is_taken(any_house: House) -> None:
    for words in ("Maria Garcia", "Garcia, Maria", "maria garcia again"):
        result = found(any_house, words, THEO)
        assert (result.client, result.candidates) == (None, 2)


def test_the_practitioners_own_client_goes_before_another_of_the_same_name(
    any_house: House,
) -> None:
    own = add(any_house, "Maria", "Garcia", practitioner="alma")
    result = found(any_house, "Maria Garcia", ALMA)
    assert (result.client.number if result.client else None) == own


def test_an_appointment_makes_a_client_the_practitioners_own(any_house: House) -> None:
    any_house.book(details=session(MARIA))
    result = found(any_house, "Maria Garcia", ALMA)
    assert (result.client.number if result.client else None) == MARIA


def test_an_archived_client_is_not_found_by_name_nor_by_number(any_house: House) -> None:
    archive(any_house, JANE)
    assert found(any_house, "Jane Doe").client is None
    assert found(any_house, "C1001").client is None
    with any_house.database.reading() as uow:
        assert find_by_number(uow, "c1001") is not None


@pytest.mark.parametrize("initials", ["JD", "J.D."])
def test_initials_count_for_one_own_client_who_comes_around_then(
    any_house: House, initials: str
) -> None:
    archive(any_house, JOHN)
    assert found(any_house, initials).client is None
    any_house.book(timed(at(20)), session(JANE))
    result = found(any_house, initials)
    assert (result.client.number if result.client else None) == JANE
    assert found(any_house, initials, THEO).client is None


def test_initials_of_two_own_clients_are_not_guessed(any_house: House) -> None:
    any_house.book(timed(at(20)), session(JANE))
    result = found(any_house, "JD")
    assert (result.client, result.candidates) == (None, 2)


@pytest.mark.parametrize("words", ["jd", "J", "JDXYZ", "J D", "J1"])
def test_other_words_are_no_initials(any_house: House, words: str) -> None:
    archive(any_house, JOHN)
    any_house.book(timed(at(20)), session(JANE))
    assert found(any_house, words).client is None


def test_initials_do_not_count_where_nothing_speaks_of_a_client(any_house: House) -> None:
    archive(any_house, JOHN)
    any_house.book(timed(at(20)), session(JANE))
    assert found(any_house, "JD", initials=False).client is None


def test_an_appointment_long_ago_does_not_make_initials_count(any_house: House) -> None:
    archive(any_house, JOHN)
    any_house.book(timed(at(1, month=6)), session(JANE))
    assert found(any_house, "JD").client is None


@pytest.mark.parametrize(
    ("addresses", "number"),
    [
        (("JANE@example.org",), JANE),
        (("nobody@example.org", "jane@example.org"), JANE),
        (("nobody@example.org",), None),
        ((), None),
    ],
)
def test_an_address_tells_who_it_is(
    any_house: House, addresses: tuple[str, ...], number: str | None
) -> None:
    with any_house.database.reading() as uow:
        result = find_by_address(uow, addresses, Seeker(ALMA, at(24)))
    assert (result.client.number if result.client else None) == number


def test_two_who_share_an_address_are_not_told_apart(any_house: House) -> None:
    add(any_house, "Jim", "Doe", email="jane@example.org", practitioner="alma")
    with any_house.database.reading() as uow:
        result = find_by_address(uow, ("jane@example.org",), Seeker(ALMA, at(24)))
    assert (result.client, result.candidates) == (None, 2)


@pytest.mark.parametrize("words", ["Jane Doe", "jane", "JD", "c1001", "doe, jane"])
def test_m7_ways_in_which_a_client_is_shown(words: str) -> None:
    assert is_rendering_of(words, Client(JANE, "Jane", "Doe"))
    assert not is_rendering_of(words, Client(MARIA, "Maria", "Garcia"))


def test_m7_no_words_are_nobodys_rendering() -> None:
    assert not is_rendering_of("", Client(MARIA, "", "Garcia"))
