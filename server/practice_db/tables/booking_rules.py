"""The table of what clients may book themselves, beside the session types."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table

from server.domain.booking_rules import BookingMode
from server.practice_db.columns import METADATA, Choice, key, points_to, practice_key

booking_rule = Table(
    "booking_rule",
    METADATA,
    practice_key(),
    key("session_type_id"),
    Column("mode", Choice(BookingMode), nullable=False),
    Column("new_clients", Boolean, nullable=False),
    Column("notice", Integer, nullable=False, comment="minutes"),
    Column("horizon", Integer, nullable=False, comment="days"),
    Column("pause_before", Integer, nullable=False, comment="minutes"),
    Column("pause_after", Integer, nullable=False, comment="minutes"),
    Column("grid", Integer, nullable=False, comment="minutes"),
    Column("capacity", Integer, nullable=False),
    Column("needs_room", Boolean, nullable=False),
    points_to("session_type", {"session_type_id": "id"}, cascade=True),
)
