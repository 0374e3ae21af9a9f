"""Calendar objects in the database, and the log of their changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from server.domain.calendars import Entry, StoredObject
from server.domain.ids import AppointmentId, CalendarId, UserName
from server.practice_db import object_statements as sql
from server.practice_db import range_statements
from server.practice_db.glance import SERVED
from server.practice_db.ranges import range_values
from server.practice_db.statement import AnyRow
from server.practice_db.transaction import Transaction
from server.usecases.ports.calendars import Row, Served

_KEPT_VERSIONS: Final = 20
_TRIM_EVERY: Final = 8
"""Versions are trimmed at every eighth revision: often enough, and seldom in the way."""
_MAY_OCCUR: Final = 1


class SqlObjects:
    """Implements server.usecases.ports.Objects."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def served(self, owner: UserName, slug: str, href: str) -> Served | None:
        row = self._transaction.first(SERVED, owner=owner, slug=slug, href=href)
        return None if row is None else Served(*row)

    def get(self, calendar: CalendarId, href: str) -> StoredObject | None:
        return _object(self._transaction.first(sql.ONE, calendar=calendar, href=href))

    def get_many(
        self, calendar: CalendarId, hrefs: Iterable[str] | None = None
    ) -> Sequence[StoredObject]:
        if hrefs is None:
            return _objects(self._transaction.all(sql.ALL, calendar=calendar))
        return _objects(self._transaction.all(sql.MANY, calendar=calendar, hrefs=set(hrefs)))

    def entries(self, calendar: CalendarId) -> Sequence[Entry]:
        return [Entry(*row) for row in self._transaction.all(sql.ENTRIES, calendar=calendar)]

    def listing(self, calendar: CalendarId, fields: tuple[str, ...]) -> Sequence[Row]:
        return self._transaction.all(sql.listing(fields), calendar=calendar)

    def rows(
        self, calendar: CalendarId, fields: tuple[str, ...], hrefs: Iterable[str]
    ) -> Sequence[Row]:
        return self._transaction.all(sql.some(fields), calendar=calendar, hrefs=set(hrefs))

    def href_of_uid(self, calendar: CalendarId, uid: str) -> str | None:
        row = self._transaction.first(sql.HREF_OF_UID, calendar=calendar, uid=uid)
        return None if row is None else row[0]

    def of_appointment(self, appointment: AppointmentId) -> StoredObject | None:
        return _object(self._transaction.first(sql.OF_APPOINTMENT, appointment=appointment))

    def with_uid(self, uid: str) -> Sequence[StoredObject]:
        return _objects(self._transaction.all(sql.WITH_UID, uid=uid))

    def put(self, stored: StoredObject) -> None:
        transaction = self._transaction
        own = {"calendar_id": stored.calendar, "href": stored.href}
        own_revision = {**own, "revision": stored.revision}
        meta = {
            "uid": stored.uid,
            "component": stored.component,
            "etag": stored.etag,
            "size": len(stored.text.encode()),
            "modified_at": stored.modified_at,
            "appointment_id": stored.appointment,
            "hide_at": stored.hide_at,
        }
        text = {"modified_at": stored.modified_at, "text": stored.text}
        transaction.add(sql.PUT_OBJECT, own_revision | meta)
        transaction.add(sql.PUT_VERSION, own_revision | text)
        transaction.add(sql.PUT_CHANGE, own_revision | {"removed": False})
        if stored.revision % _TRIM_EVERY == 0:
            transaction.run(
                sql.TRIM_VERSIONS,
                calendar=stored.calendar,
                href=stored.href,
                kept=_KEPT_VERSIONS,
            )

    def delete(self, calendar: CalendarId, href: str, revision: int) -> None:
        transaction = self._transaction
        transaction.run(sql.DELETE_OBJECT, calendar=calendar, href=href)
        change = {"calendar_id": calendar, "revision": revision, "href": href, "removed": True}
        transaction.add(sql.PUT_CHANGE, change)

    def version(self, calendar: CalendarId, href: str, revision: int) -> str | None:
        row = self._transaction.first(
            sql.VERSION, calendar=calendar, href=href, revision=revision
        )
        return None if row is None else row[0]

    def changed_since(self, calendar: CalendarId, revision: int) -> Mapping[str, bool]:
        rows = self._transaction.all(sql.CHANGED_SINCE, calendar=calendar, revision=revision)
        # By revision, so the last change of an href is the one that stays.
        return {href: not removed for href, _, removed in rows}

    def changes_since(
        self, calendar: CalendarId, revision: int
    ) -> Sequence[tuple[str, int, bool]]:
        rows = self._transaction.all(sql.CHANGED_SINCE, calendar=calendar, revision=revision)
        # Where an href comes again, its place is that of the last change.
        last: dict[str, tuple[str, int, bool]] = {}
        for row in reversed(rows):
            last.setdefault(row[0], row)
        return list(last.values())[::-1]

    def in_range(
        self, calendar: CalendarId, start: datetime | None, end: datetime | None
    ) -> tuple[frozenset[str], frozenset[str]]:
        rows = self._transaction.all(
            range_statements.IN_RANGE, calendar=calendar, **range_values(start, end)
        )
        # An appointment whose object is hidden has occurrences, but no href.
        surely = frozenset(href for how, href in rows if href and how != _MAY_OCCUR)
        perhaps = frozenset(href for how, href in rows if href and how == _MAY_OCCUR)
        return surely, perhaps

    def rows_in_range(
        self,
        calendar: CalendarId,
        fields: tuple[str, ...],
        span: tuple[datetime | None, datetime | None],
    ) -> tuple[Sequence[Row], Sequence[Row]]:
        statement = range_statements.rows_in_range(("href", *fields))
        rows = self._transaction.all(statement, calendar=calendar, **range_values(*span))
        surely = [row[2:] for row in rows if row[0] != _MAY_OCCUR and row[1]]
        perhaps = [row[2:] for row in rows if row[0] == _MAY_OCCUR and row[1]]
        return surely, perhaps

    def personal_lines(
        self, calendar: CalendarId, href: str, user: UserName
    ) -> tuple[str, ...]:
        row = self._transaction.first(
            sql.PERSONAL_LINES, calendar=calendar, href=href, user=user
        )
        return () if row is None else row[0]

    def save_personal_lines(
        self, calendar: CalendarId, href: str, user: UserName, lines: tuple[str, ...]
    ) -> None:
        transaction = self._transaction
        if not lines:
            transaction.run(sql.DROP_PERSONAL, calendar=calendar, href=href, user=user)
            return
        row = {"calendar_id": calendar, "href": href, "user_name": user, "lines": lines}
        transaction.add(sql.PUT_PERSONAL, row)

    def to_hide(self, calendar: CalendarId | None, now: datetime) -> Sequence[StoredObject]:
        if calendar is None:
            return _objects(self._transaction.all(sql.TO_HIDE, now=now))
        return _objects(self._transaction.all(sql.TO_HIDE_OF, now=now, calendar=calendar))

    def prune(self, calendar: CalendarId, below: int) -> int:
        return sum(
            self._transaction.run(statement, calendar=calendar, below=below)
            for statement in (sql.PRUNE_CHANGES, sql.PRUNE_VERSIONS)
        )


def _object(row: AnyRow | None) -> StoredObject | None:
    return None if row is None else StoredObject(*row)


def _objects(rows: Sequence[AnyRow]) -> list[StoredObject]:
    return [StoredObject(*row) for row in rows]
