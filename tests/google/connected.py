"""A practice that connects the local Google as people do, and a worker that looks after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from server.domain.calendars import Notice
from server.domain.google import GoogleCalendar, GoogleLink, PushChannel
from server.domain.ids import UserName
from server.google_sync.links.connect import Counter as Desk
from server.google_sync.links.connect import begin, finish
from server.google_sync.links.oauth import Project
from server.google_sync.links.office import Office, Terms, opened
from server.google_sync.worker.cycle import cycle
from server.google_sync.worker.worker import Worker
from server.practice_db.key_file import Keys
from server.usecases.google_links import ConnectWanted
from server.usecases.ports.google import Tally
from tests.google.house import HouseClock
from tests.local_google import LocalGoogle
from tests.practice import ALMA, Field, House

ACCOUNT = "alma@example.com"
REDIRECT = "http://127.0.0.1:8765/"
KEYS = Keys("k1", {"k1": b"k" * 32})
_PATIENCE = 30


def terms_for(google: LocalGoogle, **changed: Field) -> Terms:
    """Return the settings of a practice whose Google is the local one; no limits of ours."""
    project = Project(
        google.client_id,
        google.client_secret,
        f"{google.url}/auth",
        f"{google.url}/token",
        f"{google.url}/revoke",
    )
    usual = Terms(
        project, google.url, units=100_000, units_project=100_000, threads=2, between_writes=0
    )
    return replace(usual, **changed)


@dataclass
class Connected:
    """A practice and a Google; time goes on in both at once."""

    house: House
    google: LocalGoogle
    office: Office

    def address(self, user: UserName = ALMA, **wanted: Field) -> str:
        """Begin to connect, and return the address of the consent page."""
        said = ConnectWanted(user, **{"watched": (), **wanted})
        with self.house.database.writing() as uow:
            return begin(uow, self.desk, said, REDIRECT)

    @property
    def desk(self) -> Desk:
        return Desk(self.office.terms, self.office.sealing, self.office.clock)

    def consent(
        self,
        address: str,
        account: str = ACCOUNT,
        decision: str = "approve",
        redirect: str = REDIRECT,
    ) -> dict[str, str]:
        """Answer the consent page, and return what the browser brings back."""
        self.google.account(account)
        parts = urlsplit(address)
        said = dict(parse_qsl(parts.query))
        form = [
            *said.items(),
            ("account", account),
            ("decision", decision),
            *(("granted", scope) for scope in said["scope"].split()),
        ]
        with requests.Session() as session:
            session.trust_env = False
            page = session.get(address, timeout=_PATIENCE)
            assert page.status_code == 200, page.text
            url = parts._replace(path="/auth/decide", query="").geturl()
            answer = session.post(url, data=form, allow_redirects=False, timeout=_PATIENCE)
        place = urlsplit(answer.headers["location"])
        assert place._replace(query="").geturl() == redirect
        return dict(parse_qsl(place.query))

    def connect(
        self, user: UserName = ALMA, account: str = ACCOUNT, **wanted: Field
    ) -> GoogleLink:
        """Connect an account and do what is due then."""
        link = finish(self.office, self.consent(self.address(user, **wanted), account))
        self.work()
        return self.link(link)

    def work(self, *, worker: Worker | None = None) -> int:
        """Look after all links until none is due; return how many turns that took."""
        return (worker or self.worker()).run_due()

    def worker(self, **changed: Field) -> Worker:
        return Worker([self.office], cycle, pause=self.pause, **changed)

    def pause(self, seconds: float) -> bool:
        """Wait by letting time go on."""
        self.later(seconds=seconds)
        return False

    def later(self, **span: float) -> None:
        """Let time go on, here and at Google."""
        self.house.now += timedelta(**span)
        self.google.clock.advance(timedelta(**span))

    def link(self, link: GoogleLink | None = None) -> GoogleLink:
        """Return the link as it is kept, or the only one."""
        with self.house.database.reading() as uow:
            (only,) = [
                one for one in uow.google.links.links() if link is None or one.id == link.id
            ]
        return only

    def change(self, link: GoogleLink, **changed: Field) -> GoogleLink:
        with self.house.database.writing() as uow:
            kept = uow.google.links.locked(link.id)
            assert kept is not None
            uow.google.links.save_link(replace(kept, **changed))
        return self.link(link)

    def calendars(self, link: GoogleLink | None = None) -> list[GoogleCalendar]:
        with self.house.database.reading() as uow:
            return list(uow.google.calendars.of_link(self.link(link).id))

    def channels(self) -> list[PushChannel]:
        with self.house.database.reading() as uow:
            return list(uow.google.calendars.channels(self.link().id))

    def tally(self) -> Tally:
        with self.house.database.reading() as uow:
            return uow.google.events.tally(self.link().id)

    def notices(self, user: UserName = ALMA) -> list[Notice]:
        with self.house.database.reading() as uow:
            return list(uow.notices.of(user))

    def events(self, account: str = ACCOUNT) -> list[Mapping[str, Any]]:
        """Return what stands in the managed calendar."""
        return list(self.google.live_events(account, self.link().managed))

    @contextmanager
    def asked(self) -> Iterator[Counter[str]]:
        """Count what is asked of Google while the block runs."""
        found: Counter[str] = Counter()
        before = len(self.google.received)
        yield found
        found.update(self.google.counts(before))

    def managed_calendars(self, account: str = ACCOUNT) -> list[str]:
        """Return the calendars that an account has beside its own."""
        world = self.google.google.world
        return [one.id for one in world.calendars.values() if one.owner == account and one.app]


@contextmanager
def connecting(house: House, google: LocalGoogle, **changed: Field) -> Iterator[Connected]:
    """Return a practice that can connect a Google."""
    terms = terms_for(google, **changed)
    clock = HouseClock(house)
    with opened(house.database, clock, KEYS, terms) as office:
        yield Connected(house, google, office)
