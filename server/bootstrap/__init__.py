"""Putting the rooms together: opening the practice, and the work that nobody waits for.

What serves it is apart, in ``serving``: it takes long to load, and few commands need it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext

from server.billing_hooks.bill_runs import BillRun, due_run, run_bills
from server.billing_hooks.hooks import billing_hooks
from server.domain.calendars import Actor
from server.domain.errors import AlreadyThere, PracticeError
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
from server.practice_db.key_file import make_key_file
from server.practice_db.migrations import upgrade
from server.settings import Settings
from server.usecases.clock import SystemClock
from server.usecases.context import Context
from server.usecases.hooks import Hooks
from server.usecases.maintain import maintain
from server.usecases.ports import Clock
from server.usecases.repeated_requests import forget_old
from server.usecases.rules_of import rules_of

log = logging.getLogger(__name__)

_WORK_EVERY_SECONDS = 60
_PRIVATE = 0o700
_WORKER = Actor(UserName("worker"), Role.ADMIN, Door.WORKER)


def clock() -> Clock:
    """Return the machine's time."""
    return SystemClock()


def hooks() -> Hooks:
    """Return what takes part in every change: what is charged, and who is told."""
    return billing_hooks()


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
    if settings.key_file is not None:
        make_key_file(settings.key_file)
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


def overwrite_free_space(settings: Settings) -> bool:
    """Write an embedded database anew, without what was removed; False where that failed."""
    from server.practice_db.practice_ends import overwrite_free_space as overwritten  # noqa: PLC0415 - one command needs it

    engine = connect(settings.database_url)
    try:
        return overwritten(engine)
    finally:
        engine.dispose()


def work(settings: Settings, *, once: bool) -> None:
    """Do the background work, once or until interrupted."""
    if once:
        _work_once(settings)
        send_webhooks(settings)
        send_mail(settings)
        look_after_google(settings)
    else:
        work_on(settings, threading.Event().wait)


def send_webhooks(settings: Settings) -> None:
    """Send the webhooks that are due now."""
    from server.bootstrap.relaying import relay_once  # noqa: PLC0415 - few commands need it

    with closing(open_practice(settings)) as database:
        relay_once(settings, database)


def send_mail(settings: Settings) -> None:
    """Send the mail that is due now."""
    from server.bootstrap.relaying import mail_once  # noqa: PLC0415 - few commands need it

    with closing(open_practice(settings)) as database:
        mail_once(settings, database)


def look_after_google(settings: Settings) -> None:
    """Do for the links to Google what is due now, if Google is set up."""
    if settings.google.client_id:
        from server.bootstrap.google import google_once  # noqa: PLC0415 - few have it

        google_once(settings)


def work_on(settings: Settings, stopped: Callable[[float], bool]) -> None:
    """Do the background work every minute; ``stopped`` waits and tells whether to stop."""
    from server.bootstrap.relaying import relaying  # noqa: PLC0415 - few commands need it

    with relaying(settings), _google_beside(settings):
        while True:
            _work_a_minute(settings)
            if stopped(_WORK_EVERY_SECONDS):
                return


def _work_a_minute(settings: Settings) -> None:
    try:
        _work_once(settings)
    except PracticeError as error:
        # The database is away for a while, or the practice was removed: the next minute tells.
        log.warning("left out the work of this minute: %s", error)


def _google_beside(settings: Settings) -> AbstractContextManager[None]:
    """Look after the links to Google beside the block, if Google is set up."""
    if not settings.google.client_id:
        return nullcontext()
    from server.bootstrap.google import google_beside  # noqa: PLC0415 - few have it

    return google_beside(settings)


def _bill_everybody(settings: Settings, database: SqlDatabase) -> None:
    """Bill what a night or a month has left unbilled, where the practice wants that."""
    context = Context(_WORKER, clock().now(), rules_of(settings), hooks())
    with database.reading() as uow:
        today = context.now.astimezone(uow.practice.zone).date()
        last = uow.billing.runs.last_finished()
    until = due_run(BillRun(settings.billing.bill_run), today, last)
    if until is not None:
        made = run_bills(database, context, until)
        log.info("billed until=%s bills=%d", until, made)


def _work_once(settings: Settings) -> None:
    database = open_practice(settings)
    try:
        done = maintain(database, Context(_WORKER, clock().now(), rules_of(settings), hooks()))
        _bill_everybody(settings, database)
        forget_old(database, clock().now())
        log.debug("maintained hidden=%d extended=%d pruned=%d lapsed=%d", *done)
    finally:
        database.close()
