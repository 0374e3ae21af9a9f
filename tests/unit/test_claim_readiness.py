"""What a charge lacks to be claimed, item by item."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.billing_hooks.papers.claim_readiness import Facts, missing_for_claim
from server.domain.bills import Stage
from server.domain.charges import ChargeKind
from server.domain.ids import UserName
from server.domain.money import Money
from server.domain.papers import (
    Address,
    ClientProfile,
    PracticeProfile,
    PractitionerProfile,
    Relationship,
    Subscriber,
)
from server.domain.practice import Client
from server.domain.vocabulary import Kind, Status
from tests.paper_services import (
    DETAILS,
    JANE_DOE,
    LINE,
    NOTE,
    bill,
    charge,
    facts,
    service,
)
from tests.papers import (
    ALMA,
    AT,
    COVERAGE,
    HOME,
    JANE,
    PAYER,
    PRACTICE,
    PROFILE,
    PROVIDER,
    SPOUSES,
)


def lacking(known: Facts) -> list[str]:
    return [each.what for each in missing_for_claim(known)]


def of_line(**more: object) -> Facts:
    return facts(service(charge(line=replace(LINE, **more))))  # type: ignore[arg-type]


def at_home(**more: str) -> Address:
    return replace(HOME, **more)


SHORT_ZIP = replace(PRACTICE.address, postal_code="11201")
CANCELLED = replace(bill(), stage=Stage.CANCELLED)
DRAFT = replace(bill(), stage=Stage.DRAFT)

LACKS = {
    "another kind of appointment": (
        "appointment.kind",
        facts(details=replace(DETAILS, kind=Kind.CONTACT)),
    ),
    "no appointment": ("appointment.kind", facts(details=None)),
    "only booked": (
        "appointment.occurred",
        facts(details=replace(DETAILS, status=Status.BOOKED)),
    ),
    "missed": ("appointment.occurred", facts(details=replace(DETAILS, status=Status.NO_SHOW))),
    "a product": ("charge.kind", of_line(kind=ChargeKind.PRODUCT)),
    "a no-show fee": ("charge.kind", of_line(kind=ChargeKind.NO_SHOW)),
    "a late fee": ("charge.kind", of_line(kind=ChargeKind.LATE)),
    "reversed": ("charge.stands", facts(service(charge(reversed_at=AT)))),
    "no code": ("charge.code", of_line(code="")),
    "a code of the practice's own": ("charge.code", of_line(code="ACU-1")),
    "nothing to pay": ("charge.amount", of_line(unit_fee=Money(0))),
    "another currency": ("charge.amount", of_line(unit_fee=Money(8500, "EUR"))),
    "no place of service": ("charge.place_of_service", of_line(place_of_service="")),
    "nobody who did it": ("charge.practitioner", facts(service(charge(practitioner=None)))),
    "no bill": ("bill.open", facts(replace(service(), bill=None))),
    "a cancelled bill": ("bill.open", facts(replace(service(), bill=CANCELLED))),
    "a draft of a bill": ("bill.open", facts(replace(service(), bill=DRAFT))),
    "on another claim": ("claim.none", facts(held_by=4)),
    "an unlocked note": ("note.signed", facts(service(note=replace(NOTE, signed=False)))),
    "no diagnosis": ("note.diagnoses", facts(service(note=replace(NOTE, diagnoses=())))),
    "no legal name": ("practice.legal_name", facts(practice=replace(PRACTICE, legal_name=""))),
    "no tax number": ("practice.tin", facts(practice=replace(PRACTICE, tin=""))),
    "no address of the practice": (
        "practice.address",
        facts(practice=replace(PRACTICE, address=Address())),
    ),
    "a short ZIP code of the practice": (
        "practice.postal_code",
        facts(practice=replace(PRACTICE, address=SHORT_ZIP)),
    ),
    "no NPI": ("practitioner.npi", facts(provider=replace(PROVIDER, npi=""))),
    "no taxonomy": ("practitioner.taxonomy", facts(provider=replace(PROVIDER, taxonomy=""))),
    "no name of who did it": (
        "practitioner.name",
        facts(provider=replace(PROVIDER, last_name="")),
    ),
    "no last name": ("client.name", facts(client=replace(JANE_DOE, last_name=""))),
    "a name in another script": (
        "client.name",
        facts(client=replace(JANE_DOE, last_name="山田")),
    ),
    "no day of birth": ("client.birth_date", facts(client=replace(JANE_DOE, birth_date=None))),
    "no sex": ("client.sex", facts(profile=replace(PROFILE, sex=None))),
    "no address": ("client.address", facts(profile=replace(PROFILE, address=Address()))),
    "no town": ("client.address", facts(profile=replace(PROFILE, address=at_home(city="")))),
    "no payer": ("payer", facts(coverage=None, payer=None)),
    "no payer id": ("payer.claim_id", facts(payer=replace(PAYER, claim_id=""))),
    "no member id": ("coverage.member_id", facts(coverage=replace(COVERAGE, member_id=""))),
    "nobody insured": (
        "coverage.subscriber",
        facts(coverage=replace(COVERAGE, relationship=Relationship.CHILD)),
    ),
    "an insured person in another script": (
        "coverage.subscriber",
        facts(coverage=replace(SPOUSES, subscriber=Subscriber("太郎", "山田"))),
    ),
}


def test_a_charge_of_which_all_is_known_lacks_nothing() -> None:
    assert missing_for_claim(facts()) == []


@pytest.mark.parametrize("case", LACKS)
def test_each_thing_that_is_missing_is_named(case: str) -> None:
    what, known = LACKS[case]
    assert lacking(known) == [what]


@pytest.mark.parametrize("code", ["97810", "90834", "0591T", "1036F", "G0463", "T1015"])
def test_codes_of_cpt_and_hcpcs_can_be_claimed(code: str) -> None:
    assert lacking(of_line(code=code)) == []


@pytest.mark.parametrize("code", ["9781", "978100", "W0001", "97810a", "MASSAGE"])
def test_any_other_code_is_the_practices_own(code: str) -> None:
    assert lacking(of_line(code=code)) == ["charge.code"]


def test_a_note_need_not_be_signed_where_the_practice_says_so() -> None:
    unlocked = facts(service(note=replace(NOTE, signed=False)))
    assert missing_for_claim(unlocked, needs_signed_note=False) == []


def test_where_nothing_is_known_everything_is_named_at_once() -> None:
    bare = Facts(
        replace(service(), bill=None, note=None),
        None,
        PracticeProfile(),
        PractitionerProfile(ALMA),
        Client(JANE, "Jane", ""),
        ClientProfile(JANE),
    )
    assert set(lacking(bare)) == {
        "appointment.kind",
        "bill.open",
        "note.signed",
        "note.diagnoses",
        "practice.legal_name",
        "practice.address",
        "practice.tin",
        "practitioner.name",
        "practitioner.npi",
        "practitioner.taxonomy",
        "client.name",
        "client.birth_date",
        "client.sex",
        "client.address",
        "payer",
    }


def test_what_is_missing_is_said_by_ids_and_never_by_names() -> None:
    named = facts(
        client=replace(JANE_DOE, last_name="", birth_date=None),
        provider=PractitionerProfile(UserName("alma"), "Alma"),
        coverage=replace(SPOUSES, member_id=""),
    )
    told = " ".join(each.sentence for each in missing_for_claim(named))
    assert "C1001" in told
    assert not {"Jane", "Doe", "Otis", "Marmalade", "Featherstone"} & set(told.split())
