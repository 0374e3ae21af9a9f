"""A process that handles one client's money without pause, and says what it is about to do.

``python -m tests.torture.cashier URL CLIENT SEED`` says ``ready`` and waits for a line. Of
each act it says ``trying ACT PICTURE`` when all is done but the commit, then ``done``; or
``refused``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from threading import Event
from typing import TypeVar

from server.billing_hooks import payments, settlements
from server.billing_hooks.bills import Wanted, cancel_bill, new_bill, open_bill
from server.billing_hooks.hooks import BillingHooks
from server.billing_hooks.notes import sign_note, unlock_note
from server.billing_hooks.payments import Received
from server.billing_hooks.sales import Sale, sell
from server.billing_hooks.settlements import WriteOff
from server.domain.appointment import Details, FeeOverride
from server.domain.bills import Method
from server.domain.errors import NotFound, PracticeError
from server.domain.ids import ClientNumber, PaymentId, SessionTypeId
from server.domain.money import Money
from server.domain.vocabulary import Kind, Status
from server.domain.when import Timed
from server.practice_db.database import SqlDatabase, open_database
from server.usecases.context import Context
from server.usecases.edit_appointment import (
    Changes,
    Target,
    edit_appointment,
    new_appointment,
)
from server.usecases.ports import UnitOfWork
from tests.databases import SLUG
from tests.system.events import monday
from tests.system.practice import ALMA, MAIN, operator
from tests.torture.picture import picture_of, visits_of

PAUSE_AT_MOST_SECONDS = 0.03
"""Between two acts: without any, nobody else would get at an embedded database."""
_LATEST = 6
"""How many of the newest bills, payments and visits are worked on."""
_STATUSES = (Status.ARRIVED, Status.ARRIVED, Status.BOOKED, Status.NO_SHOW, Status.CANCELLED)
_AMOUNTS = (None, None, Money(1000), Money(4000), Money(12250))
_FEE = FeeOverride(Money(4000), "as agreed")
One = TypeVar("One")


@dataclass(frozen=True)
class Cashier:
    """Who does it, for one client; each act is one transaction."""

    client: ClientNumber
    random: Random

    @property
    def context(self) -> Context:
        """The context of somebody at the command line, whose changes are charged."""
        return replace(operator(), hooks=BillingHooks())

    def acts(self) -> Sequence[Callable[[UnitOfWork], object]]:
        """Return what may be done, the more frequent more often."""
        work = (self.visit, self.visit, self.change, self.change, self.change, self.sell)
        bills = (self.bill, self.bill, self.draft, self.open, self.cancel, self.write_off)
        money = (self.receive, self.pay, self.pay, self.unapply, self.refund, self.remove)
        return (*work, *bills, *money, self.restore, self.sign, self.unlock)

    def visit(self, uow: UnitOfWork) -> None:
        """Book a visit, at which the client has arrived."""
        day = timedelta(days=self.random.randint(-60, 60), hours=self.random.randint(0, 8))
        start = monday(0, 8) + day
        details = Details(
            Kind.SESSION,
            Status.BOOKED,
            ALMA,
            client=self.client,
            session_type=SessionTypeId("acupinitial"),
            location=MAIN,
        )
        when = Timed(start, start + timedelta(minutes=75))
        number = new_appointment(uow, self.context, when, details)
        self._set(uow, Target(number), Status.ARRIVED)

    def change(self, uow: UnitOfWork) -> None:
        """Let a visit arrive, be undone, missed or cancelled."""
        self._set(uow, self._visit(uow), self.random.choice(_STATUSES))

    def _set(self, uow: UnitOfWork, target: Target, status: Status) -> None:
        fee = _FEE if status is Status.NO_SHOW else None
        edit_appointment(uow, self.context, target, Changes({"status": status, "fee": fee}))

    def sell(self, uow: UnitOfWork) -> None:
        """Sell something by itself."""
        sell(uow, self.context, Sale(self.client, "herbs", monday(0).date()))

    def sign(self, uow: UnitOfWork) -> None:
        """Sign a note; without diagnoses, whose list would take long to load."""
        sign_note(uow, self.context, self._visit(uow))

    def unlock(self, uow: UnitOfWork) -> None:
        """Unlock a note."""
        unlock_note(uow, self.context, self._visit(uow))

    def bill(self, uow: UnitOfWork) -> None:
        """Bill what is unbilled."""
        new_bill(uow, self.context, Wanted(self.client))

    def draft(self, uow: UnitOfWork) -> None:
        """Draft a bill of what is unbilled."""
        new_bill(uow, self.context, Wanted(self.client), draft=True)

    def open(self, uow: UnitOfWork) -> None:
        """Open a draft."""
        open_bill(uow, self.context, self._bill(uow))

    def cancel(self, uow: UnitOfWork) -> None:
        """Cancel a bill."""
        cancel_bill(uow, self.context, self._bill(uow))

    def write_off(self, uow: UnitOfWork) -> None:
        """Write off a bill, or some of it."""
        amount = self.random.choice(_AMOUNTS)
        why = self.random.choice(tuple(WriteOff))
        settlements.write_off(uow, self.context, self._bill(uow), why, amount)

    def restore(self, uow: UnitOfWork) -> None:
        """Undo a write-off."""
        settlements.undo_write_off(uow, self.context, self._bill(uow))

    def receive(self, uow: UnitOfWork) -> None:
        """Record a payment."""
        payments.record_payment(uow, self.context, self._received(10000))

    def pay(self, uow: UnitOfWork) -> None:
        """Record a payment and apply it to a bill."""
        received = self._received(self.random.choice((500, 4000, 30000)))
        payments.record_and_apply(uow, self.context, received, [self._bill(uow)])

    def unapply(self, uow: UnitOfWork) -> None:
        """Take a payment off its bills."""
        payments.unapply_payment(uow, self.context, self._payment(uow))

    def refund(self, uow: UnitOfWork) -> None:
        """Give a payment back, or some of it."""
        amount = self.random.choice(_AMOUNTS)
        payments.refund_payment(uow, self.context, self._payment(uow), amount)

    def remove(self, uow: UnitOfWork) -> None:
        """Remove a payment that was entered wrongly."""
        payments.remove_payment(uow, self.context, self._payment(uow))

    def _received(self, minor: int) -> Received:
        return Received(self.client, Method.CARD, Money(minor), monday(0).date())

    def _visit(self, uow: UnitOfWork) -> Target:
        return Target(self._one_of("visit", visits_of(uow, self.client)))

    def _bill(self, uow: UnitOfWork) -> str:
        return self._one_of("bill", uow.billing.bills.of(self.client)).id

    def _payment(self, uow: UnitOfWork) -> PaymentId:
        return self._one_of("payment", uow.billing.payments.of(self.client)).id

    def _one_of(self, what: str, found: Sequence[One]) -> One:
        if not found:
            raise NotFound(what, self.client)
        return self.random.choice(found[-_LATEST:])


def say(*words: str) -> None:
    """Tell whoever has started this, before anything else is done."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def act(database: SqlDatabase, cashier: Cashier) -> None:
    """Do one thing, and say how far it has come."""
    chosen = cashier.random.choice(cashier.acts())
    try:
        with database.writing() as uow:
            chosen(uow)
            say("trying", chosen.__name__, picture_of(uow, cashier.client))
    except PracticeError:
        say("refused")
    else:
        say("done")


def main(url: str, client: str, seed: str) -> None:
    """Handle money until killed, or until nobody listens any more."""
    database = open_database(url, SLUG)
    cashier = Cashier(ClientNumber(client), Random(seed))
    say("ready")
    if not sys.stdin.readline():
        return
    pause = Event()
    while not pause.wait(cashier.random.uniform(0, PAUSE_AT_MOST_SECONDS)):
        act(database, cashier)


if __name__ == "__main__":
    main(*sys.argv[1:])
