"""Which properties a request asks for (RFC 4918 9.1, 14.2, 14.8, 14.18, 14.20)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from server.caldav.xml_out import CALDAV, DAV

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

CALENDAR_DATA: Final = f"{CALDAV}calendar-data"
_PROP: Final = f"{DAV}prop"
_PROPNAME: Final = f"{DAV}propname"
_INCLUDE: Final = f"{DAV}include"


class Kind(Enum):
    """The properties that are named, all usual ones, or the names of all."""

    PROP = "prop"
    ALLPROP = "allprop"
    PROPNAME = "propname"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The properties asked for, by Clark name and each once; ``data`` shapes calendar-data."""

    kind: Kind
    names: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    data: Element | None = None


def read_wanted(root: Element | None) -> Wanted:
    """Read what a PROPFIND or a REPORT asks for; a body that names nothing asks for all."""
    found = {child.tag: child for child in (root if root is not None else ())}
    if _PROP in found:
        prop = found[_PROP]
        data = prop.find(CALENDAR_DATA)
        return Wanted(Kind.PROP, _names(prop), data=data)
    if _PROPNAME in found:
        return Wanted(Kind.PROPNAME)
    include = found.get(_INCLUDE)
    return Wanted(Kind.ALLPROP, include=() if include is None else _names(include))


def _names(element: Element) -> tuple[str, ...]:
    return tuple(dict.fromkeys(child.tag for child in element))
