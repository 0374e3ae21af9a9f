"""What a person typed in a calendar app, as details of an appointment (part 4; M6 to M16)."""

from __future__ import annotations

import pytest

from server.domain.appointment import Details, FeeOverride, parse_services
from server.domain.money import Money
from server.domain.vocabulary import Attention, ContactWith, Kind, Medium, Status
from tests.practice import (
    JANE,
    JOHN,
    MAIN,
    ROOM_1,
    TELEHEALTH,
    House,
    at,
    event,
    session,
    timed,
)


def heard(house: House, title: str, *lines: str, owner: str = "alma") -> Details:
    """Return the details of a new event."""
    house.put(event(title, "20261124T140000", *lines), owner)  # type: ignore[arg-type]  # a name
    return house.details(house.of_href(owner=owner))  # type: ignore[arg-type]  # a name


def retyped(house: House, old: str, new: str) -> Details:
    """Return the details after a text was put in place of another in what is shown."""
    number = house.of_href()
    text = house.shown(number)
    assert old in text
    house.put(text.replace(old, new))
    return house.details(number)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("acupinitial Jane Doe", (Kind.SESSION, JANE, "acupinitial")),
        ("Jane Doe acupinitial", (Kind.SESSION, JANE, "acupinitial")),
        ("ACUPINITIAL doe, jane", (Kind.SESSION, JANE, "acupinitial")),
        ("acf C1002", (Kind.SESSION, JOHN, "acupfollow")),
        ("acupinitial id:c1001", (Kind.SESSION, JANE, "acupinitial")),
        ("97810 Jane Doe", (Kind.SESSION, JANE, None)),
        ("#contact #phone Jane Doe", (Kind.CONTACT, JANE, None)),
        ("#collateral Jane Doe with: caseworker Kim", (Kind.COLLATERAL, JANE, None)),
        ("Staff meeting", (Kind.OTHER, None, None)),
        ("Jane Doe birthday", (Kind.OTHER, None, None)),
        ("#other acupinitial Jane Doe", (Kind.OTHER, None, None)),
    ],
)
def test_a_title_in_words_and_marks(
    house: House, title: str, expected: tuple[Kind, str | None, str | None]
) -> None:
    details = heard(house, title)
    assert (details.kind, details.client, details.session_type) == expected


def test_a_session_brings_its_services_and_its_place(house: House) -> None:
    details = heard(house, "acupinitial Jane Doe")
    assert details.services == parse_services("97810 97811")
    assert details.location == MAIN


@pytest.mark.parametrize(
    ("title", "reason", "words"),
    [
        ("acupinitial Nobody Here", Attention.CLIENT_UNKNOWN, "Nobody Here"),
        ("acupinitial Maria Garcia", Attention.CLIENT_AMBIGUOUS, "Maria Garcia"),
        ("acupinitial id:C9999", Attention.CLIENT_UNKNOWN, "C9999"),
        ("oldmassage Jane Doe", Attention.SESSION_UNKNOWN, ""),
        ("acupinitial Jane Doe @attic", Attention.LOCATION_UNKNOWN, ""),
    ],
)
def test_what_is_not_known_is_asked_and_never_guessed(
    house: House, title: str, reason: Attention, words: str
) -> None:
    details = heard(house, title)
    assert details.attention == {reason}
    assert details.title == words
    assert details.blocks


def test_a_hold_is_settled_by_a_better_title(house: House) -> None:
    heard(house, "acupinitial Maria Garcia")
    details = retyped(house, "Maria Garcia", "id:C1010")
    assert (details.client, details.attention, details.title) == ("C1010", frozenset(), "")
    assert details.session_type == "acupinitial"


@pytest.mark.parametrize(
    ("marks", "field", "value"),
    [
        ("#arrived", "status", Status.ARRIVED),
        ("#noshow $40", "fee", FeeOverride(Money(4000))),
        ("#noshow #waive", "fee", FeeOverride(Money(0))),
        ("#late", "status", Status.LATE_CANCELLED),
        ("#confirmed", "status", Status.CONFIRMED),
        ("@room-1", "room", ROOM_1),
        ("@telehealth", "location", TELEHEALTH),
        ("x2", "services", parse_services("97810*2 97811")),
        ("+GT", "services", parse_services("97810+GT 97811")),
        ("@telehealth -95", "location", TELEHEALTH),
    ],
)
def test_marks_say_one_thing_each(house: House, marks: str, field: str, value: object) -> None:
    assert getattr(heard(house, f"acupinitial Jane Doe {marks}"), field) == value


