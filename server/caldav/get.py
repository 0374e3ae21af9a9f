"""GET and HEAD: an object, a whole calendar as a file, and a word about the address itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final

from server.caldav.conditions import date_of, tags_of
from server.caldav.representation import VARY, represented, validators
from server.caldav.request import CALENDAR_SEGMENTS
from server.caldav.response import CALENDAR, Response
from server.caldav.unmet import missing
from server.domain.errors import PreconditionFailed
from server.storage_plugin.paths import Target
from server.usecases.conditions import Conditions, Tags
from server.usecases.export_calendar import export_view
from server.usecases.read_calendar import sync_token

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.domain.calendars import StoredObject

_IN_MEMORY: Final = 4 * 1024 * 1024
_PIECE: Final = 128 * 1024
_WELCOME: Final = """\
This is the address of a calendar server.

Enter it in a calendar app as the address of a CalDAV account, with your user name and an app
password of this device. The app then finds your calendars by itself.
"""
_PAGE: Final = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
}


def get(request: Request) -> Response:
    """Return what is at the path; raises Unmet where nothing is."""
    if request.is_object:
        return _object(request)
    is_box = request.is_in_box and request.is_calendar
    if len(request.segments) < CALENDAR_SEGMENTS or is_box:
        return Response(HTTPStatus.OK, _PAGE, _WELCOME.encode())
    if request.is_calendar and request.target is not None:
        return _calendar(request, request.target)
    raise missing()


def _object(request: Request) -> Response:
    """Return one object as the user sees it; raises Unmet, PreconditionFailed."""
    house, target = request.house, request.target
    if target is None:
        raise missing()
    with house.reading(target) as reading:
        found = reading.objects([request.segments[2]])
    if not found:
        raise missing()
    stored = found[0]
    house.note_seen(target, [(stored.href, stored.revision)])
    headers = validators(stored)
    headers["Vary"] = VARY
    if _is_known(request, stored):
        return Response(HTTPStatus.NOT_MODIFIED, headers)
    headers["Content-Type"], body = represented(request, stored.text)
    return Response(HTTPStatus.OK, headers, body)


def _is_known(request: Request, stored: StoredObject) -> bool:
    """Whether the app has the object as it is (RFC 9110 13.2.2); raises PreconditionFailed."""
    header = request.environ.get
    match, since = header("HTTP_IF_MATCH", ""), header("HTTP_IF_UNMODIFIED_SINCE", "")
    if match or since:
        Conditions(match=tags_of(match), unchanged_since=date_of(since)).check(stored)
    known = tags_of(header("HTTP_IF_NONE_MATCH", ""))
    if known is not None:
        return _names(known, stored.etag)
    newest = date_of(header("HTTP_IF_MODIFIED_SINCE", ""))
    return newest is not None and stored.modified_at.replace(microsecond=0) <= newest


def _names(tags: Tags, etag: str) -> bool:
    """Whether tags name a state; that some are weak does not matter to GET (13.1.2)."""
    return tags.anything or etag in [tag.removeprefix("W/") for tag in tags.listed]


def _calendar(request: Request, target: Target) -> Response:
    """Return a calendar as one file; raises PreconditionFailed."""
    etag = f'"{sync_token(target.calendar, request.view(target))}"'
    headers = {"ETag": etag, "Content-Type": CALENDAR, "Cache-Control": "no-cache"}
    match, known = tags_of(request.header("If-Match")), tags_of(request.header("If-None-Match"))
    if match is not None and not _names(match, etag):
        raise PreconditionFailed("The calendar has changed.")
    if known is not None and _names(known, etag):
        return Response(HTTPStatus.NOT_MODIFIED, headers)
    body = () if request.method == "HEAD" else _file(request, target)
    return Response(HTTPStatus.OK, headers, body)


def _file(request: Request, target: Target) -> Iterator[bytes]:
    """Return the file in pieces: written in one transaction, which no slow app keeps open."""
    spool = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    with request.house.reading(target) as reading:
        for piece in export_view(reading):
            spool.write(piece.encode())
    spool.seek(0)
    return _pieces_of(spool)


def _pieces_of(spool: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with spool:
        yield from iter(partial(spool.read, _PIECE), b"")
