"""What is charged: lines of services, products and fees, and the charges posted for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from server.domain.ids import (
    AppointmentId,
    BillId,
    ChargeId,
    ClientNumber,
    TransactionId,
    UserName,
)
from server.domain.money import Money
from server.domain.when import RecurrenceKey


class ChargeKind(StrEnum):
    """What a charge is for."""

    SERVICE = "service"
    PRODUCT = "product"
    NO_SHOW = "no-show-fee"
    LATE = "late-fee"

    @property
    def is_fee(self) -> bool:
        """Whether nothing was done for it: no insurer pays it, no superbill shows it."""
        return self in (ChargeKind.NO_SHOW, ChargeKind.LATE)


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One line before it is posted; the amount is units times the unit fee (SV102).

    ``place_of_service`` is copied from the location: two digits, empty where there is none.
    """

    kind: ChargeKind
    code: str
    description: str
    unit_fee: Money
    units: int = 1
    modifiers: tuple[str, ...] = ()
    place_of_service: str = ""

    @property
    def amount(self) -> Money:
        """The line's total."""
        return self.unit_fee.times(self.units)

    def is_same_as(self, other: ChargeLine) -> bool:
        """Whether nothing about the line changed that a person chose.

        A service whose fee in the practice's list has changed since keeps the fee that it was
        charged with; the amount of a fee is what a person chose.
        """
        if self.kind.is_fee and self.unit_fee != other.unit_fee:
            return False
        return self._chosen == other._chosen

    @property
    def _chosen(self) -> tuple[object, ...]:
        return (self.kind, self.code, self.units, self.modifiers, self.place_of_service)


@dataclass(frozen=True, slots=True)
class Charge:
    """A line posted to a client's account, once (CR-02).

    ``slot`` is its place among the charges of one occurrence, such as ``service:97810:1``: of
    those that stand there is one in each slot. ``service_date`` is a day in the zone of the
    appointment. ``minutes`` is how long it lasted. A charge that was ``reversed_at`` stays, for
    the record. ``appointment`` is None for what was sold by itself.
    """

    id: ChargeId
    appointment: AppointmentId | None
    key: RecurrenceKey
    slot: str
    client: ClientNumber
    practitioner: UserName | None
    line: ChargeLine
    service_date: date
    minutes: int
    posted_at: datetime
    transaction: TransactionId
    bill: BillId | None = None
    reversed_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether the client owes it, or has paid it."""
        return self.reversed_at is None
