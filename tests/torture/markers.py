"""A calendar app in which somebody marks who came and who did not, without pause."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from server.domain.ids import ClientNumber
from server.practice_db.database import SqlDatabase
from server.usecases.ports import ChargeFilter
from tests.system.events import edited, event, monday
from tests.system.phone import ICALENDAR, Phone
from tests.torture.writers import OBJECTS_AT_MOST, Step, Writer

_TITLE = "acupinitial Quentin Zyxwvut"
_TAGS = {"booked": "#undo", "arrived": "#arrived", "missed": "#noshow $40"}
_CHARGED = {
    "booked": (),
    "arrived": ("97810", "97811", "herbs"),
    "missed": ("no-show-fee",),
}


@dataclass
class Marker(Writer):
    """A writer whose every step has a consequence in money, all of it one client's.

    The mark of an object ends with what became of the visit, such as ``4-2-arrived``.
    """

    client: ClassVar[ClientNumber] = ClientNumber("C1020")

    @override
    def _take(self, phone: Phone, step: Step) -> None:
        path, mark = next(iter(step.becomes.items()))
        if step.method == "PUT" and path in self.state:
            shown = phone.get(path)
            assert shown.status == 200, (path, shown.status)
            tag = _TAGS[_word(mark)]
            text = edited(
                shown.text,
                ("SUMMARY:", f"SUMMARY:{tag} "),
                (f"X-MARK:{self.state[path]}", f"X-MARK:{mark}"),
            )
            step = Step("PUT", path, step.becomes, text, {"Content-Type": ICALENDAR})
        super()._take(phone, step)

    @override
    def _step(self) -> Step:
        there = sorted(path for path, mark in self.state.items() if mark)
        chance = self.random.random()
        if len(there) < 3 or (chance < 0.2 and len(there) < OBJECTS_AT_MOST):
            return self._booked()
        path = self.random.choice(there)
        if chance > 0.9:
            return Step("DELETE", path, {path: None})
        return Step("PUT", path, {path: self._next(self.state[path] or "")})

    def _next(self, mark: str) -> str:
        number, version, was = mark.split("-")
        word = self.random.choice([word for word in _TAGS if word != was])
        return f"{number}-{int(version) + 1}-{word}"

    def _booked(self) -> Step:
        number = next(self.numbers)
        word = self.random.choice(("booked", "arrived"))
        title = f"{_TITLE} #arrived" if word == "arrived" else _TITLE
        path, mark = f"{self.appointments}{number}.ics", f"{number}-0-{word}"
        start = monday(self.random.randint(-2, 8), 8 + number % 9)
        text = event(title, start, f"X-MARK:{mark}", uid=f"{self.user}-{number}", minutes=75)
        headers = {"Content-Type": ICALENDAR, "If-None-Match": "*"}
        return Step("PUT", path, {path: mark}, text, headers)

    def see_charges(self, database: SqlDatabase) -> None:
        """See that just what the marks say is charged, once, now that nothing is in doubt."""
        due = Counter(code for mark in self.state.values() for code in _CHARGED[_word(mark)])
        with database.reading() as uow:
            charges = uow.billing.charges.matching(ChargeFilter(client=self.client))
        assert Counter(charge.line.code for charge in charges) == due


def _word(mark: str | None) -> str:
    return (mark or "").rpartition("-")[2]
