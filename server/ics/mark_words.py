"""The words and signs that are marks in a typed title (part 4 of the calendar rules)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from server.domain.practice import fold
from server.domain.vocabulary import ContactWith, Kind, Medium, Status

STATUSES = {
    "#arrived": Status.ARRIVED,
    "#here": Status.ARRIVED,
    "#noshow": Status.NO_SHOW,
    "#dna": Status.NO_SHOW,
    "#cancel": Status.CANCELLED,
    "#cancelled": Status.CANCELLED,
    "#late": Status.LATE_CANCELLED,
    "#confirmed": Status.CONFIRMED,
}
KINDS = {"#contact": Kind.CONTACT, "#collateral": Kind.COLLATERAL, "#other": Kind.OTHER}
BUSY = {"#busy": True, "#free": False}
MEDIA = {
    "#phone": Medium.PHONE,
    "#email": Medium.EMAIL,
    "#inperson": Medium.IN_PERSON,
    "#video": Medium.VIDEO,
    "#text": Medium.TEXT,
}
TAGS = frozenset({*STATUSES, *KINDS, *BUSY, *MEDIA, "#undo", "#waive", "#accept"})
MISSED = (Status.NO_SHOW, Status.CANCELLED, Status.LATE_CANCELLED)
STATUS_SAYS_MORE: Mapping[Status, Collection[Status]] = {
    Status.ARRIVED: (Status.CONFIRMED,),
    Status.NO_SHOW: (Status.CONFIRMED,),
    Status.CANCELLED: (Status.CONFIRMED,),
    Status.LATE_CANCELLED: (Status.CONFIRMED, Status.CANCELLED),
}
KIND_SAYS_MORE: Mapping[Kind, Collection[Kind]] = {Kind.COLLATERAL: (Kind.CONTACT,)}

_PERSONS = {
    ContactWith.PARENT_GUARDIAN: "parent parents guardian guardians parent-guardian "
    "mother father mom mum dad",
    ContactWith.SPOUSE: "spouse husband wife partner",
    ContactWith.FAMILY_MEMBER: "family family-member relative brother sister son daughter "
    "grandmother grandfather aunt uncle",
    ContactWith.PSYCHOLOGIST: "psychologist",
    ContactWith.CASEWORKER: "caseworker case-worker social-worker case-manager",
    ContactWith.PHYSICIAN: "physician doctor dr gp psychiatrist pediatrician paediatrician",
    ContactWith.OTHER: "other",
}
_PERSON_NAMED = {word: person for person, words in _PERSONS.items() for word in words.split()}

MODIFIER = re.compile(r"([+-])([A-Z0-9]{2})", re.IGNORECASE)
UNITS = re.compile(r"x(0?[1-9]|[1-9][0-9])", re.IGNORECASE)
AMOUNT = re.compile(r"\$([0-9]{1,6}(?:\.[0-9]{2})?)")
NUMBER = re.compile(r"id:(\S+)", re.IGNORECASE)
PLACE = re.compile(r"@(\S+)")
MARKS = (MODIFIER, UNITS, AMOUNT, NUMBER, PLACE)
OPENERS = frozenset({"new:", "with:"})
OPENER = re.compile(r"(new:|with:)(\S+)", re.IGNORECASE)


def is_word(token: str) -> bool:
    """Whether a token does not look like a mark; one that does ends a name."""
    lower = token.lower()
    looks_like_mark = any(pattern.fullmatch(token) for pattern in MARKS)
    return not (lower in TAGS or lower in OPENERS or looks_like_mark)


def person_named(words: str) -> ContactWith | None:
    """Return who is meant by one word, or by two that a hyphen joins."""
    return _PERSON_NAMED.get(fold(words).replace("/", "-").strip(".,;:"))


def person_first(words: list[str]) -> tuple[ContactWith | None, int]:
    """Return who is named by the first words, and by how many of them."""
    for length in (2, 1):
        person = person_named("-".join(words[:length]))
        if person is not None and len(words) >= length:
            return person, length
    return None, 0
