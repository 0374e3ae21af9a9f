"""XML bodies: trees that a method or a report takes, and what chance makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from xml.sax.saxutils import escape, quoteattr

from tests.property.fuzz.words import (
    CALENDAR_PROPERTIES,
    COLLECTIONS,
    COMPONENTS,
    ELEMENTS,
    MOMENTS,
    OBJECTS,
    PROPERTIES,
    SOUND_MOMENTS,
    SPACES,
    TEXTS,
)


@dataclass
class Node:
    """An element, named with a prefix."""

    name: str
    inside: list[Node | str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Return the element as XML."""
        said = "".join(f" {name}={quoteattr(value)}" for name, value in self.attributes.items())
        inner = "".join(
            escape(one) if isinstance(one, str) else one.text() for one in self.inside
        )
        return f"<{self.name}{said}>{inner}</{self.name}>"

    def elements(self) -> list[Node]:
        """Return the element and all that are in it."""
        found, rest = [], [self]
        while rest:
            one = rest.pop()
            found.append(one)
            rest += [child for child in one.inside if isinstance(child, Node)]
        return found


def node(name: str, /, *inside: Node | str, **attributes: str) -> Node:
    """Return an element; ``negate_condition`` stands for negate-condition."""
    named = {key.replace("_", "-"): value for key, value in attributes.items()}
    return Node(name, list(inside), named)


def some(chance: Random, names: tuple[str, ...] | list[str], most: int = 6) -> list[Node]:
    return [Node(chance.choice(names)) for _ in range(chance.randint(1, most))]


def href(chance: Random) -> str:
    """Return an address, mostly of an object."""
    if chance.random() < 0.1:
        return chance.choice((*TEXTS, "http://[", "/alma/", "mailto:x", "//x/y", "%"))
    return chance.choice(COLLECTIONS) + chance.choice(OBJECTS)


def prop(chance: Random) -> Node:
    """Return DAV:prop of a report, often with calendar-data."""
    inside = some(chance, PROPERTIES)
    if chance.random() < 0.6:
        inside.append(calendar_data(chance))
    return Node("D:prop", [*inside])


def span(chance: Random, name: str) -> Node:
    """Return a range, mostly one with both ends."""
    first, last = sorted(chance.choices(SOUND_MOMENTS, k=2))
    said = {"start": first, "end": last}
    if chance.random() < 0.05:
        said = {"start": chance.choice(MOMENTS), "end": chance.choice(MOMENTS)}
    if chance.random() < 0.1:
        said.pop(chance.choice(("start", "end")))
    return Node(name, [], said)


def calendar_data(chance: Random) -> Node:
    """Return calendar-data in some shape."""
    data = Node("C:calendar-data")
    if chance.random() < 0.5:
        names = ("C:expand", "C:expand", "C:limit-recurrence-set", "C:limit-freebusy-set")
        data.inside.append(span(chance, chance.choice(names)))
    if chance.random() < 0.2:
        data.inside.append(_comp(chance, "VCALENDAR", 3))
    if chance.random() < 0.2:
        data.attributes["content-type"] = chance.choice(
            ("application/calendar+json", "text/calendar", "text/html")
        )
    return data


def _comp(chance: Random, name: str, depth: int) -> Node:
    made = Node("C:comp", [], {"name": name})
    made.inside += [
        node(
            "C:prop",
            name=chance.choice(CALENDAR_PROPERTIES),
            novalue=chance.choice(("yes", "no")),
        )
        for _ in range(chance.randint(0, 3))
    ]
    if depth:
        inner = chance.choices(COMPONENTS, k=chance.randint(0, 2))
        made.inside += [_comp(chance, one, depth - 1) for one in inner]
    if chance.random() < 0.2:
        made.inside.append(Node(chance.choice(("C:allprop", "C:allcomp"))))
    return made


def calendar_filter(chance: Random) -> Node:
    """Return a filter, mostly one of events."""
    inner = chance.choice((*("VEVENT", "VTODO", "VJOURNAL") * 9, *COMPONENTS))
    return node(
        "C:filter", node("C:comp-filter", _comp_filter(chance, inner, 2), name="VCALENDAR")
    )


