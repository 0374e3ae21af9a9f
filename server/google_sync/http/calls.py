"""What is asked of Google Calendar, and how each answer that is no success is told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = Mapping[str, Any]
"""An object as Google writes it; never logged, never kept whole."""


class CallFailed(Exception):
    """A call that did not succeed; the text is a status and a reason, nothing of anybody's.

    ``status`` is 0 where there was no answer; the text leaves it out then.
    """

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(f"{status or ''} {reason}".strip())
        self.reason = reason
        self.status = status


class Uncertain(CallFailed):
    """No answer, or one of the server's own failures: a write may have happened."""


class Busy(CallFailed):
    """Too many calls (403 rate reasons, 429); to be tried again after a while."""

    def __init__(
        self, reason: str, status: int = 0, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(reason, status)
        self.retry_after = retry_after


class QuotaExceeded(CallFailed):
    """The user's calendar takes no more writes for hours (403 quotaExceeded)."""


class NotSignedIn(CallFailed):
    """The grant is gone: 401 after a fresh token, or invalid_grant."""


class Refused(CallFailed):
    """A request that will never succeed as it is (other 400 and 403)."""


class Missing(CallFailed):
    """There is no such calendar or event, or it cannot be seen (404)."""


class Duplicate(CallFailed):
    """An event of this id is there, or was (409)."""


class Changed(CallFailed):
    """The event is no longer as it was read (412)."""


class Deleted(CallFailed):
    """The event is deleted already (410 on an event)."""


class TokenInvalid(CallFailed):
    """The sync token is no longer good (410, or 400 about the token): read all anew."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; exactly one of the tokens is set."""

    items: Sequence[Json]
    next_page: str = ""
    next_sync: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class ListWanted:
    """What of a calendar is read: all, what changed since a token, or the page after one."""

    calendar: str
    sync_token: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class WatchWanted:
    """A push channel that is asked for; ``lives`` is how long at most."""

    calendar: str
    channel: str
    token: str
    address: str
    lives: timedelta


@dataclass(frozen=True, slots=True)
class Watching:
    """A push channel as Google made it (expiry in UTC)."""

    resource: str
    expires_at: datetime


class Calls(Protocol):
    """Google Calendar for one link. Every method is one request, never sent twice by itself.

    All raise CallFailed by kind. None may be called inside a database transaction.
    """

    def list_events(self, wanted: ListWanted) -> Page:
        """Read a page with the fixed parameters; raises TokenInvalid among others."""
        ...

    def fingerprint(self) -> str:
        """Return what the fixed parameters of a list are, as a short text."""
        ...

    def get_event(self, calendar: str, event: str) -> Json: ...
    def insert_event(self, calendar: str, body: Json) -> Json: ...
    def patch_event(
        self, calendar: str, event: str, body: Json, etag: str, *, tell_guests: bool = False
    ) -> Json: ...
    def delete_event(
        self, calendar: str, event: str, etag: str, *, tell_guests: bool = False
    ) -> None: ...
    def instances(
        self, calendar: str, event: str, original_start: str = "", page: str = ""
    ) -> Page: ...
    def get_calendar(self, calendar: str) -> Json: ...
    def insert_calendar(self, body: Json) -> Json: ...
    def delete_calendar(self, calendar: str) -> None: ...
    def busy(
        self, calendars: Sequence[str], start: datetime, end: datetime
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]] | None]:
        """Return when each calendar is busy (UTC); None where Google cannot tell."""
        ...

    def watch(self, wanted: WatchWanted) -> Watching: ...
    def stop_channel(self, channel: str, resource: str) -> None: ...
