"""0012: what visitors of the booking page asked for, and what they are told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE, partial_index

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    _make_bookings()
    _make_mails()
    _make_attempts()


def _make_bookings() -> None:
    op.create_table(
        "booking",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("appointment_id", CODE, nullable=False),
        sa.Column("visitor_name", sa.String(), nullable=False),
        sa.Column("visitor_email", sa.String(), nullable=False),
        sa.Column("visitor_phone", sa.String(), nullable=False),
        sa.Column("email_reminders", sa.Boolean(), nullable=False),
        sa.Column("phone_reminders", sa.Boolean(), nullable=False),
        sa.Column("text_reminders", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("client_number", CODE, nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("replaces", CODE, nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=True),
        sa.Column("request_digest", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "appointment_id"],
            ["appointment.practice_id", "appointment.id"],
            name="fk_booking_practice_id_appointment_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_number"],
            ["client.practice_id", "client.number"],
            name="fk_booking_practice_id_client_number",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_booking"),
    )
    op.create_index("ix_booking_appointment", "booking", ["practice_id", "appointment_id"])
    op.create_index(
        "uq_booking_request_key", "booking", ["practice_id", "request_key"], unique=True
    )
    op.create_table(
        "booking_link",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("token_hash", CODE, nullable=False),
        sa.Column("booking_id", CODE, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "booking_id"],
            ["booking.practice_id", "booking.id"],
            name="fk_booking_link_practice_id_booking_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "token_hash", name="pk_booking_link"),
    )
    op.create_index("ix_booking_link_booking", "booking_link", ["practice_id", "booking_id"])


def _make_mails() -> None:
    op.create_table(
        "mail",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", CODE, nullable=True),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_mail_practice_id"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "booking_id"],
            ["booking.practice_id", "booking.id"],
            name="fk_mail_practice_id_booking_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_mail"),
    )
    op.create_index("ix_mail_booking", "mail", ["practice_id", "booking_id"])
    partial_index("ix_mail_due", "mail", ["practice_id", "due_at"], "settled_at IS NULL")


def _make_attempts() -> None:
    op.create_table(
        "booking_attempt",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("who", CODE, nullable=False),
        sa.Column(
            "at",
            sa.BigInteger(),
            nullable=False,
            comment="start of a minute",
            autoincrement=False,
        ),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_booking_attempt_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "who", "at", name="pk_booking_attempt"),
    )
    op.create_table(
        "email_code",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("address_hash", CODE, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_email_code_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "address_hash", name="pk_email_code"),
    )


def downgrade() -> None:
    for table in ("email_code", "booking_attempt", "mail", "booking_link", "booking"):
        op.drop_table(table)
