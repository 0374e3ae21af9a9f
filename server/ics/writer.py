"""Writing an appointment as one calendar object, for one viewer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from server.domain.appointment import Appointment, Part
from server.domain.when import MASTER, RecurrenceKey, Timed, When
from server.ics.lines import fold, name_of, parse_lines
from server.ics.moments import key_moment, moment_line, recurrence_lines, when_lines
from server.ics.own_lines import names_people, nested_lines, top_lines
from server.ics.properties import NEVER_SENT, server_lines
from server.ics.view import Names, View
from server.ics.zones import is_iana_name, vtimezone

PRODUCT = "-//Praxical//Praxical 0.1//EN"
_HEAD = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n"
_TZID = re.compile(
    r'[\w-]+(?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*?;TZID=(?:"([^"]*)"|([^;:"]+))', re.IGNORECASE
)


def render(
    appointment: Appointment,
    view: View,
    names: Names,
    personal: Mapping[RecurrenceKey, Sequence[str]] | None = None,
) -> str:
    """Return the calendar object as text, CRLF and folded.

    ``personal`` are the lines that a viewer who is not the owner keeps, by recurrence key.
    """
    events: list[str] = []
    for key, part in shown_parts(appointment, view):
        own = (
            part.lines if view.is_owner else _canonical(appointment, key, part, personal or {})
        )
        events += _event(appointment, key, part, _Source(view, names, own))
    body = fold(events)
    return _HEAD + _zones(appointment, events) + body + "END:VCALENDAR\r\n"


def shown_parts(appointment: Appointment, view: View) -> Iterator[tuple[RecurrenceKey, Part]]:
    """Yield the parts that the viewer sees, the master first."""
    if appointment.master is not None:
        yield MASTER, appointment.master
    for key in sorted(appointment.overrides):
        part = appointment.overrides[key]
        if not is_hidden(part, view):
            yield key, part


def is_hidden(part: Part, view: View) -> bool:
    """Whether an override leaves the calendar: deleted, or cancelled and not shown."""
    return part.deleted or (part.details.status.is_cancelled and not view.cancelled)


@dataclass(frozen=True, slots=True)
class _Source:
    view: View
    names: Names
    own: Sequence[str]


def _event(
    appointment: Appointment, key: RecurrenceKey, part: Part, source: _Source
) -> Iterator[str]:
    written = server_lines(appointment, part, source.view, source.names)
    yield "BEGIN:VEVENT"
    seen: set[str] = set()
    for raw in top_lines(source.own):
        name = name_of(raw)
        if name not in written:
            yield from () if _is_withheld(name) else (raw,)
        elif name not in seen:
            seen.add(name)
            yield from written[name].over(raw)
    for name, line in written.items():
        yield from () if name in seen else line.alone()
    if not key:
        yield from _hidden(appointment, source.view)
    yield from (raw for raw in nested_lines(source.own) if not _is_withheld(name_of(raw)))
    yield "END:VEVENT"


def _is_withheld(name: str) -> bool:
    """Whether a person's own line is never sent out again.

    The next app that reads of people would mail them (M8).
    """
    return name in NEVER_SENT or name.startswith("X-PRAXICAL-") or names_people(name)


def _hidden(appointment: Appointment, view: View) -> Iterator[str]:
    """Yield an EXDATE for each occurrence that is there but not shown."""
    if appointment.master is None:
        return
    gone = set(appointment.recurrence.exdates) if appointment.recurrence else set()
    for key, part in sorted(appointment.overrides.items()):
        moment = key_moment(key, appointment.master.when)
        if is_hidden(part, view) and moment not in gone:
            yield moment_line("EXDATE", moment)


def _canonical(
    appointment: Appointment,
    key: RecurrenceKey,
    part: Part,
    personal: Mapping[RecurrenceKey, Sequence[str]],
) -> list[str]:
    master = appointment.master
    series: When = master.when if master is not None else part.when
    lines = [moment_line("RECURRENCE-ID", key_moment(key, series))] if key else []
    lines += when_lines(part.when)
    if not key:
        lines += recurrence_lines(appointment.recurrence)
    return lines + list(personal.get(key, ()))


def _zones(appointment: Appointment, events: Iterable[str]) -> str:
    """Return the VTIMEZONEs of every TZID that the events name, where anybody knows it."""
    own = {
        line.value: fold(component.written())
        for component in parse_lines(appointment.zones)
        for line in [component.first("TZID")]
        if line is not None
    }
    named = (_TZID.match(raw) for raw in events if "TZID=" in raw.upper())
    tzids = dict.fromkeys(match[1] or match[2] for match in named if match)
    first = appointment.first_part.when
    year = (first.start if isinstance(first, Timed) else first.first).year - 1
    return "".join(own.get(tzid) or _standard_zone(tzid, year) for tzid in tzids)


@lru_cache(maxsize=256)
def _standard_zone(tzid: str, year: int) -> str:
    return fold(vtimezone(tzid, year)) if is_iana_name(tzid) else ""
