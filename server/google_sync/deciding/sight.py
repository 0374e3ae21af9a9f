"""An appointment as both sides have it: what Google is to have, and what is paired there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from server.domain.appointment import Appointment
from server.domain.google import EventKind, EventMap, GoogleLink, MapState
from server.domain.ids import AppointmentId, ClientNumber
from server.domain.vocabulary import CalendarKind, Kind
from server.domain.when import MASTER, RecurrenceKey
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import (
    Base,
    Projection,
    base_text,
    natural_times,
    read_base,
)
from server.google_sync.model.projection import (
    Desired,
    Teller,
    Wanted,
    desired,
    natural_wanted,
    tells_own_title,
)
from server.ics.series_split import occurrence_at

ALIVE = frozenset({MapState.PENDING, MapState.LIVE, MapState.CONFLICT, MapState.PARKED})
"""The states of a pair whose event may stand in Google."""

AGAIN = "again"
"""The reason of a pair whose event is gone from Google and is to be made anew."""
UNMARKED = "unmarked"
"""The reason of a pair whose event bears no mark of ours yet."""
ACCEPTED, DECLINED = "accepted", "declined"
"""The reasons of a pair about which somebody has answered."""
CHECK = "check"
"""The reason of an occurrence whose series was changed in Google: it may be reset there."""
CUT = "cut"
"""The reason of a series that ends earlier in Google, and may go on there as another."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One appointment, what Google is to have of it, and the pairs that there are.

    ``ends_at`` is when the last of it is over (UTC), None where it never ends.
    """

    link: GoogleLink
    appointment: AppointmentId
    here: Appointment | None
    desired: Desired
    pairs: Sequence[EventMap] = field(default_factory=tuple)
    ends_at: datetime | None = None

    def pair(self, key: RecurrenceKey = MASTER) -> EventMap | None:
        """Return the pair that counts for an occurrence, or the whole: the newest."""
        own = [pair for pair in self.pairs if pair.key == key]
        return max(own, key=rank, default=None)

    def wanted(self, key: RecurrenceKey) -> Wanted | None:
        """Return what Google is to have of an occurrence, None where it does not take place."""
        if key == MASTER:
            return self.desired.main
        if key in self.desired.own:
            return self.desired.own[key]
        main = self.desired.main
        if main is None or key in self.desired.gone or not self.occurs(key):
            return None
        return natural_wanted(main, key)

    def occurs(self, key: RecurrenceKey) -> bool:
        """Whether the series has an occurrence of that key, one with a life of its own too."""
        here = self.here
        if here is None or here.master is None:
            return False
        if key in here.overrides:
            return True
        rule = here.recurrence
        return rule is not None and occurrence_at(here.master.when, rule, key) is not None

    def in_rule(self, key: RecurrenceKey) -> bool:
        """Whether the series that Google is to have would have an occurrence of that key."""
        main = self.desired.main
        if main is None or main.recurrence is None:
            return False
        rule = replace(main.recurrence, exdates=())
        return occurrence_at(main.when, rule, key) is not None

    @property
    def apart(self) -> frozenset[RecurrenceKey]:
        """The occurrences of the series that have an event by themselves in Google."""
        alone = {
            pair.key
            for pair in self.pairs
            if pair.key and pair.kind is not EventKind.EXCEPTION and pair.state in ALIVE
        }
        return frozenset(key for key in alone if self.in_rule(key))

    @property
    def left_out(self) -> frozenset[RecurrenceKey]:
        """The occurrences without which the series is written: gone, or by themselves."""
        return self.desired.gone | self.apart

    @property
    def is_other(self) -> bool:
        """Whether it is an Other Event, which is busy or free as it says."""
        here = self.here
        if here is None or not (here.master or here.overrides):
            return False
        return here.first_part.details.kind is Kind.OTHER

    @property
    def is_block(self) -> bool:
        """Whether it is an Other Event that was made here, without a client."""
        if self.here is None or not self.is_other:
            return False
        details = self.here.first_part.details
        return details.client is None and not details.attention


def may_be_renamed(sight: Sight, key: RecurrenceKey) -> bool:
    """Whether a title may be changed in Google: of an Other Event, where Google is told it."""
    part = sight.here.part(key) if sight.here is not None else None
    if part is None or sight.desired.foreign or not sight.is_block:
        return False
    return tells_own_title(part.details, sight.link.level)


def is_renamed(
    sight: Sight,
    key: RecurrenceKey,
    base: Base | None,
    theirs: Projection,
    *,
    google_wins: bool,
) -> bool:
    """Whether a title was changed in Google, may be, and was not changed here too."""
    wanted = sight.wanted(key)
    if base is None or wanted is None or not may_be_renamed(sight, key):
        return False
    here = wanted.projection.title != base.ours.title
    return theirs.title != base.theirs.title and (google_wins or not here)


def rank(pair: EventMap) -> tuple[int, bool, int]:
    """Return by what the pair that counts is chosen: one that stands alone, then the newest."""
    return (pair.generation, pair.kind is not EventKind.EXCEPTION, int(pair.state in ALIVE))


def sight_of(desk: Desk, appointment: AppointmentId) -> Sight:
    """Return an appointment as both sides have it."""
    here = desk.uow.appointments.get(appointment)
    pairs = desk.uow.google.events.of_appointment(desk.link.id, appointment)
    return seen(desk, appointment, here, pairs)


def seen(
    desk: Desk,
    appointment: AppointmentId,
    here: Appointment | None,
    pairs: Sequence[EventMap],
) -> Sight:
    """Return the sight of an appointment that was read already."""
    wanted = Desired(None, {})
    ends_at = None
    if here is not None:
        wanted = desired(here, teller_for(desk, here))
        if not _is_the_links(desk, here):
            wanted = replace(wanted, main=None, own={})
        indexed = desk.uow.appointments.indexed(here.id)
        ends_at = indexed.last_end if indexed else None
        if indexed is not None and indexed.first_start is None:
            ends_at = desk.at
    return Sight(desk.link, appointment, here, wanted, tuple(pairs), ends_at)


def teller_for(desk: Desk, here: Appointment) -> Teller:
    """Return how much Google is told of an appointment, with the clients it is about."""
    parts = [part for part in (here.master, *here.overrides.values()) if part]
    numbers: set[ClientNumber] = {
        part.details.client for part in parts if part.details.client is not None
    }
    clients = desk.uow.clients.get_many(numbers) if numbers else {}
    return replace(desk.teller, clients=clients)


def _is_the_links(desk: Desk, here: Appointment) -> bool:
    """Whether it is an appointment of the link's own practitioner, in their calendar."""
    calendar = desk.uow.calendars.by_id(here.calendar)
    if calendar is None or calendar.kind is not CalendarKind.APPOINTMENTS:
        return False
    return here.first_part.details.practitioner == desk.link.user


def base_of(sight: Sight, pair: EventMap | None, key: RecurrenceKey) -> Base | None:
    """Return on what both sides agreed of an event; of an occurrence, what its series says."""
    own = read_base(pair.base) if pair is not None else None
    if own is not None or key == MASTER:
        return own
    main = sight.pair()
    whole = read_base(main.base) if main is not None else None
    if whole is None or not whole.ours.times.repeats or not whole.theirs.times.repeats:
        return None
    return Base(_once(whole.ours, key), _once(whole.theirs, key), guests=whole.guests)


def _once(whole: Projection, key: RecurrenceKey) -> Projection:
    return replace(whole, times=natural_times(whole.times, key))


def agreed(pair: EventMap, ours: Projection, theirs: Projection, **more: object) -> EventMap:
    """Return a pair on which both sides agree now."""
    guests = bool(more.pop("guests", _had_guests(pair)))
    changed: dict[str, object] = {"state": MapState.LIVE, "reason": "", "retry_at": None} | more
    return replace(pair, base=base_text(Base(ours, theirs, guests=guests)), **changed)  # type: ignore[arg-type]  # fields of EventMap by name


def _had_guests(pair: EventMap) -> bool:
    base = read_base(pair.base)
    return base is not None and base.guests
