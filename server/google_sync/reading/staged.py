"""What was read of the managed calendar, applied: series first, then their occurrences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from server.domain.google import LinkState, MapState, StagedEvent
from server.google_sync.deciding.brake import MASS_DELETION, Answer, is_braked
from server.google_sync.deciding.one_event import Outcome, tell
from server.google_sync.http.calls import Deleted, Json, Missing
from server.google_sync.links.syncing import (
    Desk,
    Report,
    Syncing,
    looking,
    reader_for,
    recording,
)
from server.google_sync.model.incoming import Incoming, named, read_event, read_staged
from server.google_sync.reading import following, strangers
from server.google_sync.reading.applying import NeedsMaster, take_in
from server.google_sync.reading.changing import NeedsTitle
from server.google_sync.reading.odd_series import with_dates

_EVERYTHING: Final = 1_000_000
_BRAKED = "Very many appointments were deleted in Google at once. Say what is to be done."


def apply_staged(syncing: Syncing, calendar: str, report: Report) -> bool:
    """Apply what was read; False if nothing was, because it would delete too much."""
    with looking(syncing) as desk:
        rows = desk.uow.google.events.staged(syncing.link, calendar, _EVERYTHING)
        found = desk.uow.google.calendars.get(syncing.link, calendar)
    epoch = found.epoch if found is not None and found.reading_fully else 0
    events = latest(rows)
    if not strangers.may_pass(syncing, calendar, events):
        return False
    if not may_pass(syncing, calendar, events):
        return False
    whole = following.Whole(syncing, calendar, {one.event: one for one in events})
    for incoming in events:
        _apply(syncing, whole, with_dates(syncing, calendar, incoming), report)
        if epoch:
            touch(syncing, calendar, incoming.event, epoch)
    _drop(syncing, calendar, rows)
    return True


def holds_deletions(syncing: Syncing, calendar: str) -> bool:
    """Whether an event of ours was read that is gone from Google."""
    with looking(syncing) as desk:
        events = desk.uow.google.events
        rows = events.staged(syncing.link, calendar, _EVERYTHING)
        gone = [one for one in latest(rows) if one.cancelled and not one.series]
        pairs = [events.of_event(syncing.link, calendar, one.event) for one in gone]
    return any(pair is not None and pair.state is MapState.LIVE for pair in pairs)


def latest(rows: Iterable[StagedEvent]) -> list[Incoming]:
    """Return each event as it was read last: whole ones first, then occurrences."""
    newest = {row.event: read_staged(row.content, row.sealed_title) for row in rows}
    return sorted(newest.values(), key=lambda one: one.is_exception)


def may_pass(syncing: Syncing, calendar: str, gone: Sequence[Incoming]) -> bool:
    """Whether deletions are believed; else the link waits until somebody has answered."""
    with recording(syncing) as desk:
        if desk.link.reason in set(Answer) or not is_braked(desk, calendar, gone):
            return True
        desk.uow.google.links.save_link(
            replace(desk.link, state=LinkState.NEEDS_DECISION, reason=MASS_DELETION)
        )
        tell(desk, MASS_DELETION, _BRAKED, None)
    return False


def _apply(
    syncing: Syncing, whole: following.Whole, incoming: Incoming, report: Report
) -> None:
    if following.take(whole, incoming):
        report.applied += 1
        return
    outcome = _take(syncing, whole.calendar, incoming)
    report.applied += outcome is Outcome.APPLIED
    report.conflicts += outcome is Outcome.CONFLICT


def _take(syncing: Syncing, calendar: str, incoming: Incoming) -> Outcome:
    for _ in range(3):
        try:
            with recording(syncing) as desk:
                return take_in(desk, calendar, incoming)
        except NeedsMaster as needed:
            if not _take_master(syncing, calendar, needed.series):
                incoming = replace(incoming, series="")
        except NeedsTitle:
            called = _read_anew(syncing, calendar, incoming)
            if called is None:
                break
            incoming = called
    return Outcome.NOTHING


def _read_anew(syncing: Syncing, calendar: str, staged: Incoming) -> Incoming | None:
    """Return an event as it is now, with its title; one that is gone is read of soon enough."""
    try:
        item: Json = syncing.calls.get_event(calendar, staged.event)
    except (Missing, Deleted):
        return None
    with looking(syncing) as desk:
        found = named(read_event(reader_for(desk), item), item)
    if found.cancelled:
        return None
    return with_dates(syncing, calendar, replace(found, series=staged.series))


def _take_master(syncing: Syncing, calendar: str, series: str) -> bool:
    """Read the series of an occurrence that came alone; False if there is none."""
    try:
        item: Json = syncing.calls.get_event(calendar, series)
    except Missing:
        return False
    with looking(syncing) as desk:
        found = named(read_event(reader_for(desk), item), item)
    found = with_dates(syncing, calendar, found)
    with recording(syncing) as desk:
        take_in(desk, calendar, found)
        known = desk.uow.google.events.of_event(desk.link.id, calendar, series)
    return known is not None


def touch(syncing: Syncing, calendar: str, event: str, epoch: int) -> None:
    """Note that a full read has seen an event."""
    with recording(syncing) as desk:
        pair = desk.uow.google.events.of_event(desk.link.id, calendar, event)
        if pair is not None and pair.epoch < epoch:
            desk.uow.google.events.save(replace(pair, epoch=epoch))


def _drop(syncing: Syncing, calendar: str, rows: Sequence[StagedEvent]) -> None:
    with recording(syncing) as desk:
        if rows:
            desk.uow.google.events.drop_staged(desk.link.id, calendar, rows[-1].number)
        _answered(desk)


def _answered(desk: Desk) -> None:
    """An answer about deletions is good for what was waiting when it was given."""
    if desk.link.reason in set(Answer):
        desk.uow.google.links.save_link(replace(desk.link, reason=""))
