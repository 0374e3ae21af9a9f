"""An appointment as a line of a table and as JSON."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.cli.targets import full_id, short_id
from server.domain.appointment import Appointment, Details, Part
from server.domain.calendars import HistoryLine
from server.domain.locks import locks_of
from server.domain.practice import Catalogue
from server.domain.vocabulary import Kind
from server.domain.when import AllDay, RecurrenceKey, Timed, When
from server.usecases.list_appointments import Listed

_NOTHING = frozenset({"", "0", "False", "none", "0:00:00"})
DayLine = tuple[date, tuple[object, ...]]


def as_json(listed: Listed, catalogue: Catalogue) -> dict[str, object]:
    """Return one occurrence for programs."""
    appointment, details = listed.appointment, listed.part.details
    start, end, zone = _times(listed, catalogue)
    return {
        "id": listed.id,
        "series": appointment.id if appointment.is_series else None,
        "kind": details.kind,
        "status": details.status,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "zone": zone,
        **_words(details, catalogue),
    }


def details_json(
    appointment: Appointment, key: RecurrenceKey, part: Part, catalogue: Catalogue
) -> dict[str, object]:
    """Return everything of an appointment or of one of its occurrences for programs."""
    details = part.details
    first, last, zone = _said(part.when, catalogue)
    return {
        "id": full_id(appointment, key),
        "series": appointment.id if appointment.is_series else None,
        "kind": details.kind,
        "status": details.status,
        "start": first,
        "end": last,
        "zone": zone,
        "repeats": list(appointment.recurrence.rrules) if appointment.recurrence else [],
        **_words(details, catalogue),
        "title": details.title,
        "place": details.place,
        "medium": details.medium,
        "contact_with": details.contact_with,
        "contact_name": details.contact_name,
        "url": details.url,
        "instructions": details.instructions,
        "note": details.note,
        "busy": details.blocks,
        "travel_minutes": int(details.travel.total_seconds()) // 60,
        "reminders": [str(reminder) for reminder in details.reminders],
        "session_bridge": details.session_bridge,
        "fee": str(details.fee) if details.fee else None,
        "held": sorted(locks_of(part)),
        "group": appointment.group,
        "continues": appointment.continues,
        "uid": appointment.uid,
        "revision": appointment.revision,
        "deleted_at": appointment.deleted_at.isoformat() if appointment.deleted_at else None,
    }


def line_of(listed: Listed, catalogue: Catalogue) -> DayLine:
    """Return the day of an occurrence and its cells in a table."""
    appointment, details = listed.appointment, listed.part.details
    start, end, _ = _times(listed, catalogue)
    hours = f"{start:%H:%M}-{end:%H:%M}" if isinstance(start, datetime) else "all day"
    day = start.date() if isinstance(start, datetime) else start
    return day, (
        hours,
        details.practitioner,
        details.client,
        _subject(details, catalogue),
        details.status.replace("-", " "),
        details.room or details.location or details.place,
        short_id(appointment, listed.occurrence.key),
    )


def heading_of(line: HistoryLine) -> str:
    """Return what happened, by whom and through which door."""
    happened = ", ".join(line.facts) or "edited"
    return f"{happened}, by {line.actor.user} ({line.actor.door})"


def changes_of(line: HistoryLine) -> list[str]:
    """Return what a line of the history says of each field, what was nothing left out."""
    return [
        f"{name}: {old} > {new}" if old else f"{name}: {new}"
        for name, (old, new) in line.changes.items()
        if old or new not in _NOTHING
    ]


def _words(details: Details, catalogue: Catalogue) -> dict[str, object]:
    session = catalogue.session_type.get(details.session_type) if details.session_type else None
    return {
        "client": details.client,
        "session": session.name if session else None,
        "services": [str(line) for line in details.services],
        "location": details.location,
        "room": details.room,
        "practitioner": details.practitioner,
        "attention": sorted(details.attention),
    }


def _subject(details: Details, catalogue: Catalogue) -> str:
    session = catalogue.session_type.get(details.session_type) if details.session_type else None
    words = session.name if session else " ".join(line.code for line in details.services)
    match details.kind:
        case Kind.OTHER:
            words = details.title if details.busy else f"{details.title} (free)"
        case Kind.CONTACT:
            words = f"contact {details.medium or ''}"
        case Kind.COLLATERAL:
            words = f"collateral {details.contact_with or ''}"
        case Kind.SESSION | Kind.REQUEST:
            pass
    marks = [f"! {reason}" for reason in sorted(details.attention)]
    return "\n".join([words.strip() or details.title, *marks])


def _times(
    listed: Listed, catalogue: Catalogue
) -> tuple[datetime, datetime, str] | tuple[date, date, str]:
    """Return an occurrence's first and last moment in its own zone, or its days."""
    row, when = listed.occurrence, listed.part.when
    if isinstance(when, AllDay):
        zone = catalogue.practice.zone
        return row.start.astimezone(zone).date(), row.end.astimezone(zone).date(), zone.key
    own: ZoneInfo = when.zone_info
    return row.start.astimezone(own), row.end.astimezone(own), own.key


def _said(when: When, catalogue: Catalogue) -> tuple[str, str, str]:
    match when:
        case Timed():
            return when.start.isoformat(), when.end.isoformat(), when.zone
        case AllDay():
            return when.first.isoformat(), when.end.isoformat(), catalogue.practice.zone.key
