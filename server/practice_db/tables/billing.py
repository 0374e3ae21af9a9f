"""Tables of money: charges, bills, payments, the ledger, notes, fees."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from server.domain.bills import Method, Stage
from server.domain.charges import ChargeKind
from server.domain.fees import FeeScope
from server.domain.ledger import Account, TransactionKind
from server.domain.vocabulary import Door, Role
from server.practice_db.columns import (
    METADATA,
    Choice,
    Instant,
    Words,
    code,
    key,
    of_practice,
    points_to,
    practice_key,
)

bill = Table(
    "bill",
    METADATA,
    practice_key(),
    key("id"),
    Column("client_number", code(), nullable=False),
    Column("stage", Choice(Stage), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("currency", String, nullable=False),
    Column("number", BigInteger),
    Column("opened_on", Date),
    Column("due_on", Date),
    Column("cancelled_at", Instant),
    points_to("client", {"client_number": "number"}),
    Index("ix_bill_client", "practice_id", "client_number"),
)
Index(
    "ix_bill_number",
    bill.c.practice_id,
    bill.c.number,
    unique=True,
    sqlite_where=bill.c.number.is_not(None),
    postgresql_where=bill.c.number.is_not(None),
)

bill_count = Table(
    "bill_count",
    METADATA,
    practice_key(),
    Column("last_number", BigInteger, nullable=False),
    of_practice(),
)

bill_run = Table(
    "bill_run",
    METADATA,
    practice_key(),
    Column("until", Date, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    of_practice(),
)

# The appointment may be gone for good; the charge is kept, so there is no key to it.
charge = Table(
    "charge",
    METADATA,
    practice_key(),
    key("id"),
    Column("appointment_id", code()),
    Column("key", code(), nullable=False),
    Column("slot", code(), nullable=False),
    Column("client_number", code(), nullable=False),
    Column("practitioner", code()),
    Column("kind", Choice(ChargeKind), nullable=False),
    Column("code", code(), nullable=False),
    Column("description", Text, nullable=False),
    Column("unit_minor", BigInteger, nullable=False),
    Column("currency", String, nullable=False),
    Column("units", Integer, nullable=False),
    Column("modifiers", Words, nullable=False),
    Column("place_of_service", String, nullable=False),
    Column("service_date", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("transaction_id", code(), nullable=False),
    Column("bill_id", code()),
    Column("reversed_at", Instant),
    points_to("client", {"client_number": "number"}),
    points_to("app_user", {"practitioner": "name"}),
    points_to("bill", {"bill_id": "id"}),
    points_to("ledger_transaction", {"transaction_id": "id"}),
    Index("ix_charge_client", "practice_id", "client_number", "service_date"),
    Index("ix_charge_transaction", "practice_id", "transaction_id"),
)
# What stands in a slot stands there once: whoever posts it a second time is refused.
Index(
    "ix_charge_slot",
    charge.c.practice_id,
    charge.c.appointment_id,
    charge.c.key,
    charge.c.slot,
    unique=True,
    sqlite_where=charge.c.reversed_at.is_(None),
    postgresql_where=charge.c.reversed_at.is_(None),
)
Index(
    "ix_charge_bill",
    charge.c.practice_id,
    charge.c.bill_id,
    sqlite_where=charge.c.bill_id.is_not(None),
    postgresql_where=charge.c.bill_id.is_not(None),
)
Index(
    "ix_charge_unbilled",
    charge.c.practice_id,
    charge.c.client_number,
    charge.c.service_date,
    sqlite_where=charge.c.bill_id.is_(None) & charge.c.reversed_at.is_(None),
    postgresql_where=charge.c.bill_id.is_(None) & charge.c.reversed_at.is_(None),
)

payment = Table(
    "payment",
    METADATA,
    practice_key(),
    key("id"),
    Column("client_number", code(), nullable=False),
    Column("method", Choice(Method), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("transaction_id", code(), nullable=False),
    Column("reference", Text, nullable=False),
    Column("removed_at", Instant),
    points_to("client", {"client_number": "number"}),
    points_to("ledger_transaction", {"transaction_id": "id"}),
    Index("ix_payment_client", "practice_id", "client_number"),
    Index("ix_payment_transaction", "practice_id", "transaction_id"),
)

# Insert only, held by triggers, and closed by its header: entries are written first, the header
# last, and the database itself refuses a header whose entries do not sum to zero.
ledger_transaction = Table(
    "ledger_transaction",
    METADATA,
    practice_key(),
    key("id"),
    Column("key", code(), nullable=False),
    Column("kind", Choice(TransactionKind), nullable=False),
    Column("at", Instant, nullable=False),
    Column("user_name", code(), nullable=False),
    Column("role", Choice(Role), nullable=False),
    Column("door", Choice(Door), nullable=False),
    Column("credential", code()),
    Column("reverses", code()),
    Column("reason", Text, nullable=False),
    of_practice(),
    ForeignKeyConstraint(
        ["practice_id", "reverses"],
        ["ledger_transaction.practice_id", "ledger_transaction.id"],
    ),
    Index("ix_ledger_transaction_key", "practice_id", "key", unique=True),
    Index("ix_ledger_transaction_at", "practice_id", "at"),
)
Index(
    "ix_ledger_transaction_reverses",
    ledger_transaction.c.practice_id,
    ledger_transaction.c.reverses,
    unique=True,
    sqlite_where=ledger_transaction.c.reverses.is_not(None),
    postgresql_where=ledger_transaction.c.reverses.is_not(None),
)

ledger_entry = Table(
    "ledger_entry",
    METADATA,
    practice_key(),
    key("transaction_id"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("account", Choice(Account), nullable=False),
    Column("holder", code(), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String, nullable=False),
    Column("charge_id", code()),
    Column("bill_id", code()),
    Column("payment_id", code()),
    points_to("ledger_transaction", {"transaction_id": "id"}, deferred=True),
    Index("ix_ledger_entry_account", "practice_id", "account", "holder", "amount_minor"),
)
for _name in ("bill_id", "payment_id"):
    Index(
        f"ix_ledger_entry_{_name}",
        ledger_entry.c.practice_id,
        ledger_entry.c[_name],
        sqlite_where=ledger_entry.c[_name].is_not(None),
        postgresql_where=ledger_entry.c[_name].is_not(None),
    )

note_state = Table(
    "note_state",
    METADATA,
    practice_key(),
    key("appointment_id"),
    key("key"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("signed", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("user_name", code(), nullable=False),
    Column("diagnoses", Words, nullable=False),
    of_practice(),
)

fee_rule = Table(
    "fee_rule",
    METADATA,
    practice_key(),
    Column("scope", Choice(FeeScope), primary_key=True),
    key("subject"),
    Column("kind", Choice(ChargeKind), primary_key=True),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String, nullable=False),
    of_practice(),
)
