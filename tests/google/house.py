"""A practice whose practitioner is linked with a local Google, and short ways to work in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from server.domain.google import (
    CalendarRole,
    Conflict,
    DirtyAppointment,
    EventMap,
    GoogleCalendar,
    GoogleLink,
    LinkState,
    MovePolicy,
    OutwardLevel,
)
from server.domain.ids import AppointmentId, GoogleLinkId, UserName
from server.google_sync.http.requests import requests_for
from server.google_sync.http.transport import Connection, GoogleCalls
from server.google_sync.http.wire import Patience, Wire
from server.google_sync.links.syncing import Lease, Report, Settings, Syncing
from server.google_sync.worker.cycle import cycle
from tests.local_google import LocalGoogle
from tests.practice import ALMA, Field, House

Json = Mapping[str, Any]
ACCOUNT = "alma@example.com"
LINK = GoogleLinkId("00000000aa")
KEY = bytes(range(32))
CREATED = "calendar.app.created"
FREEBUSY = "calendar.events.freebusy"
OWNED = "calendar.events.owned.readonly"
_HELD = timedelta(hours=1)


@dataclass
class Tokens:
    """An access token that is good until it is taken away."""

    token: str

    def current(self) -> str:
        return self.token

    def renewed(self, rejected: str) -> str:
        assert rejected == self.token
        return self.token


@dataclass
class HouseClock:
    """The practice's time."""

    house: House

    def now(self) -> datetime:
        return self.house.now


