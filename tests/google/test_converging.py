"""Whatever is done on both sides, and whatever goes wrong: both say the same in the end."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.errors import PracticeError
from server.domain.google import MapState
from server.domain.ids import AppointmentId
from server.domain.vocabulary import CalendarKind, Status
from server.domain.when import Recurrence
from server.practice_db.database import SqlDatabase, open_database
from server.practice_db.engines import database_file
from tests.databases import SLUG, PostgresServer
from tests.google.house import Linked, linked
from tests.google.series import instances
from tests.local_google import Befalls, Fault, LocalGoogle, Unknowns
from tests.local_google.refusals import Refused
from tests.practice import ALMA, NEW_YORK, House, at, following, furnish, session, this, timed

Action = Callable[[Linked, random.Random], None]


def slot(chance: random.Random) -> datetime:
    """Return one of forty times of the next weeks."""
    day = at(24) + timedelta(days=chance.randrange(10))
    return day.replace(hour=chance.choice((8, 10, 12, 14)))


def appointments(alma: Linked) -> list[AppointmentId]:
    """Return what stands here and is no event of Google's."""
    with alma.house.database.reading() as uow:
        found = uow.appointments.get_many(uow.appointments.ids()).values()
    standing = [one for one in found if one.first_part.details.client]
    return sorted(one.id for one in standing if alma.house.starts(one.id))


def one_here(alma: Linked, chance: random.Random) -> AppointmentId | None:
    found = appointments(alma)
    return chance.choice(found) if found else None


def one_there(alma: Linked, chance: random.Random) -> str | None:
    found = sorted(one["id"] for one in alma.events)
    return chance.choice(found) if found else None


def book(alma: Linked, chance: random.Random) -> None:
    alma.house.book(timed(slot(chance), 45), session(name="acupfollow"))


def book_series(alma: Linked, chance: random.Random) -> None:
    rule = Recurrence((f"FREQ=WEEKLY;COUNT={chance.randint(2, 4)}",))
    alma.house.book(timed(slot(chance), 45), session(name="acupfollow"), rule)


def move_here(alma: Linked, chance: random.Random) -> None:
    number = one_here(alma, chance)
    if number is not None:
        alma.house.edit(number, timed(slot(chance), 45))


def move_one_here(alma: Linked, chance: random.Random) -> None:
    number = one_here(alma, chance)
    rows = alma.house.rows(appointment=number) if number else ()
    row = chance.choice(rows) if rows else None
    if number and row is not None and row.key:
        alma.house.edit(this(number, _original(row.key)), timed(slot(chance), 45))


def _original(key: str) -> datetime:
    return datetime.strptime(key, "%Y%m%dT%H%M%S%z")


def cancel_here(alma: Linked, chance: random.Random) -> None:
    number = one_here(alma, chance)
    if number is not None:
        alma.house.edit(number, status=Status.CANCELLED)


def arrive(alma: Linked, chance: random.Random) -> None:
    number = one_here(alma, chance)
    if number is not None and not alma.house.get(number).is_series:
        alma.house.edit(number, status=Status.ARRIVED)


def move_there(alma: Linked, chance: random.Random) -> None:
    event = one_there(alma, chance)
    if event is not None:
        alma.drag(event, slot(chance))


def move_one_there(alma: Linked, chance: random.Random) -> None:
    series = [one["id"] for one in alma.events if "recurrence" in one]
    if series:
        page = alma.syncing.calls.instances(alma.calendar, chance.choice(sorted(series)))
        live = [one["id"] for one in page.items if one["status"] != "cancelled"]
        if live:
            alma.drag(chance.choice(live), slot(chance))


def cancel_one_there(alma: Linked, chance: random.Random) -> None:
    series = [one["id"] for one in alma.events if "recurrence" in one]
    if series:
        page = alma.syncing.calls.instances(alma.calendar, chance.choice(sorted(series)))
        live = [one["id"] for one in page.items if one["status"] != "cancelled"]
        if len(live) > 1:
            alma.act("cancel_one", chance.choice(live))


def split_there(alma: Linked, chance: random.Random) -> None:
    """Of series without added dates: both halves would name such an occurrence alike."""
    rules = {one["id"]: one.get("recurrence", ()) for one in alma.events}
    series = [name for name, lines in rules.items() if lines and "RDATE" not in str(lines)]
    if series:
        page = alma.syncing.calls.instances(alma.calendar, chance.choice(sorted(series)))
        live = [one["id"] for one in page.items if one["status"] != "cancelled"]
        if len(live) > 1:
            alma.act("this_and_following", chance.choice(live[1:]))


def split_here(alma: Linked, chance: random.Random) -> None:
    number = one_here(alma, chance)
    rows = alma.house.rows(appointment=number) if number else ()
    keys = [row.key for row in rows[1:] if row.key]
    if number and keys:
        target = following(number, _original(chance.choice(keys)))
        alma.house.edit(target, timed(slot(chance), 45))


