"""What stands in a title without being typed: the server's own signs, and Outlook's prefix."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from server.domain.vocabulary import ContactWith, Medium
from server.ics.description_block import without_controls

TITLE_AT_MOST = 255
_RAW_AT_MOST = 16 * TITLE_AT_MOST
_JOINERS = "\u200d\ufe0e\ufe0f"

_SIGN = "[\u2713\u2717\u26a0\U0001f512][\ufe0e\ufe0f]?"
# A person puts marks in front of the signs too: "#accept ? JD".
_LEADING = re.compile(rf"(?P<marks>(?:#\S+\s+)*)(?:{_SIGN}\s*|\?\s+|\u00b7\s+)+")
_TRAILING = re.compile(rf"(?:\s*{_SIGN}|\s+\u00b7)+\Z")
_CANCELLED = re.compile(r"cancell?ed:\s*", re.IGNORECASE)
_COUNT = re.compile(r"\s*\([0-9]{1,6}\)\Z")

_MEDIA = "|".join(Medium)
_PERSONS = "|".join(ContactWith)
_CONTACT = rf"(?:contact(?: (?:{_MEDIA}))?|collateral(?: (?:{_PERSONS}))?)"
_WHICH_CLIENT = re.compile(
    rf"(?:(?<!\S){_CONTACT}\s+)?(?<!\S)[\u2013\u2014-]+\s*(?:which|unknown)\s+client\?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    rf"\s+\u00b7\s+(?:{_CONTACT}|which session\?)(?=\s*\Z|\s+[#+@$-])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A title without decoration, and which of it was there."""

    text: str
    had_check: bool = False
    had_cross: bool = False
    cancelled_prefix: bool = False


def plain_title(title: str) -> str:
    """Return a title on one line, single-spaced, of at most 255 characters (M19)."""
    text = " ".join(without_controls(title[:_RAW_AT_MOST]).split())
    return text if len(text) <= TITLE_AT_MOST else text[: _boundary(text)].rstrip()


def strip_decoration(title: str) -> Stripped:
    """Take away what the server shows beside the words, and Outlook's ``Cancelled: ``.

    A ``?`` goes only where it stands alone in front: people write one behind a space.
    """
    stripped = Stripped(plain_title(title))
    while (barer := _once(stripped)) != stripped:
        stripped = barer
    return stripped


def _once(title: Stripped) -> Stripped:
    text = title.text
    lead = _LEADING.match(text)
    trail = _TRAILING.search(text, lead.end() if lead else 0)
    marks = lead["marks"] if lead else ""
    signs = (lead[0][len(marks) :] if lead else "") + (trail[0] if trail else "")
    text = marks + text[lead.end() if lead else 0 : trail.start() if trail else len(text)]
    prefix = _CANCELLED.match(text)
    return Stripped(
        _without_question(text[prefix.end() :] if prefix else text),
        title.had_check or "\u2713" in signs,
        title.had_cross or "\u2717" in signs,
        title.cancelled_prefix or prefix is not None,
    )


def _without_question(text: str) -> str:
    bare, questions = _WHICH_CLIENT.subn(" ", text)
    if questions:
        bare = _COUNT.sub("", bare)
    return " ".join(_TAIL.sub("", bare).split())


def _boundary(text: str) -> int:
    """Return where to cut so that no accent and no joined sign loses what it belongs to."""
    at = TITLE_AT_MOST
    while at and (_belongs_to_the_one_before(text[at]) or text[at - 1] == "\u200d"):
        at -= 1
    return at or TITLE_AT_MOST


def _belongs_to_the_one_before(character: str) -> bool:
    return character in _JOINERS or unicodedata.combining(character) != 0
