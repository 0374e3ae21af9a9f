"""WebDAV properties of calendars: the server's own, and those that people set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from server.domain.calendars import Calendar
from server.domain.errors import Invalid
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind
from server.usecases.ports import UnitOfWork

TAG = "tag"
COMPONENT_SET = "C:supported-calendar-component-set"
NAME = "D:displayname"
PROTECTED = frozenset({TAG, COMPONENT_SET, "D:resourcetype", "D:getetag", "D:sync-token"})
"""What no PROPPATCH changes: a calendar stays a calendar of its components."""

_LENGTH_AT_MOST = 64 * 1024
_NUMBER_AT_MOST = 100


def properties_of(uow: UnitOfWork, calendar: Calendar, viewer: User) -> dict[str, str]:
    """Return the properties by short name as this viewer sees them.

    A colleague's calendar has its owner's name and colour until the viewer gives it own ones.
    """
    owner = uow.catalogue.user.get(calendar.owner)
    own = {name: value for name, value in calendar.properties.items() if not _is_personal(name)}
    if calendar.owner != viewer.name:
        own |= _personal(calendar, viewer)
        own.setdefault(NAME, owner.display_name if owner else calendar.owner)
        if own[NAME] == "Appointments" and owner:
            own[NAME] = owner.display_name
    own.setdefault(NAME, _usual_name(calendar))
    return own | {TAG: "VCALENDAR", COMPONENT_SET: ",".join(calendar.components)}


def _usual_name(calendar: Calendar) -> str:
    appointments = calendar.kind is CalendarKind.APPOINTMENTS
    return "Appointments" if appointments else calendar.slug


def _is_personal(name: str) -> bool:
    return name.startswith("@")


def _personal(calendar: Calendar, viewer: User) -> dict[str, str]:
    prefix = f"@{viewer.name} "
    return {
        name.removeprefix(prefix): value
        for name, value in calendar.properties.items()
        if name.startswith(prefix)
    }


def set_properties(
    uow: UnitOfWork, calendar: Calendar, viewer: User, wanted: Mapping[str, str]
) -> None:
    """Replace the properties that people set; a colleague's calendar gets the viewer's own.

    Protected ones stay as they are. Raises Invalid where there are too many or too long ones.
    """
    values = storable(wanted)
    if calendar.owner == viewer.name:
        kept = {
            name: value for name, value in calendar.properties.items() if _is_personal(name)
        }
        properties = {**kept, **values}
    else:
        prefix = f"@{viewer.name} "
        others = {
            name: value
            for name, value in calendar.properties.items()
            if not name.startswith(prefix)
        }
        shown = {**others, NAME: properties_of(uow, calendar, viewer)[NAME]}
        own = {name: value for name, value in values.items() if shown.get(name) != value}
        properties = {**others, **{prefix + name: value for name, value in own.items()}}
    uow.calendars.save(replace(calendar, properties=properties))


def storable(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the properties without protected ones; raises Invalid beyond the bounds."""
    values = {
        name: value
        for name, value in wanted.items()
        if name not in PROTECTED and not _is_personal(name)
    }
    if len(values) > _NUMBER_AT_MOST:
        raise Invalid("properties", f"at most {_NUMBER_AT_MOST} are kept")
    for name, value in values.items():
        if len(value) > _LENGTH_AT_MOST:
            raise Invalid("properties", f"{name[:40]} is too long")
    return values
