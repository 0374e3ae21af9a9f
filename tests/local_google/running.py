"""A local Google that runs in a thread of its own, for as long as a block does."""

from __future__ import annotations

import asyncio
import pickle
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.local_google.calendars import add_account
from tests.local_google.clock import Clock
from tests.local_google.discovery import document_for
from tests.local_google.faults import Fault
from tests.local_google.google import CLIENT, Google
from tests.local_google.inspecting import shown_events
from tests.local_google.knobs import Knobs, PushKnobs
from tests.local_google.received import Received
from tests.local_google.server import Server
from tests.local_google.site import application
from tests.local_google.times import Json
from tests.local_google.unknowns import Unknowns
from tests.local_google.user import act
from tests.local_google.world import Account, Mail, World

T = TypeVar("T")
SCOPE = "https://www.googleapis.com/auth/"
_PATIENCE = 60


@dataclass(frozen=True)
class Granted:
    """Tokens of a client that a user let in without looking at the consent page."""

    refresh_token: str
    access_token: str


class LocalGoogle:
    """A Google Calendar of one's own on loopback.

    ``at`` is a moment at which its clock stands, else it runs. ``save`` is a file that all is
    read from, if it is there, and written to at the end. When the block ends, an answer that
    was not as the discovery document says fails the test.
    """

    client_id = CLIENT.id
    client_secret = CLIENT.secret

    def __init__(
        self,
        unknowns: Unknowns | None = None,
        faults: Sequence[Fault] = (),
        *,
        at: datetime | None = None,
        save: Path | None = None,
        port: int = 0,
    ) -> None:
        self.google = Google(World(Clock(at), unknowns or Unknowns()))
        self.google.faults.scripted.extend(faults)
        self.at_end: list[Callable[[], object]] = []
        """What is called before it hangs up: clients that are to be closed."""
        self._save = save
        self._port = port
        self.server = Server(self.google)
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="local-google")

    # --- life ----------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if error is None:
            assert self.google.violations == []

    def start(self) -> None:
        """Begin to answer."""
        if self._save is not None and self._save.exists():
            self._load(self._save)
        self._thread.start()
        try:
            self._await(self._open())
        except BaseException:
            self._end()
            raise

    def stop(self) -> None:
        """Hang up, and write the save file."""
        self.google.faults.clear()
        for close in self.at_end:
            close()
        self._end()
        if self._save is not None:
            held = (self.google.world, self.google.grants)
            self._save.write_bytes(pickle.dumps(held))

    def _end(self) -> None:
        self._await(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()

    def _load(self, file: Path) -> None:
        unknowns, clock = self.google.world.unknowns, self.google.world.clock
        fresh_key = self.google.world.token_key
        # Our own file, written by `stop`.
        held: tuple[Any, Any] = pickle.loads(file.read_bytes())  # noqa: S301
        self.google.world, self.google.grants = held
        self.google.world.unknowns, self.google.world.clock = unknowns, clock
        if not unknowns.tokens_survive_restart:
            self.google.world.token_key = fresh_key

    async def _open(self) -> None:
        await self.server.pusher.start()
        self._runner = web.AppRunner(
            application(self.server), access_log=None, shutdown_timeout=1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.google.root = self.url

    async def _close(self) -> None:
        await self.server.pusher.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    def _await(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def does(self, work: Callable[[], T]) -> T:
        """Run something in the server's thread, where the world may be touched."""

        async def run() -> T:
            found = work()
            self.server.pusher.gather()
            return found

        return self._await(run())

    # --- where it is ---------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The address of its root, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    def document(self) -> Json:
        """Return the discovery document with our address in it, for `build_from_document`."""
        return document_for(self.url)

    # --- what it holds -------------------------------------------------------------------

    def account(self, email: str, zone: str = "Europe/Zurich") -> Account:
        """Return an account, made with its primary calendar if there is none yet."""
        known = self.google.world.accounts.get(email)
        return known or self.does(lambda: add_account(self.google.world, email, zone))

    def grant(self, email: str, *scopes: str) -> Granted:
        """Let our client in, with scopes by their last part: `calendar.app.created`."""
        self.account(email)
        full = frozenset(one if one == "openid" else f"{SCOPE}{one}" for one in scopes)

        def work() -> Granted:
            world, grants = self.google.world, self.google.grants
            refresh = grants.new_refresh(world, email, CLIENT.id, full)
            access = grants.new_access(world, email, CLIENT.id, full)
            grants.consented[email, CLIENT.id] = full
            return Granted(refresh.token, access.token)

        return self.does(work)

    def act(self, kind: str, **details: object) -> Json:
        """Do something as the user would at Google's own pages; see `user.py`."""
        return self.does(lambda: act(self.google, kind, dict(details)))

    def events(self, email: str, calendar: str = "primary") -> list[Json]:
        """Return all events of a calendar as its owner's `get` shows them, deleted ones too."""
        return self.does(lambda: shown_events(self.google, email, calendar))

    def live_events(self, email: str, calendar: str = "primary") -> list[Json]:
        """Return the events of a calendar that are not deleted."""
        return [one for one in self.events(email, calendar) if one["status"] != "cancelled"]

    # --- what it heard and what befalls it -----------------------------------------------

    @property
    def received(self) -> list[Received]:
        """Every request that came."""
        return list(self.google.log.received)

    def counts(self, since: int = 0) -> Counter[str]:
        """Return how often each method was asked for, after so many requests."""
        return self.google.log.counts(since)

    def text(self) -> str:
        """Return everything that came as one text, to look for what must not be in it."""
        return self.google.log.text()

    @property
    def mails(self) -> list[Mail]:
        """The mails that Google would have sent."""
        return list(self.google.world.mails)

    @property
    def clock(self) -> Clock:
        """Its clock."""
        return self.google.world.clock

    @property
    def knobs(self) -> Knobs:
        """Its limits."""
        return self.google.world.knobs

    @property
    def push(self) -> PushKnobs:
        """What befalls its push messages."""
        return self.google.push

    def script(self, *faults: Fault) -> None:
        """Let things go wrong from now on."""
        self.google.faults.scripted.extend(faults)

    def deliver(self, *, backwards: bool = False) -> int:
        """Send the push messages that were held; return how many there were."""
        return self.does(lambda: self.server.pusher.deliver(backwards=backwards))

    def quiet(self) -> None:
        """Wait until every push message was sent."""
        self._await(self.server.pusher.quiet())
