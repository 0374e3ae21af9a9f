"""What a calendar is to be: the properties in the body of MKCALENDAR and of MKCOL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.answers import Unmet
from server.caldav.properties.kept import language_of
from server.caldav.properties.setting import Changes, Refused, set_of
from server.caldav.proppatch import Instruction, Outcome, judged
from server.caldav.xml_in import children
from server.caldav.xml_out import CALDAV, DAV, OURS, element
from server.domain.calendars import COMPONENTS
from server.usecases.properties import COMPONENT_SET

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zoneinfo import ZoneInfo

    from server.caldav.request import Request

RESOURCE_TYPE: Final = f"{DAV}resourcetype"
VALID_RESOURCE_TYPE: Final = f"{DAV}valid-resourcetype"
VALID_CALENDAR_DATA: Final = element(f"{CALDAV}valid-calendar-data")
_COMPONENT_SET: Final = f"{CALDAV}supported-calendar-component-set"
_COMPONENT: Final = f"{CALDAV}comp"
_CALENDAR: Final = frozenset({f"{DAV}collection", f"{CALDAV}calendar"})


def instructions_in(request: Request, root_name: str) -> list[Instruction]:
    """Return the properties that the body sets, none without a body; raises Unmet."""
    root = request.xml
    if root is None:
        return []
    if root.tag != root_name:
        said = f"The body is no {root_name.rpartition('}')[2]} element."
        raise Unmet(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{OURS}supported-body", said)
    return list(_instructions(root))


def _instructions(root: Element) -> Iterator[Instruction]:
    language = language_of(root)
    for part in children(root, f"{DAV}set"):
        for prop in children(part, f"{DAV}prop"):
            spoken = language_of(prop) or language_of(part) or language
            for wanted in prop:
                yield Instruction(is_set=True, wanted=wanted, language=spoken)


def outcome_of(instructions: list[Instruction], zone: ZoneInfo) -> Outcome:
    """Return what the properties come to; ``zone`` is the practice's."""

    def judge(one: Instruction) -> Changes:
        special = _ONLY_NOW.get(one.wanted.tag)
        return special(one.wanted) if special else set_of(one.wanted, zone, one.language)

    return judged(instructions, judge)


def values_of(outcome: Outcome) -> Mapping[str, str]:
    """Return what is to be kept, by key."""
    return {key: value for key, value in outcome.changes.items() if value is not None}


def _resource_type(wanted: Element) -> Changes:
    if {child.tag for child in wanted} != _CALENDAR:
        condition = element(VALID_RESOURCE_TYPE)
        raise Refused(HTTPStatus.FORBIDDEN, condition, "Only calendars can be made here.")
    return {}


def _components(wanted: Element) -> Changes:
    """Return the components that the calendar will take (RFC 4791 5.2.3)."""
    named = [one.get("name", "").upper() for one in children(wanted, _COMPONENT)]
    if not named or not set(named) <= set(COMPONENTS):
        condition = element(f"{CALDAV}supported-calendar-component")
        said = f"A calendar is for some of {', '.join(COMPONENTS)}."
        raise Refused(HTTPStatus.FORBIDDEN, condition, said)
    return {COMPONENT_SET: ",".join(dict.fromkeys(named))}


_ONLY_NOW: Final = {RESOURCE_TYPE: _resource_type, _COMPONENT_SET: _components}
"""What can be said when a calendar is made, and never again."""
