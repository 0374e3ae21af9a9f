"""The tables of what visitors of the booking page asked for, and of what they are told."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from server.domain.bookings import Ended, LinkPurpose, MailKind
from server.practice_db.columns import (
    METADATA,
    Choice,
    Instant,
    code,
    key,
    of_practice,
    points_to,
    practice_key,
)

booking = Table(
    "booking",
    METADATA,
    practice_key(),
    key("id"),
    Column("appointment_id", code(), nullable=False),
    Column("visitor_name", String, nullable=False),
    Column("visitor_email", String, nullable=False),
    Column("visitor_phone", String, nullable=False),
    Column("email_reminders", Boolean, nullable=False),
    Column("phone_reminders", Boolean, nullable=False),
    Column("text_reminders", Boolean, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("message", Text, nullable=False),
    Column("client_number", code()),
    Column("expires_at", Instant),
    Column("replaces", code()),
    Column("ended", Choice(Ended)),
    Column("reply", Text, nullable=False),
    Column("request_key", String),
    Column("request_digest", String, nullable=False),
    Column("told", String, nullable=False),
    points_to("appointment", {"appointment_id": "id"}, cascade=True),
    points_to("client", {"client_number": "number"}),
    Index("ix_booking_appointment", "practice_id", "appointment_id"),
    Index("uq_booking_request_key", "practice_id", "request_key", unique=True),
)
Index(
    "ix_booking_client",
    booking.c.practice_id,
    booking.c.client_number,
    sqlite_where=booking.c.client_number.is_not(None),
    postgresql_where=booking.c.client_number.is_not(None),
)

booking_link = Table(
    "booking_link",
    METADATA,
    practice_key(),
    key("token_hash"),
    Column("booking_id", code(), nullable=False),
    Column("purpose", Choice(LinkPurpose), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    points_to("booking", {"booking_id": "id"}, cascade=True),
    Index("ix_booking_link_booking", "practice_id", "booking_id"),
)

mail = Table(
    "mail",
    METADATA,
    practice_key(),
    key("id"),
    Column("kind", Choice(MailKind), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("booking_id", code()),
    Column("recipient", String, nullable=False),
    Column("secret", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("settled_at", Instant),
    Column("failure", String, nullable=False),
    of_practice(),
    points_to("booking", {"booking_id": "id"}, cascade=True),
    Index("ix_mail_booking", "practice_id", "booking_id"),
)
Index(
    "ix_mail_due",
    mail.c.practice_id,
    mail.c.due_at,
    sqlite_where=mail.c.settled_at.is_(None),
    postgresql_where=mail.c.settled_at.is_(None),
)

booking_attempt = Table(
    "booking_attempt",
    METADATA,
    practice_key(),
    key("who"),
    Column("at", Instant, primary_key=True, autoincrement=False, comment="start of a minute"),
    Column("times", Integer, nullable=False),
    of_practice(),
)

email_code = Table(
    "email_code",
    METADATA,
    practice_key(),
    key("address_hash"),
    Column("code_hash", String, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    of_practice(),
)

booking_key = Table(
    "booking_key",
    METADATA,
    practice_key(),
    Column("secret", String, nullable=False),
    of_practice(),
)
