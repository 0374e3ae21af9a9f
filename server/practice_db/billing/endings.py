"""Finding a row by the end of its id, which is what people read out and type."""

from __future__ import annotations

from sqlalchemy import Table, bindparam, select

from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.transaction import Transaction

_ENOUGH = 2


def ending_statement(table: Table) -> Statement:
    """Return the statement that finds ids of a table by their end."""
    number = table.c.id
    return Statement(
        select(number)
        .where(table.c.practice_id == PRACTICE, number.like(bindparam("pattern")))
        .order_by(number)
        .limit(_ENOUGH)
    )


def ids_ending(transaction: Transaction, statement: Statement, end: str) -> list[str]:
    """Return the ids with this end, two at most; no id ends in a sign."""
    if not end.isalnum():
        return []
    return [row[0] for row in transaction.all(statement, pattern=f"%{end}")]