def _comp_filter(chance: Random, name: str, depth: int) -> Node:
    made = node("C:comp-filter", name=name)
    if chance.random() < 0.1:
        made.inside.append(Node("C:is-not-defined"))
        return made
    if chance.random() < 0.5:
        made.inside.append(span(chance, "C:time-range"))
    made.inside += [_prop_filter(chance) for _ in range(chance.choice((0, 0, 1, 2)))]
    if depth and chance.random() < 0.3:
        inner = "VALARM" if chance.random() < 0.8 else chance.choice(COMPONENTS)
        made.inside.append(_comp_filter(chance, inner, depth - 1))
    return made


def _prop_filter(chance: Random) -> Node:
    made = node("C:prop-filter", name=chance.choice(CALENDAR_PROPERTIES))
    made.inside.append(
        chance.choice(
            (
                Node("C:is-not-defined"),
                _text_match(chance),
                span(chance, "C:time-range"),
                node("C:param-filter", _text_match(chance), name="PARTSTAT"),
            )
        )
    )
    return made


def _text_match(chance: Random) -> Node:
    return node(
        "C:text-match",
        chance.choice(TEXTS),
        collation=chance.choice(
            (*("i;ascii-casemap", "i;octet", "i;unicode-casemap", "default") * 4, "i;klingon")
        ),
        negate_condition=chance.choice((*("yes", "no", "no") * 4, "perhaps")),
    )


def _renamed(chance: Random, one: Node) -> None:
    one.name = chance.choice(ELEMENTS)


def _emptied(_: Random, one: Node) -> None:
    one.inside = []


def _doubled(_: Random, one: Node) -> None:
    one.inside = one.inside * 2


def _said(chance: Random, one: Node) -> None:
    name = chance.choice(("name", "start", "end", "x"))
    one.attributes = {name: chance.choice(MOMENTS)}


def _filled(chance: Random, one: Node) -> None:
    words = chance.choice((*TEXTS, *MOMENTS))
    one.inside.append(chance.choice((words, Node(chance.choice(ELEMENTS), [words]))))


def _nested(chance: Random, one: Node) -> None:
    for _ in range(chance.choice((1, 3, 40))):
        one.inside = [Node(one.name, one.inside, dict(one.attributes))]


_DAMAGES = (_renamed, _emptied, _doubled, _said, _filled, _filled, _nested)


def damaged(chance: Random, root: Node) -> Node:
    """Return the tree with a few things other than they were."""
    for _ in range(chance.randint(1, 3)):
        chance.choice(_DAMAGES)(chance, chance.choice(root.elements()))
    return root


DECLARED = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
_DEEPENED = re.compile(
    r"<((?:C:comp|C:comp-filter|D:property|C:filter|D:set))((?: [a-z]+=\"[^\"]*\")*)>"
)


def _deep(found: re.Match[str]) -> str:
    """Return a start tag many times over, with all but one of the ends that belong to it."""
    return found[0] * 1200 + f"</{found[1]}>" * 1199


_DECLARATION = '<?xml version="1.0" encoding="{}"?>{}'
_ODD_FORMS: tuple[Callable[[str], bytes], ...] = (
    lambda text: _DECLARATION.format("utf-16", text).encode("utf-16"),
    lambda text: _DECLARATION.format("iso-8859-1", text).encode("latin-1", "replace"),
    lambda text: _DECLARATION.format("utf-7", text).encode("utf-7", "replace"),
    lambda text: f'<!DOCTYPE a [<!ENTITY e "{"x" * 99}">]>{text}'.encode(),
    lambda text: f"<?xml version='1.0'?><!-- a --><?b c?>{text}<!-- d -->".encode(),
    lambda text: text.replace("D:", "").encode(),
    lambda text: f"{'<D:a>' * 3000}{text}".encode(),
    lambda text: _DEEPENED.sub(_deep, text).encode(),
)


def written(chance: Random, root: Node) -> bytes:
    """Return the tree as the octets of a body."""
    if chance.random() < 0.25:
        root = damaged(chance, root)
    text = root.text().replace(f"<{root.name}", f"<{root.name} {DECLARED}", 1)
    text = "".join(sign for sign in text if sign >= " " or sign in "\t\r\n")
    if chance.random() < 0.08:
        return chance.choice(_ODD_FORMS)(text)
    return _DECLARATION.format("utf-8", text).encode()
