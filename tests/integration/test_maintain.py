"""Work that nobody waits for: hiding, extending the index, clearing the logs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from server.domain.google import Conflict, GoogleLink, LinkState
from server.domain.ids import AppointmentId, GoogleLinkId
from server.domain.vocabulary import Status
from server.domain.when import MASTER, AllDay, Recurrence
from server.usecases import google_links
from server.usecases import maintain as maintenance
from server.usecases.context import Rules
from server.usecases.list_appointments import list_appointments
from server.usecases.maintain import Done, maintain
from server.usecases.ports import OccurrenceFilter
from tests.practice import ALMA, House, at, event, other, session, this, timed

ENDLESS = Recurrence(("FREQ=WEEKLY",))


def last_start(house: House, number: AppointmentId) -> datetime:
    return max(row.start for row in house.rows(appointment=number))


def work(house: House) -> Done:
    return maintain(house.database, house.context())


def test_where_nothing_is_due_nothing_is_done(any_house: House) -> None:
    any_house.book(recurrence=ENDLESS)
    any_house.book(timed(at(25)))
    assert work(any_house) == Done(0, 0, 0)


def test_what_was_decided_long_ago_about_google_is_forgotten_unless_it_is_open(
    any_house: House,
) -> None:
    link = GoogleLink(GoogleLinkId("00000000aa"), ALMA, LinkState.CONNECTED, "hash", "sealed")
    long_ago = any_house.now - timedelta(days=91)
    number = any_house.book()
    settled = Conflict(link.id, "a", long_ago, number, MASTER, "locked", settled_at=long_ago)
    lately = replace(settled, id="b", at=any_house.now)
    waiting = replace(settled, id="c", decision="proposed", settled_at=None)
    with any_house.database.writing() as uow:
        uow.google.links.save_link(link)
        for one in (settled, lately, waiting):
            uow.google.events.add_conflict(one)
    assert work(any_house).pruned == 1
    with any_house.database.reading() as uow:
        found = google_links.conflicts(uow, link.id, any_house.now, settled=True)
    assert [one.id for one in found] == ["c", "b"]


def test_a_series_that_goes_on_is_indexed_further_as_time_passes(any_house: House) -> None:
    number = any_house.book(recurrence=ENDLESS)
    before = last_start(any_house, number)
    later = any_house.later(days=200)
    assert work(later).extended == 1
    assert last_start(any_house, number) - before > timedelta(days=180)
    assert work(later).extended == 0


def test_what_has_happened_stays_when_the_index_goes_on(any_house: House) -> None:
    number = any_house.book(recurrence=ENDLESS)
    any_house.edit(this(number, at(1, month=12)), status=Status.ARRIVED)
    work(any_house.later(days=200))
    arrived = [row for row in any_house.rows(appointment=number) if row.pinned]
    assert [row.status for row in arrived] == [Status.ARRIVED]


def test_a_series_that_has_ended_is_left_alone(any_house: House) -> None:
    any_house.book(recurrence=Recurrence(("FREQ=WEEKLY;COUNT=5",)))
    any_house.book(AllDay(date(2026, 11, 24)), other("Training"))
    assert work(any_house.later(days=800)).extended == 0


def test_extending_changes_no_object_and_no_revision(any_house: House) -> None:
    any_house.book(recurrence=ENDLESS)
    before = (any_house.stored(), any_house.calendar().revision)
    work(any_house.later(days=200))
    assert (any_house.stored(), any_house.calendar().revision) == before


def test_more_series_than_fit_into_one_transaction_are_all_extended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "_AT_ONCE", 3)
    for day in range(1, 8):
        house.book(timed(at(day, month=12)), session(), ENDLESS)
    assert work(house.later(days=200)).extended == 7


def test_what_lies_beyond_the_index_is_still_found(any_house: House) -> None:
    number = any_house.book(recurrence=ENDLESS)
    start = at(24) + timedelta(days=3640)
    with any_house.database.reading() as uow:
        wanted = OccurrenceFilter(start=start, end=start + timedelta(days=8))
        found = list_appointments(uow, any_house.context(), wanted)
    assert {one.appointment.id for one in found} == {number}


def test_what_an_app_cancelled_is_hidden_once_the_app_has_seen_it(any_house: House) -> None:
    any_house.put(event("acupinitial Jane Doe #cancel"))
    assert "STATUS:CANCELLED" in any_house.shown(any_house.of_href())
    assert work(any_house.later(minutes=9)).hidden == 0
    assert work(any_house.later(minutes=10)).hidden == 1
    assert any_house.stored() == []


def test_logs_of_a_long_life_are_cut_and_the_oldest_token_with_them(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "_KEPT_REVISIONS", 5)
    number = any_house.book()
    for hour in range(8, 18):
        any_house.edit(number, timed(at(26, hour)))
    assert work(any_house).pruned > 0
    assert any_house.calendar().oldest == any_house.calendar().revision - 5
    assert len(any_house.stored()) == 1
    assert work(any_house).pruned == 0


def test_a_practice_may_show_what_was_cancelled(any_house: House) -> None:
    showing = replace(any_house, rules=Rules(show_cancelled=True))
    showing.put(event("acupinitial Jane Doe #cancel"))
    assert work(showing.later(days=1)).hidden == 0
    assert len(showing.stored()) == 1
