"""Consent at Google and what it gives: OAuth 2.0 with PKCE (RFC 6749, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from server.google_sync.http.calls import Busy, CallFailed, NotSignedIn, Refused, Uncertain
from server.google_sync.http.failures import retry_after
from server.google_sync.http.wire import Outgoing, Reply, Wire
from server.usecases.google_titles import TITLES_SCOPE
from server.usecases.ports import Clock

_ROOT: Final = "https://www.googleapis.com/auth/"
OPENID: Final = "openid"
MANAGED: Final = f"{_ROOT}calendar.app.created"
WATCHED: Final = f"{_ROOT}calendar.events.freebusy"
NAMES: Final = f"{_ROOT}calendar.calendarlist.readonly"
TITLES: Final = TITLES_SCOPE
NEEDED: Final = (OPENID, MANAGED, WATCHED)
"""The least that is asked for: who it is, a calendar of our own, when the others are busy."""
OPTIONAL: Final[Mapping[str, str]] = {"names": NAMES, "titles": TITLES}
"""What is asked for only where somebody wants it: names of calendars, titles of own events."""

_VERIFIER_BYTES: Final = 48
_WORD: Final = re.compile(r"[a-z_]{1,40}")
_USUAL_LIFE: Final = 3600
_AFTER_REFRESH: Final = frozenset({"invalid_grant"})


@dataclass(frozen=True, slots=True)
class Project:
    """The practice's own project at Google, and where Google is."""

    client_id: str
    client_secret: str = field(repr=False)
    auth_url: str
    token_url: str
    revoke_url: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody is sent to Google with."""

    state: str
    verifier: str = field(repr=False)
    redirect: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Granted:
    """What Google granted; ``until`` is UTC. ``refresh`` is "" where it stays the same.

    ``subject`` is who consented, "" where Google does not say.
    """

    access: str = field(repr=False)
    until: datetime
    refresh: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ()
    subject: str = field(default="", repr=False)


def new_verifier() -> str:
    """Return a new PKCE verifier (RFC 7636 4.1)."""
    return secrets.token_urlsafe(_VERIFIER_BYTES)


def consent_address(project: Project, consent: Consent) -> str:
    """Return the address at which consent is asked for.

    ``prompt=consent`` because a refresh token is only given with a new consent, and
    ``select_account`` because a browser may be signed in as somebody else.
    """
    said = {
        "client_id": project.client_id,
        "redirect_uri": consent.redirect,
        "response_type": "code",
        "scope": " ".join(consent.scopes),
        "state": consent.state,
        "code_challenge": _challenge(consent.verifier),
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent select_account",
    }
    return f"{project.auth_url}?{urlencode(said)}"


class OAuth:
    """Asks the token endpoint; every method is one request."""

    def __init__(self, project: Project, wire: Wire, clock: Clock) -> None:
        self.project = project
        self._wire = wire
        self._clock = clock

    def exchange(self, code: str, consent: Consent) -> Granted:
        """Return what a code is good for; raises CallFailed, Refused for one that is none."""
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": consent.verifier,
            "redirect_uri": consent.redirect,
        }
        try:
            return self._granted(said)
        except NotSignedIn as error:
            raise Refused(error.reason, error.status) from error

    def refresh(self, refresh_token: str) -> Granted:
        """Return a new access token; raises NotSignedIn where the grant is gone."""
        return self._granted({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def revoke(self, token: str) -> None:
        """End the whole grant that a token belongs to; one that is gone already is done."""
        reply = self._wire.send(_form(self.project.revoke_url, {"token": token}))
        if reply.status not in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}:
            raise self._failure(reply)

    def _granted(self, said: Mapping[str, str]) -> Granted:
        login = {
            "client_id": self.project.client_id,
            "client_secret": self.project.client_secret,
        }
        asked_at = self._clock.now()
        reply = self._wire.send(_form(self.project.token_url, {**said, **login}))
        if reply.status != HTTPStatus.OK:
            raise self._failure(reply)
        content = _content(reply)
        if not isinstance(content.get("access_token"), str):
            raise Uncertain("unreadable", reply.status)
        return Granted(
            access=content["access_token"],
            until=asked_at + timedelta(seconds=int(content.get("expires_in", _USUAL_LIFE))),
            refresh=str(content.get("refresh_token", "")),
            scopes=tuple(str(content.get("scope", "")).split()),
            subject=self._subject(str(content.get("id_token", ""))),
        )

    def _subject(self, id_token: str) -> str:
        """Return who an ID token is about.

        It comes from the token endpoint itself, over TLS: that takes the place of checking its
        signature (OpenID Connect Core 3.1.3.7, 6).
        """
        parts = id_token.split(".")
        try:
            padded = parts[1] + "=" * (-len(parts[1]) % 4)
            claims: Any = json.loads(base64.urlsafe_b64decode(padded))
            audience, subject = claims["aud"], claims["sub"]
        except (IndexError, ValueError, KeyError, TypeError):
            return ""
        return str(subject) if audience == self.project.client_id else ""

    def _failure(self, reply: Reply) -> CallFailed:
        content = _content(reply)
        said = content.get("error")
        reason = said if isinstance(said, str) and _WORD.fullmatch(said) else "token endpoint"
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            return Busy(reason, reply.status, retry_after(reply.headers, self._clock.now()))
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Uncertain(reason, reply.status)
        if reason in _AFTER_REFRESH:
            return NotSignedIn(reason, reply.status)
        return Refused(reason, reply.status)


def _challenge(verifier: str) -> str:
    """Return the challenge of a verifier, method S256 (RFC 7636 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _form(url: str, said: Mapping[str, str]) -> Outgoing:
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return Outgoing("POST", url, urlencode(said).encode(), headers)


def _content(reply: Reply) -> Mapping[str, Any]:
    try:
        said: Any = json.loads(reply.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
