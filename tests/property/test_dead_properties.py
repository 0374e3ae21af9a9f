"""What an app sets of its own comes back equal, whatever XML it is (RFC 4918 4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from hypothesis import given
from hypothesis import strategies as st

from tests.property.in_process import Inside, shared
from tests.system.phone import DAV, NAMESPACES

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
ENDS = {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
SPACES = st.sampled_from(["", "urn:a", "urn:b&<>\"'", "DAV:", "urn:ietf:params:xml:ns:caldav"])
LOCAL = st.from_regex(r"x[a-z][A-Za-z0-9._-]{0,6}", fullmatch=True)
NAMES = st.builds(lambda space, name: f"{{{space}}}{name}" if space else name, SPACES, LOCAL)
LETTERS = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
)
TEXTS = st.text(LETTERS | st.sampled_from("\t\n\r&<>]\"'"), max_size=20)
ATTRIBUTES = st.dictionaries(NAMES | st.just(LANGUAGE), TEXTS, max_size=3)


def made(name: str, attributes: dict[str, str], text: str, children: list[Element]) -> Element:
    """Return an element; each child has a text behind it."""
    element = Element(name, attributes)
    element.text = text
    element.extend(children)
    return element


def followed(element: Element, tail: str) -> Element:
    element.tail = tail
    return element


LEAVES = st.builds(made, NAMES, ATTRIBUTES, TEXTS, st.just([]))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        made, NAMES, ATTRIBUTES, TEXTS, st.lists(st.builds(followed, inner, TEXTS), max_size=3)
    ),
    max_leaves=8,
)


def said(element: Element) -> Iterator[object]:
    """Yield what an element says, without how it is written."""
    yield (element.tag, dict(element.attrib), element.text or "")
    for child in element:
        yield from said(child)
        yield child.tail or ""


def as_sent(element: Element) -> str:
    """Return the element as an app writes it, with every end of line as a reference."""
    named = [_named(key, f"A{number}") for number, key in enumerate(element.attrib)]
    values = [quoteattr(value, ENDS) for value in element.attrib.values()]
    (name, declared), inner = _named(element.tag, "E"), escape(element.text or "", ENDS)
    for child in element:
        inner += as_sent(child) + escape(child.tail or "", ENDS)
    said = "".join(
        f"{space} {key}={one}" for (key, space), one in zip(named, values, strict=True)
    )
    return f"<{name}{declared}{said}>{inner}</{name}>"


def _named(clark: str, prefix: str) -> tuple[str, str]:
    """Return a name as it is written, and the declaration of its prefix."""
    if clark == LANGUAGE:
        return "xml:lang", ""
    space, _, name = clark.removeprefix("{").rpartition("}")
    return (f"{prefix}:{name}", f" xmlns:{prefix}={quoteattr(space)}") if space else (name, "")


@shared(200)
@given(wanted=TREES)
def test_a_property_comes_back_as_it_was_set(sqlite_inside: Inside, wanted: Element) -> None:
    phone = sqlite_inside.phone("alma")
    wanted.tail = None
    inner = as_sent(wanted)
    body = (
        f"<D:propertyupdate {NAMESPACES}><D:set><D:prop>{inner}</D:prop></D:set>"
        "</D:propertyupdate>"
    )
    answer = phone.request("PROPPATCH", "", body)
    assert answer.xml.find(f".//{DAV}status").text == "HTTP/1.1 200 OK"  # type: ignore[union-attr]  # it would fail all the same
    found = phone.propfind("").property_of(phone.calendar, wanted.tag)
    assert found is not None
    assert list(said(found)) == list(said(wanted))
    gone = f"<D:remove><D:prop>{inner}</D:prop></D:remove>"
    phone.request("PROPPATCH", "", f"<D:propertyupdate {NAMESPACES}>{gone}</D:propertyupdate>")
    assert phone.propfind("").property_of(phone.calendar, wanted.tag) is None
