"""One calendar object as Radicale sees it; its text is fetched when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

import vobject
from radicale import item, storage
from typing_extensions import override

from server.domain.calendars import Entry
from server.ics.plain import plain
from server.storage_plugin.masters import add_master


class PracticeItem(item.Item):
    """An object whose href, ETag and component are known without its text."""

    def __init__(
        self,
        collection: storage.BaseCollection,
        entry: Entry,
        etag: str,
        text: str | Callable[[], str],
        zone: Callable[[], ZoneInfo],
    ) -> None:
        # Not by the host's constructor: it checks the path of the collection for each object.
        self._collection_path = collection.path
        self.collection = self._holder = collection
        self.href = entry.href
        self._uid = entry.uid
        self._etag = etag
        self._name = "VCALENDAR"
        self._component_name = entry.component
        self._vobject_item = None
        self._time_range = None
        self._text = text if isinstance(text, str) else None
        self._fetch = None if isinstance(text, str) else text
        self._zone = zone
        self.entry = entry

    @property
    @override
    def last_modified(self) -> str:  # type: ignore[override]  # the host sets it, we work it out
        """When the object was changed, as Last-Modified has it."""
        return http_date(self.entry.modified_at)

    @override
    def serialize(self) -> str:
        if self._fetch is not None:
            self._text = self._fetch()
            self._fetch = None
        return self._text or ""

    @property
    @override
    def vobject_item(self) -> Any:
        """The object as the host works with it: one odd line must not break a whole report."""
        if self._vobject_item is None:
            self._vobject_item = vobject.readOne(plain(self.serialize(), self._zone()))
        return self._vobject_item

    def __copy__(self) -> PracticeItem:
        """Return an item that parses the text anew.

        The host copies an item in order to expand it, and takes it apart while doing so; it
        expands once for the ETag and once more for the text.
        """
        return _ExpandedItem(self._holder, self.entry, self.etag, self.serialize(), self._zone)


class _ExpandedItem(PracticeItem):
    """An item about to be expanded: overrides without a master get one (RFC 4791 9.6.5)."""

    @property
    @override
    def vobject_item(self) -> Any:
        component = super().vobject_item
        if self.entry.component == "VEVENT":
            add_master(component)
        return component


def http_date(moment: datetime | None) -> str:
    """Return an instant as Last-Modified wants it (RFC 9110 5.6.7)."""
    return format_datetime(
        (moment or datetime.fromtimestamp(0, UTC)).astimezone(UTC), usegmt=True
    )
