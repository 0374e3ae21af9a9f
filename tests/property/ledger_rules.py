"""What a practice does with appointments, on the server and in the model's books at once.

Whether an act is possible the model says beforehand; the server must agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from hypothesis.stateful import RuleBasedStateMachine

from server.domain.appointment import Part
from server.domain.calendars import StoredObject
from server.domain.charges import ChargeKind
from server.domain.errors import PracticeError
from server.domain.ids import AppointmentId, PayerId, UserName
from server.domain.when import MASTER, RecurrenceKey, Timed, key_of
from server.practice_db.database import SqlDatabase
from server.usecases.edit_appointment import part_at
from tests.contract.billing_house import Practice
from tests.practice import at, event, furnish
from tests.property import ledger_visit_acts as acts
from tests.property.ledger_doors import Act, Doors, Refused, Way
from tests.property.ledger_model import NO_SHOW_FEE, SERVICES, Books, Visit

NAMES = {"C1001": "Jane Doe", "C1002": "John Doe", "C1003": "Jana Dorn"}
PAYER = PayerId("sunrise")
_FIRST_DAY = date(2026, 11, 24)
_LOOKED_AT = 3
"""Of how many occurrences of a series there are visits in the books."""
_MARKS = {"arrived": "#arrived", "no-show": "#noshow", "late-cancelled": "#late"}


class Working(RuleBasedStateMachine):
    """A practice in a database, its books as the model keeps them, and acts on both."""

    house: Practice
    doors: Doors
    books: Books

    way: Way = Way.USE_CASE
    made: str = ""

    def furnish(self, database: SqlDatabase, where: tuple[str, ...]) -> None:
        """Make the practice, with a fee for who does not come, and open its doors.

        ``where`` tells a command which practice it is.
        """
        with database.writing() as uow:
            furnish(uow)
        self.house = Practice(database)
        self.house.insure(PAYER)
        self.house.set_fee(ChargeKind.NO_SHOW, NO_SHOW_FEE)
        self.doors = Doors(self.house, where)
        self.books = Books()

    @contextmanager
    def expecting(self, possible: bool) -> Iterator[None]:
        """See that what is done inside is refused just if it is not possible."""
        # Nothing happens twice in the same moment.
        self.house.now += timedelta(seconds=1)
        refused: PracticeError | Refused | None = None
        try:
            yield
        except (PracticeError, Refused) as error:
            refused = error
        assert possible is (refused is None), (self.way, refused)

    def act(self, possible: bool, act: Act) -> bool:
        """Do something through the door that was drawn; return whether it was possible.

        ``made`` is the id of what was made.
        """
        with self.expecting(possible):
            self.made = self.doors.enter(self.way, act)
        return possible

    # --- booking ----------------------------------------------------------------------------

    def book(self, client: str, name: str, day: int, *, series: bool) -> None:
        """Book an appointment, or a weekly series, at the desk."""
        start = at(24, 8 + len(self.books.visits) % 10) + timedelta(days=day)
        self.act(True, acts.book(client, name, start, series=series))  # noqa: FBT003 - always
        number = self.made
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
            self.act(possible, acts.become(visit, status, fee))
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

    def give_to_client(self, visit: Visit, client: str) -> None:
        """Give a visit to another client."""
        possible = visit.client == client or not self.books.locks(visit)
        if self.act(possible, acts.change_client(visit, client)):
            before, visit.client = visit.facts(), client
            visit.settle(before)

    def relocate(self, visit: Visit, location: str) -> None:
        """Let a visit take place elsewhere."""
        possible = visit.location == location or not self.books.locks(visit)
        if self.act(possible, acts.change_location(visit, location)):
            before, visit.location = visit.facts(), location
            visit.settle(before)

    def charge_units(self, visit: Visit, units: int) -> None:
        """Give a visit's first service another number of units."""
        code = SERVICES[visit.session][0]
        possible = visit.units.get(code, 1) == units or not self.books.locks(visit)
        if self.act(possible, acts.charge_units(visit, self._part(visit), units)):
            before = visit.facts()
            visit.units[code] = units
            visit.settle(before)

    def _part(self, visit: Visit) -> Part:
        number = AppointmentId(visit.number)
        return part_at(self.house.get(number), RecurrenceKey(visit.key))

    def drag(self, visit: Visit, days: int) -> None:
        """Drag a visit to another day."""
        possible = not self.books.locks(visit)
        if self.act(possible, acts.drag(visit, self._part(visit), days)):
            visit.day += timedelta(days=days)

    def hand_over(self, visit: Visit) -> None:
        """Move the object of an appointment into the other practitioner's calendar."""
        owner = UserName("theo" if visit.owner == "alma" else "alma")
        if visit.key or not self._shown(visit):
            return
        new_href = f"{visit.number}-{self.house.now:%H%M%S}.ics"
        act = acts.hand_over(visit, self._object(visit).href, new_href, owner)
        if self.act(not self.books.locks(visit), act):
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
        self.act(True, acts.repeat(visit))  # noqa: FBT003 - always
        visit.key = key_of(when.start)

    # --- the end of it ----------------------------------------------------------------------

    def siblings(self, visit: Visit) -> list[Visit]:
        """Return the visits of the same appointment."""
        return [one for one in self.books.visits if one.number == visit.number]

    def delete(self, visit: Visit, *, whole: bool) -> None:
        """Delete an appointment, a series, or one occurrence of it."""
        ended = self.siblings(visit) if whole else [visit]
        possible = not any(self.books.locks(one) for one in ended)
        if self.act(possible, acts.delete(visit, whole=whole)):
            for one in ended:
                one.ended, one.deleted = whole or one.ended, one.deleted or not whole
                one.settle(None)

    def restore(self, visit: Visit) -> None:
        """Bring back what was deleted, as it was deleted."""
        whole = visit.ended
        self.act(True, acts.restore(visit, whole=whole))  # noqa: FBT003 - always
        for one in self.siblings(visit) if whole else [visit]:
            one.ended, one.deleted = False, one.deleted and whole
            one.settle(None)

    def sign(self, visit: Visit, *, signed: bool) -> None:
        """Sign a note, or unlock it."""
        if self.act(visit.signed is not signed, acts.write_note(visit, signed=signed)):
            visit.signed = signed
