"""What Google is to have of an appointment, and what a request to it says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from server.domain.appointment import Appointment, Details, Part
from server.domain.google import OutwardLevel
from server.domain.ids import ClientNumber
from server.domain.practice import Client
from server.domain.vocabulary import Kind, Status
from server.domain.when import AllDay, Recurrence, RecurrenceKey, Timed, When, key_of
from server.google_sync.model.canonical import Projection, Times, times_of
from server.google_sync.model.incoming import as_compared
from server.google_sync.model.marks import FOREIGN, text_hash
from server.google_sync.model.recurrence_lines import (
    NotOneRule,
    check_writable,
    excluded_keys,
    in_step,
    lines_for,
)
from server.ics.moments import natural

NEUTRAL: Final = "Busy"
"""What an event is called that tells nothing."""
_GENERIC: Final = "Appointment"
_ASKED: Final = "? "


class Piece(StrEnum):
    """A part of an event that is written by itself."""

    TIMES = "times"
    TITLE = "title"
    OPAQUE = "opaque"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Teller:
    """How much is told of whom: the link's level and key, and the clients by number."""

    level: OutwardLevel
    key: bytes = field(repr=False)
    clients: Mapping[ClientNumber, Client] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One event as Google is to have it; ``title`` is None where Google's is left alone."""

    projection: Projection
    when: When
    title: str | None = field(default=None, repr=False)
    recurrence: Recurrence | None = None


@dataclass(frozen=True, slots=True)
class Desired:
    """An appointment as Google is to have it; None stands for what does not take place.

    ``own`` are the occurrences with a life of their own; ``gone`` the ones that were taken out
    of the series, ``own`` ones that do not take place included. ``unfit`` says why Google could
    not be told how it repeats.
    """

    main: Wanted | None
    own: Mapping[RecurrenceKey, Wanted | None]
    gone: frozenset[RecurrenceKey] = frozenset()
    foreign: bool = False
    unfit: str = ""


def desired(appointment: Appointment, teller: Teller) -> Desired:
    """Return what Google is to have of an appointment now."""
    foreign = is_foreign(appointment)
    if appointment.deleted_at is not None:
        return Desired(None, {}, foreign=foreign)
    master, recurrence = appointment.master, appointment.recurrence
    main = None
    if master is not None and _takes_place(master):
        main = _wanted(master, teller, told_recurrence(appointment), foreign=foreign)
    own = {
        key: _wanted(part, teller, None, foreign=foreign) if _takes_place(part) else None
        for key, part in appointment.overrides.items()
    }
    gone = set(main.projection.times.gone) if main else set()
    gone |= {key for key, wanted in own.items() if wanted is None}
    return Desired(main, own, frozenset(gone), foreign, _unfit(recurrence))


def told_recurrence(appointment: Appointment) -> Recurrence | None:
    """Return how Google is told that an appointment repeats: by its rule, where it has one.

    A date that was added for an occurrence with a life of its own is not told: that occurrence
    stands alone there. Both halves of a series that somebody cuts in Google would have it.
    """
    master, recurrence = appointment.master, appointment.recurrence
    if master is None or recurrence is None:
        return recurrence
    own = () if is_foreign(appointment) else appointment.overrides
    rdates = tuple(one for one in recurrence.rdates if _added(one) not in own)
    told = replace(recurrence, rdates=rdates)
    if told.repeats or not recurrence.repeats:
        return in_step(master.when, told)
    first = key_of(master.when.start if isinstance(master.when, Timed) else master.when.first)
    taken_out = first in own or first in excluded_keys(master.when, recurrence)
    return recurrence if taken_out else None


def _added(date: datetime | date | Timed) -> RecurrenceKey:
    return key_of(date.start if isinstance(date, Timed) else date)


def is_foreign(appointment: Appointment) -> bool:
    """Whether an Other Event came from Google; it is never made there again."""
    return appointment.uid.startswith(FOREIGN)


def natural_wanted(main: Wanted, key: RecurrenceKey) -> Wanted:
    """Return an occurrence as it is while nothing of its own is said of it."""
    when = natural(main.when, key)
    return Wanted(replace_times(main.projection, when), when, main.title)


def replace_times(projection: Projection, when: When) -> Projection:
    """Return the projection of the same event, once, at another time."""
    return Projection(
        times_of(when),
        projection.title,
        projection.opaque,
        projection.tentative,
        projection.private,
    )


def compared(projection: Projection, *, foreign: bool, other: bool = False) -> Projection:
    """Return what of an event of Google is compared with ours; the rest is Google's alone.

    An appointment always takes its time, an ``other`` event where it says so. What somebody
    else's event is called is nothing to us, nor whether it is private.
    """
    return Projection(
        projection.times,
        "" if foreign else projection.title,
        projection.opaque if foreign or other else True,
        projection.tentative if foreign else False,
        True if foreign else projection.private,
    )