def delete_there(alma: Linked, chance: random.Random) -> None:
    event = one_there(alma, chance)
    if event is not None:
        alma.act("delete", event)


def rename_there(alma: Linked, chance: random.Random) -> None:
    event = one_there(alma, chance)
    if event is not None:
        alma.act("edit_title", event, title=f"Mine {chance.random()}")


def create_there(alma: Linked, chance: random.Random) -> None:
    start = slot(chance)
    bounds = {"start": start, "end": start + timedelta(minutes=30)}
    body = {name: {"dateTime": when.isoformat()} for name, when in bounds.items()}
    alma.act("create", body={"summary": "Lunch", **body})


def copy_there(alma: Linked, chance: random.Random) -> None:
    event = one_there(alma, chance)
    if event is not None:
        alma.act("duplicate", event)


def undelete_there(alma: Linked, chance: random.Random) -> None:
    gone = [one["id"] for one in alma.all_events if one["status"] == "cancelled"]
    if gone:
        alma.act("undelete", chance.choice(sorted(gone)))


def sync(alma: Linked, chance: random.Random) -> None:
    del chance
    alma.try_sync()


def fail(alma: Linked, chance: random.Random) -> None:
    method = chance.choice(["insert", "patch", "delete", "list", "get"])
    befalls = chance.choice(
        [Befalls.CLOSE, Befalls.LOSE_ANSWER, Befalls.REFUSE, Befalls.REFUSE_AFTER]
    )
    alma.google.script(Fault(f"events.{method}", befalls, skip=chance.randrange(2)))
    alma.try_sync()


ACTIONS: tuple[Action, ...] = (
    book,
    book,
    book_series,
    move_here,
    move_one_here,
    cancel_here,
    arrive,
    move_there,
    move_there,
    move_one_there,
    cancel_one_there,
    delete_there,
    rename_there,
    create_there,
    copy_there,
    undelete_there,
    split_there,
    split_here,
    *(sync,) * 4,
    fail,
)


def here(alma: Linked) -> list[str]:
    """Return when something stands here that Google is to have, but for what is parked."""
    left = parked(alma)
    with alma.house.database.reading() as uow:
        own = {one.id for one in uow.calendars.all() if one.kind is CalendarKind.APPOINTMENTS}
    rows = [
        row
        for row in alma.house.rows(practitioner=ALMA)
        if row.calendar in own and not row.status.is_cancelled and row.appointment not in left
    ]
    return sorted(row.start.astimezone(NEW_YORK).strftime("%m-%d %H:%M") for row in rows)


def parked(alma: Linked) -> set[AppointmentId]:
    return {one.appointment for one in alma.pairs() if one.state is MapState.PARKED}


@contextmanager
def opened(url: str) -> Iterator[SqlDatabase]:
    database = open_database(url, SLUG)
    try:
        yield database
    finally:
        database.close()


def converge(database: SqlDatabase, unknowns: Unknowns, seed: int, steps: list[Action]) -> None:
    chance = random.Random(seed)
    house = House(database)
    with LocalGoogle(unknowns, at=house.now) as google, linked(house, google) as alma:
        alma.connect()
        for step in steps:
            # Slowly enough for the fuse, which has tests of its own.
            alma.house = alma.house.later(minutes=11)
            try:
                step(alma, chance)
            except (PracticeError, Refused):
                continue
        google.google.faults.clear()
        alma.house = alma.house.later(hours=2)
        alma.try_sync()
        alma.house = alma.house.later(hours=2)
        alma.settle(12)
        if not parked(alma):
            assert instances(alma) == here(alma)
        assert google.mails == []
        assert "Doe" not in alma.said()


STEPS = st.lists(st.sampled_from(ACTIONS), min_size=4, max_size=24)
SEEDS = st.integers(0, 2**32)
ONCE = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("preset", ["as_reported", "otherwise"])
@ONCE
@given(seed=SEEDS, steps=STEPS)
def test_g094_both_sides_say_the_same_in_the_end(
    furnished: Path, preset: str, seed: int, steps: list[Action]
) -> None:
    unknowns: Unknowns = getattr(Unknowns, preset)()
    with tempfile.TemporaryDirectory() as folder:
        house = Path(folder, "house")
        shutil.copytree(furnished, house)
        with opened(database_file(house)) as database:
            converge(database, unknowns, seed, steps)


@pytest.mark.postgres
@settings(ONCE, max_examples=10)
@given(seed=SEEDS, steps=STEPS)
def test_g094_both_sides_say_the_same_on_postgresql(
    postgres_server: PostgresServer, seed: int, steps: list[Action]
) -> None:
    name = postgres_server.take()
    with opened(postgres_server.url(name)) as database:
        with database.writing() as uow:
            furnish(uow)
        converge(database, Unknowns(), seed, steps)
    postgres_server.give_back(name)
