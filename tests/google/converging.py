"""Histories of random acts on both sides, and whether both say the same in the end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from server.domain.errors import PracticeError
from server.domain.google import CalendarRole, GoogleCalendar, MapState
from server.domain.ids import AppointmentId, GoogleLinkId
from server.domain.vocabulary import CalendarKind
from server.google_sync.http.calls import CallFailed
from server.google_sync.reading.blocks import KEPT_BACK
from server.practice_db.database import SqlDatabase, open_database
from tests.databases import SLUG
from tests.google.acts_here import ACTS_HERE, Act
from tests.google.acts_there import ACTS_THERE, CYCLES
from tests.google.house import Json, Linked, linked
from tests.google.series import expanded, local
from tests.local_google import LocalGoogle, Unknowns
from tests.local_google.refusals import Refused
from tests.practice import NEW_YORK, THEO, House

ACTS: dict[str, Act] = {one.__name__: one for one in (*ACTS_HERE, *ACTS_THERE, *CYCLES)}
WEIGHED: Sequence[str] = [one.__name__ for one in (*ACTS_HERE, *ACTS_THERE, *CYCLES)]


@dataclass(frozen=True)
class Step:
    """One act, by whom (0: Alma, 1: Theo), and what its choices are drawn from."""

    act: str
    chance: int
    who: int = 0


@dataclass(frozen=True)
class History:
    """What is done in turn, in a practice with so many links."""

    steps: tuple[Step, ...]
    links: int = 1
    watches: bool = False


@contextmanager
def opened(url: str) -> Iterator[SqlDatabase]:
    database = open_database(url, SLUG)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def all_linked(house: House, google: LocalGoogle, history: History) -> Iterator[list[Linked]]:
    """Link Alma, and Theo too where a history has two."""
    other = {"user": THEO, "account": "theo@example.com", "link": GoogleLinkId("00000000bb")}
    with linked(house, google) as alma, linked(house, google, **other) as theo:
        links = [alma, theo][: history.links]
        for one in links:
            one.connect()
            if history.watches:
                _watch(one)
        yield links


def _watch(alma: Linked) -> None:
    with alma.house.database.writing() as uow:
        own = GoogleCalendar(alma.link, alma.account, CalendarRole.WATCHED)
        uow.google.calendars.save(own)


def converge(database: SqlDatabase, unknowns: Unknowns, history: History) -> None:
    """Live through a history, then look after each link until it is quiet."""
    house = House(database)
    with (
        LocalGoogle(unknowns, at=house.now) as google,
        all_linked(house, google, history) as links,
    ):
        for step in history.steps:
            # Slowly enough for the fuse, which has tests of its own.
            _later(links, minutes=11)
            _does(links[step.who % len(links)], step)
        google.google.faults.clear()
        for _ in range(2):
            _later(links, hours=2)
            for one in links:
                one.try_sync()
        _later(links, hours=2)
        for one in links:
            one.settle(12)
        for one in links:
            assert_alike(one)
        assert google.mails == []
        assert "Doe" not in "".join(one.said() for one in links[:1])


def assert_alike(alma: Linked) -> None:
    """Both sides say the same of when something is."""
    shown, own = there(alma), here(alma)
    only_there = list((Counter(shown) - Counter(own)).elements())
    only_here = list((Counter(own) - Counter(shown)).elements())
    assert (only_there, only_here) == ([], []), f"there {only_there}, here {only_here}"


def _later(links: Sequence[Linked], **span: int) -> None:
    house = max((one.house for one in links), key=lambda house: house.now).later(**span)
    for one in links:
        one.house = house
        one.google.clock.advance(house.now - one.google.clock.now())


def _does(alma: Linked, step: Step) -> None:
    try:
        ACTS[step.act](alma, random.Random(step.chance))
    except (PracticeError, Refused, CallFailed):
        return


def parked(alma: Linked) -> set[AppointmentId]:
    return {one.appointment for one in alma.pairs() if one.state is MapState.PARKED}


def here(alma: Linked) -> list[str]:
    """Return when something stands here that Google is to have, but for what is parked."""
    left = parked(alma)
    with alma.house.database.reading() as uow:
        own = {one.id for one in uow.calendars.all() if one.kind is CalendarKind.APPOINTMENTS}
    rows = [
        row
        for row in alma.house.rows(practitioner=alma.user)
        if row.calendar in own and not row.status.is_cancelled and row.appointment not in left
    ]
    said = []
    for row in rows:
        if row.all_day:
            bounds = [f"{one.astimezone(NEW_YORK):%m-%d}" for one in (row.start, row.end)]
        else:
            bounds = [f"{one.astimezone(NEW_YORK):%m-%d %H:%M}" for one in (row.start, row.end)]
        said.append(
            "/".join((*bounds, _takes(about_nobody=row.client is None, free=not row.blocks)))
        )
    return sorted(said)


def _takes(*, about_nobody: bool, free: bool) -> str:
    """Of an appointment Google's word does not count: it always takes its time."""
    return ("free" if free else "busy") if about_nobody else "busy"


def there(alma: Linked) -> list[str]:
    """Return when the events of the managed calendar are, expanded, in New York."""
    left = parked(alma)
    silent = {pair.event for pair in alma.pairs() if pair.appointment in left}
    clients = _with_clients(alma)
    known = {pair.event for pair in alma.pairs()}
    shown: list[str] = []
    for one in alma.events:
        if one["id"] in silent or one.get("recurringEventId") in silent:
            continue
        if one["id"] not in known and _is_long_over(alma, one):
            continue
        found: list[Json] = [one] if "recurringEventId" not in one else []
        found = list(expanded(alma, one["id"])) if "recurrence" in one else found
        shown += [_said(each, about_nobody=one["id"] not in clients) for each in found]
    return sorted(shown)


def _is_long_over(alma: Linked, event: Json) -> bool:
    """Whether somebody's event was first read when it lay before what is kept of those."""
    if "recurrence" in event or "dateTime" not in event.get("end", {}):
        return False
    return datetime.fromisoformat(event["end"]["dateTime"]) < alma.house.now - KEPT_BACK


def _with_clients(alma: Linked) -> set[str]:
    with alma.house.database.reading() as uow:
        found = uow.appointments.get_many(uow.appointments.ids()).values()
    clients = {one.id for one in found if one.first_part.details.client}
    return {pair.event for pair in alma.pairs() if pair.appointment in clients}


def _said(event: Json, *, about_nobody: bool) -> str:
    free = event.get("transparency") == "transparent"
    takes = _takes(about_nobody=about_nobody, free=free)
    return "/".join((local(event["start"]), local(event["end"]), takes))
