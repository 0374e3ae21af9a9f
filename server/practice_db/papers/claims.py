"""Claims in the database, each with its history."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Final

from sqlalchemy import BigInteger, Select, bindparam, func, insert, select, update

from server.domain.claims import Claim, ClaimContent, ClaimState, ClaimStep
from server.practice_db.columns import Choice, Pairs, code
from server.practice_db.papers.counting import Counted, next_number
from server.practice_db.papers.snapshots import as_json, from_json
from server.practice_db.statement import PRACTICE, AnyRow, Statement
from server.practice_db.tables.papers import claim, claim_step
from server.practice_db.transaction import Transaction
from server.usecases.ports.papers import ClaimFilter

_INTERCHANGES: Final = 999_999_999
"""The greatest control number of nine digits; the next one is 1 again."""

_c = claim.c
_s = claim_step.c
_NUMBER: Final = bindparam("which", type_=BigInteger)
_CONDITIONS: Final = {
    "number": _c.number == _NUMBER,
    "state": _c.state == bindparam("state", type_=Choice(ClaimState)),
    "client": _c.client_number == bindparam("client", type_=code()),
    "bill": _c.bill_id == bindparam("bill", type_=code()),
}
_INSERT: Final = Statement(insert(claim))
_ADD_STEP: Final = Statement(insert(claim_step))
_STEPS_KEPT: Final = Statement(
    select(func.count()).where(_s.practice_id == PRACTICE, _s.claim_number == _NUMBER)
)
_UPDATE: Final = Statement(
    update(claim)
    .where(_c.practice_id == PRACTICE, _c.number == _NUMBER)
    .values(
        state=bindparam("now", type_=Choice(ClaimState)),
        content=bindparam("told", type_=Pairs),
    )
)


@cache
def _selected(conditions: tuple[str, ...]) -> tuple[Statement, Statement]:
    """Return the statements of the claims and of their steps."""
    claims: Select[tuple[object, ...]] = select(claim).where(_c.practice_id == PRACTICE)
    steps: Select[tuple[object, ...]] = (
        select(claim_step)
        .join(claim, (_c.practice_id == _s.practice_id) & (_c.number == _s.claim_number))
        .where(_s.practice_id == PRACTICE)
    )
    for name in conditions:
        claims, steps = claims.where(_CONDITIONS[name]), steps.where(_CONDITIONS[name])
    return (
        Statement(claims.order_by(_c.number), named=True),
        Statement(steps.order_by(_s.claim_number, _s.position), named=True),
    )


class SqlClaims:
    """Implements server.usecases.ports.papers.Claims."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def next_number(self) -> int:
        return next_number(self._transaction, Counted.CLAIM)

    def next_interchange(self) -> int:
        count = next_number(self._transaction, Counted.INTERCHANGE)
        return (count - 1) % _INTERCHANGES + 1

    def add(self, claim: Claim) -> None:
        self._transaction.add(
            _INSERT,
            {
                "number": claim.number,
                "bill_id": claim.bill,
                "client_number": claim.client,
                "payer_id": claim.payer,
                "state": claim.state,
                "content": as_json(claim.content),
            },
        )
        self._add_steps(claim, 0)

    def get(self, number: int) -> Claim | None:
        found = self._found(("number",), {"which": number})
        return found[0] if found else None

    def matching(self, wanted: ClaimFilter) -> Sequence[Claim]:
        asked: dict[str, object] = {
            "state": wanted.state,
            "client": wanted.client,
            "bill": wanted.bill,
        }
        values = {name: value for name, value in asked.items() if value is not None}
        return self._found(tuple(values), values)

    def save(self, claim: Claim) -> None:
        told = as_json(claim.content)
        self._transaction.run(_UPDATE, which=claim.number, now=claim.state, told=told)
        row = self._transaction.first(_STEPS_KEPT, which=claim.number)
        self._add_steps(claim, 0 if row is None else int(row[0]))

    def _add_steps(self, claim: Claim, kept: int) -> None:
        rows = [
            {
                "claim_number": claim.number,
                "position": position,
                "state": step.state,
                "at": step.at,
                "user_name": step.by,
                "note": step.note,
            }
            for position, step in enumerate(claim.steps)
        ]
        self._transaction.add_all(_ADD_STEP, rows[kept:])

    def _found(self, conditions: tuple[str, ...], values: dict[str, object]) -> list[Claim]:
        claims, steps = _selected(conditions)
        rows = self._transaction.all(steps, **values)
        by_claim = {
            number: tuple(ClaimStep(row.state, row.at, row.user_name, row.note) for row in of)
            for number, of in groupby(rows, key=lambda row: row.claim_number)
        }
        return [
            _claim(row, by_claim[row.number]) for row in self._transaction.all(claims, **values)
        ]


def _claim(row: AnyRow, steps: tuple[ClaimStep, ...]) -> Claim:
    content = from_json(ClaimContent, row.content)
    return Claim(row.number, row.bill_id, row.client_number, row.payer_id, content, steps)
