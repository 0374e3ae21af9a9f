"""MOVE of one object, also behind a proxy that ends TLS (RFC 4918 9.9)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from radicale import pathutils

from server.caldav.answers import Answer
from server.caldav.part import OBJECT_SEGMENTS, Call, Opened, Part, conflict, not_allowed
from server.storage_plugin.paths import segments_of, target_of
from server.usecases.move_event import Move, move_event

if TYPE_CHECKING:
    from radicale import types


class MovePart(Part):
    """Answers MOVE."""

    def do_MOVE(
        self,
        environ: types.WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, object],
    ) -> Answer:
        """Move an object to another name or calendar of this server.

        Scheme and host of Destination are not compared: behind a proxy they differ from ours,
        and the path decides anyway.
        """
        call = Call(environ, base_prefix, path, user, user_groups)
        to_path = _destination(call)
        if to_path is None or not self.may_write(call) or not self.may_write(call, to_path):
            return not_allowed()
        if not call.is_object or len(segments_of(to_path)) != OBJECT_SEGMENTS:
            return HTTPStatus.FORBIDDEN, {}, None, None
        return self.writing(call, lambda opened: _move(call, opened, to_path), to_path)


def _destination(call: Call) -> str | None:
    """Return the destination's path, None if it lies outside of this server's space."""
    raw = urlparse(call.header("Destination")).path
    path = str(pathutils.sanitize_path(unquote(raw)))
    if not raw or not f"{path}/".startswith(f"{call.base_prefix}/"):
        return None
    return path[len(call.base_prefix) :]


def _move(call: Call, opened: Opened, to_path: str) -> Answer:
    segments = segments_of(to_path)
    target = target_of(opened.uow, segments[0], segments[1])
    if target is None:
        return conflict()
    source = opened.target.calendar
    move = Move(
        (source.owner, source.slug, call.segments[2]),
        (target.calendar.owner, target.calendar.slug, segments[2]),
        opened.target.viewer,
        overwrite=call.header("Overwrite").strip().upper() != "F",
    )
    there = move_event(opened.uow, opened.context, move)
    status = HTTPStatus.NO_CONTENT if there else HTTPStatus.CREATED
    return status, {}, None, None
