"""Writing XML as joined text: names, escapes, responses of a multistatus (RFC 4918 13, 14)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

DAV: Final = "{DAV:}"
CALDAV: Final = "{urn:ietf:params:xml:ns:caldav}"
CALSERVER: Final = "{http://calendarserver.org/ns/}"
APPLE: Final = "{http://apple.com/ns/ical/}"
OURS: Final = "{urn:x-praxical:dav}"

_PREFIXES: Final = {DAV: "D", CALDAV: "C", CALSERVER: "S", APPLE: "A", OURS: "P"}
DECLARED: Final = " ".join(
    f'xmlns:{prefix}="{space[1:-1]}"' for space, prefix in _PREFIXES.items()
)
"""The declarations that every root of ours carries."""
PROLOGUE: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
MULTISTATUS: Final = f"{PROLOGUE}<D:multistatus {DECLARED}>"
END_OF_MULTISTATUS: Final = "</D:multistatus>"

_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9._~/-]*")
_CLARK: Final = re.compile(r"(?P<space>\{.*\})(?P<name>[^}]+)", re.DOTALL)
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
"""The namespace whose prefix is given, and may not be declared (Namespaces in XML 3)."""


def escape(text: str) -> str:
    """Return character data; what XML cannot carry is left out."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _UNFIT.sub("", text) if _UNFIT.search(text) else text


def escape_fast(text: str) -> str:
    """Return stored text as character data; it holds nothing that XML cannot carry."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(value: str) -> str:
    """Return an attribute's value in its quotes."""
    text = escape(value).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")
    return f'"{text}"'


@lru_cache(maxsize=2048)
def tags(name: str) -> tuple[str, str]:
    """Return what a start tag and an end tag hold of a Clark name, namespace included."""
    found = _CLARK.fullmatch(name)
    if found is None:
        # A name without namespace: our roots have no default one that would have to be undone.
        return name, name
    prefix = "xml" if found["space"] == _XML else _PREFIXES.get(found["space"])
    if prefix is not None:
        both = f"{prefix}:{found['name']}"
        return both, both
    return f"X:{found['name']} xmlns:X={quoted(found['space'][1:-1])}", f"X:{found['name']}"


def element(name: str, inner: str = "", attributes: Mapping[str, str] | None = None) -> str:
    """Return an element by Clark name; ``inner`` is XML already."""
    start, end = tags(name)
    said = "".join(f" {key}={quoted(value)}" for key, value in (attributes or {}).items())
    return f"<{start}{said}>{inner}</{end}>" if inner else f"<{start}{said}/>"


def text_element(name: str, text: str) -> str:
    """Return an element that holds text."""
    return element(name, escape(text))


def path_text(path: str) -> str:
    """Return a path as it stands in XML: percent-encoded (RFC 3986), and so without escapes."""
    return path if _PLAIN_PATH.fullmatch(path) else quote(path, safe="/~@!$,;=:*()")


def href(path: str) -> str:
    """Return DAV:href of a path that is not encoded yet."""
    return f"<D:href>{escape(path_text(path))}</D:href>"


def status_line(status: HTTPStatus) -> str:
    """Return DAV:status (RFC 4918 14.28)."""
    return f"<D:status>HTTP/1.1 {status.value} {status.phrase}</D:status>"


def propstat(status: HTTPStatus, properties: str, error: str = "") -> str:
    """Return DAV:propstat; the properties are XML already."""
    tail = f"<D:error>{error}</D:error>" if error else ""
    return f"<D:propstat><D:prop>{properties}</D:prop>{status_line(status)}{tail}</D:propstat>"


def response(path: str, propstats: Iterable[str]) -> str:
    """Return DAV:response with properties."""
    return f"<D:response>{href(path)}{''.join(propstats)}</D:response>"


def status_response(path: str, status: HTTPStatus, error: str = "") -> str:
    """Return DAV:response with a status only, such as 404 for an href that is not there."""
    tail = f"<D:error>{error}</D:error>" if error else ""
    return f"<D:response>{href(path)}{status_line(status)}{tail}</D:response>"
