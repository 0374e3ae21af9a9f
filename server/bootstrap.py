"""The only place that knows every room: opens the practice, serves it, works for it."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from functools import partial
from zoneinfo import ZoneInfo

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from server.caldav.application import Application
from server.domain.calendars import Actor
from server.domain.errors import AlreadyThere
from server.domain.ids import PracticeId, UserName
from server.domain.practice import Practice
from server.domain.vocabulary import Door, Role
from server.practice_db.database import SqlDatabase, create_practice, open_database
from server.practice_db.engines import connect
from server.practice_db.migrations import upgrade
from server.settings import Settings
from server.storage_plugin.house import SystemClock, house_of
from server.usecases.context import Context
from server.usecases.maintain import maintain
from server.usecases.ports import Clock
from server.usecases.rules_of import rules_of

log = logging.getLogger(__name__)

_WORK_EVERY_SECONDS = 60
_PRIVATE = 0o700
_WORKER = Actor(UserName("worker"), Role.ADMIN, Door.WORKER)


def clock() -> Clock:
    """Return the machine's time."""
    return SystemClock()


def open_practice(settings: Settings) -> SqlDatabase:
    """Open the practice's database; raises NotMigrated, DatabaseUnreachable, NotFound."""
    return open_database(settings.database_url, settings.practice.slug)


def migrate(settings: Settings, practice_name: str | None, zone: ZoneInfo) -> bool:
    """Bring the database to this version; return whether the practice was made by it."""
    if settings.data_dir is not None:
        settings.data_dir.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    engine = connect(settings.database_url)
    try:
        upgrade(engine)
        slug = settings.practice.slug
        practice = Practice(PracticeId(0), slug, practice_name or slug, zone)
        try:
            create_practice(engine, practice)
        except AlreadyThere:
            return False
        return True
    finally:
        engine.dispose()


def application_of(settings: Settings, target: str = "") -> Application:
    """Return the WSGI application that serves the practice."""
    del target
    logging.basicConfig(level=settings.log.level.upper())
    # The host logs paths, names and what it could not parse; only its errors are let through.
    logging.getLogger("radicale").setLevel(logging.ERROR)
    return Application(house_of(settings))


def serve(settings: Settings) -> None:
    """Serve until told to stop: several processes on one port, and the background work."""
    open_practice(settings).close()
    # SQLite's locks do not survive a fork, and this process works on the database too.
    multiprocessing.set_start_method("spawn", force=True)
    stop = threading.Event()
    worker = threading.Thread(target=work_on, args=(settings, stop), daemon=True)
    worker.start()
    server = Granian(
        "server.bootstrap:application_of",
        address=settings.server.host,
        port=settings.server.port,
        interface=Interfaces.WSGI,
        workers=settings.server.processes,
        blocking_threads=settings.server.threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )
    try:
        server.serve(target_loader=partial(application_of, settings), wrap_loader=False)
    finally:
        stop.set()
        worker.join(timeout=5)


def work(settings: Settings, *, once: bool) -> None:
    """Do the background work, once or until interrupted."""
    if once:
        _work_once(settings)
    else:
        work_on(settings, threading.Event())


def work_on(settings: Settings, stop: threading.Event) -> None:
    """Do the background work every minute until ``stop`` is set."""
    while True:
        _work_once(settings)
        if stop.wait(_WORK_EVERY_SECONDS):
            return


def _work_once(settings: Settings) -> None:
    database = open_practice(settings)
    try:
        done = maintain(database, Context(_WORKER, clock().now(), rules_of(settings)))
        log.debug("maintained hidden=%d extended=%d pruned=%d", *done)
    finally:
        database.close()
