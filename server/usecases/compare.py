"""What a change comes to: the facts it tells, and the fields it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from server.domain.appointment import Appointment, Details, Part
from server.domain.statuses import facts_of
from server.domain.vocabulary import Fact
from server.domain.when import MASTER, AllDay, Recurrence, RecurrenceKey, When
from server.ics.moments import natural, recurrence_lines


@dataclass(frozen=True, slots=True)
class Change:
    """One part's change; ``fields`` maps a field to its old and new value as text."""

    key: RecurrenceKey
    facts: tuple[Fact, ...]
    fields: Mapping[str, tuple[str, str]]


def changes_between(before: Appointment | None, after: Appointment) -> list[Change]:
    """Return the changes that concern the practice, one per part."""
    if before is not None and before.deleted_at is None and after.deleted_at is not None:
        return [Change(MASTER, (Fact.DELETED,), {})]
    changes = list(_by_part(before, after))
    if before is not None and before.deleted_at is not None and after.deleted_at is None:
        changes.insert(0, Change(MASTER, (Fact.RESTORED,), {}))
    return changes


def _by_part(before: Appointment | None, after: Appointment) -> Iterator[Change]:
    keys = dict.fromkeys([MASTER, *(before.overrides if before else ()), *after.overrides])
    for key in keys:
        old = _speaks(before, key)
        new = _speaks(after, key)
        if new is None or (key and key not in after.overrides and old is None):
            continue
        change = _change(key, old, new)
        if key == MASTER:
            change = _with_series(change, before, after)
        if change.facts or change.fields:
            yield change


def _speaks(appointment: Appointment | None, key: RecurrenceKey) -> Part | None:
    """Return what was said of an occurrence, at the time that it had."""
    if appointment is None:
        return None
    part = appointment.part(key)
    if part is None or not key or key in appointment.overrides:
        return part
    return replace(part, when=natural(part.when, key))


def _change(key: RecurrenceKey, old: Part | None, new: Part) -> Change:
    told = dict(_fields(old, new))
    if new.deleted and not (old and old.deleted):
        return Change(key, (Fact.DELETED,), told)
    if old and old.deleted and not new.deleted:
        return Change(key, (Fact.RESTORED,), told)
    facts = [*facts_of(old.details.status if old else None, new.details.status)]
    if old is not None and "when" in told:
        facts.append(Fact.MOVED)
    if old is not None and told.keys() - {"when", "status", "attention"}:
        facts.append(Fact.EDITED)
    return Change(key, tuple(facts), told)


def _with_series(change: Change, before: Appointment | None, after: Appointment) -> Change:
    old = recurrence_text(before.recurrence) if before else ""
    new = recurrence_text(after.recurrence)
    if old == new or before is None:
        return change
    facts = change.facts if Fact.MOVED in change.facts else (*change.facts, Fact.MOVED)
    return Change(change.key, facts, {**change.fields, "recurrence": (old, new)})


def _fields(old: Part | None, new: Part) -> Iterator[tuple[str, tuple[str, str]]]:
    for field in fields(Details):
        was = _text(getattr(old.details, field.name)) if old else ""
        now = _text(getattr(new.details, field.name))
        if was != now:
            yield field.name, (was, now)
    before = when_text(old.when) if old else ""
    if before != when_text(new.when):
        yield "when", (before, when_text(new.when))


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case tuple() | frozenset():
            return " ".join(
                sorted(map(_text, value)) if isinstance(value, frozenset) else map(_text, value)
            )
        case _:
            return str(value)


def when_text(when: When) -> str:
    """Return a time as text: local wall time with its zone, or days."""
    if isinstance(when, AllDay):
        return f"{when.first.isoformat()} ({when.days} days)"
    return f"{when.start.isoformat()}/{when.end.isoformat()} {when.zone}"


def recurrence_text(recurrence: Recurrence | None) -> str:
    """Return a recurrence as its content lines, empty for none."""
    return "\n".join(recurrence_lines(recurrence))
