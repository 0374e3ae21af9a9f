"""Comparing texts by the collations of RFC 4791 7.5: whether one holds the other."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

from server.ics.filters import Collation, TextMatch
from server.ics.lines import Line

# The types of RFC 5545 3.3 that write a backslash as itself.
_NOT_TEXT = frozenset(
    {"ATTACH", "ATTENDEE", "CONFERENCE", "IMAGE", "ORGANIZER", "SOURCE", "TZURL", "URL"}
)


def says(wanted: TextMatch, value: str) -> bool:
    """Whether a value holds the text, or does not where that is asked."""
    held = _asked(wanted.text, wanted.collation) in _folded(value, wanted.collation)
    return held is not wanted.negated


def value_of(line: Line) -> str:
    """Return the value as a person reads it; a list of TEXT is one text."""
    if line.name in _NOT_TEXT or line.params.get("VALUE", "TEXT").upper() != "TEXT":
        return line.value
    return line.text


@lru_cache(maxsize=256)
def _asked(text: str, collation: Collation) -> str:
    return _folded(text, collation)


def _folded(text: str, collation: Collation) -> str:
    match collation:
        case Collation.OCTET:
            return text
        case Collation.ASCII_CASEMAP:
            return text.upper() if text.isascii() else _ascii_upper(text)
        case Collation.UNICODE_CASEMAP:
            # Folding may compose anew what was taken apart, and the other way round.
            return normalize("NFKD", normalize("NFKD", text).casefold())


def _ascii_upper(text: str) -> str:
    """Return the text with a to z in capitals and all else as it is (RFC 4790 9.2.1)."""
    return text.encode("utf-8", "surrogatepass").upper().decode("utf-8", "surrogatepass")
