"""A whole iCalendar file: cut into calendar objects, and put together from them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.domain.errors import MalformedCalendarData
from server.ics.lines import fold, name_of, text_line
from server.ics.writer import PRODUCT

_TZID = re.compile(
    r"^(?:DTSTART|DTEND|DUE|RECURRENCE-ID|RDATE|EXDATE)(?:;[^:;]*)*?;TZID=\"?([^;:\"]+)",
    re.IGNORECASE | re.MULTILINE,
)
# Neither iCalendar nor XML can carry these.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_NESTED_AT_MOST = 6


@dataclass(frozen=True, slots=True)
class FileObject:
    """One calendar object of a file; ``lines`` are the line numbers where its parts begin."""

    uid: str
    lines: tuple[int, ...]
    text: str


@dataclass(slots=True)
class _Piece:
    """A component directly inside a VCALENDAR, its content lines unfolded."""

    name: str
    line: int
    lines: list[str] = field(default_factory=list)
    uid: str = ""
    tzid: str = ""


@dataclass(slots=True)
class _Calendar:
    """One VCALENDAR of a file: what its components share."""

    product: str = f"PRODID:{PRODUCT}"
    zones: dict[str, str] = field(default_factory=dict)


def objects_in(raw: Iterable[bytes]) -> list[FileObject]:
    """Cut a file, given as its lines, into its calendar objects, in the file's order.

    Parts of one UID belong together wherever they stand; each object gets the VTIMEZONEs that
    it names. A component without a UID gets one that is the same each time. METHOD and the
    calendar's name are left out. Raises MalformedCalendarData with the number of the line.
    """
    found: dict[str, tuple[_Calendar, list[tuple[int, str]]]] = {}
    for calendar, piece in _pieces(raw):
        text = fold(piece.lines)
        if piece.name == "VTIMEZONE":
            calendar.zones.setdefault(piece.tzid, text)
        else:
            uid = piece.uid or _made_up(piece)
            text = text if piece.uid else fold(_with_uid(piece.lines, uid))
            found.setdefault(uid, (calendar, []))[1].append((piece.line, text))
    return [_object(uid, *held) for uid, held in found.items()]


def _object(uid: str, calendar: _Calendar, parts: Sequence[tuple[int, str]]) -> FileObject:
    body = "".join(text for _, text in parts)
    named = dict.fromkeys(_TZID.findall(body.replace("\r\n ", "")))
    zones = "".join(calendar.zones.get(tzid, "") for tzid in named)
    head = fold(["BEGIN:VCALENDAR", "VERSION:2.0", calendar.product])
    text = f"{head}{zones}{body}END:VCALENDAR\r\n"
    return FileObject(uid, tuple(line for line, _ in parts), text)


def _made_up(piece: _Piece) -> str:
    said = "\n".join(raw for raw in piece.lines if name_of(raw) != "DTSTAMP")
    return f"{hashlib.sha256(said.encode()).hexdigest()[:32]}-import"


def _with_uid(lines: Sequence[str], uid: str) -> list[str]:
    return [lines[0], f"UID:{uid}", *lines[1:]]


def _pieces(raw: Iterable[bytes]) -> Iterator[tuple[_Calendar, _Piece]]:
    """Yield the components of all calendars of a file, each when it ends."""
    walk = _Walk()
    number = 0
    for number, line in _content_lines(raw):
        if walk.take(number, line):
            yield walk.calendar, walk.piece
    if walk.open:
        ended = f"The file ends at line {number} without END:{walk.open[-1][:20]}."
        raise MalformedCalendarData(ended)
    if not number:
        raise MalformedCalendarData("The file is empty.")


class _Walk:
    """Where in a file we are: which components are open, and what was read of them."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.calendar = _Calendar()
        self.piece = _Piece("", 0)

    def take(self, number: int, line: str) -> bool:
        """Take one content line; return whether a component of the calendar ends with it."""
        name, value = name_of(line), line.partition(":")[2].strip()
        if name == "BEGIN":
            self._begin(value.upper(), number)
        if not self.open:
            raise MalformedCalendarData(f"Line {number} stands outside of any calendar.")
        if len(self.open) > 1:
            self._keep(line, name, value)
        elif name == "PRODID":
            self.calendar.product = line
        if name != "END":
            return False
        if self.open.pop() != value.upper():
            raise MalformedCalendarData(f"Line {number} ends what was not begun.")
        return len(self.open) == 1

    def _begin(self, name: str, number: int) -> None:
        if not self.open:
            if name != "VCALENDAR":
                raise MalformedCalendarData(f"Line {number} begins no calendar.")
            self.calendar = _Calendar()
        elif len(self.open) == 1:
            self.piece = _Piece(name, number)
        elif len(self.open) > _NESTED_AT_MOST:
            raise MalformedCalendarData(f"Line {number} nests too deeply.")
        self.open.append(name)

    def _keep(self, line: str, name: str, value: str) -> None:
        self.piece.lines.append(line)
        # Alarms inside of a component have UIDs of their own (RFC 9074 4).
        if self.open[2:]:
            return
        if name == "UID":
            self.piece.uid = value
        elif name == "TZID":
            self.piece.tzid = value.strip('"')


