"""What may be done at Google's own pages, and what may befall a cycle, each at random."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from server.domain.ids import UserName
from server.google_sync.worker.cycle import cycle
from server.practice_db.database import SqlDatabase
from server.usecases.ports import Served, UnitOfWork
from tests.google.acts_here import RULES, Act, slot
from tests.google.house import Json, Linked
from tests.local_google import Befalls, Fault

_ZONES = ("America/New_York", "Europe/Zurich", "Australia/Lord_Howe")
_REFUSALS = (
    (503, "backendError"),
    (500, ""),
    (429, "rateLimitExceeded"),
    (403, "userRateLimitExceeded"),
    (412, "conditionNotMet"),
)


def one_there(alma: Linked, chance: random.Random) -> str | None:
    found = [one["id"] for one in alma.events]
    return chance.choice(found) if found else None


def occurrence_there(alma: Linked, chance: random.Random, *, first: bool = True) -> str | None:
    """Return an occurrence of a series in Google that takes place."""
    series = [one["id"] for one in alma.events if "recurrence" in one]
    if not series:
        return None
    page = alma.syncing.calls.instances(alma.calendar, chance.choice(series))
    live = [one["id"] for one in page.items if one["status"] != "cancelled"]
    live = live if first else live[1:]
    return chance.choice(live) if live else None


def moved(alma: Linked, event: str, chance: random.Random) -> None:
    """Move an event in Google; one of days stays one of days."""
    known = {one["id"]: one for one in alma.all_events}
    body = known.get(event) or known[event.rpartition("_")[0]]
    if "date" in body.get("start", {}):
        alma.act("move", event, start={"date": slot(chance).date().isoformat()})
    else:
        alma.drag(event, slot(chance))


def move_there(alma: Linked, chance: random.Random) -> None:
    event = one_there(alma, chance)
    if event is not None:
        moved(alma, event, chance)


def move_one_there(alma: Linked, chance: random.Random) -> None:
    event = occurrence_there(alma, chance)
    if event is not None:
        moved(alma, event, chance)


def cancel_one_there(alma: Linked, chance: random.Random) -> None:
    event = occurrence_there(alma, chance)
    if event is not None:
        alma.act("cancel_one", event)


def split_there(alma: Linked, chance: random.Random) -> None:
    event = occurrence_there(alma, chance, first=False)
    if event is not None:
        alma.act("this_and_following", event, changes=_changes(alma, event, chance))


def split_there_in_two(alma: Linked, chance: random.Random) -> None:
    """The same, with a cycle that sees no more than the first half."""
    event = occurrence_there(alma, chance, first=False)
    if event is not None:
        alma.act("this_and_following", event, half="truncate")
        alma.try_sync()
        if chance.random() < 0.8:
            alma.act("this_and_following", event, half="insert")


def _changes(alma: Linked, event: str, chance: random.Random) -> Json:
    series = {one["id"]: one for one in alma.events}.get(event.rpartition("_")[0])
    if series is None or "date" in series["start"] or chance.random() < 0.5:
        return {}
    start = slot(chance)
    bounds = {"start": start, "end": start + timedelta(minutes=45)}
    zone = "America/New_York"
    return {n: {"dateTime": at.isoformat(), "timeZone": zone} for n, at in bounds.items()}


def repeat_otherwise_there(alma: Linked, chance: random.Random) -> None:
    """Let a series repeat by another rule: for longer, for less long, on other days."""
    series = [one for one in alma.events if "recurrence" in one]
    if series:
        one = chance.choice(series)
        rest = [line for line in one["recurrence"] if not line.startswith("RRULE")]
        rule = f"RRULE:{chance.choice(RULES).format(chance.randint(1, 5))}"
        alma.act("edit_all", one["id"], changes={"recurrence": [rule, *rest]})


def stop_repeating_there(alma: Linked, chance: random.Random) -> None:
    series = [one["id"] for one in alma.events if "recurrence" in one]
    if series:
        alma.act("edit_all", chance.choice(series), changes={"recurrence": []})


def delete_there(alma: Linked, chance: random.Random) -> None:
    event = one_there(alma, chance)
    if event is not None:
        alma.act("delete", event)


def rename_there(alma: Linked, chance: random.Random) -> None:
    event = one_there(alma, chance)
    if event is not None:
        alma.act("edit_title", event, title=f"Mine {chance.random()}")


def show_there(alma: Linked, chance: random.Random) -> None:
    """Change how an event takes time, or who may see it."""
    event = one_there(alma, chance)
    ways: tuple[dict[str, Any], ...] = (
        {"transparency": "transparent"},
        {"transparency": "opaque"},
        {"visibility": "public"},
        {"colorId": "3"},
    )
    if event is not None:
        alma.act("edit", event, changes=chance.choice(ways))


def create_there(alma: Linked, chance: random.Random) -> None:
    alma.act("create", body={"summary": "Lunch", **_bounds(chance)})


def create_series_there(alma: Linked, chance: random.Random) -> None:
    rule = f"RRULE:{chance.choice(RULES).format(chance.randint(2, 4))}"
    alma.act("create", body={"summary": "Choir", "recurrence": [rule], **_bounds(chance)})


def _bounds(chance: random.Random) -> Json:
    start = slot(chance)
    if chance.random() < 0.2:
        days = {"start": start.date(), "end": start.date() + timedelta(days=1)}
        return {name: {"date": day.isoformat()} for name, day in days.items()}
    bounds = {"start": start, "end": start + timedelta(minutes=30)}
    zone = "America/New_York"
    return {n: {"dateTime": at.isoformat(), "timeZone": zone} for n, at in bounds.items()}


def copy_there(alma: Linked, chance: random.Random) -> None:
    """Duplicate an event, a series or an occurrence of one."""
    event = chance.choice((one_there, occurrence_there))(alma, chance)
    if event is not None:
        alma.act("duplicate", event)


def undelete_there(alma: Linked, chance: random.Random) -> None:
    gone = [one["id"] for one in alma.all_events if one["status"] == "cancelled"]
    if gone:
        alma.act("undelete", chance.choice(gone))


def drag_out_there(alma: Linked, chance: random.Random) -> None:
    """Drag an event into the account's own calendar."""
    event = one_there(alma, chance)
    if event is not None:
        alma.act("drag", event, to="primary")


