"""Free/busy over CalDAV and Google's own answer are the same times, whatever is watched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.google import CalendarRole, GoogleCalendar
from server.domain.ids import GoogleLinkId, UserName
from server.google_sync.reading.watched import SLUGS
from server.practice_db.database import SqlDatabase, open_database
from server.practice_db.engines import database_file
from tests.databases import SLUG, PostgresServer
from tests.google.converging import opened
from tests.google.house import Json, Linked, linked
from tests.in_process import sender, served_in_process
from tests.local_google import LocalGoogle, Unknowns
from tests.practice import NEW_YORK, House, furnish
from tests.property.busy_calendars import ZONES, Timing, ranges, timings
from tests.system import reports
from tests.system.phone import Phone
from tests.system.practice import hire

Range = tuple[datetime, datetime]
ALL_OF_IT: Range = (
    datetime(2027, 2, 25, tzinfo=UTC),
    datetime(2027, 5, 10, tzinfo=UTC),
)
"""All in which the events begin, and weeks of those that go on."""
_UTC = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Happening:
    """An event of somebody's: when, how it repeats, how it takes time, what is otherwise."""

    timing: Timing
    rule: str
    body: tuple[tuple[str, object], ...]
    declined: bool
    out: bool
    moved: int
    cancelled: int


@dataclass(frozen=True)
class Drawn:
    """One calendar; whole days are days of its own zone, so they are drawn in ours only."""

    zone: ZoneInfo
    happenings: tuple[Happening, ...]


@st.composite
def happenings(draw: st.DrawFn, zone: ZoneInfo) -> Happening:
    timing = draw(timings(whole_days=zone is NEW_YORK))
    rule = draw(st.sampled_from(("", "", *rules_for(timing))))
    said = {
        "transparency": draw(st.sampled_from(("opaque", "opaque", "transparent"))),
        "status": draw(st.sampled_from(("confirmed", "tentative"))),
        "visibility": draw(st.sampled_from(("default", "private"))),
    }
    return Happening(
        timing,
        rule,
        tuple(said.items()),
        declined=draw(st.integers(0, 4)) == 0,
        out=draw(st.booleans()),
        moved=draw(st.sampled_from((0, 0, 1, 2))),
        cancelled=draw(st.sampled_from((0, 0, 1, 3))),
    )


def rules_for(timing: Timing) -> tuple[str, ...]:
    """Return rules whose first time is the event's own: others are read in two ways."""
    own = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[timing.start.weekday()]
    return (
        "FREQ=WEEKLY;COUNT=6",
        "FREQ=WEEKLY",
        f"FREQ=WEEKLY;INTERVAL=2;BYDAY={own}",
        "FREQ=DAILY;INTERVAL=2;COUNT=12",
        "FREQ=MONTHLY;COUNT=4",
    )


@st.composite
def calendars(draw: st.DrawFn) -> Drawn:
    zone = draw(st.sampled_from((NEW_YORK, *ZONES)))
    return Drawn(zone, tuple(draw(st.lists(happenings(zone), min_size=1, max_size=4))))


@dataclass
class Watcher:
    """A practitioner whom no other example uses, with an account whose calendars count."""

    alma: Linked
    phone: Phone
    hides: bool

    def hold(self, drawn: Drawn) -> str:
        """Let a calendar be watched with what is in it, and return its id."""
        calendar = self._made(drawn.zone)
        with self.alma.house.database.writing() as uow:
            watched = GoogleCalendar(self.alma.link, calendar, CalendarRole.WATCHED)
            uow.google.calendars.save(watched)
        for happening in drawn.happenings:
            self._let_happen(calendar, happening)
        return calendar

    def _made(self, zone: ZoneInfo) -> str:
        """Return the account's own calendar first, and then others of the same person."""
        with self.alma.house.database.reading() as uow:
            known = uow.google.calendars.of_link(self.alma.link)
        if zone is NEW_YORK and all(one.id != self.alma.account for one in known):
            return self.alma.account
        said = {"account": self.alma.account, "title": "Own", "zone": zone.key}
        return str(self.alma.google.act("make_calendar", **said)["id"])

    def _let_happen(self, calendar: str, one: Happening) -> None:
        body: dict[str, object] = {"summary": "Mine", **dict(one.body), **bounds(one.timing)}
        if one.rule:
            lines = [f"RRULE:{one.rule}"]
            if one.out and "WEEKLY" in one.rule:
                lines.append(excluded(one.timing.later(28)))
            body["recurrence"] = lines
        if one.declined and not self.hides and calendar == self.alma.account:
            # Where Google does not show who declined, such a time counts as taken.
            me = {"email": calendar, "self": True, "responseStatus": "declined"}
            body["attendees"] = [me]
        made = self.alma.act("create", calendar=calendar, body=body)
        if "FREQ=WEEKLY;COUNT" not in one.rule:
            return
        for number, kind in ((one.moved, "move"), (one.cancelled, "cancel_one")):
            if number and (kind == "move" or one.moved != one.cancelled):
                name = instance(str(made["id"]), one.timing.later(7 * number))
                start = bounds(one.timing, 7 * number + 1)["start"]
                more = {"start": start} if kind == "move" else {}
                self.alma.act(kind, name, calendar=calendar, **more)

    def here(self, window: Range) -> list[Range]:
        """Return when this person is busy, as a calendar app is told."""
        path = f"/{self.phone.user}/{SLUGS[0]}/"
        answer = self.phone.report(path, reports.free_busy(*window))
        assert answer.status == 200, answer.text
        lines = [line for line in answer.lines if line.startswith("FREEBUSY")]
        values = [value for line in lines for value in line.partition(":")[2].split(",")]
        return joined(tuple(map(moment, value.split("/"))) for value in values)

    def there(self, names: list[str], window: Range) -> list[Range]:
        """Return the same as Google answers freebusy.query."""
        answer = self.alma.syncing.calls.busy(names, *window)
        spans = [span for name in names for span in answer[name] or ()]
        return joined(spans)


