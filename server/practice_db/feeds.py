"""Secret addresses at which busy times are read, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import and_, case, select
from typing_extensions import override

from server.domain.feeds import FeedToken
from server.domain.ids import CalendarId
from server.practice_db.one_of import one_of
from server.practice_db.statement import PRACTICE, AnyRow, Statement
from server.practice_db.tables.calendars import calendar, calendar_object, change
from server.practice_db.tables.feeds import feed_token
from server.practice_db.tokens import SqlTokens, TokenStatements
from server.practice_db.transaction import Transaction

_t, _c = feed_token.c, calendar.c
_TOKENS: Final = TokenStatements(
    feed_token,
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
"""The columns of FeedToken, in its order."""

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


class SqlFeeds(SqlTokens[FeedToken]):
    """Implements server.usecases.ports.Feeds."""

    __slots__ = ()

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction, _TOKENS)

    def changed_at(
        self, calendars: Iterable[CalendarId]
    ) -> Mapping[CalendarId, datetime | None]:
        return dict(self._transaction.all(_CHANGED_AT, calendars=list(calendars)))

    @override
    def _read(self, row: AnyRow) -> FeedToken:
        return FeedToken(*row)

    @override
    def _written(self, token: FeedToken) -> Mapping[str, object]:
        return {
            "id": token.id,
            "user_name": token.user,
            "kind": token.kind,
            "level": token.level,
            "label": token.label,
            "secret_hash": token.secret_hash,
            "created_at": token.created_at,
            "last_used_at": token.last_used_at,
            "revoked_at": token.revoked_at,
        }
