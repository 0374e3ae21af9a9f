"""The CALDAV:calendar-data element of a report: which form, which part (RFC 4791 9.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from xml.etree.ElementTree import Element

from server.caldav.xml_in import children
from server.caldav.xml_out import CALDAV
from server.ics.shapes import CompShape, Wanted
from server.ics.spans import Range

SUPPORTED_DATA: Final = f"{CALDAV}supported-calendar-data"
"""The condition for a form that is not served (RFC 4791 7.8)."""

_VERSION: Final = "2.0"
_DEPTH_AT_MOST: Final = 20
_UTC: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_LIMITS: Final = ("expand", "limit-recurrence-set", "limit-freebusy-set")


class DataFormat(StrEnum):
    """In which form objects are served."""

    ICALENDAR = "text/calendar"
    JCAL = "application/calendar+json"


class BadData(Exception):
    """What is asked for cannot be given.

    ``condition`` is the Clark name of what does not hold, "" where no RFC names one: such an
    element is malformed. The sentence is for a person.
    """

    def __init__(self, sentence: str, condition: str = "") -> None:
        super().__init__(sentence)
        self.condition = condition


_AS_STORED: Final = Wanted()


@dataclass(frozen=True, slots=True)
class DataRequest:
    """What a report wants of each object; ``expand`` comes before the shape."""

    format: DataFormat = DataFormat.ICALENDAR
    expand: Range | None = None
    wanted: Wanted = _AS_STORED

    @property
    def is_whole(self) -> bool:
        """Whether objects are wanted as they are stored."""
        return self == _WHOLE


_WHOLE: Final = DataRequest()


def read_data(element: Element) -> DataRequest:
    """Read CALDAV:calendar-data of a report; raises BadData."""
    ranges = {name: _range(element, name) for name in _LIMITS}
    if ranges["expand"] and ranges["limit-recurrence-set"]:
        raise BadData("Instances are either expanded or limited, not both.")
    wanted = Wanted(
        _calendar(element), ranges["limit-recurrence-set"], ranges["limit-freebusy-set"]
    )
    return DataRequest(_format(element), ranges["expand"], wanted)


def _format(element: Element) -> DataFormat:
    kind = element.get("content-type", DataFormat.ICALENDAR).partition(";")[0].strip().lower()
    version = element.get("version", _VERSION).strip()
    if version != _VERSION or kind not in _FORMATS:
        raise BadData("Calendar data are served as iCalendar 2.0 or jCal.", SUPPORTED_DATA)
    return _FORMATS[kind]


_FORMATS: Final = {form.value: form for form in DataFormat}


def _range(element: Element, name: str) -> Range | None:
    found = children(element, f"{CALDAV}{name}")
    if not found:
        return None
    if len(found) > 1:
        raise BadData(f"There is more than one {name}.")
    return read_range(found[0])


def read_range(element: Element) -> Range:
    """Return the range from ``start`` to ``end`` of an element, in UTC; raises BadData."""
    start, end = _moment(element, "start"), _moment(element, "end")
    if end <= start:
        raise BadData("A range ends before it starts.")
    return start, end


def _moment(element: Element, name: str) -> datetime:
    value = element.get(name, "").strip()
    if not _UTC.fullmatch(value):
        raise BadData(f"A range needs {name} as a UTC date-time.")
    try:
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadData(f"The {name} of a range does not exist.") from error


def _calendar(element: Element) -> CompShape | None:
    found = children(element, f"{CALDAV}comp")
    if not found:
        return None
    if len(found) > 1 or _name(found[0]) != "VCALENDAR":
        raise BadData("Calendar data are those of one VCALENDAR.")
    return _shape(found[0], _DEPTH_AT_MOST)


def _shape(comp: Element, depth: int) -> CompShape:
    """Return what is wanted of a component; one that names nothing is wanted whole.

    RFC 4791 7.8.1 asks so for VTIMEZONE, and shows it whole.
    """
    if not depth:
        raise BadData(f"Components are nested more than {_DEPTH_AT_MOST} times.")
    props, comps = children(comp, f"{CALDAV}prop"), children(comp, f"{CALDAV}comp")
    all_props = children(comp, f"{CALDAV}allprop")
    all_comps = children(comp, f"{CALDAV}allcomp")
    if (props and all_props) or (comps and all_comps):
        raise BadData("All of a component and some of it exclude each other.")
    if not (props or comps or all_props or all_comps):
        return CompShape()
    return CompShape(
        None if all_props else {_name(prop): not _is_valueless(prop) for prop in props},
        None if all_comps else {_name(one): _shape(one, depth - 1) for one in comps},
    )


def _name(element: Element) -> str:
    name = element.get("name", "").strip().upper()
    if not name:
        raise BadData("A component or property needs a name.")
    return name


def _is_valueless(prop: Element) -> bool:
    said = prop.get("novalue", "no").strip().lower()
    if said not in ("yes", "no"):
        raise BadData("Of novalue only yes and no are known.")
    return said == "yes"
