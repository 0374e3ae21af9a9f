"""What happened, in the database: lines are only added, each chained to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from sqlalchemy import bindparam, insert, select

from server.domain.calendars import Actor, HistoryLine
from server.domain.ids import AppointmentId, CalendarId
from server.domain.vocabulary import Fact
from server.practice_db.columns import epoch
from server.practice_db.statement import PRACTICE, AnyRow, Statement
from server.practice_db.tables.record import history
from server.practice_db.transaction import Transaction

_h = history.c
_FIRST_HASH: Final = "0" * 64

_LAST: Final = Statement(
    select(_h.number, _h.hash)
    .where(_h.practice_id == PRACTICE, _h.calendar_id == bindparam("calendar"))
    .order_by(_h.number.desc())
    .limit(1)
)
_INSERT: Final = Statement(insert(history))
_OF: Final = Statement(
    select(history)
    .where(_h.practice_id == PRACTICE, _h.appointment_id == bindparam("appointment"))
    .order_by(_h.at, _h.revision, _h.calendar_id, _h.number),
    named=True,
)
_EVERY: Final = Statement(
    select(history).where(_h.practice_id == PRACTICE).order_by(_h.calendar_id, _h.number),
    named=True,
)


class SqlHistory:
    """Implements server.usecases.ports.History."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def append(self, calendar: CalendarId, line: HistoryLine) -> None:
        # The chain of a calendar has one end: whoever lengthens it holds the calendar.
        self._transaction.lock((calendar,))
        last = self._transaction.first(_LAST, calendar=calendar)
        number, before = last or (0, _FIRST_HASH)
        self._transaction.add(
            _INSERT,
            {
                "calendar_id": calendar,
                "number": number + 1,
                "appointment_id": line.appointment,
                "key": line.key,
                "revision": line.revision,
                "at": line.at,
                "user_name": line.actor.user,
                "role": line.actor.role,
                "door": line.actor.door,
                "credential": line.actor.credential,
                "facts": tuple(line.facts),
                "changes": line.changes,
                "hash": _hash(before, calendar, number + 1, line),
            },
        )

    def of(self, appointment: AppointmentId) -> Sequence[HistoryLine]:
        return [_line(row) for row in self._transaction.all(_OF, appointment=appointment)]

    def broken_links(self) -> Sequence[str]:
        rows = self._transaction.all(_EVERY)
        return [
            broken
            for calendar, lines in groupby(rows, key=lambda row: row.calendar_id)
            for broken in _broken(calendar, lines)
        ]


def _broken(calendar: str, rows: Iterable[AnyRow]) -> Iterator[str]:
    before = _FIRST_HASH
    for expected, row in enumerate(rows, start=1):
        if row.number != expected or row.hash != _hash(before, calendar, expected, _line(row)):
            yield f"{calendar}#{row.number}"
        before = row.hash


def _hash(before: str, calendar: str, number: int, line: HistoryLine) -> str:
    said = [
        calendar,
        number,
        line.appointment,
        line.key,
        line.revision,
        epoch(line.at),
        line.actor.user,
        line.actor.role.value,
        line.actor.door.value,
        line.actor.credential,
        [fact.value for fact in line.facts],
        {field: list(values) for field, values in line.changes.items()},
    ]
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}{canonical}".encode()).hexdigest()


def _line(row: AnyRow) -> HistoryLine:
    return HistoryLine(
        appointment=row.appointment_id,
        key=row.key,
        revision=row.revision,
        at=row.at,
        actor=Actor(row.user_name, row.role, row.door, row.credential),
        facts=tuple(map(Fact, row.facts)),
        changes={field: (old, new) for field, (old, new) in row.changes.items()},
    )
