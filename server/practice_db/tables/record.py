"""Tables of what happened and who must hear of it: history, outbox, notices."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from server.domain.vocabulary import Door, Fact, Role
from server.practice_db.columns import (
    METADATA,
    Choice,
    Instant,
    Pairs,
    Words,
    code,
    key,
    of_practice,
    points_to,
    practice_key,
)

# Insert only, held by triggers; it outlives calendars and appointments, with no key to them.
history = Table(
    "history",
    METADATA,
    practice_key(),
    key("calendar_id"),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("appointment_id", code(), nullable=False),
    Column("key", code(), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("user_name", code(), nullable=False),
    Column("role", Choice(Role), nullable=False),
    Column("door", Choice(Door), nullable=False),
    Column("credential", code()),
    Column("facts", Words, nullable=False),
    Column("changes", Pairs, nullable=False),
    Column("hash", String, nullable=False, comment="SHA-256 over the hash before and the line"),
    of_practice(),
    Index("ix_history_appointment", "practice_id", "appointment_id"),
)

subscriber = Table(
    "subscriber",
    METADATA,
    practice_key(),
    key("name"),
    of_practice(),
)

outbox = Table(
    "outbox",
    METADATA,
    practice_key(),
    key("id"),
    Column("subscriber", code(), nullable=False),
    Column("appointment_id", code(), nullable=False),
    Column("key", code(), nullable=False),
    Column("fact", Choice(Fact), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("told_at", Instant),
    points_to("subscriber", {"subscriber": "name"}),
)
Index(
    "ix_outbox_waiting",
    outbox.c.practice_id,
    outbox.c.due_at,
    sqlite_where=outbox.c.told_at.is_(None),
    postgresql_where=outbox.c.told_at.is_(None),
)

notice = Table(
    "notice",
    METADATA,
    practice_key(),
    key("id"),
    Column("user_name", code(), nullable=False),
    Column("at", Instant, nullable=False),
    Column("code", String, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("appointment_id", code()),
    Column("cleared_at", Instant),
    points_to("app_user", {"user_name": "name"}),
    Index("ix_notice_user", "practice_id", "user_name"),
)
