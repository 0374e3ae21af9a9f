"""Who may do what with which path, as Radicale asks it."""

from __future__ import annotations

from radicale import config, pathutils, rights
from typing_extensions import override

from server.domain.ids import UserName
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind, Role
from server.storage_plugin.house import House, house_for
from server.usecases.ports import UnitOfWork

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
        segments = [part for part in pathutils.strip_path(path).split("/") if part]
        if not user:
            return ""
        if not segments:
            return "R"
        if segments[0] != user:
            return ""
        if len(segments) == 1:
            return "R" if self._reads_only() else "RW"
        with self.house.transaction(writes=False) as uow:
            letters = _letters(uow, UserName(user), segments[1])
        return letters.replace("w", "") if self._reads_only() else letters

    def _reads_only(self) -> bool:
        signed_in = self.house.served.signed_in
        return signed_in is not None and signed_in.password.read_only


def _letters(uow: UnitOfWork, user: UserName, slug: str) -> str:
    calendar = uow.calendars.get(user, slug)
    viewer = uow.catalogue.user.get(user)
    if calendar is not None:
        permanent = calendar.kind is CalendarKind.APPOINTMENTS
        return "rw" + _NO_OVERWRITE + (_NO_DELETE if permanent else "")
    if is_colleague(uow, user, slug):
        return "r" + ("w" if writes_for_others(viewer) else "") + _NO_OVERWRITE + _NO_DELETE
    return "rw" + _NO_OVERWRITE


def is_colleague(uow: UnitOfWork, user: UserName, slug: str) -> bool:
    """Whether the name is that of somebody else who has a calendar of appointments."""
    if slug == user or UserName(slug) not in uow.catalogue.user:
        return False
    return any(
        calendar.kind is CalendarKind.APPOINTMENTS
        for calendar in uow.calendars.of_owner(UserName(slug))
    )


def writes_for_others(viewer: User | None) -> bool:
    """Whether a user books for everybody."""
    return viewer is not None and viewer.role in (Role.FRONT_DESK, Role.ADMIN)
