"""What a database must offer for money: charges, the ledger, bills, payments, notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from server.domain.appointment import OccurrenceId
from server.domain.bills import Bill, Payment
from server.domain.charges import Charge
from server.domain.fees import FeeRule
from server.domain.ids import (
    AppointmentId,
    BillId,
    ChargeId,
    ClientNumber,
    PaymentId,
    TransactionId,
)
from server.domain.ledger import Account, Entry, Transaction
from server.domain.money import Money
from server.domain.notes import NoteState
from server.domain.vocabulary import Lock
from server.domain.when import RecurrenceKey


@dataclass(frozen=True, slots=True)
class ChargeFilter:
    """Which charges are wanted; None does not narrow. ``until`` is the last service date."""

    client: ClientNumber | None = None
    appointment: AppointmentId | None = None
    bill: BillId | None = None
    unbilled: bool | None = None
    since: date | None = None
    until: date | None = None
    reversed_too: bool = False


class Charges(Protocol):
    """Charges as they stand; what they come to lies in the ledger."""

    def add(self, charge: Charge) -> None:
        """Store a charge; raises AlreadyThere where one stands in its slot."""
        ...

    def get(self, charge: ChargeId) -> Charge | None: ...
    def ending(self, end: str) -> Sequence[ChargeId]:
        """Return the ids with this end, reversed ones too; two of many suffice."""
        ...

    def standing(self, appointment: AppointmentId) -> Sequence[Charge]:
        """Return the charges of an appointment that stand, by key and slot."""
        ...

    def matching(self, wanted: ChargeFilter) -> Sequence[Charge]:
        """Return charges by service date, then by when they were posted."""
        ...

    def save(self, charge: Charge) -> None:
        """Store what may change of a charge; its money and its client never do.

        That is key, service date, minutes, practitioner, bill, and that it was reversed.
        """
        ...

    def clients_unbilled(self, until: date) -> Sequence[ClientNumber]:
        """Return who has unbilled charges with a service date up to this day."""
        ...


class Ledger(Protocol):
    """Double entry; transactions are only added, and checked by the database itself."""

    def post(self, transaction: Transaction) -> bool:
        """Add a transaction; False where one of its key is there: nothing is added then."""
        ...

    def get(self, transaction: TransactionId) -> Transaction | None: ...
    def reversal_of(self, transaction: TransactionId) -> TransactionId | None: ...
    def matching(
        self,
        *,
        holder: str | None = None,
        bill: BillId | None = None,
        since: datetime | None = None,
    ) -> Sequence[Transaction]:
        """Return transactions in the order in which they were posted; None does not narrow.

        Those of a ``bill`` name it in an entry; their reversals do so too.
        """
        ...

    def balances(self, *, by_holder: bool = False) -> Mapping[tuple[Account, str], Money]:
        """Return the sum of each account (holder ""), or of each account of each holder."""
        ...

    def balance(self, account: Account, holder: str = "") -> Money: ...
    def entries_on(self, bill: BillId) -> Sequence[Entry]:
        """Return what was posted on a bill: applications, write-offs, insurers' shares."""
        ...

    def unbalanced(self) -> Sequence[str]:
        """Return what breaks a rule of money, by id and why; empty if all is well."""
        ...


class Bills(Protocol):
    """Bills; what is paid of them is summed from the ledger."""

    def add(self, bill: Bill) -> None: ...
    def get(self, bill: BillId) -> Bill | None: ...
    def ending(self, end: str) -> Sequence[BillId]:
        """Return the ids with this end; two of many suffice."""
        ...

    def numbers(self, bills: Collection[BillId]) -> Mapping[BillId, int | None]:
        """Return the number of each of these bills, None of a draft."""
        ...

    def numbered(self, number: int) -> Bill | None: ...
    def of(self, client: ClientNumber | None = None) -> Sequence[Bill]:
        """Return bills by when they were made."""
        ...

    def save(self, bill: Bill) -> None:
        """Store stage, number and days. Its charges name it themselves."""
        ...

    def next_number(self) -> int:
        """Return the next number; it is used up only if the transaction is kept."""
        ...


class Payments(Protocol):
    """Payments, with what they are applied to and what was given back of them."""

    def add(self, payment: Payment) -> None: ...
    def get(self, payment: PaymentId) -> Payment | None: ...
    def ending(self, end: str) -> Sequence[PaymentId]:
        """Return the ids with this end; two of many suffice."""
        ...

    def of(self, client: ClientNumber | None = None) -> Sequence[Payment]: ...
    def on(self, bill: BillId) -> Sequence[Payment]:
        """Return the payments of which something is applied to a bill."""
        ...

    def remove(self, payment: PaymentId, at: datetime) -> None: ...


class Notes(Protocol):
    """Whether notes are signed; each signing and unlocking stays on record."""

    def add(self, state: NoteState) -> None: ...
    def get(self, occurrence: OccurrenceId) -> NoteState | None: ...
    def of(self, appointment: AppointmentId) -> Mapping[RecurrenceKey, NoteState]: ...
    def rekey(
        self, appointment: AppointmentId, old: RecurrenceKey, new: RecurrenceKey
    ) -> None: ...
    def story(self, occurrence: OccurrenceId) -> Sequence[NoteState]: ...


class Fees(Protocol):
    """The fees of missed appointments, by what they are defaults for (SH-33)."""

    def all(self) -> Sequence[FeeRule]: ...
    def put(self, rule: FeeRule) -> None: ...
    def remove(self, rule: FeeRule) -> bool: ...


class Holds(Protocol):
    """What billing and notes hold of occurrences, as the calendar shows it."""

    def put(self, occurrence: OccurrenceId, locks: Iterable[Lock]) -> bool:
        """Store what holds an occurrence; False where that is what is stored."""
        ...

    def of_bill(self, bill: BillId) -> Sequence[OccurrenceId]:
        """Return the occurrences whose charges are on a bill."""
        ...


class BillRuns(Protocol):
    """Runs that bill everybody's unbilled charges up to a day; each such day has one."""

    def start(self, until: date, at: datetime) -> bool:
        """Note that a run has begun; False where that day's run is finished already."""
        ...

    def finish(self, until: date, at: datetime) -> None: ...
    def last_finished(self) -> date | None: ...


class Billing(Protocol):
    """Everything about money in one transaction."""

    def lock(self, client: ClientNumber) -> None:
        """Let nobody else bill, or apply payments of, this client until the transaction ends.

        Taken after calendars are locked, never before.
        """
        ...

    charges: Charges
    ledger: Ledger
    bills: Bills
    payments: Payments
    notes: Notes
    fees: Fees
    holds: Holds
    runs: BillRuns
