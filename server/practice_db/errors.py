"""What can be wrong with the database itself; texts hold no address and no password."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import OperationalError

from server.domain.errors import PracticeError

_BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED", "40", "55P03")
"""SQLite's names and PostgreSQL's classes of: others were there first, try again."""
_GONE: Final = ("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_FULL", "08", "53", "57")
"""The same of: there is nothing to connect to, or it has no room left."""


class NotMigrated(PracticeError):
    """The tables are missing or of another version of the program."""

    condition = "not-migrated"

    def __init__(self, found: str | None, wanted: str) -> None:
        state = f"is at revision '{found}'" if found else "has no tables yet"
        super().__init__(
            f"The database {state}; this program needs '{wanted}'. Run 'praxical migrate'."
        )


class DatabaseUnreachable(PracticeError):
    """No connection to the database can be made."""

    condition = "database-unreachable"

    def __init__(self) -> None:
        super().__init__("The database cannot be reached, or its disk is full.")


class UnknownDatabaseUrl(PracticeError):
    """The database URL names neither SQLite nor PostgreSQL."""

    condition = "database-url"

    def __init__(self) -> None:
        super().__init__(
            "The database URL must begin with 'sqlite:///' and name a file, "
            "or begin with 'postgresql://'."
        )


class DatabaseBusy(PracticeError):
    """Other writers held the database for too long; nothing was changed."""

    condition = "database-busy"

    def __init__(self) -> None:
        super().__init__("Other changes are still being written. Try again.")


class AlreadyWriting(RuntimeError):
    """A thread opened a second writing transaction inside its first; it would wait for ever."""


@contextmanager
def named_by_reason() -> Iterator[None]:
    """Raise DatabaseBusy or DatabaseUnreachable where the database's state is the reason."""
    try:
        yield
    except OperationalError as error:
        name_reason(error)
        raise


def name_reason(error: BaseException) -> None:
    """Raise what the block above raises for an error; return where that is not the reason."""
    if isinstance(error, OperationalError):
        reason = _reason(error)
        if reason.startswith(_BUSY):
            raise DatabaseBusy from error
        if reason.startswith(_GONE):
            raise DatabaseUnreachable from error


def _reason(error: OperationalError) -> str:
    if isinstance(error.orig, sqlite3.Error):
        return str(error.orig.sqlite_errorname)
    # psycopg gives no state where it could not even ask.
    return str(getattr(error.orig, "sqlstate", None) or "08")
