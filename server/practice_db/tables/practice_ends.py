"""Tables of practices that are removed: which is, and which numbers are used up."""

from __future__ import annotations

from sqlalchemy import Table

from server.practice_db.columns import METADATA, points_to, practice_key

# Holds a number and nothing else; written by the trigger that sees a practice go. A process
# that still runs for a practice that is gone must never meet another one under its number.
practice_ended = Table("practice_ended", METADATA, practice_key())

# While a practice is named here, what was posted, issued and noted of it may go. The key to
# practice_ended is checked at the end: who writes this row removes the practice, or nothing.
practice_ending = Table(
    "practice_ending",
    METADATA,
    practice_key(),
    points_to("practice_ended", {}, deferred=True),
)
