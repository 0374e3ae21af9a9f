"""Tables of superbills and claims: what they say of people, and what was issued."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from server.domain.claims import ClaimState
from server.domain.papers import Payee, Relationship, Sex, TaxIdKind
from server.practice_db.columns import (
    METADATA,
    Choice,
    Instant,
    Pairs,
    code,
    key,
    of_practice,
    points_to,
    practice_key,
)

practice_profile = Table(
    "practice_profile",
    METADATA,
    practice_key(),
    Column("legal_name", String, nullable=False),
    Column("address", Pairs, nullable=False),
    Column("phone", String, nullable=False),
    Column("tin", String, nullable=False),
    Column("tin_kind", Choice(TaxIdKind), nullable=False),
    Column("npi", String, nullable=False),
    Column("taxonomy", String, nullable=False),
    Column("payee", Choice(Payee), nullable=False),
    Column("footer", Text, nullable=False),
    Column("contact", String, nullable=False),
    Column("submitter_id", String, nullable=False),
    Column("receiver_name", String, nullable=False),
    Column("receiver_id", String, nullable=False),
    of_practice(),
)

practitioner_profile = Table(
    "practitioner_profile",
    METADATA,
    practice_key(),
    key("user_name"),
    Column("first_name", String, nullable=False),
    Column("last_name", String, nullable=False),
    Column("credentials", String, nullable=False),
    Column("npi", String, nullable=False),
    Column("taxonomy", String, nullable=False),
    Column("licence", String, nullable=False),
    Column("licence_state", String, nullable=False),
    points_to("app_user", {"user_name": "name"}),
)

client_profile = Table(
    "client_profile",
    METADATA,
    practice_key(),
    key("client_number"),
    Column("sex", Choice(Sex)),
    Column("address", Pairs, nullable=False),
    points_to("client", {"client_number": "number"}),
)

payer = Table(
    "payer",
    METADATA,
    practice_key(),
    key("id"),
    Column("name", String, nullable=False),
    Column("claim_id", String, nullable=False),
    Column("filing", String, nullable=False),
    Column("fees_forbidden", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    of_practice(),
)

coverage = Table(
    "coverage",
    METADATA,
    practice_key(),
    key("client_number"),
    key("payer_id"),
    Column("position", Integer, nullable=False),
    Column("member_id", String, nullable=False),
    Column("group_number", String, nullable=False),
    Column("relationship", Choice(Relationship), nullable=False),
    Column("subscriber", Pairs, nullable=False),
    points_to("client", {"client_number": "number"}),
    points_to("payer", {"payer_id": "id"}),
)

paper_count = Table(
    "paper_count",
    METADATA,
    practice_key(),
    key("kind"),
    Column("last_number", BigInteger, nullable=False),
    of_practice(),
)

# What was issued stays as it is: triggers let a row be voided once, and nothing else.
superbill = Table(
    "superbill",
    METADATA,
    practice_key(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_number", code(), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("user_name", code(), nullable=False),
    Column("content", Pairs, nullable=False),
    Column("replaces", BigInteger),
    Column("voided_at", Instant),
    Column("voided_by", code()),
    Column("void_reason", Text),
    points_to("client", {"client_number": "number"}),
    points_to("superbill", {"replaces": "number"}),
    Index("ix_superbill_client", "practice_id", "client_number"),
)
Index(
    "ix_superbill_replaces",
    superbill.c.practice_id,
    superbill.c.replaces,
    sqlite_where=superbill.c.replaces.is_not(None),
    postgresql_where=superbill.c.replaces.is_not(None),
)

claim = Table(
    "claim",
    METADATA,
    practice_key(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("bill_id", code(), nullable=False),
    Column("client_number", code(), nullable=False),
    Column("payer_id", code(), nullable=False),
    Column("state", Choice(ClaimState), nullable=False),
    Column("content", Pairs, nullable=False),
    points_to("bill", {"bill_id": "id"}),
    points_to("client", {"client_number": "number"}),
    points_to("payer", {"payer_id": "id"}),
    Index("ix_claim_bill", "practice_id", "bill_id"),
    Index("ix_claim_client", "practice_id", "client_number"),
    Index("ix_claim_state", "practice_id", "state"),
)

# Insert only, held by triggers.
claim_step = Table(
    "claim_step",
    METADATA,
    practice_key(),
    Column("claim_number", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("state", Choice(ClaimState), nullable=False),
    Column("at", Instant, nullable=False),
    Column("user_name", code(), nullable=False),
    Column("note", Text, nullable=False),
    points_to("claim", {"claim_number": "number"}),
)
