"""Many links in one worker, in a process of their own so that it can be weighed."""

import random
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import Final

import psutil

from bench.google_beside import Clock
from bench.google_house import House, practice_at
from bench.google_measures import WrongOutcome
from server.domain.google import GoogleLink, LinkState
from server.domain.ids import GoogleLinkId, UserName
from server.google_sync.links.syncing import Report, Syncing
from server.google_sync.worker.cycle import cycle

_MIB: Final = 1024 * 1024
_POLL: Final = timedelta(minutes=10)
_BETWEEN_CHANGES: Final = 0.5
_PATIENCE: Final = 120.0
_LOOKS: Final = 20
_TWENTIETHS: Final = 20


@dataclass(frozen=True, slots=True)
class Many:
    """What one worker with many links does and needs; seconds, MiB and milliseconds.

    ``before`` is the process's memory before it had links, ``memory`` with all of them.
    ``connected`` and ``turns`` are turns a second of links that are new and of idle ones that
    all are due at once; ``behind`` is how late the last of those was. ``look`` is how long it
    takes to see that nothing is due. ``lag`` is from a change here to Google's answer while
    idle links have their turns as usual, ``burst`` while all are due at once.
    """

    links: int
    before: float
    memory: float
    connected: float
    turns: float
    behind: float
    look: float
    lag: float
    lag_of_most: float
    burst: float

    @property
    def needed(self) -> float:
        """How many idle turns a second so many links have without push."""
        return self.links / _POLL.total_seconds()

    @property
    def each(self) -> float:
        """KiB of memory for each link."""
        return 1024 * (self.memory - self.before) / self.links


@dataclass
class _Noted:
    """A cycle that notes when it has written for which link."""

    written: dict[GoogleLinkId, float] = field(default_factory=dict)
    _said: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, syncing: Syncing) -> Report:
        report = cycle(syncing)
        if report.written:
            with self._said:
                self.written[syncing.link] = perf_counter()
                self._said.notify_all()
        return report

    def wait_for(self, links: Collection[GoogleLinkId]) -> None:
        """Wait until something was written for each of them; raises WrongOutcome."""
        with self._said:
            if not self._said.wait_for(lambda: self.written.keys() >= set(links), _PATIENCE):
                raise WrongOutcome("a change does not reach Google")


def measure_many(url: str, slug: str, clock: Clock, count: int, changes: int) -> Many:
    """Connect so many practitioners of one practice, and look after them."""
    with practice_at(url, slug, clock) as house:
        names = [UserName(f"p{number:04d}") for number in range(count)]
        house.hire_all(names)
        before = _memory()
        for name in names:
            house.link(name, clock.google.take())
        house.database.refresh_statistics()
        connecting = _seconds(house)
        links = _connected(house, count)
        house.database.refresh_statistics()
        house.hurry()
        idle = _seconds(house)
        memory = _memory()
        look = _look(house)
        _spread(house, links)
        lags = _lags(house, links[:changes], _BETWEEN_CHANGES)
        house.hurry()
        burst = _lags(house, links[changes : 2 * changes], 0)
    return Many(
        count,
        before,
        memory,
        connected=count / connecting,
        turns=count / idle,
        behind=idle,
        look=look,
        lag=median(lags),
        lag_of_most=quantiles(lags, n=_TWENTIETHS)[-1],
        burst=max(burst),
    )


def _memory() -> float:
    return float(psutil.Process().memory_info().rss / _MIB)


def _seconds(house: House) -> float:
    """Let the worker do what is due, and say how long that took."""
    begun = perf_counter()
    house.worker().run_due()
    return perf_counter() - begun


def _connected(house: House, count: int) -> list[GoogleLink]:
    """Return the links in a random order; all have to be connected."""
    with house.database.reading() as uow:
        links = [one for one in uow.google.links.links() if one.state is LinkState.CONNECTED]
    if len(links) != count or any(one.failures for one in links):
        raise WrongOutcome(f"{len(links)} of {count} links are connected")
    random.Random(1).shuffle(links)  # noqa: S311 - nobody has to guess it
    return links


def _look(house: House) -> float:
    """Return how many milliseconds it takes to see that nothing is due."""
    took = []
    for _ in range(_LOOKS):
        begun = perf_counter()
        with house.database.reading() as uow:
            due = uow.google.links.due(house.clock.now())
        took.append(1000 * (perf_counter() - begun))
        if due:
            raise WrongOutcome("a link is due again at once")
    return median(took)


def _spread(house: House, links: list[GoogleLink]) -> None:
    """Let links have their turns evenly over the usual time, as they come to be."""
    now, apart = house.clock.now(), _POLL / len(links)
    with house.database.writing() as uow:
        for number, link in enumerate(links):
            for calendar in uow.google.calendars.of_link(link.id):
                uow.google.calendars.hurry(link.id, calendar.id, now + number * apart)


def _lags(house: House, links: list[GoogleLink], between: float) -> list[float]:
    """Book for some links while the worker runs; return the seconds until Google had it."""
    noted, apart = _Noted(), threading.Event()
    booked: dict[GoogleLinkId, float] = {}
    with _running(house, noted):
        for link in links:
            house.book(link.user)
            booked[link.id] = perf_counter()
            apart.wait(between)
        noted.wait_for(booked)
    return [noted.written[link] - at for link, at in booked.items()]


@contextmanager
def _running(house: House, noted: _Noted) -> Iterator[None]:
    worker = house.worker(noted)
    thread = threading.Thread(target=worker.run, name="worker")
    thread.start()
    try:
        yield
    finally:
        worker.stopped.set()
        thread.join()
