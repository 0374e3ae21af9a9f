"""0002: calendars and appointments with their occurrences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE, partial_index

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("owner", CODE, nullable=False),
        sa.Column("slug", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("components", sa.Text(), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("oldest", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "owner"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_calendar_practice_id_owner",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_calendar"),
        sa.UniqueConstraint("practice_id", "owner", "slug", name="uq_calendar_path"),
    )
    op.create_table(
        "appointment",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("calendar_id", CODE, nullable=False),
        sa.Column("uid", CODE, nullable=False),
        sa.Column("repeats", sa.Boolean(), nullable=False),
        sa.Column("rrules", sa.Text(), nullable=False),
        sa.Column("rdates", sa.Text(), nullable=False),
        sa.Column("exdates", sa.Text(), nullable=False),
        sa.Column("zones", sa.Text(), nullable=False),
        sa.Column("group_id", CODE, nullable=True),
        sa.Column("continues", CODE, nullable=True),
        sa.Column("copied_from", CODE, nullable=True),
        sa.Column("copied_at", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("modified_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("indexed_from", sa.BigInteger(), nullable=False),
        sa.Column("indexed_until", sa.BigInteger(), nullable=False),
        sa.Column("first_start", sa.BigInteger(), nullable=True),
        sa.Column("last_end", sa.BigInteger(), nullable=True),
        sa.Column(
            "unindexed_before",
            sa.BigInteger(),
            nullable=True,
            comment="set where there may be occurrences before",
        ),
        sa.Column(
            "unindexed_after",
            sa.BigInteger(),
            nullable=True,
            comment="set where there may be occurrences after",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "calendar_id"],
            ["calendar.practice_id", "calendar.id"],
            name="fk_appointment_practice_id_calendar_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_appointment"),
    )
    op.create_index("ix_appointment_calendar", "appointment", ["practice_id", "calendar_id"])
    partial_index(
        "ix_appointment_copied_from",
        "appointment",
        ["practice_id", "copied_from"],
        "copied_from IS NOT NULL",
    )
    partial_index(
        "ix_appointment_unindexed_after",
        "appointment",
        ["practice_id", "unindexed_after"],
        "unindexed_after IS NOT NULL",
    )
    partial_index(
        "ix_appointment_unindexed_before",
        "appointment",
        ["practice_id", "unindexed_before"],
        "unindexed_before IS NOT NULL",
    )
    op.create_table(
        "appointment_part",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("appointment_id", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column(
            "wall_start", sa.String(), nullable=False, comment="ISO 8601 in zone, or a day"
        ),
        sa.Column(
            "wall_end",
            sa.String(),
            nullable=False,
            comment="ISO 8601 in end_zone, or the last day",
        ),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("end_zone", sa.String(), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("practitioner", CODE, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("client_number", CODE, nullable=True),
        sa.Column("session_type_id", CODE, nullable=True),
        sa.Column(
            "services", sa.Text(), nullable=False, comment="CODE*units+MOD, separated by spaces"
        ),
        sa.Column("location_key", CODE, nullable=True),
        sa.Column("room_key", CODE, nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("medium", sa.String(), nullable=True),
        sa.Column("contact_with", sa.String(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("busy", sa.Boolean(), nullable=False),
        sa.Column("travel", sa.BigInteger(), nullable=False, comment="seconds"),
        sa.Column("reminders", sa.String(), nullable=False),
        sa.Column("session_bridge", sa.Boolean(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=True),
        sa.Column("fee_currency", sa.String(), nullable=True),
        sa.Column("auto_95", sa.String(), nullable=False),
        sa.Column("attention", sa.String(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "appointment_id"],
            ["appointment.practice_id", "appointment.id"],
            name="fk_appointment_part_practice_id_appointment_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_number"],
            ["client.practice_id", "client.number"],
            name="fk_appointment_part_practice_id_client_number",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "location_key"],
            ["location.practice_id", "location.key"],
            name="fk_appointment_part_practice_id_location_key",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "practitioner"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_appointment_part_practice_id_practitioner",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "room_key"],
            ["room.practice_id", "room.key"],
            name="fk_appointment_part_practice_id_room_key",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "session_type_id"],
            ["session_type.practice_id", "session_type.id"],
            name="fk_appointment_part_practice_id_session_type_id",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "appointment_id", "key", name="pk_appointment_part"
        ),
    )
    partial_index(
        "ix_appointment_part_client_number",
        "appointment_part",
        ["practice_id", "client_number"],
        "client_number IS NOT NULL",
    )
    partial_index(
        "ix_appointment_part_session_type_id",
        "appointment_part",
        ["practice_id", "session_type_id"],
        "session_type_id IS NOT NULL",
    )
    op.create_table(
        "occurrence",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("appointment_id", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("calendar_id", CODE, nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("busy_from", sa.BigInteger(), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("blocks", sa.Boolean(), nullable=False),
        sa.Column("practitioner", CODE, nullable=False),
        sa.Column("client_number", CODE, nullable=True),
        sa.Column("room_key", CODE, nullable=True),
        sa.Column("group_id", CODE, nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("length_class", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "appointment_id"],
            ["appointment.practice_id", "appointment.id"],
            name="fk_occurrence_practice_id_appointment_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "appointment_id", "key", name="pk_occurrence"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_occurrence_calendar",
        "occurrence",
        ["practice_id", "calendar_id", "length_class", "start_at"],
    )
    partial_index(
        "ix_occurrence_client",
        "occurrence",
        ["practice_id", "client_number", "start_at"],
        "client_number IS NOT NULL",
    )
    op.create_index(
        "ix_occurrence_practitioner",
        "occurrence",
        ["practice_id", "practitioner", "length_class", "start_at"],
    )


def downgrade() -> None:
    op.drop_table("occurrence")
    op.drop_table("appointment_part")
    op.drop_table("appointment")
    op.drop_table("calendar")
