"""What superbills and claims need to know, and what was issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.claims import Claim, ClaimState
from server.domain.ids import BillId, ClientNumber, PayerId, UserName
from server.domain.papers import (
    ClientProfile,
    Coverage,
    Payer,
    PracticeProfile,
    PractitionerProfile,
)
from server.domain.superbills import Superbill, Voiding


class Profiles(Protocol):
    """What papers say of people and insurers; an empty one of whom nothing is known."""

    def practice(self) -> PracticeProfile: ...
    def save_practice(self, profile: PracticeProfile) -> None: ...
    def practitioner(self, user: UserName) -> PractitionerProfile: ...
    def save_practitioner(self, profile: PractitionerProfile) -> None: ...
    def client(self, number: ClientNumber) -> ClientProfile: ...
    def save_client(self, profile: ClientProfile) -> None: ...
    def payer(self, payer: PayerId) -> Payer | None: ...
    def payers(self) -> Sequence[Payer]:
        """Return all payers by id, archived ones included."""
        ...

    def save_payer(self, payer: Payer) -> None: ...
    def coverages(self, client: ClientNumber) -> Sequence[Coverage]:
        """Return a client's coverages; the one given first is the primary one."""
        ...

    def save_coverage(self, coverage: Coverage) -> None:
        """Store a coverage, behind the others of the client where it is new."""
        ...

    def remove_coverage(self, client: ClientNumber, payer: PayerId) -> bool: ...
    def forbidding_fees(self, client: ClientNumber) -> Sequence[PayerId]:
        """Return who of a client's payers forbids fees for missed appointments."""
        ...


class Superbills(Protocol):
    """Superbills as they were issued: only added, and voided once; the database sees to it."""

    def next_number(self) -> int:
        """Return the next number; it is used up only if the transaction is kept.

        Until then others who want one wait.
        """
        ...

    def add(self, superbill: Superbill) -> None: ...
    def get(self, number: int) -> Superbill | None: ...
    def of(self, client: ClientNumber | None = None) -> Sequence[Superbill]:
        """Return superbills by number, voided ones included."""
        ...

    def void(self, number: int, voiding: Voiding) -> None: ...


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which claims are wanted; None does not narrow."""

    state: ClaimState | None = None
    client: ClientNumber | None = None
    bill: BillId | None = None


class Claims(Protocol):
    """Claims with their history, which is only added to."""

    def next_number(self) -> int:
        """Return the next number, as that of superbills."""
        ...

    def next_interchange(self) -> int:
        """Return the next control number of an interchange (ISA13), from 1 to 999999999."""
        ...

    def add(self, claim: Claim) -> None: ...
    def get(self, number: int) -> Claim | None: ...
    def matching(self, wanted: ClaimFilter) -> Sequence[Claim]:
        """Return claims by number."""
        ...

    def save(self, claim: Claim) -> None:
        """Store content and steps that are new."""
        ...


class Papers(Protocol):
    """Everything about superbills and claims in one transaction."""

    profiles: Profiles
    superbills: Superbills
    claims: Claims
