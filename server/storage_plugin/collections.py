"""Collections as Radicale sees them: the root, homes, and calendars as one user sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, overload
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from radicale import storage
from radicale.item import Item
from radicale.item.filter import TIMESTAMP_MAX, TIMESTAMP_MIN, simplify_prefilters
from typing_extensions import override

from server.domain.calendars import StoredObject
from server.domain.errors import PracticeError
from server.domain.practice import User
from server.ics.reader import read_object
from server.storage_plugin.items import PracticeItem, http_date
from server.storage_plugin.refusals import refused
from server.usecases.delete_event import Delete, delete_event
from server.usecases.make_calendar import delete_calendar
from server.usecases.properties import properties_of, set_properties
from server.usecases.put_event import Put, put_event
from server.usecases.read_calendar import Reading, sync_token
from server.usecases.sync_calendar import changes_since
from server.usecases.viewers import etag_of, view_of

if TYPE_CHECKING:
    from server.storage_plugin.house import House
    from server.storage_plugin.paths import Target

_SENT_BY_HOST = "radicale"


class _Fixed(storage.BaseCollection):
    """A collection that only holds others."""

    _path = ""
    _meta: Mapping[str, str] = {}

    @property
    @override
    def path(self) -> str:
        return self._path

    @property
    @override
    def etag(self) -> str:
        return '"fixed"'

    @property
    @override
    def last_modified(self) -> str:
        return http_date(None)

    @override
    def get_multi(self, hrefs: Iterable[str]) -> Iterable[tuple[str, Item | None]]:
        return ((href, None) for href in hrefs)

    @override
    def get_all(self) -> Iterable[Item]:
        return ()

    @overload
    def get_meta(self, key: None = None) -> Mapping[str, str]: ...
    @overload
    def get_meta(self, key: str) -> str | None: ...
    @override
    def get_meta(self, key: str | None = None) -> Mapping[str, str] | str | None:
        return self._meta if key is None else self._meta.get(key)

    @override
    def set_meta(self, props: Mapping[str, str]) -> None:
        raise ValueError("[Errno 13] The properties of this collection are fixed.")

    @override
    def upload(self, href: str, item: Item) -> tuple[Item, Item | None]:
        raise ValueError("[Errno 13] Only calendars hold objects.")

    @override
    def delete(self, href: str | None = None) -> None:
        raise ValueError("[Errno 13] This collection cannot be deleted.")


class Root(_Fixed):
    """The collection ``/``."""


class Home(_Fixed):
    """A user's principal and calendar home."""

    def __init__(self, user: User) -> None:
        self._path = user.name
        self._meta = {"D:displayname": user.display_name}


