"""The sender of push messages, which tries again after a 5xx, or does as a test says."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

import aiohttp

from tests.local_google.channels import HERE, Message, messages
from tests.local_google.google import Google

_AGAIN = {500, 502, 503, 504}
_PATIENCE = aiohttp.ClientTimeout(total=20)


class Pusher:
    """Sends what watchers are to be told; lives in the loop of its server."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self._lines: dict[str, asyncio.Queue[Message]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None
        self.held: list[Message] = []
        self.sent: list[tuple[Message, int]] = []
        """Every try, with the status of the answer; 0 is none."""

    async def start(self) -> None:
        """Begin to send."""
        self._session = aiohttp.ClientSession(timeout=_PATIENCE, trust_env=False)

    async def stop(self) -> None:
        """Send nothing any more."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._session is not None:
            await self._session.close()

    def gather(self) -> None:
        """Take what happened, and queue or hold the messages for it."""
        knobs = self._google.push
        for message in messages(self._google.world):
            if knobs.drop > 0:
                knobs.drop -= 1
                continue
            for _ in range(knobs.copies):
                if knobs.held:
                    self.held.append(message)
                else:
                    self._queue(message)

    def deliver(self, *, backwards: bool = False) -> int:
        """Queue the messages that were held; return how many there were."""
        held, self.held = self.held, []
        for message in reversed(held) if backwards else held:
            self._queue(message)
        return len(held)

    async def quiet(self) -> None:
        """Wait until nothing is left to send."""
        for line in list(self._lines.values()):
            await line.join()

    def _queue(self, message: Message) -> None:
        """Queue a message behind the others of its channel, which go out in order."""
        line = self._lines.get(message.channel)
        if line is None:
            line = self._lines[message.channel] = asyncio.Queue()
            self._tasks.append(asyncio.create_task(self._work(line)))
        line.put_nowait(message)

    async def _work(self, line: asyncio.Queue[Message]) -> None:
        while True:
            message = await line.get()
            try:
                await self._send(message)
            finally:
                line.task_done()

    async def _send(self, message: Message) -> None:
        pause = self._google.push.first_pause
        for _ in range(self._google.push.retries + 1):
            status = await self._try(message)
            self.sent.append((message, status))
            if status not in _AGAIN:
                return
            await asyncio.sleep(pause)
            pause *= 2

    async def _try(self, message: Message) -> int:
        assert self._session is not None
        address = self._routed(message.address)
        if urlsplit(address).hostname not in HERE:
            return 0
        try:
            async with self._session.post(address, headers=message.headers) as answer:
                return answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0

    def _routed(self, address: str) -> str:
        """Return where a message really goes; nothing ever leaves this machine."""
        for public, here in self._google.push.routes.items():
            if address.startswith(public):
                return here + address.removeprefix(public)
        return address
