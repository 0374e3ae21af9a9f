"""What concerns all events of a link to Google at once: how many, all anew, none any more."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import String, bindparam, delete, func, or_, select

from server.domain.google import MapState, Origin
from server.domain.ids import GoogleLinkId, UserName
from server.domain.when import MASTER
from server.practice_db.columns import Instant
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables.appointments import appointment, appointment_part
from server.practice_db.tables.google import google_dirty, google_event, google_staged
from server.practice_db.transaction import Transaction
from server.usecases.ports.google import Tally

_a, _p, _e = appointment.c, appointment_part.c, google_event.c
_LINK: Final = bindparam("link", type_=String)
_STATES: Final = Statement(
    select(_e.state, func.count())
    .where(_e.practice_id == PRACTICE, _e.link_id == _LINK)
    .group_by(_e.state)
)
_WAITING: Final = Statement(
    select(func.count()).where(
        google_dirty.c.practice_id == PRACTICE, google_dirty.c.link_id == _LINK
    )
)
_d = google_dirty.c
_TOLD: Final = Statement(
    select(func.count(_e.appointment_id.distinct())).where(
        _e.practice_id == PRACTICE,
        _e.link_id == _LINK,
        _e.state == MapState.LIVE,
        _e.origin == Origin.PRACTICE,
        ~select(_d.link_id)
        .where(
            _d.practice_id == PRACTICE,
            _d.link_id == _LINK,
            _d.appointment_id == _e.appointment_id,
        )
        .exists(),
    )
)
_STAGED: Final = Statement(
    select(func.count()).where(
        google_staged.c.practice_id == PRACTICE, google_staged.c.link_id == _LINK
    )
)
_APPOINTMENTS: Final = Statement(
    select(_a.id, _a.revision)
    .where(
        _a.practice_id == PRACTICE,
        _a.deleted_at.is_(None),
        or_(_a.last_end.is_(None), _a.last_end > bindparam("since", type_=Instant)),
        select(_p.key)
        .where(
            _p.practice_id == PRACTICE,
            _p.appointment_id == _a.id,
            _p.key == MASTER,
            _p.practitioner == bindparam("user"),
        )
        .exists(),
    )
    .order_by(_a.id)
)
_MARK: Final = upsert(google_dirty)
_CLEAR: Final = tuple(
    Statement(delete(table).where(table.c.practice_id == PRACTICE, table.c.link_id == _LINK))
    for table in (google_event, google_staged, google_dirty)
)


def tally(transaction: Transaction, link: GoogleLinkId) -> Tally:
    """Return how many events of a link are paired, and what waits."""
    states = {row[0]: int(row[1]) for row in transaction.all(_STATES, link=link)}
    waiting, staged, told = (
        transaction.first(statement, link=link) or (0,)
        for statement in (_WAITING, _STAGED, _TOLD)
    )
    return Tally(
        states.get(MapState.LIVE, 0),
        states.get(MapState.PENDING, 0),
        states.get(MapState.CONFLICT, 0),
        states.get(MapState.PARKED, 0),
        int(waiting[0]),
        int(staged[0]),
        int(told[0]),
    )


def mark_all(
    transaction: Transaction,
    of: tuple[GoogleLinkId, UserName],
    since: datetime,
    due_at: datetime,
) -> int:
    """Note all appointments of a user that end after then as changed; return how many."""
    link, user = of
    rows = [
        {
            "link_id": link,
            "appointment_id": number,
            "revision": revision,
            "due_at": due_at,
            "attempts": 0,
        }
        for number, revision in transaction.all(_APPOINTMENTS, user=user, since=since)
    ]
    transaction.add_all(_MARK, rows)
    return len(rows)


def clear(transaction: Transaction, link: GoogleLinkId) -> None:
    """Forget all pairs of a link and all that waits."""
    for statement in _CLEAR:
        transaction.run(statement, link=link)
