"""Fees for appointments that were missed or cancelled late (SH-33)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from server.domain.appointment import Details
from server.domain.charges import ChargeKind
from server.domain.money import Money
from server.domain.vocabulary import Status


class FeeScope(StrEnum):
    """What a fee is the default for; the narrower one counts."""

    PRACTICE = "practice"
    SESSION_TYPE = "session-type"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class FeeRule:
    """A default fee. ``subject`` is the session type's id or the client's number, or empty."""

    scope: FeeScope
    subject: str
    kind: ChargeKind
    amount: Money


FEE_OF = {
    Status.NO_SHOW: ChargeKind.NO_SHOW,
    Status.LATE_CANCELLED: ChargeKind.LATE,
    Status.CANCELLED: ChargeKind.LATE,
}
"""Which fee a status may bring; whether it does is a setting of the practice."""


def fee_for(details: Details, rules: Iterable[FeeRule]) -> Money | None:
    """Return the fee of a missed appointment, None if nothing says one.

    What a person said of this appointment goes before the client's default, that before the
    session type's, that before the practice's.
    """
    if details.fee is not None:
        return details.fee.amount
    kind = FEE_OF.get(details.status)
    subjects = {
        FeeScope.CLIENT: details.client,
        FeeScope.SESSION_TYPE: details.session_type,
        FeeScope.PRACTICE: "",
    }
    amounts = {(rule.scope, rule.subject): rule.amount for rule in rules if rule.kind is kind}
    found = (amounts.get((scope, subject or "")) for scope, subject in subjects.items())
    return next((amount for amount in found if amount is not None), None)
