"""Bookable hours, as a practitioner draws them in a calendar app."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from server.domain.ids import LocationKey, SessionTypeId
from server.domain.practice import Catalogue, Location, SessionType, User, fold

_LISTED = re.compile(r"[,;|&+\n]|\band\b", re.IGNORECASE)
_AROUND = ".:()!?\"'"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What bookable hours are for: no session types or no location stand for all of them.

    ``unknown_place`` is set where a place is named that the practice does not have: nothing can
    be booked there.
    """

    session_types: frozenset[SessionTypeId] = frozenset()
    location: LocationKey | None = None
    unknown_place: bool = False

    def admits(self, session_type: SessionType, practitioner: User) -> bool:
        """Whether the hours are for this session type; unnamed ones go by discipline."""
        if self.session_types:
            return session_type.id in self.session_types
        return session_type.discipline == practitioner.discipline

    def is_at(self, location: LocationKey) -> bool:
        """Whether the hours are for this location."""
        return not self.unknown_place and self.location in (None, location)


def meaning_of(words: Iterable[str], place: str, catalogue: Catalogue) -> Meaning:
    """Return what a title and categories (``words``) and a place say."""
    location = _location(place, catalogue)
    named = frozenset(
        kind.id for text in words for kind in _session_types(text, catalogue.session_type_named)
    )
    return Meaning(
        named, location.key if location else None, bool(place.strip()) and location is None
    )


def _session_types(text: str, named: dict[str, SessionType]) -> list[SessionType]:
    """Return the session types that a text names, as a whole, in a list, or among its words."""
    found: list[SessionType] = []
    for part in (text, *_LISTED.split(text)):
        whole = named.get(fold(part.strip().strip(_AROUND)))
        if whole is not None:
            found.append(whole)
            continue
        words = (named.get(fold(word.strip(_AROUND))) for word in part.split())
        found += [kind for kind in words if kind is not None]
    return found


def _location(text: str, catalogue: Catalogue) -> Location | None:
    """Return the location, or that of the room, by key or name; an address may follow it."""
    rooms = {fold(word): room for room in catalogue.rooms for word in (room.key, room.name)}
    named = {word: catalogue.location[room.location] for word, room in rooms.items()}
    named |= {
        fold(word): place for place in catalogue.locations for word in (place.key, place.name)
    }
    candidates = (text, *re.split(r"[\n/]", text)[:1], text.partition(",")[0])
    found = (named.get(fold(one)) for one in candidates)
    return next((place for place in found if place is not None), None)
