"""Several writers of money at the same moment: each thing happens once, none is lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from server.domain.errors import AlreadyThere
from server.domain.ids import BillId
from server.domain.ledger import Account
from server.domain.money import Money
from server.domain.notes import NoteState
from server.practice_db.database import SqlDatabase
from server.usecases.ports import UnitOfWork
from tests.contract.billing_samples import (
    BILL,
    CHARGE,
    FIRST,
    another_charge,
    charged,
    post_charge,
)
from tests.contract.samples import ALMA, JANE, NOW, VISIT

PATIENCE = 20
"""Seconds after which a test gives up waiting."""


class Undone(Exception):
    """Raised to undo a transaction."""


def in_threads(*work: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result(PATIENCE) for done in [pool.submit(each) for each in work]]


def number_and_undo(uow: UnitOfWork) -> None:
    uow.billing.bills.next_number()
    raise Undone


def test_writers_of_bills_leave_no_gap(furnished: SqlDatabase) -> None:
    kept: list[int] = []

    def keeping() -> None:
        for _ in range(8):
            with furnished.writing() as uow:
                number = uow.billing.bills.next_number()
                uow.billing.bills.add(replace(BILL, id=BillId(f"b{number}"), number=number))
                kept.append(number)

    def undoing() -> None:
        for _ in range(8):
            with pytest.raises(Undone), furnished.writing() as uow:
                number_and_undo(uow)

    in_threads(keeping, undoing, keeping)
    assert sorted(kept) == list(range(1, 17))
    with furnished.reading() as uow:
        assert uow.billing.ledger.unbalanced() == []


def test_the_second_writer_waits_for_the_number_of_the_first(furnished: SqlDatabase) -> None:
    numbers: list[int] = []

    def second() -> None:
        with furnished.writing() as uow:
            numbers.append(uow.billing.bills.next_number())

    waiting = threading.Thread(target=second)
    with furnished.writing() as uow:
        numbers.append(uow.billing.bills.next_number())
        waiting.start()
        numbers.append(uow.billing.bills.next_number())
    waiting.join(PATIENCE)
    assert numbers == [1, 2, 3]


def test_one_key_is_posted_once_whoever_comes_first(furnished: SqlDatabase) -> None:
    together = threading.Barrier(4)

    def work(number: int) -> str:
        together.wait(PATIENCE)
        one = replace(charged(f"t{number}"), key="the same")
        try:
            with furnished.writing() as uow:
                return "posted" if uow.billing.ledger.post(one) else "there"
        except AlreadyThere:
            return "there"

    told = in_threads(*(lambda number=number: work(number) for number in range(4)))
    assert Counter(told) == {"posted": 1, "there": 3}
    with furnished.reading() as uow:
        assert uow.billing.ledger.balance(Account.RECEIVABLE_CLIENT, JANE) == Money(6500)


def test_one_slot_is_charged_once_whoever_comes_first(furnished: SqlDatabase) -> None:
    together = threading.Barrier(4)

    def work(number: int) -> str:
        charge = replace(another_charge(number, 6500), slot="s")
        together.wait(PATIENCE)
        try:
            with furnished.writing() as uow:
                post_charge(uow, charge)
        except AlreadyThere:
            return "there"
        return "charged"

    told = in_threads(*(lambda number=number: work(number) for number in range(4)))
    assert Counter(told) == {"charged": 1, "there": 3}
    with furnished.reading() as uow:
        assert len(uow.billing.charges.standing(VISIT)) == 1
        assert uow.billing.ledger.balance(Account.RECEIVABLE_CLIENT, JANE) == Money(6500)
        assert uow.billing.ledger.unbalanced() == []


def charge_and_undo(uow: UnitOfWork, waiting: threading.Thread) -> None:
    post_charge(uow)
    waiting.start()
    raise Undone


def test_who_waited_may_charge_when_the_first_is_undone(furnished: SqlDatabase) -> None:
    second = replace(another_charge(2), slot=CHARGE.slot)

    def work() -> None:
        with furnished.writing() as uow:
            post_charge(uow, second)

    waiting = threading.Thread(target=work)
    with pytest.raises(Undone), furnished.writing() as uow:
        charge_and_undo(uow, waiting)
    waiting.join(PATIENCE)
    with furnished.reading() as uow:
        assert uow.billing.charges.standing(VISIT) == [second]


def test_a_note_signed_at_the_same_moment_has_one_story(furnished: SqlDatabase) -> None:
    together = threading.Barrier(4)
    signed = NoteState(*FIRST, signed=True, at=NOW, by=ALMA)

    def work() -> str:
        together.wait(PATIENCE)
        try:
            with furnished.writing() as uow:
                uow.billing.notes.add(signed)
        except AlreadyThere:
            return "there"
        return "signed"

    told = Counter(in_threads(*[work] * 4))
    with furnished.reading() as uow:
        assert uow.billing.notes.story(FIRST) == [signed] * told["signed"]
    assert 1 <= told["signed"] <= 4 - told["there"]
