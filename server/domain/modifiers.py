"""Modifier 95 by place of service, with its provenance (SH-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from server.domain.appointment import MODIFIERS_AT_MOST, Details, ServiceLine
from server.domain.vocabulary import Attention, Auto95, Kind

if TYPE_CHECKING:
    from server.domain.practice import Catalogue

TELEHEALTH = "95"


def with_modifier_95(before: Details | None, after: Details, catalogue: Catalogue) -> Details:
    """Return ``after`` with 95 added or removed as its location asks.

    Added on entering a telehealth place of service, removed on leaving it only where it was
    added automatically. A person who takes an automatic 95 away keeps it away until the place
    of service changes again. A fifth modifier is never stored: attention
    ``modifier-overflow`` instead.
    """
    if after.kind is not Kind.SESSION or not after.services:
        return after.without_attention(Attention.MODIFIER_OVERFLOW)
    here = _is_telehealth(after, catalogue)
    was_here = before is not None and _is_telehealth(before, catalogue)
    has_95 = TELEHEALTH in after.services[0].modifiers
    if not here:
        return _leave(after) if after.auto_95 is Auto95.ADDED and has_95 else _settle(after)
    taken_away = was_here and after.auto_95 is Auto95.ADDED and not has_95
    if taken_away and before is not None and _same_primary(before, after):
        return replace(after, auto_95=Auto95.DECLINED)
    if has_95 or (was_here and after.auto_95 is Auto95.DECLINED):
        return after
    return _enter(after)


def _is_telehealth(details: Details, catalogue: Catalogue) -> bool:
    location = catalogue.location.get(details.location) if details.location else None
    return location is not None and location.is_telehealth


def _same_primary(before: Details, after: Details) -> bool:
    return bool(before.services) and before.services[0].code == after.services[0].code


def _enter(details: Details) -> Details:
    primary = details.services[0]
    if len(primary.modifiers) >= MODIFIERS_AT_MOST:
        return details.with_attention(Attention.MODIFIER_OVERFLOW)
    marked = ServiceLine(primary.code, primary.units, (*primary.modifiers, TELEHEALTH))
    return replace(
        details, services=(marked, *details.services[1:]), auto_95=Auto95.ADDED
    ).without_attention(Attention.MODIFIER_OVERFLOW)


def _leave(details: Details) -> Details:
    primary = details.services[0]
    kept = tuple(mark for mark in primary.modifiers if mark != TELEHEALTH)
    bare = ServiceLine(primary.code, primary.units, kept)
    return replace(details, services=(bare, *details.services[1:]), auto_95=Auto95.NONE)


def _settle(details: Details) -> Details:
    settled = details.without_attention(Attention.MODIFIER_OVERFLOW)
    return replace(settled, auto_95=Auto95.NONE)
