"""What is taken of practitioners' time and of rooms, with the pauses that belong to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from server.domain.appointment import Appointment
from server.domain.calendars import Occurrence
from server.domain.ids import RoomKey, UserName
from server.domain.practice import SessionType
from server.domain.slots import Fit, Group, Taken
from server.domain.slots import Span as Seconds
from server.usecases.availability import Span, beyond_index, expanded
from server.usecases.context import Rules
from server.usecases.pauses import Pauses
from server.usecases.ports import SlotRow, UnitOfWork

_LONGEST_TRAVEL = 24 * 3600


@dataclass(frozen=True, slots=True)
class Asked:
    """A session type, what it needs, and between which moments (seconds) it is to start."""

    kind: SessionType
    fit: Fit
    first: int
    last: int

    @property
    def span(self) -> Span:
        """From the first start to the end of the last session (UTC)."""
        return _moment(self.first), _moment(self.last + self.fit.length)


@dataclass(slots=True)
class TakenTimes:
    """What is taken, by practitioner and by room; groups that may be joined are apart."""

    asked: Asked
    pauses: Pauses
    rooms: dict[RoomKey, list[Seconds]] = field(default_factory=lambda: defaultdict(list))
    _taken: dict[UserName, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    _groups: dict[UserName, dict[int, Group]] = field(default_factory=lambda: defaultdict(dict))

    def of(self, name: UserName) -> Sequence[Taken]:
        """Return what is taken of a practitioner's time."""
        return self._taken.get(name, ())

    def groups(self, name: UserName) -> Mapping[int, Group]:
        """Return a practitioner's sessions of the wanted type by start, where more may come."""
        return self._groups.get(name, {})

    def add(self, row: SlotRow) -> None:
        """Count a time that is taken."""
        if row.room is not None:
            self.rooms[row.room].append((row.start, row.end))
        if self._may_be_joined(row):
            groups = self._groups[row.practitioner]
            before = groups.get(row.start, Group(0, row.location, row.room))
            groups[row.start] = before._replace(booked=before.booked + 1)
        else:
            around = self.pauses.of_type(row.session_type)
            self._taken[row.practitioner].append(Taken(row.busy_from, row.end, *around))

    def _may_be_joined(self, row: SlotRow) -> bool:
        fit = self.asked.fit
        same = row.session_type == self.asked.kind.id and row.end - row.start == fit.length
        return fit.capacity > 1 and same and row.busy_from == row.start


def taken_times(
    uow: UnitOfWork, rules: Rules, asked: Asked, names: Collection[UserName], *, everybody: bool
) -> TakenTimes:
    """Return what is taken of these people's time, and by ``everybody`` of the rooms.

    Raises TooManyInstances.
    """
    pauses = Pauses.of(uow.catalogue)
    with_types = bool(pauses.around) or asked.fit.capacity > 1
    span = _around(asked, pauses)
    people = set(names) | (set(uow.catalogue.user) if everybody else set())
    taken = TakenTimes(asked, pauses)
    beyond = {one.id: one for one in beyond_index(uow, span)}
    for row in uow.bookable.taken(sorted(people), *span, with_types=with_types):
        if row.appointment not in beyond:
            taken.add(row)
    for one in expanded(uow, rules, beyond.values(), span):
        if one.blocks and one.practitioner in people:
            taken.add(_slot_row(one, beyond[one.appointment]))
    return taken


def _around(asked: Asked, pauses: Pauses) -> Span:
    """Return the range in which something may stand in the way: pauses and travel included."""
    longest = max(asked.fit.before, asked.fit.after, pauses.longest)
    last = asked.last + asked.fit.length + longest + _LONGEST_TRAVEL
    return _moment(asked.first - longest), _moment(last)


def _slot_row(row: Occurrence, appointment: Appointment) -> SlotRow:
    part = appointment.part(row.key)
    details = part.details if part else None
    return SlotRow(
        row.appointment,
        row.key,
        row.practitioner,
        int(row.busy_from.timestamp()),
        int(row.start.timestamp()),
        int(row.end.timestamp()),
        row.room,
        details.session_type if details else None,
        details.location if details else None,
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
