"""Appointments in the database, and the index of their occurrences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Integer,
    bindparam,
    delete,
    insert,
    select,
    union,
    update,
)

from server.domain.appointment import Appointment
from server.domain.calendars import Occurrence
from server.domain.ids import AppointmentId, GroupId
from server.practice_db import occurrence_statements
from server.practice_db.appointment_rows import (
    appointment_row,
    occurrence_rows,
    part_rows,
    read_appointment,
)
from server.practice_db.columns import Instant
from server.practice_db.one_of import one_of
from server.practice_db.range_statements import BEGAN_BEFORE, GOES_ON_AFTER
from server.practice_db.ranges import range_values
from server.practice_db.statement import PRACTICE, AnyRow, Statement, upsert
from server.practice_db.tables.appointments import appointment, appointment_part, occurrence
from server.practice_db.transaction import Transaction
from server.usecases.ports import Indexed, OccurrenceFilter

_a = appointment.c
_OURS: Final = _a.practice_id == PRACTICE
_ONE: Final[BindParameter[str]] = bindparam("appointment")

_HEADS: Final = Statement(
    select(appointment).where(_OURS, one_of(_a.id, "appointments")), named=True
)
_HEAD: Final = Statement(select(appointment).where(_OURS, _a.id == _ONE), named=True)
_PARTS_OF_MANY: Final = Statement(
    select(appointment_part).where(
        appointment_part.c.practice_id == PRACTICE,
        one_of(appointment_part.c.appointment_id, "appointments"),
    ),
    named=True,
)
_PARTS: Final = Statement(
    select(appointment_part).where(
        appointment_part.c.practice_id == PRACTICE, appointment_part.c.appointment_id == _ONE
    ),
    named=True,
)
_INSERT: Final = Statement(insert(appointment))
_INSERT_PART: Final = Statement(insert(appointment_part))
_PUT_OCCURRENCE: Final = upsert(occurrence)
_REPLACED: Final = {
    column.name: bindparam(f"new_{column.name}", type_=column.type)
    for column in appointment.columns
    if not column.primary_key
}
_UPDATE: Final = Statement(update(appointment).where(_OURS, _a.id == _ONE).values(_REPLACED))
_SET_REVISION: Final = Statement(
    update(appointment)
    .where(_OURS, _a.id == _ONE)
    .values(revision=bindparam("new_revision", type_=BigInteger))
)
_DELETE_PARTS: Final = Statement(
    delete(appointment_part).where(
        appointment_part.c.practice_id == PRACTICE, appointment_part.c.appointment_id == _ONE
    )
)
_OCCURRENCES: Final = Statement(
    occurrence_statements.EVERY.where(occurrence.c.appointment_id == _ONE)
)
_WITHOUT_OCCURRENCES: Final = delete(occurrence).where(
    occurrence.c.practice_id == PRACTICE, occurrence.c.appointment_id == _ONE
)
_DELETE_OCCURRENCES: Final = Statement(_WITHOUT_OCCURRENCES)
_DELETE_SOME: Final = Statement(_WITHOUT_OCCURRENCES.where(one_of(occurrence.c.key, "keys")))
_COPY: Final = Statement(
    select(_a.id)
    .where(
        _OURS,
        _a.copied_from.is_not(None),
        _a.copied_from == bindparam("source"),
        _a.copied_at >= bindparam("since", type_=Instant),
        _a.deleted_at.is_(None),
    )
    .order_by(_a.copied_at.desc(), _a.id.desc())
    .limit(1)
)
_INDEXED: Final = Statement(
    select(_a.indexed_from, _a.indexed_until, _a.first_start, _a.last_end).where(
        _OURS, _a.id == _ONE
    )
)
_TO_EXTEND: Final = Statement(
    select(_a.id)
    .where(
        _OURS,
        _a.unindexed_after.is_not(None),
        _a.unindexed_after < bindparam("until", type_=Instant),
    )
    .order_by(_a.unindexed_after, _a.id)
    .limit(bindparam("limit", type_=Integer))
)
_BEYOND: Final = Statement(
    union(select(_a.id).where(GOES_ON_AFTER), select(_a.id).where(BEGAN_BEFORE))
)
_EVERY_ID: Final = select(_a.id).where(_OURS).order_by(_a.id)
_IDS: Final = Statement(_EVERY_ID)
_LIVE_IDS: Final = Statement(_EVERY_ID.where(_a.deleted_at.is_(None)))


class SqlAppointments:
    """Implements server.usecases.ports.Appointments."""

    __slots__ = ("_transaction", "_zone")

    def __init__(self, transaction: Transaction, zone: Callable[[], ZoneInfo]) -> None:
        self._transaction = transaction
        self._zone = zone

    def get(self, appointment: AppointmentId) -> Appointment | None:
        head = self._transaction.first(_HEAD, appointment=appointment)
        if head is None:
            return None
        return read_appointment(head, self._transaction.all(_PARTS, appointment=appointment))

    def get_many(
        self, appointments: Iterable[AppointmentId]
    ) -> Mapping[AppointmentId, Appointment]:
        asked = set(appointments)
        parts: defaultdict[str, list[AnyRow]] = defaultdict(list)
        for part in self._transaction.all(_PARTS_OF_MANY, appointments=asked):
            parts[part.appointment_id].append(part)
        heads = self._transaction.all(_HEADS, appointments=asked)
        return {head.id: read_appointment(head, parts[head.id]) for head in heads}

    def save(
        self, appointment: Appointment, occurrences: Sequence[Occurrence], indexed: Indexed
    ) -> None:
        transaction = self._transaction
        head = appointment_row(appointment, indexed)
        new_values = {f"new_{name}": value for name, value in head.items()}
        if transaction.run(_UPDATE, appointment=appointment.id, **new_values):
            transaction.run(_DELETE_PARTS, appointment=appointment.id)
            self._replace_occurrences(appointment.id, occurrences)
        else:
            transaction.add(_INSERT, {"id": appointment.id, **head})
            transaction.add_all(_PUT_OCCURRENCE, occurrence_rows(occurrences))
        transaction.add_all(_INSERT_PART, part_rows(appointment, self._zone()))

    def _replace_occurrences(
        self, appointment: AppointmentId, occurrences: Sequence[Occurrence]
    ) -> None:
        transaction = self._transaction
        if not occurrences:
            transaction.run(_DELETE_OCCURRENCES, appointment=appointment)
            return
        # Most changes leave most occurrences as they were, and reading is cheaper than writing.
        rows = transaction.all(_OCCURRENCES, appointment=appointment)
        stored = {row[1]: Occurrence(*row) for row in rows}
        gone = stored.keys() - {one.key for one in occurrences}
        if gone:
            transaction.run(_DELETE_SOME, appointment=appointment, keys=gone)
        changed = [one for one in occurrences if stored.get(one.key) != one]
        transaction.add_all(_PUT_OCCURRENCE, occurrence_rows(changed))

    def set_revision(self, appointment: AppointmentId, revision: int) -> None:
        self._transaction.run(_SET_REVISION, appointment=appointment, new_revision=revision)

    def copy_of(self, appointment: AppointmentId, since: datetime) -> AppointmentId | None:
        row = self._transaction.first(_COPY, source=appointment, since=since)
        return None if row is None else row[0]

    def occurrences(self, wanted: OccurrenceFilter) -> Sequence[Occurrence]:
        named = {
            name: value
            for name in occurrence_statements.FIELDS
            if (value := getattr(wanted, name)) is not None
        }
        rows = self._transaction.all(
            occurrence_statements.overlapping(frozenset(named)),
            **named,
            **range_values(wanted.start, wanted.end),
        )
        return [Occurrence(*row) for row in rows]

    def indexed(self, appointment: AppointmentId) -> Indexed | None:
        row = self._transaction.first(_INDEXED, appointment=appointment)
        return None if row is None else Indexed(*row)

    def to_extend(self, until: datetime, limit: int) -> Sequence[AppointmentId]:
        return [row[0] for row in self._transaction.all(_TO_EXTEND, until=until, limit=limit)]

    def beyond_index(self, start: datetime, end: datetime) -> Sequence[AppointmentId]:
        return [row[0] for row in self._transaction.all(_BEYOND, **range_values(start, end))]

    def ids(self, *, deleted: bool = False) -> Sequence[AppointmentId]:
        return [row[0] for row in self._transaction.all(_IDS if deleted else _LIVE_IDS)]

    def next_group(self) -> GroupId:
        return GroupId(f"G{uuid4().hex}")
