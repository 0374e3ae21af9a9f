"""Tokens of the HTTP API, and the answers to requests that may come again, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, or_, select, update

from server.domain.api_access import ApiAnswer, ApiScope, ApiToken
from server.domain.ids import CredentialId, UserName
from server.practice_db.columns import Instant
from server.practice_db.statement import PRACTICE, AnyRow, Statement, insert_new, upsert
from server.practice_db.tables.api_access import api_answer, api_token
from server.practice_db.transaction import Transaction

_AT: Final = bindparam("moment", type_=Instant)
_t, _a = api_token.c, api_answer.c
_TOKENS: Final = (
    select(
        _t.id,
        _t.user_name,
        _t.label,
        _t.secret_hash,
        _t.scopes,
        _t.created_at,
        _t.expires_at,
        _t.last_used_at,
        _t.revoked_at,
    )
    .where(_t.practice_id == PRACTICE)
    .order_by(_t.created_at, _t.id)
)
"""The columns of ApiToken, in its order."""

_ALL: Final = Statement(_TOKENS)
_OF_USER: Final = Statement(_TOKENS.where(_t.user_name == bindparam("user")))
_ONE: Final = Statement(_TOKENS.where(_t.id == bindparam("token")))
_PUT: Final = upsert(api_token)
_TOUCH: Final = Statement(
    update(api_token)
    .where(
        _t.practice_id == PRACTICE,
        _t.id == bindparam("token"),
        or_(_t.last_used_at.is_(None), _t.last_used_at < _AT),
    )
    .values(last_used_at=_AT)
)
_CLAIM: Final = insert_new(api_answer)
_KEEP: Final = upsert(api_answer)
_ANSWERED: Final = Statement(
    select(_a.token_id, _a.key, _a.fingerprint, _a.at, _a.status, _a.location, _a.body).where(
        _a.practice_id == PRACTICE,
        _a.token_id == bindparam("token"),
        _a.key == bindparam("named"),
    )
)
"""The columns of ApiAnswer, in its order."""

_FORGET: Final = Statement(delete(api_answer).where(_a.practice_id == PRACTICE, _a.at < _AT))


class SqlApiAccess:
    """Implements server.usecases.ports.ApiAccess."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def token(self, token: CredentialId) -> ApiToken | None:
        row = self._transaction.first(_ONE, token=token)
        return None if row is None else _token(row)

    def tokens(self, user: UserName | None = None) -> Sequence[ApiToken]:
        if user is None:
            return [_token(row) for row in self._transaction.all(_ALL)]
        return [_token(row) for row in self._transaction.all(_OF_USER, user=user)]

    def save_token(self, token: ApiToken) -> None:
        self._transaction.add(
            _PUT,
            {
                "id": token.id,
                "user_name": token.user,
                "label": token.label,
                "secret_hash": token.secret_hash,
                "scopes": tuple(sorted(token.scopes)),
                "created_at": token.created_at,
                "expires_at": token.expires_at,
                "last_used_at": token.last_used_at,
                "revoked_at": token.revoked_at,
            },
        )

    def touch(self, token: CredentialId, at: datetime) -> None:
        self._transaction.run(_TOUCH, token=token, moment=at)

    def claim(self, answer: ApiAnswer) -> bool:
        return self._transaction.add_new(_CLAIM, _row(answer))

    def answered(self, token: CredentialId, key: str) -> ApiAnswer | None:
        row = self._transaction.first(_ANSWERED, token=token, named=key)
        return None if row is None else ApiAnswer(*row)

    def keep(self, answer: ApiAnswer) -> None:
        self._transaction.add(_KEEP, _row(answer))

    def forget_before(self, at: datetime) -> int:
        return self._transaction.run(_FORGET, moment=at)


def _token(row: AnyRow) -> ApiToken:
    number, user, label, secret_hash, scopes, *moments = row
    return ApiToken(
        number, user, label, secret_hash, frozenset(map(ApiScope, scopes)), *moments
    )


def _row(answer: ApiAnswer) -> dict[str, object]:
    return {
        "token_id": answer.token,
        "key": answer.key,
        "fingerprint": answer.fingerprint,
        "at": answer.at,
        "status": answer.status,
        "location": answer.location,
        "body": answer.body,
    }
