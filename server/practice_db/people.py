"""App passwords and wrong secrets in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, func, select

from server.domain.calendars import AppPassword
from server.domain.ids import CredentialId, UserName
from server.practice_db.catalogue import NEXT_CATALOGUE
from server.practice_db.columns import Instant
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables.practice import app_password, login_attempt
from server.practice_db.tokens import noting_use
from server.practice_db.transaction import Transaction

_KEPT: Final = timedelta(days=7)
"""How long wrong secrets are remembered at most."""

_AT: Final = bindparam("moment", type_=Instant)
_p = app_password.c
_OF_USER: Final = Statement(
    select(
        _p.id,
        _p.user_name,
        _p.label,
        _p.secret_hash,
        _p.created_at,
        _p.read_only,
        _p.last_used_at,
        _p.revoked_at,
    )
    .where(_p.practice_id == PRACTICE, _p.user_name == bindparam("user"))
    .order_by(_p.created_at, _p.id)
)
_PUT: Final = upsert(app_password)
_TOUCH: Final = noting_use(app_password)
_ATTEMPTS: Final = (
    login_attempt.c.practice_id == PRACTICE,
    login_attempt.c.user_name == bindparam("user"),
    login_attempt.c.network == bindparam("from_network"),
)
_COUNT: Final = Statement(
    select(func.count()).select_from(login_attempt).where(*_ATTEMPTS, login_attempt.c.at >= _AT)
)
_FORGET: Final = Statement(delete(login_attempt).where(*_ATTEMPTS, login_attempt.c.at < _AT))
_NOTE: Final = upsert(login_attempt)


class SqlPeople:
    """Implements server.usecases.ports.People."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def app_passwords(self, user: UserName) -> Sequence[AppPassword]:
        return [AppPassword(*row) for row in self._transaction.all(_OF_USER, user=user)]

    def save_app_password(self, password: AppPassword) -> None:
        self._transaction.add(
            _PUT,
            {
                "id": password.id,
                "user_name": password.user,
                "label": password.label,
                "secret_hash": password.secret_hash,
                "created_at": password.created_at,
                "read_only": password.read_only,
                "last_used_at": password.last_used_at,
                "revoked_at": password.revoked_at,
            },
        )
        # Servers remember passwords for as long as the configuration stays as it is.
        self._transaction.run(NEXT_CATALOGUE)

    def touch(self, credential: CredentialId, at: datetime) -> None:
        self._transaction.run(_TOUCH, token=credential, moment=at)

    def wrong_secrets(self, user: str, network: str, since: datetime) -> int:
        row = self._transaction.first(_COUNT, user=user, from_network=network, moment=since)
        return 0 if row is None else int(row[0])

    def note_wrong_secret(self, user: str, network: str, secret_mac: str, at: datetime) -> None:
        self._transaction.add(
            _NOTE,
            {"user_name": user, "network": network, "secret_mac": secret_mac, "at": at},
        )
        self._transaction.run(_FORGET, user=user, from_network=network, moment=at - _KEPT)
