"""REPORT calendar-multiget: objects by their hrefs (RFC 4791 7.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from radicale import pathutils

from server.caldav.answers import forbidden, not_found
from server.caldav.object_responses import Responses
from server.caldav.response import Response, multistatus
from server.caldav.wanted import read_wanted
from server.caldav.xml_in import children, text_of
from server.caldav.xml_out import DAV, escape, status_line
from server.storage_plugin.paths import segments_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.caldav.request import Request

_OBJECT_SEGMENTS: Final = 3
_USUAL_NAME: Final = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
"""A name that stands in a path as it is; hrefs within one calendar mostly end so."""
_NOT_FOUND: Final = status_line(HTTPStatus.NOT_FOUND)


def calendar_multiget(request: Request, root: Element) -> Response:
    """Return the objects asked for, and 404 for each href that names none; Depth is ignored."""
    if not request.segments:
        return not_found()
    asked = [text_of(one) for one in children(root, f"{DAV}href")]
    if not asked:
        raise forbidden("{urn:x-praxical:dav}href-expected", "No href was asked for.")
    return multistatus(_responses(request, root, list(dict.fromkeys(asked))))


def _responses(request: Request, root: Element, asked: list[str]) -> Iterator[str]:
    """Yield the responses calendar by calendar: the home may be asked about several."""
    wanted = read_wanted(root)
    by_calendar: dict[tuple[str, str], dict[str, str]] = {}
    missing: list[str] = []
    for raw in asked:
        place = _place_of(request, raw)
        if place is None:
            missing.append(raw)
        else:
            by_calendar.setdefault(place[:2], {})[place[2]] = raw
    for (user, slug), raws in by_calendar.items():
        target = request.house.target(user, slug)
        if target is None:
            missing += raws.values()
            continue
        writer = Responses.of(request, target, wanted)
        found: set[str] = set()
        yield from writer.of_hrefs(list(raws), found)
        missing += [raw for name, raw in raws.items() if name not in found]
    for raw in missing:
        # The href as it was asked for, however it is written.
        yield f"<D:response><D:href>{escape(raw)}</D:href>{_NOT_FOUND}</D:response>"


def _place_of(request: Request, raw: str) -> tuple[str, str, str] | None:
    """Return user, calendar and object that an href names, None outside of what was asked."""
    if request.is_calendar and _USUAL_NAME.fullmatch(raw.removeprefix(request.collection)):
        return request.segments[0], request.segments[1], raw.removeprefix(request.collection)
    path = _path_of(raw)
    if path is None or not path.startswith(f"{request.base}/"):
        return None
    segments = segments_of(path[len(request.base) :])
    inside = segments[: len(request.segments)] == request.segments
    if len(segments) != _OBJECT_SEGMENTS or not inside or segments[0] != request.user.name:
        return None
    return segments[0], segments[1], segments[2]


def _path_of(raw: str) -> str | None:
    """Return the path of an href, None for what is none."""
    try:
        path = str(pathutils.sanitize_path(unquote(urlsplit(raw).path)))
    except ValueError:
        return None
    return None if "\0" in path else path
