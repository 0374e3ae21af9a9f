"""What ports.Database and the savepoints of a unit of work promise."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from server.domain.vocabulary import Fact
from server.practice_db.database import SqlDatabase, open_database
from server.practice_db.errors import AlreadyWriting, DatabaseBusy
from server.practice_db.write_queue import WriteQueue
from server.usecases.ports import UnitOfWork
from tests.contract.samples import (
    ALMA,
    ALMAS,
    JANE_DOE,
    JOHN_DOE,
    THEO,
    THEOS,
    VISIT,
    happened,
    save,
    stored,
    visit,
)
from tests.databases import SLUG

REFUSED = "refused"
PATIENCE = 20
"""Seconds after which a test gives up waiting."""


class RefusedError(Exception):
    pass


def write_and_refuse(uow: UnitOfWork) -> None:
    save(uow, visit())
    uow.objects.put(stored("a.ics", 1, VISIT))
    uow.history.append(ALMAS, happened(1, Fact.BOOKED))
    uow.clients.save(replace(JANE_DOE, last_name="Changed"))
    raise RefusedError(REFUSED)


def test_what_is_written_is_there_afterwards(furnished: SqlDatabase, database_url: str) -> None:
    with furnished.writing([(ALMA, "appointments")]) as uow:
        uow.objects.put(stored("a.ics"))
    again = open_database(database_url, SLUG)
    with again.reading() as uow:
        assert uow.objects.get(ALMAS, "a.ics") == stored("a.ics")
    again.close()


def test_if_writing_raises_nothing_stays(furnished: SqlDatabase) -> None:
    with pytest.raises(RefusedError), furnished.writing() as uow:
        write_and_refuse(uow)
    with furnished.reading() as uow:
        assert uow.appointments.get(VISIT) is None
        assert uow.objects.entries(ALMAS) == []
        assert uow.objects.changed_since(ALMAS, 0) == {}
        assert uow.history.of(VISIT) == []
        assert uow.clients.get(JANE_DOE.number) == JANE_DOE


def test_a_savepoint_undoes_only_what_was_done_inside(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("before.ics", 1))
        with pytest.raises(RefusedError), uow.savepoint():
            replace_and_refuse(uow)
        uow.objects.put(stored("after.ics", 4))
    with furnished.reading() as uow:
        changed = uow.objects.changed_since(ALMAS, 0)
    assert changed == {"before.ics": True, "after.ics": True}


def replace_and_refuse(uow: UnitOfWork) -> None:
    uow.objects.put(stored("inside.ics", 2))
    uow.objects.delete(ALMAS, "before.ics", 3)
    raise RefusedError(REFUSED)


def release_and_refuse(uow: UnitOfWork) -> None:
    with uow.savepoint():
        uow.objects.put(stored("released.ics", 4))
    raise RefusedError(REFUSED)


def test_savepoints_nest(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        with uow.savepoint():
            uow.objects.put(stored("outer.ics", 1))
            with pytest.raises(RefusedError), uow.savepoint():
                replace_and_refuse(uow)
            with uow.savepoint():
                uow.objects.put(stored("second.ics", 3))
        with pytest.raises(RefusedError), uow.savepoint():
            release_and_refuse(uow)
    with furnished.reading() as uow:
        assert set(uow.objects.changed_since(ALMAS, 0)) == {"outer.ics", "second.ics"}


def test_a_savepoint_heals_a_transaction_that_the_database_refused(
    furnished: SqlDatabase,
) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1))
        with pytest.raises(IntegrityError), uow.savepoint():
            uow.objects.put(replace(stored("b.ics", 2), uid="uid-a.ics"))
        uow.objects.put(stored("c.ics", 3))
    with furnished.reading() as uow:
        assert [entry.href for entry in uow.objects.entries(ALMAS)] == ["a.ics", "c.ics"]


def test_reading_cannot_write(furnished: SqlDatabase) -> None:
    with pytest.raises(DBAPIError), furnished.reading() as uow:
        uow.objects.put(stored("a.ics"))
    with furnished.reading() as uow:
        assert uow.objects.entries(ALMAS) == []


def test_readers_see_one_state_while_a_writer_works(furnished: SqlDatabase) -> None:
    with furnished.reading() as reader:
        before = reader.calendars.by_id(ALMAS)
        with furnished.writing() as writer:
            writer.calendars.next_revision(ALMAS)
            writer.objects.put(stored("a.ics"))
            assert reader.objects.entries(ALMAS) == []
        assert reader.calendars.by_id(ALMAS) == before
        assert reader.objects.entries(ALMAS) == []
    with furnished.reading() as reader:
        assert [entry.href for entry in reader.objects.entries(ALMAS)] == ["a.ics"]


def in_threads(count: int, work: Callable[[], None]) -> None:
    with ThreadPoolExecutor(count) as pool:
        finished = wait([pool.submit(work) for _ in range(count)], timeout=PATIENCE)
        assert not finished.not_done
        for done in finished.done:
            done.result()


def count_up(database: SqlDatabase, times: int) -> None:
    for _ in range(times):
        with database.writing([(ALMA, "appointments")]) as uow:
            calendar = uow.calendars.by_id(ALMAS)
            assert calendar is not None
            # Read, then write what was read: lost if another writer came between.
            uow.calendars.save(replace(calendar, revision=calendar.revision + 1))
            uow.history.append(ALMAS, happened(calendar.revision + 1))


def test_two_writers_of_one_calendar_exclude_each_other(furnished: SqlDatabase) -> None:
    in_threads(4, lambda: count_up(furnished, 10))
    with furnished.reading() as uow:
        calendar = uow.calendars.by_id(ALMAS)
        assert calendar is not None
        assert calendar.revision == 40
        assert uow.history.broken_links() == []


def test_writers_of_two_processes_exclude_each_other(
    furnished: SqlDatabase, database_url: str
) -> None:
    # Two databases with a pool and a queue each, as two processes have them.
    other = open_database(database_url, SLUG)
    databases = [furnished, other]
    in_threads(2, lambda: count_up(databases.pop(), 15))
    other.close()
    with furnished.reading() as uow:
        calendar = uow.calendars.by_id(ALMAS)
        assert calendar is not None
        assert calendar.revision == 30


@pytest.mark.parametrize("by_id", [False, True])
def test_a_writer_waits_for_the_calendar(furnished: SqlDatabase, *, by_id: bool) -> None:
    seen: list[int] = []

    def other() -> None:
        paths = [] if by_id else [(ALMA, "appointments")]
        with furnished.writing(paths) as uow:
            uow.calendars.lock([ALMAS])
            calendar = uow.calendars.by_id(ALMAS)
            seen.append(calendar.revision if calendar else -1)

    with furnished.writing([(ALMA, "appointments")]) as uow:
        waiting = threading.Thread(target=other)
        waiting.start()
        uow.calendars.next_revision(ALMAS)
        uow.calendars.next_revision(ALMAS)
    waiting.join(PATIENCE)
    assert seen == [2]


def test_locks_taken_in_any_order_do_not_meet_head_on(furnished: SqlDatabase) -> None:
    paths = [(ALMA, "appointments"), (THEO, "appointments")]

    def work() -> None:
        for order in (paths, paths[::-1]) * 5:
            with furnished.writing(order) as uow:
                uow.calendars.next_revision(ALMAS)
                uow.calendars.next_revision(THEOS)

    in_threads(3, work)
    with furnished.reading() as uow:
        assert {calendar.revision for calendar in uow.calendars.all()} == {30}


def test_two_new_clients_get_two_numbers(furnished: SqlDatabase) -> None:
    def work() -> None:
        for _ in range(5):
            with furnished.writing() as uow:
                uow.clients.save(replace(JOHN_DOE, number=uow.clients.next_number()))

    in_threads(3, work)
    with furnished.reading() as uow:
        assert len(uow.clients.search("john doe")) == 16


def test_a_thread_that_writes_twice_at_once_is_told(sqlite_database: SqlDatabase) -> None:
    with (
        sqlite_database.writing(),
        pytest.raises(AlreadyWriting),
        sqlite_database.writing(),
    ):
        raise AssertionError
    with sqlite_database.writing() as uow:
        assert uow.practice.slug == SLUG


def test_writers_are_let_in_in_the_order_they_came() -> None:
    queue = WriteQueue()
    order: list[int] = []
    threads = []
    with queue:
        for number in range(5):
            arrived = threading.Event()

            def work(number: int = number, arrived: threading.Event = arrived) -> None:
                arrived.set()
                with queue:
                    order.append(number)

            threads.append(threading.Thread(target=work))
            threads[-1].start()
            arrived.wait(PATIENCE)
            wait_for_line(queue, number + 1)
    for thread in threads:
        thread.join(PATIENCE)
    assert order == [0, 1, 2, 3, 4]


def wait_for_line(queue: WriteQueue, length: int) -> None:
    for _ in range(1_000_000):
        if queue.waiting == length:
            return
    raise AssertionError(length)


def test_a_writer_that_waits_too_long_is_told() -> None:
    queue = WriteQueue(patience=0.01)
    refused: list[type[BaseException]] = []

    def work() -> None:
        try:
            with queue:
                refused.append(AssertionError)
        except DatabaseBusy as busy:
            refused.append(type(busy))

    with queue:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(PATIENCE)
    assert refused == [DatabaseBusy]
    with queue:
        assert queue.waiting == 0
