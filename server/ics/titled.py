"""An object of a watched calendar as the person whose events they are sees it: with titles."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from server.domain.when import RecurrenceKey
from server.ics.lines import Component, fold, name_of, parse, text_line
from server.ics.spans import spans

_SUMMARY = "SUMMARY"


def titled(text: str, titles: Mapping[RecurrenceKey, str], zone: ZoneInfo) -> str:
    """Return an object whose parts are called so; one without a title stays as it is.

    ``titles`` are by the original start of the occurrence that a part stands for (RFC 5545
    3.8.4.4), the series' own under the empty key. Raises MalformedCalendarData.
    """
    calendar = parse(text)
    keys = {id(one.part): one.key for one in spans(calendar, zone)}
    children = [
        _called(child, titles.get(keys[id(child)], "")) if id(child) in keys else child
        for child in calendar.children
    ]
    return fold(Component(calendar.name, calendar.lines, children).written())


def _called(part: Component, title: str) -> Component:
    if not title:
        return part
    lines = [
        text_line(_SUMMARY, title) if name_of(line) == _SUMMARY else line for line in part.lines
    ]
    return Component(part.name, lines, part.children)
