"""Calendar objects as calendar apps write them, on days of the next weeks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from server.usecases.clock import SystemClock
from tests.system.practice import NEW_YORK

PRODID = "-//Invented//App 1.0//EN"
DAY = timedelta(days=1)


def new_uid() -> str:
    """Return a UID that no other test uses."""
    return f"{uuid4()}@app.example"


def monday(weeks: int = 1, hour: int = 9, minute: int = 0) -> datetime:
    """Return a Monday morning in New York, some weeks from now."""
    today = SystemClock().now().astimezone(NEW_YORK).date()
    day = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return datetime.combine(day, time(hour, minute), NEW_YORK)


def stamp(moment: datetime) -> str:
    """Return an instant as ``20260601T130000Z``."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def local(moment: datetime) -> str:
    """Return wall time as ``20260601T090000``."""
    return moment.strftime("%Y%m%dT%H%M%S")


def at(name: str, moment: datetime | date) -> str:
    """Return a line such as ``DTSTART;TZID=America/New_York:20260601T090000``."""
    if not isinstance(moment, datetime):
        return f"{name};VALUE=DATE:{moment:%Y%m%d}"
    if not isinstance(moment.tzinfo, ZoneInfo):
        return f"{name}:{stamp(moment)}" if moment.tzinfo else f"{name}:{local(moment)}"
    return f"{name};TZID={moment.tzinfo.key}:{local(moment)}"


def times(start: datetime, minutes: int = 60) -> list[str]:
    """Return DTSTART and DTEND, in wall time."""
    return [at("DTSTART", start), at("DTEND", start + timedelta(minutes=minutes))]


def vevent(uid: str, title: str, timing: list[str], *lines: str) -> str:
    """Return one VEVENT; an empty title is left out."""
    named = [f"SUMMARY:{title}"] if title else []
    body = [f"UID:{uid}", "DTSTAMP:20260101T000000Z", *timing, *named, *lines]
    return "\r\n".join(["BEGIN:VEVENT", *body, "END:VEVENT", ""])


def vcalendar(*components: str, prodid: str = PRODID) -> str:
    """Return a calendar object of whole components."""
    head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{prodid}\r\n"
    return f"{head}{''.join(components)}END:VCALENDAR\r\n"


def event(
    title: str,
    start: datetime | None = None,
    *lines: str,
    uid: str = "",
    minutes: int = 60,
) -> str:
    """Return a calendar object with one event, Monday next week unless said otherwise."""
    timing = times(start or monday(), minutes)
    return vcalendar(vevent(uid or new_uid(), title, timing, *lines))


def edited(text: str, *changes: tuple[str, str]) -> str:
    """Return the unfolded text with each first string, which must be there, replaced."""
    text = without(text)
    for old, new in changes:
        assert old in text, f"{old!r} is not in the text"
        text = text.replace(old, new)
    return text


def without(text: str, *prefixes: str) -> str:
    """Return the unfolded text without the content lines that begin so."""
    if not prefixes:
        return "".join(f"{line}\r\n" for line in unfolded(text))
    return "".join(f"{line}\r\n" for line in unfolded(text) if not line.startswith(prefixes))


def unfolded(text: str) -> list[str]:
    """Return the content lines of iCalendar text."""
    joined = text.replace("\r\n ", "").replace("\r\n\t", "")
    return [line for line in joined.split("\r\n") if line]
