"""0010: secret addresses at which busy times are read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "feed_token",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_feed_token"),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_name"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_feed_token_practice_id_user_name",
        ),
    )
    op.create_index("ix_feed_token_user", "feed_token", ["practice_id", "user_name"])


def downgrade() -> None:
    op.drop_table("feed_token")
