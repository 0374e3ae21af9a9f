"""Superbills and claims for programs: JSON objects, amounts in whole minor units (cents)."""

from __future__ import annotations

from dataclasses import asdict

from server.billing_hooks.papers.claims import Checked
from server.domain.charges import Charge
from server.domain.claims import Claim, ClaimLine
from server.domain.money import Money
from server.domain.papers import Missing
from server.domain.superbills import Superbill, SuperbillContent, SuperbillLine

Json = dict[str, object]


def superbill_data(superbill: Superbill) -> Json:
    """Return everything that stands on a superbill, and whether it still holds."""
    voided = superbill.voided
    return {
        "number": superbill.number,
        "issued_on": superbill.issued_on.isoformat(),
        "replaces": superbill.replaces,
        "voided_at": voided.at.isoformat() if voided else None,
        "void_reason": voided.reason if voided else None,
        **content_data(superbill.content),
    }


def content_data(content: SuperbillContent) -> Json:
    """Return what a superbill says but for its number and date."""
    practice, provider, client = content.practice, content.provider, content.client
    return {
        "practice": {
            "legal_name": practice.legal_name,
            "address": asdict(practice.address),
            "phone": practice.phone,
            "tin": practice.written_tin,
            "npi": practice.npi,
        },
        "provider": asdict(provider),
        "client": {**asdict(client), "birth_date": client.birth_date.isoformat()},
        "payee": practice.payee.value,
        "footer": practice.footer,
        "diagnoses": [asdict(each) for each in content.diagnoses],
        "lines": [_superbill_line(line) for line in content.lines],
        "charged": money(content.charged),
        "paid": money(content.paid),
        "written_off": money(content.written_off),
        "balance": money(content.balance),
    }


def claim_data(claim: Claim) -> Json:
    """Return a claim with its lines and its history; the client by number only."""
    content = claim.content
    return {
        "number": claim.number,
        "state": claim.state.value,
        "bill": claim.bill,
        "client": claim.client,
        "payer": claim.payer,
        "practitioner": content.provider.user,
        "diagnoses": list(content.diagnoses),
        "lines": [_claim_line(line) for line in content.lines],
        "charged": money(content.charged),
        "patient_paid": money(content.patient_paid),
        "steps": [
            {
                "state": step.state.value,
                "at": step.at.isoformat(),
                "by": step.by,
                "note": step.note,
            }
            for step in claim.steps
        ],
    }


def checked_data(checked: Checked) -> Json:
    """Return a charge with all that it lacks to be claimed."""
    return {
        **_charge(checked.charge),
        "missing": [missing_data(each) for each in checked.missing],
    }


def missing_data(missing: Missing) -> Json:
    """Return one thing that is missing: what, of whom or which, and as a sentence."""
    return asdict(missing)


def money(amount: Money) -> Json:
    """Return an amount."""
    return {"amount_minor": amount.minor, "currency": amount.currency}


def _charge(charge: Charge) -> Json:
    return {
        "charge": charge.id,
        "service_date": charge.service_date.isoformat(),
        "code": charge.line.code,
    }


def _superbill_line(line: SuperbillLine) -> Json:
    return {
        "charge": line.charge,
        "service_date": line.service_date.isoformat(),
        "place_of_service": line.place_of_service,
        "code": line.code,
        "description": line.description,
        "modifiers": list(line.modifiers),
        "units": line.units,
        "diagnoses": list(line.diagnoses),
        "amount": money(line.amount),
        "paid": money(line.paid),
        "written_off": money(line.written_off),
    }


def _claim_line(line: ClaimLine) -> Json:
    return {
        "charge": line.charge,
        "service_date": line.service_date.isoformat(),
        "place_of_service": line.place_of_service,
        "code": line.code,
        "modifiers": list(line.modifiers),
        "units": line.units,
        "amount": money(line.amount),
        # As on paper, where the claim's diagnoses are A to L.
        "pointers": ["ABCDEFGHIJKL"[pointer - 1] for pointer in line.pointers],
    }
