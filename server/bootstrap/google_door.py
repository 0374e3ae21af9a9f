"""The web's way to connect Google accounts; what it needs is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.bootstrap import clock
from server.domain.google import GoogleLink, OutwardLevel
from server.settings import Settings
from server.usecases.google_links import ConnectWanted, Levels
from server.usecases.ports import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class LoadedLater:
    """Implements server.web.google_door.GoogleDoor."""

    settings: Settings
    database: Database

    @property
    def levels(self) -> Levels:
        return Levels(OutwardLevel(self.settings.google.level))

    def begin(self, uow: UnitOfWork, wanted: ConnectWanted) -> str:
        from server.bootstrap.google import terms_of  # noqa: PLC0415 - as said above
        from server.google_sync.links import connect  # noqa: PLC0415
        from server.practice_db.key_file import read_keys  # noqa: PLC0415
        from server.practice_db.sealing import Sealing  # noqa: PLC0415

        terms = terms_of(self.settings)
        if not terms.redirect:
            raise connect.NoWayBack
        sealing = Sealing(read_keys(self.settings.key_file), uow.practice.id)
        counter = connect.Counter(terms, sealing, clock())
        return connect.begin(uow, counter, wanted, terms.redirect)

    def finish(self, answer: Mapping[str, str]) -> GoogleLink:
        from server.bootstrap.google import google_office  # noqa: PLC0415 - as said above
        from server.google_sync.links import connect  # noqa: PLC0415

        with google_office(self.settings, self.database) as office:
            return connect.finish(office, answer)
