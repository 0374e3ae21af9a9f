"""Invented charges with their bill and note, and all that is known of them, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from server.billing_hooks.papers.billed import Billed
from server.billing_hooks.papers.claim_readiness import Facts
from server.billing_hooks.papers.shares import shares_of
from server.domain.appointment import Details
from server.domain.bills import Bill, Stage
from server.domain.charges import Charge, ChargeKind, ChargeLine
from server.domain.ids import AppointmentId, BillId, ChargeId, TransactionId
from server.domain.money import Money
from server.domain.notes import NoteState
from server.domain.practice import Client
from server.domain.vocabulary import Kind, Status
from server.domain.when import MASTER
from tests.papers import ALMA, AT, COVERAGE, FEE, JANE, NOTHING, PAYER, PRACTICE, PROFILE
from tests.papers import PROVIDER as ALMAS_PROFILE

BILL = BillId("01JD7Z6Q8K5T3V9W2X4Y6BILL1")
VISIT = AppointmentId("01JD7Z6Q8K5T3V9W2X4Y6VISIT")
JANE_DOE = Client(JANE, "Jane", "Doe", birth_date=date(1984, 2, 29))
LINE = ChargeLine(ChargeKind.SERVICE, "97810", "Acupuncture", FEE, place_of_service="11")
DETAILS = Details(Kind.SESSION, Status.ARRIVED, ALMA, client=JANE)
NOTE = NoteState(VISIT, MASTER, signed=True, at=AT, by=ALMA, diagnoses=("M54.50", "G43.909"))


def charge(position: int = 1, line: ChargeLine = LINE, **more: object) -> Charge:
    """Return a charge of a day in November, on the bill."""
    made = Charge(
        ChargeId(f"01JD7Z6Q8K5T3V9W2X4Y6Z{position:04}"),
        VISIT,
        MASTER,
        f"service:{line.code}:{position}",
        JANE,
        ALMA,
        line,
        date(2026, 11, 1) + timedelta(days=position - 1),
        75,
        AT,
        TransactionId("01JD7Z6Q8K5T3V9W2X4Y6TRANS"),
        BILL,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # any field of a charge


def bill(*charges: Charge, paid: Money = NOTHING, written_off: Money = NOTHING) -> Bill:
    """Return an open bill."""
    return Bill(BILL, JANE, Stage.OPEN, AT, charges, paid, written_off, 1)


def service(
    one: Charge | None = None, of: Bill | None = None, note: NoteState | None = NOTE
) -> Billed:
    """Return a billed charge with its note."""
    charged = one or charge()
    on = of or bill(charged)
    return Billed(charged, on, note, shares_of(on).get(charged.id))


def facts(one: Billed | None = None, **more: object) -> Facts:
    """Return a charge of which everything is known that a claim needs."""
    known = Facts(
        one or service(), DETAILS, PRACTICE, ALMAS_PROFILE, JANE_DOE, PROFILE, COVERAGE, PAYER
    )
    return replace(known, **more)  # type: ignore[arg-type]  # any field of the facts
