"""Bookable hours as calendar objects: written anew, and with one occurrence taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from server.domain.when import Recurrence, RecurrenceKey, Timed, When
from server.ics.event import CalendarObject
from server.ics.lines import Component, fold, name_of, parse, split, text_line
from server.ics.moments import key_moment, moment_line, recurrence_lines, when_lines
from server.ics.utc_text import utc_text
from server.ics.vtimezone import vtimezone
from server.ics.writer import PRODUCT


@dataclass(frozen=True, slots=True)
class NewHours:
    """Hours as they are to stand in the calendar; ``place`` may be empty."""

    when: When
    recurrence: Recurrence | None
    title: str
    place: str = ""


def hours_text(uid: str, hours: NewHours, now: datetime) -> str:
    """Return a calendar object with these hours, which are free time in every app."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        *_zone(hours.when),
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{utc_text(int(now.timestamp()))}",
        *when_lines(hours.when),
        *recurrence_lines(hours.recurrence),
        text_line("SUMMARY", hours.title),
        *([text_line("LOCATION", hours.place)] if hours.place else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return fold(lines)


def _zone(when: When) -> list[str]:
    return vtimezone(when.zone, when.start.year - 1) if isinstance(when, Timed) else []


def without_occurrence(stored: CalendarObject, key: RecurrenceKey) -> str:
    """Return the object's text with one occurrence taken out, all else as it was written.

    The key is that of an occurrence of its series.
    """
    calendar = parse(stored.text)
    events = [child for child in calendar.children if child.name == "VEVENT"]
    overrides = [child for child in events if child.first("RECURRENCE-ID") is not None]
    keys = [event.key for event in stored.events if event.key]
    gone = [child for child, own in zip(overrides, keys, strict=True) if own == key]
    calendar.children = [child for child in calendar.children if child not in gone]
    master = next((child for child in events if child not in overrides), None)
    if master is not None and stored.master is not None:
        master.add("EXDATE", _exdate(master, key_moment(key, stored.master.when)))
    return fold(calendar.written())


def _exdate(master: Component, moment: datetime | date) -> str:
    """Return the line in the form of the series' start (RFC 5545 3.8.5.1)."""
    value = moment_line("EXDATE", moment).rpartition(":")[2]
    for raw in master.lines:
        if name_of(raw) == "DTSTART":
            head = raw[len("DTSTART") : len(raw) - len(split(raw).value)]
            return f"EXDATE{head}{value}"
    return moment_line("EXDATE", moment)
