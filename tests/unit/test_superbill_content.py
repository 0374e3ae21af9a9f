"""What stands on a superbill, and what it lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.billing_hooks.papers.billed import Billed
from server.billing_hooks.papers.superbill_content import (
    Sources,
    belongs,
    compose,
    missing_for_superbill,
)
from server.domain.bills import Stage
from server.domain.charges import ChargeKind
from server.domain.money import Money
from server.domain.papers import Address, ClientProfile, Incomplete
from tests.paper_services import JANE_DOE, LINE, NOTE, bill, charge, service
from tests.papers import AT, COVERAGE, HOME, JANE, PAYER, PRACTICE, PROFILE, PROVIDER

MEANINGS = {"M54.50": "Low back pain", "G43.909": "Migraine"}


def sources(*services: Billed, **more: object) -> Sources:
    shown = services or (service(),)
    known = Sources(PRACTICE, PROVIDER, JANE_DOE, PROFILE, shown, MEANINGS)
    return replace(known, **more)  # type: ignore[arg-type]  # any field of the sources


def of_line(**more: object) -> Billed:
    return service(charge(line=replace(LINE, **more)))  # type: ignore[arg-type]


def lacking(known: Sources) -> list[str]:
    return [each.what for each in missing_for_superbill(known)]


def test_a_line_says_what_the_charge_and_the_signed_note_say() -> None:
    marked = replace(LINE, modifiers=("95", "GT"), units=2)
    (line,) = compose(sources(service(charge(line=marked)))).lines
    assert (line.service_date.isoformat(), line.place_of_service) == ("2026-11-01", "11")
    assert (line.code, line.modifiers, line.units) == ("97810", ("95", "GT"), 2)
    assert line.amount == Money(17000)
    assert line.diagnoses == ("M54.50", "G43.909")


def test_the_sums_are_those_of_the_lines() -> None:
    charges = (charge(1), charge(2), charge(3))
    on = bill(*charges, paid=Money(10000), written_off=Money(500))
    content = compose(sources(*(service(each, on) for each in charges)))
    sums = (content.charged, content.paid, content.written_off, content.balance)
    assert sums == (Money(25500), Money(10000), Money(500), Money(15000))


def test_what_was_paid_of_other_things_on_the_bill_is_not_shown_as_paid_of_a_service() -> None:
    herbs = charge(1, replace(LINE, kind=ChargeKind.PRODUCT, unit_fee=Money(1900)))
    needling = charge(2)
    on = bill(herbs, needling, paid=Money(5000))
    assert compose(sources(service(needling, on))).paid == Money(3100)


def test_each_diagnosis_is_explained_once() -> None:
    content = compose(sources(service(charge(1)), service(charge(2))))
    assert [(each.code, each.words) for each in content.diagnoses] == list(MEANINGS.items())


def test_the_member_is_named_only_where_that_is_wanted() -> None:
    plain = compose(sources()).client
    named = compose(sources(coverage=COVERAGE, payer=PAYER)).client
    assert (plain.insurer, plain.member_id) == ("", "")
    assert (named.insurer, named.member_id) == ("Example Health Plan", "XYZ 123-456")


@pytest.mark.parametrize(
    "left_out",
    [
        of_line(kind=ChargeKind.PRODUCT),
        of_line(kind=ChargeKind.NO_SHOW),
        of_line(kind=ChargeKind.LATE),
        of_line(code=""),
        of_line(unit_fee=Money(0)),
        service(charge(reversed_at=AT)),
        replace(service(), bill=None),
        replace(service(), bill=replace(bill(), stage=Stage.CANCELLED)),
        replace(service(), bill=replace(bill(), stage=Stage.DRAFT)),
    ],
    ids=[
        "product",
        "no-show",
        "late",
        "no-code",
        "no-amount",
        "reversed",
        "unbilled",
        "cancelled",
        "draft",
    ],
)
def test_what_no_insurer_pays_has_no_place_on_a_superbill(left_out: Billed) -> None:
    assert not belongs(left_out)


def test_a_code_of_the_practices_own_has_its_place() -> None:
    assert belongs(of_line(code="ACU-1"))


LACKS = {
    "practice.legal_name": sources(practice=replace(PRACTICE, legal_name="")),
    "practice.address": sources(practice=replace(PRACTICE, address=Address())),
    "practice.phone": sources(practice=replace(PRACTICE, phone="")),
    "practice.tin": sources(practice=replace(PRACTICE, tin="")),
    "practitioner.name": sources(provider=replace(PROVIDER, last_name="")),
    "practitioner.first_name": sources(provider=replace(PROVIDER, first_name="")),
    "practitioner.credentials": sources(provider=replace(PROVIDER, credentials="")),
    "practitioner.npi": sources(provider=replace(PROVIDER, npi="")),
    "practitioner.licence": sources(provider=replace(PROVIDER, licence="")),
    "practitioner.licence_state": sources(provider=replace(PROVIDER, licence_state="")),
    "client.name": sources(client=replace(JANE_DOE, last_name="")),
    "client.birth_date": sources(client=replace(JANE_DOE, birth_date=None)),
    "charge.place_of_service": sources(of_line(place_of_service="")),
    "note.signed": sources(service(note=replace(NOTE, signed=False))),
    "note.diagnoses": sources(service(note=replace(NOTE, diagnoses=()))),
}


@pytest.mark.parametrize("what", LACKS)
def test_each_thing_that_is_missing_is_named(what: str) -> None:
    assert lacking(LACKS[what]) == [what]


def test_all_that_is_missing_is_named_at_once() -> None:
    known = sources(
        practice=replace(PRACTICE, tin=""),
        provider=replace(PROVIDER, npi=""),
        client=replace(JANE_DOE, birth_date=None),
    )
    with pytest.raises(Incomplete) as refused:
        compose(known)
    assert [each.what for each in refused.value.missing] == [
        "practice.tin",
        "practitioner.npi",
        "client.birth_date",
    ]


def test_an_organisation_npi_taxonomy_and_addresses_of_clients_are_not_needed() -> None:
    known = sources(
        practice=replace(PRACTICE, npi="", taxonomy="", footer=""),
        provider=replace(PROVIDER, taxonomy=""),
        profile=ClientProfile(JANE),
    )
    assert lacking(known) == []
    assert compose(sources()).client.address == HOME
