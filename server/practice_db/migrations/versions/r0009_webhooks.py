"""0009: webhook endpoints, events and deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE, partial_index

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _make_endpoints_and_events()
    _make_deliveries()


def _make_endpoints_and_events() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.String(), nullable=True),
        sa.Column("old_until", sa.BigInteger(), nullable=True),
        sa.Column("closed", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_webhook_endpoint_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_webhook_endpoint"),
    )
    op.create_table(
        "webhook_event",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="the order of happening"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("appointment_id", CODE, nullable=True),
        sa.Column("key", CODE, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_webhook_event_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_webhook_event"),
    )
    partial_index(
        "ix_webhook_event_held",
        "webhook_event",
        ["practice_id", "appointment_id", "key"],
        "held_until IS NOT NULL",
    )
    op.create_index("ix_webhook_event_number", "webhook_event", ["practice_id", "number"])


def _make_deliveries() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("event_id", CODE, nullable=False),
        sa.Column("endpoint_id", CODE, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="of the event"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "endpoint_id"],
            ["webhook_endpoint.practice_id", "webhook_endpoint.id"],
            name="fk_webhook_delivery_practice_id_endpoint_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "event_id"],
            ["webhook_event.practice_id", "webhook_event.id"],
            name="fk_webhook_delivery_practice_id_event_id",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "event_id", "endpoint_id", name="pk_webhook_delivery"
        ),
    )
    op.create_index(
        "ix_webhook_delivery_ended", "webhook_delivery", ["practice_id", "ended_at"]
    )
    partial_index(
        "ix_webhook_delivery_waiting",
        "webhook_delivery",
        ["practice_id", "endpoint_id", "number"],
        "ended_at IS NULL",
    )


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook_event")
    op.drop_table("webhook_endpoint")
