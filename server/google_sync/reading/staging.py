"""What changed in a calendar of Google, read and laid down to be applied afterwards.

Rows and the token that was got with them are stored in one transaction. A token comes from a
last page only; where a page fails, the old token stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from server.domain.google import CalendarRole, GoogleCalendar, StagedEvent
from server.google_sync.deciding.one_event import tell
from server.google_sync.http.calls import Json, ListWanted, Missing, Page, TokenInvalid
from server.google_sync.links.syncing import (
    Desk,
    Report,
    Syncing,
    looking,
    reader_for,
    recording,
)
from server.google_sync.model.incoming import read_event, staged_text
from server.google_sync.reading.doubled import without_doubles
from server.google_sync.reading.own_titles import sealed_title

PAGES_AT_MOST: Final = 200
FIRST_PAUSE: Final = timedelta(minutes=15)
LONGEST_PAUSE: Final = timedelta(days=1)
SELF_CHECK: Final = timedelta(days=7)
_ALARM_AT: Final = 3
_DAY: Final = timedelta(days=1)
_EVERYTHING: Final = 1_000_000
_OFTEN = "Google asks again and again that a calendar be read anew. It may be late for a while."


def read_calendar(syncing: Syncing, name: str, report: Report) -> None:
    """Read what changed in a calendar since the last time, or all of it; raises CallFailed.

    That is Missing too where it was unwatched meanwhile.
    """
    with looking(syncing) as desk:
        calendar = desk.uow.google.calendars.get(syncing.link, name)
        now = desk.at
    if calendar is None:
        return
    fingerprint = syncing.calls.fingerprint()
    if not calendar.reading_fully and not _needs_all(calendar, fingerprint, now):
        try:
            _read_changes(syncing, calendar, report)
        except TokenInvalid:
            calendar = _without_token(syncing, calendar)
        else:
            return
    if calendar.reading_fully or _begin(syncing, calendar):
        _read_all(syncing, calendar.id, report)


def _needs_all(calendar: GoogleCalendar, fingerprint: str, now: datetime) -> bool:
    if not calendar.sync_token or calendar.fingerprint != fingerprint:
        return True
    return calendar.full_read_at is None or now >= self_check_at(calendar)


def self_check_at(calendar: GoogleCalendar) -> datetime:
    """Return when a calendar is read as a whole again: weekly, not all at the same time."""
    since = calendar.full_read_at
    jitter = sha256(f"{calendar.link}/{calendar.id}".encode()).digest()[0] / 256
    if since is None:
        return datetime.min.replace(tzinfo=UTC)
    return since + SELF_CHECK * (0.9 + 0.2 * jitter)


def _read_changes(syncing: Syncing, calendar: GoogleCalendar, report: Report) -> None:
    pages: list[Sequence[Json]] = []
    zone = ""
    wanted = ListWanted(calendar.id, calendar.sync_token)
    for _ in range(PAGES_AT_MOST):
        page = syncing.calls.list_events(wanted)
        pages.append(page.items)
        zone = page.zone or zone
        if page.next_sync:
            _store(syncing, calendar, (pages, zone), page.next_sync)
            report.read += sum(len(items) for items in pages)
            return
        wanted = replace(wanted, page=page.next_page)
    raise TokenInvalid("too many pages")


def _store(
    syncing: Syncing,
    calendar: GoogleCalendar,
    read: tuple[Sequence[Sequence[Json]], str],
    token: str,
) -> None:
    pages, zone = read
    with recording(syncing) as desk:
        for items in pages:
            stage(desk, calendar, items, zone)
        desk.uow.google.calendars.save(
            replace(_now(desk, calendar), sync_token=token, read_at=desk.at, unknown_since=None)
        )


def stage(desk: Desk, calendar: GoogleCalendar, items: Sequence[Json], zone: str) -> None:
    """Lay down what was read on a page: what is compared, of texts a keyed hash at most.

    Beside it lies the sealed title of an event that the person wishes to see called so.
    """
    if not items:
        return
    events = desk.uow.google.events
    before = events.staged(desk.link.id, calendar.id, _EVERYTHING)
    number = before[-1].number + 1 if before else 1
    reader = reader_for(desk, zone)
    # The level may have been changed while the page was asked for.
    known = _now(desk, calendar)
    own = without_doubles(desk, calendar.id, items, before)
    read = [read_event(reader, item) for item in own]
    if calendar.role is CalendarRole.WATCHED:
        read = [one.without_text() for one in read]
    titles = [sealed_title(desk, known, *each) for each in zip(own, read, strict=True)]
    link, name = desk.link.id, calendar.id
    events.stage(
        StagedEvent(link, name, at, one.event, one.etag, staged_text(one), title)
        for at, (one, title) in enumerate(zip(read, titles, strict=True), number)
    )


def _without_token(syncing: Syncing, calendar: GoogleCalendar) -> GoogleCalendar:
    """The token is no longer good: what is known stays in force until all was read anew."""
    with recording(syncing) as desk:
        known = replace(_now(desk, calendar), sync_token="", page="")
        desk.uow.google.calendars.save(known)
    return known


def _begin(syncing: Syncing, calendar: GoogleCalendar) -> bool:
    """Begin to read all of a calendar, unless that was done too short a while ago."""
    with recording(syncing) as desk:
        known = _now(desk, calendar)
        due = known.next_full_read_at
        is_check = bool(known.sync_token) and known.fingerprint == syncing.calls.fingerprint()
        if due is not None and desk.at < due:
            if not known.sync_token:
                since = known.unknown_since or desk.at
                desk.uow.google.calendars.save(replace(known, unknown_since=since))
            return False
        recent = known.full_read_at is not None and desk.at - known.full_read_at < _DAY
        count = (known.full_reads_today if recent else 0) + (0 if is_check else 1)
        if count == _ALARM_AT:
            tell(desk, "read-again", _OFTEN, None)
        pause = min(FIRST_PAUSE * 2 ** max(0, min(count, 12) - 1), LONGEST_PAUSE)
        desk.uow.google.calendars.save(
            replace(
                known,
                reading_fully=True,
                epoch=known.epoch + 1,
                page="",
                sync_token="",
                full_read_at=desk.at,
                full_reads_today=count,
                next_full_read_at=desk.at + pause,
            )
        )
    return True


def _read_all(syncing: Syncing, name: str, report: Report) -> None:
    """Read a calendar page by page; what was read stays when the next page fails."""
    for _ in range(PAGES_AT_MOST):
        with looking(syncing) as desk:
            calendar = desk.uow.google.calendars.get(syncing.link, name)
        if calendar is None or calendar.sync_token:
            return
        try:
            page = syncing.calls.list_events(ListWanted(name, page=calendar.page))
        except TokenInvalid:
            _start_over(syncing, calendar)
            raise
        _store_page(syncing, calendar, page)
        report.read += len(page.items)


def _store_page(syncing: Syncing, calendar: GoogleCalendar, page: Page) -> None:
    with recording(syncing) as desk:
        stage(desk, calendar, page.items, page.zone)
        known = replace(_now(desk, calendar), page=page.next_page, read_at=desk.at)
        if page.next_sync:
            fingerprint = syncing.calls.fingerprint()
            known = replace(
                known,
                sync_token=page.next_sync,
                fingerprint=fingerprint,
                page="",
                unknown_since=None,
            )
        desk.uow.google.calendars.save(known)


def _start_over(syncing: Syncing, calendar: GoogleCalendar) -> None:
    """A page can no longer be asked for: the next full read begins with the first one."""
    with recording(syncing) as desk:
        known = _now(desk, calendar)
        desk.uow.google.calendars.save(
            replace(known, reading_fully=False, page="", sync_token="")
        )


def _now(desk: Desk, calendar: GoogleCalendar) -> GoogleCalendar:
    """Return a calendar as it is stored now: others say meanwhile when it is read next.

    Raises Missing for one that is not watched any more: nothing of it is kept.
    """
    known = desk.uow.google.calendars.get(desk.link.id, calendar.id)
    if known is None:
        raise Missing("not watched")
    return known
