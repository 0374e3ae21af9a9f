"""The worker sends mail beside webhooks, through what settings say, and outlives failures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typing_extensions import override

from server.bootstrap.relaying import mail_terms, relaying
from server.practice_db.database import SqlDatabase
from server.practice_db.engines import connect_both
from server.practice_db.errors import DatabaseBusy
from server.practice_db.unit_of_work import SqlUnitOfWork
from server.relay.mails import mail_on
from server.settings import Settings
from server.usecases.clock import SystemClock
from tests.databases import SLUG
from tests.mailing import send_code, terms_for
from tests.post_office import Office
from tests.practice import House


@pytest.fixture
def real_time(any_house: House) -> House:
    """Return the practice at the real time, which the worker goes by."""
    any_house.now = SystemClock().now()
    return any_house


@pytest.fixture
def settings(database_url: str, office: Office) -> Settings:
    """Return settings that name the database and the mail server."""
    said = {
        "practice": {"slug": SLUG},
        "database": {"url": database_url},
        "mail": {
            "sender": "office@practice.example",
            "host": "127.0.0.1",
            "port": office.port,
            "security": "none",
            "username": "office",
            "password": "hunter2",
        },
    }
    return Settings.model_validate(said)


@contextmanager
def worker(database: SqlDatabase, office: Office) -> Iterator[None]:
    """Send mail for as long as the block runs."""
    stopped = threading.Event()
    words = (database, SystemClock(), terms_for(office), stopped)
    thread = threading.Thread(target=mail_on, args=words)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def test_the_worker_sends_what_becomes_due_until_it_is_stopped(
    real_time: House, office: Office
) -> None:
    with worker(real_time.database, office):
        send_code(real_time)
        (taken,) = office.wait_for(1)
    assert "421337" in taken.plain


def test_mail_is_sent_beside_webhooks(
    real_time: House, settings: Settings, office: Office
) -> None:
    without_login = settings.mail.model_copy(update={"username": ""})
    with relaying(settings.model_copy(update={"mail": without_login})):
        names = {thread.name for thread in threading.enumerate()}
        send_code(real_time)
        office.wait_for(1)
    assert {"relay", "mail"} <= names


def test_no_setting_shows_the_password(settings: Settings) -> None:
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in repr(mail_terms(settings))


class BusyAtFirst(SqlDatabase):
    """A database that is too busy for the first question."""

    was_asked = False

    @override
    @contextmanager
    def writing(self, calendars: object = ()) -> Iterator[SqlUnitOfWork]:
        if not self.was_asked:
            self.was_asked = True
            raise DatabaseBusy
        with super().writing() as uow:
            yield uow


def test_the_worker_goes_on_after_a_failure_of_the_database(
    real_time: House,
    database_url: str,
    office: Office,
    caplog: pytest.LogCaptureFixture,
) -> None:
    send_code(real_time)
    busy = BusyAtFirst(connect_both(database_url), real_time.database.practice)
    with worker(busy, office):
        office.wait_for(1)
    busy.close()
    assert "mails failed all DatabaseBusy" in caplog.text
