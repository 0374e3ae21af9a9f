"""Opening the titles of watched events with the key file, for who may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from server.domain.errors import PracticeError
from server.domain.ids import AppointmentId, GoogleLinkId, PracticeId
from server.domain.when import RecurrenceKey
from server.usecases.ports.google_titles import SealedTitle

if TYPE_CHECKING:
    from server.practice_db.sealing import Sealing, TitleSealing


@dataclass(frozen=True, slots=True)
class KeyFileTitles:
    """Implements server.usecases.ports.TitleOpener.

    The file is read each time: it may be put back, or get a new key, while the server runs.
    """

    key_file: Path

    def opened(
        self, practice: PracticeId, kept: Iterable[SealedTitle]
    ) -> Mapping[AppointmentId, Mapping[RecurrenceKey, str]]:
        from server.practice_db.key_file import NoKey, read_keys  # noqa: PLC0415 - few have it
        from server.practice_db.sealing import Sealing  # noqa: PLC0415 - loads long

        rows = list(kept)
        if not rows:
            return {}
        try:
            sealing = Sealing(read_keys(self.key_file), practice)
        except NoKey:
            return {}
        found: dict[AppointmentId, dict[RecurrenceKey, str]] = {}
        links: dict[GoogleLinkId, TitleSealing | None] = {}
        for one in rows:
            if one.link not in links:
                links[one.link] = _of_link(sealing, one)
            title = _opened(links[one.link], one)
            if title:
                found.setdefault(one.appointment, {})[one.key] = title
        return found


def _of_link(sealing: Sealing, one: SealedTitle) -> TitleSealing | None:
    from server.practice_db.sealing import Purpose, TitleSealing  # noqa: PLC0415 - as above

    try:
        key = bytes.fromhex(sealing.open(one.sealed_key, one.link, Purpose.LINK_KEY))
    except (PracticeError, ValueError):
        return None
    return TitleSealing(key, sealing.practice, one.link)


def _opened(sealing: TitleSealing | None, one: SealedTitle) -> str:
    """Return a title, "" where it does not open: then it is as if none was kept."""
    if sealing is None:
        return ""
    try:
        return sealing.open(one.sealed, one.calendar, one.event)
    except PracticeError:
        return ""