def title_for(details: Details, teller: Teller) -> str:
    """Return what Google may call an appointment: never what is done there, nor why."""
    level = teller.level
    if details.kind is Kind.OTHER:
        return (details.title if tells_own_title(details, level) else "") or NEUTRAL
    if level is OutwardLevel.BUSY:
        return NEUTRAL
    sign = _ASKED if _is_asked(details) else ""
    return sign + (_name(details, teller) or _GENERIC)


def tells_own_title(details: Details, level: OutwardLevel) -> bool:
    """Whether Google is told the words of a title: of an Other Event about no client."""
    own = details.kind is Kind.OTHER and details.client is None and not details.attention
    return own and level is OutwardLevel.FULL


def _name(details: Details, teller: Teller) -> str:
    client = teller.clients.get(details.client) if details.client else None
    if client is None:
        return ""
    told = {
        OutwardLevel.CODE: client.number,
        OutwardLevel.INITIALS: client.initials,
        # A record made from one name has no first name; the other is not told.
        OutwardLevel.FIRST: client.first_name or client.initials,
        OutwardLevel.FULL: client.full_name,
    }
    return told.get(teller.level, "")


def _is_asked(details: Details) -> bool:
    return details.status is Status.REQUESTED or details.kind is Kind.REQUEST


def _takes_place(part: Part) -> bool:
    return not part.deleted and not part.details.status.is_cancelled


def _wanted(
    part: Part, teller: Teller, recurrence: Recurrence | None, *, foreign: bool
) -> Wanted:
    details = part.details
    own = details.kind is Kind.OTHER
    title = None if foreign else title_for(details, teller)
    projection = Projection(
        times_of(part.when, recurrence),
        "" if title is None else text_hash(teller.key, as_compared(title)),
        opaque=details.busy if own else True,
        tentative=foreign and details.status is Status.REQUESTED,
    )
    return Wanted(projection, part.when, title, recurrence)


def _unfit(recurrence: Recurrence | None) -> str:
    if recurrence is None:
        return ""
    try:
        check_writable(recurrence)
    except NotOneRule as why:
        return str(why)
    return ""


def body_of(
    wanted: Wanted,
    pieces: Collection[Piece],
    gone: Collection[RecurrenceKey] = (),
    was: Times | None = None,
) -> dict[str, Any]:
    """Return the fields of a request that writes these pieces; never ``status``.

    ``gone`` are dates taken out of a series. ``was`` is when Google has it now.
    """
    body: dict[str, Any] = {}
    if Piece.TIMES in pieces:
        body |= _times_body(wanted, gone, was)
    if Piece.TITLE in pieces and wanted.title is not None:
        body["summary"] = wanted.title
    if Piece.OPAQUE in pieces:
        body["transparency"] = "opaque" if wanted.projection.opaque else "transparent"
    if Piece.PRIVATE in pieces:
        body["visibility"] = "private"
    return body


def _times_body(
    wanted: Wanted, gone: Collection[RecurrenceKey], was: Times | None
) -> dict[str, Any]:
    start, end = _bounds(wanted.when)
    if was is not None and was.is_days != isinstance(wanted.when, AllDay):
        start, end = _instead(start), _instead(end)
    body: dict[str, Any] = {"start": start, "end": end}
    if wanted.recurrence is not None:
        body["recurrence"] = lines_for(wanted.when, wanted.recurrence, gone)
    elif was is not None and was.repeats:
        body["recurrence"] = []
    return body


def scrubbed() -> dict[str, Any]:
    """Return the fields that leave nothing to be read in an event that is about to go."""
    return {"summary": NEUTRAL, "description": "", "location": ""}


def pieces_between(wanted: Projection, has: Projection) -> frozenset[Piece]:
    """Return what has to be written; dates taken out of a series are looked at apart."""
    found = set()
    if wanted.times.usual != has.times.usual:
        found.add(Piece.TIMES)
    if wanted.title != has.title:
        found.add(Piece.TITLE)
    if wanted.opaque != has.opaque:
        found.add(Piece.OPAQUE)
    if wanted.private and not has.private:
        found.add(Piece.PRIVATE)
    return frozenset(found)


def _bounds(when: When) -> tuple[dict[str, Any], dict[str, Any]]:
    if isinstance(when, AllDay):
        return {"date": when.first.isoformat()}, {"date": when.end.isoformat()}
    end = when.end.astimezone(when.zone_info)
    if end == when.start:
        # Google refuses what takes no time at all.
        end = when.start + timedelta(minutes=1)
    return _moment(when, when.start), _moment(when, end)


def _moment(when: Timed, moment: datetime) -> dict[str, Any]:
    """Return wall time and its zone; with an offset only where the wall time is not clear."""
    clear = moment.replace(fold=0).utcoffset() == moment.replace(fold=1).utcoffset()
    wall = moment.replace(tzinfo=None) if clear else moment
    return {"dateTime": wall.isoformat(timespec="seconds"), "timeZone": when.zone}


def _instead(bound: dict[str, Any]) -> dict[str, Any]:
    """Google keeps what a patch does not name: the other kind of time has to be taken away."""
    return {"date": None, "dateTime": None, "timeZone": None} | bound
