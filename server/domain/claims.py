"""Claims: what an insurer is asked to pay, and how far that has come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from server.domain.errors import Invalid
from server.domain.ids import BillId, ChargeId, ClientNumber, PayerId, UserName
from server.domain.money import Money, total
from server.domain.papers import (
    Address,
    Coverage,
    Payer,
    PracticeProfile,
    PractitionerProfile,
    Sex,
)

LINES_AT_MOST = 50
"""Service lines of one claim (837P loop 2400)."""

POINTERS_AT_MOST = 4
"""Diagnoses that one line points to (SV107)."""


class ClaimState(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"
    READY = "ready"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PAID = "paid"
    PART_PAID = "part-paid"
    DENIED = "denied"
    CLOSED = "closed"


_S = ClaimState
_NEXT: dict[ClaimState, tuple[ClaimState, ...]] = {
    _S.DRAFT: (_S.READY, _S.CLOSED),
    _S.READY: (_S.DRAFT, _S.SUBMITTED, _S.CLOSED),
    _S.SUBMITTED: (_S.ACCEPTED, _S.REJECTED),
    _S.ACCEPTED: (_S.PAID, _S.PART_PAID, _S.DENIED),
    # What was rejected was never looked at: it is corrected and sent again as it is.
    _S.REJECTED: (_S.DRAFT, _S.CLOSED),
    # An insurer may think again.
    _S.PART_PAID: (_S.PAID, _S.CLOSED),
    _S.DENIED: (_S.PART_PAID, _S.PAID, _S.CLOSED),
    _S.PAID: (_S.CLOSED,),
    _S.CLOSED: (),
}
_SETTLED = frozenset({_S.PAID, _S.PART_PAID})


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One service on one day; ``pointers`` count the claim's diagnoses from 1."""

    charge: ChargeId
    service_date: date
    place_of_service: str
    code: str
    modifiers: tuple[str, ...]
    units: int
    amount: Money
    pointers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Patient:
    """The client as an insurer must know the person."""

    number: ClientNumber
    first_name: str
    last_name: str
    birth_date: date
    sex: Sex
    address: Address


@dataclass(frozen=True, slots=True)
class ClaimContent:
    """Everything that a claim tells an insurer, as of when it was found complete.

    ``diagnoses`` are one to twelve ICD-10-CM codes, the primary one first. ``patient_paid`` is
    what the client has paid of these lines.
    """

    practice: PracticeProfile
    provider: PractitionerProfile
    patient: Patient
    payer: Payer
    coverage: Coverage
    diagnoses: tuple[str, ...]
    lines: tuple[ClaimLine, ...]
    patient_paid: Money

    @property
    def charged(self) -> Money:
        """The sum of the lines (837P CLM02)."""
        return total((line.amount for line in self.lines), self.patient_paid.currency)


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """A state that a claim came into: when, by whom, and what was noted; no client data."""

    state: ClaimState
    at: datetime
    by: UserName
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim; its number is its patient control number (837P CLM01). ``steps`` only grow."""

    number: int
    bill: BillId
    client: ClientNumber
    payer: PayerId
    content: ClaimContent
    steps: tuple[ClaimStep, ...]

    @property
    def state(self) -> ClaimState:
        """Where it stands."""
        return self.steps[-1].state

    @property
    def holds_its_charges(self) -> bool:
        """Whether its services may not be claimed a second time."""
        was_paid = any(step.state in _SETTLED for step in self.steps)
        return self.state is not ClaimState.CLOSED or was_paid

    def then(self, step: ClaimStep) -> Claim:
        """Return the claim in its next state; raises Invalid where that cannot follow."""
        if step.state not in _NEXT[self.state]:
            possible = ", ".join(_NEXT[self.state]) or "nothing"
            raise Invalid(
                "state",
                f"{step.state} cannot follow {self.state}: {possible} can",
            )
        return replace(self, steps=(*self.steps, step))