def test_a_fifth_modifier_is_asked_about(house: House) -> None:
    details = heard(house, "acupinitial Jane Doe +U1 +U2 +U3 +U4 +U5")
    assert details.services[0].modifiers == ("U1", "U2", "U3", "U4")
    assert details.attention == {Attention.MODIFIER_OVERFLOW}


def test_collateral_contacts_say_with_whom(house: House) -> None:
    details = heard(house, "#collateral #phone Jane Doe with: caseworker Kim")
    assert details.contact_with is ContactWith.CASEWORKER
    assert details.contact_name == "Kim"
    assert details.medium is Medium.PHONE


def test_m6_marks_beside_the_title_change_only_what_they_say(house: House) -> None:
    before = heard(house, "acupinitial Jane Doe @room-1")
    after = retyped(
        house, "SUMMARY:JD \u00b7 acupinitial", "SUMMARY:JD \u00b7 acupinitial #arrived"
    )
    assert after.status is Status.ARRIVED
    assert (after.client, after.room, after.services) == (
        before.client,
        before.room,
        before.services,
    )


def test_m6_marks_alone_leave_the_client_and_the_session_as_they_are(house: House) -> None:
    heard(house, "acupinitial Jane Doe")
    details = retyped(house, "SUMMARY:JD \u00b7 acupinitial", "SUMMARY:#arrived")
    assert (details.status, details.client) == (Status.ARRIVED, JANE)
    assert (details.session_type, details.attention) == ("acupinitial", frozenset())


def test_m7_initials_that_came_from_the_server_are_the_client_that_is_linked(
    house: House,
) -> None:
    house.book(details=session(JOHN), when=timed(at(25)))
    heard(house, "acupinitial John Doe")
    details = retyped(house, "JD \u00b7 acupinitial", "acupinitial JD")
    assert details.client == JOHN


def test_another_session_type_brings_other_services(house: House) -> None:
    heard(house, "acupinitial Jane Doe")
    details = retyped(house, "JD \u00b7 acupinitial", "JD \u00b7 acupfollow")
    assert details.session_type == "acupfollow"
    assert details.services == parse_services("97810")


def test_m16_an_archived_type_is_not_chosen_anew_and_the_old_one_stays(house: House) -> None:
    heard(house, "acupinitial Jane Doe")
    details = retyped(house, "JD \u00b7 acupinitial", "JD \u00b7 oldmassage")
    assert details.session_type == "acupinitial"
    assert details.attention == {Attention.SESSION_UNKNOWN}


def test_a_check_that_is_deleted_takes_the_arrival_back(house: House) -> None:
    heard(house, "acupinitial Jane Doe #arrived")
    details = retyped(house, "SUMMARY:\u2713 JD", "SUMMARY:JD")
    assert details.status is Status.BOOKED


def test_undo_takes_a_missed_appointment_back(house: House) -> None:
    heard(house, "acupinitial Jane Doe #noshow")
    details = retyped(house, "SUMMARY:\u2717 JD", "SUMMARY:\u2717 JD #undo")
    assert details.status is Status.BOOKED


def test_outlooks_prefix_cancels(house: House) -> None:
    heard(house, "acupinitial Jane Doe")
    details = retyped(house, "SUMMARY:JD", "SUMMARY:Cancelled: JD")
    assert details.status is Status.CANCELLED
    assert details.client == JANE


def test_a_title_that_names_nobody_keeps_the_client_and_asks(house: House) -> None:
    heard(house, "acupinitial Jane Doe")
    details = retyped(house, "SUMMARY:JD \u00b7 acupinitial", "SUMMARY:Lunch with friends")
    assert details.client == JANE
    assert details.attention == {Attention.CLIENT_UNKNOWN}


def test_sh03_new_makes_a_client_of_whom_only_the_name_is_known(house: House) -> None:
    details = heard(house, "acupinitial new: Robin Fresh")
    with house.database.reading() as uow:
        client = uow.clients.get(details.client) if details.client else None
    assert client is not None
    assert (client.full_name, client.practitioner) == ("Robin Fresh", "alma")


def test_who_may_not_add_clients_is_asked_for_one(house: House) -> None:
    house.put(event("acupinitial Jane Doe"))
    assert house.details(house.of_href()).client == JANE
