"""Devices that keep a copy of a calendar by sync tokens, as calendar apps do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.system.phone import DAV, Phone


@dataclass
class MovingClock:
    """A clock that goes on only when a test says so."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@dataclass
class Device:
    """A copy of one calendar: entity tags and texts by name, as of the last sync."""

    phone: Phone
    path: str
    token: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def sync(self) -> None:
        """Take over what changed since the last time; fetch what is new."""
        synced = self.phone.sync(self.path, self.token)
        assert synced.answer.status == 207, synced.answer.text
        for name in synced.gone:
            self.tags.pop(name, None)
            self.texts.pop(name, None)
        for name, tag in synced.there.items():
            got = self.phone.get(f"{self.path}{name}")
            assert (got.status, got.etag) == (200, tag)
            self.tags[name], self.texts[name] = tag, got.text
        self.token = synced.token

    def agrees(self) -> None:
        """See that the copy is what the server has: same names, tags and texts."""
        assert self.tags == listing(self.phone, self.path)
        for name, text in self.texts.items():
            assert self.phone.get(f"{self.path}{name}").text == text


@dataclass(frozen=True)
class Moment:
    """What a calendar held when a sync token was given out."""

    path: str
    token: str
    tags: dict[str, str]

    def replay(self, phone: Phone) -> dict[str, str]:
        """Return what the change log makes of it."""
        synced = phone.sync(self.path, self.token)
        assert synced.answer.status == 207, synced.answer.text
        assert not synced.gone & set(synced.there)
        kept = {name: tag for name, tag in self.tags.items() if name not in synced.gone}
        return kept | synced.there


def listing(phone: Phone, path: str) -> dict[str, str]:
    """Return the entity tags of what is in a calendar, by name."""
    listed = phone.propfind(path, "D:getetag", depth=1)
    tags = {href: listed.property_of(href, f"{DAV}getetag") for href in listed.responses}
    return {
        href.removeprefix(path): tag.text or ""
        for href, tag in tags.items()
        if href != path and tag is not None
    }


def moment(phone: Phone, path: str) -> Moment:
    """Return what a calendar holds now, with its token."""
    return Moment(path, phone.sync(path).token, listing(phone, path))
