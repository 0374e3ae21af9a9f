"""What clients may book themselves, as it lies in the database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from server.domain.booking_rules import BookingRule
from server.domain.ids import SessionTypeId
from server.domain.practice import SessionType
from server.practice_db.statement import PRACTICE, AnyRow, Statement, upsert
from server.practice_db.tables.booking_rules import booking_rule

_r = booking_rule.c
BOOKING_RULES: Final = Statement(
    select(
        _r.session_type_id,
        _r.mode,
        _r.new_clients,
        _r.notice,
        _r.horizon,
        _r.pause_before,
        _r.pause_after,
        _r.grid,
        _r.capacity,
        _r.needs_room,
    ).where(_r.practice_id == PRACTICE)
)
"""The session type and the columns of BookingRule, in its order."""

PUT_BOOKING_RULE: Final = upsert(booking_rule)


def booking_rule_of(row: AnyRow) -> tuple[SessionTypeId, BookingRule]:
    """Return a row of the statement above as a value."""
    return row[0], BookingRule(*row[1:])


def booking_rule_row(kind: SessionType) -> dict[str, object]:
    """Return the row of a session type's rule."""
    rule = kind.booking
    return {
        "session_type_id": kind.id,
        "mode": rule.mode,
        "new_clients": rule.new_clients,
        "notice": rule.notice,
        "horizon": rule.horizon,
        "pause_before": rule.before,
        "pause_after": rule.after,
        "grid": rule.grid,
        "capacity": rule.capacity,
        "needs_room": rule.needs_room,
    }
