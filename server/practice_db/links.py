"""The way to the database for transactions: the driver's own connection, without layers.

SQLAlchemy makes the connections and keeps them in its pool. Statements, and the beginning and
end of a transaction, go straight to the driver: what lies between would cost a small request
more than the database does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache, partial
from types import TracebackType
from typing import Any, Final, Self, cast

from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError
from typing_extensions import override

from server.practice_db.engines import begins_with
from server.practice_db.errors import DatabaseBusy, name_reason
from server.practice_db.statement import SQLITE, AnyRow

_MADE: Final = "praxical_made"
"""Where a connection notes in which generation it was first taken."""


class Links:
    """The connections of an engine, for one transaction each."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.begins_with = begins_with(engine)
        self.error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self.watch: Callable[[str], None] | None = None
        """Told of every statement that is run; for tests."""
        self._generation = 0
        self._idle: list[PoolProxiedConnection] = []

    def begin(self) -> Link:
        """Return a transaction, to be used in a ``with`` statement."""
        return Link(self)

    def alone(self) -> Link:
        """Return the way for one statement that is a transaction by itself, in the same way."""
        return Alone(self)

    def take(self) -> PoolProxiedConnection:
        """Return a connection that was not there already when one of them was lost.

        The one that was given back last is the one whose pages are still in memory.
        """
        while self._idle:
            # Another thread may have been quicker.
            with suppress(IndexError):
                taken = self._idle.pop()
                if taken.info[_MADE] == self._generation:
                    return taken
                taken.invalidate()
        return self._from_pool()

    def give_back(self, taken: PoolProxiedConnection) -> None:
        """Keep a connection for the next transaction; there are few more than threads."""
        self._idle.append(taken)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            self._idle.pop().close()

    def _from_pool(self) -> PoolProxiedConnection:
        while True:
            try:
                taken = self.engine.pool.connect()
            except NoConnectionFreeError as error:
                raise DatabaseBusy from error
            except self.error as error:
                told = self.wrapped("", error)
                name_reason(told)
                raise told from error
            if taken.info.setdefault(_MADE, self._generation) == self._generation:
                return taken
            taken.invalidate()

    def lose(self, taken: PoolProxiedConnection, error: BaseException) -> None:
        """Give up a connection that was cut, and with it those that are as old."""
        self._generation += 1
        if taken.is_valid:
            taken.invalidate(error)

    def wrapped(self, sql: str, error: Exception, *, lost: bool = False) -> DBAPIError:
        """Return a driver's error as SQLAlchemy's of the same kind, without any values."""
        told_by_postgres = getattr(error, "diag", None)
        if told_by_postgres is not None and told_by_postgres.message_detail is not None:
            # The detail is the row that was refused, which may hold a person's data.
            error.args = (told_by_postgres.message_primary,)
        dialect = self.engine.dialect
        told = DBAPIError.instance(
            sql,
            None,
            error,
            self.error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        )
        return cast("DBAPIError", told)


class Link:
    """One transaction on one connection: it commits, or is undone if the block raises.

    Beginning, committing and leaving the block raise DatabaseBusy and DatabaseUnreachable.
    """

    __slots__ = ("_cursor", "_driver", "_execute", "_links", "_taken", "engine")

    def __init__(self, links: Links) -> None:
        self._links = links
        self.engine = links.engine.dialect.name

    def __enter__(self) -> Self:
        self._taken = self._links.take()
        self._driver: Any = self._taken.driver_connection
        self._cursor, self._execute = _cursor(self._driver, self.engine)
        if self._links.begins_with:
            self._begin(self._links.begins_with)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._commit()
            else:
                self._undo()
        finally:
            self._release()
        if error is not None:
            name_reason(error)

    def rows(self, sql: str, parameters: Sequence[object]) -> list[AnyRow]:
        """Run a statement and return all its rows, as the driver gives them."""
        links = self._links
        if links.watch is not None:
            links.watch(sql)
        try:
            self._execute(sql, parameters)
            rows: list[AnyRow] = self._cursor.fetchall()
        except links.error as error:
            raise self._told(sql, error) from error
        return rows

    def count(self, sql: str, parameters: Sequence[object]) -> int:
        """Run a statement and return how many rows it touched."""
        links = self._links
        if links.watch is not None:
            links.watch(sql)
        try:
            self._execute(sql, parameters)
        except links.error as error:
            raise self._told(sql, error) from error
        return int(self._cursor.rowcount)

    def many(self, sql: str, each: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each set of parameters."""
        links = self._links
        if links.watch is not None:
            links.watch(sql)
        try:
            self._cursor.executemany(sql, each)
        except links.error as error:
            raise self._told(sql, error) from error

    def control(self, sql: str) -> None:
        """Run a statement of transaction control."""
        try:
            self._driver.execute(sql)
        except self._links.error as error:
            raise self._told(sql, error) from error

    def _begin(self, sql: str) -> None:
        try:
            self._execute(sql)
        except self._links.error as error:
            told = self._told(sql, error)
            self._release()
            name_reason(told)
            raise told from error

    def _commit(self) -> None:
        try:
            self._driver.commit()
        except self._links.error as error:
            told = self._told("COMMIT", error)
            self._undo()
            name_reason(told)
            raise told from error

    def _undo(self) -> None:
        if not self._taken.is_valid:
            return
        try:
            self._driver.rollback()
        except self._links.error as error:
            # What is open on it goes with it; the reason is on its way up already.
            self._taken.invalidate(error)

    def _release(self) -> None:
        if self._taken.is_valid:
            self._links.give_back(self._taken)

    def _told(self, sql: str, error: Exception) -> DBAPIError:
        links = self._links
        lost = links.engine.dialect.is_disconnect(cast("Any", error), self._driver, None)
        if lost:
            links.lose(self._taken, error)
        return links.wrapped(sql, error, lost=lost)


class Alone(Link):
    """One statement, which needs no transaction around it: nothing is begun or committed."""

    __slots__ = ()
    _driver: Any

    @override
    def __enter__(self) -> Self:
        self._taken = self._links.take()
        self._driver = self._taken.driver_connection
        if self.engine != SQLITE:
            self._driver.autocommit = True
        self._cursor, self._execute = _cursor(self._driver, self.engine)
        return self

    @override
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._taken.is_valid and self.engine != SQLITE:
            self._driver.autocommit = False
        self._release()
        if error is not None:
            name_reason(error)


def _cursor(driver: Any, engine: str) -> tuple[Any, Callable[..., object]]:  # noqa: ANN401 - the driver's own
    """Return one cursor for all statements of a transaction, and what runs one on it."""
    if engine == SQLITE:
        cursor = driver.cursor()
        return cursor, cursor.execute
    raw = _raw_cursor()(driver)
    return raw, partial(raw.execute, prepare=True, binary=True)


@cache
def _raw_cursor() -> Callable[[Any], Any]:
    # A process with an embedded database need not wait for psycopg to be loaded.
    from psycopg import RawCursor  # noqa: PLC0415

    return RawCursor
