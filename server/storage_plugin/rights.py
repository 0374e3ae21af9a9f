"""Who may do what with which path, as Radicale asks it."""

from __future__ import annotations

from radicale import config, rights
from typing_extensions import override

from server.domain.calendars import BOXES
from server.domain.vocabulary import CalendarKind
from server.storage_plugin.house import House, house_for
from server.storage_plugin.paths import Target
from server.usecases.viewers import may_write

_NO_OVERWRITE = "o"
_NO_DELETE = "d"


class Rights(rights.BaseRights):
    """Everybody reads the own home; its calendars are own ones and those that are shared."""

    def __init__(self, configuration: config.Configuration, house: House | None = None) -> None:
        super().__init__(configuration)
        self.house = house or house_for(configuration)

    @override
    def authorization(self, user: str, user_groups: set[str], path: str) -> str:
        """Return Radicale's letters: RW for homes, rw for calendars, od against whole ones."""
        segments = [part for part in path.split("/") if part]
        if not user:
            return ""
        if not segments:
            return "R"
        if segments[0] != user:
            return ""
        if len(segments) == 1:
            return "R" if self._reads_only() else "RW"
        return self._inside(user, segments[1])

    def _inside(self, user: str, slug: str) -> str:
        if slug in BOXES:
            return "r"
        letters = _letters(self.house.target(user, slug))
        return letters.replace("w", "") if self._reads_only() else letters

    def _reads_only(self) -> bool:
        signed_in = self.house.served.signed_in
        return signed_in is not None and signed_in.password.read_only


def _letters(target: Target | None) -> str:
    """Return the letters for a calendar; where there is none yet, one may be made."""
    if target is None:
        return "rw" + _NO_OVERWRITE
    permanent = target.calendar.kind is not CalendarKind.PERSONAL
    letters = "rw" if may_write(target.viewer, target.calendar) else "r"
    return letters + _NO_OVERWRITE + (_NO_DELETE if permanent else "")
