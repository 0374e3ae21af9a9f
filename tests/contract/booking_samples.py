"""Everything that is asked of bookings once, for the test of tenants."""

from __future__ import annotations

from dataclasses import replace

from server.domain.bookings import (
    Booking,
    BookingLink,
    EmailCode,
    LinkPurpose,
    Mail,
    MailKind,
    Visitor,
)
from server.domain.ids import AppointmentId, BookingId
from server.usecases.ports import BookingFilter, UnitOfWork
from tests.contract.samples import DAY, NOW, VISIT

BOOKING = Booking(BookingId("b1"), VISIT, Visitor("Nora Newcomer"), NOW, request_key="k")
LINK = BookingLink("hash", BOOKING.id, LinkPurpose.CANCEL, NOW + DAY)
MAIL = Mail("m1", MailKind.BOOKED, NOW, BOOKING.id)
CODE = EmailCode("address", "code", NOW + DAY)


def write_bookings(uow: UnitOfWork) -> None:
    uow.bookings.add(BOOKING)
    uow.bookings.save(BOOKING)
    uow.bookings.add_link(LINK)
    uow.bookings.use_link(LINK.token_hash, NOW)
    uow.mails.add(MAIL)
    uow.mails.due(NOW, 5)
    uow.mails.save(MAIL)
    uow.mails.change(MAIL, replace(MAIL, attempts=1))
    uow.attempts.key()
    uow.attempts.note(["by"], NOW)
    uow.attempts.save_code(CODE)
    uow.attempts.drop_code("none")
    uow.bookings.prune(NOW - DAY)


def read_bookings(uow: UnitOfWork) -> None:
    assert uow.bookings.get(BOOKING.id) == BOOKING
    assert uow.bookings.by_request_key("k") == BOOKING
    uow.bookings.of_appointment(AppointmentId("none"))
    uow.bookings.listed(BookingFilter(pending=True, expired_by=NOW, made_since=NOW))
    uow.bookings.link(LINK.token_hash)
    uow.mails.of_booking(BOOKING.id)
    uow.mails.any_due(NOW)
    uow.attempts.counts(["by"], NOW)
    assert uow.attempts.code(CODE.address_hash) == CODE
