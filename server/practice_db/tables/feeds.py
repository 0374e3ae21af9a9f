"""The table of secret addresses at which busy times are read."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from server.domain.feeds import FeedKind, FeedLevel
from server.practice_db.columns import (
    METADATA,
    Choice,
    Instant,
    code,
    key,
    points_to,
    practice_key,
)

feed_token = Table(
    "feed_token",
    METADATA,
    practice_key(),
    key("id"),
    Column("user_name", code(), nullable=False),
    Column("kind", Choice(FeedKind), nullable=False),
    Column("level", Choice(FeedLevel), nullable=False),
    Column("label", String, nullable=False),
    Column("secret_hash", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
    points_to("app_user", {"user_name": "name"}),
    Index("ix_feed_token_user", "practice_id", "user_name"),
)