def change_zone_there(alma: Linked, chance: random.Random) -> None:
    alma.act("change_calendar_zone", zone=chance.choice(_ZONES))


def share_there(alma: Linked, chance: random.Random) -> None:
    """Share the calendar: what was read up to then is no longer known (410)."""
    name = f"somebody{chance.randrange(9)}@example.net"
    alma.act("share", **{"with": name}, role="reader")


def sync(alma: Linked, chance: random.Random) -> None:
    del chance
    alma.try_sync()


def fail(alma: Linked, chance: random.Random) -> None:
    method = chance.choice(["insert", "patch", "delete", "list", "get", "instances"])
    befalls = chance.choice(
        [Befalls.CLOSE, Befalls.LOSE_ANSWER, Befalls.REFUSE, Befalls.REFUSE_AFTER]
    )
    status, reason = chance.choice(_REFUSALS)
    if method == "list" and chance.random() < 0.3:
        status, reason = 410, "fullSyncRequired"
    skip = chance.randrange(3)
    fault = Fault(f"events.{method}", befalls, skip=skip, status=status, reason=reason)
    alma.google.script(fault)
    alma.try_sync()


class Stopped(Exception):
    """The process ends here."""


@dataclass
class Stopping:
    """A database whose process is stopped when it writes: before that, or right after."""

    database: SqlDatabase
    left: int
    after: bool

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        return self.database.reading()

    @contextmanager
    def writing(self, calendars: Iterable[tuple[UserName, str]] = ()) -> Iterator[UnitOfWork]:
        self.left -= 1
        if not self.left and not self.after:
            raise Stopped
        with self.database.writing(calendars) as uow:
            yield uow
        if not self.left:
            raise Stopped

    def served(self, owner: UserName, slug: str, href: str) -> Served | None:
        return self.database.served(owner, slug, href)

    def close(self) -> None:
        self.database.close()


def crash(alma: Linked, chance: random.Random) -> None:
    """Stop in the middle of a cycle, and lose all that was not stored."""
    stopping = Stopping(alma.house.database, chance.randint(1, 12), after=chance.random() < 0.5)
    try:
        cycle(replace(alma.syncing, database=stopping))
    except Stopped:
        return


ACTS_THERE: tuple[Act, ...] = (
    move_there,
    move_there,
    move_one_there,
    move_one_there,
    cancel_one_there,
    split_there,
    split_there_in_two,
    repeat_otherwise_there,
    stop_repeating_there,
    delete_there,
    rename_there,
    show_there,
    create_there,
    create_series_there,
    copy_there,
    undelete_there,
    drag_out_there,
    change_zone_there,
    share_there,
)
CYCLES: tuple[Act, ...] = (*(sync,) * 8, *(fail,) * 3, *(crash,) * 3)
