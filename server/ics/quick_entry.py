"""Quick entry: what the marks and words of a typed title say (part 4 of the calendar rules)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TypeVar

from server.domain.money import Money, parse_money
from server.domain.practice import Catalogue, SessionType, fold
from server.domain.vocabulary import ContactWith, Kind, Medium, Status
from server.ics.decoration import plain_title
from server.ics.mark_words import (
    AMOUNT,
    BUSY,
    KIND_SAYS_MORE,
    KINDS,
    MEDIA,
    MISSED,
    MODIFIER,
    NUMBER,
    OPENER,
    PLACE,
    STATUS_SAYS_MORE,
    STATUSES,
    UNITS,
    is_word,
    person_first,
    person_named,
)
from server.ics.session_words import Found, Named, Rank, find_session, place_keys, vocabulary

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class QuickEntry:
    """What a title says; ``words`` remain: the client, or the title of an Other Event.

    ``at`` holds keys of rooms and locations; in an entry about a client also, in lower case,
    what was typed for a place not known. A name behind ``@`` has hyphens for its spaces.
    ``client_number`` is as typed. ``archived_session`` can no longer be booked (CR-13).
    Modifiers are upper case, in the order typed.
    """

    status: Status | None = None
    undo: bool = False
    kind: Kind | None = None
    busy: bool | None = None
    medium: Medium | None = None
    contact_with: ContactWith | None = None
    contact_name: str = ""
    waive: bool = False
    fee: Money | None = None
    add_modifiers: tuple[str, ...] = ()
    remove_modifiers: tuple[str, ...] = ()
    units: int | None = None
    at: tuple[str, ...] = ()
    client_number: str | None = None
    new_client: str | None = None
    accept: bool = False
    session: SessionType | None = None
    archived_session: SessionType | None = None
    session_words: str = ""
    service_code: str | None = None
    words: str = ""

    @property
    def says_nothing(self) -> bool:
        """Whether there is no mark, no session and no service, only words."""
        return self == QuickEntry(words=self.words)

    @property
    def is_about_client(self) -> bool:
        """Whether anything but the words belongs to a client's appointment only."""
        anywhere = QuickEntry(words=self.words, busy=self.busy, kind=self.kind, at=self.at)
        return self.kind is not Kind.OTHER and (self.kind is not None or self != anywhere)


def parse_title(title: str, catalogue: Catalogue, currency: str = "USD") -> QuickEntry:
    """Read the marks, the session or service and the other words of a title; never raises.

    Marks that contradict one another (``#arrived #noshow``, ``x2 x3``) are not marks: nothing
    is guessed, and the person sees them again among the words.
    """
    reading = _Reading(tuple(_tokens(plain_title(title))))
    reading = _read_fee(_read_tags(reading), currency)
    places = place_keys(catalogue)
    reading = _read_places(_read_modifiers(reading), places, only_known=True)
    reading = _read_session(_read_phrases(reading), vocabulary(catalogue))
    if reading.result.is_about_client:
        reading = _read_places(reading, places, only_known=False)
    return reading.result


@dataclass(frozen=True, slots=True)
class _Reading:
    """What has been understood so far; numbers are positions of tokens."""

    tokens: tuple[str, ...]
    entry: QuickEntry = field(default_factory=QuickEntry)
    spent: frozenset[int] = frozenset()
    new_client: tuple[int, ...] = ()
    contact_name: tuple[int, ...] = ()

    @property
    def free(self) -> tuple[int, ...]:
        return tuple(at for at in range(len(self.tokens)) if at not in self.spent)

    def text(self, positions: Iterable[int]) -> str:
        return " ".join(self.tokens[at] for at in positions)

    def took(self, entry: QuickEntry | None, *positions: Iterable[int]) -> _Reading:
        return replace(self, entry=entry or self.entry, spent=self.spent.union(*positions))

    def looked_up(self, table: Mapping[str, Value]) -> dict[int, Value]:
        lower = ((at, token.lower()) for at, token in enumerate(self.tokens))
        return {at: table[token] for at, token in lower if token in table}

    def matches(self, pattern: re.Pattern[str]) -> dict[int, re.Match[str]]:
        found = ((at, pattern.fullmatch(token)) for at, token in enumerate(self.tokens))
        return {at: match for at, match in found if match is not None}

    @property
    def result(self) -> QuickEntry:
        return replace(
            self.entry,
            kind=self._kind,
            new_client=self.text(self.new_client) or None,
            contact_name=self.text(self.contact_name),
            words=self.text(self.free),
        )

    @property
    def _kind(self) -> Kind | None:
        """Only a collateral contact is with somebody (SH-22), if it is not a session."""
        said = self.entry
        is_session = said.session is not None and said.kind is None
        return Kind.COLLATERAL if said.contact_with and not is_session else said.kind


def _tokens(title: str) -> Iterator[str]:
    """Yield what stands between spaces; ``new:Jane`` and ``with:parent`` are two each."""
    words = title.split()
    is_collateral = any(word.lower() == "#collateral" for word in words)
    for word in words:
        opener = OPENER.fullmatch(word)
        if opener and (
            is_collateral or opener[1].lower() == "new:" or person_named(opener[2]) is not None
        ):
            yield from opener.groups()
        else:
            yield word


def _one(
    found: Mapping[int, Value], says_more: Mapping[Value, Collection[Value]] | None = None
) -> dict[int, Value]:
    """Return what marks of a sort say with one voice, and where; nothing if they contradict."""
    values = set(found.values())
    implied = {less for value in values for less in (says_more or {}).get(value, ())}
    said = values - implied
    return dict.fromkeys(found, said.pop()) if len(said) == 1 else {}


