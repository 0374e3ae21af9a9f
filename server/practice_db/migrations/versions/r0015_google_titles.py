"""0015: nothing yet."""

from __future__ import annotations

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    return


def downgrade() -> None:
    return
