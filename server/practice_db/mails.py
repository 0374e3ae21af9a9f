"""Mails that wait to be sent, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, update

from server.domain.bookings import Mail
from server.domain.ids import BookingId
from server.practice_db.columns import Instant
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables.bookings import mail
from server.practice_db.transaction import Transaction

_m = mail.c
_MAILS: Final = (
    select(
        _m.id,
        _m.kind,
        _m.due_at,
        _m.booking_id,
        _m.recipient,
        _m.secret,
        _m.attempts,
        _m.settled_at,
        _m.failure,
    )
    .where(_m.practice_id == PRACTICE)
    .order_by(_m.due_at, _m.id)
)
"""The columns of Mail, in its order."""
_DUE: Final = Statement(
    due := _MAILS.where(
        _m.settled_at.is_(None), _m.due_at <= bindparam("moment", type_=Instant)
    ).limit(bindparam("at_most")),
    due.with_for_update(skip_locked=True, of=mail),
)
_OF_BOOKING: Final = Statement(_MAILS.where(_m.booking_id == bindparam("booking")))
_PUT: Final = upsert(mail)
_ANY_DUE: Final = Statement(
    select(_m.id)
    .where(
        _m.practice_id == PRACTICE,
        _m.settled_at.is_(None),
        _m.due_at <= bindparam("moment", type_=Instant),
    )
    .limit(1)
)
_CHANGE: Final = Statement(
    update(mail)
    .where(
        _m.practice_id == PRACTICE,
        _m.id == bindparam("mail"),
        _m.settled_at.is_(None),
        _m.due_at == bindparam("was_due", type_=Instant),
        _m.attempts == bindparam("tried"),
    )
    .values(
        due_at=bindparam("moment", type_=Instant),
        recipient=bindparam("to"),
        secret=bindparam("kept"),
        attempts=bindparam("tries"),
        settled_at=bindparam("settled", type_=Instant),
        failure=bindparam("reason"),
    )
)


class SqlMails:
    """Implements server.usecases.ports.Mails."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, mail: Mail) -> None:
        self.save(mail)

    def due(self, by: datetime, at_most: int) -> Sequence[Mail]:
        return [Mail(*row) for row in self._transaction.all(_DUE, moment=by, at_most=at_most)]

    def of_booking(self, booking: BookingId) -> Sequence[Mail]:
        return [Mail(*row) for row in self._transaction.all(_OF_BOOKING, booking=booking)]

    def save(self, mail: Mail) -> None:
        self._transaction.add(
            _PUT,
            {
                "id": mail.id,
                "kind": mail.kind,
                "due_at": mail.due_at,
                "booking_id": mail.booking,
                "recipient": mail.to,
                "secret": mail.secret,
                "attempts": mail.attempts,
                "settled_at": mail.settled_at,
                "failure": mail.failure,
            },
        )

    def any_due(self, by: datetime) -> bool:
        return self._transaction.first(_ANY_DUE, moment=by) is not None

    def change(self, before: Mail, after: Mail) -> bool:
        changed = self._transaction.run(
            _CHANGE,
            mail=before.id,
            was_due=before.due_at,
            tried=before.attempts,
            moment=after.due_at,
            to=after.to,
            kept=after.secret,
            tries=after.attempts,
            settled=after.settled_at,
            reason=after.failure,
        )
        return bool(changed)
