"""Tables of tokens: a row for each secret that was given out, kept as a hash."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Column, Table, bindparam, or_, select, update

from server.domain.ids import CredentialId, UserName
from server.practice_db.columns import Instant
from server.practice_db.statement import PRACTICE, AnyRow, Statement, upsert
from server.practice_db.transaction import Transaction

T = TypeVar("T")


def noting_use(table: Table) -> Statement:
    """Return the UPDATE by which ``token`` was last used at ``moment``: it never goes back."""
    last_used_at, at = table.c.last_used_at, bindparam("moment", type_=Instant)
    return Statement(
        update(table)
        .where(
            table.c.practice_id == PRACTICE,
            table.c.id == bindparam("token"),
            or_(last_used_at.is_(None), last_used_at < at),
        )
        .values(last_used_at=at)
    )


class TokenStatements:
    """The statements of one table of tokens; rows have these columns, in this order."""

    def __init__(self, table: Table, *columns: Column[object]) -> None:
        owner, number = table.c.user_name, table.c.id
        every = (
            select(*columns)
            .where(table.c.practice_id == PRACTICE)
            .order_by(table.c.created_at, number)
        )
        self.all = Statement(every)
        self.of_user = Statement(every.where(owner == bindparam("user")))
        self.one = Statement(every.where(number == bindparam("token")))
        self.put = upsert(table)
        self.touch = noting_use(table)


class SqlTokens(Generic[T]):
    """Implements server.usecases.ports.tokens.Tokens, but for what a row holds."""

    __slots__ = ("_statements", "_transaction")

    def __init__(self, transaction: Transaction, statements: TokenStatements) -> None:
        self._transaction = transaction
        self._statements = statements

    def token(self, token: CredentialId) -> T | None:
        row = self._transaction.first(self._statements.one, token=token)
        return None if row is None else self._read(row)

    def tokens(self, user: UserName | None = None) -> Sequence[T]:
        if user is None:
            rows = self._transaction.all(self._statements.all)
        else:
            rows = self._transaction.all(self._statements.of_user, user=user)
        return [self._read(row) for row in rows]

    def save_token(self, token: T) -> None:
        self._transaction.add(self._statements.put, self._written(token))

    def touch(self, token: CredentialId, at: datetime) -> None:
        self._transaction.run(self._statements.touch, token=token, moment=at)

    @abstractmethod
    def _read(self, row: AnyRow) -> T:
        """Return the token of a row."""

    @abstractmethod
    def _written(self, token: T) -> Mapping[str, object]:
        """Return the row of a token."""
