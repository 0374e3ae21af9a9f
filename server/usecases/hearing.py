"""Where and when something is said to the practice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.domain.ids import UserName
from server.domain.practice import Catalogue
from server.usecases.context import Context
from server.usecases.find_client import Seeker
from server.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Hearing:
    """Where and when something is said: the calendar's practitioner, the start in UTC."""

    uow: UnitOfWork
    context: Context
    practitioner: UserName
    start: datetime

    @property
    def catalogue(self) -> Catalogue:
        """The practice's configuration."""
        return self.uow.catalogue

    def seeker(self, *, initials_count: bool = True) -> Seeker:
        """For whom clients are looked for."""
        return Seeker(self.practitioner, self.start, initials_count)
