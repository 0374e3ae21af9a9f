"""The loops of one claim in 837P: who bills, who is insured, the patient, services. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.billing_hooks.papers.x12_segments import (
    address,
    amount,
    code,
    day,
    organisation,
    parts,
    person,
    segment,
)
from server.billing_hooks.papers.x12_text import basic
from server.domain.claims import Claim, ClaimContent, ClaimLine, Patient
from server.domain.papers import (
    Payee,
    PracticeProfile,
    PractitionerProfile,
    Relationship,
    Sex,
    TaxIdKind,
)

_SEX = {Sex.FEMALE: "F", Sex.MALE: "M", Sex.UNKNOWN: "U"}
_RELATIONSHIP = {
    Relationship.SPOUSE: "01",
    Relationship.CHILD: "19",
    Relationship.OTHER: "G8",
}
_TAX_ID = {TaxIdKind.EIN: "EI", TaxIdKind.SSN: "SY"}


@dataclass(frozen=True, slots=True)
class Billing:
    """Who asks for payment: the practice, or ``person`` where it is no organisation."""

    practice: PracticeProfile
    person: PractitionerProfile | None


def billing_of(content: ClaimContent) -> Billing:
    """Return who asks for payment: a practice without an NPI of its own is its practitioner."""
    return Billing(content.practice, None if content.practice.npi else content.provider)


def billing_provider(billing: Billing) -> Iterator[str]:
    """Yield the loop of who bills, after its HL (2000A, 2010AA)."""
    practice, provider = billing.practice, billing.person
    taxonomy = provider.taxonomy if provider else practice.taxonomy
    if taxonomy:
        yield segment("PRV", "BI", "PXC", taxonomy)
    if provider:
        yield person("85", (provider.first_name, provider.last_name), "XX", provider.npi)
    else:
        yield organisation("85", practice.legal_name, "XX", practice.npi)
    yield from address(practice.address)
    yield segment("REF", _TAX_ID[practice.tin_kind], practice.tin)


def claim_loops(claim: Claim, last: int, parent: int) -> tuple[int, list[str]]:
    """Return the last level's number and the segments of a claim.

    ``last`` is the number of the level before, ``parent`` that of who bills.
    """
    content = claim.content
    is_own = content.coverage.relationship is Relationship.SELF
    number = last + 1
    segments = [
        segment("HL", str(number), str(parent), "22", "0" if is_own else "1"),
        *_subscriber(content),
        organisation("PR", content.payer.name, "PI", code(content.payer.claim_id)),
    ]
    if not is_own:
        number += 1
        segments += [segment("HL", str(number), str(number - 1), "23", "0"), *_patient(content)]
    return number, [*segments, *_claim(claim)]


def _subscriber(content: ClaimContent) -> Iterator[str]:
    """Yield who is insured (2000B, 2010BA); address and sex only of one who is the patient."""
    coverage, patient, someone = content.coverage, content.patient, content.coverage.subscriber
    yield segment(
        "SBR",
        "P",
        "" if someone else "18",
        code(coverage.group_number),
        *("", "", "", "", ""),
        content.payer.filing,
    )
    insured = someone or patient
    name = (insured.first_name, insured.last_name)
    yield person("IL", name, "MI", code(coverage.member_id))
    if someone is None:
        yield from _described(patient)


def _patient(content: ClaimContent) -> Iterator[str]:
    """Yield the patient where somebody else is insured (2000C, 2010CA)."""
    patient = content.patient
    yield segment("PAT", _RELATIONSHIP[content.coverage.relationship])
    yield person("QC", (patient.first_name, patient.last_name))
    yield from _described(patient)


def _described(patient: Patient) -> Iterator[str]:
    yield from address(patient.address)
    yield segment("DMG", "D8", day(patient.birth_date), _SEX[patient.sex])


def _claim(claim: Claim) -> Iterator[str]:
    """Yield the claim itself (2300), who did the work (2310B) and the lines (2400)."""
    content = claim.content
    provider = content.provider
    place = content.lines[0].place_of_service
    # To be paid directly, a practice accepts what the insurer allows.
    is_direct = content.practice.payee in (Payee.CLINIC, Payee.PROVIDER)
    yield segment(
        "CLM",
        str(claim.number),
        amount(content.charged),
        *("", ""),
        parts(place, "B", "1"),
        "Y",
        "A" if is_direct else "C",
        "Y" if is_direct else "N",
        "Y",
    )
    if content.patient_paid.minor:
        yield segment("AMT", "F5", amount(content.patient_paid))
    yield segment("HI", *_diagnoses(content.diagnoses))
    if billing_of(content).person is None and provider.npi != content.practice.npi:
        yield person("82", (provider.first_name, provider.last_name), "XX", provider.npi)
        yield segment("PRV", "PE", "PXC", provider.taxonomy)
    for position, line in enumerate(content.lines, start=1):
        yield from _line(position, line, place)


def _diagnoses(codes: Sequence[str]) -> Iterator[str]:
    """Yield the diagnoses, the primary one marked as such; without their dots."""
    for position, each in enumerate(codes):
        yield parts("ABF" if position else "ABK", each.replace(".", ""))


def _line(position: int, line: ClaimLine, place: str) -> Iterator[str]:
    yield segment("LX", str(position))
    yield segment(
        "SV1",
        parts("HC", line.code, *line.modifiers),
        amount(line.amount),
        "UN",
        str(line.units),
        line.place_of_service if line.place_of_service != place else "",
        "",
        parts(*map(str, line.pointers)),
    )
    yield segment("DTP", "472", "D8", day(line.service_date))
    yield segment("REF", "6R", basic(line.charge, 30))
