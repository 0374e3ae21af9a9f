"""The removal of a practice as a process of its own, to be killed: see test_delete_practice."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from server.practice_db.database import SqlDatabase, open_database
from server.usecases.delete_practice import Removal, delete_practice


@dataclass
class Halts:
    """Stops before a statement, to be killed there."""

    after: int
    seen: int = 0

    def told(self, _statement: str) -> None:
        if self.seen == self.after:
            halt()
        self.seen += 1


def halt() -> None:
    """Say that this is the place, and wait for the end."""
    sys.stdout.write("here\n")
    sys.stdout.flush()
    sys.stdin.read()


def remove(database: SqlDatabase, halts: Halts) -> None:
    """Remove the practice; the last place to stop is before everything is kept."""
    database.watch(halts.told)
    with database.writing() as uow:
        removal = Removal(uow.practice.name, abandon_google=True, abandon_waiting=True)
        delete_practice(uow, removal)
        halts.told("COMMIT")


def main() -> None:
    """Remove the practice with this short name from this database, and stop where told."""
    url, slug, after = sys.argv[1:]
    database = open_database(url, slug)
    remove(database, Halts(int(after)))
    halt()


if __name__ == "__main__":
    main()
