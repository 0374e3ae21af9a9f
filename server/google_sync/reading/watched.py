"""Other calendars of a practitioner: when they take time, shown in a calendar of its own.

Its events are Other Events that nobody changes here. Nothing of their texts is kept, but for
titles that the person wishes to see: sealed, beside the events and not in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from server.domain.calendars import Calendar
from server.domain.google import (
    CalendarRole,
    EventKind,
    EventMap,
    MapState,
    Origin,
)
from server.domain.ids import AppointmentId, CalendarId, new_ulid
from server.domain.vocabulary import CalendarKind
from server.domain.when import MASTER
from server.google_sync.http.calls import Deleted, Missing, Refused, TokenInvalid
from server.google_sync.links.syncing import Desk, Report, Syncing, looking, recording
from server.google_sync.model.canonical import Base, base_text
from server.google_sync.model.incoming import Incoming
from server.google_sync.model.marks import Whose, block_uid, read_mark
from server.google_sync.model.projection import compared
from server.google_sync.reading.odd_series import with_dates
from server.google_sync.reading.own_titles import (
    hide_occurrences,
    is_retitled,
    title_to_keep,
)
from server.google_sync.reading.staged import latest
from server.google_sync.reading.staging import read_calendar
from server.google_sync.reading.watched_text import text_of
from server.ics.reader import read_object
from server.usecases.put_personal import put_personal, remove_hours
from server.usecases.show_anew import show_anew

SLUGS: Final = ("other-calendars", "google-calendars")
MOVED_OUT: Final = "moved-out"
"""The reason of an event of ours that was found in another calendar."""
_EVERYTHING: Final = 1_000_000


def read_watched(syncing: Syncing, report: Report, *, at_once: bool = False) -> None:
    """Read the watched calendars that are due and carry them into the practice.

    What cannot be read is unknown from then on; it is neither free nor forgotten.
    """
    with looking(syncing) as desk:
        calendars = desk.uow.google.calendars.of_link(syncing.link)
        now = desk.at
    for calendar in calendars:
        due = at_once or calendar.poll_at is None or calendar.poll_at <= now
        if calendar.role is CalendarRole.WATCHED and due:
            read_one(syncing, calendar.id, report)


def read_one(syncing: Syncing, name: str, report: Report) -> None:
    """Read one watched calendar and carry it into the practice; raises CallFailed."""
    try:
        read_calendar(syncing, name, report)
    except (Missing, Deleted, Refused, TokenInvalid):
        _not_known(syncing, name)
    _apply(syncing, name, report)


def _not_known(syncing: Syncing, name: str) -> None:
    with recording(syncing) as desk:
        known = desk.uow.google.calendars.get(syncing.link, name)
        if known is not None and known.unknown_since is None:
            desk.uow.google.calendars.save(replace(known, unknown_since=desk.at))


def _apply(syncing: Syncing, name: str, report: Report) -> None:
    with looking(syncing) as desk:
        rows = desk.uow.google.events.staged(syncing.link, name, _EVERYTHING)
        found = desk.uow.google.calendars.get(syncing.link, name)
    epoch = found.epoch if found is not None and found.reading_fully else 0
    for incoming in latest(rows):
        whole = with_dates(syncing, name, incoming)
        with recording(syncing) as desk:
            report.applied += _take(desk, name, whole, epoch)
    with recording(syncing) as desk:
        if rows:
            desk.uow.google.events.drop_staged(desk.link.id, name, rows[-1].number)
        _finish(desk, name)


def _take(desk: Desk, calendar: str, incoming: Incoming, epoch: int) -> bool:
    """Keep an event as Google has it now; whether anything of it changed.

    A full read looks at those too that are as they were: what of them is shown goes on with
    the days, and so do the dates of a series that is kept as so many. Nothing is kept of a
    calendar that is not watched any more.
    """
    events = desk.uow.google.events
    watched = desk.uow.google.calendars.get(desk.link.id, calendar)
    pair = events.of_event(desk.link.id, calendar, incoming.event)
    known_already = pair is not None and pair.etag and pair.etag == incoming.etag
    if pair is not None and known_already and pair.epoch >= epoch:
        return False
    is_nothing = pair is None and incoming.cancelled and not incoming.series
    if watched is None or is_nothing:
        return False
    projection = incoming.projection
    gone = incoming.cancelled or projection is None
    theirs = compared(projection, foreign=True) if projection and not gone else None
    known = pair or _new_pair(desk, calendar, incoming)
    before = known.sealed_title
    moved_out = _is_ours(desk, calendar, incoming)
    known = replace(
        known,
        etag=incoming.etag,
        epoch=max(epoch, known.epoch),
        state=MapState.GONE_GOOGLE if gone else MapState.LIVE,
        base=base_text(Base(theirs, theirs)) if theirs else "",
        reason=MOVED_OUT if moved_out else incoming.zone,
        changed_at=desk.at,
        sealed_title="" if gone or moved_out else title_to_keep(desk, watched, incoming),
    )
    events.save(known)
    retitled = hide_occurrences(desk, known) or is_retitled(desk, known, before)
    return _show(desk, calendar, incoming.series or incoming.event, retitled=retitled)


def _new_pair(desk: Desk, calendar: str, incoming: Incoming) -> EventMap:
    repeats = incoming.projection is not None and incoming.projection.times.repeats
    kind = EventKind.MASTER if repeats else EventKind.SINGLE
    return EventMap(
        link=desk.link.id,
        calendar=calendar,
        event=incoming.event,
        appointment=AppointmentId(""),
        key=incoming.original if incoming.series else MASTER,
        kind=EventKind.EXCEPTION if incoming.series else kind,
        origin=Origin.GOOGLE,
        state=MapState.LIVE,
        series=incoming.series,
        original=incoming.original,
    )


def _is_ours(desk: Desk, calendar: str, incoming: Incoming) -> bool:
    """Whether an event of the managed calendar was carried into this one."""
    marked = read_mark(desk.key, incoming.mark, incoming.event, incoming.series)
    if marked.whose is Whose.OURS:
        return True
    known = desk.uow.google.events.of_event(desk.link.id, desk.link.managed, incoming.event)
    return known is not None and known.origin is Origin.PRACTICE and calendar != known.calendar


def _show(desk: Desk, calendar: str, event: str, *, retitled: bool = False) -> bool:
    """Show a single event or a series as it is known now; whether that changed anything.

    One that is only called otherwise is as it was, but apps have to read it again.
    """
    events = desk.uow.google.events
    main = events.of_event(desk.link.id, calendar, event)
    own = events.of_series(desk.link.id, calendar, event)
    place = calendar_for(desk)
    uid = block_uid(desk.key, calendar, event)
    href = f"{uid.partition('@')[0]}.ics"
    text = text_of(desk, uid, main, own)
    stored = desk.uow.objects.get(place.id, href)
    if not text:
        return _remove(desk, place, href, [main, *own])
    if stored is not None and stored.text == text:
        _name(desk, [main, *own], stored.appointment)
        if retitled:
            show_anew(desk.uow, stored, desk.at)
        return retitled
    sent = read_object(text, desk.uow.practice.zone)
    shown = put_personal(desk.uow, desk.context, place, href, sent)
    _name(desk, [main, *own], shown.appointment)
    return True


def _name(
    desk: Desk, pairs: Iterable[EventMap | None], appointment: AppointmentId | None
) -> None:
    for pair in pairs:
        if pair is not None and appointment is not None and pair.appointment != appointment:
            desk.uow.google.events.save(replace(pair, appointment=appointment))


def _remove(desk: Desk, place: Calendar, href: str, pairs: Sequence[EventMap | None]) -> bool:
    stored = desk.uow.objects.get(place.id, href)
    found = (
        desk.uow.appointments.get(stored.appointment)
        if stored is not None and stored.appointment
        else None
    )
    if found is None:
        return False
    remove_hours(desk.uow, desk.context, href, found)
    _name(desk, pairs, AppointmentId(""))
    return True


def calendar_for(desk: Desk) -> Calendar:
    """Return the calendar that shows the practitioner's other ones, locked; made if need be."""
    calendars = desk.uow.calendars.of_owner(desk.link.user)
    for calendar in calendars:
        if calendar.kind is CalendarKind.WATCHED:
            desk.uow.calendars.lock([calendar.id])
            return calendar
    taken = {calendar.slug for calendar in calendars}
    slug = next(slug for slug in SLUGS if slug not in taken)
    number = CalendarId(new_ulid(desk.at))
    made = Calendar(number, desk.link.user, slug, CalendarKind.WATCHED, modified_at=desk.at)
    desk.uow.calendars.add(made)
    return made


def _finish(desk: Desk, name: str) -> None:
    """After a full read, what it did not hold is no longer shown."""
    calendar = desk.uow.google.calendars.get(desk.link.id, name)
    if calendar is None or not calendar.reading_fully or not calendar.sync_token:
        return
    for pair in desk.uow.google.events.unseen(desk.link.id, name, calendar.epoch):
        if pair.kind is EventKind.EXCEPTION and pair.state is not MapState.LIVE:
            continue
        desk.uow.google.events.remove(pair)
        _show(desk, name, pair.series or pair.event)
    desk.uow.google.calendars.save(replace(calendar, reading_fully=False))
