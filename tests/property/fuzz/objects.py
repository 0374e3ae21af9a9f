"""Calendar objects made at random: sound ones, mixed ones, jCal, and what is none."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from server.domain.errors import MalformedCalendarData
from server.ics.jcal import as_jcal
from server.ics.lines import decode
from tests.property.fuzz.words import (
    CALENDAR_PROPERTIES,
    MOMENTS,
    PARAMETERS,
    RULES,
    SECRET,
    SPANS,
    TEXTS,
)

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "ics"
KEPT = [decode(path.read_bytes()).splitlines() for path in sorted(CORPUS.glob("*.ics"))]
LINES = sorted({line for lines in KEPT for line in lines})
SOME_VALUES = (*MOMENTS, *SPANS, *TEXTS, *RULES)


def line(chance: Random) -> str:
    """Return a content line that may or may not make sense."""
    if chance.random() < 0.3:
        return chance.choice(LINES)
    name = chance.choice(CALENDAR_PROPERTIES)
    if chance.random() < 0.3:
        name += f";{chance.choice(PARAMETERS)}"
    return f"{name}:{chance.choice(SOME_VALUES)}"


def event(chance: Random, uid: str = "") -> str:
    """Return an object with an event or something else, often sound."""
    kind = chance.choice(("VEVENT",) * 8 + ("VTODO", "VJOURNAL"))
    start = f"202612{chance.randint(1, 28):02}T{chance.randint(8, 17):02}0000"
    zone = chance.choice((":", ";TZID=America/New_York:", ":"))
    title = chance.choice((*TEXTS, f"acupfollow Quentin {SECRET}"))
    inside = [
        f"UID:{uid or chance.randint(0, 99)}",
        "DTSTAMP:20260101T000000Z",
        f"DTSTART{zone}{start}",
        f"DURATION:{chance.choice(SPANS[:4])}",
        f"SUMMARY:{title}",
    ]
    if chance.random() < 0.4:
        inside.append(f"RRULE:{chance.choice(RULES)}")
    inside += [line(chance) for _ in range(chance.choice((0, 0, 0, 0, 1, 2)))]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Fuzz//EN", f"BEGIN:{kind}", *inside]
    lines += [f"END:{kind}", "END:VCALENDAR", ""]
    return "\r\n".join(lines)


def _mixed(chance: Random, uid: str) -> str:
    """Return a file of the corpus or an event with lines lost, doubled, added or swapped."""
    lines = [
        *(chance.choice(KEPT) if chance.random() < 0.5 else event(chance, uid).splitlines())
    ]
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at]
                lines = lines or ["X:1"]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                lines.insert(at, line(chance))
            case 3:
                other = chance.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                lines[at] = lines[at].partition(":")[0] + ":" + chance.choice(SOME_VALUES)
    return "\r\n".join([*lines, ""])


def calendar_object(chance: Random, uid: str) -> bytes:
    """Return the body of a PUT."""
    roll = chance.random()
    if roll < 0.6:
        return event(chance, uid).encode()
    if roll < 0.85:
        return _mixed(chance, uid).encode("utf-8", "replace")
    if roll < 0.96:
        return _jcal(chance, uid).encode("utf-8", "replace")
    return chance.choice((b"", b"\x00", chance.randbytes(200), b"BEGIN:VCALENDAR\r\n" * 50))


def _jcal(chance: Random, uid: str) -> str:
    try:
        text = as_jcal((event if chance.random() < 0.5 else _mixed)(chance, uid))
    except MalformedCalendarData:
        return "[]"
    if chance.random() < 0.5:
        return text
    document = json.loads(text)
    part = chance.choice((document, document[1], document[2]))
    if part:
        part[chance.randrange(len(part))] = chance.choice((None, 1, "x", [], {}, [[]], [1, 2]))
    return json.dumps(document)
