"""Paths of the calendar space: ``/<user>/<calendar>/<object>``."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.calendars import Calendar
from server.domain.ids import UserName
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind
from server.usecases.ports import UnitOfWork
from server.usecases.viewers import may_read

_HOURS = "~availability"
"""Behind the owner's name, where a colleague's bookable hours are shown."""


@dataclass(frozen=True, slots=True)
class Target:
    """A calendar as one user sees it; ``slug`` is the name under which it is seen."""

    viewer: User
    slug: str
    calendar: Calendar

    @property
    def path(self) -> str:
        """The path without slashes around it."""
        return f"{self.viewer.name}/{self.slug}"


def segments_of(path: str) -> list[str]:
    """Return the segments of a sanitized path."""
    return [part for part in path.split("/") if part]


def seen_as(calendar: Calendar) -> str:
    """Return the name under which a colleague's calendar stands in another home.

    No user has a name with a tilde in it.
    """
    hours = calendar.kind is CalendarKind.AVAILABILITY
    return f"{calendar.owner}{_HOURS}" if hours else calendar.owner


def target_of(uow: UnitOfWork, user: str, slug: str) -> Target | None:
    """Return the calendar at ``/user/slug/``: the user's own, or one that is shared."""
    viewer = uow.catalogue.user.get(UserName(user))
    if viewer is None:
        return None
    own = uow.calendars.get(viewer.name, slug)
    if own is not None:
        return Target(viewer, slug, own)
    owner = UserName(slug.removesuffix(_HOURS))
    if owner not in uow.catalogue.user or owner == viewer.name:
        return None
    for calendar in uow.calendars.of_owner(owner):
        if seen_as(calendar) == slug and may_read(viewer, calendar):
            return Target(viewer, slug, calendar)
    return None


def targets_of(uow: UnitOfWork, user: str) -> list[Target]:
    """Return every calendar in a user's home, the own ones first."""
    viewer = uow.catalogue.user.get(UserName(user))
    if viewer is None:
        return []
    own = [Target(viewer, one.slug, one) for one in uow.calendars.of_owner(viewer.name)]
    taken = {target.slug for target in own}
    shared = [
        Target(viewer, seen_as(one), one)
        for one in uow.calendars.all()
        if one.owner != viewer.name and may_read(viewer, one) and seen_as(one) not in taken
    ]
    return own + shared


def keys_to_lock(*paths: str) -> list[tuple[UserName, str]]:
    """Return (owner, slug) of the calendars that these paths may be about.

    A colleague's calendar is known by its owner's name only; both readings are locked.
    """
    keys: list[tuple[UserName, str]] = []
    for path in paths:
        segments = segments_of(path) if path else []
        if len(segments) > 1:
            keys.append((UserName(segments[0]), segments[1]))
            keys.append((UserName(segments[1]), "appointments"))
    return keys
