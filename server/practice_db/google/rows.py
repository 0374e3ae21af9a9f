"""Records whose fields are the columns of their table, in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Select, Table, select

from server.practice_db.statement import PRACTICE

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def columns_of(table: Table) -> list[Column[object]]:
    """Return a table's columns but for the practice."""
    return [column for column in table.columns if column.name != "practice_id"]


def records_of(table: Table) -> Select[Any]:
    """Return the statement that reads a practice's rows as records."""
    columns: list[Any] = columns_of(table)
    chosen: Select[Any] = select(*columns)
    return chosen.where(table.c.practice_id == PRACTICE)


def row_of(
    table: Table, record: DataclassInstance, leave_out: Iterable[str] = ()
) -> Mapping[str, object]:
    """Return a record as a row of its table."""
    left_out = set(leave_out)
    values = (getattr(record, field.name) for field in fields(record))
    named = zip((column.name for column in columns_of(table)), values, strict=True)
    return {name: value for name, value in named if name not in left_out}
