"""What a person must hear of, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, insert, select, update

from server.domain.calendars import Notice
from server.domain.ids import UserName
from server.practice_db.columns import Instant
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.record import notice
from server.practice_db.transaction import Transaction

_n = notice.c
_INSERT: Final = Statement(insert(notice))
_NOTICES: Final = (
    select(_n.id, _n.user_name, _n.at, _n.code, _n.sentence, _n.appointment_id, _n.cleared_at)
    .where(_n.practice_id == PRACTICE)
    .order_by(_n.at, _n.id)
)
"""The columns of Notice, in its order."""
_UNCLEARED: Final = _n.cleared_at.is_(None)
_BY_USER: Final = _n.user_name == bindparam("user")
_ALL: Final = Statement(_NOTICES)
_ALL_UNCLEARED: Final = Statement(_NOTICES.where(_UNCLEARED))
_OF_USER: Final = Statement(_NOTICES.where(_BY_USER))
_UNCLEARED_OF_USER: Final = Statement(_NOTICES.where(_BY_USER, _UNCLEARED))
_CLEAR: Final = Statement(
    update(notice)
    .where(_n.practice_id == PRACTICE, _n.id == bindparam("notice"))
    .values(cleared_at=func.coalesce(_n.cleared_at, bindparam("moment", type_=Instant)))
)


class SqlNotices:
    """Implements server.usecases.ports.Notices."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, notice: Notice) -> None:
        self._transaction.add(
            _INSERT,
            {
                "id": notice.id,
                "user_name": notice.user,
                "at": notice.at,
                "code": notice.code,
                "sentence": notice.sentence,
                "appointment_id": notice.appointment,
                "cleared_at": notice.cleared_at,
            },
        )

    def of(self, user: UserName | None = None, *, cleared: bool = False) -> Sequence[Notice]:
        if user is None:
            rows = self._transaction.all(_ALL if cleared else _ALL_UNCLEARED)
        else:
            statement = _OF_USER if cleared else _UNCLEARED_OF_USER
            rows = self._transaction.all(statement, user=user)
        return [Notice(*row) for row in rows]

    def clear(self, notice: str, at: datetime) -> bool:
        return self._transaction.run(_CLEAR, notice=notice, moment=at) > 0
