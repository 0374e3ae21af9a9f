"""A collection of the calendar space, as the user who asks sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from server.caldav.request import CALENDAR_SEGMENTS
from server.domain.calendars import BOXES
from server.storage_plugin.paths import segments_of, targets_of
from server.usecases.properties import kept_properties
from server.usecases.viewers import may_write

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.domain.calendars import Calendar
    from server.domain.practice import Practice
    from server.storage_plugin.paths import Target


class Sort(Enum):
    """The kinds of collection; a home is its user's principal too."""

    ROOT = "root"
    HOME = "home"
    CALENDAR = "calendar"
    INBOX = "inbox"
    OUTBOX = "outbox"


_FOR_SCHEDULING: Final = frozenset({Sort.INBOX, Sort.OUTBOX})


@dataclass(frozen=True)
class Place:
    """The root, the user's home, or what lies in it; of a calendar ``target`` is which."""

    request: Request
    sort: Sort
    target: Target | None = None

    @property
    def path(self) -> str:
        """The path as apps know it, with a slash at its end."""
        if self.target is not None:
            return f"{self.request.base}/{self.target.path}/"
        if self.sort in _FOR_SCHEDULING:
            return f"{self.request.home}{self.sort.value}/"
        return self.request.home if self.sort is Sort.HOME else f"{self.request.base}/"

    @property
    def calendar(self) -> Calendar:
        """The calendar, of a place that is one."""
        if self.target is None:
            raise TypeError("this place is no calendar")
        return self.target.calendar

    @property
    def practice(self) -> Practice:
        """The practice whose calendars these are."""
        with self.request.house.transaction(writes=False) as uow:
            return uow.practice

    @property
    def is_own(self) -> bool:
        """Whether it belongs to the user, and is not a colleague's calendar."""
        return self.target is None or self.target.calendar.owner == self.target.viewer.name

    @cached_property
    def may_write(self) -> bool:
        """Whether the user may change what lies in it, with this app password."""
        if reads_only(self.request):
            return False
        target = self.target
        return target is None or may_write(target.viewer, target.calendar)

    @cached_property
    def kept(self) -> dict[str, str]:
        """What people have set, by key (see server/usecases/properties.py)."""
        if self.target is None:
            return {}
        with self.request.house.transaction(writes=False) as uow:
            return kept_properties(uow, self.target.calendar, self.target.viewer)

    def members(self) -> Iterator[Place]:
        """Yield the collections in it: the home in the root, calendars and more in the home."""
        if self.sort is Sort.ROOT:
            yield Place(self.request, Sort.HOME)
        elif self.sort is Sort.HOME:
            with self.request.house.transaction(writes=False) as uow:
                targets = targets_of(uow, self.request.user.name)
            for target in targets:
                yield Place(self.request, Sort.CALENDAR, target)
            yield Place(self.request, Sort.INBOX)
            yield Place(self.request, Sort.OUTBOX)


def place_of(request: Request) -> Place | None:
    """Return the collection that a request is about, None where there is none."""
    return _at(request, request.segments)


def place_at(request: Request, path: str) -> Place | None:
    """Return the collection at a path as apps know it, None for objects and other homes."""
    if not f"{path}/".startswith(f"{request.base}/"):
        return None
    segments = segments_of(path[len(request.base) :])
    if segments and segments[0] != request.user.name:
        return None
    return _at(request, segments)


def _at(request: Request, segments: list[str]) -> Place | None:
    if len(segments) > CALENDAR_SEGMENTS:
        return None
    if len(segments) < CALENDAR_SEGMENTS:
        return Place(request, Sort.HOME if segments else Sort.ROOT)
    if segments[1] in BOXES:
        return Place(request, Sort(segments[1]))
    target = request.house.target(segments[0], segments[1])
    return None if target is None else Place(request, Sort.CALENDAR, target)


def reads_only(request: Request) -> bool:
    """Whether the app password is one that changes nothing."""
    signed_in = request.house.served.signed_in
    return signed_in is not None and signed_in.password.read_only
