"""What may be set on a calendar, and to what: each refusal has the condition of its RFC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.properties import zones
from server.caldav.properties.calendar import CALENDAR
from server.caldav.properties.home import HOME
from server.caldav.properties.kept import TooDeep, changes_of, removal_of
from server.caldav.scheduling.properties import AVAILABILITY, INBOX, OUTBOX
from server.caldav.xml_out import CALDAV, DAV, element
from server.domain.errors import Invalid, MalformedCalendarData
from server.ics.zones import is_iana_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zoneinfo import ZoneInfo

Changes = dict[str, "str | None"]
"""What is to be kept under each key; None removes (see server/usecases/properties.py)."""

_OF_OBJECTS: Final = (f"{DAV}getcontentlength", f"{CALDAV}calendar-data")
_WITHOUT_LIMIT: Final = (
    f"{DAV}quota-available-bytes",
    f"{CALDAV}max-attendees-per-instance",
    f"{CALDAV}timezone-service-set",
)
_SET_BY_PEOPLE: Final = frozenset({f"{DAV}displayname", f"{CALDAV}calendar-timezone-id"})
_OF_COLLECTIONS: Final = frozenset({*CALENDAR, *HOME, *INBOX, *OUTBOX})
PROTECTED: Final = _OF_COLLECTIONS.union(_OF_OBJECTS, _WITHOUT_LIMIT) - _SET_BY_PEOPLE
"""What only the server says, by Clark name."""

_TEXTS: Final = frozenset({f"{DAV}displayname", f"{CALDAV}calendar-description"})
_ZONE: Final = f"{CALDAV}calendar-timezone"
_ZONE_NAME: Final = f"{CALDAV}calendar-timezone-id"
_TRANSPARENCY: Final = f"{CALDAV}schedule-calendar-transp"
_FIXED: Final = element(f"{DAV}cannot-modify-protected-property")
_INSTEAD: Final = {AVAILABILITY: "Bookable hours are drawn in the calendar of that name."}
_NO_ZONE: Final = element(f"{CALDAV}valid-calendar-data")
_UNKNOWN_ZONE: Final = element(f"{CALDAV}valid-timezone")
_TRANSPARENCIES: Final = frozenset({f"{CALDAV}opaque", f"{CALDAV}transparent"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a property is refused: the condition is XML, "" where no RFC has one."""

    status: HTTPStatus
    condition: str = ""
    sentence: str = ""


class Refused(Exception):
    """A property cannot be set, or not so."""

    def __init__(self, status: HTTPStatus, condition: str = "", sentence: str = "") -> None:
        super().__init__(condition or sentence)
        self.reason = Reason(status, condition, sentence)


def set_of(wanted: Element, zone: ZoneInfo, language: str = "") -> Changes:
    """Return what setting a property changes; raises Refused.

    ``zone`` is the practice's; the language is that of the elements around.
    """
    refuse_protected(wanted.tag)
    check = _CHECKS.get(wanted.tag)
    if check is not None:
        return check(wanted, zone, language)
    return _kept(wanted, language)


def removed_of(name: str) -> Changes:
    """Return what removing a property changes, whether it is there or not; raises Refused."""
    refuse_protected(name)
    return removal_of(_ZONE if name == _ZONE_NAME else name)


def refuse_protected(name: str) -> None:
    """Raise Refused for what only the server says (RFC 4918 16)."""
    if name in PROTECTED:
        raise Refused(HTTPStatus.FORBIDDEN, _FIXED, _INSTEAD.get(name, ""))


def _kept(wanted: Element, language: str) -> Changes:
    try:
        return changes_of(wanted, language)
    except TooDeep as error:
        sentence = "The elements of a property are nested too deeply."
        raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, sentence=sentence) from error


def _text(wanted: Element, zone: ZoneInfo, language: str) -> Changes:
    del zone
    if len(wanted):
        raise Refused(HTTPStatus.CONFLICT, sentence="This property is text.")
    return _kept(wanted, language)


def _transparency(wanted: Element, zone: ZoneInfo, language: str) -> Changes:
    del zone, language
    if len(wanted) != 1 or wanted[0].tag not in _TRANSPARENCIES:
        sentence = "A calendar is opaque or transparent."
        raise Refused(HTTPStatus.CONFLICT, sentence=sentence)
    return changes_of(wanted)


def _zone(wanted: Element, zone: ZoneInfo, language: str) -> Changes:
    """Keep the definition as it was sent."""
    del language
    text = wanted.text or ""
    try:
        zones.read_zone(text, zone)
    except (Invalid, MalformedCalendarData) as error:
        raise Refused(HTTPStatus.FORBIDDEN, _NO_ZONE, error.sentence) from error
    return {**removal_of(_ZONE), zones.DEFINITION: text}


def _zone_name(wanted: Element, zone: ZoneInfo, language: str) -> Changes:
    """Keep the definition that a name stands for (RFC 7809 5.2)."""
    del zone, language
    name = (wanted.text or "").strip()
    if not is_iana_name(name):
        raise Refused(HTTPStatus.FORBIDDEN, _UNKNOWN_ZONE)
    return {**removal_of(_ZONE), zones.DEFINITION: zones.default_zone(name)}


_CHECKS: Final[Mapping[str, Callable[[Element, ZoneInfo, str], Changes]]] = {
    **dict.fromkeys(_TEXTS, _text),
    _TRANSPARENCY: _transparency,
    _ZONE: _zone,
    _ZONE_NAME: _zone_name,
}
