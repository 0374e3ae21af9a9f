"""Checks of consent: what was granted, what is not, and how it ends."""

from __future__ import annotations

from typing import Final

from server.google_sync.conformance.bench import Bench
from server.google_sync.conformance.checks import Check, Needs
from server.google_sync.conformance.signed import CREATED, WANTED
from server.google_sync.http.calls import NotSignedIn, Refused

_TRIES: Final = 5


def _scopes(bench: Bench) -> str:
    told = set(bench.signed.scopes)
    if not told:
        return "not told"
    return "told" if CREATED in told and told <= set(WANTED) else "more, or others"


def _not_granted(bench: Bench) -> str:
    return bench.ask("acl.list", calendarId=bench.calendar).told


def _refreshed(bench: Bench) -> str:
    before = bench.signed.current()
    came = bench.signed.refresh()
    return "another" if came.access != before else "the same"


def _rotated(bench: Bench) -> str:
    before = bench.signed.refresh_token
    came = bench.signed.refresh()
    return "another" if came.refresh not in {"", before} else "stays"


def _invented(bench: Bench) -> str:
    try:
        bench.signed.oauth.refresh("1//a-token-that-is-none")
    except (NotSignedIn, Refused) as failure:
        return str(failure)
    return "taken"


def _revoked(bench: Bench) -> str:
    """End the consent, and see it ended: that may take Google a moment."""
    bench.signed.revoke()
    for _ in range(_TRIES):
        try:
            bench.signed.oauth.refresh(bench.signed.refresh_token)
        except (NotSignedIn, Refused) as failure:
            return str(failure)
        bench.pace.pause(bench.pace.patience)
    return "still good"


CHECKS: Final = (
    Check("A10.1", "Google says what was granted.", _scopes, ("told",)),
    Check(
        "A10.2",
        "What was not granted is refused.",
        _not_granted,
        ("403 insufficientPermissions",),
    ),
    Check("A10.3", "A refresh gives another access token.", _refreshed, ("another",)),
    Check(
        "A10.4",
        "It leaves the refresh token as it is, or gives another.",
        _rotated,
        ("stays", "another"),
    ),
    Check(
        "A10.5", "A refresh token that is none is refused.", _invented, ("400 invalid_grant",)
    ),
)
AFTERWARDS: Final = (
    Check(
        "A10.6",
        "What was revoked is not refreshed any more.",
        _revoked,
        ("400 invalid_grant",),
        Needs.REVOKING,
    ),
)
