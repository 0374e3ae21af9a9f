"""Where COPY and MOVE lead to: the Destination and Overwrite headers (RFC 4918 10.3, 10.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from radicale import pathutils

from server.caldav.answers import Unmet, forbidden, malformed
from server.caldav.changes import Opened
from server.caldav.request import OBJECT_SEGMENTS, Request
from server.caldav.response import Response
from server.caldav.unmet import missing, no_parent
from server.caldav.xml_out import CALDAV, OURS, href
from server.domain.errors import UidConflict
from server.storage_plugin.paths import segments_of, target_of

if TYPE_CHECKING:
    from server.usecases.make_room import Address


def path_of(request: Request, reference: str) -> str | None:
    """Return the path that a reference names, None outside of this server's space.

    Scheme and host are not looked at: a proxy in front may have changed them. Raises Unmet.
    """
    try:
        raw = urlsplit(reference.strip()).path
    except ValueError as error:
        raise malformed("A reference in a header is none.") from error
    # A header comes as octets in the guise of Latin-1 (PEP 3333).
    decoded = unquote_to_bytes(raw.encode("latin-1", "replace")).decode("utf-8", "replace")
    path = str(pathutils.sanitize_path(decoded))
    if not raw or "\0" in path or not f"{path}/".startswith(f"{request.base}/"):
        return None
    return path[len(request.base) :] or "/"


@dataclass(frozen=True, slots=True)
class Destination:
    """The path of an object to be in the user's home; whether one that is there gives way."""

    path: str
    collection: str
    overwrite: bool

    def address(self, opened: Opened) -> Address:
        """Return where that is; raises Unmet where no calendar can hold it."""
        user, slug, name = segments_of(self.path)
        target = target_of(opened.uow, user, slug)
        if target is None:
            raise no_parent()
        return target.calendar.owner, target.calendar.slug, name

    def within(self, act: Callable[[], bool]) -> Response:
        """Copy or move, and answer; a conflict is one with an object of this calendar."""
        try:
            overwritten = act()
        except UidConflict as error:
            condition = f"{CALDAV}no-uid-conflict"
            used = href(self.collection + error.href)
            raise Unmet(HTTPStatus.CONFLICT, condition, error.sentence, used) from error
        return Response(HTTPStatus.NO_CONTENT if overwritten else HTTPStatus.CREATED)


def read_destination(request: Request) -> Destination:
    """Return where an object is to be; raises Unmet for what no object can become."""
    _refuse_collection(request)
    if not request.header("Destination"):
        raise malformed("The Destination header is missing.")
    path = path_of(request, request.header("Destination"))
    if path is None:
        raise forbidden(f"{OURS}destination", "The destination is not on this server.")
    segments = _segments(request, path)
    if segments == request.segments:
        # RFC 4918 9.8.5 and 9.9.4: source and destination are the same resource.
        raise forbidden(f"{OURS}another-destination", "The object is there already.")
    collection = f"{request.base}/{segments[0]}/{segments[1]}/"
    return Destination(path, collection, _overwrites(request))


def _segments(request: Request, path: str) -> list[str]:
    segments = segments_of(path)
    if len(segments) > OBJECT_SEGMENTS or segments[:1] not in ([], [request.user.name]):
        # The homes of others are as good as not there.
        raise no_parent()
    if len(segments) < OBJECT_SEGMENTS or path.endswith("/"):
        said = "An object of a calendar cannot become a collection."
        raise forbidden(f"{OURS}destination-is-object", said)
    return segments


def _refuse_collection(request: Request) -> None:
    if request.is_object:
        return
    is_there = request.is_in_box or request.target is not None
    if len(request.segments) > OBJECT_SEGMENTS or (request.is_calendar and not is_there):
        raise missing()
    said = "Calendars and homes are neither copied nor moved; copy or move their objects."
    raise forbidden(f"{OURS}source-is-object", said)


def _overwrites(request: Request) -> bool:
    said = request.header("Overwrite").upper() or "T"
    if said not in ("T", "F"):
        raise malformed("Overwrite is T or F.")
    return said == "T"
