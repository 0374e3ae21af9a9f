"""Clients that write without pause and remember exactly what was acknowledged to them."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Event

from tests.system.events import edited, event, monday
from tests.system.phone import DAV, Answer, Phone

State = dict[str, str | None]
"""What is at each path: the mark of the text there, or None; a calendar's mark is its name."""

OBJECTS_AT_MOST = 12
Choice = Callable[[str], "Step"]
_TITLES = ("acupinitial Jane Doe", "Staff meeting", "psy50 Maria Garcia", "Lunch #free")


@dataclass
class Line:
    """One connection on which nothing is ever sent twice."""

    port: int

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def send(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request; after OSError or HTTPException nobody knows what became of it."""
        self._connection.request(method, target, body, dict(headers))
        answer = self._connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, answer.read())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@dataclass(frozen=True)
class Step:
    """One write: its request, and what it makes of the paths that it touches."""

    method: str
    path: str
    becomes: State
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Writer:
    """A practitioner's app: ``state`` was acknowledged, ``doubt`` was under way at a kill."""

    user: str
    secret: str
    random: Random
    state: State = field(default_factory=dict)
    doubt: State = field(default_factory=dict)
    acknowledged: int = 0
    interrupted: int = 0
    numbers: count[int] = field(default_factory=count)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def appointments(self) -> str:
        return f"/{self.user}/appointments/"

    @property
    def mine(self) -> str:
        return f"/{self.user}/mine/"

    def write_at(self, port: int, begun: Event) -> None:
        """Write until the server is gone; the first write that is acknowledged is told."""
        line = Line(port)
        phone = Phone(line.send, self.user, self.secret)
        try:
            while True:
                self._take(phone, self._step())
                begun.set()
        except (OSError, http.client.HTTPException):
            self.interrupted += 1
        finally:
            line.close()

    def _take(self, phone: Phone, step: Step) -> None:
        self.doubt = step.becomes
        answer = phone.request(step.method, step.path, step.body, **step.headers)
        assert answer.status in (201, 204, 503), (step.method, step.path, answer.status)
        self.doubt = {}
        if answer.status < 300:
            self.acknowledged += 1
            self.state |= step.becomes

    def _step(self) -> Step:
        if self.mine not in self.state:
            return Step("MKCALENDAR", self.mine, {self.mine: "calendar"})
        there = sorted(path for path, mark in self.state.items() if mark and "ics" in path)
        choices: list[Choice] = (
            [self._new] if len(there) < 4 else [self._change, self._delete, self._move]
        )
        if len(there) < OBJECTS_AT_MOST:
            choices += [self._new, self._new, self._calendar]
        return self.random.choice(choices)(self.random.choice(there or [""]))

    def _calendar(self, _: str) -> Step:
        path = f"/{self.user}/more-{next(self.numbers)}/"
        return Step("MKCALENDAR", path, {path: "calendar"})

    def _new(self, _: str) -> Step:
        number = next(self.numbers)
        home = self.random.choice((self.appointments, self.mine))
        path = f"{home}{number}.ics"
        uid, mark = f"{self.user}-{number}", f"{number}-0"
        lines = ["RRULE:FREQ=WEEKLY;COUNT=6"] if self.random.random() < 0.2 else []
        start = monday(self.random.randint(-2, 8), 8 + number % 9)
        text = event(
            self.random.choice(_TITLES), start, f"X-MARK:{mark}", *lines, uid=uid, minutes=50
        )
        self.texts[uid] = text
        return _put(path, text, mark, {"If-None-Match": "*"})

    def _change(self, path: str) -> Step:
        was = self.state[path] or ""
        number, _, version = was.partition("-")
        mark = f"{number}-{int(version) + 1}"
        text = self.texts[f"{self.user}-{number}"]
        return _put(path, edited(text, (f"X-MARK:{number}-0", f"X-MARK:{mark}")), mark, {})

    def _delete(self, path: str) -> Step:
        return Step("DELETE", path, {path: None})

    def _move(self, path: str) -> Step:
        home = self.random.choice((self.appointments, self.mine))
        to = f"{home}{next(self.numbers)}-moved.ics"
        destination = {"Destination": f"http://127.0.0.1{to}"}
        return Step("MOVE", path, {path: None, to: self.state[path]}, "", destination)

    def settle(self, port: int) -> None:
        """See that what was acknowledged is there, and the last write whole or not at all."""
        line = Line(port)
        phone = Phone(line.send, self.user, self.secret)
        asked = sorted(self.state.keys() | self.doubt.keys())
        found = {path: mark_at(phone, path) for path in asked}
        line.close()
        before = {path: self.state.get(path) for path in asked}
        assert found in (before, before | self.doubt), _difference(before, self.doubt, found)
        self.state = {path: mark for path, mark in found.items() if mark is not None}
        self.doubt = {}


def _put(path: str, text: str, mark: str, headers: Mapping[str, str]) -> Step:
    return Step("PUT", path, {path: mark}, text, {"Content-Type": "text/calendar", **headers})


def mark_at(phone: Phone, path: str) -> str | None:
    """Return the mark of what is at a path, None where nothing is."""
    if path.endswith("/"):
        answer = phone.propfind(path, "D:resourcetype")
        kind = answer.property_of(path, f"{DAV}resourcetype") if answer.status == 207 else None
        return "calendar" if kind is not None and len(kind) > 1 else None
    answer = phone.get(path)
    return answer.value("X-MARK") if answer.status == 200 else None


def _difference(before: State, doubt: State, found: State) -> str:
    wrong = {path: (before[path], mark) for path, mark in found.items() if before[path] != mark}
    return f"acknowledged, found: {wrong}; under way: {doubt}"
