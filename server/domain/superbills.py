"""Superbills: what a client hands to an insurer. What was issued is never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from server.domain.ids import ChargeId, ClientNumber, UserName
from server.domain.money import Money, total
from server.domain.papers import Address, PracticeProfile, PractitionerProfile


@dataclass(frozen=True, slots=True)
class SuperbillLine:
    """One service on one day; ``paid`` and ``written_off`` are parts of its ``amount``."""

    charge: ChargeId
    service_date: date
    place_of_service: str
    code: str
    description: str
    modifiers: tuple[str, ...]
    units: int
    diagnoses: tuple[str, ...]
    amount: Money
    paid: Money
    written_off: Money


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An ICD-10-CM code with its dot, and what it means."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class SuperbillClient:
    """Who was treated; the insurer and the member's number only where they are wanted."""

    number: ClientNumber
    name: str
    birth_date: date
    address: Address
    insurer: str = ""
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class SuperbillContent:
    """Everything that stands on a superbill but its number and dates, as of its making.

    There is one line or more, by service date; all are of one client and one practitioner.
    """

    practice: PracticeProfile
    provider: PractitionerProfile
    client: SuperbillClient
    lines: tuple[SuperbillLine, ...]
    diagnoses: tuple[Diagnosis, ...]

    @property
    def charged(self) -> Money:
        """The sum of the fees."""
        return self._sum("amount")

    @property
    def paid(self) -> Money:
        """What payments settled of them."""
        return self._sum("paid")

    @property
    def written_off(self) -> Money:
        """What nobody will pay of them."""
        return self._sum("written_off")

    @property
    def balance(self) -> Money:
        """What is still to be paid."""
        return self.charged - self.paid - self.written_off

    def _sum(self, name: str) -> Money:
        amounts: list[Money] = [getattr(line, name) for line in self.lines]
        return total(amounts, amounts[0].currency)


@dataclass(frozen=True, slots=True)
class Voiding:
    """That a superbill no longer holds: when, by whom and why."""

    at: datetime
    by: UserName
    reason: str


@dataclass(frozen=True, slots=True)
class Superbill:
    """A superbill that was issued; numbers have no gaps. ``replaces`` is the number of one."""

    number: int
    issued_on: date
    made_at: datetime
    by: UserName
    content: SuperbillContent
    replaces: int | None = None
    voided: Voiding | None = None

    @property
    def client(self) -> ClientNumber:
        """Whose it is."""
        return self.content.client.number

    @property
    def charges(self) -> tuple[ChargeId, ...]:
        """What it shows."""
        return tuple(line.charge for line in self.content.lines)
