"""0015: sealed titles of watched events, and whether others see what is written to Google."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_ADDED = ("google_event", "google_staged")


def upgrade() -> None:
    for table in _ADDED:
        op.add_column(
            table, sa.Column("sealed_title", sa.Text(), nullable=False, server_default="")
        )
    op.add_column(
        "google_consent",
        sa.Column("titles", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "google_link",
        sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "google_link",
        sa.Column("shared_ok_by", sa.String(), nullable=False, server_default=""),
    )
    op.add_column("google_link", sa.Column("shared_ok_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for table in _ADDED:
        op.drop_column(table, "sealed_title")
    op.drop_column("google_consent", "titles")
    for column in ("shared_ok_at", "shared_ok_by", "shared"):
        op.drop_column("google_link", column)
