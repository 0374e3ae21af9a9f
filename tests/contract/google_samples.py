"""An invented link to Google, and everything that is asked of links once."""

from __future__ import annotations

from dataclasses import replace

from server.domain.google import (
    CalendarRole,
    Conflict,
    DirtyAppointment,
    EventKind,
    EventMap,
    GoogleCalendar,
    GoogleConsent,
    GoogleLink,
    LinkState,
    MapState,
    Origin,
    OutwardLevel,
    PushChannel,
    StagedEvent,
)
from server.domain.google_compared import Comparison
from server.domain.ids import GoogleLinkId
from server.domain.when import MASTER
from server.usecases.ports import UnitOfWork
from tests.contract.samples import ALMA, ALMAS, DAY, NOW, VISIT

LINK = GoogleLink(
    GoogleLinkId("0123456789"), ALMA, LinkState.CONNECTED, "account", "sealed", made_at=NOW
)
CALENDAR = GoogleCalendar(LINK.id, "managed@google", CalendarRole.MANAGED, poll_at=NOW + DAY)
COMPARISON = Comparison(LINK.id, CALENDAR.id, NOW + DAY, compared_at=NOW)
PAIR = EventMap(
    LINK.id,
    CALENDAR.id,
    "event1",
    VISIT,
    MASTER,
    EventKind.SINGLE,
    Origin.PRACTICE,
    MapState.LIVE,
)
STAGED = StagedEvent(LINK.id, CALENDAR.id, 1, "event1", '"1"', "{}")
DIRTY = DirtyAppointment(LINK.id, VISIT, 1, NOW)
CHANNEL = PushChannel(LINK.id, "channel1", CALENDAR.id, "resource", "hash", NOW + DAY, NOW)
CONFLICT = Conflict(LINK.id, "c1", NOW, VISIT, MASTER, "practice wins")
CONSENT = GoogleConsent(
    state_hash="hash",
    user=ALMA,
    link="",
    sealed_verifier="sealed",
    redirect="http://127.0.0.1/",
    scopes=("openid",),
    watched=("primary",),
    another=False,
    level=OutwardLevel.GENERIC,
    expires_at=NOW + DAY,
)


def write_google(uow: UnitOfWork) -> None:
    links, calendars = uow.google.links, uow.google.calendars
    links.save_link(LINK)
    links.save_link(replace(LINK, failures=1))
    links.take(LINK.id, "me", NOW, NOW + DAY)
    links.is_held(LINK.id, "me", 1)
    links.let_go(LINK.id, "me")
    links.locked(LINK.id)
    links.remove_link(GoogleLinkId("none"))
    links.add_consent(CONSENT)
    links.use_consent(CONSENT.state_hash)
    links.add_consent(CONSENT)
    links.prune_consents(NOW)
    calendars.save(CALENDAR)
    calendars.hurry(LINK.id, CALENDAR.id, NOW)
    calendars.remove(LINK.id, "none")
    calendars.save_comparison(COMPARISON)
    calendars.save_channel(CHANNEL)
    calendars.hear_channel(LINK.id, "none", NOW)
    calendars.remove_channel(LINK.id, "none")
    _write_events(uow)


def _write_events(uow: UnitOfWork) -> None:
    events = uow.google.events
    events.clear(GoogleLinkId("none"))
    events.save(PAIR)
    events.remove(replace(PAIR, event="none"))
    events.stage([STAGED])
    events.drop_staged(LINK.id, CALENDAR.id, 0)
    events.mark_all(LINK.id, ALMA, NOW - DAY, NOW)
    events.save_dirty(DIRTY)
    events.clear_dirty(replace(DIRTY, revision=99))
    events.add_conflict(CONFLICT)
    events.prune(NOW - DAY)
    uow.google.titles.forget(LINK.id, "none")


def read_google(uow: UnitOfWork) -> None:
    links, calendars, events = uow.google.links, uow.google.calendars, uow.google.events
    assert links.link(LINK.id) is not None
    assert links.links() == links.links(ALMA)
    assert [one.link for one in links.due(NOW)] == [LINK.id]
    assert calendars.get(LINK.id, CALENDAR.id) is not None
    calendars.of_link(LINK.id)
    assert calendars.channel(CHANNEL.id) == CHANNEL
    calendars.channels(LINK.id)
    assert calendars.comparisons(LINK.id) == [COMPARISON]
    calendars.shown_times(ALMAS, NOW, NOW + DAY)
    assert events.of_event(LINK.id, CALENDAR.id, "event1") == PAIR
    events.of_appointment(LINK.id, VISIT)
    events.of_series(LINK.id, CALENDAR.id, "none")
    events.all(LINK.id)
    events.all(LINK.id, CALENDAR.id)
    events.unseen(LINK.id, CALENDAR.id, 1)
    events.staged(LINK.id, CALENDAR.id, 5)
    events.dirty(LINK.id, NOW, 5)
    events.conflicts(None, since=NOW)
    events.tally(LINK.id)
    assert uow.google.titles.of(ALMA, [VISIT]) == []
    assert uow.figures.gather(NOW).links == {"connected": 1}
