"""The consent of a run: asked for by itself, kept in memory, gone with it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from server.google_sync.http.calls import NotSignedIn, Refused
from server.google_sync.links.oauth import Consent, Granted, OAuth, new_verifier
from server.usecases.ports import Clock

CREATED: Final = "https://www.googleapis.com/auth/calendar.app.created"
BUSY_TIMES: Final = "https://www.googleapis.com/auth/calendar.freebusy"
WANTED: Final = (CREATED, BUSY_TIMES)
"""The least that the checks need: a calendar of their own, and when it is busy."""
_BEFORE_THE_END: Final = timedelta(seconds=225)
_STATE_BYTES: Final = 32


def new_consent(redirect: str) -> Consent:
    """Return what somebody is sent to Google with; nothing of it is stored."""
    return Consent(secrets.token_urlsafe(_STATE_BYTES), new_verifier(), redirect, WANTED)


@dataclass(slots=True)
class Signed:
    """Implements server.google_sync.http.transport.AccessTokens with what was granted."""

    oauth: OAuth = field(repr=False)
    clock: Clock
    granted: Granted = field(repr=False)
    refresh_token: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.refresh_token = self.granted.refresh

    @property
    def scopes(self) -> tuple[str, ...]:
        """What was granted, as Google said it."""
        return self.granted.scopes

    def current(self) -> str:
        if self.granted.until - self.clock.now() > _BEFORE_THE_END:
            return self.granted.access
        return self.renewed(self.granted.access)

    def renewed(self, rejected: str) -> str:
        if rejected == self.granted.access:
            self.refresh()
        return self.granted.access

    def refresh(self) -> Granted:
        """Ask for another access token, and return what came; raises CallFailed."""
        if not self.refresh_token:
            raise NotSignedIn("no refresh token")
        came = self.oauth.refresh(self.refresh_token)
        scopes = came.scopes or self.granted.scopes
        self.granted = Granted(came.access, came.until, scopes=scopes)
        self.refresh_token = came.refresh or self.refresh_token
        return came

    def revoke(self) -> None:
        """End the consent; raises CallFailed."""
        self.oauth.revoke(self.refresh_token or self.granted.access)


def signed(oauth: OAuth, clock: Clock, consent: Consent, answer: Mapping[str, str]) -> Signed:
    """Return the consent that a browser brings back as ``code``; raises CallFailed.

    Refused where it was declined, or leaves out what no check can do without.
    """
    if not answer.get("code"):
        raise Refused("consent declined")
    granted = oauth.exchange(answer["code"], consent)
    if granted.scopes and CREATED not in granted.scopes:
        raise Refused("no calendar may be made")
    return Signed(oauth, clock, granted)
