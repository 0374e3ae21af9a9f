"""Tables of the HTTP API: tokens, and answers to requests that may come again."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from server.practice_db.columns import (
    METADATA,
    Instant,
    Words,
    code,
    key,
    points_to,
    practice_key,
)

api_token = Table(
    "api_token",
    METADATA,
    practice_key(),
    key("id"),
    Column("user_name", code(), nullable=False),
    Column("label", String, nullable=False),
    Column("secret_hash", String, nullable=False),
    Column("scopes", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
    points_to("app_user", {"user_name": "name"}),
    Index("ix_api_token_user", "practice_id", "user_name"),
)

api_answer = Table(
    "api_answer",
    METADATA,
    practice_key(),
    key("token_id"),
    key("key"),
    Column("fingerprint", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", Integer, nullable=False, comment="0 while the request is answered"),
    Column("location", String, nullable=False),
    Column("body", Text, nullable=False),
    points_to("api_token", {"token_id": "id"}),
    Index("ix_api_answer_at", "practice_id", "at"),
)
