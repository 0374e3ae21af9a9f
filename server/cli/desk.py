"""Where a command works: the settings, the practice's database, the time, who asks."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

from server import bootstrap
from server.domain.calendars import Actor
from server.domain.ids import UserName
from server.domain.vocabulary import Door, Role
from server.settings import Settings
from server.usecases.context import Context
from server.usecases.ports import Clock, Database, UnitOfWork
from server.usecases.rules_of import rules_of

OPERATOR = Actor(UserName("admin"), Role.ADMIN, Door.COMMAND_LINE)
"""Who reads and writes the files of the database may do everything in it."""


@dataclass(frozen=True)
class Desk:
    """One call of the command line; the database is opened when it is first needed."""

    settings: Settings

    @cached_property
    def database(self) -> Database:
        """The practice's database; raises what bootstrap raises where it is not ready."""
        return bootstrap.open_practice(self.settings)

    @cached_property
    def clock(self) -> Clock:
        """The time."""
        return bootstrap.clock()

    @property
    def context(self) -> Context:
        """The operator, now, by the practice's rules."""
        rules = rules_of(self.settings)
        return Context(OPERATOR, self.clock.now(), rules, bootstrap.hooks())

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that only reads."""
        return self.database.reading()

    def writing(
        self, calendars: Iterable[tuple[UserName, str]] = ()
    ) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that is kept when the block ends and undone when it raises."""
        return self.database.writing(calendars)
