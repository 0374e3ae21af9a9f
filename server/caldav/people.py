"""REPORTs that look for people (RFC 3744 9.4 and 9.5): everybody finds the own principal."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from radicale import httputils, xmlutils
from radicale.app.report import ApplicationPartReport
from typing_extensions import override

from server.caldav.part import Part
from server.domain.practice import User
from server.storage_plugin.paths import segments_of

if TYPE_CHECKING:
    from radicale import types

_tag = xmlutils.make_clark
_NOTHING = Element("nothing")
_NAME, _ADDRESSES = _tag("D:displayname"), _tag("C:calendar-user-address-set")
_HOME = _tag("C:calendar-home-set")
_CONDITIONS = frozenset(
    {_tag("D:property-search"), _tag("D:prop"), _tag("D:apply-to-principal-collection-set")}
)


class PeoplePart(Part, ApplicationPartReport):
    """Answers searches for people, and leaves all other REPORTs to the host.

    Colleagues are not found: their principals are nobody else's to know.
    """

    @override
    def do_REPORT(
        self,
        environ: types.WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, object],
    ) -> types.WSGIResponse:
        """Answer by the name of the report."""
        signed_in = self.house.served.signed_in
        if signed_in is None or len(segments_of(path)) > 1:
            return super().do_REPORT(
                environ, base_prefix, path, user, user_groups, request_info
            )
        again, request = self._read_twice(environ, request_info)
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        match request.tag:
            case "{DAV:}principal-search-property-set":
                body = self._xml_response(_searchable(), request_info)
                return HTTPStatus.OK, headers, body, None
            case "{DAV:}principal-property-search":
                found = _found(request, signed_in.user, base_prefix)
                body = self._xml_response(found, request_info)
                return HTTPStatus.MULTI_STATUS, headers, body, None
            case _:
                rest = (base_prefix, path, user, user_groups, request_info)
                return super().do_REPORT(again, *rest)

    def _read_twice(
        self, environ: types.WSGIEnviron, request_info: dict[str, object]
    ) -> tuple[types.WSGIEnviron, Element]:
        """Return an environment whose body can be read once more, and what stands in it."""
        try:
            raw = httputils.read_raw_request_body(self.configuration, environ)
        except RuntimeError:
            return environ, _NOTHING
        try:
            first = {**environ, "wsgi.input": io.BytesIO(raw)}
            request = self._read_xml_request_body(first, request_info)
        except RuntimeError:
            request = None
        again = {**environ, "wsgi.input": io.BytesIO(raw)}
        return again, _NOTHING if request is None else request


def _searchable() -> Element:
    """Return what people can be searched by, and how that is called."""
    root = Element(_tag("D:principal-search-property-set"))
    for name, words in ((_NAME, "Name"), (_ADDRESSES, "E-mail address")):
        one = SubElement(root, _tag("D:principal-search-property"))
        SubElement(SubElement(one, _tag("D:prop")), name)
        SubElement(one, _tag("D:description"), {"xml:lang": "en"}).text = words
    return root


def _found(request: Element, user: User, base_prefix: str) -> Element:
    """Return the multistatus with the user's principal, if every condition holds for it."""
    root = Element(_tag("D:multistatus"))
    known: Mapping[str, str] = {_NAME: user.display_name, _ADDRESSES: f"mailto:{user.email}"}
    if all(_holds(each, known) for each in request.findall(_tag("D:property-search"))):
        root.append(_principal(request, user, base_prefix))
    return root


def _holds(condition: Element, known: Mapping[str, str]) -> bool:
    """Whether one of the properties contains the words, whatever their case (9.4)."""
    words = (condition.findtext(_tag("D:match")) or "").strip().casefold()
    named = [each.tag for each in condition.findall(f"{_tag('D:prop')}/*")]
    return any(words in known.get(name, "").casefold() for name in named)


def _principal(request: Element, user: User, base_prefix: str) -> Element:
    href = xmlutils.make_href(base_prefix, f"/{user.name}/")
    values: Mapping[str, tuple[str, list[str]]] = {
        _NAME: (user.display_name, []),
        _HOME: ("", [href]),
        _tag("D:principal-URL"): ("", [href]),
        _ADDRESSES: ("", [href]),
    }
    response = Element(_tag("D:response"))
    SubElement(response, _tag("D:href")).text = href
    asked = list(dict.fromkeys(_asked(request))) or [_NAME, _HOME]
    for status, names in (
        (HTTPStatus.OK, [name for name in asked if name in values]),
        (HTTPStatus.NOT_FOUND, [name for name in asked if name not in values]),
    ):
        if names:
            propstat = SubElement(response, _tag("D:propstat"))
            prop = SubElement(propstat, _tag("D:prop"))
            for name in names:
                _fill(SubElement(prop, name), *values.get(name, ("", [])))
            SubElement(propstat, _tag("D:status")).text = xmlutils.make_response(status)
    return response


def _asked(request: Element) -> Iterator[str]:
    """Yield what is asked of who is found; some libraries forget to put it into DAV:prop."""
    yield from (each.tag for each in request.findall(f"{_tag('D:prop')}/*"))
    yield from (each.tag for each in request if each.tag not in _CONDITIONS)


def _fill(element: Element, text: str, hrefs: list[str]) -> None:
    element.text = text or None
    for href in hrefs:
        SubElement(element, _tag("D:href")).text = href
