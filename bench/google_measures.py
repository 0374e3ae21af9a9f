"""One link by itself: first sync, changes on either side, and what it costs when idle."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Final

from bench.google_beside import Asked, Clock, Google
from bench.google_house import House, practice_at, timed
from bench.google_site import told_at
from bench.processes import free_port
from server.domain.ids import AppointmentId, GoogleLinkId, UserName
from server.domain.vocabulary import Status
from server.google_sync.links.office import BETWEEN_WRITES, Terms
from server.usecases.edit_appointment import Changes

_ALMA: Final = UserName("alma")
_HERE: Final = timedelta(minutes=5)
_THERE: Final = timedelta(minutes=10)
TOGETHER: Final = 8
"""How many links are synced at once."""
_TURNS_AT_MOST: Final = 10_000
_WITH_PUSH: Final = timedelta(days=8)
"""Long enough for a channel to be replaced and for the weekly read of everything."""
_WITHOUT: Final = timedelta(days=1)
_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Rate:
    """So many objects in so many seconds, and what Google was asked for them."""

    objects: int
    seconds: float
    asked: Asked

    @property
    def a_second(self) -> float:
        """Objects a second."""
        return self.objects / self.seconds

    @property
    def writes_each(self) -> float:
        """Write requests for each object."""
        return self.asked.writes / self.objects


@dataclass(frozen=True, slots=True)
class OneLink:
    """What one link did with a Google that takes so long to answer."""

    first: Rate
    moved_here: Rate
    moved_there: Rate
    cancelled_here: Rate
    quiet: Asked


@dataclass(frozen=True, slots=True)
class Idle:
    """What an idle link asks for: calls and tokens an hour, and most calls within an hour."""

    calls: float
    tokens: float
    most: int


class WrongOutcome(Exception):
    """The two sides are not what they were to become; nothing is worth its time then."""


def measure_link(url: str, slug: str, clock: Clock, count: int, answers: float) -> OneLink:
    """Sync appointments for the first time, then changes on both sides."""
    google = clock.google
    with practice_at(url, slug, clock) as house:
        house.hire(_ALMA)
        booked = house.book_many(_ALMA, count)
        account = google.take()
        link = house.link(_ALMA, account)
        house.database.refresh_statistics()
        google.answer_after(answers)
        try:
            return _OneLink(house, google, (link, account.email), booked).measured()
        finally:
            google.answer_after(0)


class _OneLink:
    """The measures of one link, in their order."""

    def __init__(
        self,
        house: House,
        google: Google,
        link: tuple[GoogleLinkId, str],
        booked: Sequence[AppointmentId],
    ) -> None:
        self._house = house
        self._google = google
        self._link, self._email = link
        self._booked = booked

    def measured(self) -> OneLink:
        first = self._rate()
        self._move_here()
        moved_here = self._rate()
        self._check(_HERE)
        self._move_there()
        moved_there = self._rate()
        self._check(_THERE)
        self._cancel_here()
        cancelled = self._rate()
        if self._google.begins(self._email, self._calendar):
            raise WrongOutcome("what was cancelled is in Google")
        for _ in range(2):
            self._house.hurry()
            self._house.worker().run_due()
        return OneLink(first, moved_here, moved_there, cancelled, self._google.asked())

    def _rate(self) -> Rate:
        self._google.asked()
        begun = perf_counter()
        self._house.worker().run_due()
        seconds = perf_counter() - begun
        if left := self._house.waiting(self._link):
            raise WrongOutcome(f"{left} objects are not settled")
        return Rate(len(self._booked), seconds, self._google.asked())

    def _move_here(self) -> None:
        self._house.edit_many(
            (number, Changes(when=timed(self._house.begin_of(place, _HERE))))
            for place, number in enumerate(self._booked)
        )

    def _move_there(self) -> None:
        calendar, pairs = self._calendar, self._house.pairs(self._link)
        for place, number in enumerate(self._booked):
            start = {"dateTime": self._house.begin_of(place, _THERE).isoformat()}
            event = pairs[number].event
            named = {"account": self._email, "calendar": calendar, "event": event}
            self._google.act("move", **named, start=start)
        self._house.hurry()

    def _cancel_here(self) -> None:
        gone = Changes({"status": Status.CANCELLED})
        self._house.edit_many((number, gone) for number in self._booked)

    def _check(self, later: timedelta) -> None:
        """Look at both sides: every appointment is to be where it was moved to."""
        places = range(len(self._booked))
        wanted = [timed(self._house.begin_of(place, later)) for place in places]
        pairs = self._house.pairs(self._link)
        there = self._google.begins(self._email, self._calendar)
        found = [there.get(pairs[number].event) for number in self._booked]
        here = self._house.times(self._booked)
        if here != wanted or found != [one.start for one in wanted]:
            raise WrongOutcome("an appointment is not where it was moved to")

    @property
    def _calendar(self) -> str:
        return self._house.stored(self._link).managed


def measure_together(url: str, slug: str, clock: Clock, count: int, answers: float) -> Rate:
    """Sync several links for the first time, side by side in one worker."""
    google = clock.google
    with practice_at(url, slug, clock) as house:
        names = [UserName(f"alma{number}") for number in range(TOGETHER)]
        house.hire_all(names)
        for name in names:
            house.book_many(name, count)
        links = [house.link(name, google.take()) for name in names]
        google.answer_after(answers)
        google.asked()
        begun = perf_counter()
        try:
            house.worker().run_due()
        finally:
            seconds = perf_counter() - begun
            google.answer_after(0)
        if any(house.waiting(link) for link in links):
            raise WrongOutcome("the first sync of several links does not end")
        return Rate(count * TOGETHER, seconds, google.asked())


def measure_limits(url: str, slug: str, clock: Clock, count: int) -> float:
    """Return how many appointments a minute a first sync brings over within all limits.

    The limits are those that a practice has unless it says otherwise; waiting takes no time.
    """
    google = clock.google
    usual = Terms(google.project, google.url)
    limits = {"units": usual.units, "units_project": usual.units_project}
    with practice_at(url, slug, clock, **limits, between_writes=BETWEEN_WRITES) as house:
        house.hire(_ALMA)
        house.book_many(_ALMA, count)
        link = house.link(_ALMA, google.take())
        worker = house.worker(seconds=clock.seconds, pause=clock.pause)
        begun = clock.now()
        for _ in range(_TURNS_AT_MOST):
            worker.run_due()
            if not house.waiting(link):
                return 60 * count / (clock.now() - begun).total_seconds()
            clock.pause(1)
    raise WrongOutcome("the first sync does not end")


def measure_idle(url: str, slug: str, clock: Clock, *watched: str, push: bool = True) -> Idle:
    """Let a link be idle for days, with a clock that jumps to whatever is due next."""
    google = clock.google
    with _idle_house(url, slug, clock, push=push) as house:
        house.hire(_ALMA)
        house.book_many(_ALMA, 10)
        link = house.link(_ALMA, google.take(), *watched)
        worker = house.worker(seconds=clock.seconds, pause=clock.pause)
        for _ in range(10):
            worker.run_due()
            clock.pause(1)
        google.asked()
        begun = clock.now()
        asked: list[tuple[float, Asked]] = []
        while clock.now() - begun < (_WITH_PUSH if push else _WITHOUT):
            clock.pause(max(1.0, (_next_due(house, link) - clock.now()).total_seconds()))
            worker.run_due()
            asked.append(((clock.now() - begun).total_seconds(), google.asked()))
        return _idle(asked)


@contextmanager
def _idle_house(url: str, slug: str, clock: Clock, *, push: bool) -> Iterator[House]:
    port = free_port()
    address = f"http://127.0.0.1:{port}" if push else ""
    with practice_at(url, slug, clock, public_url=address) as house, told_at(house, port):
        yield house


def _idle(asked: Sequence[tuple[float, Asked]]) -> Idle:
    hours = asked[-1][0] / _HOUR
    calls = sum(one.calls for _, one in asked)
    tokens = sum(one.tokens for _, one in asked)
    within = (
        sum(one.calls for at, one in asked if begin <= at < begin + _HOUR) for begin, _ in asked
    )
    return Idle(calls / hours, tokens / hours, max(within))


def _next_due(house: House, link: GoogleLinkId) -> datetime:
    """Return when the link has its next turn."""
    with house.database.reading() as uow:
        calendars = uow.google.calendars.of_link(link)
        channels = uow.google.calendars.channels(link)
    reads = [one.poll_at for one in calendars if one.poll_at is not None]
    return min([*reads, *(one.renew_at for one in channels)])
