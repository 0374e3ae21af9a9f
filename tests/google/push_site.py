"""The practice's own web, at a port of this machine where the local Google can call it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from aiohttp import web

from server.web.application import application_of
from server.web.desk import PracticeDesk
from tests.google.house import HouseClock
from tests.practice import House

T = TypeVar("T")
_PATIENCE = 60


@contextmanager
def push_site(house: House) -> Iterator[str]:
    """Serve a practice for as long as the block runs; give its address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="push-site")
    thread.start()

    def does(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(_PATIENCE)

    desk = PracticeDesk(house.database, HouseClock(house))
    runner = web.AppRunner(application_of(desk), access_log=None, shutdown_timeout=1)

    async def begin() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port: int = runner.addresses[0][1]
        return port

    try:
        yield f"http://127.0.0.1:{does(begin())}"
    finally:
        does(runner.cleanup())
        does(loop.shutdown_default_executor())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE)
        loop.close()
