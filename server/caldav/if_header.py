"""The If header of WebDAV: lists of conditions, one of which must hold (RFC 4918 10.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from server.caldav.answers import malformed

_LIST: Final = re.compile(
    r'\s*(?:<(?P<resource>[^>]*)>\s*)?\((?P<inner>(?:[^()"<>]|"[^"]*"|<[^>]*>)*)\)\s*'
)
_CONDITION: Final = re.compile(
    r'\s*(?P<negated>not\b\s*)?(?:<(?P<token>[^>]+)>|\[\s*(?P<tag>(?:W/)?"[^"]*")\s*\])\s*',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One condition: an entity tag or a state token, or that the resource has another one."""

    value: str
    is_tag: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class IfList:
    """Conditions that hold together; ``resource`` is a reference, "" for the request's own."""

    resource: str
    wanted: tuple[Wanted, ...]

    @property
    def names_state(self) -> bool:
        """Whether it holds for one state of the request's own resource only."""
        tags = (one.is_tag and not one.negated for one in self.wanted)
        return not self.resource and any(tags)


def read_if(value: str) -> tuple[IfList, ...]:
    """Return the lists of an If header, none for no header; raises Unmet."""
    found: list[IfList] = []
    at, resource = 0, ""
    while at < len(value):
        part = _LIST.match(value, at)
        if part is None:
            raise malformed("The If header cannot be read.")
        # A resource stands before its first list and holds for those that follow.
        resource = part["resource"] or resource
        found.append(IfList(resource, _conditions(part["inner"])))
        at = part.end()
    return tuple(found)


def _conditions(inner: str) -> tuple[Wanted, ...]:
    found: list[Wanted] = []
    at = 0
    while at < len(inner):
        part = _CONDITION.match(inner, at)
        if part is None:
            raise malformed("A condition of the If header cannot be read.")
        value = part["tag"] or part["token"]
        found.append(Wanted(value, part["tag"] is not None, part["negated"] is not None))
        at = part.end()
    if not found:
        raise malformed("A list of the If header is empty.")
    return tuple(found)
