"""What can be wrong with the database itself; texts hold no address and no password."""

from __future__ import annotations

from server.domain.errors import PracticeError


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
        super().__init__("The database cannot be reached. Is its server running?")


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
