"""0016: nothing yet."""

from __future__ import annotations

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    return


def downgrade() -> None:
    return
