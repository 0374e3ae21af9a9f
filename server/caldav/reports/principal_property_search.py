"""REPORT principal-property-search: people by name or address (RFC 3744 9.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote
from xml.sax.saxutils import unescape

from server.caldav.properties.written import property_of, with_properties
from server.caldav.reports.people import own_principal, without_depth
from server.caldav.response import Response, multistatus
from server.caldav.xml_in import children
from server.caldav.xml_out import CALDAV, DAV

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.caldav.properties.place import Place
    from server.caldav.request import Request

_PROP: Final = f"{DAV}prop"
_SEARCH: Final = f"{DAV}property-search"
_CONDITIONS: Final = frozenset({_SEARCH, _PROP, f"{DAV}apply-to-principal-collection-set"})
_USUAL: Final = (f"{DAV}displayname", f"{CALDAV}calendar-home-set")
_TAG: Final = re.compile(r"<[^>]*>")
_MATCHES: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "equals": lambda value, words: value == words,
    "contains": lambda value, words: words in value,
    "starts-with": str.startswith,
    "ends-with": str.endswith,
}


def principal_property_search(request: Request, root: Element) -> Response:
    """Return the user's principal if what is searched for fits it.

    Whichever collection is searched, colleagues are not found: their principals are nobody
    else's to know.
    """
    without_depth(request)
    place = own_principal(request)
    if not _fits(place, root):
        return multistatus([])
    names = list(dict.fromkeys(_asked(root))) or list(_USUAL)
    return multistatus([with_properties(place, names)])


def _fits(place: Place, root: Element) -> bool:
    """Whether all the searches hold, or any where the app says so, as Apple's do."""
    searches = children(root, _SEARCH)
    held = (_holds(place, search) for search in searches)
    is_any = root.get("test", "").lower() == "anyof"
    return any(held) if is_any and searches else all(held)


def _holds(place: Place, search: Element) -> bool:
    """Whether each property named has the words in it, whatever their case."""
    match = search.find(f"{DAV}match")
    words = "" if match is None else (match.text or "").strip().casefold()
    kind = "contains" if match is None else match.get("match-type", "contains").lower()
    fits = _MATCHES.get(kind, _MATCHES["contains"])
    names = [one.tag for prop in children(search, _PROP) for one in prop]
    return bool(names) and all(
        any(fits(value, words) for value in _values(place, name)) for name in names
    )


def _values(place: Place, name: str) -> list[str]:
    """Return the texts in a property; an address also without its scheme, as people type it."""
    xml = property_of(place, name)
    if xml is None:
        return []
    texts = [unescape(text).casefold() for text in _TAG.split(xml) if text.strip()]
    paths = [unquote(text) for text in texts]
    return texts + paths + [text.removeprefix("mailto:") for text in texts]


def _asked(root: Element) -> Iterator[str]:
    """Yield what is asked of who is found; some libraries forget to put it into DAV:prop."""
    for prop in children(root, _PROP):
        yield from (one.tag for one in prop)
    yield from (one.tag for one in root if one.tag not in _CONDITIONS)
