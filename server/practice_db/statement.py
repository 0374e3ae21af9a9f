"""Statements that are compiled once for each engine, and then run as plain SQL.

SQLAlchemy builds and compiles them. What it would work out anew for each execution is kept: the
text, the order of the parameters, and how values and rows are converted.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, Insert, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ReturnsRows
from sqlalchemy.types import TypeEngine

PRACTICE: Final = bindparam("practice", type_=BigInteger)
"""The practice of the transaction; every statement is bound to it."""

AnyRow: TypeAlias = Any
"""A row, which is a tuple; of a statement that says ``named`` it has the columns' names too."""

SQLITE: Final = "sqlite"
POSTGRES: Final = "postgresql"

_Convert: TypeAlias = Callable[[Any], Any]

# Numbered parameters are PostgreSQL's own: neither we nor the driver have to rewrite the text.
_DIALECTS: Final[Mapping[str, Dialect]] = {
    SQLITE: sqlite.dialect(),
    POSTGRES: psycopg.dialect(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it out
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as one engine's driver takes it.

    ``names`` are the parameters in their order; ``constants`` are those that the statement
    brings itself. ``given`` and ``read`` say at which place what is to be converted how.
    """

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, object]
    given: tuple[tuple[int, _Convert], ...]
    read: tuple[tuple[int, _Convert], ...]
    make: Callable[[Iterable[Any]], AnyRow] | None

    def parameters(self, values: Mapping[str, object]) -> list[object]:
        """Return the values in the driver's order and types."""
        if self.constants:
            values = {**self.constants, **values}
        ordered = [values[name] for name in self.names]
        for place, convert in self.given:
            ordered[place] = convert(ordered[place])
        return ordered

    def row(self, found: AnyRow) -> AnyRow:
        """Return one of the driver's rows with our types in it."""
        if self.read:
            cells = list(found)
            for place, convert in self.read:
                cells[place] = convert(cells[place])
            found = tuple(cells)
        return found if self.make is None else self.make(found)

    def rows(self, found: Sequence[AnyRow]) -> Sequence[AnyRow]:
        """Return the driver's rows with our types in them."""
        if self.read or self.make is not None:
            return list(map(self.row, found))
        return found


class Statement:
    """A statement, or one for each engine where they differ.

    ``named`` gives its rows the names of the columns, which costs a little for each row.
    """

    __slots__ = ("_built", "_named", "_prepared")

    def __init__(
        self,
        built: ClauseElement,
        on_postgres: ClauseElement | None = None,
        *,
        named: bool = False,
    ) -> None:
        self._built = {SQLITE: built, POSTGRES: built if on_postgres is None else on_postgres}
        self._named = named
        self._prepared: dict[str, Prepared] = {}

    def on(self, engine: str) -> Prepared:
        """Return the statement as an engine takes it: compiled when it is first asked for."""
        prepared = self._prepared.get(engine)
        if prepared is None:
            prepared = self._prepared[engine] = _prepare(
                self._built[engine], _DIALECTS[engine], named=self._named
            )
        return prepared


def upsert(table: Table) -> Statement:
    """Return an INSERT, or UPDATE of the row with that primary key."""
    keys = list(table.primary_key.columns)
    names = [column.name for column in table.columns if not column.primary_key]
    on_sqlite, on_postgres = sqlite.insert(table), postgresql.insert(table)
    return Statement(
        on_sqlite.on_conflict_do_update(
            index_elements=keys, set_={name: on_sqlite.excluded[name] for name in names}
        ),
        on_postgres.on_conflict_do_update(
            index_elements=keys, set_={name: on_postgres.excluded[name] for name in names}
        ),
    )


def insert_new(table: Table) -> Statement:
    """Return an INSERT that leaves a row alone that is there already."""
    return Statement(
        _returning(sqlite.insert(table).on_conflict_do_nothing()),
        _returning(postgresql.insert(table).on_conflict_do_nothing()),
    )


def _returning(statement: Insert) -> ClauseElement:
    # Counting rows is not something every driver does for an INSERT.
    return statement.returning(statement.table.c.practice_id)


def _prepare(built: ClauseElement, dialect: Dialect, *, named: bool) -> Prepared:
    compiled = built.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
        raise TypeError("not a statement whose text is the same whatever its values are")
    names = tuple(compiled.positiontup or ())
    columns = list(built.exported_columns) if isinstance(built, ReturnsRows) else []
    return Prepared(
        str(compiled),
        names,
        {name: compiled.params[name] for name in names if not compiled.binds[name].required},
        _given([compiled.binds[name].type for name in names], dialect),
        _read([column.type for column in columns], dialect),
        _row_maker([column.key for column in columns]) if named else None,
    )


def _given(
    types: Sequence[TypeEngine[Any]], dialect: Dialect
) -> tuple[tuple[int, _Convert], ...]:
    converts = [kind.dialect_impl(dialect).bind_processor(dialect) for kind in types]
    return tuple((place, convert) for place, convert in enumerate(converts) if convert)


def _read(
    types: Sequence[TypeEngine[Any]], dialect: Dialect
) -> tuple[tuple[int, _Convert], ...]:
    converts = [kind.dialect_impl(dialect).result_processor(dialect, None) for kind in types]
    return tuple((place, convert) for place, convert in enumerate(converts) if convert)


def _row_maker(names: Iterable[str]) -> Callable[[Iterable[Any]], AnyRow]:
    row: Any = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024 - known at run time
    make: Callable[[Iterable[Any]], AnyRow] = row._make
    return make
