"""Killed at any moment: no event twice, none lost, nobody told anything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.domain.google import OutwardLevel
from server.domain.vocabulary import Status
from server.google_sync.links.syncing import LeaseLost
from server.google_sync.worker.cycle import cycle
from tests.google.house import ACCOUNT, CREATED, FREEBUSY, Linked
from tests.google.series import instances, weekly
from tests.google.test_listing import create
from tests.local_google import Befalls, Fault
from tests.practice import at, following, timed

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


@contextmanager
def killed_at(alma: Linked, database_url: str, fault: Fault) -> Iterator[None]:
    """Run a cycle in a process of its own and kill it where a request is held."""
    alma.google.script(fault)
    syncing = alma.syncing
    said = {
        "now": alma.house.now.isoformat(),
        "database": database_url,
        "google": alma.google.url,
        "token": alma.google.grant(ACCOUNT, CREATED, FREEBUSY).access_token,
        "holder": syncing.lease.holder,
        "fence": syncing.lease.fence,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.google.one_cycle", json.dumps(said)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert fault.arrived.wait(PATIENCE)
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        alma.google.google.faults.clear()


def kill(alma: Linked, database_url: str, fault: Fault) -> None:
    with killed_at(alma, database_url, fault):
        pass
    alma.house = alma.house.later(minutes=5)
    alma.settle(10)
    assert alma.google.mails == []


@pytest.mark.parametrize("befalls", [Befalls.HOLD, Befalls.HOLD_ANSWER])
def test_g018_killed_around_an_insert(
    alma: Linked, database_url: str, befalls: Befalls
) -> None:
    alma.house.book()
    kill(alma, database_url, Fault("events.insert", befalls))
    assert alma.starts() == ["11-24 19:00"]
    assert len(alma.all_events) == 1


@pytest.mark.parametrize("befalls", [Befalls.HOLD, Befalls.HOLD_ANSWER])
def test_g018_killed_around_a_move(alma: Linked, database_url: str, befalls: Befalls) -> None:
    number = alma.house.book()
    alma.settle()
    alma.house.edit(number, timed(at(25, 10)))
    kill(alma, database_url, Fault("events.patch", befalls))
    assert alma.starts() == ["11-25 15:00"]
    assert alma.conflicts() == []


@pytest.mark.parametrize("befalls", [Befalls.HOLD, Befalls.HOLD_ANSWER])
def test_g018_killed_between_taking_the_texts_and_deleting(
    alma: Linked, database_url: str, befalls: Befalls
) -> None:
    number = alma.house.book()
    alma.settle()
    alma.house.edit(number, status=Status.CANCELLED)
    kill(alma, database_url, Fault("events.delete", befalls))
    assert alma.events == []
    assert alma.house.details(number).status is Status.CANCELLED


def test_g018_killed_while_pages_are_read(alma: Linked, database_url: str) -> None:
    alma.settle()
    alma.google.knobs.page_size = 2
    create(alma)
    kill(alma, database_url, Fault("events.list", Befalls.HOLD, skip=2))
    assert len(alma.pairs()) == 6


def test_g018_killed_in_the_middle_of_a_full_read(alma: Linked, database_url: str) -> None:
    alma.google.knobs.page_size = 2
    create(alma)
    kill(alma, database_url, Fault("events.list", Befalls.HOLD, skip=2))
    assert len(alma.pairs()) == 6


def test_g018_killed_after_the_token_and_before_all_is_applied(
    alma: Linked, database_url: str
) -> None:
    number = alma.house.book()
    alma.settle()
    alma.drag(alma.only["id"], at(25, 10))
    theirs = {
        "start": {"dateTime": at(26, 9).isoformat(), "timeZone": "America/New_York"},
        "end": {"dateTime": at(26, 10).isoformat(), "timeZone": "America/New_York"},
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=2"],
    }
    alma.act("create", body=theirs)
    kill(alma, database_url, Fault("events.instances", Befalls.HOLD))
    assert alma.house.starts(number) == ["11-25 10:00"]
    assert len(alma.pairs()) == 2


def test_g018_killed_between_the_steps_of_a_split(alma: Linked, database_url: str) -> None:
    number = weekly(alma)
    rest = alma.house.edit(following(number, at(8, month=12)), timed(at(8, 16, month=12)))
    kill(alma, database_url, Fault("events.patch", Befalls.HOLD))
    assert instances(alma) == sorted(alma.house.starts(number) + alma.house.starts(rest))
    assert len(alma.events) == 2


def test_g018_killed_in_the_middle_of_a_rewriting(alma: Linked, database_url: str) -> None:
    alma.change(level=OutwardLevel.FULL)
    for hour in (9, 11, 13):
        alma.house.book(timed(at(24, hour)))
    alma.settle()
    alma.change(level=OutwardLevel.GENERIC, rewriting=True)
    kill(alma, database_url, Fault("events.patch", Befalls.HOLD_ANSWER, skip=1))
    assert {one["summary"] for one in alma.events} == {"Appointment"}
    assert not alma.now_link.rewriting


def test_g018_who_loses_the_link_while_a_request_is_on_its_way(alma: Linked) -> None:
    alma.house.book()
    fault = Fault("events.insert", Befalls.HOLD_ANSWER)
    alma.google.script(fault)
    first = alma.syncing
    lost: list[BaseException] = []

    def run() -> None:
        try:
            cycle(first)
        except LeaseLost as error:
            lost.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert fault.arrived.wait(PATIENCE)
    alma.house = alma.house.later(hours=2)
    alma.holder = "somebody else"
    alma.settle()
    fault.release()
    thread.join(PATIENCE)
    assert len(lost) == 1
    assert alma.starts() == ["11-24 19:00"]
    assert len(alma.all_events) == 1
