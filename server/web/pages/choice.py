"""What a visitor has chosen so far; it travels in the address, where nothing personal is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from urllib.parse import urlencode

from typing_extensions import override

from server.domain.ids import LocationKey, UserName
from server.usecases.free_slots import Slot

ANYBODY: Final = "~"
"""Stands in the place of a practitioner; nobody can be called so."""
_AT: Final = re.compile(r"(\d{8}T\d{6}Z)~([a-z0-9._-]{1,40})")
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_YEARS: Final = range(1900, 3000)
"""Beyond them a moment soon has no neighbours, or no date in another zone."""


class Start(NamedTuple):
    """When (UTC) and where something begins."""

    at: datetime
    location: LocationKey

    @classmethod
    def of(cls, slot: Slot) -> Start:
        """Return the start of a slot."""
        return cls(slot.start, slot.location)

    @classmethod
    def read(cls, text: str) -> Start | None:
        """Return a start as it is written, None for anything else."""
        found = _AT.fullmatch(text)
        if found is None:
            return None
        try:
            at = datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(at, LocationKey(found[2])) if at.year in _YEARS else None

    @override
    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).strftime(_STAMP)}~{self.location}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What an address says; "" and None where it says nothing, or nothing that can be read.

    ``month`` is the first day of one.
    """

    session: str = ""
    person: str = ""
    month: date | None = None
    day: date | None = None
    start: Start | None = None
    zone: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> Choice:
        """Return what a query or a form says."""
        month = _day(f"{said.get('month', '')}-01")
        return cls(
            said.get("session", ""),
            said.get("with", ""),
            month,
            _day(said.get("day", "")),
            Start.read(said.get("start", "")),
            said.get("tz", ""),
        )

    @property
    def practitioner(self) -> UserName | None:
        """With whom, None for anybody."""
        return UserName(self.person) if self.person not in ("", ANYBODY) else None

    def said(self) -> dict[str, str]:
        """Return what can be read again."""
        words = {
            "session": self.session,
            "with": self.person,
            "month": self.month.isoformat()[:7] if self.month else "",
            "day": self.day.isoformat() if self.day else "",
            "start": str(self.start) if self.start else "",
            "tz": self.zone,
        }
        return {name: value for name, value in words.items() if value}

    def at(self, address: str) -> str:
        """Return an address that says all this."""
        words = urlencode(self.said(), safe="~")
        return f"{address}?{words}" if words else address

    def on(self, day: date) -> Choice:
        """Return the choice of a day."""
        return replace(self, month=None, day=day, start=None)

    def of_month(self, month: date) -> Choice:
        """Return the choice of a month."""
        return replace(self, month=month, day=None, start=None)

    def starting(self, start: Start) -> Choice:
        """Return the choice of a time."""
        return replace(self, month=None, day=None, start=start)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
