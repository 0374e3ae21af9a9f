"""PROPPATCH: properties set and removed, all or none (RFC 4918 9.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.answers import malformed, not_found
from server.caldav.changes import Opened, changing
from server.caldav.properties.kept import language_of
from server.caldav.properties.place import Sort, place_of, reads_only
from server.caldav.properties.setting import (
    Changes,
    Reason,
    Refused,
    refuse_protected,
    removed_of,
    set_of,
)
from server.caldav.response import Response, multistatus
from server.caldav.xml_in import children
from server.caldav.xml_out import DAV, element, propstat, response, text_element
from server.domain.errors import Invalid
from server.usecases.properties import patch_properties

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.caldav.request import Request

_SET: Final = f"{DAV}set"
_REMOVE: Final = f"{DAV}remove"
_END: Final = "</D:propstat>"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One property to set or to remove, and the language that the elements around are in."""

    is_set: bool
    wanted: Element
    language: str = ""


@dataclass(slots=True)
class Outcome:
    """What all instructions change, and which of them are refused; each property once."""

    changes: Changes = field(default_factory=dict)
    refused: dict[str, Reason] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)


Judge = Callable[[Instruction], Changes]
"""Says what an instruction changes; raises Refused."""


def proppatch(request: Request) -> Response:
    """Follow the instructions; each property is named with its status, whatever that is.

    Apps take a refusal of the whole for a calendar that is broken, and so there is none.
    """
    instructions = list(instructions_of(request.xml))
    place = place_of(request)
    if place is None:
        return _of_object(request, instructions) if _is_there(request) else not_found()
    if place.sort is not Sort.CALENDAR or reads_only(request):
        return _answer(place.path, judged(instructions, _fixed))
    return changing(request, lambda opened: _patch(request, opened, instructions))


def instructions_of(root: Element | None) -> Iterator[Instruction]:
    """Yield what a DAV:propertyupdate asks for, in its order; raises Unmet if it is none."""
    if root is None or root.tag != f"{DAV}propertyupdate":
        raise malformed("PROPPATCH needs a DAV:propertyupdate.")
    language = language_of(root)
    for part in root:
        if part.tag not in (_SET, _REMOVE):
            continue
        for prop in children(part, f"{DAV}prop"):
            spoken = language_of(prop) or language_of(part) or language
            for wanted in prop:
                yield Instruction(part.tag == _SET, wanted, spoken)


def judged(instructions: list[Instruction], judge: Judge) -> Outcome:
    """Return what the instructions come to; a later one for the same property counts."""
    outcome = Outcome()
    for one in instructions:
        outcome.names[one.wanted.tag] = None
        try:
            outcome.changes |= judge(one)
        except Refused as refused:
            outcome.refused[one.wanted.tag] = refused.reason
    return outcome


def _patch(request: Request, opened: Opened, instructions: list[Instruction]) -> Response:
    zone = opened.uow.practice.zone

    def judge(one: Instruction) -> Changes:
        if not one.is_set:
            return removed_of(one.wanted.tag)
        return set_of(one.wanted, zone, one.language)

    outcome, target = judged(instructions, judge), opened.target
    if not outcome.refused:
        try:
            patch_properties(opened.uow, target.calendar, target.viewer, outcome.changes)
        except Invalid as error:
            # RFC 4918 9.2.1: there is no room for them.
            full = Reason(HTTPStatus.INSUFFICIENT_STORAGE, sentence=error.sentence)
            outcome.refused |= dict.fromkeys(outcome.names, full)
    return _answer(request.collection, outcome)


def _fixed(one: Instruction) -> Changes:
    """Let nothing be set."""
    refuse_protected(one.wanted.tag)
    raise Refused(HTTPStatus.FORBIDDEN, sentence="No properties are set here.")


def _is_there(request: Request) -> bool:
    target = request.target
    if target is None or not request.is_object:
        return False
    with request.house.reading(target) as reading:
        return bool(reading.stored([request.segments[2]]))


def _of_object(request: Request, instructions: list[Instruction]) -> Response:
    """Refuse each: what is to be said of an event stands in its text."""
    return _answer(request.own_path, judged(instructions, _fixed))


def _answer(path: str, outcome: Outcome) -> Response:
    return multistatus([response(path, propstats_of(outcome))])


def propstats_of(outcome: Outcome) -> list[str]:
    """Return 200 for all, or what is refused and 424 for the rest (RFC 4918 9.2.1)."""
    groups: dict[Reason, list[str]] = {}
    for name, reason in outcome.refused.items():
        groups.setdefault(reason, []).append(name)
    rest = [name for name in outcome.names if name not in outcome.refused]
    if rest or not groups:
        status = HTTPStatus.FAILED_DEPENDENCY if groups else HTTPStatus.OK
        groups[Reason(status)] = rest
    return [_propstat(reason, names) for reason, names in groups.items()]


def _propstat(reason: Reason, names: list[str]) -> str:
    named = "".join(map(element, names))
    said = text_element(f"{DAV}responsedescription", reason.sentence) if reason.sentence else ""
    written = propstat(reason.status, named, reason.condition)
    # RFC 4918 14.22: the sentence is the last thing in DAV:propstat.
    return f"{written.removesuffix(_END)}{said}{_END}"
