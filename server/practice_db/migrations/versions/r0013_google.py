"""0013: connections to Google Calendar."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE

revision = "0013"
down_revision = "0012"

_TABLES = (
    "google_conflict",
    "google_channel",
    "google_dirty",
    "google_staged",
    "google_event",
    "google_calendar",
    "google_consent",
    "google_link",
)


def upgrade() -> None:
    _make_links()
    _make_consents()
    _make_calendars()
    _make_events()
    _make_waiting()
    _make_channels()
    _make_conflicts()


def _make_links() -> None:
    op.create_table(
        "google_link",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("account_hash", sa.String(), nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=False),
        sa.Column("sealed_refresh", sa.Text(), nullable=False),
        sa.Column("sealed_access", sa.Text(), nullable=False),
        sa.Column("access_until", sa.BigInteger(), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("managed", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.Column("connected_at", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=True),
        sa.Column("rests_until", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rewriting", sa.Boolean(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("making_since", sa.BigInteger(), nullable=True),
        sa.Column("ending", sa.String(), nullable=True),
        sa.Column("report", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("full_by", sa.String(), nullable=False),
        sa.Column("full_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_name"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_google_link_practice_id_user_name",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_google_link"),
    )
    op.create_index("ix_google_link_user", "google_link", ["practice_id", "user_name"])


def _make_consents() -> None:
    op.create_table(
        "google_consent",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("state_hash", CODE, nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("link_id", CODE, nullable=False),
        sa.Column("sealed_verifier", sa.Text(), nullable=False),
        sa.Column("redirect", sa.String(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("watched", sa.Text(), nullable=False),
        sa.Column("another", sa.Boolean(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_name"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_google_consent_practice_id_user_name",
        ),
        sa.PrimaryKeyConstraint("practice_id", "state_hash", name="pk_google_consent"),
    )


def _make_calendars() -> None:
    op.create_table(
        "google_calendar",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("link_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("inward", sa.String(), nullable=False),
        sa.Column("sync_token", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("reading_fully", sa.Boolean(), nullable=False),
        sa.Column("full_read_at", sa.BigInteger(), nullable=True),
        sa.Column("full_reads_today", sa.Integer(), nullable=False),
        sa.Column("next_full_read_at", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("poll_at", sa.BigInteger(), nullable=True),
        sa.Column("unknown_since", sa.BigInteger(), nullable=True),
        sa.Column("watch_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "link_id"],
            ["google_link.practice_id", "google_link.id"],
            name="fk_google_calendar_practice_id_link_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "link_id", "id", name="pk_google_calendar"),
    )


def _make_events() -> None:
    op.create_table(
        "google_event",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("link_id", CODE, nullable=False),
        sa.Column("calendar", CODE, nullable=False),
        sa.Column("event", CODE, nullable=False),
        sa.Column("appointment_id", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("original", CODE, nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column(
            "base", sa.Text(), nullable=False, comment="JSON, without a word of anybody's"
        ),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("turns_since", sa.BigInteger(), nullable=True),
        sa.Column("turns_a_day", sa.Integer(), nullable=False),
        sa.Column("day_since", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "link_id"],
            ["google_link.practice_id", "google_link.id"],
            name="fk_google_event_practice_id_link_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "link_id", "calendar", "event", name="pk_google_event"
        ),
    )
    op.create_index(
        "ix_google_event_appointment",
        "google_event",
        ["practice_id", "link_id", "appointment_id"],
    )
    op.create_index(
        "ix_google_event_series",
        "google_event",
        ["practice_id", "link_id", "calendar", "series"],
    )


def _make_waiting() -> None:
    op.create_table(
        "google_staged",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("link_id", CODE, nullable=False),
        sa.Column("calendar", CODE, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "link_id"],
            ["google_link.practice_id", "google_link.id"],
            name="fk_google_staged_practice_id_link_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "link_id", "calendar", "number", name="pk_google_staged"
        ),
    )
    op.create_table(
        "google_dirty",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("link_id", CODE, nullable=False),
        sa.Column("appointment_id", CODE, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "link_id"],
            ["google_link.practice_id", "google_link.id"],
            name="fk_google_dirty_practice_id_link_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "link_id", "appointment_id", name="pk_google_dirty"
        ),
    )
    op.create_index("ix_google_dirty_due", "google_dirty", ["practice_id", "link_id", "due_at"])


def _make_channels() -> None:
    op.create_table(
        "google_channel",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("link_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("renew_at", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.Column("closing", sa.Boolean(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "link_id"],
            ["google_link.practice_id", "google_link.id"],
            name="fk_google_channel_practice_id_link_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "link_id", "id", name="pk_google_channel"),
    )
    op.create_index("ix_google_channel_id", "google_channel", ["practice_id", "id"])


def _make_conflicts() -> None:
    op.create_table(
        "google_conflict",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("link_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("appointment_id", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("theirs", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "link_id"],
            ["google_link.practice_id", "google_link.id"],
            name="fk_google_conflict_practice_id_link_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "link_id", "id", name="pk_google_conflict"),
    )
    op.create_index(
        "ix_google_conflict_at", "google_conflict", ["practice_id", "link_id", "at"]
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
