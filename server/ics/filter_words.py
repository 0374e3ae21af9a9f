"""Whether an object's text holds the words that a filter asks for, before it is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.ics.filters import Collation, CompFilter, PropFilter
from server.ics.lines import unfolded

# What an app escaped for no reason stands for itself (RFC 5545 3.3.11 knows four escapes).
_NEEDLESS = re.compile(r"\\[^nN,;\\]")
# Words in which neither iCalendar's escapes nor Unicode's many forms play a part.
_SIMPLE = re.compile(r"[A-Za-z0-9 ._@/-]+")


def holds_words(wanted: CompFilter, text: str) -> bool:
    """Return False only where the object cannot match; True says nothing."""
    words = list(_words(wanted))
    if not words:
        return True
    whole = unfolded(text)
    lower = whole.lower()
    return all(word in lower for word in words) or _NEEDLESS.search(whole) is not None


def _words(wanted: CompFilter) -> Iterator[str]:
    """Yield what has to stand in the text of each object that matches, in lower case."""
    if wanted.is_not_defined:
        return
    for prop in wanted.props:
        yield from _words_of(prop)
    for comp in wanted.comps:
        yield from _words(comp)


def _words_of(prop: PropFilter) -> Iterator[str]:
    asked = prop.text
    simple = asked is not None and not prop.is_not_defined and not asked.negated
    if asked is None or not simple or asked.collation is Collation.UNICODE_CASEMAP:
        return
    if _SIMPLE.fullmatch(asked.text):
        yield asked.text.lower()
