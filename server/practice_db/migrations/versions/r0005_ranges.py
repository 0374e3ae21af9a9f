"""0005: ranges, free/busy and expansions are read from one index."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

BY_START = ["practice_id", "calendar_id", "length_class", "start_at"]
READ = ["end_at", "busy_from", "all_day", "kind", "status", "blocks", "pinned"]


def upgrade() -> None:
    op.drop_index("ix_occurrence_calendar", "occurrence")
    op.create_index("ix_occurrence_calendar", "occurrence", BY_START + READ)


def downgrade() -> None:
    op.drop_index("ix_occurrence_calendar", "occurrence")
    op.create_index("ix_occurrence_calendar", "occurrence", BY_START)
