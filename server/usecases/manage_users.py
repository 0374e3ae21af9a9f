"""People who sign in: add, edit, disable, enable, change their role."""

from __future__ import annotations

import re
from dataclasses import replace

from server.domain.calendars import BOXES, Calendar
from server.domain.errors import AlreadyThere, Invalid, NotFound
from server.domain.ids import CalendarId, UserName, new_ulid
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind, Role
from server.usecases import accepted_values as accepted
from server.usecases.api_tokens import revoke_tokens
from server.usecases.app_passwords import revoke_all
from server.usecases.context import Context
from server.usecases.feeds import revoke_feeds
from server.usecases.google_endings import end_all
from server.usecases.ports import UnitOfWork
from server.usecases.refresh_objects import Selector, refresh

APPOINTMENTS = "appointments"
"""The last segment of a practitioner's calendar of appointments."""

AVAILABILITY = "availability"
"""The last segment of a practitioner's calendar of bookable hours."""

RESERVED = frozenset({"api", "book", "feeds", "freebusy", "google", "metrics"}) | BOXES
"""First segments of paths that lead to no home, and what colleagues' homes hold already."""

# A person may have made a calendar of that name before becoming a practitioner; hours are
# found by their kind and may stand elsewhere.
_OF_PRACTITIONERS = {
    CalendarKind.APPOINTMENTS: (APPOINTMENTS,),
    CalendarKind.AVAILABILITY: (AVAILABILITY, "bookable-hours"),
}

_NAME = re.compile(r"[a-z][a-z0-9._-]{0,31}")


def find_user(uow: UnitOfWork, name: str) -> User:
    """Return a user; raises NotFound."""
    user = uow.catalogue.user.get(UserName(name))
    if user is None:
        raise NotFound("user", name[:40])
    return user


def add_user(uow: UnitOfWork, context: Context, user: User) -> None:
    """Add a user; one with a discipline gets calendars of appointments and hours.

    Raises AlreadyThere and Invalid.
    """
    if not _NAME.fullmatch(user.name):
        raise Invalid(
            "name",
            f"'{user.name[:40]}' is not a login name: small letters, digits, dot, hyphen, "
            "beginning with a letter, at most 32",
        )
    if user.name in RESERVED:
        raise Invalid("name", f"'{user.name}' is a path of the server itself")
    if user.name in uow.catalogue.user:
        raise AlreadyThere("user", user.name)
    kept = _accepted(user)
    uow.configuration.save_user(kept)
    _give_calendars(uow, context, kept)


def edit_user(uow: UnitOfWork, context: Context, changed: User) -> None:
    """Store what changed of a user; another title level shows in the calendar at once.

    Raises NotFound and Invalid.
    """
    before = find_user(uow, changed.name)
    kept = _accepted(changed)
    uow.configuration.save_user(kept)
    _give_calendars(uow, context, kept)
    if before.title_level is not kept.title_level:
        refresh(uow, context, Selector(practitioner=kept.name))


def set_role(uow: UnitOfWork, name: str, role: Role) -> None:
    """Give a user another role; raises NotFound."""
    uow.configuration.save_user(replace(find_user(uow, name), role=role))


def disable_user(uow: UnitOfWork, context: Context, name: str) -> int:
    """Keep a user out, revoke every app password, token and feed (ASVS 7.4.2).

    Links to Google end, and what stands there stays. Returns how many app passwords. Raises
    NotFound.
    """
    user = find_user(uow, name)
    uow.configuration.save_user(replace(user, disabled=True))
    revoke_tokens(uow, context, user.name)
    revoke_feeds(uow, context, user.name)
    end_all(uow, user.name)
    return revoke_all(uow, context, user.name)


def enable_user(uow: UnitOfWork, name: str) -> None:
    """Let a disabled user in again; revoked app passwords stay revoked. Raises NotFound."""
    uow.configuration.save_user(replace(find_user(uow, name), disabled=False))


def _accepted(user: User) -> User:
    discipline = accepted.text("discipline", user.discipline or "", 40).lower()
    if user.role is Role.PRACTITIONER and not discipline:
        raise Invalid("discipline", "a practitioner has one, such as acupuncture")
    return replace(
        user,
        display_name=accepted.required_text("display name", user.display_name),
        email=accepted.email(user.email),
        discipline=discipline or None,
    )


def _give_calendars(uow: UnitOfWork, context: Context, user: User) -> None:
    if user.discipline is None:
        return
    there = uow.calendars.of_owner(user.name)
    names = {one.slug for one in there}
    for kind, slugs in _OF_PRACTITIONERS.items():
        slug = next((each for each in slugs if each not in names), None)
        if slug is not None and all(one.kind is not kind for one in there):
            number = CalendarId(new_ulid(context.now))
            uow.calendars.add(Calendar(number, user.name, slug, kind, modified_at=context.now))
