"""Bills and payments, and the states that follow from what was posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from server.domain.charges import Charge
from server.domain.ids import BillId, ClientNumber, PaymentId, TransactionId
from server.domain.ledger import Account
from server.domain.money import Money, total


class Stage(StrEnum):
    """What somebody did with a bill; the money on it is told by the ledger."""

    DRAFT = "draft"
    OPEN = "open"
    CANCELLED = "cancelled"


class BillState(StrEnum):
    """Where a bill stands (part 6): its stage, and how much of it is settled."""

    DRAFT = "draft"
    OPEN = "open"
    PART_PAID = "part-paid"
    PAID = "paid"
    WRITTEN_OFF = "written-off"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Bill:
    """Charges of one client that are asked for together.

    ``number`` is given when it is opened: one after the other, without gaps, per practice.
    ``charges`` stand; those that a cancelled bill had are unbilled again, so it has none.
    ``paid`` is what payments settle of it, the client's and an insurer's; ``written_off`` what
    nobody will pay, contractual adjustments included.
    """

    id: BillId
    client: ClientNumber
    stage: Stage
    made_at: datetime
    charges: tuple[Charge, ...]
    paid: Money
    written_off: Money
    number: int | None = None
    opened_on: date | None = None
    due_on: date | None = None
    cancelled_at: datetime | None = None

    @property
    def charged(self) -> Money:
        """The sum of the charges."""
        return total((charge.line.amount for charge in self.charges), self.paid.currency)

    @property
    def open_amount(self) -> Money:
        """What is still to be paid."""
        return self.charged - self.paid - self.written_off

    @property
    def state(self) -> BillState:
        """Where it stands."""
        if self.stage is not Stage.OPEN:
            return BillState(self.stage.value)
        if self.open_amount.minor > 0:
            return BillState.PART_PAID if self.paid.minor else BillState.OPEN
        return BillState.WRITTEN_OFF if self.written_off.minor else BillState.PAID


class Method(StrEnum):
    """How money came in; never the number of a card."""

    CASH = "cash"
    CARD = "card"
    CHECK = "check"
    TRANSFER = "transfer"
    OTHER = "other"

    @property
    def account(self) -> Account:
        """Where it lies until it is in the bank."""
        return Account(f"clearing:{self.value}")


@dataclass(frozen=True, slots=True)
class Application:
    """What of a payment settles a bill; ``transaction`` is what posted it."""

    transaction: TransactionId
    bill: BillId
    amount: Money


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received from a client; what is not applied to bills is the client's credit."""

    id: PaymentId
    client: ClientNumber
    method: Method
    amount: Money
    received_on: date
    transaction: TransactionId
    refunded: Money
    reference: str = ""
    applications: tuple[Application, ...] = ()
    removed_at: datetime | None = None

    @property
    def applied(self) -> Money:
        """What settles bills."""
        return total((each.amount for each in self.applications), self.amount.currency)

    @property
    def credit(self) -> Money:
        """What is left to be applied or refunded."""
        if self.removed_at is not None:
            return Money(0, self.amount.currency)
        return self.amount - self.refunded - self.applied