@dataclass
class Linked:
    """One practitioner's link to one account of the local Google."""

    house: House
    google: LocalGoogle
    wire: Wire
    link: GoogleLinkId = LINK
    user: UserName = ALMA
    account: str = ACCOUNT
    calendar: str = ""
    settings: Settings = field(default_factory=Settings)
    holder: str = "tests"
    scopes: tuple[str, ...] = (CREATED, FREEBUSY)

    @property
    def syncing(self) -> Syncing:
        granted = self.google.grant(self.account, *self.scopes)
        clock = HouseClock(self.house)
        connection = Connection(requests_for(self.google.url), self.wire, clock)
        calls = GoogleCalls(connection, Tokens(granted.access_token))
        with self.house.database.writing() as uow:
            until = self.house.now + _HELD
            fence = uow.google.links.take(self.link, self.holder, self.house.now, until)
        assert fence is not None
        lease = Lease(self.holder, fence)
        database = self.house.database
        return Syncing(database, calls, clock, self.link, lease, KEY, self.settings)

    def connect(self, **said: Field) -> None:
        """Make the calendar in Google, and the link here."""
        syncing_calls = self._calls_only()
        self.calendar = syncing_calls.insert_calendar({"summary": "Practice"})["id"]
        given: dict[str, Field] = {"level": OutwardLevel.GENERIC, "policy": MovePolicy.APPLY}
        link = GoogleLink(
            id=self.link,
            user=self.user,
            state=LinkState.CONNECTED,
            account_hash="hash",
            sealed_key="sealed",
            managed=self.calendar,
            made_at=self.house.now,
            connected_at=self.house.now,
            **{**given, **said},
        )
        with self.house.database.writing() as uow:
            uow.google.links.save_link(link)
            uow.google.calendars.save(
                GoogleCalendar(self.link, self.calendar, CalendarRole.MANAGED)
            )

    def _calls_only(self) -> GoogleCalls:
        granted = self.google.grant(self.account, CREATED, FREEBUSY)
        clock = HouseClock(self.house)
        connection = Connection(requests_for(self.google.url), self.wire, clock)
        return GoogleCalls(connection, Tokens(granted.access_token))

    def change(self, **said: Field) -> None:
        """Change what the link says of itself."""
        with self.house.database.writing() as uow:
            link = uow.google.links.link(self.link)
            assert link is not None
            uow.google.links.save_link(replace(link, **said))

    def sync(self, times: int = 1) -> Report:
        """Run cycles; what ended one fails the test."""
        report = Report()
        for _ in range(times):
            report = cycle(self.syncing)
            assert report.failure is None, report.failure
        return report

    def try_sync(self) -> Report:
        """Run one cycle, whatever comes of it."""
        return cycle(self.syncing)

    def settle(self, at_most: int = 6) -> None:
        """Run cycles until nothing is written and nothing applied any more, then be quiet."""
        for _ in range(at_most):
            report = self.sync()
            if not (report.written or report.applied or report.more):
                break
        self.assert_quiet()

    def assert_quiet(self) -> None:
        """Two further cycles only ask what changed."""
        since = len(self.google.received)
        self.sync(2)
        asked = self.asked(since)
        assert set(asked) <= {"events.list"}, asked

    def asked(self, since: int = 0) -> Counter[str]:
        """Return how often each method was asked for."""
        counts = self.google.counts(since)
        return Counter({name: count for name, count in counts.items() if "." in name})

    def writes(self, since: int = 0) -> list[Json]:
        """Return the bodies of the requests that could change anything, in their order."""
        received = self.google.received[since:]
        return [
            one.body or {} for one in received if one.is_write and one.account == self.account
        ]

    @property
    def mark(self) -> int:
        """How many requests there were by now."""
        return len(self.google.received)

    # --- what stands on both sides ---------------------------------------------------------

    @property
    def events(self) -> list[Json]:
        """The events of the managed calendar that are not deleted."""
        return list(self.google.live_events(self.account, self.calendar))

    @property
    def all_events(self) -> list[Json]:
        return list(self.google.events(self.account, self.calendar))

    @property
    def only(self) -> Json:
        """The one event that there is."""
        events = self.events
        assert len(events) == 1, events
        return events[0]

    def starts(self) -> list[str]:
        """Return when the events begin, in UTC, such as 11-24 19:00."""
        return sorted(said(one["start"]) for one in self.events)

    def act(self, kind: str, event: str = "", **details: object) -> Json:
        """Do something at Google's pages, in the managed calendar."""
        named = {"account": self.account, "calendar": self.calendar, **details}
        if event:
            named["event"] = event
        return self.google.act(kind, **named)

    def drag(self, event: str, start: datetime) -> None:
        """Move an event to another time, as long as it was."""
        self.act("move", event, start={"dateTime": start.isoformat()})

    def instance(self, series: str, start: datetime) -> str:
        """Return the id of an occurrence, as Google writes it."""
        return f"{series}_{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def pairs(self) -> list[EventMap]:
        with self.house.database.reading() as uow:
            return list(uow.google.events.all(self.link))

    def pair(self, appointment: AppointmentId) -> EventMap:
        """Return the newest pair of an appointment as a whole."""
        with self.house.database.reading() as uow:
            found = uow.google.events.of_appointment(self.link, appointment)
        return max((one for one in found if not one.key), key=lambda one: one.generation)

    def dirty(self) -> list[DirtyAppointment]:
        with self.house.database.reading() as uow:
            return list(uow.google.events.dirty(self.link, self.house.now, 1000))

    def conflicts(self, *, settled: bool = True) -> list[Conflict]:
        since = self.house.now - timedelta(days=90)
        with self.house.database.reading() as uow:
            return list(uow.google.events.conflicts(self.link, since=since, settled=settled))

    def decisions(self) -> list[str]:
        return [one.decision for one in self.conflicts()]

    def notices(self) -> list[str]:
        """Return the codes of what the practitioner was told."""
        with self.house.database.reading() as uow:
            return [one.code for one in uow.notices.of(self.user)]

    @property
    def now_link(self) -> GoogleLink:
        with self.house.database.reading() as uow:
            found = uow.google.links.link(self.link)
        assert found is not None
        return found

    def said(self) -> str:
        """Return everything that Google ever received, as one text.

        Tokens of its own making are left out: they may hold any word by chance.
        """
        own = {"syncToken", "pageToken"}
        return "\n".join(
            json.dumps(
                [
                    one.verb,
                    one.path.partition("?")[0],
                    {name: value for name, value in one.parameters.items() if name not in own},
                    one.body,
                    one.headers,
                ]
            )
            for one in self.google.received
        )


def said(bound: Json) -> str:
    """Return a start or an end in UTC, or as a day."""
    if "date" in bound:
        return str(bound["date"])
    moment = datetime.fromisoformat(bound["dateTime"])
    return moment.astimezone(UTC).strftime("%m-%d %H:%M")


@contextmanager
def linked(house: House, google: LocalGoogle, **more: Field) -> Iterator[Linked]:
    """Link Alma with an account of her own for as long as the block runs."""
    with Wire(2, Patience(5, 20, 30)) as wire:
        yield Linked(house, google, wire, **more)
