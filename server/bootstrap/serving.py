"""Serving the practice: several processes on one port, and the background work beside them."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from functools import partial

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from server.bootstrap import open_practice, work_on
from server.caldav.application import Application
from server.caldav.environment import Front
from server.settings import Settings
from server.storage_plugin.house import house_of


def application_of(settings: Settings, target: str = "") -> Application:
    """Return the WSGI application that serves the practice."""
    del target
    logging.basicConfig(level=settings.log.level.upper())
    # The host logs paths, names and what it could not parse; only its errors are let through.
    logging.getLogger("radicale").setLevel(logging.ERROR)
    front = Front.of(settings.server.base_path, settings.server.trusted_proxies)
    return Application(house_of(settings), front)


def serve(settings: Settings) -> None:
    """Serve until told to stop; raises what open_practice raises."""
    open_practice(settings).close()
    # SQLite's locks do not survive a fork, and this process works on the database too.
    multiprocessing.set_start_method("spawn", force=True)
    stop = threading.Event()
    worker = threading.Thread(target=work_on, args=(settings, stop), daemon=True)
    worker.start()
    server = Granian(
        f"{__name__}:application_of",
        address=settings.server.host,
        port=settings.server.port,
        interface=Interfaces.WSGI,
        workers=settings.server.processes,
        blocking_threads=settings.server.threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
    )
    try:
        server.serve(target_loader=partial(application_of, settings), wrap_loader=False)
    finally:
        stop.set()
        worker.join(timeout=5)
