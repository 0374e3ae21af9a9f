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
from server.domain.vocabulary import CalendarKind
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


Maker = Callable[["Request", "Target"], Piece | None]
"""Makes a property of the objects of a calendar, None where they have none."""


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
    names = tuple(_MAKERS) if wanted.kind is Kind.PROPNAME else _asked(wanted)
    made = {name: _piece(name, request, target) for name in names}
    found = [piece for piece in made.values() if piece is not None]
    if wanted.kind is Kind.PROPNAME:
        found = [Piece(element(name)) for name, piece in made.items() if piece is not None]
    told = () if request.wants_minimal else (*wanted.names, *wanted.include)
    served = CALENDAR_DATA if wanted.data is not None else ""
    missing = [name for name in told if made[name] is None and name != served]
    properties = _joined(found, missing, has_data=wanted.data is not None)
    values = [piece for piece in found if piece.field]
    return Template(
        f"<D:response><D:href>{_literal(collection)}%s</D:href>{properties}</D:response>",
        tuple(piece.field for piece in values),
        tuple(piece.shown for piece in values),
    )


def _asked(wanted: Wanted) -> Iterable[str]:
    if wanted.kind is Kind.PROP:
        return wanted.names
    return dict.fromkeys([*_USUAL, *wanted.include])


def _piece(name: str, request: Request, target: Target) -> Piece | None:
    """Return a property that objects of this calendar have, None for any other."""
    maker = _MAKERS.get(name)
    return None if maker is None else maker(request, target)


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


def _etag(request: Request, target: Target) -> Piece:
    view = request.house.view(target)
    suffix = "" if view.is_owner else f"-{target.viewer.name}-{view.level.value}"
    return Piece('<D:getetag>"', "revision", f'{escape(suffix)}"</D:getetag>')


def _length(request: Request, target: Target) -> Piece | None:
    """Others than the owner are served a text of their own, made when they ask for it.

    So is the owner of what a watched calendar holds, where events bear their titles.
    """
    watched = target.calendar.kind is CalendarKind.WATCHED
    if target.calendar.owner != target.viewer.name or (watched and request.house.titles):
        return None
    return Piece("<D:getcontentlength>", "size", "</D:getcontentlength>")


def _owner(request: Request, target: Target) -> Piece | None:
    if target.calendar.owner != target.viewer.name:
        return None
    return Piece(f"<D:owner>{href(request.home)}</D:owner>")


def _principal(request: Request, _: Target) -> Piece:
    inner = href(request.home)
    return Piece(f"<D:current-user-principal>{inner}</D:current-user-principal>")


def _resource(_: Request, target: Target) -> Piece:
    def named(uid: object) -> str:
        return f"urn:uuid:{uuid5(_RESOURCES, f'{target.calendar.id}/{uid}')}"

    return Piece("<D:resource-id><D:href>", "uid", "</D:href></D:resource-id>", named)


def _reports(_: Request, __: Target) -> Piece:
    reports = "".join(
        f"<D:supported-report><D:report>{element(name)}</D:report></D:supported-report>"
        for name in OBJECT_REPORTS
    )
    return Piece(f"<D:supported-report-set>{reports}</D:supported-report-set>")


def _privileges(request: Request, _: Target) -> Piece:
    """Return what the user may do with an object (RFC 3744 5.4)."""
    names = ["read", "read-current-user-privilege-set"]
    if request.may_write():
        names += ["write", "write-content", "write-properties"]
    listed = "".join(f"<D:privilege><D:{name}/></D:privilege>" for name in names)
    return Piece(f"<D:current-user-privilege-set>{listed}</D:current-user-privilege-set>")


def _always(piece: Piece) -> Maker:
    return lambda _, __: piece


@lru_cache(maxsize=4096)
def _http_date(moment: object) -> str:
    return http_date(moment if isinstance(moment, datetime) else None)


_MAKERS: Final[Mapping[str, Maker]] = {
    f"{DAV}getetag": _etag,
    f"{DAV}getcontenttype": _always(
        Piece(
            "<D:getcontenttype>text/calendar; charset=utf-8; component=",
            "component",
            "</D:getcontenttype>",
        )
    ),
    f"{DAV}getcontentlength": _length,
    f"{DAV}getlastmodified": _always(
        Piece("<D:getlastmodified>", "modified_at", "</D:getlastmodified>", _http_date)
    ),
    f"{DAV}resourcetype": _always(Piece("<D:resourcetype/>")),
    f"{DAV}resource-id": _resource,
    f"{DAV}owner": _owner,
    f"{DAV}current-user-principal": _principal,
    f"{DAV}current-user-privilege-set": _privileges,
    f"{DAV}supported-report-set": _reports,
    f"{DAV}supportedlock": _always(Piece("<D:supportedlock/>")),
    f"{DAV}lockdiscovery": _always(Piece("<D:lockdiscovery/>")),
}
"""The properties of objects by Clark name."""
