"""0011: what clients may book themselves; bookable hours for each practitioner."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE

revision = "0011"
down_revision = "0010"

# An id of ours never begins with a V. A person may have a calendar of that name already.
GIVE_CALENDARS = """
INSERT INTO calendar (
    practice_id, id, owner, slug, kind, components, properties, revision, oldest, modified_at
)
SELECT
    c.practice_id,
    'V' || substr(c.id, 2),
    c.owner,
    CASE WHEN EXISTS (
        SELECT 1 FROM calendar AS taken
        WHERE taken.practice_id = c.practice_id
        AND taken.owner = c.owner
        AND taken.slug = 'availability'
    ) THEN 'bookable-hours' ELSE 'availability' END,
    'availability',
    '["VEVENT"]',
    '{}',
    0,
    0,
    c.modified_at
FROM calendar AS c
WHERE c.kind = 'appointments'
"""


def upgrade() -> None:
    op.create_table(
        "booking_rule",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("session_type_id", CODE, nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("new_clients", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False, comment="minutes"),
        sa.Column("horizon", sa.Integer(), nullable=False, comment="days"),
        sa.Column("pause_before", sa.Integer(), nullable=False, comment="minutes"),
        sa.Column("pause_after", sa.Integer(), nullable=False, comment="minutes"),
        sa.Column("grid", sa.Integer(), nullable=False, comment="minutes"),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("needs_room", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "session_type_id"],
            ["session_type.practice_id", "session_type.id"],
            name="fk_booking_rule_practice_id_session_type_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "session_type_id", name="pk_booking_rule"),
    )
    op.execute(sa.text(GIVE_CALENDARS))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM calendar WHERE kind = 'availability'"))
    op.drop_table("booking_rule")
