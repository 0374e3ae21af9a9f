"""Two server processes on one database: nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

import pytest

from server.domain.ids import UserName
from tests.databases import BOTH
from tests.system.events import at, edited, event, monday, new_uid
from tests.system.phone import Phone
from tests.system.servers import Site, close_site, open_site, prepared_url

CLIENTS = 8
SECONDS = float(os.environ.get("MIXED_RUN_SECONDS", "10"))
"""How long the mixed run takes; the environment asks for a longer one."""
START = monday(weeks=2, hour=8)


@pytest.fixture(scope="module", params=BOTH)
def busy_site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """Return a practice served by two processes, for nobody else."""
    with prepared_url(request.param, request) as url:
        opened = open_site(url, 2)
        yield opened
        close_site(opened)


@dataclass
class Worker:
    """One app that books, changes, moves and deletes, and remembers what was acknowledged."""

    phone: Phone
    number: int
    until: float
    chance: random.Random
    notes: dict[str, int] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)

    def run(self) -> Worker:
        """Work until the time is up."""
        while monotonic() < self.until:
            step = self.chance.choice([self.book, self.change, self.change, self.shared])
            if self.chance.random() < 0.1:
                step = self.chance.choice([self.delete, self.move])
            step()
        return self

    def count(self, status: int) -> int:
        """Remember a status and return it."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        return status

    def book(self) -> None:
        """Book something new of one's own."""
        href = f"{self.number}-{len(self.statuses)}-{self.chance.getrandbits(40):x}.ics"
        start = START + timedelta(days=self.chance.randrange(200), minutes=self.number * 50)
        text = event("Work", start, "X-COUNT:0", uid=new_uid(), minutes=45)
        if self.count(self.phone.put(href, text, If_None_Match="*").status) == 201:
            self.notes[href] = 0

    def change(self) -> None:
        """Count one of one's own up, under the condition that it is as it was."""
        own = sorted(set(self.notes) - {"shared"})
        if not own:
            return
        href = self.chance.choice(own)
        shown = self.phone.get(href)
        now = self.notes[href]
        assert shown.says(f"X-COUNT:{now}"), (href, shown.status)
        text = edited(shown.text, (f"X-COUNT:{now}", f"X-COUNT:{now + 1}"))
        if self.count(self.phone.put(href, text, If_Match=shown.etag or "").status) == 204:
            self.notes[href] = now + 1

    def shared(self) -> None:
        """Count the object up that everybody counts up; who comes late reads again."""
        while monotonic() < self.until:
            shown = self.phone.get("shared.ics")
            now = int(shown.value("X-COUNT") or 0)
            text = edited(shown.text, (f"X-COUNT:{now}", f"X-COUNT:{now + 1}"))
            answer = self.phone.put("shared.ics", text, If_Match=shown.etag or "")
            if self.count(answer.status) == 204:
                self.notes["shared"] = self.notes.get("shared", 0) + 1
                return
            assert answer.status == 412

    def delete(self) -> None:
        """Delete one of one's own."""
        own = sorted(set(self.notes) - {"shared"})
        if own and self.count(self.phone.delete(own[0]).status) == 204:
            del self.notes[own[0]]

    def move(self) -> None:
        """Give one of one's own another name."""
        own = sorted(set(self.notes) - {"shared"})
        if own and self.count(self.phone.move(own[-1], f"m{own[-1]}").status) == 201:
            self.notes[f"m{own[-1]}"] = self.notes.pop(own[-1])


@pytest.mark.slow
def test_a_mixed_run_of_eight_clients_loses_no_update(busy_site: Site) -> None:
    owner = busy_site.newcomer()
    started = event("Shared", START - timedelta(days=7), "X-COUNT:0")
    assert owner.put("shared.ics", started).status == 201
    until = monotonic() + SECONDS
    workers = [
        Worker(busy_site.phone(owner.user), number, until, random.Random(number))
        for number in range(CLIENTS)
    ]
    with ThreadPoolExecutor(CLIENTS) as pool:
        finished = list(pool.map(Worker.run, workers))
    expected = {
        href: number
        for worker in finished
        for href, number in worker.notes.items()
        if href != "shared"
    }
    assert len(expected) > CLIENTS
    assert set(owner.sync().there) == {*expected, "shared.ics"}
    for href, number in expected.items():
        assert owner.get(href).says(f"X-COUNT:{number}"), href
    shared = sum(worker.notes.get("shared", 0) for worker in finished)
    assert owner.get("shared.ics").says(f"X-COUNT:{shared}")
    assert {status for worker in finished for status in worker.statuses} <= {201, 204, 412}
    assert busy_site.checker.everything() == []


def test_every_device_converges_on_the_same_listing(busy_site: Site) -> None:
    owner = busy_site.newcomer()
    devices = [busy_site.phone(owner.user) for _ in range(4)]
    tokens = [device.sync().token for device in devices]

    def work(number: int) -> None:
        for step in range(10):
            href = f"{number}-{step}.ics"
            start = START + timedelta(days=step, hours=number)
            assert devices[number].put(href, event("Work", start)).status == 201
            if step % 3 == 0:
                assert devices[number].delete(href).status == 204

    with ThreadPoolExecutor(len(devices)) as pool:
        list(pool.map(work, range(len(devices))))
    whole = owner.sync().there
    assert len(whole) == 4 * 6
    for device, token in zip(devices, tokens, strict=True):
        changed = device.sync(token=token)
        assert changed.there == whole
    assert len(busy_site.listed(practitioner=UserName(owner.user))) == 24
    assert busy_site.checker.everything() == []


def test_the_desk_and_the_practitioner_write_at_once_and_both_hold(busy_site: Site) -> None:
    owner, desk = busy_site.newcomer(), busy_site.phone("desk")
    desk.calendar = f"/desk/{owner.user}/"
    start = START + timedelta(days=3)
    owner.put("a.ics", event("acupfollow Jane Doe", start, minutes=45))
    earlier = at("DTSTART", start - timedelta(minutes=15))
    moved = edited(owner.get("a.ics").text, (at("DTSTART", start), earlier))
    confirmed = edited(desk.get("a.ics").text, ("SUMMARY:JD", "SUMMARY:#confirmed JD"))
    with ThreadPoolExecutor(2) as pool:
        answers = [
            pool.submit(owner.put, "a.ics", moved),
            pool.submit(desk.put, "a.ics", confirmed),
        ]
        assert [answer.result().status for answer in answers] == [204, 204]
    assert busy_site.details(owner.user, "a.ics").status == "confirmed"
    assert owner.get("a.ics").says(earlier)
    assert busy_site.checker.everything() == []
