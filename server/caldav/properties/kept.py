"""Properties that people set, between their XML and what is kept of it (RFC 4918 4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from radicale import xmlutils

from server.caldav.xml_out import escape, quoted, text_element
from server.usecases.properties import plain, structured

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from server.caldav.properties.place import Place

_XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}"
_LANGUAGE: Final = f"{_XML_SPACE}lang"
_NESTED_AT_MOST: Final = 50


class TooDeep(Exception):
    """A property nests its elements deeper than is kept."""


@lru_cache(maxsize=2048)
def short_name(name: str) -> str:
    """Return the name that a property is kept under; the host knows it by the same one."""
    # A name without namespace is nothing to the host, and kept as XML only.
    return str(xmlutils.make_human_tag(name)) if name.startswith("{") else f"{{}}{name}"


@lru_cache(maxsize=2048)
def clark_name(short: str) -> str:
    """Return the Clark name of a short one."""
    bare = short.removeprefix("{}")
    return bare if bare != short else str(xmlutils.make_clark(short))


def kept_element(place: Place, name: str) -> str | None:
    """Return a property that people set, as XML; None where nobody did."""
    short = short_name(name)
    xml = place.kept.get(structured(short))
    if xml is not None:
        return xml
    text = place.kept.get(short)
    # Parsers read a bare carriage return as a line feed (XML 1.0 2.11).
    return None if text is None else text_element(name, text).replace("\r", "&#13;")


def kept_names(place: Place) -> list[str]:
    """Return the Clark names of all that people set."""
    return [clark_name(short) for short in dict.fromkeys(map(plain, place.kept))]


def changes_of(element: Element, language: str = "") -> dict[str, str | None]:
    """Return what is to be kept of a property; raises TooDeep.

    Its text is kept by itself, and its XML beside it where the text does not say all:
    attributes, child elements, and the language it stands in. None removes what was kept.
    """
    if language and _LANGUAGE not in element.attrib:
        element = copy(element)
        element.set(_LANGUAGE, language)
    short, has_space = short_name(element.tag), element.tag.startswith("{")
    text = element.text or ""
    if has_space and not element.attrib and not len(element):
        return {short: text, structured(short): None}
    is_text = has_space and not len(element)
    return {short: text if is_text else None, structured(short): as_xml(element)}


def removal_of(name: str) -> dict[str, str | None]:
    """Return the changes that remove a property."""
    short = short_name(name)
    return {short: None, structured(short): None}


def language_of(element: Element) -> str:
    """Return the language that an element says it is in, "" where it says none."""
    return element.get(_LANGUAGE, "")


def as_xml(element: Element) -> str:
    """Return an element as XML that declares every namespace it uses; raises TooDeep."""
    return "".join(_pieces(element, _NESTED_AT_MOST))


def _pieces(element: Element, levels: int) -> Iterator[str]:
    if not levels:
        raise TooDeep
    name, declared = _qualified(element.tag, "X")
    said = "".join(_attributes(element.attrib))
    yield f"<{name}{declared}{said}>{_text(element.text)}"
    for child in element:
        yield from _pieces(child, levels - 1)
        yield _text(child.tail)
    yield f"</{name}>"


def _qualified(tag: str, prefix: str) -> tuple[str, str]:
    """Return a name with its prefix, and the declaration of the prefix."""
    if not tag.startswith("{"):
        return tag, ""
    if tag.startswith(_XML_SPACE):
        # Its prefix is declared everywhere, and no other may stand for it.
        return f"xml:{tag.removeprefix(_XML_SPACE)}", ""
    space, _, name = tag[1:].rpartition("}")
    return f"{prefix}:{name}", f" xmlns:{prefix}={quoted(space)}"


def _attributes(attributes: Mapping[str, str]) -> Iterator[str]:
    for number, (key, value) in enumerate(attributes.items()):
        name, declared = _qualified(key, f"X{number}")
        yield f"{declared} {name}={_value(value)}"


def _value(value: str) -> str:
    return quoted(value).replace("\r", "&#13;")


def _text(text: str | None) -> str:
    return escape(text).replace("\r", "&#13;") if text else ""
