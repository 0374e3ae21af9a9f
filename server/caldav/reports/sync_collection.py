"""REPORT sync-collection: what changed since a token (RFC 6578)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.answers import forbidden, malformed, not_found
from server.caldav.object_responses import Responses
from server.caldav.response import Response, multistatus
from server.caldav.scheduling.inbox import unchanged
from server.caldav.wanted import Wanted, read_wanted
from server.caldav.xml_in import text_of
from server.caldav.xml_out import DAV, escape, status_response
from server.domain.errors import Invalid
from server.usecases.sync_calendar import Changes, changes_since

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.caldav.request import Request
    from server.storage_plugin.paths import Target

_LEVELS: Final = ("", "1", "infinite", "infinity")
"""One calendar holds no other: both levels name the same members. Some apps send none."""
_DIGITS_AT_MOST: Final = 18
_LOOKED_UP_AT_MOST: Final = 2_000
"""More changed objects than these are found quicker in a listing of all."""


def sync_collection(request: Request, root: Element) -> Response:
    """Return the changed objects, 404 for removed ones, 507 where a limit left some out.

    Depth is not looked at: apps send 0, 1 or none (RFC 6578 3.2 wants 0).
    """
    target = request.target
    if not request.is_calendar:
        raise forbidden(f"{DAV}supported-report")
    if target is None and not request.is_in_box:
        return not_found()
    if text_of(root.find(f"{DAV}sync-level")).lower() not in _LEVELS:
        raise malformed("DAV:sync-level is 1 or infinite.")
    limit = _limit(root.find(f"{DAV}limit"))
    if target is None:
        return unchanged(root)
    try:
        with request.house.reading(target) as reading:
            changes = changes_since(reading, text_of(root.find(f"{DAV}sync-token")), limit)
    except Invalid as error:
        raise forbidden(f"{DAV}valid-sync-token", "The token is not known any more.") from error
    tail = f"<D:sync-token>{escape(changes.token)}</D:sync-token>"
    return multistatus(_responses(request, target, read_wanted(root), changes), tail)


def _limit(element: Element | None) -> int | None:
    """Return DAV:limit's number (RFC 5323 5.17), None where there is no limit."""
    if element is None:
        return None
    number = text_of(element.find(f"{DAV}nresults"))
    if not number.isdecimal() or not number.strip("0"):
        raise forbidden(
            f"{DAV}number-of-matches-within-limits", "A limit is a number of at least 1."
        )
    return int(number) if len(number) <= _DIGITS_AT_MOST else None


def _responses(
    request: Request, target: Target, wanted: Wanted, changes: Changes
) -> Iterator[str]:
    if changes.present is not None and not changes.present and not changes.removed:
        return
    writer = Responses.of(request, target, wanted)
    yield from _present(writer, changes.present)
    for name in changes.removed:
        yield status_response(writer.members.path_of(name), HTTPStatus.NOT_FOUND)
    if changes.more:
        condition = "<D:number-of-matches-within-limits/>"
        yield status_response(request.collection, HTTPStatus.INSUFFICIENT_STORAGE, condition)


def _present(writer: Responses, revisions: Mapping[str, int] | None) -> Iterator[str]:
    members, fields = writer.members, writer.members.template.fields
    if writer.shaper is not None:
        yield from writer.of_hrefs(members.names() if revisions is None else list(revisions))
    elif revisions is None or len(revisions) > _LOOKED_UP_AT_MOST:
        yield from members.listing(None if revisions is None else frozenset(revisions))
    elif set(fields) <= {"revision"}:
        # All that is asked for stands in the log of changes.
        yield members.rows([(href, *[one] * len(fields)) for href, one in revisions.items()])
    else:
        yield from writer.of_hrefs(list(revisions))
