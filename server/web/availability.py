"""Bookable hours over the API: listed, drawn and taken away, as in the calendar app."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field

from server.domain.api_access import ApiScope
from server.domain.calendars import Calendar
from server.domain.errors import NotAllowed, NotFound
from server.domain.ids import AppointmentId, UserName
from server.domain.practice import Catalogue
from server.domain.when import RecurrenceKey, span_utc, start_of
from server.usecases.availability import Hours, availability_of, hours_between
from server.usecases.edit_availability import For, add_hours, new_hours, take_hours
from server.usecases.repeat_presets import Repetition
from server.usecases.viewers import may_read, may_write
from server.web.appointment_times import RepeatSaid, TimesSaid
from server.web.messages import Nothing, Shown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.time_range import Asked, Parameters, RangeQuery, range_named, zone_named

_ENDS: Final = Parameters("from", "to", whole=True)


class HoursQuery(RangeQuery):
    """Whose bookable hours are wanted, and of when: 370 days at most."""

    practitioner: str | None = Field(
        default=None, description="Left out: of all whose hours the token's user sees."
    )


class HoursSaid(TimesSaid):
    """Hours in which clients may book."""

    practitioner: str | None = Field(default=None, description="Left out: the token's user.")
    sessions: list[str] = Field(
        default_factory=list,
        max_length=20,
        description="Session types by name; none: all of the practitioner's discipline.",
    )
    location: str | None = Field(default=None, description="By key; left out: everywhere.")
    repeat: RepeatSaid | None = None


class HoursShown(Shown):
    """Bookable hours of one day, and what they are understood to be for."""

    id: str = Field(description="Of a series with the occurrence behind a full stop.")
    practitioner: str
    start: str = Field(description="RFC 3339 with an offset.")
    end: str
    title: str
    sessions: list[str] = Field(description="Empty: all of the practitioner's discipline.")
    location: str | None
    unknown_place: bool = Field(
        description="Whether a place is named that the practice does not have: nothing can be "
        "booked in these hours."
    )


class HoursList(Shown):
    """Bookable hours by start, each occurrence of a series for itself."""

    tz: str
    items: list[HoursShown]


def list_hours(call: Call, said: HoursQuery) -> HoursList:
    """List the bookable hours of some days."""
    uow = call.uow
    zone = zone_named(said.tz, uow.practice.zone)
    span = range_named(Asked(said.since, said.until), _ENDS, zone, call.context.now)
    found = hours_between(uow, call.context.rules, _whose(call, said.practitioner), span)
    items = [_shown(one, uow.catalogue, zone) for one in found]
    return HoursList(tz=zone.key, items=items)


def draw_hours(call: Call, said: HoursSaid) -> HoursShown:
    """Draw bookable hours, once or repeated; they appear in the calendar app."""
    uow = call.uow
    owner = UserName(said.practitioner or call.user.name)
    _check_writable(call, availability_of(uow, owner))
    when = said.new(uow.practice.zone, None)
    repetition = said.repeat.repetition() if said.repeat else Repetition()
    new = new_hours(uow, when, repetition, For(tuple(said.sessions), said.location))
    number = add_hours(uow, call.context, owner, new)
    span = span_utc(when, uow.practice.zone)
    first = next(
        one
        for one in hours_between(uow, call.context.rules, [owner], span)
        if one.appointment == number
    )
    return _shown(first, uow.catalogue, uow.practice.zone)


def remove_hours(call: Call, said: Nothing) -> None:
    """Take bookable hours away: a whole series, or one of its days."""
    del said
    text, _, tail = call.parts["id"].partition(".")
    number, key = AppointmentId(text), RecurrenceKey(tail)
    if key:
        start_of(key)  # raises Invalid for what is no key
    found = call.uow.appointments.get(number)
    calendar = call.uow.calendars.by_id(found.calendar) if found else None
    if calendar is None or not may_read(call.user, calendar):
        raise NotFound("availability", text[:40])
    _check_writable(call, calendar)
    take_hours(call.uow, call.context, number, key)


def _whose(call: Call, name: str | None) -> list[UserName]:
    """Return whose hours are listed; raises NotFound also for whose may not be seen."""
    people = [one.name for one in call.uow.catalogue.practitioners if not one.disabled]
    seen = [one for one in people if may_read(call.user, availability_of(call.uow, one))]
    if name is None:
        return seen
    if name not in seen:
        raise NotFound("practitioner", name[:40])
    return [UserName(name)]


def _check_writable(call: Call, calendar: Calendar) -> None:
    if not may_read(call.user, calendar):
        raise NotFound("practitioner", calendar.owner[:40])
    if not may_write(call.user, calendar):
        raise NotAllowed("Bookable hours are changed by whose they are.")


def _shown(one: Hours, catalogue: Catalogue, zone: ZoneInfo) -> HoursShown:
    start, end = (datetime.fromtimestamp(each, UTC) for each in (one.start, one.end))
    kinds = (catalogue.session_type.get(each) for each in one.meaning.session_types)
    return HoursShown(
        id=f"{one.appointment}.{one.key}" if one.key else one.appointment,
        practitioner=one.practitioner,
        start=start.astimezone(zone).isoformat(),
        end=end.astimezone(zone).isoformat(),
        title=one.title,
        sessions=sorted(kind.name for kind in kinds if kind is not None),
        location=one.meaning.location,
        unknown_place=one.meaning.unknown_place,
    )


ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/availability",
        ApiScope.CALENDAR_READ,
        list_hours,
        HoursQuery,
        HoursList,
        "Bookable hours of some days",
    ),
    Route(
        Method.POST,
        "/availability",
        ApiScope.CALENDAR_WRITE,
        draw_hours,
        HoursSaid,
        HoursShown,
        "Draw bookable hours",
        HTTPStatus.CREATED,
    ),
    Route(
        Method.DELETE,
        "/availability/{id}",
        ApiScope.CALENDAR_WRITE,
        remove_hours,
        Nothing,
        None,
        "Take bookable hours away",
    ),
)
