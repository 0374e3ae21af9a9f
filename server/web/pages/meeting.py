"""An appointment as pages show it: what, when, where and with whom, and never for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment
from server.domain.ids import LocationKey, UserName
from server.domain.practice import SessionType
from server.domain.when import span_utc
from server.usecases.ports import UnitOfWork
from server.web.pages.choice import Start
from server.web.pages.dates import Words
from server.web.pages.visit import Visit, zone_of


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a page shows of an appointment; ``there`` is the time by the clocks of the place.

    ``person`` is "" for anybody, ``there`` where the visitor's clocks show the same time.
    """

    session: str
    minutes: str
    when: str
    zone: str
    place: str
    there: str
    person: str


def name_of(kind: SessionType | None) -> str:
    """Return what visitors read of a session type."""
    return (kind.description or kind.name) if kind else ""


def meeting_of(
    uow: UnitOfWork, visit: Visit, kind: SessionType, start: Start, person: UserName | None
) -> Meeting:
    """Return what is about to be booked."""
    user = uow.catalogue.user.get(person) if person else None
    end = start.at + timedelta(minutes=kind.minutes)
    words = words_at(uow, visit, start.location)
    name = user.display_name if user else ""
    return _meeting(words, (start.at, end), kind, place_of(uow, start.location), name)


def booked_meeting(uow: UnitOfWork, visit: Visit, appointment: Appointment) -> Meeting:
    """Return what is booked, as it is now."""
    part = appointment.first_part
    details = part.details
    kind = (
        uow.catalogue.session_type.get(details.session_type) if details.session_type else None
    )
    user = uow.catalogue.user.get(details.practitioner)
    words = words_at(uow, visit, details.location)
    return _meeting(
        words,
        span_utc(part.when, uow.practice.zone),
        kind,
        place_of(uow, details.location),
        user.display_name if user else "",
    )


def place_of(uow: UnitOfWork, key: LocationKey | None) -> tuple[str, ZoneInfo]:
    """Return the name of a location and its zone; without one, the practice's."""
    place = uow.catalogue.location.get(key) if key else None
    zone = (place.zone if place else None) or uow.practice.zone
    return (place.name if place else uow.practice.name), zone


def words_at(uow: UnitOfWork, visit: Visit, key: LocationKey | None) -> Words:
    """Return what writes moments in the visitor's zone, the location's where none is said."""
    return visit.words(zone_of(visit.zone, place_of(uow, key)[1]))


def _meeting(
    words: Words,
    span: tuple[datetime, datetime],
    kind: SessionType | None,
    place: tuple[str, ZoneInfo],
    person: str,
) -> Meeting:
    start, end = span
    minutes = int((end - start).total_seconds() // 60)
    return Meeting(
        name_of(kind),
        words.say.count("minutes", minutes),
        words.span(start, end),
        words.zone_at(start),
        place[0],
        there_if_elsewhere(words, place[1], start),
        person,
    )


def there_if_elsewhere(words: Words, there: ZoneInfo, start: datetime) -> str:
    """Return when it is by the clocks of the place, "" where they show the same time."""
    if start.astimezone(there).utcoffset() == start.astimezone(words.zone).utcoffset():
        return ""
    local = replace(words, zone=there)
    return words.say("there", time=local.time(start), zone=local.zone_at(start))
