"""The relay: a lane for each endpoint, so that one that is slow or down delays nobody."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from server.domain.ids import EndpointId
from server.relay import recording
from server.relay.going_on import going_on
from server.relay.sending import Outcome, Sender, Verdict
from server.relay.settling import settle_due
from server.usecases.ports import Clock, Database

_T = TypeVar("_T")

_LANES: Final = 16
"""How many endpoints are sent to at a time."""
_TURN: Final = 20
"""How many events one endpoint is told before another one may have its lane."""
_TIDY_EVERY: Final = timedelta(hours=1)
_LOOKING_EVERY: Final = 1.0
"""Seconds between two looks at what is due."""


class Relay:
    """Tells endpoints what is due, each in order, side by side."""

    def __init__(self, database: Database, clock: Clock, sender: Sender) -> None:
        self._database = database
        self._clock = clock
        self._sender = sender
        self._lanes: dict[EndpointId, asyncio.Task[None]] = {}
        # Looking up names blocks threads too, for as long as it likes: these are others.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="relay")
        self._tidy_from: datetime | None = None
        self.attempts = 0

    async def send_due(self) -> int:
        """Send until nothing is due; return how many attempts were made."""
        self.attempts = 0
        await self._look()
        while self._lanes:
            await asyncio.wait(self._lanes.values(), return_when=asyncio.FIRST_COMPLETED)
            await self._look()
        return self.attempts

    async def run(self, stopped: threading.Event) -> None:
        """Send what becomes due until told to stop; attempts under way are broken off then."""
        while not stopped.is_set():
            await self._going_on(self._look(), "all")
            # The end of one lane is followed by a look at once; none waits for another.
            await self._a_while()
        for lane in self._lanes.values():
            lane.cancel()
        await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    def close(self) -> None:
        """Wait for what is being written."""
        self._threads.shutdown()

    async def _a_while(self) -> None:
        if self._lanes:
            await asyncio.wait(
                self._lanes.values(),
                timeout=_LOOKING_EVERY,
                return_when=asyncio.FIRST_COMPLETED,
            )
        else:
            await asyncio.sleep(_LOOKING_EVERY)

    async def _look(self) -> None:
        """Decide on what is due, and open a lane for each endpoint that has none."""
        self._lanes = {key: lane for key, lane in self._lanes.items() if not lane.done()}
        now = self._clock.now()
        if self._tidy_from is None or now >= self._tidy_from:
            await self._in_thread(partial(recording.prune, self._database, now))
            self._tidy_from = now + _TIDY_EVERY
        await self._in_thread(partial(settle_due, self._database, now))
        for endpoint in await self._in_thread(partial(recording.due, self._database, now)):
            if endpoint not in self._lanes and len(self._lanes) < _LANES:
                lane = self._going_on(self._lane(endpoint), endpoint)
                self._lanes[endpoint] = asyncio.ensure_future(lane)

    async def _lane(self, endpoint: EndpointId) -> None:
        for _ in range(_TURN):
            outcome = await self._tell_next(endpoint)
            if outcome is None or outcome.verdict in {Verdict.DOWN, Verdict.GONE}:
                return

    async def _tell_next(self, endpoint: EndpointId) -> Outcome | None:
        """Make one attempt, outside of any transaction; None where nothing is due."""
        now = self._clock.now()
        task = await self._in_thread(partial(recording.take, self._database, endpoint, now))
        if task is None:
            return None
        self.attempts += 1
        outcome = await self._sender.send(task.endpoint, task.event, self._clock.now())
        await self._in_thread(
            partial(
                recording.note,
                *(self._database, task, outcome),
                now=self._clock.now(),
                chance=random.random(),  # noqa: S311 - spreads retries, guards nothing
            )
        )
        return outcome

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _going_on(self, work: Awaitable[None], endpoint: str) -> None:
        with going_on("webhooks", f"endpoint={endpoint}") as trouble:
            await work
        if trouble.came:
            # What is due stays due; not to try again at once spares whatever is broken.
            await asyncio.sleep(_LOOKING_EVERY)
