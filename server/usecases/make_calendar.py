"""Making and deleting a person's own calendars (MKCALENDAR, extended MKCOL)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from server.domain.calendars import BOXES, COMPONENTS, Calendar
from server.domain.errors import AlreadyThere, Invalid, NotAllowed
from server.domain.ids import CalendarId, UserName, new_ulid
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.properties import COMPONENT_SET, TAG, storable

_SLUG = re.compile(r"(?!\.{1,2}\Z)[^/\x00-\x1f\x7f]{1,200}")


@dataclass(frozen=True, slots=True)
class NewCalendar:
    """A calendar that a user wants at ``/<user>/<slug>/``; properties by short name."""

    user: User
    slug: str
    properties: Mapping[str, str]


def make_calendar(uow: UnitOfWork, context: Context, wanted: NewCalendar) -> Calendar:
    """Make a personal calendar; raises AlreadyThere, Invalid.

    A colleague's name is taken: there that colleague's calendar may appear. So are the names
    of the scheduling collections.
    """
    user, slug = wanted.user.name, wanted.slug
    if not _SLUG.fullmatch(slug):
        raise Invalid("calendar", "its name is empty, too long or no segment of a path")
    is_taken = slug in BOXES or UserName(slug) in uow.catalogue.user
    if is_taken or uow.calendars.get(user, slug) is not None:
        raise AlreadyThere("calendar", slug)
    if wanted.properties.get(TAG, "VCALENDAR") != "VCALENDAR":
        raise Invalid("resourcetype", "only calendars can be made here")
    calendar = Calendar(
        id=CalendarId(new_ulid(context.now)),
        owner=user,
        slug=slug,
        kind=CalendarKind.PERSONAL,
        components=_components(wanted.properties.get(COMPONENT_SET, "")),
        properties=storable(wanted.properties),
        modified_at=context.now,
    )
    uow.calendars.add(calendar)
    return calendar


def _components(text: str) -> tuple[str, ...]:
    """Read the component set; without one, all three (RFC 4791 5.2.3)."""
    named = [word.strip().upper() for word in text.split(",") if word.strip()]
    unknown = [word for word in named if word not in COMPONENTS]
    if unknown:
        raise Invalid(COMPONENT_SET, f"{unknown[0][:20]} is not kept here")
    return tuple(dict.fromkeys(named)) or COMPONENTS


def delete_calendar(uow: UnitOfWork, viewer: User, calendar: Calendar) -> None:
    """Delete a personal calendar with everything in it; raises NotAllowed for any other."""
    if calendar.owner != viewer.name or calendar.kind is not CalendarKind.PERSONAL:
        raise NotAllowed("This calendar belongs to the practice and cannot be deleted.")
    uow.calendars.delete(calendar.id)
