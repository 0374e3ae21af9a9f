"""0004: history, outbox and notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE, partial_index

revision = "0004"
down_revision = "0003"


# Whatever tries to change or remove a line of the history is refused by the database itself.
# SQLite's REPLACE removes a row without telling the trigger of DELETE, so a number that is
# there already is refused too.
GUARDS_SQLITE = (
    """
    CREATE TRIGGER history_no_update BEFORE UPDATE ON history
    BEGIN SELECT RAISE(ABORT, 'history is insert only'); END
    """,
    """
    CREATE TRIGGER history_no_delete BEFORE DELETE ON history
    BEGIN SELECT RAISE(ABORT, 'history is insert only'); END
    """,
    """
    CREATE TRIGGER history_no_replace BEFORE INSERT ON history
    WHEN EXISTS (
      SELECT 1 FROM history WHERE practice_id = NEW.practice_id
      AND calendar_id = NEW.calendar_id AND number = NEW.number
    )
    BEGIN SELECT RAISE(ABORT, 'history is insert only'); END
    """,
)
GUARDS_POSTGRES = (
    """
    CREATE FUNCTION history_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'history is insert only' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE ON history
    FOR EACH ROW EXECUTE FUNCTION history_is_insert_only()
    """,
    """
    CREATE TRIGGER history_no_truncate BEFORE TRUNCATE ON history
    FOR EACH STATEMENT EXECUTE FUNCTION history_is_insert_only()
    """,
)


def upgrade() -> None:
    op.create_table(
        "history",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("calendar_id", CODE, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("appointment_id", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("credential", CODE, nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column(
            "hash",
            sa.String(),
            nullable=False,
            comment="SHA-256 over the hash before and the line",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_history_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "calendar_id", "number", name="pk_history"),
    )
    op.create_index("ix_history_appointment", "history", ["practice_id", "appointment_id"])
    op.create_table(
        "subscriber",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_subscriber_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "name", name="pk_subscriber"),
    )
    op.create_table(
        "notice",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("appointment_id", CODE, nullable=True),
        sa.Column("cleared_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_name"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_notice_practice_id_user_name",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_notice"),
    )
    op.create_index("ix_notice_user", "notice", ["practice_id", "user_name"])
    op.create_table(
        "outbox",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("subscriber", CODE, nullable=False),
        sa.Column("appointment_id", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "subscriber"],
            ["subscriber.practice_id", "subscriber.name"],
            name="fk_outbox_practice_id_subscriber",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_outbox"),
    )
    partial_index("ix_outbox_waiting", "outbox", ["practice_id", "due_at"], "told_at IS NULL")
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in GUARDS_SQLITE if on_sqlite else GUARDS_POSTGRES:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("notice")
    op.drop_table("subscriber")
    op.drop_table("history")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION history_is_insert_only()")
