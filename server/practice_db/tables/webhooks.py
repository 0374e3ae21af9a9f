"""Tables of webhooks: who is told, what is told, and what became of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from server.domain.webhooks import Closed, DeliveryState, EventType
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

webhook_endpoint = Table(
    "webhook_endpoint",
    METADATA,
    practice_key(),
    key("id"),
    Column("url", Text, nullable=False),
    Column("secret", String, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("events", Words, nullable=False),
    Column("old_secret", String),
    Column("old_until", Instant),
    Column("closed", Choice(Closed)),
    Column("failures", Integer, nullable=False),
    Column("rests_until", Instant),
    of_practice(),
)

# An event of an appointment is held, without deliveries, until it can no longer be undone. The
# appointment may be gone for good by then, so there is no key to it.
webhook_event = Table(
    "webhook_event",
    METADATA,
    practice_key(),
    key("id"),
    Column("number", BigInteger, nullable=False, comment="the order of happening"),
    Column("kind", Choice(EventType), nullable=False),
    Column("at", Instant, nullable=False),
    Column("data", Pairs, nullable=False),
    Column("appointment_id", code()),
    Column("key", code()),
    Column("revision", BigInteger),
    Column("held_until", Instant),
    of_practice(),
    Index("ix_webhook_event_number", "practice_id", "number"),
)
Index(
    "ix_webhook_event_held",
    webhook_event.c.practice_id,
    webhook_event.c.appointment_id,
    webhook_event.c.key,
    sqlite_where=webhook_event.c.held_until.is_not(None),
    postgresql_where=webhook_event.c.held_until.is_not(None),
)

webhook_delivery = Table(
    "webhook_delivery",
    METADATA,
    practice_key(),
    key("event_id"),
    key("endpoint_id"),
    Column("number", BigInteger, nullable=False, comment="of the event"),
    Column("state", Choice(DeliveryState), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("result", String, nullable=False),
    Column("ended_at", Instant),
    points_to("webhook_event", {"event_id": "id"}),
    points_to("webhook_endpoint", {"endpoint_id": "id"}, cascade=True),
    Index("ix_webhook_delivery_ended", "practice_id", "ended_at"),
)
Index(
    "ix_webhook_delivery_waiting",
    webhook_delivery.c.practice_id,
    webhook_delivery.c.endpoint_id,
    webhook_delivery.c.number,
    sqlite_where=webhook_delivery.c.ended_at.is_(None),
    postgresql_where=webhook_delivery.c.ended_at.is_(None),
)
