"""One open transaction of one practice: what the repositories share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import String, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from server.domain.ids import AppointmentId, CalendarId, PracticeId, UserName
from server.practice_db.links import Link
from server.practice_db.one_of import one_of
from server.practice_db.statement import PRACTICE, SQLITE, AnyRow, Statement
from server.practice_db.tables.appointments import appointment
from server.practice_db.tables.calendars import calendar

_LOCK: Final = Statement(
    select(calendar.c.id)
    .where(
        calendar.c.practice_id == PRACTICE,
        one_of(calendar.c.id, "calendars"),
    )
    .order_by(calendar.c.id)
    .with_for_update(key_share=True)
)
_HOLDING: Final = Statement(
    select(appointment.c.calendar_id)
    .where(appointment.c.practice_id == PRACTICE, one_of(appointment.c.id, "appointments"))
    .distinct()
)
_PATHS: Final = (
    func.unnest(
        bindparam("owners", type_=ARRAY(String)), bindparam("slugs", type_=ARRAY(String))
    )
    .table_valued("owner", "slug")
    .render_derived("path")
)
_LOCK_PATHS: Final = Statement(
    select(calendar.c.id)
    .where(
        calendar.c.practice_id == PRACTICE,
        tuple_(calendar.c.owner, calendar.c.slug).in_(select(_PATHS.c.owner, _PATHS.c.slug)),
    )
    .order_by(calendar.c.id)
    .with_for_update(key_share=True, of=calendar)
)


class Transaction:
    """An open transaction; every statement goes through here and gets the practice bound."""

    __slots__ = ("_engine", "_link", "_locked", "_savepoints", "is_sqlite", "practice")

    def __init__(self, link: Link, practice: PracticeId) -> None:
        self._link = link
        self._engine = link.engine
        self.practice = practice
        self.is_sqlite = link.engine == SQLITE
        self._locked: set[str] = set()
        self._savepoints = 0

    def all(self, statement: Statement, **values: object) -> Sequence[AnyRow]:
        """Return all rows."""
        values["practice"] = self.practice
        prepared = statement.on(self._engine)
        return prepared.rows(self._link.rows(prepared.sql, prepared.parameters(values)))

    def first(self, statement: Statement, **values: object) -> AnyRow | None:
        """Return the first row, None if there is none."""
        values["practice"] = self.practice
        prepared = statement.on(self._engine)
        rows = self._link.rows(prepared.sql, prepared.parameters(values))
        return prepared.row(rows[0]) if rows else None

    def run(self, statement: Statement, **values: object) -> int:
        """Run an UPDATE or DELETE and return how many rows it touched."""
        values["practice"] = self.practice
        prepared = statement.on(self._engine)
        return self._link.count(prepared.sql, prepared.parameters(values))

    def add(self, statement: Statement, row: Mapping[str, object]) -> None:
        """Run an INSERT of one row."""
        prepared = statement.on(self._engine)
        values = {"practice_id": self.practice, **row}
        self._link.count(prepared.sql, prepared.parameters(values))

    def add_new(self, statement: Statement, row: Mapping[str, object]) -> bool:
        """Run an INSERT of a row unless it is there already; return whether it was not."""
        prepared = statement.on(self._engine)
        values = {"practice_id": self.practice, **row}
        return bool(self._link.rows(prepared.sql, prepared.parameters(values)))

    def add_all(self, statement: Statement, rows: Sequence[Mapping[str, object]]) -> None:
        """Run an INSERT of many rows at once."""
        if len(rows) == 1:
            self.add(statement, rows[0])
        elif rows:
            prepared = statement.on(self._engine)
            own = {"practice_id": self.practice}
            each = [prepared.parameters({**row, **own}) for row in rows]
            self._link.many(prepared.sql, each)

    def lock(self, calendars: Iterable[CalendarId]) -> None:
        """Lock calendar rows in the order of their ids; in SQLite a writer is alone anyway."""
        wanted = sorted(set(calendars) - self._locked)
        if self.is_sqlite or not wanted:
            return
        self.all(_LOCK, calendars=wanted)
        self._locked.update(wanted)

    def lock_of(self, appointments: Iterable[AppointmentId]) -> None:
        """Lock the calendars in which these appointments are.

        One that was given to somebody else while this writer waited is followed there.
        """
        wanted = sorted(set(appointments))
        while not self.is_sqlite and wanted:
            found = {row[0] for row in self.all(_HOLDING, appointments=wanted)}
            if found <= self._locked:
                return
            self.lock(found)

    def lock_paths(self, paths: Sequence[tuple[UserName, str]]) -> None:
        """Lock calendar rows by owner and slug, in the order of their ids."""
        if not self.is_sqlite and paths:
            owners, slugs = zip(*paths, strict=True)
            rows = self.all(_LOCK_PATHS, owners=list(owners), slugs=list(slugs))
            self._locked.update(row[0] for row in rows)

    def overwrite_removed(self) -> None:
        """Let what is removed from now on be overwritten in the pages of an embedded file."""
        if self.is_sqlite:
            self._link.control("PRAGMA secure_delete=ON")

    def begin_savepoint(self) -> str:
        """Begin a savepoint, inside others perhaps, and return its name."""
        self._savepoints += 1
        point = f"point_{self._savepoints}"
        self._link.control(f"SAVEPOINT {point}")
        return point

    def release(self, point: str) -> None:
        """Keep what was done since the savepoint, as far as what is around it is kept."""
        self._link.control(f"RELEASE SAVEPOINT {point}")

    def undo_to(self, point: str) -> None:
        """Undo what was done since the savepoint."""
        self._link.control(f"ROLLBACK TO SAVEPOINT {point}")
        self.release(point)
        # The locks taken since then are gone with it.
        self._locked.clear()
