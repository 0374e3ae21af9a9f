"""Which slots are free: what a client may book, and nothing of why the rest is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from server.domain import slots
from server.domain.errors import Invalid, NotFound
from server.domain.ids import LocationKey, RoomKey, UserName
from server.domain.practice import TELEHEALTH_PLACES, Location, SessionType, User
from server.domain.slots import Diary, Fit, Offset, Opening, Span
from server.domain.when import midnight_utc
from server.usecases.availability import Hours, hours_between
from server.usecases.context import Context
from server.usecases.google_unknown import unknown_people
from server.usecases.manage_session_types import find_session_type
from server.usecases.ports import UnitOfWork
from server.usecases.taken_slots import Asked, TakenTimes, taken_times

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class SlotsWanted:
    """Slots of which session type, with whom (None: anybody), starting when (UTC, half-open).

    Without a start or an end the slots go as far as clients may book.
    """

    session: str
    practitioner: UserName | None = None
    start: datetime | None = None
    end: datetime | None = None


class Slot(NamedTuple):
    """A free slot, UTC; ``left`` is how many clients still fit in."""

    start: datetime
    end: datetime
    practitioner: UserName
    location: LocationKey
    room: RoomKey | None
    left: int


def free_slots(uow: UnitOfWork, context: Context, wanted: SlotsWanted) -> list[Slot]:
    """Return the free slots by start, then by practitioner and location.

    Raises NotFound, Invalid for what clients cannot book, and TooManyInstances where a series
    has more occurrences than are ever worked out: to leave it out would call its times free.
    """
    kind = bookable_type(uow, wanted.session)
    people = _people(uow, wanted.practitioner)
    places = [
        _Place.of(uow, kind, place, _bounds(uow, context, kind, place, wanted))
        for place in _locations(uow, kind)
    ]
    bounds = [place.bounds for place in places if place.bounds[0] < place.bounds[1]]
    if not bounds or not people:
        return []
    asked = Asked(
        kind, fit_of(kind), min(one[0] for one in bounds), max(one[1] for one in bounds)
    )
    hours = hours_between(uow, context.rules, people, asked.span)
    wanted_hours = [one for one in hours if one.meaning.admits(kind, people[one.practitioner])]
    names = {one.practitioner for one in wanted_hours}
    if context.rules.unknown_blocks:
        names -= unknown_people(uow, context.now)
    if not names:
        return []
    needs_room = any(place.rooms for place in places)
    taken = taken_times(uow, context.rules, asked, names, everybody=needs_room)
    closed = slots.closed_starts(taken.rooms, asked.fit.length)
    return sorted(
        slot
        for place in places
        for name in sorted(names)
        for slot in _at(place, name, asked, _Known(wanted_hours, taken, closed))
    )


def bookable_type(uow: UnitOfWork, name: str) -> SessionType:
    """Return a session type that clients may book; raises NotFound, and Invalid for others."""
    kind = find_session_type(uow, name)
    if kind.archived or not kind.online_bookable:
        raise Invalid("session", f"'{kind.name}' cannot be booked online")
    return kind


def fit_of(kind: SessionType) -> Fit:
    """Return what a session needs, in seconds."""
    rule = kind.booking
    return Fit(
        kind.minutes * _MINUTE,
        rule.before * _MINUTE,
        rule.after * _MINUTE,
        rule.grid * _MINUTE,
        rule.capacity,
    )


def _people(uow: UnitOfWork, name: UserName | None) -> Mapping[UserName, User]:
    """Return who can be booked by name; raises NotFound."""
    people = {user.name: user for user in uow.catalogue.practitioners if not user.disabled}
    if name is None:
        return people
    if name not in people:
        raise NotFound("practitioner", name[:40])
    return {name: people[name]}


def _locations(uow: UnitOfWork, kind: SessionType) -> list[Location]:
    places = (uow.catalogue.location.get(key) for key in kind.locations)
    return [place for place in places if place is not None and not place.archived]


@dataclass(frozen=True, slots=True)
class _Place:
    """A location: the starts that are possible there, its clock, the rooms that are needed."""

    key: LocationKey
    bounds: Span
    offsets: Sequence[Offset]
    rooms: tuple[RoomKey, ...] | None

    @classmethod
    def of(cls, uow: UnitOfWork, kind: SessionType, place: Location, bounds: Span) -> _Place:
        """Return a location; where sessions are at a distance no room is needed."""
        zone = place.zone or uow.practice.zone
        inside = kind.booking.needs_room and place.place_of_service not in TELEHEALTH_PLACES
        rooms = tuple(
            room.key
            for room in uow.catalogue.rooms
            if room.location == place.key and not room.archived
        )
        offsets = slots.offsets_of(zone, *bounds) if bounds[0] < bounds[1] else []
        return cls(place.key, bounds, offsets, rooms if inside else None)


class _Known(NamedTuple):
    """Whose hours there are, what is taken, and the starts at which each room is."""

    hours: Sequence[Hours]
    taken: TakenTimes
    closed: Mapping[RoomKey, Sequence[Span]]


def _bounds(
    uow: UnitOfWork,
    context: Context,
    kind: SessionType,
    place: Location,
    wanted: SlotsWanted,
) -> Span:
    """Return between which moments a session may start: after the notice, inside the horizon.

    The last day that can be booked is a whole day of the location.
    """
    rule = kind.booking
    zone = place.zone or uow.practice.zone
    first = context.now + timedelta(minutes=rule.notice)
    last = context.now.astimezone(zone).date() + timedelta(days=rule.horizon + 1)
    until = midnight_utc(last, zone)
    start = first if wanted.start is None else max(first, wanted.start)
    end = until if wanted.end is None else min(until, wanted.end)
    return _epoch_up(start), _epoch_up(end)


def _epoch_up(moment: datetime) -> int:
    return -int(-moment.timestamp() // 1)


def _at(
    place: _Place,
    name: UserName,
    asked: Asked,
    known: _Known,
) -> Iterator[Slot]:
    """Yield the free slots of one practitioner at one location."""
    taken = known.taken
    theirs = [
        (one.start, one.end)
        for one in known.hours
        if one.practitioner == name and one.meaning.is_at(place.key)
    ]
    if not theirs:
        return
    diary = Diary(theirs, taken.of(name), taken.groups(name))
    found = list(slots.openings(diary, asked.fit, place.bounds, place.offsets))
    for opening, room in _with_rooms(place, found, known.closed):
        at = opening.group.location if opening.group else None
        if at in (None, place.key):
            yield Slot(
                datetime.fromtimestamp(opening.start, UTC),
                datetime.fromtimestamp(opening.start + asked.fit.length, UTC),
                name,
                place.key,
                room,
                opening.left,
            )


def _with_rooms(
    place: _Place,
    found: Sequence[Opening],
    closed: Mapping[RoomKey, Sequence[Span]],
) -> Iterator[tuple[Opening, RoomKey | None]]:
    """Yield openings with a free room where one is needed; a group is joined in its own."""
    for opening in found:
        group = opening.group
        if place.rooms is None or (group is not None and group.room is not None):
            yield opening, group.room if group else None
    if place.rooms is not None:
        rooms = {room: closed.get(room, ()) for room in place.rooms}
        alone = (one for one in found if one.group is None or one.group.room is None)
        yield from slots.first_free(sorted(alone, key=lambda one: one.start), rooms)
