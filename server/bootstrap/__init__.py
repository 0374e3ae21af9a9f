"""Putting the rooms together: opening the practice, and the work that nobody waits for.

What serves it is apart, in ``serving``: it takes long to load, and few commands need it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from server.domain.calendars import Actor
from server.domain.errors import AlreadyThere
from server.domain.ids import UserName
from server.domain.practice import Practice
from server.domain.vocabulary import Door, Role
from server.practice_db.database import (
    SqlDatabase,
    create_practice,
    has_practice,
    open_database,
)
from server.practice_db.engines import connect
from server.practice_db.errors import named_by_reason
from server.practice_db.migrations import upgrade
from server.settings import Settings
from server.usecases.clock import SystemClock
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
    with named_by_reason():
        return open_database(settings.database_url, settings.practice.slug)


def migrate(settings: Settings, practice: Practice) -> bool:
    """Bring the database to this version; return whether the practice was made by it.

    Where settings name no practice, one is made only in a database that has none. Raises
    DatabaseUnreachable.
    """
    if settings.data_dir is not None:
        settings.data_dir.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    engine = connect(settings.database_url)
    try:
        with named_by_reason():
            upgrade(engine)
        if not settings.practice.slug and has_practice(engine):
            return False
        create_practice(engine, practice)
    except AlreadyThere:
        return False
    finally:
        engine.dispose()
    return True


def work(settings: Settings, *, once: bool) -> None:
    """Do the background work, once or until interrupted."""
    if once:
        _work_once(settings)
    else:
        work_on(settings, threading.Event().wait)


def work_on(settings: Settings, stopped: Callable[[float], bool]) -> None:
    """Do the background work every minute; ``stopped`` waits and tells whether to stop."""
    while True:
        _work_once(settings)
        if stopped(_WORK_EVERY_SECONDS):
            return


def _work_once(settings: Settings) -> None:
    database = open_practice(settings)
    try:
        done = maintain(database, Context(_WORKER, clock().now(), rules_of(settings)))
        log.debug("maintained hidden=%d extended=%d pruned=%d", *done)
    finally:
        database.close()
