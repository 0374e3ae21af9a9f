"""Which events of an appointment still stand when they are due: what was undone is not told.

Who moves an appointment and moves it back, or takes back that somebody arrived, tells nobody
(M18). An event therefore waits, and what became of it is read from the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from server.domain.calendars import HistoryLine
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Fact, Status
from server.domain.webhooks import EventType, WebhookEvent
from server.domain.when import RecurrenceKey
from server.usecases.ports import Database, UnitOfWork

_GONE: Final = "gone"
_THERE: Final = "there"
_BOOKED: Final = Status.BOOKED.value
_CANCELLED: Final = Status.CANCELLED.value
# Confirming changes nothing that is told, and a late cancellation is a cancellation.
_SAME: Final = {
    "": _GONE,
    Status.CONFIRMED.value: _BOOKED,
    Status.LATE_CANCELLED.value: _CANCELLED,
}
_LEADS_TO: Final = {
    Fact.BOOKED: _BOOKED,
    Fact.UNDONE: _BOOKED,
    Fact.CONFIRMED: _BOOKED,
    Fact.ARRIVED: Status.ARRIVED.value,
    Fact.COMPLETED: Status.COMPLETED.value,
    Fact.NO_SHOW: Status.NO_SHOW.value,
    Fact.CANCELLED: _CANCELLED,
    Fact.LATE_CANCELLED: _CANCELLED,
    Fact.DELETED: _GONE,
}
_TOLD_AS: Final = {
    _BOOKED: EventType.APPOINTMENT_BOOKED,
    _THERE: EventType.APPOINTMENT_BOOKED,
    Status.ARRIVED.value: EventType.APPOINTMENT_ARRIVED,
    Status.COMPLETED.value: EventType.APPOINTMENT_COMPLETED,
    Status.NO_SHOW.value: EventType.APPOINTMENT_NO_SHOW,
    _CANCELLED: EventType.APPOINTMENT_CANCELLED,
    _GONE: EventType.APPOINTMENT_CANCELLED,
}


def settle_due(database: Database, now: datetime) -> int:
    """Decide on every event that is due; return how many are told.

    Each occurrence is decided on in a transaction of its own, and only when all that is held
    of it is due: whoever is still at it has not finished.
    """
    with database.reading() as uow:
        due = uow.webhooks.held(now)
    told = 0
    for appointment, key in due:
        with database.writing() as uow:
            told += _settle(uow, appointment, key, now)
    return told


def _settle(
    uow: UnitOfWork, appointment: AppointmentId, key: RecurrenceKey, now: datetime
) -> int:
    held = uow.webhooks.held_of(appointment, key)
    if any(due_at > now for _, due_at in held):
        return 0
    events = [event for event, _ in held]
    lines = [line for line in uow.history.of(appointment) if line.key == key]
    stands = {event.id for event in standing(events, lines)}
    for event in events:
        endpoints = uow.webhooks.wanting(event.kind) if event.id in stands else ()
        if endpoints:
            uow.webhooks.release(event.id, endpoints, now)
        else:
            uow.webhooks.drop(event.id)
    return len(stands)


def standing(
    events: Sequence[WebhookEvent], lines: Iterable[HistoryLine]
) -> list[WebhookEvent]:
    """Return the events of one occurrence that were not undone, in order of happening.

    ``lines`` is the occurrence's history, in order, to the present.
    """
    lines = list(lines)
    moves = [event for event in events if event.kind is EventType.APPOINTMENT_MOVED]
    others = [event for event in events if event.kind is not EventType.APPOINTMENT_MOVED]
    left = dict.fromkeys(_straight_path(_since(others, lines)))
    # Whoever hears of the last move reads where the appointment is now.
    kept = moves[-1:] if _has_moved(_since(moves, lines)) else []
    kept += [event for event in others if _step(event) in left]
    return [event for event in events if event in kept]


def _since(events: Sequence[WebhookEvent], lines: list[HistoryLine]) -> list[HistoryLine]:
    """Return the lines from the first of the events on."""
    revisions = [event.subject.revision for event in events if event.subject is not None]
    return [line for line in lines if revisions and line.revision >= min(revisions)]


def _has_moved(lines: Iterable[HistoryLine]) -> bool:
    """Whether an occurrence is at another time, or repeats otherwise, than before the lines."""
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for line in lines:
        for field in ("when", "recurrence"):
            if field in line.changes:
                old, new = line.changes[field]
                first.setdefault(field, old)
                last[field] = new
    return first != last


_Step = tuple[int, EventType | None]
"""The revision that led to a state, and the type of event that tells of the state."""


def _step(event: WebhookEvent) -> _Step:
    return (event.subject.revision if event.subject else 0, event.kind)


def _straight_path(lines: Sequence[HistoryLine]) -> Iterator[_Step]:
    """Yield the steps from the first state to the last, without those that were taken back."""
    if not lines:
        return iter(())
    path: list[tuple[str, _Step]] = [(_before(lines[0]), (0, None))]
    was_there = ""
    for line in lines:
        for fact in line.facts:
            state = _state_after(fact, was_there)
            if state is None:
                continue
            if state == _GONE:
                was_there = path[-1][0]
            known = next((place for place, (it, _) in enumerate(path) if it == state), None)
            if known is None:
                path.append((state, (line.revision, _TOLD_AS[state])))
            else:
                del path[known + 1 :]
    return (step for _, step in path[1:])


def _before(line: HistoryLine) -> str:
    """Return the state in which a line found the occurrence."""
    if Fact.RESTORED in line.facts:
        return _GONE
    old = line.changes["status"][0] if "status" in line.changes else _THERE
    return _SAME.get(old, old)


def _state_after(fact: Fact, was_there: str) -> str | None:
    """Return the state to which a fact leads, None for what changes none."""
    if fact is Fact.RESTORED:
        return was_there or _THERE
    return _LEADS_TO.get(fact)
