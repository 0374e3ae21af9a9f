"""CALDAV:filter elements to read."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, fromstring

import pytest

from server.caldav.filter_xml import BadFilter, read_filter
from server.ics.filters import CompFilter, TextMatch

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
JULY = datetime(2026, 7, 1, tzinfo=UTC)
TIME = '<C:time-range start="20260601T000000Z" end="20260701T000000Z"/>'


def xml(inner: str) -> Element:
    return fromstring(  # noqa: S314 - the test's own text
        f'<C:filter xmlns:C="urn:ietf:params:xml:ns:caldav">{inner}</C:filter>'
    )


def comp(name: str, inner: str = "") -> str:
    return f'<C:comp-filter name="{name}">{inner}</C:comp-filter>'


def prop(name: str, inner: str = "") -> str:
    return f'<C:prop-filter name="{name}">{inner}</C:prop-filter>'


def param(name: str, inner: str = "") -> str:
    return f'<C:param-filter name="{name}">{inner}</C:param-filter>'


def in_event(inner: str) -> Element:
    return xml(comp("VCALENDAR", comp("VEVENT", inner)))


def event_of(element: Element) -> CompFilter:
    (event,) = read_filter(element).comps
    return event


def text_of(inner: str) -> TextMatch | None:
    return event_of(in_event(prop("SUMMARY", inner))).props[0].text


def refused(element: Element) -> str:
    with pytest.raises(BadFilter) as caught:
        read_filter(element)
    return caught.value.condition
