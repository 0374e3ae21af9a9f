"""The bodies of requests: one for each method and report, and calendar objects."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from random import Random

from tests.property.fuzz.objects import calendar_object, event
from tests.property.fuzz.trees import (
    Node,
    calendar_filter,
    href,
    node,
    prop,
    some,
    span,
    written,
)
from tests.property.fuzz.words import (
    COLLECTIONS,
    COMPONENTS,
    PROPERTIES,
    TEXTS,
)

Make = Callable[[Random, "str"], Node]
"""Makes a tree; takes a sync token that it may name."""


class Known:
    """What answers have told: tokens and entity tags that a request may name."""

    def __init__(self) -> None:
        self.tokens: dict[str, list[str]] = {path: [""] for path in COLLECTIONS}
        self.tags = ['"1"', 'W/"1"', "*", '"', '"1", "2"']

    def learn(self, path: str, tokens: list[str], tags: list[str]) -> None:
        """Remember the latest ones."""
        if path in self.tokens:
            self.tokens[path] = ["", *(self.tokens[path][1:] + tokens)[-9:]]
        self.tags = [*self.tags[:5], *(self.tags[5:] + tags)[-30:]]

    def token(self, chance: Random, path: str) -> str:
        """Return a token, mostly one of the calendar's."""
        if path in self.tokens and chance.random() < 0.8:
            return chance.choice(self.tokens[path])
        others = chance.choice([*self.tokens.values()])
        return chance.choice((*others, "urn:x-praxical:sync:x:owner:1", "nonsense"))


def _propfind(chance: Random, _: str) -> Node:
    inside = chance.choice(
        (
            Node("D:prop", [*some(chance, PROPERTIES, 12)]),
            Node("D:allprop"),
            Node("D:propname"),
        )
    )
    made = node("D:propfind", inside)
    if chance.random() < 0.2:
        made.inside.append(Node("D:include", [*some(chance, PROPERTIES)]))
    return made


def _query(chance: Random, _: str) -> Node:
    made = node("C:calendar-query", prop(chance), calendar_filter(chance))
    if chance.random() < 0.1:
        made.inside.append(node("C:timezone-id", chance.choice(("Asia/Kolkata", "Nowhere"))))
    if chance.random() < 0.1:
        made.inside.append(node("C:timezone", event(chance)))
    return made


def _multiget(chance: Random, _: str) -> Node:
    hrefs = [node("D:href", href(chance)) for _ in range(chance.randint(0, 6))]
    return node("C:calendar-multiget", prop(chance), *hrefs)


def _sync(chance: Random, token: str) -> Node:
    made = node(
        "D:sync-collection",
        node("D:sync-token", token),
        node("D:sync-level", chance.choice((*("1", "1", "infinite") * 5, "0", ""))),
        prop(chance),
    )
    if chance.random() < 0.4:
        number = chance.choice((*("1", "2", "5") * 4, "0", "-1", "x", "9" * 40))
        made.inside.append(node("D:limit", node("D:nresults", number)))
    return made


def _free_busy(chance: Random, _: str) -> Node:
    return node("C:free-busy-query", span(chance, "C:time-range"))


def _expand_property(chance: Random, _: str) -> Node:
    def one(depth: int) -> Node:
        inside = [one(depth - 1) for _ in range(chance.randint(0, 2))] if depth else []
        name = chance.choice(PROPERTIES).partition(":")[2]
        made = node("D:property", *inside, name=name)
        if chance.random() < 0.3:
            made.attributes["namespace"] = chance.choice(("DAV:", "http://x{}", "", "a b"))
        return made

    return node("D:expand-property", *(one(3) for _ in range(chance.randint(0, 3))))


def _people(chance: Random, _: str) -> Node:
    search = node(
        "D:property-search",
        Node("D:prop", [*some(chance, PROPERTIES, 2)]),
        node("D:match", chance.choice(TEXTS), match_type=chance.choice(("equals", "contains"))),
    )
    return node("D:principal-property-search", search, prop(chance))


