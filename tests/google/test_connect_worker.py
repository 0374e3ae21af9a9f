"""The worker: one writer per link, nobody waits for anybody, bad days (19, 89 to 93)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.google import LinkState, OutwardLevel
from server.google_sync.links.lease import LASTS, holding
from server.google_sync.links.office import opened
from server.google_sync.links.syncing import LeaseLost, Report, Syncing
from server.google_sync.worker.cycle import cycle
from server.google_sync.worker.worker import Worker
from server.practice_db.errors import DatabaseUnreachable
from server.practice_db.key_file import Keys
from tests.google.connected import ACCOUNT, KEYS, Connected, connecting
from tests.google.house import HouseClock
from tests.local_google import Befalls, Fault, LocalGoogle
from tests.practice import ALMA, JANE, THEO, House, at, session, timed

THEOS = "theo@example.com"
_PATIENCE = 30


@pytest.fixture
def connected(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    """Return a practice that can connect, on each engine, with Google both ways."""
    with connecting(any_house, local_google) as found:
        yield found


@contextmanager
def running(worker: Worker) -> Iterator[None]:
    """Let a worker run for as long as the block does."""
    thread = threading.Thread(target=worker.run, name="worker")
    thread.start()
    try:
        yield
    finally:
        worker.stopped.set()
        thread.join(_PATIENCE)
        assert not thread.is_alive()


def minutes(connected: Connected, count: int, step: int = 5) -> None:
    """Let minutes pass while the worker looks every few seconds."""
    for _ in range(count * 60 // step):
        connected.work()
        connected.later(seconds=step)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, "rateLimitExceeded"), (429, "rateLimitExceeded"), (500, "backendError"), (503, "")],
)
def test_g089_a_storm_is_waited_out_with_few_calls(
    connected: Connected, status: int, reason: str
) -> None:
    connected.connect()
    connected.house.book()
    storm = Fault("events.*", status=status, reason=reason, times=None)
    connected.google.script(storm)
    with connected.asked() as asked:
        minutes(connected, 10)
    # Eight tries within a few minutes, each ended by what Google said, then once per turn.
    assert 3 <= sum(asked.values()) <= 40
    storm.times = 0
    connected.later(minutes=13)
    connected.work()
    assert len(connected.events()) == 1
    assert connected.link().failures == 0


def test_g089_how_long_google_asks_to_be_left_alone_is_honoured(
    connected: Connected,
) -> None:
    connected.connect()
    connected.house.book()
    asks = Fault("events.*", status=429, reason="rateLimitExceeded", retry_after=120)
    connected.google.script(asks)
    connected.work()
    with connected.asked() as asked:
        minutes(connected, 1)
    assert not asked
    connected.later(minutes=2)
    connected.work()
    assert len(connected.events()) == 1


def test_g090_a_spent_quota_lets_the_link_sleep(connected: Connected) -> None:
    connected.connect()
    connected.google.act("over_quota", account=ACCOUNT, on=True)
    connected.house.book()
    connected.work()
    link = connected.link()
    assert (link.state, link.reason) == (LinkState.CONNECTED, "quota")
    assert link.rests_until == connected.house.now + timedelta(hours=1)
    with connected.asked() as asked:
        minutes(connected, 50, step=60)
    assert not asked
    connected.google.act("over_quota", account=ACCOUNT, on=False)
    connected.later(minutes=15)
    connected.work()
    assert (len(connected.events()), connected.link().reason) == (1, "")


def test_g091_one_event_that_google_never_takes_does_not_hold_up_others(
    connected: Connected,
) -> None:
    connected.connect()
    for day in (24, 25, 26):
        connected.house.book(timed(at(day)))
    connected.google.script(Fault("events.insert", status=400, reason="invalid"))
    connected.work()
    tally = connected.tally()
    assert (tally.live, tally.parked) == (2, 1)
    assert len(connected.events()) == 2
    assert connected.link().failures == 0


def test_g093_a_link_that_is_stuck_delays_nobody(connected: Connected) -> None:
    connected.connect()
    theos = connected.connect(THEO, THEOS)
    stuck = Fault("events.*", Befalls.HOLD, account=ACCOUNT, times=None)
    connected.google.script(stuck)
    connected.house.book()
    with running(connected.worker()):
        assert stuck.arrived.wait(_PATIENCE)
        connected.house.book(timed(at(25), 50), session(JANE, "psy50", THEO))
        told = threading.Event()
        for _ in range(_PATIENCE * 10):
            if connected.google.live_events(THEOS, theos.managed):
                break
            told.wait(0.1)
        assert len(connected.google.live_events(THEOS, theos.managed)) == 1
        stuck.release()


def test_g019_two_workers_at_once_write_each_event_once(connected: Connected) -> None:
    link = connected.connect()
    for day in range(9, 25):
        connected.house.book(timed(at(day)))
    workers = [connected.worker() for _ in range(3)]
    threads = [threading.Thread(target=worker.run_due) for worker in workers]
    with connected.asked() as asked:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(_PATIENCE)
        connected.work()
    assert asked["events.insert"] == 16
    assert len(connected.google.live_events(ACCOUNT, link.managed)) == 16


def test_g018_z13_who_lost_the_link_while_asking_records_nothing(
    connected: Connected,
) -> None:
    connected.connect()
    connected.house.book()
    held = Fault("events.insert", Befalls.HOLD_ANSWER)
    connected.google.script(held)
    slow = connected.worker()
    thread = threading.Thread(target=slow.run_due)
    thread.start()
    assert held.arrived.wait(_PATIENCE)
    connected.later(seconds=LASTS.total_seconds() + 1)
    connected.work()
    held.release()
    thread.join(_PATIENCE)
    connected.later(minutes=15)
    connected.work()
    assert len(connected.events()) == 1
    assert connected.tally().live == 1
    assert connected.google.mails == []


def test_a_link_is_let_go_after_its_turn_and_kept_while_it_lasts(
    connected: Connected,
) -> None:
    link = connected.connect()
    assert connected.link().holder == ""
    clock = HouseClock(connected.house)
    with holding(connected.house.database, clock, link.id, "me") as held:
        assert held is not None
        connected.later(seconds=100)
        held.keep()
        assert connected.link().held_until == connected.house.now + LASTS
        connected.later(seconds=LASTS.total_seconds())
        with holding(connected.house.database, clock, link.id, "other") as other:
            assert other is not None
            with pytest.raises(LeaseLost):
                held.keep()


def test_a_turn_that_fails_as_nobody_foresaw_rests_and_others_go_on(
    connected: Connected,
) -> None:
    alma = connected.connect()
    theos = connected.connect(THEO, THEOS)
    connected.house.book()
    connected.house.book(timed(at(25), 50), session(JANE, "psy50", THEO))

    def broken(syncing: Syncing) -> Report:
        if syncing.link == alma.id:
            raise KeyError("Jane Doe")
        return cycle(syncing)

    Worker([connected.office], broken, pause=connected.pause).run_due()
    failed = connected.link(alma)
    assert (failed.failures, failed.reason) == (1, "trouble")
    assert failed.rests_until is not None
    assert len(connected.google.live_events(THEOS, theos.managed)) == 1
    connected.later(minutes=15)
    connected.work()
    assert connected.link(alma).reason == ""
    assert len(connected.google.live_events(ACCOUNT, alma.managed)) == 1


def test_a_database_that_is_gone_for_a_while_ends_no_worker(connected: Connected) -> None:
    connected.connect()
    connected.house.book()
    shut = threading.Event()

    def broken(syncing: Syncing) -> Report:
        if not shut.is_set():
            shut.set()
            raise DatabaseUnreachable
        return cycle(syncing)

    worker = Worker([connected.office], broken, pause=connected.pause)
    worker.run_due()
    connected.later(minutes=15)
    worker.run_due()
    assert len(connected.events()) == 1


def with_keys(connected: Connected, keys: Keys) -> None:
    """Look after the links with other keys."""
    clock = HouseClock(connected.house)
    terms = connected.office.terms
    with opened(connected.house.database, clock, keys, terms) as office:
        Worker([office], cycle, pause=connected.pause).run_due()


def test_with_the_wrong_key_nothing_is_asked_and_the_reason_is_said(
    connected: Connected,
) -> None:
    connected.connect()
    connected.house.book()
    with connected.asked() as asked:
        with_keys(connected, Keys("k1", {"k1": b"w" * 32}))
    assert not asked
    assert connected.link().reason == "wrong-key"
    connected.later(minutes=15)
    connected.work()
    assert (connected.link().reason, len(connected.events())) == ("", 1)


def test_after_a_change_of_keys_everything_is_sealed_anew(connected: Connected) -> None:
    connected.connect()
    connected.house.book()
    both = Keys("k2", {"k2": b"n" * 32, **KEYS.by_name})
    with_keys(connected, both)
    connected.house.book(timed(at(25)))
    with_keys(connected, Keys("k2", {"k2": b"n" * 32}))
    assert len(connected.events()) == 2


def test_where_the_practice_allows_less_links_tell_less(connected: Connected) -> None:
    connected.connect()
    connected.house.book()
    connected.work()
    connected.later(minutes=15)
    terms = replace(connected.office.terms, level=OutwardLevel.BUSY)
    Worker([replace(connected.office, terms=terms)], cycle, pause=connected.pause).run_due()
    link = connected.link()
    assert link.level is OutwardLevel.BUSY
    assert link.rewriting or {one["summary"] for one in connected.events()} == {"Busy"}


def test_a_worker_ends_when_it_is_told_to(connected: Connected) -> None:
    connected.connect()
    with running(connected.worker()):
        assert connected.link().user == ALMA
