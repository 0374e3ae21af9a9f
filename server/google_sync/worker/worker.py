"""The worker: looks after all links that are due, each by one writer, side by side."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias

from server.domain.errors import PracticeError
from server.domain.google import GoogleLink, LinkState
from server.domain.ids import PracticeId
from server.google_sync.http.calls import CallFailed
from server.google_sync.links.channels import look_after_channels
from server.google_sync.links.connect_calendar import establish
from server.google_sync.links.disconnect import carry_out
from server.google_sync.links.lease import holding, new_holder
from server.google_sync.links.office import Office, allowed_level, resealed
from server.google_sync.links.resealing import reseal
from server.google_sync.links.syncing import LeaseLost, LinkGone, Report, Syncing
from server.google_sync.links.turn import Limits, Patience, Turn, turn_of
from server.google_sync.worker.comparing import compare_busy
from server.google_sync.worker.queue import FairQueue, Place
from server.google_sync.worker.settle import TROUBLE, TurnEnd, settle
from server.practice_db.key_file import NoKey
from server.practice_db.sealing import WrongKey
from server.usecases.google_links import with_level

log = logging.getLogger(__name__)

Cycle: TypeAlias = Callable[[Syncing], Report]
"""What brings a link that is connected up to date on both sides."""

TURN_SECONDS: Final = 20.0
_LOOKING_EVERY: Final = 1.0
_ROUNDS_AT_MOST: Final = 10_000


@dataclass(slots=True)
class Worker:
    """Looks after the links of some practices; several workers may do so at once."""

    offices: Sequence[Office]
    cycle: Cycle
    stopped: threading.Event = field(default_factory=threading.Event)
    seconds: Callable[[], float] = time.monotonic
    pause: Callable[[float], bool] | None = None
    turn_seconds: float = TURN_SECONDS
    turns: int = 0
    _looked_at: float = float("-inf")
    _holder: str = field(default_factory=new_holder)
    _queue: FairQueue = field(init=False)
    _limits: dict[PracticeId, Limits] = field(init=False)
    _by_practice: dict[PracticeId, Office] = field(init=False)

    def __post_init__(self) -> None:
        self._queue = FairQueue(max(office.terms.threads for office in self.offices))
        self._by_practice = {office.sealing.practice: office for office in self.offices}
        self._limits = {
            practice: Limits.of(office) for practice, office in self._by_practice.items()
        }

    def run(self) -> None:
        """Look after whatever becomes due, until told to stop."""
        running: dict[Future[None], Place] = {}
        self._reseal()
        with self._threads() as threads:
            while not self.stopped.is_set():
                self._look()
                self._begin(threads, running)
                self._await(running, _LOOKING_EVERY)

    def run_due(self) -> int:
        """Look after links until none is due; return how many turns that took."""
        before = self.turns
        running: dict[Future[None], Place] = {}
        self._reseal()
        with self._threads() as threads:
            for _ in range(_ROUNDS_AT_MOST):
                self._look()
                self._begin(threads, running)
                if self._queue.is_idle or self.stopped.is_set():
                    break
                self._await(running, _LOOKING_EVERY)
        return self.turns - before

    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._queue.slots, thread_name_prefix="google")

    def _reseal(self) -> None:
        """Seal anew after a change of keys: links that have ended get no turn."""
        for office in self.offices:
            try:
                reseal(office)
            except PracticeError as error:
                log.warning(
                    "google not resealed practice=%d: %s", office.sealing.practice, error
                )

    def _look(self) -> None:
        """See what is due; while some of it still waits for its turn, only now and then."""
        now = self.seconds()
        if self._queue.has_due and now - self._looked_at < _LOOKING_EVERY:
            return
        self._looked_at = now
        for practice, office in self._by_practice.items():
            try:
                with office.database.reading() as uow:
                    self._queue.offer(practice, uow.google.links.due(office.clock.now()))
            except PracticeError as error:
                log.warning("google not looked after practice=%d: %s", practice, error)
                self._queue.offer(practice, ())

    def _begin(self, threads: ThreadPoolExecutor, running: dict[Future[None], Place]) -> None:
        while (place := self._queue.take()) is not None:
            running[threads.submit(self._turn, place)] = place
            self.turns += 1

    def _await(self, running: dict[Future[None], Place], seconds: float) -> None:
        """Wait until a turn ends, or for a while."""
        if not running:
            self.stopped.wait(seconds)
            return
        done, _ = wait(running, timeout=seconds, return_when=FIRST_COMPLETED)
        for future in done:
            place = running.pop(future)
            self._queue.end(place)
            error = future.exception()
            if error is not None:
                self._note(place, error)

    def _turn(self, place: Place) -> None:
        office = self._by_practice[place.practice]
        limits = self._limits[place.practice]
        pause = self.pause or self.stopped.wait
        patience = Patience(self.seconds, pause, self.turn_seconds)
        with holding(office.database, office.clock, place.link, self._holder) as held:
            if held is not None:
                take_turn(turn_of(office, held, limits, patience), self.cycle)

    def _note(self, place: Place, error: BaseException) -> None:
        """Let a link rest whose turn ended as nobody foresaw; others are none the wiser."""
        log.warning(
            "google turn failed practice=%d link=%s %s",
            *(place.practice, place.link, type(error).__name__),
        )
        if isinstance(error, (LeaseLost, LinkGone)):
            return
        try:
            self._let_rest(place, error)
        except PracticeError as again:
            log.warning("google link=%s is not put to rest: %s", place.link, again)

    def _let_rest(self, place: Place, error: BaseException) -> None:
        office = self._by_practice[place.practice]
        now = office.clock.now()
        with office.database.writing() as uow:
            link = uow.google.links.locked(place.link)
            if link is not None:
                rests = now + office.terms.poll
                failed = replace(link, failures=link.failures + 1, rests_until=rests)
                reason = failed.reason or _trouble(error)
                uow.google.links.save_link(replace(failed, reason=reason))


def _trouble(error: BaseException) -> str:
    """Return what a person is shown of an error: its condition, where it has one."""
    return error.condition if isinstance(error, (NoKey, WrongKey)) else TROUBLE


def take_turn(turn: Turn, cycle: Cycle) -> Report:
    """Do all that is due for a link that is held, and plan what comes next."""
    started = turn.office.clock.now()
    report = Report()
    try:
        report = _work(turn, cycle)
    except CallFailed as failure:
        report.failure = failure
    _finish(turn, started, report)
    return report


def _work(turn: Turn, cycle: Cycle) -> Report:
    link = _prepared(turn)
    if link.ending is not None:
        carry_out(turn)
        return Report()
    if link.state is LinkState.CONNECTING:
        link = establish(turn)
    if link.state is not LinkState.CONNECTED:
        return Report()
    syncing = _syncing(turn, link)
    report = cycle(syncing)
    if report.failure is None:
        look_after_channels(turn)
        compare_busy(syncing, report)
    return report


def _finish(turn: Turn, started: datetime, report: Report) -> None:
    asked = turn.calls.asked
    turn.office.counts.called(asked.outcomes)
    turn.office.counts.turned(failed=report.failure is not None)
    link = turn.stored()
    if link.state is not LinkState.DISCONNECTED:
        chance = random.random()  # noqa: S311 - spreads turns, guards nothing
        settle(turn, TurnEnd(started, chance, report.failure, report.more))
    log.info(
        "google turn link=%s requests=%d failed=%d read=%d applied=%d written=%d",
        *(link.id, asked.requests, asked.failures),
        *(report.read, report.applied, report.written),
    )


def _prepared(turn: Turn) -> GoogleLink:
    """Return the link under the keys and the highest level that the practice has now."""
    link = turn.stored()
    level = allowed_level(link.level, turn.office.terms.level)
    if resealed(turn.office, link) == link and level is link.level:
        return link
    with turn.office.database.writing() as uow:
        link = with_level(resealed(turn.office, turn.own(uow)), level)
        uow.google.links.save_link(link)
    return link


def _syncing(turn: Turn, link: GoogleLink) -> Syncing:
    office = turn.office
    return Syncing(
        office.database,
        turn.calls,
        office.clock,
        link.id,
        turn.held.lease,
        office.link_key(link),
        office.terms.engine,
    )
