"""The tables of the practice database; every primary key begins with practice_id."""

from __future__ import annotations

from server.practice_db.tables import (
    api_access,
    appointments,
    billing,
    booking_rules,
    bookings,
    calendars,
    feeds,
    google,
    papers,
    practice,
    practice_ends,
    record,
    webhooks,
)

__all__ = [
    "api_access",
    "appointments",
    "billing",
    "booking_rules",
    "bookings",
    "calendars",
    "feeds",
    "google",
    "papers",
    "practice",
    "practice_ends",
    "record",
    "webhooks",
]
