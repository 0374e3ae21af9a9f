"""Tokens of the HTTP API, and the answers to requests that may come again, in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select
from typing_extensions import override

from server.domain.api_access import ApiAnswer, ApiScope, ApiToken
from server.domain.ids import CredentialId
from server.practice_db.columns import Instant
from server.practice_db.statement import PRACTICE, AnyRow, Statement, insert_new, upsert
from server.practice_db.tables.api_access import api_answer, api_token
from server.practice_db.tokens import SqlTokens, TokenStatements
from server.practice_db.transaction import Transaction

_t, _a = api_token.c, api_answer.c
_TOKENS: Final = TokenStatements(
    api_token,
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
"""The columns of ApiToken, in its order."""

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

_FORGET: Final = Statement(
    delete(api_answer).where(
        _a.practice_id == PRACTICE, _a.at < bindparam("moment", type_=Instant)
    )
)


class SqlApiAccess(SqlTokens[ApiToken]):
    """Implements server.usecases.ports.ApiAccess."""

    __slots__ = ()

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction, _TOKENS)

    def claim(self, answer: ApiAnswer) -> bool:
        return self._transaction.add_new(_CLAIM, _row(answer))

    def answered(self, token: CredentialId, key: str) -> ApiAnswer | None:
        row = self._transaction.first(_ANSWERED, token=token, named=key)
        return None if row is None else ApiAnswer(*row)

    def keep(self, answer: ApiAnswer) -> None:
        self._transaction.add(_KEEP, _row(answer))

    def forget_before(self, at: datetime) -> int:
        return self._transaction.run(_FORGET, moment=at)

    @override
    def _read(self, row: AnyRow) -> ApiToken:
        number, user, label, secret_hash, scopes, *moments = row
        named = frozenset(map(ApiScope, scopes))
        return ApiToken(number, user, label, secret_hash, named, *moments)

    @override
    def _written(self, token: ApiToken) -> Mapping[str, object]:
        return {
            "id": token.id,
            "user_name": token.user,
            "label": token.label,
            "secret_hash": token.secret_hash,
            "scopes": tuple(sorted(token.scopes)),
            "created_at": token.created_at,
            "expires_at": token.expires_at,
            "last_used_at": token.last_used_at,
            "revoked_at": token.revoked_at,
        }


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
