"""What a right answer is: a wrong one is reported, never timed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from bench.calendar_text import NotAsAsked, busy_spans, instances
from bench.expansion import Instance, Spans, Window, coalesced
from bench.wire import Answer, Body

_DAV: Final = "{DAV:}"
_DATA: Final = "{urn:ietf:params:xml:ns:caldav}calendar-data"
_MULTISTATUS: Final = 207


@dataclass(frozen=True, slots=True)
class Listing:
    """The members a multistatus must name; `may` as well, nothing else.

    Removed members (404) are too many, except where a known defect is let pass.
    """

    must: frozenset[str]
    may: frozenset[str] = frozenset()
    with_data: bool = False
    removed_may_show: bool = False


@dataclass(frozen=True, slots=True)
class BusyTime:
    """The window of a free-busy query and the answers that are right for it."""

    window: Window
    right: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """The status, bytes that must occur, element texts no longer true, the members listed.

    And for some, what each listed object is expanded to, or the busy time.
    """

    statuses: tuple[int, ...]
    contains: tuple[bytes, ...] = ()
    outdated: tuple[tuple[str, str], ...] = ()
    listing: Listing | None = None
    expanded: Mapping[str, frozenset[Instance]] | None = None
    busy: BusyTime | None = None


@dataclass(slots=True)
class Members:
    """What a multistatus says: members with ETag and text, removed ones, the sync token."""

    etags: dict[str, str | None] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    token: str | None = None


def fault(expectation: Expectation, answer: Answer) -> str | None:
    """Why the answer is wrong, in a few words; None where it is right."""
    if answer.status not in expectation.statuses:
        return f"status {answer.status} instead of {'/'.join(map(str, expectation.statuses))}"
    if any(part not in answer.body for part in expectation.contains):
        return "the body lacks what was asked for"
    try:
        return _fault_of_body(expectation, answer.body)
    except ET.ParseError:
        return "the multistatus is not XML"
    except (NotAsAsked, UnicodeDecodeError) as error:
        return str(error)


def members(body: Body) -> Members:
    """Read a multistatus; ElementTree.ParseError where it is not XML."""
    found = Members()
    root = ET.fromstring(body)  # noqa: S314  # answers of servers that this program started
    for response in root.iter(f"{_DAV}response"):
        href = unquote(response.findtext(f"{_DAV}href") or "")
        if not href.endswith("/"):
            _note_member(found, href.rsplit("/", 1)[-1], response)
    found.token = root.findtext(f"{_DAV}sync-token")
    return found


def found_text(body: Body, tag: str) -> str | None:
    """The text of the first element with this ElementTree name."""
    root = ET.fromstring(body)  # noqa: S314  # answers of servers that this program started
    return next((element.text for element in root.iter(tag)), None)


def _fault_of_body(expectation: Expectation, body: Body) -> str | None:
    if expectation.busy is not None:
        return _busy_fault(expectation.busy, body)
    if any(found_text(body, tag) == text for tag, text in expectation.outdated):
        return "the body is out of date"
    if expectation.listing is None:
        return None
    found = members(body)
    reason = _listing_fault(expectation.listing, found)
    if reason or expectation.expanded is None:
        return reason
    return _expansion_fault(expectation.expanded, found)


def _expansion_fault(wanted: Mapping[str, frozenset[Instance]], found: Members) -> str | None:
    for name in found.etags:
        given = instances(found.data.get(name, ""))
        missing, surplus = wanted[name] - set(given), len(set(given) - wanted[name])
        surplus += len(given) - len(set(given))
        if missing or surplus:
            return f"{name}: {len(missing)} instances missing, {surplus} too many"
    return None


def _busy_fault(wanted: BusyTime, body: Body) -> str | None:
    given = coalesced(busy_spans(body.decode()), wanted.window)
    if given in wanted.right:
        return None
    nearest = min(wanted.right, key=lambda right: len({*right} ^ {*given}))
    missing, surplus = len({*nearest} - {*given}), len({*given} - {*nearest})
    return f"{missing} busy periods missing, {surplus} too many"


def _note_member(found: Members, name: str, response: ET.Element) -> None:
    if " 404 " in (response.findtext(f"{_DAV}status") or "") + " ":
        found.removed.add(name)
        return
    found.etags[name] = response.findtext(f".//{_DAV}getetag")
    text = response.findtext(f".//{_DATA}")
    if text is not None:
        found.data[name] = text


def _listing_fault(listing: Listing, found: Members) -> str | None:
    names = found.etags.keys()
    missing = listing.must - names
    surplus = names - listing.must - listing.may
    if not listing.removed_may_show:
        surplus |= found.removed
    if missing or surplus:
        example = min(missing or surplus)
        return f"{len(missing)} members missing, {len(surplus)} too many ({example})"
    if any(not etag for etag in found.etags.values()):
        return "a member has no ETag"
    if listing.with_data:
        return _data_fault(found)
    return None


def _data_fault(found: Members) -> str | None:
    for name in found.etags:
        text = found.data.get(name, "")
        number = name.removeprefix("bench-").removesuffix(".ics")
        if f"UID:{number}-" not in text or "END:VCALENDAR" not in text:
            return f"the calendar data of {name} are not its own"
    return None
