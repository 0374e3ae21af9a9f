"""Session types: what can be booked, where, and with which charges (CR-01 to CR-14)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from server.domain.errors import AlreadyThere, Archived, InUse, Invalid, NotFound
from server.domain.ids import LocationKey, SessionTypeId, new_ulid
from server.domain.practice import BillingItem, SessionType, fold
from server.usecases import accepted_values as accepted
from server.usecases.context import Context
from server.usecases.manage_booking_rules import accepted_rule
from server.usecases.manage_places import find_location
from server.usecases.manage_services import find_product, find_service
from server.usecases.ports import UnitOfWork
from server.usecases.refresh_objects import Selector, refresh

MINUTES_AT_MOST = 24 * 60
UNITS_AT_MOST = 99
ALIASES_AT_MOST = 10
# The alphabet of X-PRAXICAL-SESSION, without the characters that begin a mark of quick entry.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/* -]{0,39}")
_UNITS = re.compile(r"[0-9]{1,3}")
_LIKE_UNITS = re.compile(r"x\d{1,2}", re.IGNORECASE)


def find_session_type(uow: UnitOfWork, name: str) -> SessionType:
    """Return a session type by its name or an alias, in any case; raises NotFound."""
    found = uow.catalogue.session_type_named.get(fold(name))
    if found is None:
        raise NotFound("session type", name[:40])
    return found


def billing_item(uow: UnitOfWork, text: str) -> BillingItem:
    """Return what ``CODE`` or ``CODE*units`` names: a service, else a product (CR-10).

    Raises NotFound and Invalid.
    """
    code, star, units = text.strip().partition("*")
    if star and not _UNITS.fullmatch(units):
        raise Invalid("billing item", f"'{units[:8]}' is not a number of units")
    is_product = code not in uow.catalogue.service
    if is_product and not any(product.sku == code for product in uow.catalogue.products):
        raise NotFound("service or product", code[:20])
    return BillingItem(code, is_product, int(units) if star else 1)


def add_session_type(uow: UnitOfWork, context: Context, new: SessionType) -> SessionTypeId:
    """Add a session type and return its id, a new one where none is given.

    Raises Invalid, NotFound, Archived and AlreadyThere.
    """
    kept = _accepted(uow, replace(new, id=new.id or SessionTypeId(new_ulid(context.now))), None)
    uow.configuration.save_session_type(kept)
    return kept.id


def edit_session_type(uow: UnitOfWork, context: Context, changed: SessionType) -> None:
    """Store what changed of a session type (CR-11); its appointments show it at once.

    Times and services of appointments already made stay. Raises Invalid, NotFound, Archived and
    AlreadyThere.
    """
    before = uow.catalogue.session_type.get(changed.id)
    if before is None:
        raise NotFound("session type", changed.name[:40])
    kept = _accepted(uow, changed, before)
    uow.configuration.save_session_type(kept)
    if (before.name, before.colour, before.video) != (kept.name, kept.colour, kept.video):
        refresh(uow, context, Selector(session_type=kept.id))


def delete_session_type(uow: UnitOfWork, name: str) -> None:
    """Delete a session type that no appointment ever used (CR-12).

    Raises NotFound, and InUse for one used in any appointment, past and deleted ones included.
    """
    session_type = find_session_type(uow, name)
    uses = uow.configuration.uses_of_session_type(session_type.id)
    if uses:
        raise InUse("session type", session_type.name, uses)
    uow.configuration.delete_session_type(session_type.id)


def archive_session_type(uow: UnitOfWork, name: str, *, archived: bool = True) -> None:
    """Make a session type unbookable, or bookable again (CR-13, CR-14); raises NotFound.

    Its appointments stay as they are.
    """
    session_type = find_session_type(uow, name)
    uow.configuration.save_session_type(replace(session_type, archived=archived))


def _accepted(uow: UnitOfWork, new: SessionType, before: SessionType | None) -> SessionType:
    if not 1 <= new.minutes <= MINUTES_AT_MOST:
        raise Invalid("minutes", f"{new.minutes}: 1 to {MINUTES_AT_MOST} are possible")
    if len(new.aliases) > ALIASES_AT_MOST:
        raise Invalid("alias", f"at most {ALIASES_AT_MOST} are possible")
    name = _word("name", new.name)
    aliases = tuple(dict.fromkeys(_word("alias", alias) for alias in new.aliases))
    _refuse_taken(uow, new.id, [name, *aliases])
    _check_locations(uow, new.locations, before.locations if before else ())
    _check_items(uow, new.items, before.items if before else ())
    return replace(
        new,
        name=name,
        aliases=aliases,
        description=accepted.text("description", new.description, accepted.DESCRIPTION_AT_MOST),
        discipline=accepted.required_text("discipline", new.discipline, 40).lower(),
        colour=accepted.colour(new.colour),
        locations=tuple(dict.fromkeys(new.locations)),
        booking=accepted_rule(new.booking),
    )


def _word(field: str, value: str) -> str:
    kept = " ".join(value.split())
    if not _NAME.fullmatch(kept) or _LIKE_UNITS.fullmatch(kept):
        raise Invalid(
            field,
            f"'{kept[:40]}' cannot be typed in a title: letters, digits, space and . _ : / * - "
            "are possible, beginning with a letter or digit, at most 40",
        )
    return kept


def _refuse_taken(uow: UnitOfWork, own: SessionTypeId, words: Iterable[str]) -> None:
    named = uow.catalogue.session_type_named
    for word in words:
        other = named.get(fold(word))
        if other is not None and other.id != own:
            raise AlreadyThere("session type", word)


def _check_locations(
    uow: UnitOfWork, chosen: Iterable[LocationKey], before: Iterable[LocationKey]
) -> None:
    keys = tuple(chosen)
    if not keys:
        raise Invalid("location", "a session can be booked at one location at least")
    for key in keys:
        if find_location(uow, key).archived and key not in before:
            raise Archived(f"The location '{key}' is archived.")


def _check_items(
    uow: UnitOfWork, chosen: Iterable[BillingItem], before: Iterable[BillingItem]
) -> None:
    known = {item.code for item in before}
    for item in chosen:
        if not 1 <= item.units <= UNITS_AT_MOST:
            raise Invalid(
                "billing item", f"{item.units} units: 1 to {UNITS_AT_MOST} are possible"
            )
        found = (
            find_product(uow, item.code) if item.is_product else find_service(uow, item.code)
        )
        if found.archived and item.code not in known:
            raise Archived(f"The billing item '{item.code}' is archived.")
