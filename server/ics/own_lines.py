"""A person's own lines, merged so that no app loses what another one wrote (M5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from server.ics import quirks
from server.ics.lines import name_of

OWN_BYTES_AT_MOST = 32 * 1024
OWN_PROPERTIES_AT_MOST = 64

_STRUCTURE = frozenset(
    [
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RECURRENCE-ID",
        "RRULE",
        "RDATE",
        "EXDATE",
        "EXRULE",
        "SUMMARY",
        "LOCATION",
        "DESCRIPTION",
        "SEQUENCE",
        "LAST-MODIFIED",
    ]
)
"""Properties that every app knows: what is missing was removed (M3)."""

PRACTICE_OR_STRUCTURE = _STRUCTURE | frozenset(
    ["STATUS", "TRANSP", "CLASS", "COLOR", "URL", "ATTENDEE", "ORGANIZER", "RELATED-TO"]
)
"""What the server itself writes for a viewer who is not the owner."""


def names_people(name: str) -> bool:
    """Whether a property names who takes part, as the standard has it or some app (M8)."""
    standard = name.rpartition("-")[2] if name.startswith("X-") else name
    return standard in ("ATTENDEE", "ORGANIZER")


def top_level(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield each content line and whether it belongs to a nested component."""
    depth = 0
    for raw in lines:
        name = name_of(raw)
        if name == "BEGIN":
            depth += 1
        yield raw, depth > 0
        if name == "END":
            depth -= 1


def top_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the content lines of the component itself."""
    return (raw for raw, is_nested in top_level(lines) if not is_nested)


def nested_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the content lines of nested components, such as alarms."""
    return (raw for raw, is_nested in top_level(lines) if is_nested)


def grouped(lines: Iterable[str]) -> dict[str, list[str]]:
    """Return the lines by property name; nested components under their own name, as blocks."""
    groups: dict[str, list[str]] = {}
    block: list[str] = []
    name = ""
    for raw, is_nested in top_level(lines):
        if not is_nested:
            groups.setdefault(name_of(raw), []).append(raw)
            continue
        name = name if block else raw.partition(":")[2].strip().upper()
        block.append(raw)
        if _closes(block):
            groups.setdefault(name, []).extend(block)
            block = []
    return groups


def _closes(block: Sequence[str]) -> bool:
    names = [name_of(raw) for raw in block]
    return names.count("BEGIN") == names.count("END")


def merged(
    current: Sequence[str], base: Sequence[str], sent: Sequence[str], family: str
) -> tuple[str, ...]:
    """Return the lines to keep after an app sent ``sent`` where it had been shown ``base``.

    What the app sent stands. What it did not send stays, unless every app carries that
    property or the app was shown it and its family is known to carry it (M3 to M5).
    """
    shown, submitted = grouped(base), grouped(sent)
    kept: list[str] = []
    for name, lines in grouped(current).items():
        dropped = name in _STRUCTURE or (name in shown and quirks.means_removal(family, name))
        if name not in submitted and not dropped:
            kept += lines
    if "LOCATION" in shown and "LOCATION" not in submitted:
        kept = quirks.without_apple_place(kept)
    return (*sent, *_capped(kept))


def _capped(kept: Sequence[str]) -> list[str]:
    """Return what fits of the lines that nobody sent again; a nested component as a whole."""
    size = 0
    result: list[str] = []
    for block in islice(_blocks(kept), OWN_PROPERTIES_AT_MOST):
        size += sum(len(raw.encode()) for raw in block)
        if size > OWN_BYTES_AT_MOST:
            break
        result += block
    return result


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for raw in lines:
        block.append(raw)
        if _closes(block):
            yield block
            block = []


def without_noise(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines that say something, in an order of their own, for comparison."""
    return tuple(sorted(raw for raw in lines if name_of(raw) not in quirks.NOISE))