def _value(said: Mapping[int, Value]) -> Value | None:
    return next(iter(said.values()), None)


def _read_tags(reading: _Reading) -> _Reading:
    if not any(token.startswith("#") for token in reading.tokens):
        return reading
    kinds, accepted = reading.looked_up(KINDS), reading.looked_up({"#accept": True})
    undone, status = reading.looked_up({"#undo": True}), reading.looked_up(STATUSES)
    status = _one(status, STATUS_SAYS_MORE)
    if status and undone:
        status, undone = {}, {}
    kind, busy = _one(kinds, KIND_SAYS_MORE), _one(reading.looked_up(BUSY))
    medium = _one(reading.looked_up(MEDIA))
    said = replace(
        reading.entry,
        status=_value(status),
        undo=bool(undone),
        kind=Kind.CONTACT if medium and not kinds else _value(kind),
        busy=_value(busy),
        medium=_value(medium),
        accept=bool(accepted),
    )
    return reading.took(said, status, undone, kind, busy, medium, accepted)


def _read_fee(reading: _Reading, currency: str) -> _Reading:
    """Read a fee, which only a missed appointment has (SH-33), or that it is waived."""
    waived = reading.looked_up({"#waive": True})
    amounts = {
        at: parse_money(match[1], currency)
        for at, match in reading.matches(AMOUNT).items()
        if reading.entry.status in MISSED
    }
    if bool(waived) is bool(amounts):  # Neither was typed, or they contradict each other.
        return reading
    fee = _one(amounts)
    return reading.took(
        replace(reading.entry, fee=_value(fee), waive=bool(waived)), waived, fee
    )


def _read_modifiers(reading: _Reading) -> _Reading:
    """Read modifiers, units and the client's number."""
    signed = {
        at: (match[1], match[2].upper()) for at, match in reading.matches(MODIFIER).items()
    }
    added = {modifier: None for sign, modifier in signed.values() if sign == "+"}
    removed = {modifier: None for sign, modifier in signed.values() if sign == "-"}
    both = added.keys() & removed.keys()
    units = _one({at: int(match[1]) for at, match in reading.matches(UNITS).items()})
    number = _one({at: match[1] for at, match in reading.matches(NUMBER).items()})
    if not (signed or units or number):
        return reading
    said = replace(
        reading.entry,
        add_modifiers=tuple(modifier for modifier in added if modifier not in both),
        remove_modifiers=tuple(modifier for modifier in removed if modifier not in both),
        units=_value(units),
        client_number=_value(number),
    )
    signed_at = [at for at, (_, modifier) in signed.items() if modifier not in both]
    return reading.took(said, signed_at, units, number)


def _read_places(reading: _Reading, known: Mapping[str, str], *, only_known: bool) -> _Reading:
    """Read ``@``; before an unknown place it may be a word, such as an Other Event has."""
    typed = {at: match[1] for at, match in reading.matches(PLACE).items()}
    if not typed:
        return reading
    keys = {at: known.get(fold(word)) for at, word in typed.items()}
    places = {
        at: keys[at] or word.lower() for at, word in typed.items() if keys[at] or not only_known
    }
    return reading.took(replace(reading.entry, at=tuple(places.values())), places)


def _phrase(reading: _Reading, opener: str) -> tuple[int, ...]:
    """Return the positions of an opener and of the words after it, nothing if not just one."""
    starts = list(reading.looked_up({opener: True}))
    if len(starts) != 1:
        return ()
    following = range(starts[0] + 1, len(reading.tokens))
    words = tuple(takewhile(lambda at: is_word(reading.tokens[at]), following))
    return (starts[0], *words) if words else ()


def _read_phrases(reading: _Reading) -> _Reading:
    new = _phrase(reading, "new:")
    if new:
        reading = replace(reading.took(None, new), new_client=new[1:])
    opened = _phrase(reading, "with:")
    person, length = person_first([reading.tokens[at] for at in opened[1:]])
    kind = reading.entry.kind
    if kind is Kind.OTHER or (person is None and kind is not Kind.COLLATERAL):
        return reading
    said = replace(reading.entry, contact_with=person)
    return replace(reading.took(said, opened), contact_name=opened[1 + length :])


def _read_session(reading: _Reading, named: Mapping[str, Named]) -> _Reading:
    """Find the session among the free words, else where it ends a name after an opener."""
    tokens, free = reading.tokens, reading.free
    if found := find_session(tokens, free, named):
        spent = set(free) - {*found.before, *found.after}
        return _with_session(reading, found).took(None, spent)
    if found := find_session(tokens, reading.new_client, named):
        name, rest = (found.before, found.after) if found.before else (found.after, ())
        reading = replace(_with_session(reading, found), new_client=name)
        return replace(reading, spent=reading.spent.difference(rest))
    if found := find_session(tokens, reading.contact_name, named):
        reading = replace(_with_session(reading, found), contact_name=found.before)
        return replace(reading, spent=reading.spent.difference(found.after))
    return reading


def _with_session(reading: _Reading, found: Found) -> _Reading:
    is_archived = found.named.rank is Rank.ARCHIVED
    said = replace(
        reading.entry,
        session=None if is_archived else found.named.session,
        archived_session=found.named.session if is_archived else None,
        service_code=found.named.code,
        session_words=reading.text(found.words),
    )
    return replace(reading, entry=said)
