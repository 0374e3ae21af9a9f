"""Serving the practice: several processes on one port, and the background work beside them."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import sys
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from server.bootstrap import open_practice, work_on
from server.bootstrap.counts import counting_together
from server.bootstrap.one_port import OnePort, one_port
from server.practice_db.engines import read_url
from server.settings import Settings
from server.storage_plugin.house import house_of

_OBJECTS_BETWEEN_SEARCHES: Final = 20_000
_PATIENCE: Final = 10
"""Seconds in which a process has to end by itself."""


def application_of(settings: Settings, target: str = "") -> OnePort:
    """Return the WSGI application that serves the practice."""
    del target
    logging.basicConfig(level=settings.log.level.upper())
    # The host logs paths, names and what it could not parse; only its errors are let through.
    logging.getLogger("radicale").setLevel(logging.ERROR)
    # What is there now stays: looking through it for rubbish again and again takes time.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES)
    return one_port(settings, house_of(settings))


def serve(settings: Settings) -> None:
    """Serve until told to stop; raises what open_practice raises.

    This process only watches over the others. It closes the database before it makes them, so
    that they may be copies of it, which saves each of them loading everything again: SQLite's
    locks do not survive a fork where a file is open.
    """
    open_practice(settings).close()
    start = _start_method(settings)
    multiprocessing.set_start_method(start, force=True)
    if start == "fork":
        os.register_at_fork(after_in_child=_end_when_told)
    with counting_together(settings):
        _serve(settings)


def _serve(settings: Settings) -> None:
    stop, stopped = multiprocessing.Pipe()
    worker = multiprocessing.Process(target=_work, args=(settings, stopped), daemon=True)
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
        workers_kill_timeout=_PATIENCE,
    )
    try:
        server.serve(target_loader=partial(application_of, settings), wrap_loader=False)
    finally:
        stop.close()
        worker.terminate()
        worker.join(timeout=_PATIENCE)


def _start_method(settings: Settings) -> str:
    """Return how processes are made: copied only where no file of the database is open.

    On other systems than Linux the libraries themselves do not take a fork well.
    """
    return (
        "fork" if sys.platform == "linux" and not _is_open(settings.database_url) else "spawn"
    )


def _is_open(database_url: str) -> bool:
    """Whether this process has the file of a database open."""
    url = read_url(database_url)
    if not url.drivername.startswith("sqlite"):
        return False
    database = str(Path(url.database or "").resolve())
    opened = [each for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    return any(str(each.readlink()).startswith(database) for each in opened if each.exists())


def _end_when_told() -> None:
    """Take back what the process that made this one does when it is told to end."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Ctrl-C reaches all of them; the first one sees to it that the others end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(settings: Settings, stopped: Connection) -> None:
    """Do the background work in a process of its own, until the one that began it ends."""
    _end_when_told()
    work_on(settings, stopped.poll)
