"""Appointments as rows, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.appointment import (
    Appointment,
    Details,
    FeeOverride,
    Part,
    parse_reminders,
    parse_services,
)
from server.domain.calendars import Occurrence
from server.domain.money import Money
from server.domain.vocabulary import Attention, Lock
from server.domain.when import MASTER, Recurrence, RecurrenceKey, Timed, When
from server.practice_db.ranges import length_class
from server.practice_db.statement import AnyRow
from server.practice_db.times_text import (
    date_text,
    read_date,
    read_day_span,
    read_start,
    read_wall,
    when_row,
)
from server.usecases.ports import Indexed


def appointment_row(appointment: Appointment, indexed: Indexed) -> dict[str, object]:
    """Return the columns of the appointment itself, its id apart."""
    recurrence = appointment.recurrence or Recurrence()
    return {
        "calendar_id": appointment.calendar,
        "uid": appointment.uid,
        "repeats": appointment.recurrence is not None,
        "rrules": recurrence.rrules,
        "rdates": tuple(map(date_text, recurrence.rdates)),
        "exdates": tuple(map(date_text, recurrence.exdates)),
        "zones": appointment.zones,
        "group_id": appointment.group,
        "continues": appointment.continues,
        "copied_from": appointment.copied_from,
        "copied_at": appointment.copied_at,
        "revision": appointment.revision,
        "created_at": appointment.created_at,
        "modified_at": appointment.modified_at,
        "deleted_at": appointment.deleted_at,
        **_indexed_columns(indexed, open_ended=_may_exceed_index(appointment)),
    }


def _may_exceed_index(appointment: Appointment) -> bool:
    # Single appointments and overrides are indexed whenever they are.
    return appointment.recurrence is not None and appointment.deleted_at is None


def _indexed_columns(indexed: Indexed, *, open_ended: bool) -> dict[str, object]:
    goes_on = indexed.last_end is None or indexed.last_end > indexed.until
    began = indexed.first_start is None or indexed.first_start < indexed.start
    return {
        "indexed_from": indexed.start,
        "indexed_until": indexed.until,
        "first_start": indexed.first_start,
        "last_end": indexed.last_end,
        "unindexed_before": indexed.start if open_ended and began else None,
        "unindexed_after": indexed.until if open_ended and goes_on else None,
    }


def part_rows(appointment: Appointment, zone: ZoneInfo) -> list[dict[str, object]]:
    """Return the rows of the master and the overrides; days are days of ``zone``."""
    parts = dict(appointment.overrides)
    if appointment.master is not None:
        parts[MASTER] = appointment.master
    return [
        {
            "appointment_id": appointment.id,
            "key": key,
            "lines": part.lines,
            "deleted": part.deleted,
            **when_row(part.when, zone),
            **_details_row(part.details),
            "held": " ".join(sorted(part.held)),
        }
        for key, part in parts.items()
    ]


def _details_row(details: Details) -> dict[str, object]:
    fee = details.fee.amount if details.fee else None
    return {
        "kind": details.kind,
        "status": details.status,
        "practitioner": details.practitioner,
        "title": details.title,
        "client_number": details.client,
        "session_type_id": details.session_type,
        "services": " ".join(map(str, details.services)),
        "location_key": details.location,
        "room_key": details.room,
        "place": details.place,
        "medium": details.medium,
        "contact_with": details.contact_with,
        "contact_name": details.contact_name,
        "url": details.url,
        "instructions": details.instructions,
        "note": details.note,
        "busy": details.busy,
        "travel": details.travel // timedelta(seconds=1),
        "reminders": " ".join(map(str, details.reminders)),
        "session_bridge": details.session_bridge,
        "fee_minor": fee.minor if fee else None,
        "fee_currency": fee.currency if fee else None,
        "fee_reason": details.fee.reason if details.fee else "",
        "auto_95": details.auto_95,
        "attention": " ".join(sorted(details.attention)),
        "candidates": details.candidates,
    }


def occurrence_rows(occurrences: Iterable[Occurrence]) -> list[dict[str, object]]:
    """Return the rows of the occurrence index."""
    return [
        {
            "appointment_id": occurrence.appointment,
            "key": occurrence.key,
            "calendar_id": occurrence.calendar,
            "start_at": occurrence.start,
            "end_at": occurrence.end,
            "busy_from": occurrence.busy_from,
            "all_day": occurrence.all_day,
            "kind": occurrence.kind,
            "status": occurrence.status,
            "blocks": occurrence.blocks,
            "practitioner": occurrence.practitioner,
            "client_number": occurrence.client,
            "room_key": occurrence.room,
            "group_id": occurrence.group,
            "pinned": occurrence.pinned,
            "length_class": length_class(occurrence.start, occurrence.end),
        }
        for occurrence in occurrences
    ]


def read_appointment(row: AnyRow, parts: Sequence[AnyRow]) -> Appointment:
    """Return the appointment of a row and the rows of its parts."""
    read = {RecurrenceKey(part.key): _part(part) for part in parts}
    master = read.pop(MASTER, None)
    return Appointment(
        id=row.id,
        calendar=row.calendar_id,
        uid=row.uid,
        master=master,
        recurrence=_recurrence(row) if row.repeats else None,
        overrides=read,
        zones=row.zones,
        group=row.group_id,
        continues=row.continues,
        copied_from=row.copied_from,
        copied_at=row.copied_at,
        revision=row.revision,
        created_at=row.created_at,
        modified_at=row.modified_at,
        deleted_at=row.deleted_at,
    )


def _recurrence(row: AnyRow) -> Recurrence:
    exdates: tuple[datetime | date, ...] = tuple(map(read_start, row.exdates))
    return Recurrence(row.rrules, tuple(map(read_date, row.rdates)), exdates)


def _part(row: AnyRow) -> Part:
    held = frozenset(map(Lock, row.held.split()))
    return Part(_when(row), _details(row), row.lines, row.deleted, held)


def _when(row: AnyRow) -> When:
    if row.all_day:
        return read_day_span(row.wall_start, row.wall_end)
    return Timed(
        read_wall(row.wall_start, row.zone, row.start_at),
        read_wall(row.wall_end, row.end_zone, row.end_at),
    )


def _details(row: AnyRow) -> Details:
    return Details(
        kind=row.kind,
        status=row.status,
        practitioner=row.practitioner,
        title=row.title,
        client=row.client_number,
        session_type=row.session_type_id,
        services=parse_services(row.services),
        location=row.location_key,
        room=row.room_key,
        place=row.place,
        medium=row.medium,
        contact_with=row.contact_with,
        contact_name=row.contact_name,
        url=row.url,
        instructions=row.instructions,
        note=row.note,
        busy=row.busy,
        travel=timedelta(seconds=row.travel),
        reminders=parse_reminders(row.reminders),
        session_bridge=row.session_bridge,
        fee=_fee(row),
        auto_95=row.auto_95,
        attention=frozenset(map(Attention, row.attention.split())),
        candidates=row.candidates,
    )


def _fee(row: AnyRow) -> FeeOverride | None:
    if row.fee_minor is None:
        return None
    return FeeOverride(Money(row.fee_minor, row.fee_currency), row.fee_reason)
