"""PUT of one object from the raw body (RFC 4791 5.3.2)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from radicale import httputils

from server.caldav.answers import Answer, refusal
from server.caldav.environment import charset_of
from server.caldav.part import Call, Opened, Part, not_allowed
from server.domain.errors import MalformedCalendarData, PracticeError
from server.ics.event import CalendarObject
from server.ics.lines import decode
from server.ics.reader import read_object
from server.usecases.put_event import Put, put_event

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from radicale import types

log = logging.getLogger(__name__)


class PutPart(Part):
    """Answers PUT."""

    def do_PUT(
        self,
        environ: types.WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, object],
    ) -> Answer:
        """Store an object; without ETag where the stored text differs (RFC 4791 5.3.4)."""
        call = Call(environ, base_prefix, path, user, user_groups)
        if not self.may_write(call) or not call.is_object:
            return not_allowed()
        try:
            sent = read_object(_text(self, call), self._zone())
        except PracticeError as error:
            log.info("refused PUT user=%s condition=%s", user, error.condition)
            return refusal(error, call.collection_path)
        return self.writing(call, lambda opened: _store(self, call, opened, sent))

    def _zone(self) -> ZoneInfo:
        with self.house.transaction(writes=False) as uow:
            return uow.practice.zone


def _store(part: Part, call: Call, opened: Opened, sent: CalendarObject) -> Answer:
    result = put_event(opened.uow, opened.context, _put(part, call, opened, sent))
    headers = {"ETag": result.etag} if result.etag else {}
    status = HTTPStatus.CREATED if result.created else HTTPStatus.NO_CONTENT
    return status, headers, None, None


def _text(part: Part, call: Call) -> str:
    try:
        body = httputils.read_raw_request_body(part.configuration, call.environ)
    except RuntimeError as error:
        raise MalformedCalendarData("The body is shorter than announced.") from error
    return decode(body, charset_of(call.environ))


def _put(part: Part, call: Call, opened: Opened, sent: CalendarObject) -> Put:
    calendar = opened.target.calendar
    device = opened.context.actor.credential
    seen = part.house.seen.last(device, calendar.id, call.segments[2]) if device else None
    return Put(
        owner=calendar.owner,
        slug=calendar.slug,
        href=call.segments[2],
        viewer=opened.target.viewer,
        sent=sent,
        if_match=call.header("If-Match"),
        if_none_match=call.header("If-None-Match").strip() == "*",
        agent=call.header("User-Agent"),
        seen=seen,
    )
