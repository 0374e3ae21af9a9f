"""DELETE of one object, or of a personal calendar (RFC 4918 9.6)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from server.caldav.answers import Answer
from server.caldav.part import Call, Opened, Part, not_allowed
from server.domain.errors import NotAllowed
from server.usecases.delete_event import Delete, delete_event
from server.usecases.make_calendar import delete_calendar

if TYPE_CHECKING:
    from radicale import types

_CALENDAR_SEGMENTS = 2


class DeletePart(Part):
    """Answers DELETE; a refused one is 403 and the object stays."""

    def do_DELETE(
        self,
        environ: types.WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, object],
    ) -> Answer:
        """Delete what is at the path."""
        call = Call(environ, base_prefix, path, user, user_groups)
        if not self.may_write(call) or len(call.segments) < _CALENDAR_SEGMENTS:
            return not_allowed()
        do = _object if len(call.segments) > _CALENDAR_SEGMENTS else _calendar
        return self.writing(call, lambda opened: do(call, opened))


def _object(call: Call, opened: Opened) -> Answer:
    calendar = opened.target.calendar
    wanted = Delete(
        calendar.owner,
        calendar.slug,
        call.segments[2],
        opened.target.viewer,
        call.header("If-Match"),
    )
    delete_event(opened.uow, opened.context, wanted)
    return HTTPStatus.NO_CONTENT, {}, None, None


def _calendar(call: Call, opened: Opened) -> Answer:
    del call
    if opened.target.calendar.owner != opened.target.viewer.name:
        raise NotAllowed("A colleague's calendar cannot be deleted.")
    delete_calendar(opened.uow, opened.target.viewer, opened.target.calendar)
    return HTTPStatus.NO_CONTENT, {}, None, None
