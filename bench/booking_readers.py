"""What readers and visitors of a practice ask of its server, for the benchmark of booking."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, Final
from urllib.parse import quote

from bench.busy_practice import SESSION, SLUG, Readers, Size, name_of
from bench.expansion import Window
from bench.processes import TargetFailed
from bench.requests import free_busy_body
from bench.wire import Answer, Connection, Endpoint

VISITORS: Final = 8
PATIENCE: Final = 60.0
_MONTH: Final = timedelta(days=30)
_SLOT_DAYS: Final = timedelta(days=60)
_BOOKINGS_OF_A_VISITOR: Final = 100
_TAKEN: Final = 409
_OK: Final = frozenset({200, 201, 204})
_EVENT: Final = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Bench//EN\r\nBEGIN:VEVENT\r\n"
    "UID:bench-{number}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Somebody New\r\n"
    "DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{end:%Y%m%dT%H%M%SZ}\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
# A zone in which nobody has asked before: nothing of the answer is kept.
_ZONES: Final = tuple(f"Etc/GMT{hours:+d}" for hours in range(-14, 13) if hours)


class Asking:
    """The readers of one server, each question on a connection that is kept."""

    def __init__(self, port: int, readers: Readers, now: datetime, size: Size) -> None:
        self._port = port
        self._readers = readers
        self._size = size
        self._now = now
        self._connection = Connection(Endpoint(port, "/", "", ""), PATIENCE)
        self._reports = [self._report(number) for number in range(size.people)]
        self._round = 0
        self.questions: dict[str, Callable[[], object]] = {
            "address": lambda: self._get(f"{readers.address}?{self._span('start', 'end')}"),
            "report": lambda: self._ask(self._reports[0]),
            "all_reports": lambda: [self._ask(each) for each in self._reports],
            "all_anew": lambda: self._all(_ZONES[self._round % len(_ZONES)]),
            "all_at_once": self._all,
            "all_again": self._all,
            "slots": self.slots,
        }

    def change(self, number: int) -> None:
        """Before each round one calendar changes, and other days will be asked for."""
        self._round = number
        name = name_of(number % self._size.people)
        endpoint = Endpoint(
            self._port, f"/{name}/appointments/", name, self._readers.passwords[name]
        )
        start = self._now + timedelta(days=1, hours=number)
        body = _EVENT.format(number=number, start=start, end=start + timedelta(hours=1))
        self._ask(endpoint.request("PUT", f"bench-{number}.ics", body))

    def _all(self, zone: str = "") -> Answer:
        """When all are busy in a month that begins at another hour in each round."""
        moved = self._now + timedelta(hours=self._round)
        shown = f"&tz={quote(zone)}" if zone else ""
        return self._get(f"/api/v1/freebusy?{self._span('from', 'to', moved)}{shown}")

    def slots(self) -> list[dict[str, Any]]:
        """The free slots of two months, of all who can be booked."""
        until = (self._now + _SLOT_DAYS).date()
        answer = self._get(f"/api/v1/slots?session={SESSION}&to={until}")
        found: list[dict[str, Any]] = json.loads(bytes(answer.body))["items"]
        return found

    def book(self, slots: Sequence[dict[str, Any]]) -> tuple[int, float]:
        """Book by several visitors at once, each with practitioners of their own."""
        with ThreadPoolExecutor(VISITORS) as pool:
            chosen = [_apart(slots, number) for number in range(VISITORS)]
            begun = perf_counter()
            done = sum(pool.map(self._book_all, chosen))
            return done, perf_counter() - begun

    def _book_all(self, slots: Sequence[dict[str, Any]]) -> int:
        with Connection(Endpoint(self._port, "/", "", ""), PATIENCE) as connection:
            return sum(_booked(connection, self._port, slot) for slot in slots)

    def _span(self, first: str, second: str, since: datetime | None = None) -> str:
        start = since or self._now
        until = start + _MONTH
        return f"{first}={start:%Y-%m-%dT%H:%M:%SZ}&{second}={until:%Y-%m-%dT%H:%M:%SZ}"

    def _get(self, path: str) -> Answer:
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            f"Authorization: Bearer {self._readers.token}",
        )
        return self._ask("\r\n".join((*lines, "", "")).encode())

    def _ask(self, request: bytes) -> Answer:
        answer = self._connection.ask(request)
        if answer.status not in _OK:
            raise TargetFailed(f"answered {answer.status}: {bytes(answer.body[:200])!r}")
        return answer

    def _report(self, number: int) -> bytes:
        name = name_of(number)
        endpoint = Endpoint(
            self._port, f"/{name}/appointments/", name, self._readers.passwords[name]
        )
        body = free_busy_body(Window(self._now, self._now + _MONTH))
        return endpoint.request("REPORT", "", body, Content_Type="text/xml", Depth="1")


def _apart(slots: Sequence[dict[str, Any]], visitor: int) -> list[dict[str, Any]]:
    """Slots of one visitor that no other one takes and that do not overlap."""
    own: dict[tuple[str, str], dict[str, Any]] = {}
    for slot in slots:
        if int(slot["practitioner"][1:]) % VISITORS == visitor:
            own.setdefault((slot["practitioner"], slot["start"][:13]), slot)
    apart: list[dict[str, Any]] = []
    ends: dict[str, datetime] = {}
    for slot in own.values():
        start, end = (datetime.fromisoformat(slot[edge]) for edge in ("start", "end"))
        if ends.get(slot["practitioner"], start) <= start:
            ends[slot["practitioner"]] = end
            apart.append(slot)
    return apart[:_BOOKINGS_OF_A_VISITOR]


def _booked(connection: Connection, port: int, slot: dict[str, Any]) -> bool:
    """Book a slot as somebody new; False where it was taken: rooms are shared."""
    said = {
        "session": SESSION,
        "practitioner": slot["practitioner"],
        "start": slot["start"],
        "name": f"Nobody {slot['practitioner']}",
        "email": f"visitor-{slot['practitioner']}-{slot['start'][:13]}@visitors.example",
    }
    body = json.dumps(said).encode()
    lines = (
        f"POST /api/v1/book/{SLUG}/bookings HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Content-Type: application/json",
        f"Idempotency-Key: {slot['practitioner']}-{slot['start']}",
        f"Content-Length: {len(body)}",
    )
    answer = connection.ask("\r\n".join((*lines, "", "")).encode() + body)
    if answer.status not in {*_OK, _TAKEN}:
        raise TargetFailed(f"answered {answer.status}: {bytes(answer.body[:200])!r}")
    return answer.status != _TAKEN
