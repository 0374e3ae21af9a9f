"""Whom a calendar user address means: by mail, or a principal's path (RFC 6638 2.4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from server.caldav.destination import path_of
from server.domain.ids import UserName
from server.storage_plugin.paths import segments_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.caldav.request import Request
    from server.domain.practice import User

_MAIL: Final = "mailto:"
_OF_PATHS: Final = frozenset({"", "http", "https"})


def users_at(request: Request, address: str) -> list[User]:
    """Return the users of the practice with this address, without those who are kept out.

    Two logins may share an address: they are taken for one person.
    """
    mail = _mail_of(address)
    name = None if mail else _name_of(request, address)
    with request.house.transaction(writes=False) as uow:
        users: Iterable[User] = uow.catalogue.user.values()
    return [
        user
        for user in users
        if not user.disabled and (user.email.casefold() == mail if mail else user.name == name)
    ]


def _mail_of(address: str) -> str:
    """Return a mail address without its scheme and its headers, "" for any other address."""
    text = address.strip()
    if text[: len(_MAIL)].lower() == _MAIL:
        return unquote(text[len(_MAIL) :].partition("?")[0]).strip().casefold()
    # Some apps leave the scheme out.
    return text.casefold() if "@" in text and not {"/", ":"} & set(text) else ""


def _name_of(request: Request, address: str) -> UserName | None:
    """Return the user name in the path of a principal, None for what is none."""
    try:
        scheme = urlsplit(address.strip()).scheme
    except ValueError:
        return None
    path = path_of(request, address) if scheme in _OF_PATHS else None
    segments = segments_of(path or "")
    return UserName(segments[0]) if len(segments) == 1 else None
