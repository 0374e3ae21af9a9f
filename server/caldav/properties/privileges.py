"""What a user may do with a collection, in the terms of RFC 3744."""

from __future__ import annotations

from typing import Final

from server.caldav.properties.place import Place, Sort
from server.caldav.xml_out import CALDAV, DAV, element, href

_READ: Final = (
    f"{DAV}read",
    f"{DAV}read-acl",
    f"{DAV}read-current-user-privilege-set",
)
_FREE_BUSY: Final = f"{CALDAV}read-free-busy"
# RFC 6638 6.1, 6.2: of all that can be scheduled, busy times alone are asked for.
_BE_ASKED: Final = f"{CALDAV}schedule-query-freebusy"
_ASK: Final = f"{CALDAV}schedule-send-freebusy"
_WRITE: Final = tuple(
    f"{DAV}{name}" for name in ("write", "write-content", "write-properties", "bind", "unbind")
)
# In a home calendars are made and deleted, and nothing else is written.
_MAKE: Final = (f"{DAV}bind", f"{DAV}unbind")


def _listed(names: tuple[str, ...]) -> str:
    return "".join(element(f"{DAV}privilege", element(name)) for name in names)


# A reader of a colleague's calendar may name and colour it for itself, and still has no
# write-properties here: apps take that for leave to change events.
_BOXES: Final = {
    Sort.INBOX: _listed((*_READ, _BE_ASKED)),
    Sort.OUTBOX: _listed((*_READ, _ASK)),
}
_READING: Final = {
    **_BOXES,
    Sort.ROOT: _listed(_READ),
    Sort.HOME: _listed(_READ),
    Sort.CALENDAR: _listed((*_READ, _FREE_BUSY)),
}
_WRITING: Final = {
    **_BOXES,
    Sort.ROOT: _listed(_READ),
    Sort.HOME: _listed((*_READ, *_MAKE)),
    Sort.CALENDAR: _listed((*_READ, _FREE_BUSY, *_WRITE)),
}


def granted(place: Place) -> str:
    """Return the privileges of the user, as DAV:privilege elements (RFC 3744 5.4)."""
    return (_WRITING if place.may_write else _READING)[place.sort]


def access_list(place: Place) -> str:
    """Return the only entry there is: whose home it is; nobody else comes here (5.5)."""
    who = element(f"{DAV}principal", href(place.request.home))
    grant = element(f"{DAV}grant", granted(place))
    return element(f"{DAV}ace", f"{who}{grant}{element(f'{DAV}protected')}")


def _supported(name: str, words: str, *parts: str) -> str:
    described = element(f"{DAV}description", words, {"xml:lang": "en"})
    inner = f"{_listed((name,))}{described}{''.join(parts)}"
    return element(f"{DAV}supported-privilege", inner)


SUPPORTED: Final = _supported(
    f"{DAV}all",
    "Everything",
    _supported(f"{DAV}read", "See events", _supported(_FREE_BUSY, "See busy times")),
    _supported(f"{DAV}read-acl", "See who may do what"),
    _supported(f"{DAV}read-current-user-privilege-set", "See what oneself may do"),
    _supported(
        f"{DAV}write",
        "Change events and calendars",
        _supported(f"{DAV}write-content", "Change events"),
        _supported(f"{DAV}write-properties", "Change names and colours"),
        _supported(f"{DAV}bind", "Add events and calendars"),
        _supported(f"{DAV}unbind", "Delete events and calendars"),
    ),
    _supported(
        f"{CALDAV}schedule-deliver",
        "Be asked",
        _supported(_BE_ASKED, "Be asked for busy times"),
    ),
    _supported(
        f"{CALDAV}schedule-send", "Ask others", _supported(_ASK, "Ask others for busy times")
    ),
)
"""The tree of privileges (RFC 3744 5.3)."""
RESTRICTIONS: Final = element(f"{DAV}grant-only") + element(f"{DAV}no-invert")
"""What could be written into an access list, were it not the practice's (RFC 3744 5.6)."""
