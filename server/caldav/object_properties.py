"""The WebDAV properties of calendar objects, as pieces that thousands of rows are put into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from server.caldav.wanted import CALENDAR_DATA, Kind, Wanted
from server.caldav.xml_out import CALDAV, DAV, element, escape, href, propstat
from server.storage_plugin.items import http_date

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.storage_plugin.paths import Target

_RESOURCES: Final = UUID("6f1c2d0e-6a0b-5c5e-9a4f-0d6d3b3f8a11")
"""The name space of DAV:resource-id (RFC 5842 3.1)."""
OBJECT_REPORTS: Final = (
    f"{CALDAV}calendar-query",
    f"{CALDAV}calendar-multiget",
)
_USUAL: Final = tuple(
    f"{DAV}{name}"
    for name in (
        "getetag",
        "getcontenttype",
        "getcontentlength",
        "getlastmodified",
        "resourcetype",
    )
)
"""What DAV:allprop returns of an object (RFC 4918 9.1.5)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """XML of one property: fixed, or around the value of one field of the object."""

    before: str
    field: str = ""
    after: str = ""
    shown: Callable[[object], str] = str


@dataclass(frozen=True, slots=True)
class Template:
    """DAV:response of an object: ``text % values``, and the fields that follow the href."""

    text: str
    fields: tuple[str, ...]
    shown: tuple[Callable[[object], str], ...]

    @property
    def is_direct(self) -> bool:
        """Whether the fields can be put in as they are."""
        return all(one is str for one in self.shown)


def template(request: Request, target: Target, wanted: Wanted, collection: str) -> Template:
    """Return the template of an object's response: href, fields, calendar-data if asked.

    ``collection`` is the path that the hrefs lie in, as it stands in XML.

    Properties that objects do not have are named with 404, unless the app prefers brevity.
    """
    pieces = _pieces(request, target)
    if wanted.kind is Kind.PROPNAME:
        found = [Piece(element(name)) for name in pieces]
        missing: list[str] = []
    else:
        names = _asked(wanted, pieces)
        found = [pieces[name] for name in names if name in pieces]
        known = {*pieces, CALENDAR_DATA} if wanted.data is not None else {*pieces}
        missing = [name for name in names if name not in known]
    missing = [] if request.wants_minimal else missing
    properties = _joined(found, missing, has_data=wanted.data is not None)
    values = [piece for piece in found if piece.field]
    return Template(
        f"<D:response><D:href>{_literal(collection)}%s</D:href>{properties}</D:response>",
        tuple(piece.field for piece in values),
        tuple(piece.shown for piece in values),
    )


def _asked(wanted: Wanted, pieces: Mapping[str, Piece]) -> Iterable[str]:
    if wanted.kind is Kind.PROP:
        return wanted.names
    usual = (name for name in _USUAL if name in pieces)
    return dict.fromkeys([*usual, *wanted.include])


def _joined(found: list[Piece], missing: list[str], *, has_data: bool) -> str:
    """Return the DAV:propstat elements, with a %s for each value."""
    parts: list[str] = []
    for piece in found:
        parts += [_literal(piece.before), "%s" if piece.field else "", _literal(piece.after)]
    if has_data:
        parts.append("<C:calendar-data%s</C:calendar-data>")
    there = "".join(parts)
    absent = _literal("".join(element(name) for name in missing))
    # A response needs a propstat or a status (RFC 4918 14.24).
    first = propstat(HTTPStatus.OK, there) if there or not absent else ""
    return first + (propstat(HTTPStatus.NOT_FOUND, absent) if absent else "")


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def _pieces(request: Request, target: Target) -> dict[str, Piece]:
    """Return every property that an object of this calendar has, by Clark name."""
    reading = request.house.view(target)
    suffix = "" if reading.is_owner else f"-{target.viewer.name}-{reading.level.value}"
    principal = href(request.home)
    calendar = target.calendar.id
    reports = "".join(
        f"<D:supported-report><D:report>{element(name)}</D:report></D:supported-report>"
        for name in OBJECT_REPORTS
    )

    def resource(value: object) -> str:
        return f"urn:uuid:{uuid5(_RESOURCES, f'{calendar}/{value}')}"

    pieces = {
        "getetag": Piece('<D:getetag>"', "revision", f'{escape(suffix)}"</D:getetag>'),
        "getcontenttype": Piece(
            "<D:getcontenttype>text/calendar; charset=utf-8; component=",
            "component",
            "</D:getcontenttype>",
        ),
        "getlastmodified": Piece(
            "<D:getlastmodified>", "modified_at", "</D:getlastmodified>", _http_date
        ),
        "resourcetype": Piece("<D:resourcetype/>"),
        "resource-id": Piece(
            "<D:resource-id><D:href>", "uid", "</D:href></D:resource-id>", resource
        ),
        "current-user-principal": Piece(
            f"<D:current-user-principal>{principal}</D:current-user-principal>"
        ),
        "current-user-privilege-set": Piece(_privileges(request)),
        "supported-report-set": Piece(
            f"<D:supported-report-set>{reports}</D:supported-report-set>"
        ),
        "supportedlock": Piece("<D:supportedlock/>"),
        "lockdiscovery": Piece("<D:lockdiscovery/>"),
    }
    if target.calendar.owner == target.viewer.name:
        pieces["owner"] = Piece(f"<D:owner>{principal}</D:owner>")
        # Others are served a text of their own, which is written when they ask for it.
        pieces["getcontentlength"] = Piece(
            "<D:getcontentlength>", "size", "</D:getcontentlength>"
        )
    return {DAV + name: piece for name, piece in pieces.items()}


def _privileges(request: Request) -> str:
    """Return what the user may do with an object (RFC 3744 5.4)."""
    names = ["read", "read-current-user-privilege-set"]
    if request.may_write():
        names += ["write", "write-content", "write-properties"]
    listed = "".join(f"<D:privilege><D:{name}/></D:privilege>" for name in names)
    return f"<D:current-user-privilege-set>{listed}</D:current-user-privilege-set>"


@lru_cache(maxsize=4096)
def _http_date(moment: object) -> str:
    return http_date(moment if isinstance(moment, datetime) else None)