class PracticeCalendar(storage.BaseCollection):
    """A calendar as one user sees it."""

    def __init__(self, house: House, target: Target) -> None:
        self.house = house
        self.target = target
        self.view = view_of(target.viewer, target.calendar, house.rules)

    def _reading(self) -> AbstractContextManager[Reading]:
        """Read in the open transaction, or in a short one: the host asks after its lock too."""
        return self.house.reading(self.target)

    @property
    @override
    def path(self) -> str:
        return self.target.path

    @property
    @override
    def tag(self) -> str:
        return "VCALENDAR"

    @property
    @override
    def owner(self) -> str:
        return self.target.calendar.owner

    @property
    @override
    def etag(self) -> str:
        return f'"{sync_token(self.target.calendar, self.view)}"'

    @property
    @override
    def last_modified(self) -> str:
        return http_date(self.target.calendar.modified_at)

    @override
    def sync(self, old_token: str = "") -> tuple[str, Iterable[str]]:
        if not old_token:
            # PROPFIND asks for the token only: the members are looked up when they are wanted.
            return sync_token(self.target.calendar, self.view), self._hrefs()
        try:
            with self._reading() as reading:
                changes = changes_since(reading, old_token)
        except PracticeError as error:
            raise ValueError(error.sentence) from error
        return changes.token, [*(changes.present or ()), *changes.removed]

    @override
    def get_multi(self, hrefs: Iterable[str]) -> Iterable[tuple[str, Item | None]]:
        wanted = list(hrefs)
        found: dict[str, Item] = {}
        with self._reading() as reading:
            for stored in reading.objects(wanted):
                found[stored.href] = self._item(stored)
        return ((href, found.get(href)) for href in wanted)

    @override
    def get_all(self) -> Iterator[Item]:
        with self._reading() as reading:
            entries = reading.entries()
        for entry in entries:
            etag = etag_of(entry.revision, self.target.viewer.name, self.view)
            yield PracticeItem(self, entry, etag, partial(self._text, entry.href), self._zone)

    def _hrefs(self) -> Iterator[str]:
        with self._reading() as reading:
            entries = reading.entries()
        for entry in entries:
            yield entry.href

    def served(self, href: str) -> StoredObject | None:
        """Return one object with the text and the ETag of this viewer."""
        with self._reading() as reading:
            found = next(iter(reading.objects([href])), None)
        if found is not None:
            self.house.note_seen(self.target, [(found.href, found.revision)])
        return found

    def _item(self, stored: StoredObject) -> Item:
        self.house.note_seen(self.target, [(stored.href, stored.revision)])
        return PracticeItem(self, stored.entry, stored.etag, stored.text, self._zone)

    def _zone(self) -> ZoneInfo:
        with self._reading() as reading:
            return reading.uow.practice.zone

    def _text(self, href: str) -> str:
        with self._reading() as reading:
            return next((stored.text for stored in reading.objects([href])), "")

    @override
    def get_filtered(self, filters: Iterable[Element]) -> Iterable[tuple[Item, bool]]:
        """Return candidates by the occurrence index; True where nothing is left to test."""
        component, start, end, simple = simplify_prefilters(list(filters), self.tag)
        surely: frozenset[str] = frozenset()
        at_any_time = (start, end) == (TIMESTAMP_MIN, TIMESTAMP_MAX)
        with self._reading() as reading:
            if at_any_time or component != "VEVENT":
                found = reading.objects(None)
            else:
                surely, perhaps = reading.in_range(_instant(start), _instant(end))
                found = reading.objects([*surely, *perhaps])
        for stored in found:
            if component in (None, stored.component):
                matched = at_any_time or stored.href in surely
                yield self._item(stored), simple and matched

    @override
    def has_uid(self, uid: str) -> bool:
        with self.house.transaction(writes=False) as uow:
            return uow.objects.href_of_uid(self.target.calendar.id, uid) is not None

    @override
    def upload(self, href: str, item: Item) -> tuple[Item, Item | None]:
        """Store what the host has parsed; ``praxical serve`` answers PUT itself instead."""
        before = next((found for _, found in self.get_multi([href])), None)
        uow, calendar = self.house.uow, self.target.calendar
        with refused(), uow.savepoint():
            sent = read_object(item.serialize(), uow.practice.zone)
            put = Put(
                calendar.owner,
                calendar.slug,
                href,
                self.target.viewer,
                sent,
                agent=_SENT_BY_HOST,
            )
            put_event(uow, self.house.context(self.target.viewer), put)
        stored = next((found for _, found in self.get_multi([href])), None)
        return stored or item, before

    @override
    def delete(self, href: str | None = None) -> None:
        uow, calendar = self.house.uow, self.target.calendar
        context = self.house.context(self.target.viewer)
        with refused(), uow.savepoint():
            if href is None:
                delete_calendar(uow, self.target.viewer, calendar)
            else:
                viewer = self.target.viewer
                delete_event(uow, context, Delete(calendar.owner, calendar.slug, href, viewer))

    @overload
    def get_meta(self, key: None = None) -> Mapping[str, str]: ...
    @overload
    def get_meta(self, key: str) -> str | None: ...
    @override
    def get_meta(self, key: str | None = None) -> Mapping[str, str] | str | None:
        with self.house.transaction(writes=False) as uow:
            found = properties_of(uow, self.target.calendar, self.target.viewer)
        return found if key is None else found.get(key)

    @override
    def set_meta(self, props: Mapping[str, str]) -> None:
        with refused():
            set_properties(
                self.house.uow, self.target.calendar, self.target.viewer, dict(props)
            )


def _instant(timestamp: int) -> datetime | None:
    if timestamp in (TIMESTAMP_MIN, TIMESTAMP_MAX):
        return None
    return datetime.fromtimestamp(timestamp, UTC)
