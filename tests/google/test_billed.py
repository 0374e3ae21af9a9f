"""What is billed is put back in Google, the practitioner is told, and no money moves (T13)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.billing_hooks.hooks import BillingHooks
from server.domain.bills import Bill
from server.domain.google import MovePolicy
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Status
from server.google_sync.links.syncing import Settings
from server.usecases.edit_appointment import Target
from tests.contract.billing_house import Practice
from tests.google.house import Linked, linked
from tests.local_google import LocalGoogle
from tests.practice import JANE, House, at, session, timed

DRAGS = ("move", "lengthen", "delete")


@pytest.fixture
def practice(any_house: House) -> Practice:
    """Return the small practice as one that bills, on each engine."""
    return Practice(any_house.database)


@pytest.fixture
def billing(practice: Practice, local_google: LocalGoogle) -> Iterator[Linked]:
    """Return Alma's link in a practice that bills."""
    settings = Settings(hooks=BillingHooks())
    with linked(practice, local_google, settings=settings) as link:
        link.connect()
        yield link


def came(alma: Linked, practice: Practice) -> AppointmentId:
    """Let Jane come and tell Google."""
    details = session(JANE, "acupfollow")
    number = practice.edit(practice.book(timed(at(24, 9), 45), details), status=Status.ARRIVED)
    alma.settle()
    return number


def books(practice: Practice, bill: Bill | None = None) -> list[object]:
    """Return everything that is kept of the money."""
    with practice.database.reading() as uow:
        found: list[object] = [*uow.billing.ledger.matching()]
        found.append(dict(uow.billing.ledger.balances(by_holder=True)))
    found += [*practice.charges(), *practice.wrong()]
    return [*found, practice.find(bill)] if bill is not None else found


def disturb(alma: Linked, number: AppointmentId, kind: str) -> None:
    """Do something in Google to an appointment."""
    event = alma.pair(number).event
    if kind == "delete":
        alma.act("delete", event)
    elif kind == "move":
        alma.drag(event, at(25, 10))
    else:
        later = {"dateTime": at(24, 12).isoformat()}
        alma.act("edit", event, changes={"end": later})


@pytest.mark.parametrize("kind", DRAGS)
@pytest.mark.parametrize("policy", list(MovePolicy))
def test_t13_what_is_billed_is_put_back_in_google_within_one_cycle(
    billing: Linked, practice: Practice, kind: str, policy: MovePolicy
) -> None:
    number = came(billing, practice)
    bill = practice.bill()
    billing.settle()
    billing.change(policy=policy)
    before, held = books(practice, bill), practice.shown(number)
    shown = billing.only
    disturb(billing, number, kind)
    billing.sync()
    assert billing.starts() == ["11-24 14:00"]
    assert (billing.only["start"], billing.only["end"]) == (shown["start"], shown["end"])
    assert books(practice, bill) == before
    assert practice.wrong() == []
    assert practice.shown(number) == held
    assert practice.details(number).status is Status.ARRIVED
    assert len(billing.notices()) == 1
    assert billing.notices()[0].startswith("google-")
    billing.settle()


@pytest.mark.parametrize("hold", ["draft", "paid", "signed"])
def test_t13_a_draft_a_payment_and_a_signature_hold_like_a_bill(
    billing: Linked, practice: Practice, hold: str
) -> None:
    number = came(billing, practice)
    if hold == "signed":
        practice.sign(Target(number))
    else:
        bill = practice.bill(draft=hold == "draft")
        if hold == "paid":
            practice.apply(practice.receive(bill.open_amount), bill)
    billing.settle()
    before = books(practice)
    disturb(billing, number, "move")
    billing.sync()
    assert billing.starts() == ["11-24 14:00"]
    assert books(practice) == before
    assert billing.notices() == ["google-locked"]
    billing.settle()


def test_t13_once_the_bill_is_cancelled_and_the_visit_to_come_a_move_counts(
    billing: Linked, practice: Practice
) -> None:
    number = came(billing, practice)
    bill = practice.bill()
    disturb(billing, number, "move")
    billing.sync()
    practice.cancel(bill)
    practice.edit(number, status=Status.BOOKED)
    billing.settle()
    disturb(billing, number, "move")
    billing.settle()
    assert practice.starts(number) == ["11-25 10:00"]
    assert practice.wrong() == []
