"""What the web needs of Google beyond the database; it is loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from server.domain.google import GoogleLink
from server.usecases.google_links import ConnectWanted, Levels
from server.usecases.ports import UnitOfWork


class GoogleDoor(Protocol):
    """The way to connect an account, as the settings say it."""

    @property
    def levels(self) -> Levels:
        """How much Google may be told at most."""
        ...

    def begin(self, uow: UnitOfWork, wanted: ConnectWanted) -> str:
        """Return the address at which consent is asked for; raises PracticeError."""
        ...

    def finish(self, answer: Mapping[str, str]) -> GoogleLink:
        """Store what Google granted, outside of any transaction; raises PracticeError."""
        ...
