"""What changed in a calendar since a token, all at once or step by step (RFC 6578).

A token names the revision up to which an app has been told. While an app that knew nothing is
told in steps, its tokens also name the revision at which the first step was made: what was
removed before that is nothing to it, and what was removed since is still in the log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.domain.errors import Invalid
from server.usecases.read_calendar import Reading, sync_token

_TOKEN: Final = re.compile(
    r"(?P<prefix>urn:x-praxical:sync:[^:]+:[^:]+:)(?P<revision>[0-9]{1,18})"
    r"(?::(?P<began>[0-9]{1,18}))?"
)


@dataclass(frozen=True, slots=True)
class Told:
    """Up to which revision an app knows the calendar, and since when it has been told.

    ``began`` is the same for an app that knows all, and 0 for one that knows nothing yet.
    """

    revision: int
    began: int


@dataclass(frozen=True, slots=True)
class Changes:
    """The objects that are there, by name with revision, and those that are gone; the token.

    ``present`` None stands for every object. ``more`` says that there are changes left.
    """

    token: str
    present: Mapping[str, int] | None
    removed: Sequence[str]
    more: bool = False


def changes_since(reading: Reading, old_token: str, limit: int | None = None) -> Changes:
    """Return what an app must be told that knows the state of an earlier token, "" for none.

    With a limit at most so many are returned, the earliest changes first, unless more were made
    at once. Raises Invalid for a token that is not of this calendar and view, or too old
    (DAV:valid-sync-token).
    """
    token = sync_token(reading.calendar, reading.view)
    if old_token == token:
        return Changes(token, {}, ())
    if not old_token and limit is None:
        return Changes(token, None, ())
    told = _told(reading, old_token, token) if old_token else Told(0, reading.calendar.revision)
    rows = _rows(reading, told, is_first=not old_token)
    cut = _cut(rows, limit)
    # An object's revision is that of its last change.
    present = {href: revision for href, revision, removed in rows[:cut] if not removed}
    gone = [href for href, _, removed in rows[:cut] if removed]
    if cut == len(rows):
        return Changes(token, present, gone)
    return Changes(_token_at(token, rows[cut - 1][1], told.began), present, gone, more=True)


def _rows(reading: Reading, told: Told, *, is_first: bool) -> list[tuple[str, int, bool]]:
    """Return name, revision and whether it is gone, the earliest change first."""
    objects, calendar = reading.uow.objects, reading.calendar.id
    if is_first:
        listed = objects.listing(calendar, ("href", "revision"))
        there = [(str(href), int(str(revision)), False) for href, revision in listed]
        return sorted(there, key=lambda row: row[1])
    changed = objects.changes_since(calendar, told.revision)
    return [row for row in changed if not row[2] or row[1] > told.began]


def _cut(rows: Sequence[tuple[str, int, bool]], limit: int | None) -> int:
    """Return how many rows go out: never some of those that one revision changed."""
    if limit is None or limit >= len(rows):
        return len(rows)
    cut = limit
    while cut < len(rows) and rows[cut][1] == rows[cut - 1][1]:
        cut += 1
    return cut


def _told(reading: Reading, old_token: str, token: str) -> Told:
    old, new = _TOKEN.fullmatch(old_token), _TOKEN.fullmatch(token)
    if old is None or new is None or old["prefix"] != new["prefix"]:
        raise Invalid("sync-token", "it is not of this calendar")
    revision = int(old["revision"])
    began = int(old["began"] or revision)
    calendar = reading.calendar
    if not (calendar.oldest <= began and revision <= began <= calendar.revision):
        raise Invalid("sync-token", "it is too old or not yet given out")
    return Told(revision, began)


def _token_at(token: str, revision: int, began: int) -> str:
    """Return the token of an app that has been told up to a revision."""
    prefix = token.rpartition(":")[0]
    return f"{prefix}:{revision}:{began}" if revision < began else f"{prefix}:{revision}"
