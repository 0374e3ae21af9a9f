"""One calendar object as Radicale sees it; its text is fetched when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

from radicale import item, storage
from typing_extensions import override

from server.domain.calendars import Entry
from server.storage_plugin.masters import add_master


class PracticeItem(item.Item):
    """An object whose href, ETag and component are known without its text."""

    def __init__(
        self,
        collection: storage.BaseCollection,
        entry: Entry,
        etag: str,
        text: str | Callable[[], str],
    ) -> None:
        super().__init__(
            collection=collection,
            href=entry.href,
            uid=entry.uid,
            etag=etag,
            text=text if isinstance(text, str) else "",
            name="VCALENDAR",
            component_name=entry.component,
            last_modified=http_date(entry.modified_at),
        )
        self.holder = collection
        self.entry = entry
        self._fetch = None if isinstance(text, str) else text

    @override
    def serialize(self) -> str:
        if self._fetch is not None:
            self._text = self._fetch()
            self._fetch = None
        return self._text or ""

    @property
    @override
    def vobject_item(self) -> object:
        self.serialize()
        return super().vobject_item

    def __copy__(self) -> PracticeItem:
        """Return an item that parses the text anew.

        The host copies an item in order to expand it, and takes it apart while doing so; it
        expands once for the ETag and once more for the text.
        """
        return _ExpandedItem(self.holder, self.entry, self.etag, self.serialize())


class _ExpandedItem(PracticeItem):
    """An item about to be expanded: overrides without a master get one (RFC 4791 9.6.5)."""

    @property
    @override
    def vobject_item(self) -> object:
        component = super().vobject_item
        if self.entry.component == "VEVENT":
            add_master(component)
        return component


def http_date(moment: datetime | None) -> str:
    """Return an instant as Last-Modified wants it (RFC 9110 5.6.7)."""
    return format_datetime(
        (moment or datetime.fromtimestamp(0, UTC)).astimezone(UTC), usegmt=True
    )
