"""Statements as the drivers take them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    Column,
    Date,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
)

from server.domain.vocabulary import Status
from server.practice_db.columns import Choice, Instant, Pairs, Words
from server.practice_db.one_of import one_of
from server.practice_db.statement import POSTGRES, SQLITE, Statement, insert_new, upsert

BOTH = pytest.mark.parametrize("engine", [SQLITE, POSTGRES])
MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
THING = Table(
    "thing",
    MetaData(),
    Column("practice_id", BigInteger, primary_key=True),
    Column("name", String, primary_key=True),
    Column("at", Instant),
    Column("status", Choice(Status)),
    Column("words", Words),
    Column("pairs", Pairs),
    Column("there", Boolean),
    Column("day", Date),
)
ROW = {
    "practice_id": 7,
    "name": "a",
    "at": MOMENT,
    "status": Status.BOOKED,
    "words": ("x", "y"),
    "pairs": {"k": "v"},
    "there": True,
    "day": date(2026, 11, 21),
}


def test_values_come_in_the_order_of_the_statement() -> None:
    thing = THING.c
    statement = Statement(
        select(thing.name)
        .where(thing.name == bindparam("name"), thing.practice_id == bindparam("practice"))
        .limit(3)
    )
    values = {"practice": 7, "name": "a"}
    assert statement.on(SQLITE).parameters(values) == ["a", 7, 3, 0]
    assert statement.on(POSTGRES).parameters(values) == ["a", 7, 3]


def test_postgres_numbers_a_parameter_that_comes_twice_once() -> None:
    name: BindParameter[str] = bindparam("name")
    statement = Statement(select(THING).where((THING.c.name == name) | (THING.c.name < name)))
    assert statement.on(SQLITE).parameters({"name": "a"}) == ["a", "a"]
    assert statement.on(POSTGRES).parameters({"name": "a"}) == ["a"]


def test_a_value_that_is_missing_is_an_error() -> None:
    prepared = Statement(insert(THING)).on(SQLITE)
    with pytest.raises(KeyError, match="name"):
        prepared.parameters({"practice_id": 7})


@BOTH
def test_values_become_what_the_engine_stores(engine: str) -> None:
    given = Statement(insert(THING)).on(engine).parameters(ROW)
    stored = [7, "a", 1_795_262_400, "booked", '["x", "y"]', '{"k": "v"}', True]
    assert given[:-1] == stored


@BOTH
def test_rows_become_what_the_columns_mean(engine: str) -> None:
    prepared = Statement(select(THING), named=True).on(engine)
    raw = tuple(Statement(insert(THING)).on(engine).parameters(ROW))
    row = prepared.row(raw)
    assert row == tuple(ROW.values())
    assert row.status is Status.BOOKED
    assert prepared.rows([raw, raw]) == [row, row]


@BOTH
def test_nothing_stays_nothing(engine: str) -> None:
    raw = (7, "a", None, None, None, None, None, None)
    row = Statement(select(THING)).on(engine).row(raw)
    assert row == (7, "a", None, None, (), {}, None, None)


def test_a_choice_that_nobody_knows_is_an_error() -> None:
    prepared = Statement(select(THING.c.status)).on(SQLITE)
    with pytest.raises(ValueError, match="nonsense"):
        prepared.row(("nonsense",))


@BOTH
def test_rows_without_types_of_ours_stay_as_they_are(engine: str) -> None:
    rows = [("a",), ("b",)]
    assert Statement(select(THING.c.name)).on(engine).rows(rows) is rows


def test_many_values_travel_as_one() -> None:
    statement = Statement(select(THING.c.name).where(one_of(THING.c.name, "names")))
    assert statement.on(SQLITE).parameters({"names": ("a", "b")}) == ['["a", "b"]']
    assert statement.on(POSTGRES).parameters({"names": ("a", "b")}) == [["a", "b"]]


@BOTH
def test_a_statement_whose_text_depends_on_its_values_is_refused(engine: str) -> None:
    with pytest.raises(TypeError):
        Statement(select(THING.c.name).where(THING.c.name.in_(["a", "b"]))).on(engine)


@BOTH
def test_a_statement_is_compiled_once(engine: str) -> None:
    statement = upsert(THING)
    assert statement.on(engine) is statement.on(engine)
    assert "DO UPDATE SET at = excluded.at" in statement.on(engine).sql


@BOTH
def test_an_insert_of_what_is_there_says_whether_it_was_not(engine: str) -> None:
    _, _, end = insert_new(THING).on(engine).sql.partition(" ON CONFLICT DO NOTHING ")
    assert end in {"RETURNING practice_id", "RETURNING thing.practice_id"}
