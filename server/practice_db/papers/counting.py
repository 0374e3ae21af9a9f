"""Numbers one after the other, without gaps: one that is not kept is given out again."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite

from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.papers import paper_count
from server.practice_db.transaction import Transaction

_FIRST: Final = {"practice_id": PRACTICE, "kind": bindparam("kind"), "last_number": 1}
_KEY: Final = ["practice_id", "kind"]
_NEXT: Final = {"last_number": paper_count.c.last_number + 1}
_COUNT: Final = Statement(
    sqlite.insert(paper_count)
    .values(_FIRST)
    .on_conflict_do_update(index_elements=_KEY, set_=_NEXT)
    .returning(paper_count.c.last_number),
    postgresql.insert(paper_count)
    .values(_FIRST)
    .on_conflict_do_update(index_elements=_KEY, set_=_NEXT)
    .returning(paper_count.c.last_number),
)


class Counted(StrEnum):
    """What is numbered."""

    SUPERBILL = "superbill"
    CLAIM = "claim"
    INTERCHANGE = "interchange"


def next_number(transaction: Transaction, kind: Counted) -> int:
    """Return the next number; whoever wants one too waits until this transaction ends."""
    row = transaction.first(_COUNT, kind=kind.value)
    if row is None:
        raise LookupError(kind)
    return int(row[0])
