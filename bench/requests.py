"""The bodies of the CalDAV requests (RFC 4791, RFC 6578) that the benchmark makes."""

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from bench.expansion import Window
from bench.workload import Plan, utc_stamp

CTAG: Final = "{http://calendarserver.org/ns/}getctag"
TOKEN: Final = "{DAV:}sync-token"  # noqa: S105  # a name
ETAG_AND_DATA: Final = "<D:getetag/><C:calendar-data/>"

_SPACES: Final = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
    ' xmlns:S="http://calendarserver.org/ns/"'
)
_PROLOGUE: Final = '<?xml version="1.0" encoding="utf-8"?>'


def etags_body() -> str:
    """PROPFIND of every member's ETag."""
    return _propfind("<D:getetag/>")


def ctag_body() -> str:
    """PROPFIND of what tells a client whether anything changed."""
    return _propfind("<S:getctag/><D:sync-token/>")


def multiget_body(path: str, plans: Iterable[Plan], properties: str) -> str:
    """REPORT calendar-multiget of these events (RFC 4791 7.9)."""
    hrefs = "".join(f"<D:href>{path}{plan.href}</D:href>" for plan in plans)
    inner = f"<D:prop>{properties}</D:prop>{hrefs}"
    return f"{_PROLOGUE}<C:calendar-multiget {_SPACES}>{inner}</C:calendar-multiget>"


def query_body(window: Window | None, *, is_expanded: bool = False) -> str:
    """REPORT calendar-query of a time range, or of every event (RFC 4791 7.8)."""
    span = f"<C:time-range {_ends(window)}/>" if window else ""
    event = f'<C:comp-filter name="VEVENT">{span}</C:comp-filter>'
    whole = f'<C:filter><C:comp-filter name="VCALENDAR">{event}</C:comp-filter></C:filter>'
    inner = f"<D:prop>{ETAG_AND_DATA}</D:prop>{whole}"
    if window and is_expanded:
        expand = f"<C:calendar-data><C:expand {_ends(window)}/></C:calendar-data>"
        inner = inner.replace("<C:calendar-data/>", expand)
    return f"{_PROLOGUE}<C:calendar-query {_SPACES}>{inner}</C:calendar-query>"


def free_busy_body(window: Window) -> str:
    """REPORT free-busy-query of a time range (RFC 4791 7.10)."""
    span = f"<C:time-range {_ends(window)}/>"
    return f"{_PROLOGUE}<C:free-busy-query {_SPACES}>{span}</C:free-busy-query>"


def sync_body(token: str) -> str:
    """REPORT sync-collection since a token, from the beginning if empty (RFC 6578 3.2)."""
    since = f"<D:sync-token>{escape(token)}</D:sync-token><D:sync-level>1</D:sync-level>"
    inner = f"{since}<D:prop><D:getetag/></D:prop>"
    return f"{_PROLOGUE}<D:sync-collection {_SPACES}>{inner}</D:sync-collection>"


def _propfind(properties: str) -> str:
    inner = f"<D:prop>{properties}</D:prop>"
    return f"{_PROLOGUE}<D:propfind {_SPACES}>{inner}</D:propfind>"


def _ends(window: Window) -> str:
    return f'start="{utc_stamp(window.start)}" end="{utc_stamp(window.end)}"'
