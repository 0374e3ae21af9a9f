"""Ending a link: its channels stop, its events in Google stay or go, its tokens are forgotten.

Each step is recorded by itself, so that a run that was stopped anywhere is taken up again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Final

from server.domain.calendars import Actor
from server.domain.google import (
    CalendarRole,
    Ending,
    EventKind,
    EventMap,
    GoogleLink,
    LinkState,
    MapState,
    Origin,
)
from server.domain.vocabulary import Door, Role
from server.google_sync.http.calls import (
    CallFailed,
    Changed,
    Deleted,
    Missing,
    NotSignedIn,
    Refused,
)
from server.google_sync.links.accounts import is_same_account
from server.google_sync.links.channels import stop_channel
from server.google_sync.links.oauth_tokens import without_tokens
from server.google_sync.links.turn import Turn
from server.google_sync.model.projection import NEUTRAL
from server.practice_db.sealing import Purpose
from server.usecases.context import Context
from server.usecases.google_links import drop_blocks
from server.usecases.ports import UnitOfWork

_SCRUBBED: Final = {"summary": NEUTRAL, "description": "", "location": ""}
_STANDS: Final = frozenset(
    {MapState.PENDING, MapState.LIVE, MapState.CONFLICT, MapState.PARKED}
)
_ROUNDS: Final = 3
_FAILED: Final = "not removed"

Steps = Callable[[int, int], None]
"""Told how many of how many events are done."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a link's events in Google, in numbers; kept as the link's report.

    ``failed`` are those that could not be removed. ``revoked`` is false where another link
    lives by the same consent, or Google did not take it.
    """

    removed: int = 0
    left: int = 0
    failed: int = 0
    calendar_removed: bool = False
    revoked: bool = False
    signed_out: bool = False


def read_report(report: str) -> Ended | None:
    """Return what is kept of the end of a link."""
    return Ended(**json.loads(report)) if report else None


def carry_out(turn: Turn, steps: Steps | None = None) -> Ended:
    """End a link as was wished, and return what became of its events.

    Raises CallFailed where Google does not answer now (to be taken up again), LeaseLost and
    LinkGone. Where the consent is gone already, what stands in Google is left.
    """
    link = turn.stored()
    so_far = read_report(link.report) or Ended()
    try:
        if link.ending is Ending.REMOVE and link.managed:
            so_far = _remove_events(turn, link, so_far, steps)
        _stop_channels(turn)
    except NotSignedIn:
        so_far = replace(so_far, signed_out=True)
    if not so_far.signed_out:
        so_far = replace(so_far, revoked=_revoked(turn, link))
    with turn.office.database.writing() as uow:
        return _forget(turn, uow, so_far)


def _remove_events(turn: Turn, link: GoogleLink, so_far: Ended, steps: Steps | None) -> Ended:
    pairs = _ours(turn, link)
    for done, pair in enumerate(pairs, 1):
        removed = _is_removed(turn, pair)
        so_far = replace(
            so_far,
            removed=so_far.removed + removed,
            failed=so_far.failed + (not removed),
        )
        _record(turn, pair, so_far, removed=removed)
        if steps is not None:
            steps(done, len(pairs))
    if so_far.failed or _holds_others(turn, link):
        return so_far
    try:
        turn.calls.delete_calendar(link.managed)
    except (Missing, Deleted):
        return replace(so_far, calendar_removed=True)
    except Refused:
        return so_far
    return replace(so_far, calendar_removed=True)


def _ours(turn: Turn, link: GoogleLink) -> list[EventMap]:
    """Return the events that are still to be removed: occurrences go with their series."""
    with turn.office.database.reading() as uow:
        pairs = uow.google.events.all(link.id, link.managed)
    standing = [pair for pair in pairs if pair.state in _STANDS and pair.reason != _FAILED]
    ours = [pair for pair in standing if pair.origin is Origin.PRACTICE]
    # Exceptions keep texts of their own: they are scrubbed before their series goes.
    return sorted(ours, key=lambda pair: pair.kind is not EventKind.EXCEPTION)


def _is_removed(turn: Turn, pair: EventMap) -> bool:
    """Scrub an event and delete it; False where Google refuses."""
    etag = pair.etag
    for _ in range(_ROUNDS):
        try:
            scrubbed = turn.calls.patch_event(pair.calendar, pair.event, _SCRUBBED, etag)
            turn.calls.delete_event(pair.calendar, pair.event, str(scrubbed.get("etag", "")))
        except (Missing, Deleted):
            return True
        except Refused:
            return False
        except Changed:
            found = _current(turn, pair)
            if found is None:
                return True
            etag = found
        else:
            return True
    return False


def _current(turn: Turn, pair: EventMap) -> str | None:
    """Return the etag that an event has now, None where it is gone."""
    try:
        found = turn.calls.get_event(pair.calendar, pair.event)
    except (Missing, Deleted):
        return None
    return None if found.get("status") == "cancelled" else str(found.get("etag", ""))


def _record(turn: Turn, pair: EventMap, so_far: Ended, *, removed: bool) -> None:
    with turn.office.database.writing() as uow:
        link = turn.own(uow)
        if removed:
            uow.google.events.remove(pair)
        else:
            uow.google.events.save(replace(pair, reason=_FAILED))
        uow.google.links.save_link(replace(link, report=json.dumps(asdict(so_far))))


def _holds_others(turn: Turn, link: GoogleLink) -> bool:
    """Whether somebody has events of their own in the managed calendar."""
    with turn.office.database.reading() as uow:
        pairs = uow.google.events.all(link.id, link.managed)
    return any(pair.origin is Origin.GOOGLE and pair.state in _STANDS for pair in pairs)


def _stop_channels(turn: Turn) -> None:
    with turn.office.database.reading() as uow:
        channels = uow.google.calendars.channels(turn.link)
    for channel in channels:
        stop_channel(turn, channel)


def _revoked(turn: Turn, link: GoogleLink) -> bool:
    """End the consent, unless another link of the practice lives by it."""
    office = turn.office
    with office.database.reading() as uow:
        others = [
            one
            for one in uow.google.links.links()
            if one.id != link.id and is_same_account(one, link)
        ]
    if any(one.sealed_refresh for one in others):
        return False
    token = office.sealing.open(link.sealed_refresh, link.id, Purpose.REFRESH)
    if not token:
        return False
    turn.held.keep()
    try:
        office.oauth.revoke(token)
    except CallFailed:
        # It is forgotten here all the same, and the report says so.
        return False
    return True


def _forget(turn: Turn, uow: UnitOfWork, so_far: Ended) -> Ended:
    """Forget tokens, what was watched and what waits; keep what connecting anew needs."""
    link = turn.own(uow)
    pairs = uow.google.events.all(link.id)
    drop_blocks(uow, _context(turn, link), link, pairs)
    standing = sum(pair.origin is Origin.PRACTICE and pair.state in _STANDS for pair in pairs)
    so_far = replace(so_far, left=standing - min(so_far.failed, standing))
    keeps = link.managed if not so_far.calendar_removed else ""
    for calendar in uow.google.calendars.of_link(link.id):
        if calendar.role is not CalendarRole.MANAGED or not keeps:
            uow.google.calendars.remove(link.id, calendar.id)
    for channel in uow.google.calendars.channels(link.id):
        uow.google.calendars.remove_channel(link.id, channel.id)
    if not keeps:
        uow.google.events.clear(link.id)
    uow.google.links.save_link(
        replace(
            without_tokens(link),
            state=LinkState.DISCONNECTED,
            managed=keeps,
            ending=None,
            rewriting=False,
            reason="",
            report=json.dumps(asdict(so_far)),
        )
    )
    return so_far


def _context(turn: Turn, link: GoogleLink) -> Context:
    engine = turn.office.terms.engine
    actor = Actor(link.user, Role.PRACTITIONER, Door.GOOGLE)
    return Context(actor, turn.office.clock.now(), engine.rules, engine.hooks)
