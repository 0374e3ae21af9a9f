"""The properties that the server writes into a VEVENT: titles, places, status, X-PRAXICAL-."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from server.domain.appointment import Appointment, Details, Part
from server.domain.locks import locks_of
from server.domain.titles import title_of
from server.domain.vocabulary import Kind, Status, TitleLevel
from server.ics.colours import nearest_name
from server.ics.description_block import join_description
from server.ics.event import PREFIX
from server.ics.lines import name_of, split, text_line

if TYPE_CHECKING:
    from server.ics.view import Names, View

NEVER_SENT = frozenset({"METHOD", "RECURRENCE-ID-RANGE"})
"""What has no place in an object that is served."""


@dataclass(frozen=True, slots=True)
class Written:
    """One property as the server writes it; ``line`` None means that it is left out."""

    line: str | None

    def over(self, raw: str) -> Iterator[str]:
        """Yield the person's own line where it says the same, else the server's."""
        if self.line is not None:
            ours = name_of(raw).startswith(PREFIX)
            same = not ours and split(raw).text == split(self.line).text
            yield raw if same else self.line

    def alone(self) -> Iterator[str]:
        """Yield the line where the person has none."""
        if self.line is not None:
            yield self.line


def server_lines(
    appointment: Appointment, part: Part, view: View, names: Names
) -> dict[str, Written]:
    """Return what the server writes, by property name, for one part and one viewer."""
    details = part.details
    lines: dict[str, str | None] = {"UID": f"UID:{uid_for(appointment, view)}"}
    lines |= _stamps(appointment, part, view)
    if view.level is TitleLevel.BUSY:
        lines |= _busy(details)
    else:
        lines |= _texts(part, view, names)
        lines |= _states(details, names)
        lines |= _practice(appointment, part, view, names)
    return {name: Written(line) for name, line in lines.items()}


def uid_for(appointment: Appointment, view: View) -> str:
    """Return the UID; viewers who may see only busy times get one that tells nothing."""
    return f"{appointment.id}-busy" if view.level is TitleLevel.BUSY else appointment.uid


def _stamps(appointment: Appointment, part: Part, view: View) -> dict[str, str | None]:
    if view.is_owner and any(raw.upper().startswith("DTSTAMP") for raw in part.lines):
        return {}
    moment = appointment.modified_at or datetime.fromtimestamp(0, UTC)
    return {"DTSTAMP": moment.astimezone(UTC).strftime("DTSTAMP:%Y%m%dT%H%M%SZ")}


def _busy(details: Details) -> dict[str, str | None]:
    return {
        "SUMMARY": "SUMMARY:Busy" if details.blocks else "SUMMARY:Free",
        "TRANSP": "TRANSP:OPAQUE" if details.blocks else "TRANSP:TRANSPARENT",
        "STATUS": "STATUS:CONFIRMED",
        "CLASS": "CLASS:PRIVATE",
    }


def _texts(part: Part, view: View, names: Names) -> dict[str, str | None]:
    details = part.details
    client = names.clients.get(details.client) if details.client else None
    session = (
        names.catalogue.session_type.get(details.session_type) if details.session_type else None
    )
    title = title_of(
        details, client, session.name if session else "", view.level, bool(locks_of(part))
    )
    lines = {
        "SUMMARY": _text_or_none("SUMMARY", title),
        "LOCATION": _text_or_none("LOCATION", place_of(details, names)),
        "DESCRIPTION": _text_or_none("DESCRIPTION", description_of(details, view)),
    }
    if details.url or details.kind.has_client:
        lines["URL"] = f"URL:{details.url}" if details.url else None
    return lines


def _text_or_none(name: str, text: str) -> str | None:
    return text_line(name, text) if text else None


def place_of(details: Details, names: Names) -> str:
    """Return location and room as people name them; a client's home is never among them."""
    location = names.catalogue.location.get(details.location) if details.location else None
    room = names.catalogue.room.get(details.room) if details.room else None
    if location is None:
        return details.place or (room.name if room else "")
    return f"{location.name} / {room.name}" if room else location.name


def description_of(details: Details, view: View) -> str:
    """Return the internal note and the block of what has no property of its own."""
    block = {"instructions": details.instructions} if details.instructions else {}
    return join_description(details.note if view.note else "", block)


def _states(details: Details, names: Names) -> dict[str, str | None]:
    unclear = any(reason.needs_answer for reason in details.attention)
    if details.kind is Kind.OTHER and not unclear:
        # A mere warning, such as an overlap, takes nothing away from what the person wrote.
        states: dict[str, str | None] = {}
        if details.status.is_cancelled:
            states["STATUS"] = "STATUS:CANCELLED"
        if details.status.is_cancelled or not details.busy:
            states["TRANSP"] = "TRANSP:TRANSPARENT"
        else:
            states["TRANSP"] = "TRANSP:OPAQUE"
        return states
    session = (
        names.catalogue.session_type.get(details.session_type) if details.session_type else None
    )
    return {
        "STATUS": f"STATUS:{_status_word(details)}",
        "TRANSP": "TRANSP:OPAQUE" if details.blocks else "TRANSP:TRANSPARENT",
        "CLASS": "CLASS:PRIVATE",
        "COLOR": f"COLOR:{nearest_name(session.colour)}" if session else None,
    }


def _status_word(details: Details) -> str:
    if details.status.is_cancelled:
        return "CANCELLED"
    waits = details.status is Status.REQUESTED or details.kind is Kind.REQUEST
    unclear = any(reason.needs_answer for reason in details.attention)
    return "TENTATIVE" if waits or unclear else "CONFIRMED"


def _practice(
    appointment: Appointment, part: Part, view: View, names: Names
) -> dict[str, str | None]:
    details = part.details
    session = (
        names.catalogue.session_type.get(details.session_type) if details.session_type else None
    )
    shows_client = details.client and view.level is not TitleLevel.ANONYMOUS
    values = {
        "REF": appointment.id,
        "KIND": details.kind.value,
        "STATUS": details.status.value,
        "SESSION": session.name if session else None,
        "CLIENT": details.client if shows_client else None,
        "PRACTITIONER": details.practitioner,
        "SERVICES": " ".join(map(str, details.services)) if view.services else None,
        "ROOM": details.room,
        "MEDIUM": details.medium.value if details.medium else None,
        "CONTACT-WITH": details.contact_with.value if details.contact_with else None,
        "GROUP": appointment.group,
        "REMINDERS": " ".join(map(str, details.reminders)),
        "LOCK": " ".join(sorted(lock.value for lock in locks_of(part))),
        "ATTENTION": " ".join(sorted(reason.value for reason in details.attention)),
    }
    lines: dict[str, str | None] = {
        f"X-PRAXICAL-{name}": text_line(f"X-PRAXICAL-{name}", value)
        for name, value in values.items()
        if value
    }
    lines["X-PRAXICAL-REV"] = f"X-PRAXICAL-REV;VALUE=INTEGER:{appointment.revision}"
    location = names.catalogue.location.get(details.location) if details.location else None
    if location is not None:
        pos = location.place_of_service
        lines["X-PRAXICAL-LOCATION"] = f"X-PRAXICAL-LOCATION;X-POS={pos}:{location.key}"
    if appointment.continues and appointment.continues in names.uids:
        lines["RELATED-TO"] = f"RELATED-TO;RELTYPE=SIBLING:{names.uids[appointment.continues]}"
    return lines
