"""Making the demo practice: all by the use cases that people use, in the order it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.appointment import Details, FeeOverride
from server.domain.bookings import Visitor
from server.domain.calendars import Actor
from server.domain.errors import NotAllowed
from server.domain.ids import AppointmentId, ClientNumber, UserName
from server.domain.money import parse_money
from server.domain.practice import Practice
from server.domain.vocabulary import Door, Kind, Role, Status
from server.domain.when import Timed, When, key_of, moved_to
from server.ics.lines import fold
from server.ics.moments import when_lines
from server.ics.reader import read_object
from server.usecases.book import BookingWanted, book
from server.usecases.context import Context
from server.usecases.delete_appointment import delete_appointment
from server.usecases.demo.entries import FIRST_WEEK, TUE, WEEK, Entry, Fate, Today
from server.usecases.demo.hours import draw_hours
from server.usecases.demo.offers import MAIN, RETIRED_TYPE, add_offers
from server.usecases.demo.people import DESK, THEO, USERS, add_people
from server.usecases.demo.story import Deed, deeds
from server.usecases.describe_appointment import Wanted, described
from server.usecases.edit_appointment import (
    Changes,
    Scope,
    Target,
    edit_appointment,
    new_appointment,
)
from server.usecases.manage_session_types import archive_session_type
from server.usecases.manage_users import APPOINTMENTS
from server.usecases.ports import UnitOfWork
from server.usecases.put_event import Put, put_event
from server.usecases.repeat_presets import recurrence_of

SLUG = "demo"
NAME = "Demo practice (everybody in it is invented)"
"""The name by which a demo practice is known from a real one."""
ZONE = ZoneInfo("America/New_York")

Progress = Callable[[int, int], None]
"""Told how many of how many events of the story have been entered."""

Furnish = Callable[[UnitOfWork, Context], None]
"""Called when people and offers are there, and nothing is booked yet."""

_AT_THE_DESK = Actor(DESK, Role.FRONT_DESK, Door.COMMAND_LINE)
_ONLINE = Actor(UserName("booking"), Role.FRONT_DESK, Door.BOOKING)
_OPENED_BEFORE = timedelta(days=-FIRST_WEEK * WEEK + 14)


def make_demo(
    uow: UnitOfWork,
    context: Context,
    progress: Progress | None = None,
    furnish: Furnish | None = None,
) -> bool:
    """Fill the demo practice with people and six weeks around now; False if it is filled.

    All in the transaction of the caller: a practice that was half made is none. Raises
    NotAllowed for a practice that is not a demo.
    """
    refuse_real(uow.practice)
    if any(user.name in uow.catalogue.user for user in USERS):
        return False
    opened = replace(context, now=context.now - _OPENED_BEFORE)
    add_people(uow, opened)
    add_offers(uow, opened)
    if furnish is not None:
        furnish(uow, opened)
    draw_hours(uow, opened, Today(context.now, uow.practice.zone))
    _tell_story(uow, context, progress)
    archive_session_type(uow, RETIRED_TYPE)
    _type_an_ambiguous_title(uow, context)
    return True


def refuse_real(practice: Practice) -> None:
    """Raise NotAllowed for a practice that was not made as a demo."""
    if practice.name != NAME:
        raise NotAllowed(
            f"The practice '{practice.slug}' is not a demo. "
            "Name another folder with --data-dir, or another practice with --practice."
        )


def _tell_story(uow: UnitOfWork, context: Context, progress: Progress | None) -> None:
    today = Today(context.now, uow.practice.zone)
    story = deeds(today)
    book = _Book(uow, context, today)
    for done, deed in enumerate(story, 1):
        book.do(deed)
        if progress is not None:
            progress(done, len(story))


@dataclass(slots=True)
class _Book:
    """The book being written; each entry's appointment is remembered."""

    uow: UnitOfWork
    context: Context
    today: Today
    made: dict[Entry, AppointmentId] = field(default_factory=dict)

    def do(self, deed: Deed) -> None:
        """Do what was done at that time."""
        context = replace(self.context, actor=_AT_THE_DESK, now=deed.at)
        if deed.fate is None:
            self.made[deed.entry] = self._book(context, deed.entry)
        elif deed.fate.deleted:
            delete_appointment(self.uow, context, self._target(deed))
        else:
            changes = self._changes(context, deed, deed.fate)
            edit_appointment(self.uow, context, self._target(deed), changes)

    def _book(self, context: Context, entry: Entry) -> AppointmentId:
        if entry.online is not None:
            return self._book_online(replace(context, actor=_ONLINE), entry)
        blank = Details(Kind.OTHER, Status.BOOKED, entry.owner)
        details = described(self.uow, entry.wanted, blank, context.rules.currency)
        when = self.today.when(entry)
        recurrence = recurrence_of(entry.repetition(), when)
        return new_appointment(self.uow, context, when, details, recurrence)

    def _book_online(self, context: Context, entry: Entry) -> AppointmentId:
        """Book as a client does on the booking page; nobody who is invented is mailed."""
        number = ClientNumber(entry.wanted.client or "")
        client = self.uow.clients.get_many([number])[number]
        visitor = Visitor(client.full_name, client.email, client.phone)
        start = self.today.start(entry, entry.week)
        session = entry.wanted.session or ""
        wanted = BookingWanted(session, start, visitor, entry.owner, MAIN, entry.online or "")
        made = book(self.uow, context, wanted)
        for mail in self.uow.mails.of_booking(made.id):
            self.uow.mails.save(replace(mail, settled_at=context.now))
        return made.appointment

    def _target(self, deed: Deed) -> Target:
        entry = deed.entry
        if not entry.every:
            return Target(self.made[entry])
        key = key_of(self.today.start(entry, deed.week))
        following = deed.fate is not None and deed.fate.following
        scope = Scope.FOLLOWING if following else Scope.THIS
        return Target(self.made[entry], key, scope)

    def _changes(self, context: Context, deed: Deed, fate: Fate) -> Changes:
        said: dict[str, Any] = {}
        if fate.status is not None:
            said["status"] = fate.status
        if fate.fee:
            said["fee"] = FeeOverride(parse_money(fate.fee, context.rules.currency))
        return Changes(said, when=self._moved(deed, fate))

    def _moved(self, deed: Deed, fate: Fate) -> When | None:
        if fate.moved is None:
            return None
        days, at = fate.moved
        start = self.today.start(deed.entry, deed.week).astimezone(self.today.zone)
        moved = replace(deed.entry, at=at)
        day = start.date() + timedelta(days=days)
        return moved_to(self.today.when(deed.entry), self.today.moment(moved, day))


def _type_an_ambiguous_title(uow: UnitOfWork, context: Context) -> None:
    """Theo types a name in a calendar app that two clients have: a hold that asks (part 4)."""
    today = Today(context.now, uow.practice.zone)
    theo = uow.catalogue.user[THEO]
    start = today.moment(_HOLD, today.monday + timedelta(days=_HOLD.day))
    sent = read_object(_typed(context.now, Timed(start, start + timedelta(hours=1))), ZONE)
    by_app = replace(context, actor=Actor(theo.name, theo.role, Door.CALDAV))
    put_event(uow, by_app, Put(theo.name, APPOINTMENTS, f"{_UID}.ics", theo, sent))


_HOLD = Entry(THEO, WEEK + TUE, "18:00", 60, Wanted(session="psy50"))
_UID = "7d0f6a52-demo-which-garcia"


def _typed(now: datetime, when: Timed) -> str:
    return fold(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN",
            "BEGIN:VEVENT",
            f"UID:{_UID}",
            f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
            *when_lines(when),
            "SUMMARY:psy50 Maria Garcia",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
