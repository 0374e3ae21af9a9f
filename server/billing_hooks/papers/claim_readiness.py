"""Whether a charge can be claimed: the list of what it lacks, never a bare no (SH-04). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.billing_hooks.papers import requirements
from server.billing_hooks.papers.billed import Billed
from server.billing_hooks.papers.x12_text import basic
from server.domain.appointment import Details
from server.domain.money import Money
from server.domain.papers import (
    ClientProfile,
    Coverage,
    Missing,
    Payer,
    PracticeProfile,
    PractitionerProfile,
    Relationship,
)
from server.domain.practice import Client
from server.domain.vocabulary import Kind, Status

# CPT of all categories and HCPCS level II; any other code is the practice's own.
_CLAIMABLE = re.compile(r"[0-9]{4}[0-9AFMTU]|[A-V][0-9]{4}")
_CURRENCY = "USD"
_LONG_POSTAL_CODE = 10
_NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about one charge and those it concerns.

    ``details`` are those of the occurrence; None for what was sold without an appointment.
    ``patient_paid`` is what the client has paid of it. ``held_by`` is the number of a claim
    that the charge is on already.
    """

    service: Billed
    details: Details | None
    practice: PracticeProfile
    provider: PractitionerProfile
    client: Client
    profile: ClientProfile
    coverage: Coverage | None = None
    payer: Payer | None = None
    patient_paid: Money = _NOTHING
    held_by: int | None = None


def missing_for_claim(facts: Facts, *, needs_signed_note: bool = True) -> list[Missing]:
    """Return everything that a charge lacks to be claimed; empty if it can be."""
    charge = facts.service.charge
    found = [
        *_of_appointment(facts),
        *requirements.of_charge(charge),
        *_of_claimed_line(facts),
        *requirements.of_note(charge, facts.service.note, needs_signed_note=needs_signed_note),
        *requirements.of_practice(facts.practice),
        *_of_practice(facts.practice),
        *requirements.of_practitioner(facts.provider),
        *_of_practitioner(facts.provider),
        *requirements.of_client(facts.client),
        *requirements.of_client_profile(facts.profile),
        *_of_insurance(facts),
        *_unwritable(facts),
    ]
    return list(dict.fromkeys(found))


def _of_appointment(facts: Facts) -> Iterator[Missing]:
    charge, details = facts.service.charge, facts.details
    owner = f"The charge {charge.id}"
    if details is None or details.kind is not Kind.SESSION:
        yield Missing("appointment.kind", charge.id, f"{owner} is not for a client session.")
    elif details.status not in (Status.ARRIVED, Status.COMPLETED):
        yield Missing(
            "appointment.occurred", charge.id, f"{owner} is for a session that did not occur."
        )


def _of_claimed_line(facts: Facts) -> Iterator[Missing]:
    charge = facts.service.charge
    line, owner = charge.line, f"The charge {charge.id}"
    if line.code and not _CLAIMABLE.fullmatch(line.code):
        yield Missing(
            "charge.code",
            charge.id,
            f"{owner} has a code of the practice's own, not CPT or HCPCS.",
        )
    if line.amount.currency != _CURRENCY:
        yield Missing("charge.amount", charge.id, f"{owner} is not in US dollars.")
    if not facts.service.is_on_open_bill:
        yield Missing("bill.open", charge.id, f"{owner} is on no open bill.")
    if facts.held_by is not None:
        yield Missing(
            "claim.none", charge.id, f"{owner} is on the claim {facts.held_by} already."
        )


def _of_practice(practice: PracticeProfile) -> Iterator[Missing]:
    if not practice.address.is_complete:
        return
    # A claim is turned away where the ZIP code of who bills has five digits only.
    is_long = len(practice.address.postal_code) == _LONG_POSTAL_CODE
    yield from requirements.absent(
        "The practice", "", ("practice.postal_code", "ZIP code of nine digits", is_long)
    )


def _of_practitioner(provider: PractitionerProfile) -> Iterator[Missing]:
    if provider.user:
        yield from requirements.absent(
            f"The practitioner {provider.user}",
            provider.user,
            ("practitioner.taxonomy", "taxonomy code", provider.taxonomy),
        )


def _of_insurance(facts: Facts) -> Iterator[Missing]:
    coverage, payer, client = facts.coverage, facts.payer, facts.client.number
    if coverage is None or payer is None:
        yield Missing("payer", client, f"The client {client} has no such coverage.")
        return
    yield from requirements.absent(
        f"The payer {payer.id}",
        payer.id,
        ("payer.claim_id", "payer id for claims", payer.claim_id),
    )
    yield from requirements.absent(
        f"The coverage of {client} by {payer.id}",
        client,
        ("coverage.member_id", "member id", coverage.member_id),
        (
            "coverage.subscriber",
            "subscriber",
            coverage.subscriber or coverage.relationship is Relationship.SELF,
        ),
    )


def _unwritable(facts: Facts) -> Iterator[Missing]:
    """A claim knows Latin letters only: a name without any would be empty there."""
    subscriber = facts.coverage.subscriber if facts.coverage else None
    names = (
        ("client.name", facts.client.number, facts.client.last_name),
        ("practitioner.name", facts.provider.user, facts.provider.last_name),
        ("practice.legal_name", "", facts.practice.legal_name),
        (
            "coverage.subscriber",
            facts.client.number,
            subscriber.last_name if subscriber else "",
        ),
    )
    for what, of, name in names:
        if name and not basic(name):
            yield Missing(
                what, of, f"A claim cannot write the {what} of '{of}' in Latin letters."
            )
