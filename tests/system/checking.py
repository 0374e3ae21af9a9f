"""`praxical check` on a database that tests share: what changed since it was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from server.domain.calendars import Calendar
from server.domain.ids import AppointmentId, CalendarId
from server.usecases.check_database import Finding, check
from server.usecases.clock import SystemClock
from server.usecases.context import Rules
from server.usecases.ports import Database, UnitOfWork


class _Narrowed:
    """Something with a few of its attributes replaced."""

    def __init__(self, whole: object, **replaced: object) -> None:
        self._whole = whole
        self._replaced = replaced

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the whole has
        return self._replaced[name] if name in self._replaced else getattr(self._whole, name)


@dataclass
class Checker:
    """Checks calendars anew when they have changed; a whole check takes a second and more."""

    database: Database = field(repr=False)
    rules: Rules
    revisions: dict[CalendarId, int] = field(default_factory=dict)
    calendar_of: dict[AppointmentId, CalendarId] = field(default_factory=dict)

    def everything(self) -> list[Finding]:
        """Return what a check of the whole database finds."""
        with self.database.reading() as uow:
            return list(check(uow, self.rules, SystemClock()))

    def changed(self) -> list[Finding]:
        """Return what is found in the calendars that changed since the last time."""
        with self.database.reading() as uow:
            calendars = [
                one for one in uow.calendars.all() if self.revisions.get(one.id) != one.revision
            ]
            found = list(check(self._narrowed(uow, calendars), self.rules, SystemClock()))
        if not found:
            self.revisions |= {one.id: one.revision for one in calendars}
        return found

    def _narrowed(self, uow: UnitOfWork, calendars: Sequence[Calendar]) -> UnitOfWork:
        looked_at = {one.id for one in calendars}
        known = {number for number, held in self.calendar_of.items() if held in looked_at}
        new = set(uow.appointments.ids(deleted=True)) - self.calendar_of.keys()
        numbers = sorted(known | new)
        for number, one in uow.appointments.get_many(numbers).items():
            self.calendar_of[number] = one.calendar
        narrow = _Narrowed(
            uow,
            calendars=_Narrowed(uow.calendars, all=lambda: calendars),
            appointments=_Narrowed(uow.appointments, ids=lambda **_: numbers),
            history=_Narrowed(uow.history, broken_links=list),
        )
        return cast("UnitOfWork", narrow)