def joined(spans: Iterable[tuple[datetime, ...]]) -> list[Range]:
    """Return spans in order, those that touch as one."""
    found: list[Range] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def moment(text: str) -> datetime:
    return datetime.strptime(text, _UTC).replace(tzinfo=UTC)


def bounds(timing: Timing, days: int = 0) -> dict[str, Json]:
    """Return start and end, some days later at the same time of the clock."""
    start = timing.later(days)
    return {"start": bound(start), "end": bound(start + timing.length)}


def bound(when: datetime | date) -> Json:
    if not isinstance(when, datetime):
        return {"date": when.isoformat()}
    assert isinstance(when.tzinfo, ZoneInfo)
    return {"dateTime": when.isoformat(), "timeZone": when.tzinfo.key}


def excluded(when: datetime | date) -> str:
    if isinstance(when, datetime):
        return f"EXDATE:{when.astimezone(UTC):{_UTC}}"
    return f"EXDATE;VALUE=DATE:{when:%Y%m%d}"


def instance(series: str, when: datetime | date) -> str:
    """Return the id of an occurrence, as Google writes it."""
    if isinstance(when, datetime):
        return f"{series}_{when.astimezone(UTC):{_UTC}}"
    return f"{series}_{when:%Y%m%d}"


@dataclass
class Surroundings:
    """A practice that is served, and a Google, shared by all examples of a test."""

    house: House
    google: LocalGoogle

    @contextmanager
    def watcher(self) -> Iterator[Watcher]:
        """Hire somebody and link them."""
        name = f"p{uuid4().hex[:10]}"
        secret = hire(self.house.database, name)
        account = f"{name}@example.com"
        self.google.account(account, NEW_YORK.key)
        port = served_in_process(self.house.database)
        link = {"link": GoogleLinkId(name[:10]), "user": UserName(name), "account": account}
        try:
            with linked(self.house, self.google, **link) as alma:
                alma.connect()
                hides = self.google.google.world.unknowns.freebusy_scope_hides
                yield Watcher(alma, Phone(sender(port), name, secret), hides)
        finally:
            port.close()


def agree(around: Surroundings, drawn: list[Drawn], window: Range) -> None:
    with around.watcher() as watcher:
        names = [watcher.hold(one) for one in drawn]
        watcher.alma.sync(2)
        assert watcher.here(window) == watcher.there(names, window)


CALENDARS = st.lists(calendars(), min_size=1, max_size=3)
WINDOWS = st.one_of(st.just(ALL_OF_IT), ranges())
IS_LONG = os.environ.get("GOOGLE_MATRIX") == "whole"
FEW = settings(
    max_examples=200 if IS_LONG else 20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@contextmanager
def around(database: SqlDatabase, unknowns: Unknowns) -> Iterator[Surroundings]:
    house = House(database)
    with LocalGoogle(unknowns, at=house.now) as google:
        yield Surroundings(house, google)


@pytest.fixture
def sqlite_around(furnished: Path, unknowns: Unknowns) -> Iterator[Surroundings]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "house")
        shutil.copytree(furnished, place)
        with opened(database_file(place)) as database, around(database, unknowns) as found:
            yield found


@FEW
@given(drawn=CALENDARS, window=WINDOWS)
def test_g077_busy_times_are_what_google_itself_answers(
    sqlite_around: Surroundings, drawn: list[Drawn], window: Range
) -> None:
    agree(sqlite_around, drawn, window)


@pytest.mark.postgres
@settings(FEW, max_examples=10)
@given(drawn=CALENDARS, window=WINDOWS)
def test_g077_busy_times_are_what_google_itself_answers_on_postgresql(
    postgres_server: PostgresServer, drawn: list[Drawn], window: Range
) -> None:
    name = postgres_server.take()
    database = open_database(postgres_server.url(name), SLUG)
    try:
        with database.writing() as uow:
            furnish(uow)
        with around(database, Unknowns()) as found:
            agree(found, drawn, window)
    finally:
        database.close()
        postgres_server.give_back(name)
