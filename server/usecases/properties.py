"""WebDAV properties of calendars: the server's own, and those that people set.

Properties are kept by short name (``D:displayname``, Clark notation for unknown namespaces) as
plain text. What text alone does not say, such as child elements, attributes or a language, is
kept as XML beside it, under the name behind a ``<``. A colleague who sees the calendar keeps
values of its own, with ``@`` and the colleague's name before either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from server.domain.calendars import Calendar
from server.domain.errors import Invalid
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind
from server.usecases.ports import UnitOfWork

TAG: Final = "tag"
COMPONENT_SET: Final = "C:supported-calendar-component-set"
NAME: Final = "D:displayname"
PROTECTED: Final = frozenset(
    {TAG, COMPONENT_SET, "D:resourcetype", "D:getetag", "D:sync-token"}
)
"""What no PROPPATCH changes: a calendar stays a calendar of its components."""

_USUAL_NAMES: Final = {
    CalendarKind.APPOINTMENTS: "Appointments",
    CalendarKind.AVAILABILITY: "Bookable hours",
    CalendarKind.WATCHED: "Other calendars",
}
_STRUCTURED: Final = "<"
_LENGTH_AT_MOST: Final = 64 * 1024
_NUMBER_AT_MOST: Final = 100


def structured(name: str) -> str:
    """Return the key under which the XML of a property is kept."""
    return _STRUCTURED + name


def plain(key: str) -> str:
    """Return the short name of the property that is kept under a key."""
    return key.removeprefix(_STRUCTURED)


def kept_properties(uow: UnitOfWork, calendar: Calendar, viewer: User) -> dict[str, str]:
    """Return what this viewer sees of the properties that people set, text and XML by key.

    A colleague's calendar has its owner's name and colour until the viewer gives it own ones.
    """
    kept = {key: value for key, value in calendar.properties.items() if not _is_personal(key)}
    name = _usual_name(calendar)
    if calendar.owner != viewer.name:
        kept = _covered(kept, _personal(calendar, viewer))
        owner = uow.catalogue.user.get(calendar.owner)
        name = _name_for_others(calendar, owner)
        if kept.get(NAME) == _usual_name(calendar) and owner:
            kept = _covered(kept, {NAME: name})
    kept.setdefault(NAME, name)
    return kept


def properties_of(uow: UnitOfWork, calendar: Calendar, viewer: User) -> dict[str, str]:
    """Return the properties that are text by short name, as this viewer sees them."""
    kept = kept_properties(uow, calendar, viewer)
    own = {key: value for key, value in kept.items() if plain(key) == key}
    return own | {TAG: "VCALENDAR", COMPONENT_SET: ",".join(calendar.components)}


def set_properties(
    uow: UnitOfWork, calendar: Calendar, viewer: User, wanted: Mapping[str, str]
) -> None:
    """Replace the properties that people set; a colleague's calendar gets the viewer's own.

    Protected ones stay as they are, and so does XML whose text stays as it is: who calls this
    knows of text only. Raises Invalid where there are too many or too long ones.
    """
    values = {key: value for key, value in wanted.items() if plain(key) == key}
    kept = kept_properties(uow, calendar, viewer)
    same = {
        key: value
        for key, value in kept.items()
        if plain(key) != key and kept.get(plain(key)) == values.get(plain(key))
    }
    _save(uow, calendar, viewer, storable(values) | same)


def patch_properties(
    uow: UnitOfWork, calendar: Calendar, viewer: User, changes: Mapping[str, str | None]
) -> None:
    """Set the properties under these keys, and remove those that are None.

    Raises Invalid where there are too many or too long ones.
    """
    kept = kept_properties(uow, calendar, viewer)
    if calendar.owner == viewer.name and NAME not in calendar.properties:
        del kept[NAME]
    now = {**kept, **changes}
    values = storable({key: value for key, value in now.items() if value is not None})
    _save(uow, calendar, viewer, values)


def storable(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the properties without protected ones; raises Invalid beyond the bounds."""
    values = {
        key: value
        for key, value in wanted.items()
        if plain(key) not in PROTECTED and not _is_personal(key)
    }
    if len({plain(key) for key in values}) > _NUMBER_AT_MOST:
        raise Invalid("properties", f"at most {_NUMBER_AT_MOST} are kept")
    for key, value in values.items():
        if len(value) > _LENGTH_AT_MOST:
            raise Invalid("properties", f"{plain(key)[:40]} is too long")
    return values


def _save(uow: UnitOfWork, calendar: Calendar, viewer: User, values: Mapping[str, str]) -> None:
    """Store everything that a viewer keeps; what equals the owner's follows the owner."""
    if calendar.owner == viewer.name:
        others = {key: value for key, value in calendar.properties.items() if _is_personal(key)}
        own = dict(values)
    else:
        prefix = _prefix(viewer)
        others = {
            key: value
            for key, value in calendar.properties.items()
            if not key.startswith(prefix)
        }
        shown = kept_properties(uow, replace(calendar, properties=others), viewer)
        own = _different(values, shown)
        own = {prefix + key: value for key, value in own.items()}
    uow.calendars.save(replace(calendar, properties={**others, **own}))


def _different(values: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, str]:
    """Return the properties whose text or XML is another than what is shown anyway."""
    changed = {plain(key) for key in (*values, *shown) if values.get(key) != shown.get(key)}
    return {key: value for key, value in values.items() if plain(key) in changed}


def _covered(under: Mapping[str, str], over: Mapping[str, str]) -> dict[str, str]:
    """Return properties with others before them: text and XML of one belong together."""
    names = _names(over)
    return {key: value for key, value in under.items() if plain(key) not in names} | dict(over)


def _names(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(key) for key in keys)


def _usual_name(calendar: Calendar) -> str:
    return _USUAL_NAMES.get(calendar.kind, calendar.slug)


def _name_for_others(calendar: Calendar, owner: User | None) -> str:
    name = owner.display_name if owner else calendar.owner
    hours = calendar.kind is CalendarKind.AVAILABILITY
    return f"{name}: {_usual_name(calendar).lower()}" if hours else name


def _is_personal(name: str) -> bool:
    return name.startswith("@")


def _prefix(viewer: User) -> str:
    return f"@{viewer.name} "


def _personal(calendar: Calendar, viewer: User) -> dict[str, str]:
    prefix = _prefix(viewer)
    return {
        name.removeprefix(prefix): value
        for name, value in calendar.properties.items()
        if name.startswith(prefix)
    }
