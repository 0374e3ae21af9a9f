"""What an app sent, by whom, and what it is taken to have seen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.domain.practice import User
from server.ics import quirks
from server.ics.event import CalendarObject

_REVISION = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Sent:
    """An object as sent, by whom and with which app; ``by_condition`` tells of an If-Match."""

    object: CalendarObject
    viewer: User
    agent: str
    by_condition: bool
    seen: int | None = None

    @property
    def family(self) -> str:
        """The family of the app."""
        return quirks.family_of(self.object.product, self.agent)

    @property
    def named(self) -> int | None:
        """The revision that the body names: what was served, and is now sent back changed."""
        for event in self.object.events:
            revision = event.practice.get("REV", "")
            if _REVISION.fullmatch(revision):
                return int(revision)
        return None

    @property
    def revision(self) -> int | None:
        """The revision that the body names, else the one that the device was last served."""
        named = self.named
        return self.seen if named is None else named
