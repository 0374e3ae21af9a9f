"""Every night: what is known of watched calendars is held against Google's own busy times.

A calendar that differs is read as a whole. Where that changes nothing it is done ever more
seldom, and the practitioner is told once: Google hides some things, who declined for one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from server.domain.google import CalendarRole, GoogleCalendar
from server.domain.google_compared import Comparison
from server.google_sync.deciding.one_event import tell
from server.google_sync.http.calls import (
    Busy,
    CallFailed,
    NotSignedIn,
    QuotaExceeded,
    Refused,
    Uncertain,
)
from server.google_sync.links.syncing import Desk, Report, Syncing, looking, recording
from server.google_sync.model.busy_times import Times, is_alike, next_night, pause_after
from server.google_sync.reading.watched import read_one
from server.google_sync.worker.expecting import Window, expected, seconds, window_of

log = logging.getLogger(__name__)

_TOO_LONG: Final = "timeRangeTooLong"
_LONG: Final = timedelta(weeks=13)
_SHORTEST: Final = timedelta(days=7)
_AGAIN_AFTER: Final = timedelta(hours=1)
_SOON: Final = timedelta(seconds=1)
_TOLD_AT: Final = 2
"""The second full read in a row: the first one has changed nothing."""
_PASSING: Final = (Busy, QuotaExceeded, NotSignedIn, Uncertain)
_DIFFERS: Final = (
    "Google says that you are busy at other times than your other calendars show here. They "
    "were read anew, which changed nothing. Events that you declined may be the reason."
)


@dataclass(frozen=True, slots=True)
class _Night:
    """What is compared now, and in which time (UTC)."""

    syncing: Syncing
    due: Mapping[str, Comparison]
    window: Window


def compare_busy(syncing: Syncing, report: Report) -> None:
    """Compare the watched calendars whose night it is; agreement is one call for fifty of them.

    Google's answer of a calendar may be that it cannot tell: that is no difference. What did
    not get an answer at all is asked again an hour later. Raises LeaseLost and LinkGone.
    """
    night = _due_now(syncing)
    if not night.due:
        return
    try:
        _compare(night, report)
    except CallFailed as failure:
        log.info("google not compared link=%s reason=%s", syncing.link, failure)
        _put_off(night, isinstance(failure, _PASSING))


def _due_now(syncing: Syncing) -> _Night:
    with looking(syncing) as desk:
        calendars = desk.uow.google.calendars.of_link(syncing.link)
        known = {one.calendar: one for one in _comparisons(desk)}
        window, now = window_of(desk), desk.at
    watched = [one for one in calendars if one.role is CalendarRole.WATCHED]
    new = [one.id for one in watched if one.id not in known]
    if new:
        with recording(syncing) as desk:
            for name in new:
                _save(desk, Comparison(syncing.link, name, _next(desk)))
    due = {
        one.id: known[one.id]
        for one in watched
        if one.id in known and known[one.id].due_at <= now and _is_whole(one)
    }
    return _Night(syncing, due, window)


def _is_whole(calendar: GoogleCalendar) -> bool:
    """Whether it is known at all what a calendar holds."""
    is_read = bool(calendar.sync_token) and not calendar.reading_fully
    return is_read and calendar.unknown_since is None


def _compare(night: _Night, report: Report) -> None:
    names = list(night.due)
    told, differing = _differing(night, names)
    now = night.syncing.clock.now()
    to_read = [name for name in differing if _may_read(night.due[name], now)]
    if to_read:
        # What changed since the last look is no difference: it is read first, then asked again.
        for name in to_read:
            read_one(night.syncing, name, report)
        told_again, still = _differing(night, to_read)
        told |= told_again
        differing = [name for name in differing if name in still or name not in to_read]
    with recording(night.syncing) as desk:
        for name, times in told.items():
            _note(desk, night.due[name], times, differs=name in differing)
    log.info(
        "google compared link=%s calendars=%d unknown=%d differing=%d",
        *(night.syncing.link, len(names)),
        *(sum(times is None for times in told.values()), len(differing)),
    )


def _differing(
    night: _Night, names: Sequence[str]
) -> tuple[dict[str, Times | None], list[str]]:
    """Return what Google tells of each calendar, and the calendars that differ from it."""
    told = _told(night, names)
    with looking(night.syncing) as desk:
        here = expected(desk, names, night.window)
    within = seconds(night.window)
    known = {name: times for name, times in told.items() if times is not None}
    return told, [
        name for name, times in known.items() if not is_alike(here[name], times, within)
    ]


def _told(night: _Night, names: Sequence[str]) -> dict[str, Times | None]:
    from server.google_sync.http.requests import CALENDARS_AT_ONCE  # noqa: PLC0415 - loads long

    found: dict[str, Times | None] = {}
    for first in range(0, len(names), CALENDARS_AT_ONCE):
        some = names[first : first + CALENDARS_AT_ONCE]
        found |= _told_of(night.syncing, some, night.window)
    return found


def _told_of(
    syncing: Syncing, names: Sequence[str], window: Window
) -> Mapping[str, Times | None]:
    """Ask in one request, or piece by piece where that is too long for Google."""
    found: dict[str, Times | None] = {name: [] for name in names}
    start, end = window
    length = end - start
    while start < end:
        until = min(start + length, end)
        try:
            answer = syncing.calls.busy(names, start, until)
        except Refused as refused:
            if not refused.reason.startswith(_TOO_LONG) or length <= _SHORTEST:
                raise
            # People say that it is three months.
            length = min(length / 2, _LONG)
            continue
        for name in names:
            found[name] = _and_more(found[name], answer.get(name))
        start = until
    return found


def _and_more(
    before: Times | None, more: Sequence[tuple[datetime, datetime]] | None
) -> Times | None:
    """One piece that Google cannot tell makes the whole unknown."""
    if before is None or more is None:
        return None
    return [*before, *(seconds(span) for span in more)]


def _may_read(comparison: Comparison, now: datetime) -> bool:
    begun = comparison.begun_at
    return begun is None or now >= begun + pause_after(comparison.in_a_row)


def _note(desk: Desk, before: Comparison, told: Times | None, *, differs: bool) -> None:
    """Keep what came of it, and when it is asked next."""
    due = replace(before, due_at=_next(desk))
    if told is None:
        _save(desk, due)
        return
    if not differs:
        _save(desk, replace(due, compared_at=desk.at, differs_since=None, in_a_row=0))
        return
    since = before.differs_since or desk.at
    noted = replace(due, compared_at=desk.at, differs_since=since)
    _save(desk, _begun(desk, noted) if _may_read(before, desk.at) else noted)


def _begun(desk: Desk, comparison: Comparison) -> Comparison:
    """Let a calendar be read as a whole in the next turn, unless that was just done."""
    calendars = desk.uow.google.calendars
    calendar = calendars.get(desk.link.id, comparison.calendar)
    if calendar is None:
        return comparison
    due = calendar.next_full_read_at
    if due is not None and desk.at < due:
        return comparison
    calendars.save(replace(calendar, sync_token="", page="", poll_at=desk.at + _SOON))
    in_a_row = comparison.in_a_row + 1
    if in_a_row == _TOLD_AT:
        tell(desk, "differs", _DIFFERS, None)
    return replace(
        comparison, begun_at=desk.at, in_a_row=in_a_row, differed=comparison.differed + 1
    )


def _put_off(night: _Night, is_passing: bool) -> None:  # noqa: FBT001 - it is one of two
    with recording(night.syncing) as desk:
        due = desk.at + _AGAIN_AFTER if is_passing else _next(desk)
        for comparison in night.due.values():
            _save(desk, replace(comparison, due_at=due))


def _comparisons(desk: Desk) -> Sequence[Comparison]:
    return desk.uow.google.calendars.comparisons(desk.link.id)


def _save(desk: Desk, comparison: Comparison) -> None:
    """Keep a comparison, unless its calendar is no longer watched."""
    if desk.uow.google.calendars.get(desk.link.id, comparison.calendar) is not None:
        desk.uow.google.calendars.save_comparison(comparison)


def _next(desk: Desk) -> datetime:
    return next_night(desk.link.id, desk.uow.practice.zone, desk.at)
