"""Recomputing all money from the rows: what does not fit is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from sqlalchemy import select

from server.domain.locks import BILLING
from server.domain.vocabulary import Lock
from server.practice_db.billing.bill_rules import BILL_RULES
from server.practice_db.billing.ledger_rules import LEDGER_RULES
from server.practice_db.billing.sums import settled
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.appointments import appointment, appointment_part
from server.practice_db.tables.billing import charge, note_state
from server.practice_db.transaction import Transaction

_Held: TypeAlias = Mapping[tuple[str, str], set[str]]
"""The locks of each appointment and key."""

_p = appointment_part.c
_c = charge.c
_n = note_state.c
_a = appointment.c
_later = note_state.alias("later")

_HELD: Final = Statement(
    select(_p.appointment_id, _p.key, _p.held).where(_p.practice_id == PRACTICE, _p.held != "")
)
# What is charged for an appointment that is gone for good holds nothing any more.
_BILLED: Final = Statement(
    select(_c.appointment_id, _c.key, _c.bill_id)
    .where(
        _c.practice_id == PRACTICE,
        _c.bill_id.is_not(None),
        _c.reversed_at.is_(None),
        select(_a.id)
        .where(_a.practice_id == _c.practice_id, _a.id == _c.appointment_id)
        .exists(),
    )
    .distinct()
)
_SIGNED: Final = Statement(
    select(_n.appointment_id, _n.key).where(
        _n.practice_id == PRACTICE,
        _n.signed.is_(True),
        ~select(_later.c.number)
        .where(
            _later.c.practice_id == _n.practice_id,
            _later.c.appointment_id == _n.appointment_id,
            _later.c.key == _n.key,
            _later.c.number > _n.number,
        )
        .exists(),
        select(_a.id)
        .where(_a.practice_id == _n.practice_id, _a.id == _n.appointment_id)
        .exists(),
    )
)


def wrong_with_money(transaction: Transaction) -> list[str]:
    """Return what is wrong, such as "transaction 01JD7Z: does not sum to zero"."""
    broken = [
        wrong.format(*row)
        for wrong, statement in (*LEDGER_RULES.items(), *BILL_RULES.items())
        for row in transaction.all(statement)
    ]
    return [*broken, *_wrongly_held(transaction)]


def _wrongly_held(transaction: Transaction) -> Iterator[str]:
    stored: _Held = {
        (name, key): set(words.split()) & BILLING for name, key, words in transaction.all(_HELD)
    }
    due = _due(transaction)
    for place in sorted(stored.keys() | due.keys()):
        held, wanted = stored.get(place, set()), due.get(place, set())
        if held != wanted:
            words = " ".join(sorted(held)) or "nothing"
            instead = " ".join(sorted(wanted)) or "nothing"
            yield f"appointment {' '.join(place).strip()}: is held by {words}, not {instead}"


def _due(transaction: Transaction) -> _Held:
    """Return what charges and notes say: a bill holds, and once it is paid of, the payment."""
    due: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    billed = transaction.all(_BILLED)
    sums = settled(transaction, {bill for *_, bill in billed})
    for name, key, bill in billed:
        due[name, key].add(Lock.BILL_OPEN)
        if sums[bill].paid > 0:
            due[name, key].add(Lock.PAYMENT)
    for name, key in transaction.all(_SIGNED):
        due[name, key].add(Lock.NOTE_SIGNED)
    return due
