"""A column that equals one of many values, which travel together as one parameter.

A parameter for each value would make a new statement for each number of values, to be parsed
and planned anew by the driver and by the database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, String, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine
from typing_extensions import override


class _Values(TypeDecorator[list[str]]):
    """An array in PostgreSQL, a JSON array in SQLite."""

    impl = Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(String()))
        return dialect.type_descriptor(Text())

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Iterable[str] | None], object]:
        return _array if dialect.name == "postgresql" else _json_array


def _array(values: Iterable[str] | None) -> list[str]:
    return list(values or ())


def _json_array(values: Iterable[str] | None) -> str:
    return json.dumps(_array(values))


class _OneOf(FunctionElement[bool]):
    """The comparison itself; its clauses are the column and the parameter."""

    # Not Boolean: SQLite has none, so that "= 1" would be added and keep it from its indexes.
    type = cast("TypeEngine[bool]", NullType())
    inherit_cache = True
    name = "one_of"


def one_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that the column is among the values of the parameter ``name``."""
    return _OneOf(column, bindparam(name, type_=_Values()))


_WORDS: Final = {
    "postgresql": "{} = ANY ({})",
    "sqlite": "{} IN (SELECT value FROM json_each({}))",
}


@compiles(_OneOf)
def _in_words(element: _OneOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - as SQLAlchemy calls it
    clauses = (compiler.process(clause, **options) for clause in element.clauses)
    return _WORDS[compiler.dialect.name].format(*clauses)
