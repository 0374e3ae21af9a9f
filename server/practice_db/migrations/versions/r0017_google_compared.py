"""0017: nothing yet."""

from __future__ import annotations

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    return


def downgrade() -> None:
    return
