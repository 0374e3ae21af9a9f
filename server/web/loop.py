"""aiohttp in a thread of a server process, spoken to through pairs of sockets.

No port and no file leads to it: nobody but this process can connect.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Final

from aiohttp import web

_PATIENCE: Final = 10
"""Seconds in which the thread has to begin, or to end."""


@dataclass(slots=True)
class _Running:
    """The thread as it runs in one process."""

    process: int
    loop: asyncio.AbstractEventLoop
    runner: web.AppRunner
    thread: Thread


@dataclass(slots=True)
class WebLoop:
    """Begins its thread when somebody first connects; after a fork each process has its own."""

    make: Callable[[], web.Application]
    threads: int
    _lock: Lock = field(default_factory=Lock)
    _running: _Running | None = None

    def connect(self) -> socket.socket:
        """Return our end of a new connection, on which HTTP/1.1 is spoken."""
        running = self._begun()
        ours, theirs = socket.socketpair()
        theirs.settimeout(0)
        asyncio.run_coroutine_threadsafe(_take(running, theirs), running.loop)
        return ours

    def close(self) -> None:
        """End the thread, when what it is answering is answered."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None and running.process == os.getpid():
            asyncio.run_coroutine_threadsafe(running.runner.cleanup(), running.loop).result(
                _PATIENCE
            )
            running.loop.call_soon_threadsafe(running.loop.stop)
            running.thread.join(_PATIENCE)

    def _begun(self) -> _Running:
        with self._lock:
            running = self._running
            if running is None or running.process != os.getpid():
                running = self._running = self._begin()
            return running

    def _begin(self) -> _Running:
        # What aiohttp says of a request that cannot be read quotes it.
        logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
        runner = web.AppRunner(self.make(), access_log=None, shutdown_timeout=_PATIENCE / 2)
        loop = asyncio.new_event_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.threads, "praxical-web"))
        thread = Thread(target=_run, args=(loop,), name="praxical-web-loop", daemon=True)
        thread.start()
        asyncio.run_coroutine_threadsafe(runner.setup(), loop).result(_PATIENCE)
        return _Running(os.getpid(), loop, runner, thread)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


async def _take(running: _Running, theirs: socket.socket) -> None:
    server = running.runner.server
    if server is None:
        theirs.close()
        return
    await running.loop.connect_accepted_socket(server, theirs)
