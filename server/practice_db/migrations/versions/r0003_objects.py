"""0003: calendar objects, their texts and the log of their changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE, partial_index

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("calendar_id", CODE, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("href", CODE, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "calendar_id"],
            ["calendar.practice_id", "calendar.id"],
            name="fk_change_practice_id_calendar_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "calendar_id", "revision", "href", name="pk_change"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "object_version",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("calendar_id", CODE, nullable=False),
        sa.Column("href", CODE, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "calendar_id"],
            ["calendar.practice_id", "calendar.id"],
            name="fk_object_version_practice_id_calendar_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "calendar_id", "href", "revision", name="pk_object_version"
        ),
    )
    op.create_table(
        "calendar_object",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("calendar_id", CODE, nullable=False),
        sa.Column("href", CODE, nullable=False),
        sa.Column("uid", CODE, nullable=False),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="octets of the present text"),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.Column("appointment_id", CODE, nullable=True),
        sa.Column("hide_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "appointment_id"],
            ["appointment.practice_id", "appointment.id"],
            name="fk_calendar_object_practice_id_appointment_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "calendar_id"],
            ["calendar.practice_id", "calendar.id"],
            name="fk_calendar_object_practice_id_calendar_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "calendar_id", "href", name="pk_calendar_object"
        ),
        sa.UniqueConstraint("practice_id", "uid", "calendar_id", name="uq_calendar_object_uid"),
    )
    op.create_index(
        "ix_calendar_object_appointment",
        "calendar_object",
        ["practice_id", "appointment_id", "calendar_id"],
    )
    partial_index(
        "ix_calendar_object_hide",
        "calendar_object",
        ["practice_id", "hide_at"],
        "hide_at IS NOT NULL",
    )
    op.create_table(
        "object_personal",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("calendar_id", CODE, nullable=False),
        sa.Column("href", CODE, nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "calendar_id", "href"],
            [
                "calendar_object.practice_id",
                "calendar_object.calendar_id",
                "calendar_object.href",
            ],
            name="fk_object_personal_practice_id_calendar_id_href",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_name"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_object_personal_practice_id_user_name",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "calendar_id", "href", "user_name", name="pk_object_personal"
        ),
    )


def downgrade() -> None:
    op.drop_table("object_personal")
    op.drop_table("calendar_object")
    op.drop_table("object_version")
    op.drop_table("change")
