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
        bare = after.without_attention(Attention.MODIFIER_OVERFLOW)
        return replace(bare, auto_95=Auto95.NONE)
    here = _telehealth_place(after, catalogue)
    was_here = _telehealth_place(before, catalogue)
    if bool(here) is not bool(was_here) or not _same_services(before, after):
        after = _overflow_settled(before, after)
    has_95 = TELEHEALTH in after.services[0].modifiers
    if not here:
        return _leave(after, has_95=has_95)
    if has_95:
        return after
    declined = after.auto_95 is Auto95.DECLINED and here == was_here
    if declined or (was_here and _takes_away(before, after)):
        return replace(after, auto_95=Auto95.DECLINED)
    return _enter(after)


def _telehealth_place(details: Details | None, catalogue: Catalogue) -> str:
    """Return the place of service that asks for 95, nothing for any other."""
    key = details.location if details else None
    location = catalogue.location.get(key) if key else None
    return location.place_of_service if location and location.is_telehealth else ""


def _takes_away(before: Details | None, after: Details) -> bool:
    """Whether a person takes the automatic 95 from a service that stays."""
    if before is None or not before.services or after.auto_95 is not Auto95.ADDED:
        return False
    return before.services[0].code == after.services[0].code


def _same_services(before: Details | None, after: Details) -> bool:
    return before is not None and before.services == after.services


def _overflow_settled(before: Details | None, after: Details) -> Details:
    """Another line or place settles an earlier overflow, not one that was just noticed."""
    earlier = before is not None and Attention.MODIFIER_OVERFLOW in before.attention
    return after.without_attention(Attention.MODIFIER_OVERFLOW) if earlier else after


def _enter(details: Details) -> Details:
    primary = details.services[0]
    if len(primary.modifiers) >= MODIFIERS_AT_MOST:
        return details.with_attention(Attention.MODIFIER_OVERFLOW)
    marked = ServiceLine(primary.code, primary.units, (*primary.modifiers, TELEHEALTH))
    return replace(
        details, services=(marked, *details.services[1:]), auto_95=Auto95.ADDED
    ).without_attention(Attention.MODIFIER_OVERFLOW)


def _leave(details: Details, *, has_95: bool) -> Details:
    if details.auto_95 is not Auto95.ADDED or not has_95:
        return replace(details, auto_95=Auto95.NONE)
    primary = details.services[0]
    kept = tuple(mark for mark in primary.modifiers if mark != TELEHEALTH)
    bare = ServiceLine(primary.code, primary.units, kept)
    return replace(details, services=(bare, *details.services[1:]), auto_95=Auto95.NONE)
