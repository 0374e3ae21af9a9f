"""0006: charges, bills, payments, the ledger, notes and fees."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.ledger_guards import (
    BALANCE_SQLITE,
    FUNCTIONS_POSTGRES,
    GUARDED,
    GUARDS_POSTGRES,
    GUARDS_SQLITE,
)
from server.practice_db.migrations.parts import CODE, partial_index

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column(
        "appointment_part",
        sa.Column("fee_reason", sa.Text(), nullable=False, server_default=""),
    )
    op.add_column(
        "appointment_part",
        sa.Column(
            "held", sa.String(), nullable=False, server_default="", comment="locks of billing"
        ),
    )
    _make_bills_and_ledger()
    _make_charges_and_payments()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in BALANCE_SQLITE if on_sqlite else FUNCTIONS_POSTGRES:
        op.execute(statement)
    for table in GUARDED:
        for guard in GUARDS_SQLITE if on_sqlite else GUARDS_POSTGRES:
            op.execute(guard.format(table=table))


def _make_bills_and_ledger() -> None:
    op.create_table(
        "bill",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("client_number", CODE, nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_number"],
            ["client.practice_id", "client.number"],
            name="fk_bill_practice_id_client_number",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_bill"),
    )
    op.create_index("ix_bill_client", "bill", ["practice_id", "client_number"])
    partial_index(
        "ix_bill_number", "bill", ["practice_id", "number"], "number IS NOT NULL", unique=True
    )
    op.create_table(
        "bill_count",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_bill_count_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", name="pk_bill_count"),
    )
    op.create_table(
        "ledger_transaction",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("credential", CODE, nullable=True),
        sa.Column("reverses", CODE, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_ledger_transaction_practice_id"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "reverses"],
            ["ledger_transaction.practice_id", "ledger_transaction.id"],
            name="fk_ledger_transaction_practice_id_reverses",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_ledger_transaction"),
    )
    op.create_index("ix_ledger_transaction_at", "ledger_transaction", ["practice_id", "at"])
    op.create_index(
        "ix_ledger_transaction_key", "ledger_transaction", ["practice_id", "key"], unique=True
    )
    partial_index(
        "ix_ledger_transaction_reverses",
        "ledger_transaction",
        ["practice_id", "reverses"],
        "reverses IS NOT NULL",
        unique=True,
    )
    op.create_table(
        "ledger_entry",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("transaction_id", CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("holder", CODE, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("charge_id", CODE, nullable=True),
        sa.Column("bill_id", CODE, nullable=True),
        sa.Column("payment_id", CODE, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "transaction_id"],
            ["ledger_transaction.practice_id", "ledger_transaction.id"],
            name="fk_ledger_entry_practice_id_transaction_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "transaction_id", "position", name="pk_ledger_entry"
        ),
    )
    op.create_index(
        "ix_ledger_entry_account",
        "ledger_entry",
        ["practice_id", "account", "holder", "amount_minor"],
    )
    partial_index(
        "ix_ledger_entry_bill_id",
        "ledger_entry",
        ["practice_id", "bill_id"],
        "bill_id IS NOT NULL",
    )
    partial_index(
        "ix_ledger_entry_payment_id",
        "ledger_entry",
        ["practice_id", "payment_id"],
        "payment_id IS NOT NULL",
    )


def _make_charges_and_payments() -> None:
    op.create_table(
        "charge",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("appointment_id", CODE, nullable=True),
        sa.Column("key", CODE, nullable=False),
        sa.Column("slot", CODE, nullable=False),
        sa.Column("client_number", CODE, nullable=False),
        sa.Column("practitioner", CODE, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("modifiers", sa.Text(), nullable=False),
        sa.Column("place_of_service", sa.String(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", CODE, nullable=False),
        sa.Column("bill_id", CODE, nullable=True),
        sa.Column("reversed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "bill_id"],
            ["bill.practice_id", "bill.id"],
            name="fk_charge_practice_id_bill_id",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_number"],
            ["client.practice_id", "client.number"],
            name="fk_charge_practice_id_client_number",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "practitioner"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_charge_practice_id_practitioner",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "transaction_id"],
            ["ledger_transaction.practice_id", "ledger_transaction.id"],
            name="fk_charge_practice_id_transaction_id",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_charge"),
    )
    partial_index("ix_charge_bill", "charge", ["practice_id", "bill_id"], "bill_id IS NOT NULL")
    op.create_index(
        "ix_charge_client", "charge", ["practice_id", "client_number", "service_date"]
    )
    partial_index(
        "ix_charge_slot",
        "charge",
        ["practice_id", "appointment_id", "key", "slot"],
        "reversed_at IS NULL",
        unique=True,
    )
    partial_index(
        "ix_charge_unbilled",
        "charge",
        ["practice_id", "client_number", "service_date"],
        "bill_id IS NULL AND reversed_at IS NULL",
    )
    op.create_table(
        "payment",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("client_number", CODE, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("transaction_id", CODE, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_number"],
            ["client.practice_id", "client.number"],
            name="fk_payment_practice_id_client_number",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "transaction_id"],
            ["ledger_transaction.practice_id", "ledger_transaction.id"],
            name="fk_payment_practice_id_transaction_id",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_payment"),
    )
    op.create_index("ix_payment_client", "payment", ["practice_id", "client_number"])
    op.create_table(
        "note_state",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("appointment_id", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("diagnoses", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_note_state_practice_id"
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "appointment_id", "key", "number", name="pk_note_state"
        ),
    )
    op.create_table(
        "fee_rule",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_fee_rule_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "scope", "subject", "kind", name="pk_fee_rule"),
    )
    op.create_table(
        "bill_run",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_bill_run_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "until", name="pk_bill_run"),
    )


def downgrade() -> None:
    for table in (
        "bill_run",
        "fee_rule",
        "note_state",
        "payment",
        "charge",
        "ledger_entry",
        "ledger_transaction",
        "bill_count",
        "bill",
    ):
        op.drop_table(table)
    op.drop_column("appointment_part", "held")
    op.drop_column("appointment_part", "fee_reason")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_is_insert_only()")
        op.execute("DROP FUNCTION ledger_balances()")
        op.execute("DROP FUNCTION ledger_entry_is_open()")
