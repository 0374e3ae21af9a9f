"""What visitors of the booking page asked for, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from itertools import starmap
from typing import Final

from sqlalchemy import Boolean, String, and_, bindparam, delete, not_, or_, select, update

from server.domain.bookings import Booking, BookingLink, Visitor
from server.domain.ids import AppointmentId, BookingId
from server.domain.vocabulary import Status
from server.domain.when import MASTER
from server.practice_db.columns import EPOCH, Choice, Instant, moment_of
from server.practice_db.columns import LATEST as LAST_SECOND
from server.practice_db.statement import PRACTICE, AnyRow, Statement, insert_new, upsert
from server.practice_db.tables.appointments import appointment, appointment_part
from server.practice_db.tables.bookings import (
    booking,
    booking_attempt,
    booking_link,
    email_code,
    mail,
)
from server.practice_db.transaction import Transaction
from server.usecases.ports.bookings import BookingFilter

_b, _l = booking.c, booking_link.c
_AT: Final = bindparam("moment", type_=Instant)
_LATEST: Final = moment_of(LAST_SECOND)
_COLUMNS: Final = [column for column in booking.columns if column is not _b.practice_id]
_BOOKINGS: Final = (
    select(*_COLUMNS).where(_b.practice_id == PRACTICE).order_by(_b.made_at, _b.id)
)
_PART: Final = and_(
    appointment_part.c.practice_id == PRACTICE,
    appointment_part.c.appointment_id == _b.appointment_id,
    appointment_part.c.key == MASTER,
)
_WHOLE: Final = and_(
    appointment.c.practice_id == PRACTICE,
    appointment.c.id == _b.appointment_id,
    appointment.c.deleted_at.is_(None),
)
_LISTED: Final = Statement(
    _BOOKINGS.select_from(
        booking.outerjoin(appointment, _WHOLE).outerjoin(appointment_part, _PART)
    )
    .where(
        _b.made_at >= bindparam("since", type_=Instant),
        or_(bindparam("moving", type_=String).is_(None), _b.replaces == bindparam("moving")),
        or_(
            not_(bindparam("pending", type_=Boolean)),
            and_(
                appointment.c.id.is_not(None),
                appointment_part.c.status
                == bindparam("requested", Status.REQUESTED, type_=Choice(Status)),
                or_(_b.expires_at.is_(None), _b.expires_at <= _AT),
            ),
        ),
    )
    .limit(bindparam("at_most"))
)
_ONE: Final = Statement(_BOOKINGS.where(_b.id == bindparam("booking")))
_OF_APPOINTMENT: Final = Statement(
    _BOOKINGS.where(_b.appointment_id == bindparam("appointment"))
)
_BY_KEY: Final = Statement(_BOOKINGS.where(_b.request_key == bindparam("request_key")))
_ADD: Final = insert_new(booking)
_PUT: Final = upsert(booking)
_LINK: Final = Statement(
    select(_l.token_hash, _l.booking_id, _l.purpose, _l.expires_at, _l.used_at).where(
        _l.practice_id == PRACTICE, _l.token_hash == bindparam("token")
    )
)
"""The columns of BookingLink, in its order."""
_ADD_LINK: Final = insert_new(booking_link)
_USE_LINK: Final = Statement(
    update(booking_link)
    .where(
        _l.practice_id == PRACTICE,
        _l.token_hash == bindparam("token"),
        _l.used_at.is_(None),
    )
    .values(used_at=_AT)
)
_PRUNE: Final = tuple(
    Statement(delete(table).where(table.c.practice_id == PRACTICE, until < _AT))
    for table, until in (
        (booking_link, _l.expires_at),
        (mail, mail.c.settled_at),
        (booking_attempt, booking_attempt.c.at),
        (email_code, email_code.c.expires_at),
    )
)


class SqlBookings:
    """Implements server.usecases.ports.Bookings."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, booking: BookingId) -> Booking | None:
        return _booking_or_none(self._transaction.first(_ONE, booking=booking))

    def of_appointment(self, appointment: AppointmentId) -> Booking | None:
        row = self._transaction.first(_OF_APPOINTMENT, appointment=appointment)
        return _booking_or_none(row)

    def by_request_key(self, request_key: str) -> Booking | None:
        return _booking_or_none(self._transaction.first(_BY_KEY, request_key=request_key))

    def listed(self, wanted: BookingFilter) -> Sequence[Booking]:
        rows = self._transaction.all(
            _LISTED,
            since=wanted.made_since or EPOCH,
            pending=wanted.pending or wanted.expired_by is not None,
            moment=wanted.expired_by or _LATEST,
            moving=wanted.moving,
            at_most=wanted.at_most,
        )
        return list(starmap(_booking, rows))

    def add(self, booking: Booking) -> bool:
        return self._transaction.add_new(_ADD, _row(booking))

    def save(self, booking: Booking) -> None:
        self._transaction.add(_PUT, _row(booking))

    def link(self, token_hash: str) -> BookingLink | None:
        row = self._transaction.first(_LINK, token=token_hash)
        return None if row is None else BookingLink(*row)

    def add_link(self, link: BookingLink) -> None:
        self._transaction.add_new(
            _ADD_LINK,
            {
                "token_hash": link.token_hash,
                "booking_id": link.booking,
                "purpose": link.purpose,
                "expires_at": link.expires_at,
                "used_at": link.used_at,
            },
        )

    def use_link(self, token_hash: str, at: datetime) -> bool:
        return bool(self._transaction.run(_USE_LINK, token=token_hash, moment=at))

    def prune(self, before: datetime) -> int:
        return sum(self._transaction.run(statement, moment=before) for statement in _PRUNE)


def _booking_or_none(row: AnyRow | None) -> Booking | None:
    return None if row is None else _booking(*row)


def _booking(number: BookingId, appointment: AppointmentId, *rest: object) -> Booking:
    visitor = Visitor(*rest[:6])  # type: ignore[arg-type]  # columns in the order of the fields
    return Booking(number, appointment, visitor, *rest[6:])  # type: ignore[arg-type]  # as above


def _row(booking: Booking) -> dict[str, object]:
    visitor = astuple(booking.visitor)
    values = (
        booking.id,
        booking.appointment,
        *visitor,
        booking.made_at,
        booking.message,
        booking.client,
        booking.expires_at,
        booking.replaces,
        booking.ended,
        booking.reply,
        booking.request_key,
        booking.request_digest,
        booking.told,
    )
    return {column.name: value for column, value in zip(_COLUMNS, values, strict=True)}
