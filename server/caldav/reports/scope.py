"""Which objects a report looks at: by its path and by Depth (RFC 4791 7.8, 7.10)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from server.caldav.answers import Unmet
from server.caldav.xml_out import OURS
from server.storage_plugin.paths import targets_of

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.storage_plugin.paths import Target


@dataclass(frozen=True, slots=True)
class Scope:
    """One calendar, or only some objects of it."""

    target: Target
    only: frozenset[str] | None = None

    def within(self, names: frozenset[str]) -> frozenset[str]:
        """Return those of the names that the report is about."""
        return names if self.only is None else names & self.only


def scopes(request: Request) -> list[Scope]:
    """Return what a report is about; raises Unmet where nothing is there.

    Many apps send no Depth for a calendar and mean what is in it. The home is looked through
    with Depth infinity only: what lies directly in it are calendars, which no filter matches.
    """
    if not request.segments:
        return []
    if len(request.segments) == 1:
        return _in_home(request) if request.depth("0") == "infinity" else []
    if request.is_in_box and not request.is_object:
        return []
    target = request.target
    if target is None:
        raise Unmet(HTTPStatus.NOT_FOUND, f"{OURS}not-found", "There is no calendar here.")
    if request.is_object:
        return [Scope(target, frozenset({request.segments[2]}))]
    return [Scope(target)] if request.depth("1") != "0" else []


def _in_home(request: Request) -> list[Scope]:
    with request.house.transaction(writes=False) as uow:
        return [Scope(target) for target in targets_of(uow, request.user.name)]
