"""Alma's link that may read titles, and the devices and programs of everybody who looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from server.bootstrap.one_port import OnePort, one_port
from server.domain.ids import UserName
from server.google_sync.http.calls import Calls, ListWanted, Page
from server.practice_db.key_file import make_key_file, read_keys
from server.practice_db.opened_titles import KeyFileTitles
from server.practice_db.sealing import Purpose, Sealing
from server.settings import Settings
from server.storage_plugin.house import House
from server.usecases.google_titles import TITLES_SCOPE, show_titles
from server.usecases.google_watching import watch
from tests.contract.whole_practice import dump
from tests.google.house import CREATED, FREEBUSY, KEY, LINK, OWNED, Json, Linked
from tests.in_process import Stopped, sender
from tests.practice import ALMA, NOW
from tests.system.phone import Phone
from tests.system.practice import new_secret, operator

OTHERS = "/alma/other-calendars/"
HIDDEN = "Other event"


@dataclass
class Seeing:
    """A link that may read titles, and a server beside it."""

    link: Linked
    key_file: Path
    port: OnePort
    server: House

    def watch(self, *, titles: bool = True, calendar: str = "") -> None:
        """Watch a calendar, with titles or without."""
        name = calendar or self.link.account
        with self.link.house.database.writing() as uow:
            link = uow.google.links.locked(LINK)
            assert link is not None
            watch(uow, link, name)
            show_titles(uow, link, name, self.link.house.now, shown=titles)

    def create(self, title: str, begins: datetime, **body: object) -> str:
        """Make an event in the account's own calendar, and return its id."""
        end = begins + timedelta(minutes=60)
        said = {
            "summary": title,
            "start": {"dateTime": begins.isoformat(), "timeZone": "America/New_York"},
            "end": {"dateTime": end.isoformat(), "timeZone": "America/New_York"},
        }
        account = self.link.account
        return str(self.link.google.act("create", account=account, body={**said, **body})["id"])

    def act(self, kind: str, event: str, **details: object) -> Json:
        """Do something at Google's pages with an event of the own calendar."""
        return self.link.google.act(kind, account=self.link.account, event=event, **details)

    def later(self, **span: float) -> None:
        """Let time go on, here and at Google."""
        self.link.house.now += timedelta(**span)
        self.link.google.clock.advance(timedelta(**span))

    def phone(self, user: UserName = ALMA, *, read_only: bool = False) -> Phone:
        """Return a device of somebody's that is set up for Alma's other calendars."""
        with self.link.house.database.writing() as uow:
            secret = new_secret(uow, operator(Stopped(NOW)), user, read_only=read_only)
        return Phone(sender(self.port), user, secret, f"/{user}/other-calendars/")

    def shown(self) -> dict[str, str]:
        """Return entity tag and title of each object, as Alma's device is served them."""
        phone = self.phone()
        tags = phone.sync().there
        return {tag: " / ".join(titles(phone.get(href).text)) for href, tag in tags.items()}

    def titles(self) -> list[str]:
        return sorted(self.shown().values())

    def stored(self) -> str:
        """Return every row of every table, as one text."""
        return repr(dump(self.link.house.database))

    def kept(self) -> list[str]:
        """Return the sealed titles of all pairs and of all that is staged."""
        with self.link.house.database.reading() as uow:
            pairs = [one.sealed_title for one in uow.google.events.all(LINK)]
            calendars = uow.google.calendars.of_link(LINK)
            rows = [uow.google.events.staged(LINK, one.id, 99) for one in calendars]
        return [one for one in pairs if one] + [
            one.sealed_title for some in rows for one in some if one.sealed_title
        ]


def titles(text: str) -> list[str]:
    """Return how the events in a text are called."""
    lines = text.replace("\r\n ", "").split("\r\n")
    return [line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY")]


@contextmanager
def seeing(link: Linked, folder: Path, settings: Settings | None = None) -> Iterator[Seeing]:
    """Let a link's titles be read, sealed with a key file of its own."""
    key_file = folder / "praxical.key"
    make_key_file(key_file)
    with link.house.database.reading() as uow:
        sealing = Sealing(read_keys(key_file), uow.practice.id)
    sealed = sealing.seal(KEY.hex(), LINK, Purpose.LINK_KEY)
    link.google.account(link.account)
    link.scopes = (CREATED, FREEBUSY, OWNED)
    link.change(sealed_key=sealed, scopes=(TITLES_SCOPE,))
    server = House(
        link.house.database, clock=Stopped(link.house.now), titles=KeyFileTitles(key_file)
    )
    port = one_port(settings or Settings(), server)
    yield Seeing(link, key_file, port, server)
    port.close()


@dataclass
class Meddling:
    """Google's answers, while somebody does something else here before each of them."""

    calls: Calls
    meddle: Callable[[ListWanted], None]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is asked of Google
        return getattr(self.calls, name)

    def list_events(self, wanted: ListWanted) -> Page:
        self.meddle(wanted)
        return self.calls.list_events(wanted)

    def instances(
        self, calendar: str, event: str, original_start: str = "", page: str = ""
    ) -> Page:
        self.meddle(ListWanted(calendar, page=event))
        return self.calls.instances(calendar, event, original_start, page)
