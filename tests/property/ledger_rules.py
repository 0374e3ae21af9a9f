"""What a practice does with appointments, on the server and in the model's books at once.

Whether an act is possible the model says beforehand; the server must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

from hypothesis.stateful import RuleBasedStateMachine

from server.billing_hooks.notes import sign_note, unlock_note
from server.domain.appointment import FeeOverride, Part, ServiceLine
from server.domain.calendars import StoredObject
from server.domain.charges import ChargeKind
from server.domain.errors import PracticeError
from server.domain.ids import AppointmentId, ClientNumber, PayerId, UserName
from server.domain.money import Money
from server.domain.vocabulary import Status
from server.domain.when import MASTER, RecurrenceKey, Timed, key_of
from server.practice_db.database import SqlDatabase
from server.usecases.context import Context
from server.usecases.delete_appointment import delete_appointment, restore_appointment
from server.usecases.edit_appointment import (
    Changes,
    Scope,
    Target,
    edit_appointment,
    part_at,
)
from server.usecases.move_event import Move, move_event
from server.usecases.ports import UnitOfWork
from tests.contract.billing_house import Practice
from tests.practice import ADMIN, DESK, WEEKLY, at, event, furnish, session, timed
from tests.property.ledger_model import NO_SHOW_FEE, SERVICES, Books, Visit

NAMES = {"C1001": "Jane Doe", "C1002": "John Doe", "C1003": "Jana Dorn"}
Act = Callable[[UnitOfWork, Context], object]
PAYER = PayerId("sunrise")
_FIRST_DAY = date(2026, 11, 24)
_LOOKED_AT = 3
"""Of how many occurrences of a series there are visits in the books."""
_MARKS = {"arrived": "#arrived", "no-show": "#noshow", "late-cancelled": "#late"}


class Working(RuleBasedStateMachine):
    """A practice in a database, its books as the model keeps them, and acts on both."""

    house: Practice
    books: Books

    def furnish(self, database: SqlDatabase) -> None:
        """Make the practice, with a fee for who does not come."""
        with database.writing() as uow:
            furnish(uow)
        self.house = Practice(database)
        self.house.insure(PAYER)
        self.house.set_fee(ChargeKind.NO_SHOW, NO_SHOW_FEE)
        self.books = Books()

    @contextmanager
    def expecting(self, possible: bool) -> Iterator[None]:
        """See that what is done inside is refused just if it is not possible."""
        # Nothing happens twice in the same moment.
        self.house.now += timedelta(seconds=1)
        refused: PracticeError | None = None
        try:
            yield
        except PracticeError as error:
            refused = error
        assert possible is (refused is None), refused

    def act(self, possible: bool, do: Act, user: UserName = DESK) -> bool:
        """Do something in one transaction; return whether it was possible."""
        with self.expecting(possible), self.house.database.writing() as uow:
            do(uow, self.house.context(user))
        return possible

    # --- booking ----------------------------------------------------------------------------

    def book(self, client: str, name: str, day: int, *, series: bool) -> None:
        """Book an appointment, or a weekly series, at the desk."""
        start = at(24, 8 + len(self.books.visits) % 10) + timedelta(days=day)
        details = session(ClientNumber(client), name)
        number = self.house.book(timed(start), details, WEEKLY if series else None)
        for week in range(_LOOKED_AT if series else 1):
            begin = start + timedelta(weeks=week)
            key = key_of(begin) if series else MASTER
            self.books.visits.append(Visit(number, key, client, name, begin.date()))

    def book_by_title(self, client: str, name: str, *, arrived: bool) -> None:
        """Book as a calendar app does, by words in a title."""
        count = len(self.books.visits)
        start = at(24, 8 + count % 10).strftime("%Y%m%dT%H%M%S")
        title = f"{name} {NAMES[client]}" + (" #arrived" if arrived else "")
        with self.expecting(possible=True):
            self.house.put(event(title, start, uid=f"u{count}"), href=f"{count}.ics")
        number = self.house.of_href(f"{count}.ics")
        visit = Visit(number, MASTER, client, name, _FIRST_DAY)
        visit.status = "arrived" if arrived else "booked"
        visit.settle(None)
        self.books.visits.append(visit)

    # --- what becomes of it -----------------------------------------------------------------

    def become(self, visit: Visit, status: str, fee: int | None, *, by_title: bool) -> None:
        """Give a visit another status, at the desk or by a mark in its title."""
        fee = visit.fee if fee is None else fee
        possible = self.books.may_become(visit, status, fee)
        text = self._marked(visit, status, fee) if by_title else ""
        if text:
            owner = UserName(visit.owner)
            with self.expecting(possible):
                self.house.put(text, owner, self._object(visit).href)
        else:
            said = {"status": Status(status), "fee": _override(fee)}
            self.act(possible, _edit(visit, said))
        if possible:
            before = visit.facts()
            visit.status, visit.fee = status, fee
            visit.settle(before)

    def _marked(self, visit: Visit, status: str, fee: int | None) -> str:
        """Return the text whose title says so; "" where none is shown, or no mark says it."""
        shown = self._shown(visit)
        if not shown or visit.key or status not in _MARKS or status == visit.status:
            return ""
        amount = "" if fee is None or status == "arrived" else f" ${fee // 100}"
        return shown.replace("SUMMARY:", f"SUMMARY:{_MARKS[status]}{amount} ")

    def _shown(self, visit: Visit) -> str:
        return self.house.shown(AppointmentId(visit.number), UserName(visit.owner))

    def _object(self, visit: Visit) -> StoredObject:
        objects = self.house.stored(UserName(visit.owner))
        return next(one for one in objects if one.appointment == visit.number)

    def take_check_away(self, visit: Visit) -> None:
        """Undo an arrival as a calendar app does: the sign is deleted from the title."""
        owner, shown = UserName(visit.owner), self._shown(visit)
        if "SUMMARY:✓ " not in shown or visit.key:
            return
        possible = not self.books.locks(visit)
        with self.expecting(possible):
            text = shown.replace("SUMMARY:✓ ", "SUMMARY:")
            self.house.put(text, owner, self._object(visit).href)
        if possible:
            visit.status = "booked"
            visit.settle(None)

    def change(self, visit: Visit, **said: object) -> bool:
        """Change client or location, as Details name them."""
        same = all(getattr(visit, name) == value for name, value in said.items())
        possible = same or not self.books.locks(visit)
        if self.act(possible, _edit(visit, said)):
            before = visit.facts()
            for name, value in said.items():
                setattr(visit, name, str(value))
            visit.settle(before)
        return possible

    def charge_units(self, visit: Visit, units: int) -> None:
        """Give a visit's first service another number of units."""
        code = SERVICES[visit.session][0]
        possible = visit.units.get(code, 1) == units or not self.books.locks(visit)

        def edit(uow: UnitOfWork, context: Context) -> None:
            first, *more = _part(uow, visit).details.services
            changed = ServiceLine(first.code, units, first.modifiers)
            _edit(visit, {"services": (changed, *more)})(uow, context)

        if self.act(possible, edit):
            before = visit.facts()
            visit.units[code] = units
            visit.settle(before)

    def drag(self, visit: Visit, days: int) -> None:
        """Drag a visit to another day."""
        possible = not self.books.locks(visit)
        if self.act(possible, _edit(visit, {}, days)):
            visit.day += timedelta(days=days)

    def hand_over(self, visit: Visit) -> None:
        """Move the object of an appointment into the other practitioner's calendar."""
        owner = "theo" if visit.owner == "alma" else "alma"
        if visit.key or not self._shown(visit):
            return
        href = self._object(visit).href
        source = (UserName(visit.owner), "appointments", href)
        target = (
            UserName(owner),
            "appointments",
            f"{visit.number}-{self.house.now:%H%M%S}.ics",
        )

        def move(uow: UnitOfWork, context: Context) -> None:
            move_event(uow, context, Move(source, target, uow.catalogue.user[DESK]))

        if self.act(not self.books.locks(visit), move):
            visit.owner = owner

    def touch(self, visit: Visit) -> None:
        """Add a line of an app's own, which passes every lock."""
        shown = self._shown(visit)
        if not shown:
            return
        head, _, rest = shown.partition("END:VEVENT")
        text = f"{head}X-SEEN:{self.house.now:%H%M%S}\r\nEND:VEVENT{rest}"
        with self.expecting(possible=True):
            self.house.put(text, UserName(visit.owner), self._object(visit).href)

    def begin_to_repeat(self, visit: Visit) -> None:
        """Make a single appointment a series: what has happened is its first occurrence's."""
        if visit.key:
            return
        when = self.house.get(AppointmentId(visit.number)).first_part.when
        assert isinstance(when, Timed)
        target, weekly = _target(visit), Changes(recurrence=WEEKLY)
        act = edit_appointment
        self.act(True, lambda uow, context: act(uow, context, target, weekly))  # noqa: FBT003 - always
        visit.key = key_of(when.start)

    # --- the end of it ----------------------------------------------------------------------

    def siblings(self, visit: Visit) -> list[Visit]:
        """Return the visits of the same appointment."""
        return [one for one in self.books.visits if one.number == visit.number]

    def delete(self, visit: Visit, *, whole: bool) -> None:
        """Delete an appointment, a series, or one occurrence of it."""
        ended = self.siblings(visit) if whole else [visit]
        possible = not any(self.books.locks(one) for one in ended)
        target = Target(AppointmentId(visit.number)) if whole else _target(visit)
        act = delete_appointment
        if self.act(possible, lambda uow, context: act(uow, context, target)):
            for one in ended:
                one.ended, one.deleted = whole or one.ended, one.deleted or not whole
                one.settle(None)

    def restore(self, visit: Visit) -> None:
        """Bring back what was deleted, as it was deleted."""
        whole = visit.ended
        target = Target(AppointmentId(visit.number)) if whole else _target(visit)
        act = restore_appointment
        self.act(True, lambda uow, context: act(uow, context, target))  # noqa: FBT003 - always
        for one in self.siblings(visit) if whole else [visit]:
            one.ended, one.deleted = False, one.deleted and whole
            one.settle(None)

    def sign(self, visit: Visit, *, signed: bool) -> None:
        """Sign a note, or unlock it."""
        target = _target(visit)

        def do(uow: UnitOfWork, context: Context) -> None:
            if signed:
                sign_note(uow, context, target)
            else:
                unlock_note(uow, context, target)

        if self.act(visit.signed is not signed, do, ADMIN):
            visit.signed = signed


def _target(visit: Visit) -> Target:
    key = RecurrenceKey(visit.key)
    return Target(AppointmentId(visit.number), key, Scope.THIS if key else Scope.ALL)


def _edit(visit: Visit, said: Mapping[str, object], days: int = 0) -> Act:
    def edit(uow: UnitOfWork, context: Context) -> None:
        when = None
        if days:
            was = _part(uow, visit).when
            assert isinstance(was, Timed)
            start = was.start + timedelta(days=days)
            when = Timed(start, start + was.duration)
        edit_appointment(uow, context, _target(visit), Changes(said, when))

    return edit


def _part(uow: UnitOfWork, visit: Visit) -> Part:
    found = uow.appointments.get(AppointmentId(visit.number))
    assert found is not None
    return part_at(found, RecurrenceKey(visit.key))


def _override(fee: int | None) -> FeeOverride | None:
    return None if fee is None else FeeOverride(Money(fee))
