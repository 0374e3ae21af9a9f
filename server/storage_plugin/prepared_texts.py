"""Stored texts as they stand in answers: those read last, kept in this process.

A text belongs to one revision of an object and never changes, so that nothing has to be told of
a change. They are as much health data as the database is, and stay in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from server.domain.ids import CalendarId

Key = tuple[CalendarId, str, int]
"""Calendar, href and revision."""

_CHARACTERS_AT_MOST = 24_000_000


@dataclass(slots=True)
class PreparedTexts:
    """Texts by what they belong to; those that came first go first."""

    characters_at_most: int = _CHARACTERS_AT_MOST
    _texts: dict[Key, str] = field(default_factory=dict)
    _characters: int = 0
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: Key) -> str | None:
        """Return a text, None where it is not known."""
        return self._texts.get(key)

    def keep(self, texts: Iterable[tuple[Key, str]]) -> None:
        """Keep texts, and let go of older ones where they would be too many."""
        with self._lock:
            for key, text in texts:
                if key not in self._texts:
                    self._texts[key] = text
                    self._characters += len(text)
            while self._characters > self.characters_at_most:
                self._characters -= len(self._texts.pop(next(iter(self._texts))))
