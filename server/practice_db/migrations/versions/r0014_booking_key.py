"""0014: the key under which addresses of visitors are hashed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "booking_key",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"],
            ["practice.practice_id"],
            name="fk_booking_key_practice_id",
        ),
        sa.PrimaryKeyConstraint("practice_id", name="pk_booking_key"),
    )


def downgrade() -> None:
    op.drop_table("booking_key")
