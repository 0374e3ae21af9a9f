"""The collections in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import BigInteger, bindparam, delete, insert, select, update

from server.domain.calendars import Calendar
from server.domain.errors import NotFound
from server.domain.ids import AppointmentId, CalendarId, UserName
from server.practice_db.statement import PRACTICE, AnyRow, Statement
from server.practice_db.tables.calendars import calendar
from server.practice_db.transaction import Transaction

COLUMNS: Final = tuple(
    calendar.c[name]
    for name in (
        "id",
        "owner",
        "slug",
        "kind",
        "components",
        "properties",
        "revision",
        "oldest",
        "modified_at",
    )
)
"""The columns of Calendar, in its order."""
_EVERY: Final = (
    select(*COLUMNS)
    .where(calendar.c.practice_id == PRACTICE)
    .order_by(calendar.c.owner, calendar.c.slug)
)
_ALL: Final = Statement(_EVERY)
_OF_ONE: Final = _EVERY.where(calendar.c.owner == bindparam("owner"))
_OF_OWNER: Final = Statement(_OF_ONE)
_AT: Final = Statement(_OF_ONE.where(calendar.c.slug == bindparam("slug")).order_by(None))
_BY_ID: Final = Statement(_EVERY.where(calendar.c.id == bindparam("calendar")).order_by(None))
_THIS: Final = (calendar.c.practice_id == PRACTICE, calendar.c.id == bindparam("calendar"))
_INSERT: Final = Statement(insert(calendar))
_DELETE: Final = Statement(delete(calendar).where(*_THIS))
_SAVE: Final = Statement(
    update(calendar)
    .where(*_THIS)
    .values(
        components=bindparam("new_components", type_=calendar.c.components.type),
        properties=bindparam("new_properties", type_=calendar.c.properties.type),
        revision=bindparam("new_revision", type_=BigInteger),
        oldest=bindparam("new_oldest", type_=BigInteger),
        modified_at=bindparam("new_modified_at", type_=calendar.c.modified_at.type),
    )
)
_COUNT_UP: Final = Statement(
    update(calendar)
    .where(*_THIS)
    .values(revision=calendar.c.revision + 1)
    .returning(calendar.c.revision)
)


class SqlCalendars:
    """Implements server.usecases.ports.Calendars."""

    __slots__ = ("_known", "_transaction")

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._known: tuple[UserName, str, Calendar | None] | None = None

    def know(self, owner: UserName, slug: str, found: Calendar | None) -> None:
        """Answer from what has just been read; only while a transaction writes nothing."""
        self._known = owner, slug, found

    def get(self, owner: UserName, slug: str) -> Calendar | None:
        known = self._known
        if known is not None and known[:2] == (owner, slug):
            return known[2]
        return _calendar(self._transaction.first(_AT, owner=owner, slug=slug))

    def by_id(self, calendar: CalendarId) -> Calendar | None:
        return _calendar(self._transaction.first(_BY_ID, calendar=calendar))

    def of_owner(self, owner: UserName) -> Sequence[Calendar]:
        return [Calendar(*row) for row in self._transaction.all(_OF_OWNER, owner=owner)]

    def all(self) -> Sequence[Calendar]:
        return [Calendar(*row) for row in self._transaction.all(_ALL)]

    def lock(self, calendars: Iterable[CalendarId]) -> None:
        self._transaction.lock(calendars)

    def lock_of(self, appointments: Iterable[AppointmentId]) -> None:
        self._transaction.lock_of(appointments)

    def add(self, calendar: Calendar) -> None:
        self._transaction.add(
            _INSERT,
            {
                "id": calendar.id,
                "owner": calendar.owner,
                "slug": calendar.slug,
                "kind": calendar.kind,
                "components": calendar.components,
                "properties": calendar.properties,
                "revision": calendar.revision,
                "oldest": calendar.oldest,
                "modified_at": calendar.modified_at,
            },
        )

    def save(self, calendar: Calendar) -> None:
        self._transaction.run(
            _SAVE,
            calendar=calendar.id,
            new_components=calendar.components,
            new_properties=calendar.properties,
            new_revision=calendar.revision,
            new_oldest=calendar.oldest,
            new_modified_at=calendar.modified_at,
        )

    def delete(self, calendar: CalendarId) -> None:
        # Objects, versions, changes, appointments, parts and occurrences go by foreign key.
        self._transaction.run(_DELETE, calendar=calendar)

    def next_revision(self, calendar: CalendarId) -> int:
        row = self._transaction.first(_COUNT_UP, calendar=calendar)
        if row is None:
            raise NotFound("calendar", calendar)
        return int(row[0])


def _calendar(row: AnyRow | None) -> Calendar | None:
    return None if row is None else Calendar(*row)
