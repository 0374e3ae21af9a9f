"""Radicale's storage over the practice database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from radicale import config, item, storage
from typing_extensions import override

from server.domain.errors import NotFound
from server.storage_plugin.collections import Home, PracticeCalendar, Root
from server.storage_plugin.house import House, house_for
from server.storage_plugin.paths import keys_to_lock, segments_of, targets_of
from server.storage_plugin.refusals import refused
from server.usecases.check_database import check
from server.usecases.make_calendar import NewCalendar, make_calendar
from server.usecases.move_event import Move, move_event

if TYPE_CHECKING:
    from radicale import types


class Storage(storage.BaseStorage):
    """The calendar space: a home for each user, calendars in it, objects in those."""

    _supports_unicode = True
    _supports_trailing_whitespace = True
    _supports_problematic_chars = True
    _is_collision_free = True

    def __init__(self, configuration: config.Configuration, house: House | None = None) -> None:
        super().__init__(configuration)
        self.house = house or house_for(configuration)

    @override
    def discover(
        self,
        path: str,
        depth: str = "0",
        child_context_manager: Callable[[str, str | None], AbstractContextManager[None]]
        | None = None,
        user_groups: set[str] | None = None,
    ) -> Iterator[types.CollectionOrItem]:
        del child_context_manager, user_groups
        segments = segments_of(path)
        if not segments:
            yield Root()
            yield from self._homes() if depth != "0" else ()
        elif len(segments) == 1:
            yield from self._home(segments[0], depth)
        else:
            yield from self._in_calendar(segments, depth)

    def _homes(self) -> Iterator[Home]:
        for user in self.house.uow.catalogue.users:
            yield Home(user)

    def _home(self, name: str, depth: str) -> Iterator[storage.BaseCollection]:
        uow = self.house.uow
        user = next((one for one in uow.catalogue.users if one.name == name), None)
        if user is None or user.disabled:
            return
        yield Home(user)
        if depth != "0":
            for target in targets_of(uow, name):
                yield PracticeCalendar(self.house, target)

    def _in_calendar(self, segments: list[str], depth: str) -> Iterator[types.CollectionOrItem]:
        target = self.house.target(segments[0], segments[1])
        if target is None or len(segments) > 3:  # noqa: PLR2004 - user, calendar, object
            return
        calendar = PracticeCalendar(self.house, target)
        if len(segments) == 2:  # noqa: PLR2004
            yield calendar
            yield from calendar.get_all() if depth != "0" else ()
            return
        for _, found in calendar.get_multi([segments[2]]):
            if found is not None:
                yield found

    @override
    @contextmanager
    def acquire_lock(
        self, mode: str, user: str = "", *args: object, **kwargs: object
    ) -> Iterator[None]:
        """Open one transaction; "w" excludes other writers of the calendars that are named."""
        del user, args
        named = [
            value for key in ("path", "to_path") if isinstance(value := kwargs.get(key), str)
        ]
        with self.house.transaction(writes=mode == "w", calendars=keys_to_lock(*named)):
            yield

    @override
    def move(
        self, moved: item.Item, to_collection: storage.BaseCollection, to_href: str
    ) -> None:
        source = moved.collection
        if not isinstance(source, PracticeCalendar) or not isinstance(
            to_collection, PracticeCalendar
        ):
            raise TypeError("only objects of calendars can be moved")
        viewer = source.target.viewer
        target = to_collection.target.calendar
        move = Move(
            (source.target.calendar.owner, source.target.calendar.slug, moved.href or ""),
            (target.owner, target.slug, to_href),
            viewer,
            overwrite=True,
        )
        with refused(), self.house.uow.savepoint():
            move_event(self.house.uow, self.house.context(viewer), move)

    @override
    def create_collection(
        self,
        href: str,
        items: Iterable[item.Item] | None = None,
        props: Mapping[str, str] | None = None,
    ) -> tuple[storage.BaseCollection, dict[str, item.Item], list[str]]:
        """Make a personal calendar (MKCALENDAR); a whole calendar is never replaced."""
        segments = segments_of(href)
        if items is not None or len(segments) != 2:  # noqa: PLR2004 - user and calendar
            raise ValueError(_NOT_HERE)
        with refused():
            viewer = self.house.viewer(segments[0])
            wanted = NewCalendar(viewer, segments[1], dict(props or {}))
            make_calendar(self.house.uow, self.house.context(viewer), wanted)
            target = self.house.target(segments[0], segments[1])
            if target is None:
                raise NotFound("calendar", segments[1])
        return PracticeCalendar(self.house, target), {}, []

    @override
    def verify(self) -> bool:
        """Check the whole database, as ``praxical check`` does."""
        with self.house.transaction(writes=False) as uow:
            return not list(check(uow, self.house.rules, self.house.clock))


_NOT_HERE = "[Errno 13] A calendar cannot be made or replaced here."
