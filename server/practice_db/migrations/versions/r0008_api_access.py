"""0008: tokens of the HTTP API, and answers to its requests that may come again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_name"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_api_token_practice_id_user_name",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_api_token"),
    )
    op.create_index("ix_api_token_user", "api_token", ["practice_id", "user_name"])
    op.create_table(
        "api_answer",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("token_id", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "status", sa.Integer(), nullable=False, comment="0 while the request is answered"
        ),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "token_id"],
            ["api_token.practice_id", "api_token.id"],
            name="fk_api_answer_practice_id_token_id",
        ),
        sa.PrimaryKeyConstraint("practice_id", "token_id", "key", name="pk_api_answer"),
    )
    op.create_index("ix_api_answer_at", "api_answer", ["practice_id", "at"])


def downgrade() -> None:
    op.drop_table("api_answer")
    op.drop_table("api_token")
