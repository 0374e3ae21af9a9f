"""Removing a practice: what is asked before, who is at work meanwhile, who is killed."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from typing_extensions import override

from server.bootstrap import work_on
from server.domain.errors import Invalid, NotFound
from server.domain.google import Ending, LinkState
from server.practice_db.database import SqlDatabase
from server.practice_db.errors import DatabaseBusy
from server.settings import Overrides, load_settings
from server.usecases.delete_practice import (
    Removal,
    delete_practice,
    end_links,
    holding,
    living_links,
)
from tests.contract.booking_samples import BOOKING, MAIL
from tests.contract.google_samples import LINK
from tests.contract.samples import another_practice
from tests.contract.samples import furnish as furnish_samples
from tests.contract.whole_practice import Dump, dump, fill, of
from tests.databases import SLUG
from tests.integration.removing import Halts
from tests.practice import House, at, timed

ROOT = Path(__file__).resolve().parents[2]
NAME = "Test practice"
ABANDONED = Removal(NAME, abandon_google=True, abandon_waiting=True)
GONE = {"practice_ended": [(1,)]}
WRITERS = 3


@pytest.fixture
def full(database: SqlDatabase) -> SqlDatabase:
    """Return a practice with something in every table, on each engine in turn."""
    with database.writing() as uow:
        furnish_samples(uow)
    fill(database)
    return database


def delete(database: SqlDatabase, removal: Removal) -> int:
    with database.writing() as uow:
        return delete_practice(uow, removal)


# --- what is asked before ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "test", "test practice", "Test practice ", "Other"])
def test_another_name_removes_nothing(full: SqlDatabase, name: str) -> None:
    before = dump(full)
    with pytest.raises(Invalid, match="not the name"):
        delete(full, replace(ABANDONED, name=name))
    assert dump(full) == before


def test_a_link_to_google_that_has_not_ended_is_in_the_way(full: SqlDatabase) -> None:
    with full.writing() as uow:
        uow.google.links.save_link(replace(LINK, state=LinkState.CONNECTED))
    with pytest.raises(Invalid, match="not ended: 1"):
        delete(full, Removal(NAME, abandon_waiting=True))
    with full.writing() as uow:
        assert [one.id for one in end_links(uow, Ending.REMOVE)] == [LINK.id]
        ended = uow.google.links.link(LINK.id)
        assert ended is not None
        assert ended.ending is Ending.REMOVE
        uow.google.links.save_link(replace(ended, state=LinkState.DISCONNECTED, ending=None))
        assert living_links(uow) == []
    assert delete(full, Removal(NAME, abandon_waiting=True)) > 0
    assert of(1, dump(full)) == GONE


def test_a_mail_that_was_not_sent_is_in_the_way(any_house: House) -> None:
    number = any_house.book()
    with any_house.database.writing() as uow:
        uow.bookings.add(replace(BOOKING, appointment=number))
        uow.mails.add(MAIL)
    with pytest.raises(Invalid, match="mails 1"):
        delete(any_house.database, Removal(NAME))
    with any_house.database.writing() as uow:
        (waiting,) = uow.mails.of_booking(BOOKING.id)
        uow.mails.save(replace(waiting, settled_at=any_house.now))
    delete(any_house.database, Removal(NAME))
    assert dump(any_house.database) == {**dump(any_house.database), **GONE}


def test_what_a_practice_holds_is_counted(full: SqlDatabase) -> None:
    with full.reading() as uow:
        found = holding(uow)
    rows = of(1, dump(full))
    assert dict(found.rows) == {name: len(each) for name, each in rows.items()}
    assert found.practice.name == NAME
    assert found.living_links == 1


# --- who is at work meanwhile -----------------------------------------------------------------


class Writer(threading.Thread):
    """Books until the practice is gone; ``failed`` is what nobody foresaw."""

    def __init__(self, house: House, number: int, begun: threading.Barrier) -> None:
        super().__init__()
        self.house, self.number, self.begun = house, number, begun
        self.failed: BaseException | None = None

    @override
    def run(self) -> None:
        self.book(0)
        self.begun.wait()
        try:
            for minute in range(10_000):
                self.book(minute)
        except NotFound:
            return
        except BaseException as error:
            self.failed = error
            raise

    def book(self, minute: int) -> None:
        with suppress(DatabaseBusy):
            self.house.book(timed(at(24, 8 + self.number, minute % 60)))


def test_who_writes_meanwhile_adds_nothing_to_a_practice_that_goes(any_house: House) -> None:
    begun = threading.Barrier(WRITERS + 1)
    writers = [Writer(any_house, number, begun) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    begun.wait()
    removed = False
    while not removed:
        with suppress(DatabaseBusy):
            removed = delete(any_house.database, ABANDONED) > 0
    for writer in writers:
        writer.join()
    assert [writer.failed for writer in writers] == [None] * WRITERS
    assert of(1, dump(any_house.database)) == GONE


def test_a_worker_goes_on_when_its_practice_is_gone(
    full: SqlDatabase, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = load_settings(None, {}, Overrides(None, database_url, SLUG))
    rounds = iter((False, False, True))

    def stopped(_seconds: float) -> bool:
        if of(1, dump(full)) != GONE:
            delete(full, ABANDONED)
        return next(rounds)

    with caplog.at_level(logging.WARNING):
        work_on(settings, stopped)
    told = [record.getMessage() for record in caplog.records if "left out" in record.message]
    assert told == [f"left out the work of this minute: There is no practice '{SLUG}'."] * 2
    assert of(1, dump(full)) == GONE


# --- who is killed ----------------------------------------------------------------------------


@contextmanager
def removing(url: str, after: int) -> Iterator[None]:
    """Remove the practice in a process of its own, and kill it where it stops."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.removing", url, SLUG, str(after)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        try:
            yield
        finally:
            process.send_signal(signal.SIGKILL)


def killed(database: SqlDatabase, url: str, after: int) -> Dump:
    with removing(url, after):
        pass
    return dump(database)


def places_of(database: SqlDatabase) -> int:
    """Return how many places there are to stop at, without removing anything."""
    halts = Halts(-1)
    with suppress(ZeroDivisionError):
        undone(database, halts)
    database.watch(None)
    return halts.seen


def undone(database: SqlDatabase, halts: Halts) -> None:
    with database.writing() as uow:
        database.watch(halts.told)
        delete_practice(uow, ABANDONED)
        raise ZeroDivisionError


def test_killed_anywhere_all_is_as_before_or_as_after(
    full: SqlDatabase, database_url: str
) -> None:
    other = another_practice(full)
    fill(other)
    other.close()
    before, places = dump(full), places_of(full)
    assert dump(full) == before
    step = max(places // 5, 1)
    for after in [*range(0, places, step), places]:
        assert killed(full, database_url, after) == before, after
    after_all = killed(full, database_url, places + 100)
    assert of(1, after_all) == GONE
    assert of(2, after_all) == of(2, before)
