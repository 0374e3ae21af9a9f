"""0017: how busy times here compare with those that Google tells."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "google_compared",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("link_id", CODE, nullable=False),
        sa.Column("calendar", CODE, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("compared_at", sa.BigInteger(), nullable=True),
        sa.Column("differs_since", sa.BigInteger(), nullable=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("in_a_row", sa.Integer(), nullable=False),
        sa.Column("differed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "link_id", "calendar"],
            [
                "google_calendar.practice_id",
                "google_calendar.link_id",
                "google_calendar.id",
            ],
            name="fk_google_compared_practice_id_link_id_calendar",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "link_id", "calendar", name="pk_google_compared"
        ),
    )


def downgrade() -> None:
    op.drop_table("google_compared")
