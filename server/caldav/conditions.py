"""Conditions that a request names in its headers (RFC 9110 13.1, RFC 4918 10.4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from server.caldav.destination import path_of
from server.caldav.if_header import IfList, Wanted, read_if
from server.caldav.request import CALENDAR_SEGMENTS, Request
from server.domain.errors import PreconditionFailed
from server.storage_plugin.paths import segments_of, target_of
from server.usecases.conditions import UNCONDITIONAL, Conditions, Tags, stored_revision
from server.usecases.read_calendar import sync_token

if TYPE_CHECKING:
    from server.usecases.ports import UnitOfWork

_NAMES: Final = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF")
_TAG: Final = re.compile(r'(?:W/)?"[^"]*"|[^\s,]+')

State = tuple[int | None, str]
"""What conditions are compared with: an object's revision, a calendar's sync token."""


def conditions_of(request: Request) -> Conditions:
    """Return the conditions on the object that a request is about; raises Unmet."""
    if not any(name in request.environ for name in _NAMES):
        return UNCONDITIONAL
    match = tags_of(request.header("If-Match"))
    named = match is not None and not match.anything
    return Conditions(
        match=match,
        none_match=tags_of(request.header("If-None-Match")),
        unchanged_since=date_of(request.header("If-Unmodified-Since")),
        names_state=named or any(one.names_state for one in read_if(request.header("If"))),
    )


def tags_of(value: str) -> Tags | None:
    """Return the entity tags of a header, None for no header; some apps forget the quotes."""
    if not value.strip():
        return None
    listed = tuple(_TAG.findall(value))
    return Tags(listed, anything="*" in listed)


def date_of(value: str) -> datetime | None:
    """Return the instant of a header; what is no date is as good as not said (13.1.3)."""
    try:
        said = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    return said.replace(tzinfo=UTC) if said and said.tzinfo is None else said


def check_if(request: Request, uow: UnitOfWork) -> None:
    """Raise PreconditionFailed unless a list of the If header holds, where there is one."""
    if "HTTP_IF" not in request.environ:
        return
    lists = read_if(request.header("If"))
    if lists and not any(_holds(one, lambda path: _state(request, uow, path)) for one in lists):
        raise PreconditionFailed("No condition of the If header holds.")


def _holds(one: IfList, state_of: Callable[[str], State]) -> bool:
    state = state_of(one.resource)
    return all(_is(wanted, state) is not wanted.negated for wanted in one.wanted)


def _is(wanted: Wanted, state: State) -> bool:
    """Whether a resource has this tag or token; no lock has a token here (no class 2)."""
    revision, token = state
    if not wanted.is_tag:
        # RFC 6578 5: the sync token of a calendar is a state token of it.
        return bool(token) and wanted.value == token
    if revision is None:
        return bool(token) and wanted.value.strip('"') == token
    return stored_revision(wanted.value) == revision


def _state(request: Request, uow: UnitOfWork, reference: str) -> State:
    """Return the state of a resource in the user's own home, none for anything else."""
    path = request.path if not reference else path_of(request, reference)
    segments = segments_of(path or "")
    if len(segments) < CALENDAR_SEGMENTS or segments[0] != request.user.name:
        return None, ""
    target = target_of(uow, segments[0], segments[1])
    if target is None:
        return None, ""
    if len(segments) == CALENDAR_SEGMENTS:
        return None, sync_token(target.calendar, request.view(target))
    stored = uow.objects.get(target.calendar.id, segments[2])
    return (None if stored is None else stored.revision), ""
