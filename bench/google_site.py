"""The practice's own web beside the benchmark, where the local Google can tell of changes."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from aiohttp import web

from bench.google_house import House
from server.web.application import application_of
from server.web.desk import PracticeDesk

T = TypeVar("T")
_PATIENCE: Final = 60


@contextmanager
def told_at(house: House, port: int) -> Iterator[None]:
    """Serve a practice at a port of this machine for as long as the block runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="push-site")
    thread.start()

    def does(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(_PATIENCE)

    desk = PracticeDesk(house.database, house.clock)
    runner = web.AppRunner(application_of(desk), access_log=None, shutdown_timeout=1)

    async def begin() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()

    try:
        does(begin())
        yield
    finally:
        does(runner.cleanup())
        does(loop.shutdown_default_executor())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE)
        loop.close()
