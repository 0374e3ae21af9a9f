"""Generated calendars: N events of about 1 KB over five years, the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

ZONE: Final = "America/New_York"
FIRST_DAY: Final = date(2024, 1, 1)
WEEKS: Final = 260
QUIET_WEEK: Final = date(2030, 6, 3)
QUIET_EVENTS: Final = 20
FRESH_DAY: Final = date(2031, 1, 6)
_TEXT_OCTETS: Final = 1000
_LINE_OCTETS: Final = 75
_SUBJECTS: Final = (
    "Team meeting",
    "Supervision",
    "Intake call",
    "Room check",
    "Stock & supplies",
)
_WORDS: Final = (
    "agenda", "bring", "the", "second", "folder", "and", "call", "back", "before", "noon",
    "if <late>", "notes", "follow", "Öffnung", "hours", "change", "next", "week", "ask", "desk",
)  # fmt: skip

_VTIMEZONE: Final = f"""\
BEGIN:VTIMEZONE
TZID:{ZONE}
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE""".splitlines()


@dataclass(frozen=True, slots=True)
class Plan:
    """One event before it is text: wall times of ZONE, `at` None for whole days."""

    number: int
    first: date
    at: time | None
    length: timedelta
    repeats: int = 1
    dropped: frozenset[int] = frozenset()
    moved: tuple[tuple[int, datetime], ...] = ()
    is_transparent: bool = False

    @property
    def href(self) -> str:
        """The last path segment under which the event is stored."""
        return f"bench-{self.number:07d}.ics"

    @property
    def uid(self) -> str:
        """The UID of the event, unlike its href as clients may choose both."""
        return f"{self.number:07d}-5f1c-4bb2@bench.invalid"


def calendar(size: int, seed: int) -> tuple[Plan, ...]:
    """`size` plans: a fixed number in the quiet week, the others spread over the five years."""
    quiet = tuple(_quiet(number, seed) for number in range(min(QUIET_EVENTS, size)))
    return quiet + tuple(_spread(number, seed) for number in range(len(quiet), size))


def fresh(first_number: int) -> Iterator[Plan]:
    """Endless single events after every other one, for requests that add something."""
    number = first_number
    while True:
        day = FRESH_DAY + timedelta(days=number % 360)
        yield Plan(number, day, time(8 + number % 9, 15), timedelta(minutes=50))
        number += 1


def text_of(plan: Plan, version: int = 0) -> str:
    """The calendar object as iCalendar text with CRLF; a version changes words, never times."""
    masters = _component(plan, version, None)
    overrides = [line for move in plan.moved for line in _component(plan, version, move)]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Praxical//bench 1//EN"]
    zone = [] if plan.at is None else _VTIMEZONE
    lines = [*head, *zone, *masters, *overrides]
    room = _TEXT_OCTETS - sum(len(line) + 2 for line in lines)
    note = _note(plan.number, version, max(40, room))
    before_end = len(head) + len(zone) + len(masters) - 1
    lines.insert(before_end, f"DESCRIPTION:{note}")
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _spread(number: int, seed: int) -> Plan:
    # Chance of its own for each event: the smaller calendar is the beginning of the larger.
    chance = Random(f"{seed}/{number}")  # noqa: S311  # test data, not a secret
    day = FIRST_DAY + timedelta(days=chance.randrange(WEEKS * 7))
    at = time(chance.randrange(7, 20), chance.choice((0, 15, 30, 45)))
    length = timedelta(minutes=chance.choice((15, 45, 50, 60, 75, 90)))
    match number % 20:
        case 3 | 13:
            return _series(Plan(number, day, at, length), chance)
        case 7:
            return Plan(number, day, None, timedelta(days=chance.choice((1, 1, 3))))
        case 5 | 15:
            return Plan(number, day, at, length, is_transparent=True)
        case _:
            return Plan(number, day, at, length)


def _series(single: Plan, chance: Random) -> Plan:
    repeats = chance.randrange(8, 53)
    odd = chance.sample(range(1, repeats), 4)
    dropped, moved = frozenset(odd[:3]), odd[3]
    slot = datetime.combine(single.first + timedelta(weeks=moved), time(12))
    new_time = slot + timedelta(days=1, hours=chance.randrange(4))
    return Plan(
        single.number, single.first, single.at, single.length,
        repeats=repeats, dropped=dropped, moved=((moved, new_time),),
    )  # fmt: skip


def _quiet(number: int, seed: int) -> Plan:
    chance = Random(f"{seed}/quiet/{number}")  # noqa: S311  # test data, not a secret
    day = QUIET_WEEK + timedelta(days=chance.randrange(5))
    return Plan(number, day, time(chance.randrange(8, 18), 30), timedelta(minutes=50))


def _component(plan: Plan, version: int, move: tuple[int, datetime] | None) -> list[str]:
    subject = _SUBJECTS[plan.number % len(_SUBJECTS)]
    return [
        "BEGIN:VEVENT",
        f"UID:{plan.uid}",
        "DTSTAMP:20260901T120000Z",
        f"SEQUENCE:{version}",
        *_times(plan, move),
        f"SUMMARY:{subject} {plan.number}" + (f" v{version}" if version else ""),
        f"X-BENCH-REF:{plan.number:07d};kind=plain,{version}",
        "X-BENCH-COLOUR;X-SHADE=light:teal",
        f"TRANSP:{'TRANSPARENT' if plan.is_transparent else 'OPAQUE'}",
        "END:VEVENT",
    ]


def _times(plan: Plan, move: tuple[int, datetime] | None) -> list[str]:
    if plan.at is None:
        return [f"DTSTART;VALUE=DATE:{plan.first:%Y%m%d}",
                f"DTEND;VALUE=DATE:{plan.first + plan.length:%Y%m%d}"]  # fmt: skip
    if move is not None:
        return [*_bounds(move[1], plan.length), _moment("RECURRENCE-ID", _slot(plan, move[0]))]
    lines = _bounds(_slot(plan, 0), plan.length)
    if plan.repeats > 1:
        lines.append(f"RRULE:FREQ=WEEKLY;COUNT={plan.repeats}")
    lines += [_moment("EXDATE", _slot(plan, index)) for index in sorted(plan.dropped)]
    return lines


def _slot(plan: Plan, index: int) -> datetime:
    return datetime.combine(plan.first + timedelta(weeks=index), plan.at or time())


def _bounds(start: datetime, length: timedelta) -> list[str]:
    return [_moment("DTSTART", start), _moment("DTEND", start + length)]


def _moment(name: str, wall: datetime) -> str:
    return f"{name};TZID={ZONE}:{wall:%Y%m%dT%H%M%S}"


def _note(number: int, version: int, octets: int) -> str:
    chance = Random(number * 1009 + version)  # noqa: S311  # test data, not a secret
    words = []
    while octets > 0:
        word = chance.choice(_WORDS)
        words.append(word)
        octets -= len(word) + 1
    return " ".join(words)


def _folded(line: str) -> str:
    """RFC 5545 3.1: at most 75 octets a line, never cutting a character in two."""
    raw = line.encode()
    pieces, limit = [], _LINE_OCTETS
    while len(raw) > limit:
        cut = limit
        while raw[cut] & 0xC0 == 0x80:  # noqa: PLR2004  # a continuation octet of UTF-8
            cut -= 1
        pieces.append(raw[:cut])
        raw, limit = raw[cut:], _LINE_OCTETS - 1
    return b"\r\n ".join([*pieces, raw]).decode() + "\r\n"


def utc_stamp(moment: datetime) -> str:
    """A moment as iCalendar writes it in UTC."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
