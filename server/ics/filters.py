"""What a calendar-query asks for (RFC 4791 9.7 to 9.9), and what an index can tell of it.

Names of components, properties and parameters are upper case, as they are in `lines`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

_EARLIEST = datetime.min  # noqa: DTZ901 - naive UTC
_LATEST = datetime.max  # noqa: DTZ901 - as above
_OBJECTS = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"})


class Collation(StrEnum):
    """How texts are compared (RFC 4790, RFC 5051); the value is its registered name."""

    ASCII_CASEMAP = "i;ascii-casemap"
    OCTET = "i;octet"
    UNICODE_CASEMAP = "i;unicode-casemap"


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From a UTC moment up to, but without, another one; None is open (RFC 4791 9.9)."""

    start: datetime | None = None
    end: datetime | None = None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Both ends as naive UTC, the ends of time for what is open."""
        start, end = (
            None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)
            for moment in (self.start, self.end)
        )
        return start or _EARLIEST, end or _LATEST


ALWAYS = TimeRange()


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A text that a value holds somewhere, or does not (RFC 4791 9.7.5)."""

    text: str
    collation: Collation = Collation.ASCII_CASEMAP
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ParamFilter:
    """What is asked of one parameter of a property (RFC 4791 9.7.3)."""

    name: str
    is_not_defined: bool = False
    text: TextMatch | None = None


@dataclass(frozen=True, slots=True)
class PropFilter:
    """What is asked of the properties of one name (RFC 4791 9.7.2)."""

    name: str
    is_not_defined: bool = False
    time: TimeRange | None = None
    text: TextMatch | None = None
    params: tuple[ParamFilter, ...] = ()


@dataclass(frozen=True, slots=True)
class CompFilter:
    """What is asked of a component of this name, all of it of the same one (RFC 4791 9.7.1)."""

    name: str
    is_not_defined: bool = False
    time: TimeRange | None = None
    props: tuple[PropFilter, ...] = ()
    comps: tuple[CompFilter, ...] = ()


def plain_event_range(wanted: CompFilter) -> TimeRange | None:
    """Return the range if all that is asked is that an event happens in it, else None.

    Such a filter is decided by the occurrence index alone. `ALWAYS` means any event at all.
    """
    if wanted.is_not_defined or wanted.time or wanted.props or len(wanted.comps) != 1:
        return None
    (event,) = wanted.comps
    if event.name != "VEVENT" or event.is_not_defined or event.props or event.comps:
        return None
    return event.time or ALWAYS


def possible_kinds(wanted: CompFilter, among: Iterable[str] = _OBJECTS) -> frozenset[str]:
    """Return those kinds of component of which an object may be that matches.

    An object holds components of one kind only, VTIMEZONE apart (RFC 4791 4.1).
    """
    if wanted.is_not_defined:
        return frozenset()
    return frozenset(kind for kind in among if all(_admits(one, kind) for one in wanted.comps))


def _admits(wanted: CompFilter, kind: str) -> bool:
    if wanted.is_not_defined:
        return wanted.name != kind
    return wanted.name == kind or wanted.name not in _OBJECTS


def range_of_events(wanted: CompFilter) -> TimeRange:
    """Return the narrowest known range in which each matching event has an occurrence.

    An index can choose by it beforehand; `ALWAYS` where nothing can be told. It speaks of
    VEVENTs only: what overlaps a range is another question for other components.
    """
    ranges = [
        one.time
        for one in wanted.comps
        if one.name == "VEVENT" and one.time is not None and not one.is_not_defined
    ]
    return min(ranges, key=_length, default=ALWAYS)


def _length(asked: TimeRange) -> float:
    start, end = asked.bounds
    return (end - start).total_seconds()
