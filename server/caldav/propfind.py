"""PROPFIND: properties of collections and of what lies in them (RFC 4918 9.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from server.caldav.answers import forbidden, malformed, not_found
from server.caldav.members import Members
from server.caldav.properties.place import Place, Sort, place_of
from server.caldav.properties.written import written
from server.caldav.response import Response, multistatus
from server.caldav.wanted import Wanted, read_wanted
from server.caldav.xml_out import DAV, path_text

if TYPE_CHECKING:
    from server.caldav.request import Request

BRIEFLY: Final[Mapping[str, str]] = {"Preference-Applied": "return=minimal"}


def propfind(request: Request) -> Response:
    """Return the properties of what is at the path, and of its members as Depth says."""
    root = request.xml
    if root is not None and root.tag != f"{DAV}propfind":
        raise malformed("PROPFIND needs a DAV:propfind.")
    wanted = read_wanted(root)
    headers: Mapping[str, str] = BRIEFLY if request.wants_minimal else {}
    if request.is_object:
        return _of_object(request, wanted, headers)
    place = place_of(request)
    if place is None:
        return not_found()
    if not request.path.endswith("/"):
        # RFC 4918 5.2: the address of a collection has a slash at its end.
        headers = {**headers, "Content-Location": path_text(place.path)}
    responses = _of_place(place, wanted, _depth(request, place))
    return multistatus(responses, headers=headers)


def _depth(request: Request, place: Place) -> str:
    """Return how deep to look.

    All of a calendar is one level, and is given. All that a home holds is as much as its user
    ever wrote, and no app has use for it: it is refused, as RFC 4918 9.1 allows. An app that
    forgets the header means its own resource, although the RFC would have it mean everything.
    """
    if place.sort not in (Sort.ROOT, Sort.HOME):
        return request.depth("infinity")
    depth = request.depth("0")
    if depth == "infinity":
        raise forbidden(f"{DAV}propfind-finite-depth", "Ask with Depth 0 or 1.")
    return depth


def _of_place(place: Place, wanted: Wanted, depth: str) -> Iterator[str]:
    yield written(place, wanted)
    if depth == "0":
        return
    if place.target is not None:
        members = Members.of(place.request, place.target, wanted, with_data=False)
        yield from members.listing()
    else:
        for member in place.members():
            yield written(member, wanted)


def _of_object(request: Request, wanted: Wanted, headers: Mapping[str, str]) -> Response:
    request.depth("infinity")
    target = request.target
    if target is None:
        return not_found()
    with request.house.reading(target) as reading:
        objects = reading.stored([request.segments[2]])
    if not objects:
        return not_found()
    members = Members.of(request, target, wanted, with_data=False)
    return multistatus([members.written(objects, None)], headers=headers)
