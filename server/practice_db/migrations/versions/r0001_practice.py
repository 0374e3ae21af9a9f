"""0001: the practice: people, clients, session types, services, places."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "practice",
        sa.Column("practice_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slug", CODE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("catalogue_revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", name="pk_practice"),
        sa.UniqueConstraint("slug", name="uq_practice_slug"),
    )
    op.create_table(
        "app_user",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("discipline", sa.String(), nullable=True),
        sa.Column("title_level", sa.String(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_app_user_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "name", name="pk_app_user"),
    )
    op.create_table(
        "location",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place_of_service", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("auto_95", sa.Boolean(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_location_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "key", name="pk_location"),
    )
    op.create_table(
        "login_attempt",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("network", CODE, nullable=False),
        sa.Column("secret_mac", CODE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_login_attempt_practice_id"
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "user_name", "network", "secret_mac", name="pk_login_attempt"
        ),
    )
    op.create_table(
        "product",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("sku", CODE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("price_currency", sa.String(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_product_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "sku", name="pk_product"),
    )
    op.create_table(
        "service",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_currency", sa.String(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_service_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "code", name="pk_service"),
    )
    op.create_table(
        "session_type",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("discipline", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("online_bookable", sa.Boolean(), nullable=False),
        sa.Column("video", sa.Boolean(), nullable=False),
        sa.Column("in_email_reminders", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_session_type_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_session_type"),
    )
    op.create_table(
        "app_password",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_name"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_app_password_practice_id_user_name",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_app_password"),
    )
    op.create_index("ix_app_password_user", "app_password", ["practice_id", "user_name"])
    op.create_table(
        "billing_item",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("session_type_id", CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("service_code", CODE, nullable=True),
        sa.Column("product_sku", CODE, nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(service_code IS NULL) <> (product_sku IS NULL)", name="ck_billing_item_one_thing"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "product_sku"],
            ["product.practice_id", "product.sku"],
            name="fk_billing_item_practice_id_product_sku",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "service_code"],
            ["service.practice_id", "service.code"],
            name="fk_billing_item_practice_id_service_code",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "session_type_id"],
            ["session_type.practice_id", "session_type.id"],
            name="fk_billing_item_practice_id_session_type_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "session_type_id", "position", name="pk_billing_item"
        ),
    )
    op.create_table(
        "client",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("number", CODE, nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("practitioner", CODE, nullable=True),
        sa.Column("email_reminders", sa.Boolean(), nullable=False),
        sa.Column("phone_reminders", sa.Boolean(), nullable=False),
        sa.Column("text_reminders", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("name_key", CODE, nullable=False, comment="folded 'first last'"),
        sa.Column("reversed_key", CODE, nullable=False, comment="folded 'last, first'"),
        sa.Column("initials", CODE, nullable=False),
        sa.Column("email_key", CODE, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "practitioner"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_client_practice_id_practitioner",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_client_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "number", name="pk_client"),
    )
    op.create_index("ix_client_email", "client", ["practice_id", "email_key"])
    op.create_index("ix_client_initials", "client", ["practice_id", "initials"])
    op.create_index("ix_client_name", "client", ["practice_id", "name_key"])
    op.create_index("ix_client_reversed", "client", ["practice_id", "reversed_key"])
    op.create_table(
        "room",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("location_key", CODE, nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "location_key"],
            ["location.practice_id", "location.key"],
            name="fk_room_practice_id_location_key",
        ),
        sa.PrimaryKeyConstraint("practice_id", "key", name="pk_room"),
    )
    op.create_table(
        "session_type_location",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("session_type_id", CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("location_key", CODE, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "location_key"],
            ["location.practice_id", "location.key"],
            name="fk_session_type_location_practice_id_location_key",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "session_type_id"],
            ["session_type.practice_id", "session_type.id"],
            name="fk_session_type_location_practice_id_session_type_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "session_type_id", "position", name="pk_session_type_location"
        ),
    )


def downgrade() -> None:
    op.drop_table("session_type_location")
    op.drop_table("room")
    op.drop_table("client")
    op.drop_table("billing_item")
    op.drop_table("app_password")
    op.drop_table("session_type")
    op.drop_table("service")
    op.drop_table("product")
    op.drop_table("login_attempt")
    op.drop_table("location")
    op.drop_table("app_user")
    op.drop_table("practice")
