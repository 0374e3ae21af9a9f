"""What an answer that is no success means; of Google's words only the reason is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from server.google_sync.http.calls import (
    Busy,
    CallFailed,
    Changed,
    Deleted,
    Duplicate,
    Missing,
    NotSignedIn,
    QuotaExceeded,
    Refused,
    TokenInvalid,
    Uncertain,
)

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}")
_TOO_MANY: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_SPENT: Final = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_LONGEST_WAIT: Final = timedelta(days=1)


def failure_of(
    status: int,
    body: bytes,
    headers: Mapping[str, str],
    now: datetime,
    *,
    continues: bool = False,
) -> CallFailed:
    """Return the failure that an answer stands for.

    ``continues``: it was asked with a sync or page token. ``now`` is UTC.
    """
    reason, location = reason_of(body)
    told = f"{reason} {location}".strip() or "no reason given"
    if continues and status in {HTTPStatus.BAD_REQUEST, HTTPStatus.GONE}:
        return TokenInvalid(told, status)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.FORBIDDEN and reason in _TOO_MANY
    ):
        return Busy(told, status, retry_after(headers, now))
    if status == HTTPStatus.FORBIDDEN and reason in _SPENT:
        return QuotaExceeded(told, status)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return Uncertain(told, status)
    return _OTHERS.get(status, Refused)(told, status)


_OTHERS: Final[Mapping[int, type[CallFailed]]] = {
    HTTPStatus.UNAUTHORIZED: NotSignedIn,
    HTTPStatus.NOT_FOUND: Missing,
    HTTPStatus.CONFLICT: Duplicate,
    HTTPStatus.GONE: Deleted,
    HTTPStatus.PRECONDITION_FAILED: Changed,
}


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the server asks to be left alone (RFC 9110 10.2.3), a day at most."""
    said = next((v for k, v in headers.items() if k.lower() == "retry-after"), "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=min(int(said), 10**6)), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), _LONGEST_WAIT)


def reason_of(body: bytes) -> tuple[str, str]:
    """Return the reason and the location of an error, single words both, "" where none."""
    try:
        said: Any = json.loads(body)
        error = said["error"]
        first = (error.get("errors") or [{}])[0]
        return _word(first.get("reason") or error.get("status")), _word(first.get("location"))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return "", ""


def _word(said: object) -> str:
    return said if isinstance(said, str) and _WORD.fullmatch(said) else ""
