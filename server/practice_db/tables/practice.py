"""Tables of the practice itself: people, clients, session types, services, places."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from server.domain.vocabulary import Role, TitleLevel
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

practice = Table(
    "practice",
    METADATA,
    practice_key(),
    Column("slug", code(), nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("catalogue_revision", BigInteger, nullable=False),
)

app_user = Table(
    "app_user",
    METADATA,
    practice_key(),
    key("name"),
    Column("display_name", String, nullable=False),
    Column("email", String, nullable=False),
    Column("role", Choice(Role), nullable=False),
    Column("discipline", String),
    Column("title_level", Choice(TitleLevel), nullable=False),
    Column("disabled", Boolean, nullable=False),
    of_practice(),
)

app_password = Table(
    "app_password",
    METADATA,
    practice_key(),
    key("id"),
    Column("user_name", code(), nullable=False),
    Column("label", String, nullable=False),
    Column("secret_hash", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("read_only", Boolean, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
    points_to("app_user", {"user_name": "name"}),
    Index("ix_app_password_user", "practice_id", "user_name"),
)

# Names of users that do not exist are counted like others, so there is no key to app_user.
login_attempt = Table(
    "login_attempt",
    METADATA,
    practice_key(),
    key("user_name"),
    key("network"),
    key("secret_mac"),
    Column("at", Instant, nullable=False),
    of_practice(),
)

client = Table(
    "client",
    METADATA,
    practice_key(),
    key("number"),
    Column("first_name", String, nullable=False),
    Column("last_name", String, nullable=False),
    Column("email", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("birth_date", Date),
    Column("practitioner", code()),
    Column("email_reminders", Boolean, nullable=False),
    Column("phone_reminders", Boolean, nullable=False),
    Column("text_reminders", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("name_key", code(), nullable=False, comment="folded 'first last'"),
    Column("reversed_key", code(), nullable=False, comment="folded 'last, first'"),
    Column("initials", code(), nullable=False),
    Column("email_key", code(), nullable=False),
    of_practice(),
    points_to("app_user", {"practitioner": "name"}),
    Index("ix_client_name", "practice_id", "name_key"),
    Index("ix_client_reversed", "practice_id", "reversed_key"),
    Index("ix_client_initials", "practice_id", "initials"),
    Index("ix_client_email", "practice_id", "email_key"),
)

service = Table(
    "service",
    METADATA,
    practice_key(),
    key("code"),
    Column("description", String, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("fee_currency", String, nullable=False),
    Column("archived", Boolean, nullable=False),
    of_practice(),
)

product = Table(
    "product",
    METADATA,
    practice_key(),
    key("sku"),
    Column("name", String, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("price_currency", String, nullable=False),
    Column("archived", Boolean, nullable=False),
    of_practice(),
)

location = Table(
    "location",
    METADATA,
    practice_key(),
    key("key"),
    Column("name", String, nullable=False),
    Column("place_of_service", String, nullable=False),
    Column("zone", String),
    Column("auto_95", Boolean, nullable=False),
    Column("url", String, nullable=False),
    Column("archived", Boolean, nullable=False),
    of_practice(),
)

room = Table(
    "room",
    METADATA,
    practice_key(),
    key("key"),
    Column("name", String, nullable=False),
    Column("location_key", code(), nullable=False),
    Column("archived", Boolean, nullable=False),
    points_to("location", {"location_key": "key"}),
)

session_type = Table(
    "session_type",
    METADATA,
    practice_key(),
    key("id"),
    Column("name", String, nullable=False),
    Column("description", Text, nullable=False),
    Column("discipline", String, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("colour", String, nullable=False),
    Column("aliases", Words, nullable=False),
    Column("online_bookable", Boolean, nullable=False),
    Column("video", Boolean, nullable=False),
    Column("in_email_reminders", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    of_practice(),
)

session_type_location = Table(
    "session_type_location",
    METADATA,
    practice_key(),
    key("session_type_id"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("location_key", code(), nullable=False),
    points_to("session_type", {"session_type_id": "id"}, cascade=True),
    points_to("location", {"location_key": "key"}),
)

billing_item = Table(
    "billing_item",
    METADATA,
    practice_key(),
    key("session_type_id"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("service_code", code()),
    Column("product_sku", code()),
    Column("units", Integer, nullable=False),
    points_to("session_type", {"session_type_id": "id"}, cascade=True),
    points_to("service", {"service_code": "code"}),
    points_to("product", {"product_sku": "sku"}),
    CheckConstraint(
        "(service_code IS NULL) <> (product_sku IS NULL)", name="ck_billing_item_one_thing"
    ),
)
