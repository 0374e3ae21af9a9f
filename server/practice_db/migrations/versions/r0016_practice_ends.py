"""0016: a practice can be removed with all that it holds, and its number is not used again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import partial_index
from server.practice_db.migrations.practice_guards import (
    ENDS_POSTGRES,
    ENDS_SQLITE,
    GUARDS_POSTGRES,
    NO_ENDS_POSTGRES,
    NO_ENDS_SQLITE,
    guards_sqlite,
)

revision = "0016"
down_revision = "0015"

_SELDOM_SET = (
    ("ix_superbill_replaces", "superbill", "replaces"),
    ("ix_booking_client", "booking", "client_number"),
)


def upgrade() -> None:
    op.create_table(
        "practice_ended",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("practice_id", name="pk_practice_ended"),
    )
    op.create_table(
        "practice_ending",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(
            ["practice_id"],
            ["practice_ended.practice_id"],
            name="fk_practice_ending_practice_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("practice_id", name="pk_practice_ending"),
    )
    # Each row that goes is looked for in what points to it.
    op.create_index("ix_charge_transaction", "charge", ["practice_id", "transaction_id"])
    op.create_index("ix_payment_transaction", "payment", ["practice_id", "transaction_id"])
    for index, table, column in _SELDOM_SET:
        columns = ["practice_id", column]
        partial_index(index, table, columns, f"{column} IS NOT NULL")
    _run(guards_sqlite(while_living=True), GUARDS_POSTGRES)
    _run(ENDS_SQLITE, ENDS_POSTGRES)


def downgrade() -> None:
    _run(NO_ENDS_SQLITE, NO_ENDS_POSTGRES)
    _run(guards_sqlite(while_living=False), ())
    for index, table, _ in _SELDOM_SET:
        op.drop_index(index, table_name=table)
    op.drop_index("ix_payment_transaction", table_name="payment")
    op.drop_index("ix_charge_transaction", table_name="charge")
    op.drop_table("practice_ending")
    op.drop_table("practice_ended")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION practice_ends_are_kept()")
        op.execute("DROP FUNCTION practice_is_gone()")


def _run(on_sqlite: tuple[str, ...], on_postgres: tuple[str, ...]) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in on_sqlite if is_sqlite else on_postgres:
        op.execute(statement)
