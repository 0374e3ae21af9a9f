"""An appointment: what it says, when it is, and which occurrences live on their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from typing_extensions import override

from server.domain.errors import Invalid
from server.domain.ids import (
    AppointmentId,
    CalendarId,
    ClientNumber,
    GroupId,
    LocationKey,
    RoomKey,
    SessionTypeId,
    UserName,
)
from server.domain.money import Money
from server.domain.vocabulary import (
    Attention,
    Auto95,
    ContactWith,
    Kind,
    Lock,
    Medium,
    Status,
)
from server.domain.when import Recurrence, RecurrenceKey, When

MODIFIERS_AT_MOST = 4
UNITS_AT_MOST = 99
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,15}")
_UNITS = re.compile(r"[0-9]{1,3}")
_REMINDER = re.compile(r"([1-5])D-(email|phone|text)", re.IGNORECASE)
REMINDERS_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One billable line: code, units, up to four modifiers in order (SH-04, SH-05)."""

    code: str
    units: int = 1
    modifiers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise Invalid("service", f"'{self.code[:20]}' is not a code")
        if not 1 <= self.units <= UNITS_AT_MOST:
            raise Invalid("service", f"{self.units} units: 1 to 99 are possible")
        if len(self.modifiers) > MODIFIERS_AT_MOST or len(set(self.modifiers)) < len(
            self.modifiers
        ):
            raise Invalid("service", "up to four different modifiers are possible")
        if not all(_MODIFIER.fullmatch(modifier) for modifier in self.modifiers):
            raise Invalid("service", "a modifier is two letters or digits")

    @override
    def __str__(self) -> str:
        """Return the wire form ``97810*1+95+GT``."""
        return f"{self.code}*{self.units}" + "".join(f"+{mark}" for mark in self.modifiers)


def parse_services(text: str) -> tuple[ServiceLine, ...]:
    """Read ``CODE[*units][+MOD…]`` words, the first being primary; raises Invalid."""
    lines = []
    for word in text.split():
        head, *modifiers = word.split("+")
        code, star, units = head.partition("*")
        if star and not _UNITS.fullmatch(units):
            raise Invalid("service", f"'{units[:8]}' is not a number of units")
        lines.append(
            ServiceLine(
                code, int(units) if star else 1, tuple(mark.upper() for mark in modifiers)
            )
        )
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A message to the client, 1 to 5 days ahead (SH-13)."""

    days: int
    channel: str

    @override
    def __str__(self) -> str:
        return f"{self.days}D-{self.channel}"


def parse_reminders(text: str) -> tuple[Reminder, ...]:
    """Read up to two of ``nD-email``, ``nD-phone``, ``nD-text``; raises Invalid (SH-13)."""
    reminders = []
    for word in text.split():
        match = _REMINDER.fullmatch(word)
        if match is None:
            raise Invalid("reminders", f"'{word[:20]}' is not one such as 1D-text or 3D-email")
        reminders.append(Reminder(int(match[1]), match[2].lower()))
    if len(reminders) > REMINDERS_AT_MOST:
        raise Invalid("reminders", "at most two are possible")
    return tuple(reminders)


@dataclass(frozen=True, slots=True)
class FeeOverride:
    """What a person said of the fee of a missed appointment (SH-33); zero waives it."""

    amount: Money
    reason: str = ""

    @override
    def __str__(self) -> str:
        return f"{self.amount} ({self.reason})" if self.reason else str(self.amount)


@dataclass(frozen=True, slots=True)
class Details:
    """What an appointment or one of its occurrences says, times apart.

    ``title`` is the text of an Other Event, or the words in which no single client was
    recognised; ``candidates`` is how many clients those words fit.
    """

    kind: Kind
    status: Status
    practitioner: UserName
    title: str = ""
    client: ClientNumber | None = None
    session_type: SessionTypeId | None = None
    services: tuple[ServiceLine, ...] = ()
    location: LocationKey | None = None
    room: RoomKey | None = None
    place: str = ""
    medium: Medium | None = None
    contact_with: ContactWith | None = None
    contact_name: str = ""
    url: str = ""
    instructions: str = ""
    note: str = ""
    busy: bool = True
    travel: timedelta = timedelta()
    reminders: tuple[Reminder, ...] = ()
    session_bridge: bool = False
    fee: FeeOverride | None = None
    auto_95: Auto95 = Auto95.NONE
    attention: frozenset[Attention] = frozenset()
    candidates: int = 0

    @property
    def blocks(self) -> bool:
        """Whether nobody else can be booked then; a client's appointment always blocks."""
        if self.status.is_cancelled:
            return False
        return self.busy or self.kind in (Kind.SESSION, Kind.REQUEST)

    def with_attention(self, *reasons: Attention) -> Details:
        """Return the same with these reasons for attention added."""
        return replace(self, attention=self.attention | frozenset(reasons))

    def without_attention(self, *reasons: Attention) -> Details:
        """Return the same with these reasons for attention settled."""
        return replace(self, attention=self.attention - frozenset(reasons))


@dataclass(frozen=True, slots=True)
class Part:
    """The master of an appointment or one override.

    ``lines`` are the content lines of the owner's VEVENT as that person's app wrote them,
    unfolded; they are kept so that nothing a person wrote is lost. ``held`` is what the ledger
    and the notes hold of it; they alone change that.
    """

    when: When
    details: Details
    lines: tuple[str, ...] = ()
    deleted: bool = False
    held: frozenset[Lock] = frozenset()


class OccurrenceId(NamedTuple):
    """One occurrence of one appointment; the key of a single appointment is MASTER."""

    appointment: AppointmentId
    key: RecurrenceKey


_NONE: Mapping[RecurrenceKey, Part] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Appointment:
    """One UID of one calendar: a single appointment or a series with its exceptions.

    ``master`` is None where a client stored overrides only. ``overrides`` are keyed by original
    start. ``zones`` holds the VTIMEZONEs of zones that are not IANA ones, as content lines.
    """

    id: AppointmentId
    calendar: CalendarId
    uid: str
    master: Part | None
    recurrence: Recurrence | None = None
    overrides: Mapping[RecurrenceKey, Part] = field(default_factory=lambda: _NONE)
    zones: tuple[str, ...] = ()
    group: GroupId | None = None
    continues: AppointmentId | None = None
    copied_from: AppointmentId | None = None
    copied_at: datetime | None = None
    revision: int = 0
    created_at: datetime | None = None
    modified_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def is_series(self) -> bool:
        """Whether there is more than the one occurrence of the master."""
        return self.recurrence is not None or self.master is None

    @property
    def first_part(self) -> Part:
        """The master, or the earliest override where there is none."""
        if self.master is not None:
            return self.master
        return self.overrides[min(self.overrides)]

    def part(self, key: RecurrenceKey) -> Part | None:
        """Return the part that speaks for an occurrence: its override, else the master."""
        return self.overrides.get(key) or self.master

    def with_override(self, key: RecurrenceKey, part: Part) -> Appointment:
        """Return the same with one override set."""
        return replace(self, overrides={**self.overrides, key: part})

    def without_override(self, key: RecurrenceKey) -> Appointment:
        """Return the same with one override gone."""
        kept = {other: part for other, part in self.overrides.items() if other != key}
        return replace(self, overrides=kept)
