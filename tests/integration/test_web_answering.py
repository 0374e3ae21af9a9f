"""Requests of the web, without HTTP: keys, transactions, and what is tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus

import pytest

from server.domain.api_access import ApiScope
from server.domain.errors import Invalid
from server.domain.vocabulary import Door
from server.practice_db.errors import DatabaseBusy
from server.usecases.api_tokens import TokenRequest, new_token
from server.usecases.repeated_requests import KEPT, KeyReused, forget_old
from server.web.answering import REPLAYED, answer
from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked, Download, Said, Shown
from server.web.problems import Refused, StillRunning
from server.web.route import AnyRoute, Call, Method, Result, Route
from tests.in_process import Stopped
from tests.practice import ALMA, NOW, House


class Paid(Said):
    """What a payment says."""

    amount: str


class Receipt(Shown):
    """What a payment is answered."""

    id: str
    by: str


@dataclass
class Till:
    """Payments as a handler takes them: each leaves a notice in the practice."""

    fails: list[Exception] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def pay(self, call: Call, said: Paid) -> Result:
        self.calls.append(call)
        call.uow.outbox.subscribe(f"paid {said.amount}")
        if self.fails:
            raise self.fails.pop()
        return Receipt(id=str(len(self.calls)), by=call.user.name)


def money(pay: Callable[[Call, Paid], Result]) -> AnyRoute:
    return Route(
        Method.POST,
        "/payments",
        ApiScope.PAYMENTS_WRITE,
        pay,
        Paid,
        Receipt,
        "Pay",
        HTTPStatus.CREATED,
        money=True,
        location="/payments/{id}",
    )


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
def desk(any_house: House) -> PracticeDesk:
    return PracticeDesk(any_house.database, Stopped(), any_house.rules)


@pytest.fixture
def asked(any_house: House) -> Asked:
    """Return a payment with a token and a key."""
    wanted = TokenRequest(ALMA, "till", frozenset({ApiScope.PAYMENTS_WRITE}))
    with any_house.database.writing() as uow:
        _, token = new_token(uow, any_house.context(), wanted)
    headers = {
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
        "idempotency-key": "k-1",
    }
    return Asked(
        "POST", "/api/v1/payments", headers=headers, body=b'{"amount": "40.00"}', network=""
    )


def without_key(asked: Asked) -> Asked:
    kept = {name: value for name, value in asked.headers.items() if "idempotency" not in name}
    return replace(asked, headers=kept)


def paid(house: House) -> list[str]:
    """Return what was kept of payments."""
    with house.database.reading() as uow:
        return [name for name in uow.outbox.subscribers() if name.startswith("paid")]


def test_a_payment_is_made_by_the_tokens_user_through_the_door_of_the_api(
    desk: PracticeDesk, asked: Asked, till: Till
) -> None:
    made = answer(desk, money(till.pay), asked)
    assert (made.status, made.headers["Location"]) == (201, "/api/v1/payments/1")
    (call,) = till.calls
    actor = call.context.actor
    assert (actor.user, actor.door) == (ALMA, Door.API)
    assert actor.credential == call.caller.token.id


def test_money_does_not_move_without_a_key(
    any_house: House, desk: PracticeDesk, asked: Asked, till: Till
) -> None:
    with pytest.raises(Refused) as refused:
        answer(desk, money(till.pay), without_key(asked))
    assert refused.value.problem.condition == "key-missing"
    assert paid(any_house) == []


def test_a_payment_that_comes_again_is_answered_and_not_made(
    desk: PracticeDesk, asked: Asked, till: Till
) -> None:
    first = answer(desk, money(till.pay), asked)
    again = answer(desk, money(till.pay), asked)
    assert len(till.calls) == 1
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers == {**first.headers, REPLAYED: "true"}


def test_another_amount_under_the_same_key_is_refused(
    any_house: House, desk: PracticeDesk, asked: Asked, till: Till
) -> None:
    answer(desk, money(till.pay), asked)
    with pytest.raises(KeyReused):
        answer(desk, money(till.pay), replace(asked, body=b'{"amount": "50.00"}'))
    assert paid(any_house) == ["paid 40.00"]


def test_the_same_key_at_another_address_is_refused(
    desk: PracticeDesk, asked: Asked, till: Till
) -> None:
    answer(desk, money(till.pay), asked)
    with pytest.raises(KeyReused):
        answer(desk, money(till.pay), replace(asked, path="/api/v1/refunds"))


def test_what_is_refused_leaves_neither_work_nor_key(
    any_house: House, desk: PracticeDesk, asked: Asked, till: Till
) -> None:
    till.fails = [Invalid("amount", "too much")]
    with pytest.raises(Invalid):
        answer(desk, money(till.pay), asked)
    assert paid(any_house) == []
    assert answer(desk, money(till.pay), asked).status == 201


def test_who_finds_others_in_the_way_tries_again(
    any_house: House, desk: PracticeDesk, asked: Asked, till: Till
) -> None:
    till.fails = [DatabaseBusy(), DatabaseBusy()]
    assert answer(desk, money(till.pay), asked).status == 201
    assert len(till.calls) == 3
    assert paid(any_house) == ["paid 40.00"]


def test_who_always_finds_others_in_the_way_gives_up(
    any_house: House, desk: PracticeDesk, asked: Asked, till: Till
) -> None:
    till.fails = [DatabaseBusy() for _ in range(9)]
    with pytest.raises(DatabaseBusy):
        answer(desk, money(till.pay), asked)
    assert len(till.calls) == 3
    assert paid(any_house) == []


def test_a_second_one_while_the_first_is_answered_is_told_so(
    desk: PracticeDesk, asked: Asked, till: Till
) -> None:
    def pay_twice(call: Call, said: Paid) -> Result:
        with pytest.raises(StillRunning):
            answer(desk, money(till.pay), asked)
        return till.pay(call, said)

    assert answer(desk, money(pay_twice), asked).status == 201
    assert len(till.calls) == 1


def test_answers_are_forgotten_after_a_week(
    desk: PracticeDesk, asked: Asked, till: Till
) -> None:
    answer(desk, money(till.pay), asked)
    assert forget_old(desk.database, NOW + KEPT) == 0
    assert forget_old(desk.database, NOW + KEPT + timedelta(seconds=1)) == 1
    assert REPLAYED not in answer(desk, money(till.pay), asked).headers


def test_a_body_is_not_needed_where_nothing_has_to_be_said(
    desk: PracticeDesk, asked: Asked
) -> None:
    class Maybe(Said):
        reason: str = "none"

    def close(call: Call, said: Maybe) -> Result:
        del call
        return Receipt(id="1", by=said.reason)

    route = Route(
        Method.POST, "/close", ApiScope.PAYMENTS_WRITE, close, Maybe, Receipt, "Close"
    )
    bare = {"authorization": asked.headers["authorization"]}
    made = answer(desk, route, replace(asked, headers=bare, body=b""))
    assert made.body == b'{"id":"1","by":"none"}'


def test_a_file_comes_with_its_name(desk: PracticeDesk, asked: Asked) -> None:
    def export(call: Call, said: Paid) -> Result:
        del call
        return Download("text/csv", "payments.csv", said.amount.encode())

    route = Route(
        Method.GET,
        "/payments.csv",
        ApiScope.PAYMENTS_WRITE,
        export,
        Paid,
        None,
        "As CSV",
        download="text/csv",
    )
    made = answer(desk, route, replace(asked, method="GET", query=(("amount", "1"),), body=b""))
    assert made == Answer(
        HTTPStatus.OK,
        b"1",
        "text/csv",
        {"Content-Disposition": 'attachment; filename="payments.csv"'},
    )


def test_what_only_reads_cannot_write(
    any_house: House, desk: PracticeDesk, asked: Asked
) -> None:
    till = Till()
    route = Route(
        Method.GET, "/payments", ApiScope.PAYMENTS_WRITE, till.pay, Paid, Receipt, "Read"
    )
    read = replace(asked, method="GET", query=(("amount", "1"),), body=b"")
    with pytest.raises(Exception):  # noqa: B017, PT011 - each engine says it in its own way
        answer(desk, route, read)
    assert paid(any_house) == []


def test_names_that_come_again_make_a_list(desk: PracticeDesk, asked: Asked) -> None:
    class Many(Said):
        code: list[str]

    def show(call: Call, said: Many) -> Result:
        del call
        return Receipt(id="1", by="+".join(said.code))

    route = Route(Method.GET, "/x", ApiScope.PAYMENTS_WRITE, show, Many, Receipt, "Many")
    query = (("code", "a"), ("code", "b"), ("code", "c"))
    made = answer(desk, route, replace(asked, method="GET", query=query, body=b""))
    assert made.body == b'{"id":"1","by":"a+b+c"}'
