"""PROPPATCH: per-property status, protected properties refused by name (RFC 4918 9.2)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from radicale import httputils, xmlutils

from server.caldav.answers import Answer
from server.caldav.part import Call, Opened, Part, not_allowed
from server.domain.errors import MalformedCalendarData
from server.usecases.properties import PROTECTED, TAG, properties_of, set_properties

if TYPE_CHECKING:
    from radicale import types

_CALENDAR_SEGMENTS = 2


class PropertiesPart(Part):
    """Answers PROPPATCH."""

    def do_PROPPATCH(
        self,
        environ: types.WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, object],
    ) -> Answer:
        """Set properties all or none; the answer names each with its status."""
        call = Call(environ, base_prefix, path, user, user_groups)
        if len(call.segments) != _CALENDAR_SEGMENTS or not self._may_see(call):
            return not_allowed()
        try:
            request = self._read_xml_request_body(environ, request_info)
        except RuntimeError:
            status, headers, body, xml = httputils.BAD_REQUEST
            return status, dict(headers), body, xml
        return self.writing(
            call, lambda opened: self._patch(call, opened, request, request_info)
        )

    def _may_see(self, call: Call) -> bool:
        """A reader may name and colour a colleague's calendar for itself."""
        letters = self._rights.authorization(call.user, call.groups, call.path)
        return "r" in letters

    def _patch(
        self,
        call: Call,
        opened: Opened,
        request: Element | None,
        request_info: dict[str, object],
    ) -> Answer:
        if request is None:
            raise MalformedCalendarData("PROPPATCH needs a body.")
        wanted = xmlutils.props_from_request(request)
        refused = sorted(set(wanted) & PROTECTED)
        if not refused:
            _set(opened, wanted)
        body = self._xml_response(_multistatus(call, wanted, refused), request_info)
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        return HTTPStatus.MULTI_STATUS, headers, body, None


def _set(opened: Opened, wanted: dict[str, str | None]) -> None:
    target = opened.target
    now: dict[str, str | None] = {
        **properties_of(opened.uow, target.calendar, target.viewer),
        **wanted,
    }
    values = {name: value for name, value in now.items() if value is not None}
    set_properties(opened.uow, target.calendar, target.viewer, values)


def _multistatus(call: Call, wanted: dict[str, str | None], refused: list[str]) -> Element:
    """Return 200 for all, or 403 for protected ones and 424 for the rest (RFC 4918 9.2.1)."""
    tag = xmlutils.make_clark
    root = Element(tag("D:multistatus"))
    response = SubElement(root, tag("D:response"))
    href = xmlutils.make_href(call.base_prefix, call.path)
    SubElement(response, tag("D:href")).text = href
    groups = {
        HTTPStatus.OK: [] if refused else list(wanted),
        HTTPStatus.FORBIDDEN: refused,
        HTTPStatus.FAILED_DEPENDENCY: [
            name for name in wanted if refused and name not in refused
        ],
    }
    for status, names in groups.items():
        if names:
            propstat = SubElement(response, tag("D:propstat"))
            prop = SubElement(propstat, tag("D:prop"))
            for name in names:
                SubElement(prop, tag("D:resourcetype" if name == TAG else name))
            SubElement(propstat, tag("D:status")).text = xmlutils.make_response(status)
            if status is HTTPStatus.FORBIDDEN:
                error = SubElement(propstat, tag("D:error"))
                SubElement(error, tag("D:cannot-modify-protected-property"))
    return root
