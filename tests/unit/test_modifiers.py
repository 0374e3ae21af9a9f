"""Modifier 95 by place of service, and who put it there (SH-05; billing, part 1; T14)."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from server.domain.appointment import Details, parse_services
from server.domain.ids import ClientNumber, LocationKey, PracticeId, UserName
from server.domain.modifiers import with_modifier_95
from server.domain.practice import Catalogue, Location, Practice
from server.domain.vocabulary import Attention, Auto95, Kind, Status

OFFICE, HOME, AWAY, SWITCHED_OFF = (
    LocationKey(key) for key in ("office", "home", "away", "switched-off")
)
CATALOGUE = Catalogue(
    Practice(PracticeId(1), "test", "Test", ZoneInfo("America/New_York")),
    locations=(
        Location(OFFICE, "Office", "11"),
        Location(HOME, "At the patient's home", "10"),
        Location(AWAY, "Away from home", "02"),
        Location(SWITCHED_OFF, "Without 95", "10", auto_95=False),
    ),
)
OVERFLOW = Attention.MODIFIER_OVERFLOW


def said(services: str, place: LocationKey | None = OFFICE) -> Details:
    return Details(
        Kind.SESSION,
        Status.BOOKED,
        UserName("alma"),
        client=ClientNumber("C1001"),
        services=parse_services(services),
        location=place,
    )


def settled(details: Details, before: Details | None = None) -> Details:
    return with_modifier_95(before, details, CATALOGUE)


def change(before: Details, services: str | None = None, **more: object) -> Details:
    """Return what comes of a change by a person."""
    lines = before.services if services is None else parse_services(services)
    return settled(replace(before, services=lines, **more), before)  # type: ignore[arg-type]  # fields of Details


def services_of(details: Details) -> str:
    return " ".join(map(str, details.services))


@pytest.mark.parametrize(
    ("place", "shown", "provenance"),
    [
        (OFFICE, "97810*1 97811*2", Auto95.NONE),
        (HOME, "97810*1+95 97811*2", Auto95.ADDED),
        (AWAY, "97810*1+95 97811*2", Auto95.ADDED),
        (SWITCHED_OFF, "97810*1 97811*2", Auto95.NONE),
        (None, "97810*1 97811*2", Auto95.NONE),
        (LocationKey("gone"), "97810*1 97811*2", Auto95.NONE),
    ],
)
def test_a_new_session_carries_95_on_its_primary_service_by_its_place(
    place: LocationKey | None, shown: str, provenance: Auto95
) -> None:
    details = settled(said("97810 97811*2", place))
    assert (services_of(details), details.auto_95) == (shown, provenance)


def test_t14_office_to_telehealth_to_office_adds_and_then_removes() -> None:
    there = change(said("97810"), location=HOME)
    assert services_of(there) == "97810*1+95"
    back = change(there, location=OFFICE)
    assert (services_of(back), back.auto_95) == ("97810*1", Auto95.NONE)


def test_t14_a_95_that_a_person_set_stays_when_telehealth_is_left() -> None:
    there = change(said("97810+95"), location=HOME)
    assert there.auto_95 is Auto95.NONE
    assert services_of(change(there, location=OFFICE)) == "97810*1+95"


def test_a_95_of_a_persons_own_at_telehealth_is_not_doubled() -> None:
    assert services_of(settled(said("97810+GT+95", HOME))) == "97810*1+GT+95"


def test_between_two_telehealth_places_the_automatic_95_stays_automatic() -> None:
    moved = change(settled(said("97810", HOME)), location=AWAY)
    assert (services_of(moved), moved.auto_95) == ("97810*1+95", Auto95.ADDED)
    assert services_of(change(moved, location=OFFICE)) == "97810*1"


def test_a_95_that_a_person_took_away_stays_away() -> None:
    without = change(settled(said("97810", HOME)), "97810")
    assert (services_of(without), without.auto_95) == ("97810*1", Auto95.DECLINED)
    assert services_of(change(without, note="door code 4")) == "97810*1"
    assert services_of(change(without, "97810+GT")) == "97810*1+GT"
    assert services_of(change(without, "97811")) == "97811*1"


def test_a_declined_95_comes_back_when_the_place_of_service_changes() -> None:
    without = change(settled(said("97810", HOME)), "97810")
    assert services_of(change(without, location=AWAY)) == "97810*1+95"
    office = change(without, location=OFFICE)
    assert office.auto_95 is Auto95.NONE
    assert services_of(change(office, location=HOME)) == "97810*1+95"


def test_95_taken_away_while_moving_between_telehealth_places_stays_away() -> None:
    without = change(settled(said("97810", HOME)), "97810", location=AWAY)
    assert (services_of(without), without.auto_95) == ("97810*1", Auto95.DECLINED)


def test_a_declined_95_that_the_person_sets_again_is_the_persons_own() -> None:
    without = change(settled(said("97810", HOME)), "97810")
    again = change(without, "97810+95")
    assert services_of(change(again, location=OFFICE)) == "97810*1+95"


def test_another_primary_service_at_telehealth_carries_95_too() -> None:
    other = change(settled(said("97810", HOME)), "97811")
    assert (services_of(other), other.auto_95) == ("97811*1+95", Auto95.ADDED)


def test_95_taken_away_on_leaving_telehealth_leaves_nothing_behind() -> None:
    office = change(settled(said("97810", HOME)), "97810", location=OFFICE)
    assert (services_of(office), office.auto_95) == ("97810*1", Auto95.NONE)


def test_services_chosen_only_at_telehealth_carry_95() -> None:
    empty = settled(said("", HOME))
    assert services_of(change(empty, "97810")) == "97810*1+95"


def test_services_taken_out_forget_where_95_came_from() -> None:
    emptied = change(settled(said("97810", HOME)), "")
    own = change(emptied, "97810+95")
    assert services_of(change(own, location=OFFICE)) == "97810*1+95"


def test_a_contact_carries_no_95() -> None:
    contact = settled(replace(said("97810", HOME), kind=Kind.CONTACT))
    assert services_of(contact) == "97810*1"


def test_t14_a_fifth_modifier_is_not_stored_but_asked_about() -> None:
    full = settled(said("97810+GT+HJ+HO+KX", HOME))
    assert services_of(full) == "97810*1+GT+HJ+HO+KX"
    assert full.attention == {OVERFLOW}
    assert full.auto_95 is Auto95.NONE


def test_room_made_for_95_settles_the_question() -> None:
    full = settled(said("97810+GT+HJ+HO+KX", HOME))
    roomy = change(full, "97810+GT+HJ+HO")
    assert (services_of(roomy), roomy.attention) == ("97810*1+GT+HJ+HO+95", frozenset())


def test_95_set_in_place_of_another_settles_the_question() -> None:
    full = settled(said("97810+GT+HJ+HO+KX", HOME))
    swapped = change(full, "97810+GT+HJ+HO+95")
    assert (services_of(swapped), swapped.attention) == ("97810*1+GT+HJ+HO+95", frozenset())


def test_leaving_telehealth_settles_the_question() -> None:
    full = settled(said("97810+GT+HJ+HO+KX", HOME))
    assert change(full, location=OFFICE).attention == frozenset()


def test_the_question_stays_while_nothing_about_it_changes() -> None:
    full = settled(said("97810+GT+HJ+HO+KX", HOME))
    assert change(full, note="by phone").attention == {OVERFLOW}


@pytest.mark.parametrize("place", [OFFICE, HOME])
def test_a_fifth_modifier_that_a_person_typed_is_asked_about(place: LocationKey) -> None:
    before = settled(said("97810+95+GT+HJ", place))
    asked = change(before, "97810+95+GT+HJ+HO", attention=frozenset({OVERFLOW}))
    assert asked.attention == {OVERFLOW}
    assert change(asked, note="later").attention == {OVERFLOW}
    assert change(asked, "97810+95+GT+HJ").attention == frozenset()


def test_a_contact_has_nothing_to_ask_about_modifiers() -> None:
    full = settled(said("97810+GT+HJ+HO+KX", HOME))
    assert change(full, kind=Kind.CONTACT).attention == frozenset()