def _match(chance: Random, _: str) -> Node:
    which = chance.choice((Node("D:self"), node("D:principal-property", Node("D:owner"))))
    return node("D:principal-match", which, prop(chance))


def _plain(chance: Random, _: str) -> Node:
    names = ("D:principal-search-property-set", "D:acl-principal-prop-set", "D:version-tree")
    return node(chance.choice(names), prop(chance))


def _values(chance: Random) -> Node:
    name = chance.choice(PROPERTIES)
    inside: list[Node | str] = [chance.choice((*TEXTS, "#ff0000ff", "7", event(chance)))]
    if chance.random() < 0.3:
        inside = [*some(chance, ("C:comp", "C:transparent", "D:href", "D:collection", "X:any"))]
    return Node(name, inside)


def _proppatch(chance: Random, _token: str) -> Node:
    made = Node("D:propertyupdate")
    for _ in range(chance.randint(1, 3)):
        values = [_values(chance) for _ in range(chance.randint(1, 3))]
        made.inside.append(
            node(chance.choice(("D:set", "D:set", "D:remove")), Node("D:prop", [*values]))
        )
    return made


def _making(chance: Random, _: str) -> Node:
    kind = node("D:resourcetype", Node("D:collection"), Node("C:calendar"))
    inside: list[Node | str] = [kind] if chance.random() < 0.7 else []
    if chance.random() < 0.3:
        comps = [node("C:comp", name=chance.choice(COMPONENTS)) for _ in range(2)]
        inside.append(node("C:supported-calendar-component-set", *comps))
    inside += [_values(chance) for _ in range(chance.choice((0, 0, 0, 1, 2)))]
    root = chance.choice(("D:mkcol", "C:mkcalendar"))
    return node(root, node("D:set", Node("D:prop", inside)))


_REPORTS: tuple[Make, ...] = (
    *(_query,) * 6,
    *(_multiget,) * 3,
    *(_sync,) * 4,
    *(_free_busy,) * 2,
    _expand_property,
    _people,
    _match,
    _plain,
)
_OF_METHOD: Mapping[str, tuple[Make, ...]] = {
    "PROPFIND": (_propfind,),
    "REPORT": _REPORTS,
    "PROPPATCH": (_proppatch,),
    "MKCALENDAR": (_making,),
    "MKCOL": (_making,),
    "ACL": (_plain,),
    "LOCK": (_plain,),
}
_ANY: tuple[Make, ...] = (_propfind, *_REPORTS, _proppatch, _making)


def body_for(chance: Random, method: str, path: str, known: Known) -> bytes:
    """Return a body that the method may want, or another one."""
    roll, token = chance.random(), known.token(chance, path)
    if method in ("PUT", "POST", "PATCH") and roll < 0.9:
        # What is written to a name has mostly the same UID.
        uid = f"u{zlib.crc32(path.encode()) % 1000}" if chance.random() < 0.8 else ""
        body = calendar_object(chance, uid)
    elif method in ("GET", "HEAD", "OPTIONS", "DELETE", "MOVE", "COPY") and roll < 0.9:
        body = b""
    elif method in _OF_METHOD and roll < 0.95:
        body = written(chance, chance.choice(_OF_METHOD[method])(chance, token))
    else:
        body = written(chance, chance.choice(_ANY)(chance, token))
    return damaged_octets(chance, body) if chance.random() < 0.04 else body


def damaged_octets(chance: Random, body: bytes) -> bytes:
    """Return the body cut off, or with some octets changed or added."""
    at = chance.randint(0, len(body))
    match chance.randrange(3):
        case 0:
            return body[:at]
        case 1:
            return body[:at] + chance.randbytes(chance.randint(1, 4)) + body[at:]
        case _:
            return body[:at] + chance.randbytes(1) + body[at + 1 :]
