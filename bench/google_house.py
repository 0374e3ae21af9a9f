"""A practice whose practitioners are linked with the local Google, and its real worker."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from bench.google_beside import Account, Clock
from server.domain.appointment import Details, ServiceLine
from server.domain.calendars import Actor
from server.domain.google import CalendarRole, EventMap, GoogleCalendar, GoogleLink, LinkState
from server.domain.ids import (
    AppointmentId,
    ClientNumber,
    GoogleLinkId,
    PracticeId,
    UserName,
)
from server.domain.money import Money
from server.domain.practice import Client, Practice, Service, User
from server.domain.vocabulary import Door, Kind, Role, Status
from server.domain.when import Timed, When
from server.google_sync.links.accounts import new_account
from server.google_sync.links.oauth import NEEDED, Granted
from server.google_sync.links.oauth_tokens import with_tokens
from server.google_sync.links.office import Office, Terms, opened
from server.google_sync.worker.cycle import cycle
from server.google_sync.worker.worker import Cycle, Worker
from server.practice_db.database import SqlDatabase, create_practice, open_database
from server.practice_db.engines import connect
from server.practice_db.key_file import Keys
from server.practice_db.migrations import upgrade
from server.practice_db.sealing import Purpose
from server.usecases.context import Context
from server.usecases.edit_appointment import Changes, Target, edit_appointment, new_appointment
from server.usecases.manage_users import add_user

ZONE: Final = ZoneInfo("America/New_York")
WITHOUT_LIMIT: Final = 10_000_000
_LENGTH: Final = timedelta(minutes=40)
_APART: Final = timedelta(hours=1)
_OF_A_DAY: Final = 10
_FIRST_HOUR: Final = 8
_KEYS: Final = Keys("bench", {"bench": b"k" * 32})
_ADMIN: Final = Actor(UserName("admin"), Role.ADMIN, Door.COMMAND_LINE)
_CLIENT: Final = ClientNumber("C1")
_SERVICES: Final = (ServiceLine("97810"),)
_TOKEN_LIFE: Final = timedelta(minutes=55)
_TOGETHER: Final = 50


def migrated(url: str) -> None:
    """Make an empty database ready."""
    engine = connect(url)
    upgrade(engine)
    engine.dispose()


@dataclass
class House:
    """A practice, its office for Google, and the time."""

    database: SqlDatabase
    office: Office
    clock: Clock
    opened_at: datetime

    def hire(self, name: UserName) -> None:
        """Add a practitioner."""
        self.hire_all([name])

    def hire_all(self, names: Sequence[UserName]) -> None:
        """Add practitioners, many in a transaction."""
        for some in _in_parts(names):
            with self.database.writing() as uow:
                for name in some:
                    mail = f"{name}@practice.example"
                    user = User(name, name, mail, Role.PRACTITIONER, "needles")
                    add_user(uow, self.context(), user)

    def link(self, user: UserName, account: Account, *watched: str) -> GoogleLinkId:
        """Store what a consent leaves behind; the worker does what is left."""
        number = GoogleLinkId(secrets.token_hex(5))
        sealing = self.office.sealing
        key = sealing.seal(secrets.token_hex(32), number, Purpose.LINK_KEY)
        now = self.clock.now()
        # Tokens are as old as the local Google, whose clock may have jumped since.
        until = now - self.clock.moved + _TOKEN_LIFE
        granted = Granted(account.access, until, account.refresh, NEEDED, account.email)
        with self.database.writing() as uow:
            known = new_account(uow, sealing, number, account.email)
            new = GoogleLink(number, user, LinkState.CONNECTING, known, key, made_at=now)
            uow.google.links.save_link(with_tokens(self.office, new, granted))
            for calendar in watched:
                uow.google.calendars.save(
                    GoogleCalendar(number, calendar, CalendarRole.WATCHED)
                )
        return number

    def book_many(self, user: UserName, count: int) -> list[AppointmentId]:
        """Book appointments on the days from tomorrow on, with gaps in between."""
        booked: list[AppointmentId] = []
        for some in _in_parts(range(count)):
            with self.database.writing() as uow:
                for number in some:
                    when = timed(self.begin_of(number))
                    booked.append(new_appointment(uow, self.context(), when, _details(user)))
        return booked

    def book(self, user: UserName) -> None:
        """Book the first appointment of the day after tomorrow."""
        with self.database.writing() as uow:
            when = timed(self.begin_of(_OF_A_DAY))
            new_appointment(uow, self.context(), when, _details(user))

    def begin_of(self, number: int, later: timedelta = timedelta()) -> datetime:
        """Return when an appointment of ``book_many`` begins, or that much later."""
        day, place = divmod(number, _OF_A_DAY)
        its_day = self.opened_at.astimezone(ZONE) + timedelta(days=1 + day)
        first = its_day.replace(hour=_FIRST_HOUR, minute=0, second=0, microsecond=0)
        return first + place * _APART + later

    def edit_many(self, changes: Iterable[tuple[AppointmentId, Changes]]) -> None:
        """Change appointments, many in a transaction."""
        for some in _in_parts(list(changes)):
            with self.database.writing() as uow:
                for number, changed in some:
                    edit_appointment(uow, self.context(), Target(number), changed)

    def worker(self, does: Cycle = cycle, **more: Any) -> Worker:  # noqa: ANN401 - its fields
        """Return the worker as it runs in the server."""
        return Worker([self.office], does, **more)

    def hurry(self) -> None:
        """Let every calendar be read now."""
        now = self.clock.now()
        with self.database.writing() as uow:
            for link in uow.google.links.links():
                for calendar in uow.google.calendars.of_link(link.id):
                    uow.google.calendars.hurry(link.id, calendar.id, now)

    def stored(self, link: GoogleLinkId) -> GoogleLink:
        """Return a link as it is kept."""
        with self.database.reading() as uow:
            found = uow.google.links.link(link)
        if found is None:
            raise RuntimeError("the link is gone")
        return found

    def pairs(self, link: GoogleLinkId) -> dict[AppointmentId, EventMap]:
        """Return what stands in Google, by appointment."""
        with self.database.reading() as uow:
            return {one.appointment: one for one in uow.google.events.all(link)}

    def waiting(self, link: GoogleLinkId) -> int:
        """Return how much is still to be told, applied or settled."""
        with self.database.reading() as uow:
            tally = uow.google.events.tally(link)
        return tally.waiting + tally.staged + tally.pending + tally.conflicting + tally.parked

    def times(self, numbers: Sequence[AppointmentId]) -> list[When]:
        """Return when appointments are."""
        with self.database.reading() as uow:
            found = uow.appointments.get_many(numbers)
        return [found[each].first_part.when for each in numbers]

    def context(self) -> Context:
        """Return who acts, and when."""
        return Context(_ADMIN, self.clock.now())


@contextmanager
def practice_at(url: str, slug: str, clock: Clock, **said: Any) -> Iterator[House]:  # noqa: ANN401
    """Make a practice in a migrated database; ``said`` are fields of Terms, else no limits."""
    engine = connect(url)
    create_practice(engine, Practice(PracticeId(0), slug, "Bench", ZONE))
    engine.dispose()
    database = open_database(url, slug)
    google = clock.google
    usual = Terms(
        google.project,
        google.url,
        units=WITHOUT_LIMIT,
        units_project=WITHOUT_LIMIT,
        between_writes=0,
    )
    try:
        with database.writing() as uow:
            uow.configuration.save_service(Service("97810", "A service", Money(6500)))
            uow.clients.save(Client(_CLIENT, "Demo", "Person"))
        with opened(database, clock, _KEYS, replace(usual, **said)) as office:
            yield House(database, office, clock, clock.now())
    finally:
        database.close()


def timed(start: datetime) -> Timed:
    """Return when an appointment is that begins then."""
    return Timed(start, start + _LENGTH)


def _details(user: UserName) -> Details:
    return Details(Kind.SESSION, Status.BOOKED, user, client=_CLIENT, services=_SERVICES)


def _in_parts(of: Sequence[Any]) -> Iterator[list[Any]]:
    left = iter(of)
    while some := list(islice(left, _TOGETHER)):
        yield some
