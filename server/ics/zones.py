"""Time zones as clients name and define them, made into zones of the IANA database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.metadata import version
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from server.domain.when import instant
from server.ics.vtimezone import vtimezone
from server.ics.zone_definition import defined_zone, names_within

__all__ = ["is_iana", "is_iana_name", "local_to_utc", "resolve", "vtimezone"]

# A definition is compared over the years that the zone data in use were made for.
_DATA_YEAR = int(version("tzdata").partition(".")[0])
_YEARS = range(_DATA_YEAR - 1, _DATA_YEAR + 5)
_NO_PLACES = {"Factory", "localtime", "posixrules"}
_FIXED = re.compile(r"(?:utc|gmt)([+-])0?(\d{1,2})(?::?00)?")
_COPIED = re.compile(r"^(.+ time) \d+$", re.IGNORECASE)
_LONGEST_PATH = 3  # America/Argentina/Buenos_Aires


def resolve(tzid: str, vtimezone_lines: Sequence[str] | None, default: ZoneInfo) -> ZoneInfo:
    """Return the zone that a TZID means; never fails.

    By name (IANA, prefixed paths, Windows names), else by the VTIMEZONE's content lines:
    the IANA zone with the same offsets, `default` if it has them. A definition that agrees
    with no IANA zone becomes a zone of its own, without a name (see `is_iana`); a TZID that
    nobody defines means `default`.
    """
    return _resolved(tzid, tuple(vtimezone_lines or ()), default)


def is_iana(zone: ZoneInfo) -> bool:
    """Say whether the zone has an IANA name; a moment in any other one wants converting."""
    return bool(zone.key)


def is_iana_name(tzid: str) -> bool:
    """Say whether a TZID is written exactly as IANA names the zone."""
    return tzid in _names()


def local_to_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a naive wall time (RFC 5545 3.3.5).

    A time that the clocks skip is read with the offset before the gap; of a time that comes
    twice the first one is meant.
    """
    return instant(wall.replace(tzinfo=zone, fold=0))


@lru_cache(maxsize=512)
def _resolved(tzid: str, lines: tuple[str, ...], default: ZoneInfo) -> ZoneInfo:
    for name in (tzid, *names_within(lines)):
        known = _by_name(name)
        if known is not None:
            return known
    own = defined_zone(lines)
    if own is None:
        return default
    return _same_offsets(own, default) or own


def _by_name(tzid: str) -> ZoneInfo | None:
    for name in _spellings(tzid.strip().strip('"').strip().casefold()):
        key = _keys().get(name) or _windows_keys().get(name)
        if key is not None:
            return ZoneInfo(key)
    return None


def _spellings(name: str) -> Iterator[str]:
    yield name
    yield name.replace(" ", "_")
    yield name.partition("[")[0]  # Thunderbird's X-TZINFO:Europe/Berlin[2026a]
    yield _COPIED.sub(r"\1", name)  # Outlook numbers its copies: "Pacific Standard Time 1"
    yield name.replace(" daylight time", " standard time")
    fixed = _FIXED.fullmatch(name)
    if fixed is not None:
        # POSIX counts west of Greenwich, everybody else east.
        yield f"etc/gmt{'-' if fixed[1] == '+' else '+'}{fixed[2]}"
    if name.startswith("/") or "://" in name:
        # RFC 5545 3.2.19: a leading solidus marks somebody's registry of zones.
        parts = name.split("/")
        for length in range(_LONGEST_PATH, 0, -1):
            yield "/".join(parts[-length:])


@lru_cache(maxsize=1)
def _keys() -> dict[str, str]:
    return {key.casefold(): key for key in available_timezones() - _NO_PLACES}


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(_keys().values())


@lru_cache(maxsize=1)
def _windows_keys() -> dict[str, str]:
    known = _keys().values()
    return {name.casefold(): key for name, key in WINDOWS_TO_OLSON.items() if key in known}


def _same_offsets(own: ZoneInfo, default: ZoneInfo) -> ZoneInfo | None:
    """Return the IANA zone that agrees over the years in question, the likeliest if several."""
    expected = [(moment, moment.astimezone(own).utcoffset()) for moment in _moments(own)]
    for key in _candidates(default.key):
        zone = ZoneInfo(key)
        if all(moment.astimezone(zone).utcoffset() == offset for moment, offset in expected):
            return zone
    return None


def _moments(own: ZoneInfo) -> Iterator[datetime]:
    """Yield instants that tell zones apart: around each change of the clock, and each month."""
    at = datetime(_YEARS.start, 1, 1, tzinfo=UTC)
    while at.year < _YEARS.stop:
        following = at + timedelta(days=7)
        yield at
        if at.astimezone(own).utcoffset() != following.astimezone(own).utcoffset():
            change = _change_between(at, following, own)
            yield from (change - timedelta(seconds=1), change)
        at = following


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _candidates(default_key: str) -> list[str]:
    """Return the default, then the cities that stand for a rule, then all others."""
    area = default_key.partition("/")[0]
    cities = sorted(
        set(_windows_keys().values()), key=lambda key: (not key.startswith(area), key)
    )
    return [default_key, *cities, *sorted(set(_keys().values()) - set(cities))]
