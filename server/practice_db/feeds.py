"""Secret addresses at which busy times are read, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, case, or_, select, update

from server.domain.feeds import FeedToken
from server.domain.ids import CalendarId, CredentialId, UserName
from server.practice_db.columns import Instant
from server.practice_db.one_of import one_of
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables.calendars import calendar, calendar_object, change
from server.practice_db.tables.feeds import feed_token
from server.practice_db.transaction import Transaction

_AT: Final = bindparam("moment", type_=Instant)
_t, _c = feed_token.c, calendar.c
_TOKENS: Final = (
    select(
        _t.id,
        _t.user_name,
        _t.kind,
        _t.level,
        _t.label,
        _t.secret_hash,
        _t.created_at,
        _t.last_used_at,
        _t.revoked_at,
    )
    .where(_t.practice_id == PRACTICE)
    .order_by(_t.created_at, _t.id)
)
"""The columns of FeedToken, in its order."""

_ALL: Final = Statement(_TOKENS)
_OF_USER: Final = Statement(_TOKENS.where(_t.user_name == bindparam("user")))
_ONE: Final = Statement(_TOKENS.where(_t.id == bindparam("token")))
_PUT: Final = upsert(feed_token)
_TOUCH: Final = Statement(
    update(feed_token)
    .where(
        _t.practice_id == PRACTICE,
        _t.id == bindparam("token"),
        or_(_t.last_used_at.is_(None), _t.last_used_at < _AT),
    )
    .values(last_used_at=_AT)
)
_LAST_CHANGE: Final = and_(
    change.c.practice_id == PRACTICE,
    change.c.calendar_id == _c.id,
    change.c.revision == _c.revision,
)
_ITS_OBJECT: Final = and_(
    calendar_object.c.practice_id == PRACTICE,
    calendar_object.c.calendar_id == change.c.calendar_id,
    calendar_object.c.href == change.c.href,
)
_CHANGED_AT: Final = Statement(
    select(
        _c.id,
        # What was removed has left no time behind.
        case((_c.revision == 0, _c.modified_at), else_=calendar_object.c.modified_at),
    )
    .select_from(
        calendar.outerjoin(change, _LAST_CHANGE).outerjoin(calendar_object, _ITS_OBJECT)
    )
    .where(_c.practice_id == PRACTICE, one_of(_c.id, "calendars"))
)


class SqlFeeds:
    """Implements server.usecases.ports.Feeds."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def token(self, token: CredentialId) -> FeedToken | None:
        row = self._transaction.first(_ONE, token=token)
        return None if row is None else FeedToken(*row)

    def tokens(self, user: UserName | None = None) -> Sequence[FeedToken]:
        if user is None:
            return [FeedToken(*row) for row in self._transaction.all(_ALL)]
        return [FeedToken(*row) for row in self._transaction.all(_OF_USER, user=user)]

    def save_token(self, token: FeedToken) -> None:
        self._transaction.add(
            _PUT,
            {
                "id": token.id,
                "user_name": token.user,
                "kind": token.kind,
                "level": token.level,
                "label": token.label,
                "secret_hash": token.secret_hash,
                "created_at": token.created_at,
                "last_used_at": token.last_used_at,
                "revoked_at": token.revoked_at,
            },
        )

    def touch(self, token: CredentialId, at: datetime) -> None:
        self._transaction.run(_TOUCH, token=token, moment=at)

    def changed_at(
        self, calendars: Iterable[CalendarId]
    ) -> Mapping[CalendarId, datetime | None]:
        return dict(self._transaction.all(_CHANGED_AT, calendars=list(calendars)))
