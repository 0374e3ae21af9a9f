"""What is kept of links to Google: who holds one, what is due, consents, what waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from server.domain.google import Ending, GoogleLink, LinkState, MapState, Origin
from server.domain.ids import AppointmentId, GoogleLinkId
from server.practice_db.database import SqlDatabase
from server.usecases.ports.google import Tally
from tests.contract.google_samples import (
    CALENDAR,
    CHANNEL,
    CONSENT,
    DIRTY,
    LINK,
    PAIR,
    STAGED,
)
from tests.contract.samples import ALMA, DAY, HOUR, NOW, THEO, VISIT, save, visit

SECOND = timedelta(seconds=1)


@pytest.fixture
def linked(furnished: SqlDatabase) -> SqlDatabase:
    """Return the practice with one link, whose calendar is read tomorrow."""
    with furnished.writing() as uow:
        uow.google.links.save_link(LINK)
        uow.google.calendars.save(CALENDAR)
    return furnished


def due(database: SqlDatabase) -> list[tuple[str, bool]]:
    with database.reading() as uow:
        return [(one.link, one.slow) for one in uow.google.links.due(NOW)]


def fresh(database: SqlDatabase) -> list[bool]:
    with database.reading() as uow:
        return [one.fresh for one in uow.google.links.due(NOW)]


def change(database: SqlDatabase, link: GoogleLink) -> None:
    with database.writing() as uow:
        uow.google.links.save_link(link)


def test_a_link_is_held_by_one_at_a_time(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        assert uow.google.links.take(LINK.id, "a", NOW, NOW + HOUR) == 1
        assert uow.google.links.take(LINK.id, "b", NOW, NOW + HOUR) is None
        assert uow.google.links.take(LINK.id, "a", NOW + SECOND, NOW + 2 * HOUR) == 1


def test_who_was_too_slow_is_fenced_off(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.links.take(LINK.id, "a", NOW, NOW + HOUR)
    with linked.writing() as uow:
        assert uow.google.links.take(LINK.id, "b", NOW + HOUR, NOW + 2 * HOUR) == 2
    with linked.writing() as uow:
        assert not uow.google.links.is_held(LINK.id, "a", 1)
        assert uow.google.links.is_held(LINK.id, "b", 2)


def test_saving_a_link_leaves_its_holder_alone(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.links.take(LINK.id, "a", NOW, NOW + HOUR)
        uow.google.links.save_link(replace(LINK, failures=3))
        kept = uow.google.links.locked(LINK.id)
    assert kept is not None
    assert (kept.holder, kept.fence, kept.failures) == ("a", 1, 3)


def test_an_idle_link_is_not_due(linked: SqlDatabase) -> None:
    change(linked, LINK)
    with linked.writing() as uow:
        uow.google.calendars.save(replace(CALENDAR, sync_token="t"))
    assert due(linked) == []


def test_a_calendar_to_be_read_makes_its_link_due(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.calendars.save(replace(CALENDAR, sync_token="t", poll_at=NOW))
    assert due(linked) == [(LINK.id, False)]


def test_a_first_read_is_slow_work(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.calendars.save(replace(CALENDAR, poll_at=None))
    assert due(linked) == [(LINK.id, True)]


def test_a_changed_appointment_makes_its_link_due(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.calendars.save(replace(CALENDAR, sync_token="t"))
        uow.google.events.save_dirty(DIRTY)
    assert due(linked) == [(LINK.id, False)]


@pytest.mark.parametrize("attempts", [0, 1])
def test_a_change_is_fresh_until_it_was_put_off(linked: SqlDatabase, attempts: int) -> None:
    with linked.writing() as uow:
        uow.google.calendars.save(replace(CALENDAR, sync_token="t"))
        uow.google.events.save_dirty(replace(DIRTY, attempts=attempts))
    assert fresh(linked) == [attempts == 0]


@pytest.mark.parametrize("heard", [None, NOW - HOUR, NOW - SECOND])
def test_a_calendar_is_fresh_when_google_was_heard_since_it_was_read(
    linked: SqlDatabase, heard: datetime | None
) -> None:
    read = NOW - timedelta(minutes=1)
    with linked.writing() as uow:
        calendar = replace(CALENDAR, sync_token="t", poll_at=NOW, read_at=read)
        uow.google.calendars.save(calendar)
        channel = replace(CHANNEL, renew_at=NOW + DAY, heard_at=heard)
        uow.google.calendars.save_channel(channel)
        # Another calendar's channel says nothing of this one.
        other = replace(channel, id="channel2", calendar="other", heard_at=NOW)
        uow.google.calendars.save_channel(other)
    assert fresh(linked) == [heard is not None and heard > read]


def test_a_channel_to_be_renewed_makes_its_link_due(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.calendars.save_channel(replace(CHANNEL, renew_at=NOW))
    assert due(linked) == [(LINK.id, True)]


@pytest.mark.parametrize(
    "state",
    [LinkState.NEEDS_DECISION, LinkState.REAUTH_REQUIRED],
)
def test_who_waits_for_a_person_is_not_due_but_can_be_ended(
    linked: SqlDatabase, state: LinkState
) -> None:
    with linked.writing() as uow:
        uow.google.events.save_dirty(DIRTY)
    change(linked, replace(LINK, state=state))
    assert due(linked) == []
    change(linked, replace(LINK, state=state, ending=Ending.LEAVE))
    assert due(linked) == [(LINK.id, True)]


def test_a_link_that_rests_or_is_held_is_not_due(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.events.save_dirty(DIRTY)
    change(linked, replace(LINK, rests_until=NOW + SECOND))
    assert due(linked) == []
    change(linked, replace(LINK, rests_until=NOW))
    with linked.writing() as uow:
        uow.google.links.take(LINK.id, "a", NOW, NOW + SECOND)
    assert due(linked) == []


def test_a_consent_is_good_once(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.links.add_consent(CONSENT)
    with linked.writing() as uow:
        assert uow.google.links.use_consent(CONSENT.state_hash) == CONSENT
        assert uow.google.links.use_consent(CONSENT.state_hash) is None


def test_consents_that_expired_are_forgotten(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.links.add_consent(CONSENT)
        assert uow.google.links.prune_consents(CONSENT.expires_at) == 0
        assert uow.google.links.prune_consents(CONSENT.expires_at + SECOND) == 1


def test_a_calendar_is_hurried_once_and_never_put_off(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        hurry = uow.google.calendars.hurry
        assert hurry(LINK.id, CALENDAR.id, NOW)
        assert not hurry(LINK.id, CALENDAR.id, NOW)
        assert not hurry(LINK.id, CALENDAR.id, NOW + HOUR)
        found = uow.google.calendars.get(LINK.id, CALENDAR.id)
    assert found is not None
    assert found.poll_at == NOW


def test_what_waits_is_counted(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.events.save(PAIR)
        uow.google.events.save(replace(PAIR, event="2", state=MapState.PARKED))
        uow.google.events.stage([STAGED])
        uow.google.events.save_dirty(DIRTY)
    with linked.reading() as uow:
        expected = Tally(live=1, parked=1, waiting=1, staged=1)
        assert uow.google.events.tally(LINK.id) == expected


def test_who_was_told_all_is_counted_once_and_not_with_what_still_waits(
    linked: SqlDatabase,
) -> None:
    with linked.writing() as uow:
        for event, number in (("1", VISIT), ("2", VISIT), ("3", "another"), ("4", "third")):
            of = AppointmentId(number)
            uow.google.events.save(replace(PAIR, event=event, appointment=of))
        foreign = replace(PAIR, event="5", appointment=AppointmentId("fourth"))
        uow.google.events.save(replace(foreign, origin=Origin.GOOGLE))
        uow.google.events.save_dirty(replace(DIRTY, appointment=AppointmentId("third")))
        # Another link's work is nothing to this one.
        other = replace(LINK, id=GoogleLinkId("other"))
        uow.google.links.save_link(other)
        uow.google.events.save_dirty(replace(DIRTY, link=other.id))
    with linked.reading() as uow:
        assert uow.google.events.tally(LINK.id) == Tally(live=5, waiting=1, told=2)


def test_all_appointments_of_the_user_that_are_not_long_past_are_marked(
    linked: SqlDatabase,
) -> None:
    with linked.writing() as uow:
        save(uow, visit())
        mark = uow.google.events.mark_all
        assert mark(LINK.id, THEO, NOW - DAY, NOW) == 0
        assert mark(LINK.id, ALMA, NOW + DAY, NOW) == 0
        assert mark(LINK.id, ALMA, NOW - DAY, NOW) == 1
        assert mark(LINK.id, ALMA, NOW - DAY, NOW) == 1
    with linked.reading() as uow:
        assert [one.appointment for one in uow.google.events.dirty(LINK.id, NOW, 9)] == [VISIT]


def test_clearing_a_link_leaves_others_alone(linked: SqlDatabase) -> None:
    other = replace(LINK, id=GoogleLinkId("other"))
    with linked.writing() as uow:
        uow.google.links.save_link(other)
        for link in (LINK.id, other.id):
            uow.google.events.save(replace(PAIR, link=link))
            uow.google.events.stage([replace(STAGED, link=link)])
            uow.google.events.save_dirty(replace(DIRTY, link=link))
        uow.google.events.clear(LINK.id)
    with linked.reading() as uow:
        assert uow.google.events.tally(LINK.id) == Tally()
        assert uow.google.events.tally(other.id) == Tally(live=1, waiting=1, staged=1)


def test_a_link_that_ended_hears_of_no_changes_until_it_is_connected_again(
    linked: SqlDatabase,
) -> None:
    for state, heard in ((LinkState.DISCONNECTED, 0), (LinkState.CONNECTED, 1)):
        change(linked, replace(LINK, state=state))
        with linked.writing() as uow:
            uow.outbox.mark_for_google([ALMA], VISIT, 5, NOW)
        with linked.reading() as uow:
            assert uow.google.events.tally(LINK.id).waiting == heard


def test_removing_a_link_removes_all_that_hangs_on_it(linked: SqlDatabase) -> None:
    with linked.writing() as uow:
        uow.google.events.save(PAIR)
        uow.google.calendars.save_channel(CHANNEL)
        uow.google.links.remove_link(LINK.id)
    with linked.reading() as uow:
        assert uow.google.links.links() == []
        assert uow.google.calendars.of_link(LINK.id) == []
        assert uow.google.calendars.channel(CHANNEL.id) is None
        assert uow.google.events.tally(LINK.id) == Tally()
