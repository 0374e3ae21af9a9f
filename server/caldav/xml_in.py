"""Reading the XML of a request: no document type, and so no entities (ASVS 1.5.1)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from typing_extensions import override

_REPEATED_BYTES_AT_MOST: Final = 2000


class MalformedXml(Exception):
    """The body is not XML that is read here."""


class _WithoutDoctype(TreeBuilder):
    @override
    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:  # type: ignore[misc]  # missing from the types
        """Refuse what could declare entities, before any is declared."""
        raise MalformedXml


def read_xml(body: bytes, charset: str = "utf-8") -> Element | None:
    """Return the root of a body, None for an empty one; raises MalformedXml.

    An encoding that the XML declares itself is believed where the header names none.
    """
    if len(body) > _REPEATED_BYTES_AT_MOST:
        return _read(body, charset)
    return _read_before(body, charset)


def _read(body: bytes, charset: str) -> Element | None:
    if not body.strip():
        return None
    parser = XMLParser(target=_WithoutDoctype())  # noqa: S314 - what makes XML dangerous is refused
    try:
        parser.feed(body if charset == "utf-8" else body.decode(charset))
        root: Element = parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise MalformedXml from error
    return root


# Apps ask the same few things again and again; nobody changes what was read.
_read_before = lru_cache(maxsize=256)(_read)


def children(element: Element | None, name: str) -> list[Element]:
    """Return the children with this Clark name."""
    return [] if element is None else [one for one in element if one.tag == name]


def text_of(element: Element | None) -> str:
    """Return the text of an element without space around it, "" where there is none."""
    return "" if element is None else (element.text or "").strip()
