"""What a practice's money must come to, in plain dictionaries: nothing of the server's.

Amounts are cents. A visit is one occurrence of one appointment; its lines are what it charges.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

PRICES = {"97810": 8500, "97811": 4500, "HERB-1": 1900}
SERVICES = {"acupinitial": ("97810", "97811"), "acupfollow": ("97810",)}
PRODUCTS = {"acupinitial": ("HERB-1",), "acupfollow": ()}
NO_SHOW_FEE = 4000
WORKED = ("arrived", "completed")
MISSED = ("no-show", "cancelled", "late-cancelled")
FEES = {"no-show": "no-show-fee", "late-cancelled": "late-fee"}
REVENUE = {"service": "revenue:service", "product": "revenue:product"}


@dataclass
class Line:
    """A charge that stands: to whom, what was chosen, what it comes to, on which bill."""

    client: str
    chosen: tuple[object, ...]
    amount: int
    bill: str | None = None


@dataclass
class Visit:
    """One occurrence as the practice sees it."""

    number: str
    key: str
    client: str
    session: str
    day: date
    owner: str = "alma"
    location: str = "main"
    status: str = "booked"
    units: dict[str, int] = field(default_factory=dict)
    fee: int | None = None
    deleted: bool = False
    ended: bool = False
    signed: bool = False
    lines: dict[str, Line] = field(default_factory=dict)

    @property
    def gone(self) -> bool:
        """Whether it was deleted, alone or with its appointment."""
        return self.deleted or self.ended

    def facts(self) -> tuple[object, ...] | None:
        """What the charges depend on."""
        if self.gone:
            return None
        if self.status in FEES:
            return (self.status, self.client, self.session, self.fee)
        if self.status in WORKED:
            return (self.client, self.session, self.location, *sorted(self.units.items()))
        return None

    def due(self) -> dict[str, Line]:
        """What would be charged now, by slot."""
        if self.status in FEES:
            name = FEES[self.status]
            default = NO_SHOW_FEE if self.status == "no-show" else 0
            amount = default if self.fee is None else self.fee
            return {f"{name}:{name}:1": Line(self.client, (amount,), amount)} if amount else {}
        lines = {}
        for code in SERVICES[self.session]:
            units = self.units.get(code, 1)
            chosen = (units, self.location)
            lines[f"service:{code}:1"] = Line(self.client, chosen, units * PRICES[code])
        for code in PRODUCTS[self.session]:
            lines[f"product:{code}:1"] = Line(self.client, (), PRICES[code])
        return lines

    def settle(self, before: tuple[object, ...] | None, bill: str | None = None) -> None:
        """Bring the lines to what is due; those that nobody chose anew stay as they are."""
        now = self.facts()
        if now is None:
            self.lines = {}
        elif now != before:
            was, self.lines = self.lines, self.due()
            for slot, line in self.lines.items():
                old = was.get(slot)
                same_fee = "fee" not in slot or (old and old.amount == line.amount)
                chosen = (line.client, line.chosen)
                if old and (old.client, old.chosen) == chosen and same_fee:
                    self.lines[slot] = old
                else:
                    line.bill = bill


@dataclass
class Bill:
    """A bill; what is on it, the lines say. ``share`` is what an insurer took over."""

    client: str
    stage: str
    written_off: int = 0
    share: int = 0
    adjusted: int = 0
    received: int = 0

    @property
    def owed_by_insurer(self) -> int:
        """What the insurer has still to pay."""
        return self.share - self.adjusted - self.received


@dataclass
class Payment:
    """A payment, with what of it lies on bills, in the order in which it came there."""

    client: str
    amount: int
    refunded: int = 0
    removed: bool = False
    applied: list[tuple[str, int]] = field(default_factory=list)

    @property
    def credit(self) -> int:
        """What is left of it."""
        used = sum(amount for _, amount in self.applied)
        return 0 if self.removed else self.amount - self.refunded - used

    def give_back(self, amount: int) -> None:
        """Refund, taking the newest applications off as far as the credit does not do."""
        needed = amount - self.credit
        self.refunded += amount
        rest: list[tuple[str, int]] = []
        while needed > 0:
            bill, applied = self.applied.pop()
            if applied > needed:
                rest.append((bill, applied - needed))
            needed -= applied
        self.applied += rest


@dataclass
class Books:
    """All visits, bills and payments of a practice."""

    visits: list[Visit] = field(default_factory=list)
    bills: dict[str, Bill] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)

    def lines(self) -> list[Line]:
        """Return every line that stands."""
        return [line for visit in self.visits for line in visit.lines.values()]

    def charged(self, bill: str) -> int:
        """Return what a bill asks for."""
        return sum(line.amount for line in self.lines() if line.bill == bill)

    def paid(self, bill: str) -> int:
        """Return what payments settle of a bill, an insurer's share included."""
        applied = sum(
            amount
            for payment in self.payments.values()
            for on, amount in payment.applied
            if on == bill
        )
        return applied + self.bills[bill].share - self.bills[bill].adjusted

    def lost(self, bill: str) -> int:
        """Return what nobody will pay of a bill."""
        return self.bills[bill].written_off + self.bills[bill].adjusted

    def open(self, bill: str) -> int:
        """Return what is still to be paid of a bill."""
        return self.charged(bill) - self.paid(bill) - self.lost(bill)

    def is_free(self, bill: str) -> bool:
        """Whether a bill may be edited or cancelled."""
        untouched = self.paid(bill) == self.lost(bill) == 0
        return self.bills[bill].stage != "cancelled" and untouched

    def locks(self, visit: Visit) -> set[str]:
        """Return what holds a visit."""
        bills = {line.bill for line in visit.lines.values() if line.bill}
        paid = any(self.paid(bill) for bill in bills)
        held = {"note-signed": visit.signed, "bill-open": bool(bills), "payment": paid}
        return {word for word, holds in held.items() if holds}

    def may_become(self, visit: Visit, status: str, fee: int | None) -> bool:
        """Whether a visit may take a status, and a fee with it."""
        if visit.status in MISSED[1:] and status not in ("booked", *MISSED[1:]):
            return False
        if not self.locks(visit) or (visit.status, visit.fee) == (status, fee):
            return True
        done = visit.status not in MISSED and status in WORKED
        return visit.fee == fee and done

    def balances(self) -> dict[tuple[str, str], int]:
        """Return what every account must come to; debits are above zero."""
        sums: Counter[tuple[str, str]] = Counter()
        for visit in self.visits:
            for slot, line in visit.lines.items():
                account = REVENUE.get(slot.split(":")[0], "revenue:fees")
                sums["receivable:client", line.client] += line.amount
                sums[account, ""] -= line.amount
        for payment in self.payments.values():
            applied = sum(amount for _, amount in payment.applied)
            sums["receivable:client", payment.client] -= applied
            sums["credit:client", payment.client] -= payment.credit
            sums["clearing:cash", ""] += payment.credit + applied
        for bill in self.bills.values():
            sums["receivable:client", bill.client] -= bill.written_off + bill.share
            sums["written-off:courtesy", ""] += bill.written_off
            sums["receivable:payer", "sunrise"] += bill.owed_by_insurer
            sums["adjustment:contractual", ""] += bill.adjusted
            sums["clearing:cash", ""] += bill.received
        return {account: amount for account, amount in sums.items() if amount}
