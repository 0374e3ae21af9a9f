"""What may stand in the fields that insurers read; each error names its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from server.billing_hooks.papers import profiles
from server.domain.errors import Invalid, NotFound
from server.domain.ids import ClientNumber, PayerId, UserName
from server.domain.papers import (
    Address,
    ClientProfile,
    Coverage,
    Payer,
    PractitionerProfile,
    Relationship,
)
from tests.papers import COVERAGE, HOME, PAYER, PRACTICE, PROFILE, PROVIDER, SPOUSES
from tests.practice import JANE, House


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("legal name", {"legal_name": "x" * 61}),
        ("legal name", {"legal_name": "Larkspur\nWellness"}),
        ("address: state", {"address": replace(HOME, state="ZZ")}),
        ("address: ZIP code", {"address": replace(HOME, postal_code="1120")}),
        ("address: street", {"address": replace(HOME, line1="x" * 56)}),
        ("address: city", {"address": replace(HOME, city="x" * 31)}),
        ("phone", {"phone": "call us"}),
        ("tin", {"tin": "12-345678"}),
        ("npi", {"npi": "1234567890"}),
        ("taxonomy", {"taxonomy": "psychology"}),
        ("submitter id", {"submitter_id": "no spaces here"}),
        ("receiver id", {"receiver_id": "*"}),
        ("footer", {"footer": "a\x07b"}),
    ],
)
def test_a_wrong_field_of_the_practice_is_named(
    house: House, field: str, wrong: dict[str, object]
) -> None:
    changed = replace(PRACTICE, **wrong)  # type: ignore[arg-type]  # any field of it
    with pytest.raises(Invalid) as refused, house.database.writing() as uow:
        profiles.save_practice(uow, changed)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("first name", {"first_name": "x" * 36}),
        ("npi", {"npi": "12345"}),
        ("taxonomy", {"taxonomy": "171100000"}),
        ("licence state", {"licence_state": "New York"}),
    ],
)
def test_a_wrong_field_of_a_practitioner_is_named(
    house: House, field: str, wrong: dict[str, str]
) -> None:
    changed = replace(PROVIDER, **wrong)  # type: ignore[arg-type]  # texts all of them
    with pytest.raises(Invalid) as refused, house.database.writing() as uow:
        profiles.save_practitioner(uow, changed)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("payer", {"id": "Not A Key"}),
        ("name", {"name": ""}),
        ("claim id", {"claim_id": "6"}),
        ("filing", {"filing": "XX"}),
    ],
)
def test_a_wrong_field_of_a_payer_is_named(
    house: House, field: str, wrong: dict[str, str]
) -> None:
    changed: Payer = replace(PAYER, **wrong)  # type: ignore[arg-type]  # texts all of them
    with pytest.raises(Invalid) as refused, house.database.writing() as uow:
        profiles.save_payer(uow, changed)
    assert refused.value.field == field


OTIS = SPOUSES.subscriber
assert OTIS is not None


@pytest.mark.parametrize(
    ("field", "coverage"),
    [
        ("member id", replace(COVERAGE, member_id="*1")),
        ("group number", replace(COVERAGE, group_number="~")),
        ("subscriber", replace(COVERAGE, relationship=Relationship.CHILD)),
        ("subscriber", replace(SPOUSES, relationship=Relationship.SELF)),
        (
            "subscriber's last name",
            replace(SPOUSES, subscriber=replace(OTIS, last_name="")),
        ),
        (
            "subscriber's birth date",
            replace(SPOUSES, subscriber=replace(OTIS, birth_date=date(2030, 1, 1))),
        ),
        (
            "subscriber's address: state",
            replace(SPOUSES, subscriber=replace(OTIS, address=Address(state="XX"))),
        ),
    ],
)
def test_a_wrong_field_of_a_coverage_is_named(
    house: House, field: str, coverage: Coverage
) -> None:
    with house.database.writing() as uow:
        profiles.save_payer(uow, PAYER)
    with pytest.raises(Invalid) as refused, house.database.writing() as uow:
        profiles.save_coverage(uow, house.context(), coverage)
    assert refused.value.field == field


def test_numbers_are_kept_in_one_way_of_writing(house: House) -> None:
    written = replace(
        PRACTICE,
        tin="123 45-6789",
        taxonomy="261qm0850x",
        address=Address("1 A Street", "", "Brooklyn", " ny ", "112010042"),
    )
    with house.database.writing() as uow:
        profiles.save_practice(uow, written)
        kept = uow.papers.profiles.practice()
    assert (kept.tin, kept.taxonomy) == ("123456789", "261QM0850X")
    assert (kept.address.state, kept.address.postal_code) == ("NY", "11201-0042")


def test_profiles_are_of_people_who_are_there(house: House) -> None:
    with house.database.writing() as uow:
        for user in ("desk", "nobody"):
            with pytest.raises(NotFound):
                profiles.save_practitioner(uow, PractitionerProfile(UserName(user)))
        with pytest.raises(NotFound):
            profiles.save_client(uow, ClientProfile(ClientNumber("C9999")))
        with pytest.raises(NotFound):
            profiles.save_coverage(uow, house.context(), COVERAGE)
        profiles.save_client(uow, PROFILE)


def test_a_coverage_is_forgotten_once(house: House) -> None:
    with house.database.writing() as uow:
        profiles.save_payer(uow, PAYER)
        profiles.save_coverage(uow, house.context(), COVERAGE)
        profiles.remove_coverage(uow, JANE, PAYER.id)
        with pytest.raises(NotFound):
            profiles.remove_coverage(uow, JANE, PayerId("example"))
