"""The tables of the practice database; every primary key begins with practice_id."""

from __future__ import annotations

from server.practice_db.tables import appointments, calendars, practice, record

__all__ = ["appointments", "calendars", "practice", "record"]
