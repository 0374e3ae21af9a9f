"""The tokens of one link: opened when they are needed, stored before they are used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from server.domain.google import GoogleLink
from server.domain.ids import GoogleLinkId
from server.google_sync.http.calls import NotSignedIn
from server.google_sync.links.accounts import with_account
from server.google_sync.links.oauth import Granted
from server.google_sync.links.office import Office
from server.google_sync.links.syncing import Lease, LeaseLost, LinkGone
from server.practice_db.sealing import Purpose

_BEFORE_THE_END: Final = timedelta(seconds=225)
"""A token that ends sooner is replaced: an answer may take a while."""


class TokenKeeper:
    """Implements server.google_sync.transport.AccessTokens for who holds a link."""

    def __init__(self, office: Office, link: GoogleLinkId, lease: Lease) -> None:
        self._office = office
        self._link = link
        self._lease = lease
        self._access = ""
        self._until: datetime | None = None

    def current(self) -> str:
        if self._until is None:
            self._read()
        if self._until is not None and self._lasts(self._until):
            return self._access
        return self._replaced()

    def renewed(self, rejected: str) -> str:
        if rejected != self._access:
            return self.current()
        return self._replaced()

    def _lasts(self, until: datetime) -> bool:
        return bool(self._access) and until - self._office.clock.now() > _BEFORE_THE_END

    def _read(self) -> None:
        link = self._stored()
        self._access = self._office.sealing.open(link.sealed_access, link.id, Purpose.ACCESS)
        self._until = link.access_until

    def _stored(self) -> GoogleLink:
        with self._office.database.reading() as uow:
            link = uow.google.links.link(self._link)
        if link is None:
            raise LinkGone
        return link

    def _replaced(self) -> str:
        link = self._stored()
        refresh = self._office.sealing.open(link.sealed_refresh, link.id, Purpose.REFRESH)
        if not refresh:
            raise NotSignedIn("no refresh token")
        granted = self._office.oauth.refresh(refresh)
        self._store(granted)
        self._access, self._until = granted.access, granted.until
        return self._access

    def _store(self, granted: Granted) -> None:
        """Store new tokens before their first use; raises LeaseLost."""
        with self._office.database.writing() as uow:
            if not uow.google.links.is_held(self._link, self._lease.holder, self._lease.fence):
                raise LeaseLost
            link = uow.google.links.locked(self._link)
            if link is None:
                raise LinkGone
            link = with_account(uow, self._office.sealing, link, granted.subject)
            uow.google.links.save_link(with_tokens(self._office, link, granted))


def with_tokens(office: Office, link: GoogleLink, granted: Granted) -> GoogleLink:
    """Return a link with what was granted; a refresh token that stays the same is not told."""
    seal = office.sealing.seal
    known = replace(
        link,
        sealed_access=seal(granted.access, link.id, Purpose.ACCESS),
        access_until=granted.until,
        scopes=granted.scopes or link.scopes,
    )
    if not granted.refresh:
        return known
    return replace(known, sealed_refresh=seal(granted.refresh, link.id, Purpose.REFRESH))


def without_tokens(link: GoogleLink) -> GoogleLink:
    """Return a link that can ask nothing of Google any more."""
    return replace(link, sealed_access="", sealed_refresh="", access_until=None, scopes=())
