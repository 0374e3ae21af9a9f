"""What claims say, worked out from charges that lack nothing, and how these are split. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.billing_hooks.papers.claim_readiness import Facts
from server.domain.claims import (
    LINES_AT_MOST,
    POINTERS_AT_MOST,
    ClaimContent,
    ClaimLine,
    Patient,
)
from server.domain.errors import Invalid
from server.domain.money import total
from server.domain.notes import DIAGNOSES_AT_MOST


def split(ready: Iterable[Facts]) -> list[list[Facts]]:
    """Return charges as the claims that they need, in their order.

    One claim is of one bill and one practitioner, has at most 50 lines, and at most twelve
    diagnoses in all.
    """
    claims: list[list[Facts]] = []
    for facts in ready:
        fitting = next((claim for claim in claims if _fits(claim, facts)), None)
        if fitting is None:
            claims.append([facts])
        else:
            fitting.append(facts)
    return claims


def compose(services: Sequence[Facts]) -> ClaimContent:
    """Return the content of a claim over charges that lack nothing and belong together."""
    first = services[0]
    coverage, payer = first.coverage, first.payer
    if coverage is None or payer is None:
        raise Invalid("payer", "a claim is for a payer")
    diagnoses = _diagnoses(services)
    currency = first.service.charge.line.amount.currency
    return ClaimContent(
        first.practice,
        first.provider,
        _patient(first),
        payer,
        coverage,
        diagnoses,
        tuple(_line(facts, diagnoses) for facts in services),
        total((facts.patient_paid for facts in services), currency),
    )


def _fits(claim: Sequence[Facts], facts: Facts) -> bool:
    """Whether a charge may join a claim; all are of one client and one payer."""
    first, charge = claim[0].service.charge, facts.service.charge
    return (
        (charge.practitioner, charge.bill) == (first.practitioner, first.bill)
        and len(claim) < LINES_AT_MOST
        and len(_diagnoses([*claim, facts])) <= DIAGNOSES_AT_MOST
    )


def _diagnoses(services: Iterable[Facts]) -> tuple[str, ...]:
    """Return the diagnoses in the order in which lines name them: what is primary stays so."""
    return tuple(dict.fromkeys(code for facts in services for code in _codes(facts)))


def _codes(facts: Facts) -> tuple[str, ...]:
    return facts.service.note.diagnoses if facts.service.note else ()


def _patient(facts: Facts) -> Patient:
    client, profile = facts.client, facts.profile
    if client.birth_date is None or profile.sex is None:
        raise Invalid("client", "a claim says when a client was born, and the sex")
    return Patient(
        client.number,
        client.first_name,
        client.last_name,
        client.birth_date,
        profile.sex,
        profile.address,
    )


def _line(facts: Facts, diagnoses: Sequence[str]) -> ClaimLine:
    charge, line = facts.service.charge, facts.service.charge.line
    return ClaimLine(
        charge.id,
        charge.service_date,
        line.place_of_service,
        line.code,
        line.modifiers,
        line.units,
        line.amount,
        tuple(diagnoses.index(code) + 1 for code in _codes(facts)[:POINTERS_AT_MOST]),
    )
