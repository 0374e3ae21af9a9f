"""One cycle of one link: what Google says is read and applied, then Google is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from server.domain.google import DirtyAppointment, GoogleLink, LinkState
from server.google_sync.deciding.connect_decision import CALENDAR_GONE
from server.google_sync.deciding.one_event import tell
from server.google_sync.http.calls import CallFailed, Deleted, Missing
from server.google_sync.links.syncing import Report, Syncing, looking, recording
from server.google_sync.reading.full_read import finish
from server.google_sync.reading.staged import apply_staged, holds_deletions
from server.google_sync.reading.staging import read_calendar
from server.google_sync.reading.watched import read_watched
from server.google_sync.writing.practice_side import TooManyRounds, write_appointment
from server.google_sync.writing.privacy import end_rewriting, rewrite
from server.google_sync.writing.rereading import CalendarMissing, check_calendar

_LATER: Final = timedelta(minutes=1)
_CALENDAR_GONE = "The calendar of the practice is gone from Google. Say what is to be done."


def cycle(syncing: Syncing) -> Report:
    """Bring one link up to date on both sides, as far as it goes at once.

    What ends it before its time is in the report. Raises LeaseLost and LinkGone.
    """
    report = Report()
    try:
        _cycle(syncing, report)
    except CallFailed as failure:
        report.failure = failure
    except CalendarMissing:
        pause(syncing, CALENDAR_GONE, _CALENDAR_GONE)
    return report


def _cycle(syncing: Syncing, report: Report) -> None:
    with looking(syncing) as desk:
        link = desk.link
    if link.state is not LinkState.CONNECTED:
        return
    if link.managed:
        _both_ways(syncing, link, report)
    else:
        # Only busy times were granted: they count, and nothing is written.
        read_watched(syncing, report)


def _both_ways(syncing: Syncing, link: GoogleLink, report: Report) -> None:
    if not apply_staged(syncing, link.managed, report):
        return
    read_watched(syncing, report)
    try:
        read_calendar(syncing, link.managed, report)
    except (Missing, Deleted):
        check_calendar(syncing, link.managed)
        raise
    if holds_deletions(syncing, link.managed):
        # What is gone here may only have been dragged into another calendar.
        read_watched(syncing, report, at_once=True)
    if not apply_staged(syncing, link.managed, report):
        return
    if not finish(syncing, link.managed, report):
        return
    rewrite(syncing, report)
    write_all(syncing, report)
    end_rewriting(syncing)


def write_all(syncing: Syncing, report: Report) -> None:
    """Tell Google of what changed here; of a series that was split the rest goes first."""
    at_most = syncing.settings.writes_at_most
    with looking(syncing) as desk:
        due = desk.uow.google.events.dirty(syncing.link, desk.at, at_most)
        found = desk.uow.appointments.get_many([one.appointment for one in due])
    continued = {one.continues for one in found.values() if one.continues}
    for dirty in sorted(due, key=lambda one: one.appointment in continued):
        try:
            write_appointment(syncing, dirty, report)
        except TooManyRounds:
            _put_off(syncing, dirty)
    report.more = report.more or len(due) == at_most
    if due:
        with recording(syncing) as desk:
            desk.uow.google.links.save_link(replace(desk.link, written_at=desk.at))


def _put_off(syncing: Syncing, dirty: DirtyAppointment) -> None:
    with recording(syncing) as desk:
        later = replace(dirty, due_at=desk.at + _LATER, attempts=dirty.attempts + 1)
        desk.uow.google.events.save_dirty(later)


def pause(syncing: Syncing, reason: str, sentence: str) -> None:
    """Stop a link until somebody has said what is to be done; nothing is changed."""
    with recording(syncing) as desk:
        desk.uow.google.links.save_link(
            replace(desk.link, state=LinkState.NEEDS_DECISION, reason=reason)
        )
        tell(desk, reason, sentence, None)