def _content_lines(raw: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    """Yield unfolded content lines with the number of the line on which each begins.

    Unfolded as octets: a fold may lie inside of a character (RFC 5545 3.1).
    """
    held: list[bytes] = []
    begins = 0
    for number, written in enumerate(raw, 1):
        line = written.rstrip(b"\r\n")
        if line[:1] in (b" ", b"\t") and held:
            held.append(line[1:])
            continue
        if held:
            yield begins, _decoded(held, begins)
        begins, held = number, [line] if line.strip() else []
    if held:
        yield begins, _decoded(held, begins)


def _decoded(parts: Sequence[bytes], number: int) -> str:
    try:
        return _UNFIT.sub("", b"".join(parts).decode().removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise MalformedCalendarData(f"Line {number} is not UTF-8 text.") from error


def whole_calendar(name: str, texts: Callable[[], Iterable[str]]) -> Iterator[str]:
    """Yield one VCALENDAR in pieces: the calendar's name, each zone once, then all objects.

    ``texts`` is called twice and gives the objects' texts, so that all need not be held.
    """
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    yield fold([*head, text_line("NAME", name), text_line("X-WR-CALNAME", name)])
    zones = _Zones()
    for text in texts():
        zones.meet(_pieces_of(text))
    yield from zones.definitions()
    for text in texts():
        pieces = _pieces_of(text)
        renamed = zones.names_in(pieces)
        for piece in pieces:
            if piece.name != "VTIMEZONE":
                yield fold(_renamed(piece.lines, renamed))
    yield "END:VCALENDAR\r\n"


def _pieces_of(text: str) -> list[_Piece]:
    return [piece for _, piece in _pieces(text.encode().splitlines())]


class _Zones:
    """The zones of a file: one definition for one name."""

    def __init__(self) -> None:
        self._named: dict[str, str] = {}
        self._name_of: dict[tuple[str, str], str] = {}

    def meet(self, pieces: Iterable[_Piece]) -> None:
        """Learn the definitions of one object."""
        for piece in pieces:
            if piece.name == "VTIMEZONE":
                self._learn(piece.tzid, fold(piece.lines))

    def _learn(self, tzid: str, text: str) -> None:
        if _is_iana(tzid):
            # Of two definitions of one known zone the longer one reaches further back.
            if len(text) > len(self._named.get(tzid, "")):
                self._named[tzid] = text
        elif (tzid, text) not in self._name_of:
            # Apps call different zones by one name, such as "Customized Time Zone".
            name, count = tzid, 1
            while name in self._named:
                count += 1
                name = f"{tzid} {count}"
            self._name_of[tzid, text] = name
            self._named[name] = text.replace(f"TZID:{tzid}\r\n", f"TZID:{name}\r\n", 1)

    def definitions(self) -> Iterable[str]:
        """Return the texts of all VTIMEZONEs."""
        return self._named.values()

    def names_in(self, pieces: Iterable[_Piece]) -> dict[str, str]:
        """Return by which names the file knows the zones of one object, where they differ."""
        names = {
            piece.tzid: self._name_of.get((piece.tzid, fold(piece.lines)), piece.tzid)
            for piece in pieces
            if piece.name == "VTIMEZONE"
        }
        return {old: new for old, new in names.items() if old != new}


def _is_iana(tzid: str) -> bool:
    try:
        ZoneInfo(tzid)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _renamed(lines: Iterable[str], names: dict[str, str]) -> Iterator[str]:
    for raw in lines:
        found = _TZID.match(raw) if names else None
        if found is not None and found[1] in names:
            yield raw[: found.start(1)] + names[found[1]] + raw[found.end(1) :]
        else:
            yield raw
