"""On which condition an object may be changed (RFC 9110 13.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from server.domain.calendars import StoredObject
from server.domain.errors import PreconditionFailed

_REVISION = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Tags:
    """The entity tags of a condition; ``anything`` stands for ``*``."""

    listed: tuple[str, ...] = ()
    anything: bool = False

    def name(self, stored: StoredObject | None) -> bool:
        """Whether they name an object as it is now, whoever was served it."""
        if stored is None:
            return False
        return self.anything or stored.revision in map(stored_revision, self.listed)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold of an object; None leaves a condition out.

    ``names_state`` says that they hold for one state of the object only: the text of that
    state is what the app has seen (M1).
    """

    match: Tags | None = None
    none_match: Tags | None = None
    unchanged_since: datetime | None = None
    names_state: bool = False

    @classmethod
    def matching(cls, etag: str) -> Conditions:
        """Return the condition that an object is as it was under an entity tag."""
        return cls(match=Tags((etag,)), names_state=True)

    def check(self, stored: StoredObject | None) -> None:
        """Raise PreconditionFailed if one does not hold; in the order of RFC 9110 13.2.2."""
        if self.match is not None:
            if not self.match.name(stored):
                raise PreconditionFailed("The object is not there, or has changed.")
        elif _is_newer(stored, self.unchanged_since):
            raise PreconditionFailed("The object has changed since then.")
        if self.none_match is not None and self.none_match.name(stored):
            raise PreconditionFailed("The object exists already.")


UNCONDITIONAL = Conditions()


def stored_revision(etag: str) -> int | None:
    """Return the revision that an entity tag of ours names, whoever was served it.

    Ours are all strong. A weak one was made so by a proxy that packs what it passes on, and
    names the revision as exactly as before.
    """
    digits = etag.strip().removeprefix("W/").strip('"').split("-")[0]
    return int(digits) if _REVISION.fullmatch(digits) else None


def _is_newer(stored: StoredObject | None, since: datetime | None) -> bool:
    """Whether an object was changed after an instant, which HTTP gives in whole seconds."""
    if stored is None or since is None:
        return False
    return stored.modified_at.replace(microsecond=0) > since
