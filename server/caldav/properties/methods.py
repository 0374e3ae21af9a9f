"""Which methods a resource takes: for OPTIONS, and for DAV:supported-method-set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.caldav.properties.place import Sort

_READING: Final = ("OPTIONS", "GET", "HEAD", "PROPFIND", "PROPPATCH", "REPORT", "ACL")
_WRITING: Final = ("PUT", "DELETE", "COPY", "MOVE")
# Apps ask a collection whether they may PUT, DELETE and MOVE what lies in it.
_WRITABLE: Final[Mapping[Sort, tuple[str, ...]]] = {
    Sort.ROOT: _READING,
    Sort.HOME: (*_READING, *_WRITING),
    Sort.CALENDAR: (*_READING, "POST", *_WRITING),
    # Nothing is ever put into them; who only reads may still ask when colleagues are busy.
    Sort.INBOX: _READING,
    Sort.OUTBOX: (*_READING, "POST"),
}

OF_OBJECTS: Final = (*_READING, *_WRITING)
OF_READ_OBJECTS: Final = (*_READING, "COPY")
TO_MAKE_CALENDARS: Final = ("OPTIONS", "MKCALENDAR", "MKCOL")
TO_MAKE_OBJECTS: Final = ("OPTIONS", "PUT")


def methods_of(sort: Sort, *, may_write: bool) -> tuple[str, ...]:
    """Return the methods that a collection takes."""
    return _WRITABLE[sort] if may_write or sort is Sort.OUTBOX else _READING
