"""Appointments that were missed: their fees, from a title and by default (SH-33, T25, T26)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.billing_hooks.fees import remove_default_fee, set_default_fee
from server.domain.charges import ChargeKind
from server.domain.fees import FeeRule, FeeScope
from server.domain.ledger import Account
from server.domain.money import Money
from server.domain.vocabulary import Status
from tests.system.billing_till import Till
from tests.system.events import event, monday
from tests.system.phone import Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
NO_SHOW = FeeRule(FeeScope.PRACTICE, "", ChargeKind.NO_SHOW, Money(5000))
COUPLES = FeeRule(FeeScope.SESSION_TYPE, "couples", ChargeKind.NO_SHOW, Money(9000))


@pytest.fixture
def fees(site: Site) -> Iterator[None]:
    """Set a fee of the practice, and another one for couples."""
    rules = (NO_SHOW, COUPLES)
    with site.database.writing() as uow:
        for rule in rules:
            set_default_fee(uow, rule)
    yield
    with site.database.writing() as uow:
        for rule in rules:
            remove_default_fee(uow, rule)


def missed(site: Site, phone: Phone, marks: str, title: str = "acupfollow Jane Doe") -> Till:
    """Book, then say by marks in the title what became of it."""
    phone.put("a.ics", event(title, START))
    till = Till.of(site, phone.user, "a.ics")
    assert phone.edit("a.ics", ("SUMMARY:JD", f"SUMMARY:{marks} JD")).status == 204
    return till


@pytest.mark.parametrize(
    ("marks", "charged"),
    [
        ("#noshow $40", ["C1001 no-show-fee*1 40.00"]),
        ("#noshow $40.50", ["C1001 no-show-fee*1 40.50"]),
        ("#dna $40", ["C1001 no-show-fee*1 40.00"]),
        ("#late $25", ["C1001 late-fee*1 25.00"]),
        ("#noshow", ["C1001 no-show-fee*1 50.00"]),
        ("#noshow #waive", []),
        ("#noshow $0", []),
        ("#late", []),
        ("#cancel $40", []),
    ],
)
def test_sh33_a_title_says_the_fee(
    site: Site, phone: Phone, fees: None, marks: str, charged: list[str]
) -> None:
    del fees
    till = missed(site, phone, marks)
    assert till.shown() == charged
    assert till.wrong == []


def test_sh33_the_narrower_default_counts(site: Site, phone: Phone, fees: None) -> None:
    del fees
    till = missed(site, phone, "#noshow", "couples Jane Doe")
    assert till.shown() == ["C1001 no-show-fee*1 90.00"]


def test_without_a_default_fee_a_missed_appointment_costs_nothing(
    site: Site, phone: Phone
) -> None:
    till = missed(site, phone, "#noshow")
    assert site.details(phone.user, "a.ics").status is Status.NO_SHOW
    assert till.shown() == []


def test_sh33_a_fee_is_waived_afterwards_while_it_is_unbilled(
    site: Site, phone: Phone, fees: None
) -> None:
    del fees
    till = missed(site, phone, "#noshow")
    assert phone.edit("a.ics", ("SUMMARY:✗ JD", "SUMMARY:✗ #waive JD")).status == 204
    assert (till.shown(), till.reversed, till.wrong) == ([], 1, [])


def test_sh33_a_fee_that_is_billed_is_not_waived_in_a_title(site: Site, phone: Phone) -> None:
    till = missed(site, phone, "#noshow $40")
    till.bill()
    answer = phone.edit("a.ics", ("SUMMARY:✗ 🔒 JD", "SUMMARY:✗ 🔒 #waive JD"))
    assert (answer.status, answer.sentence) == (
        403,
        "This appointment is billed. Cancel the bill first.",
    )
    assert till.shown() == ["C1001 no-show-fee*1 40.00"]


def test_another_amount_replaces_the_fee(site: Site, phone: Phone) -> None:
    till = missed(site, phone, "#noshow $40")
    assert phone.edit("a.ics", ("SUMMARY:✗ JD", "SUMMARY:#noshow $60 ✗ JD")).status == 204
    assert (till.shown(), till.reversed) == (["C1001 no-show-fee*1 60.00"], 1)


def test_who_came_after_all_is_charged_the_session_instead_of_the_fee(
    site: Site, phone: Phone
) -> None:
    till = missed(site, phone, "#noshow $40")
    assert phone.edit("a.ics", ("SUMMARY:✗ JD", "SUMMARY:#arrived ✗ JD")).status == 204
    assert till.shown() == ["C1001 97810*1 @11 65.00"]
    assert (till.reversed, till.wrong) == (1, [])


def test_t25_a_fee_is_its_own_income_and_no_service(site: Site, phone: Phone) -> None:
    with site.reading() as uow:
        before = uow.billing.ledger.balance(Account.REVENUE_FEES).minor
    [charge] = missed(site, phone, "#noshow $40").charges
    assert charge.line.kind.is_fee
    assert (charge.line.modifiers, charge.line.place_of_service) == ((), "")
    with site.reading() as uow:
        assert uow.billing.ledger.balance(Account.REVENUE_FEES).minor == before - 4000


def test_t26_of_a_prepaid_no_show_the_payment_becomes_credit(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Quentin Zyxwvut", START))
    till = Till.of(site, phone.user, "a.ics")
    payment = till.receive(Money(6500))
    phone.edit("a.ics", ("SUMMARY:QZ", "SUMMARY:#noshow $40 QZ"))
    assert till.shown() == ["C1020 no-show-fee*1 40.00"]
    bill = till.bill()
    applied = till.apply(payment, bill)
    assert (applied.applied, applied.credit) == (Money(4000), Money(2500))
    assert till.refund(applied).credit == Money(0)
    assert till.find(bill).open_amount == Money(4000)
    assert till.wrong == []


def test_t26_a_session_that_was_paid_is_no_no_show_before_it_is_refunded(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe #arrived", START))
    till = Till.of(site, phone.user, "a.ics")
    bill = till.bill()
    payment = till.pay(bill)
    edit = ("SUMMARY:✓ 🔒 JD", "SUMMARY:#noshow $40 ✓ 🔒 JD")
    answer = phone.edit("a.ics", edit)
    assert answer.status == 403
    assert "Refund it first." in answer.sentence
    with site.reading() as uow:
        kept = uow.billing.payments.get(payment.id)
    assert kept is not None
    assert kept.applied == Money(6500)
    till.refund(payment)
    till.cancel(bill)
    edit = ("SUMMARY:✓ JD", "SUMMARY:#noshow $40 ✓ JD")
    assert phone.edit("a.ics", edit).status == 204
    assert till.shown() == ["C1001 no-show-fee*1 40.00"]
    assert till.wrong == []


def test_what_an_app_cancels_costs_nothing(site: Site, phone: Phone, fees: None) -> None:
    del fees
    phone.put("a.ics", event("acupfollow Jane Doe #arrived", START))
    till = Till.of(site, phone.user, "a.ics")
    assert phone.edit("a.ics", ("STATUS:CONFIRMED", "STATUS:CANCELLED")).status == 204
    assert (till.shown(), till.reversed, till.wrong) == ([], 1, [])
