"""The one way by which an appointment changes: all of it is stored, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from server.domain.errors import Invalid, Locked, TooManyInstances
from server.domain.vocabulary import Attention, Fact, Kind, Medium, Status
from server.domain.when import AllDay, Recurrence, Timed
from server.usecases.context import Rules
from tests.practice import (
    ALMA,
    DESK,
    JOHN,
    NEW_YORK,
    WEEKLY,
    House,
    at,
    calendar,
    event,
    other,
    session,
    this,
    timed,
)


def snapshot(house: House) -> tuple[object, ...]:
    """Return everything that a change could have touched."""
    calendar = house.calendar()
    with house.database.reading() as uow:
        ids = uow.appointments.ids()
        known = [(uow.appointments.get(one), uow.history.of(one)) for one in ids]
        return calendar, house.stored(), house.rows(), known, list(uow.outbox.waiting())


def test_a_change_raises_the_revision_of_calendar_appointment_and_object(
    any_house: House,
) -> None:
    number = any_house.book()
    any_house.edit(number, client=JOHN)
    (stored,) = any_house.stored()
    assert any_house.calendar().revision == stored.revision == 2
    assert any_house.get(number).revision == 2
    assert stored.etag == '"2"'
    assert "X-PRAXICAL-REV;VALUE=INTEGER:2" in stored.text


def test_the_first_and_the_last_change_are_dated(any_house: House) -> None:
    number = any_house.book()
    later = any_house.later(hours=1)
    later.edit(number, client=JOHN)
    appointment = later.get(number)
    assert appointment.created_at == any_house.now
    assert appointment.modified_at == later.now


@pytest.mark.parametrize(
    ("recurrence", "refusal"),
    [
        (Recurrence(("FREQ=SECONDLY",)), TooManyInstances),
        (Recurrence(("FREQ=HOURLY",)), TooManyInstances),
        (Recurrence(("FREQ=MINUTELY;COUNT=99999999",)), TooManyInstances),
    ],
)
def test_a_rule_bomb_is_refused_and_changes_nothing(
    any_house: House, recurrence: Recurrence, refusal: type[Exception]
) -> None:
    any_house.book()
    before = snapshot(any_house)
    with pytest.raises(refusal):
        any_house.book(timed(at(25), 1), other(), recurrence)
    assert snapshot(any_house) == before


def test_a_bomb_from_an_app_is_refused_and_changes_nothing(any_house: House) -> None:
    any_house.put(event("acupinitial Jane Doe"))
    before = snapshot(any_house)
    for rule in ("FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=3"):
        with pytest.raises(TooManyInstances):
            any_house.put(event("acupinitial Jane Doe", "20261124T140000", f"RRULE:{rule}"))
    assert snapshot(any_house) == before


def test_the_number_of_occurrences_is_the_practices_to_choose(house: House) -> None:
    strict = replace(house, rules=Rules(occurrences_at_most=5))
    with pytest.raises(TooManyInstances, match="more than 5"):
        strict.book(recurrence=WEEKLY)
    assert strict.book(recurrence=Recurrence(("FREQ=WEEKLY;COUNT=5",)))


@pytest.mark.parametrize(
    "wrong", [{"status": Status.REQUESTED}, {"kind": Kind.REQUEST, "client": None}]
)
def test_a_refused_change_changes_nothing(any_house: House, wrong: dict[str, Any]) -> None:
    number = any_house.book()
    before = snapshot(any_house)
    with pytest.raises(Invalid):
        any_house.edit(number, **wrong)
    assert snapshot(any_house) == before


def test_a_lock_of_one_occurrence_holds_it_alone(any_house: House) -> None:
    series = any_house.book(recurrence=WEEKLY)
    asked = this(series, at(1, month=12))
    any_house.edit(asked, kind=Kind.REQUEST)
    with pytest.raises(Locked):
        any_house.edit(asked, timed(at(2, month=12)))
    any_house.edit(this(series, at(8, month=12)), timed(at(9, month=12)))
    assert "12-09 14:00" in any_house.starts(series)


@pytest.mark.parametrize(
    ("when", "busy"),
    [
        (timed(at(2, 9, month=11), 10), False),
        (timed(at(24), 10), True),
    ],
    ids=["logged afterwards", "planned"],
)
def test_a_contact_logged_afterwards_takes_no_time_from_anybody(
    house: House, when: Timed, busy: bool
) -> None:
    contact = session(
        kind=Kind.CONTACT, medium=Medium.PHONE, session_type=None, services=(), location=None
    )
    number = house.book(when, contact)
    assert house.details(number).blocks is busy
    assert f"TRANSP:{'OPAQUE' if busy else 'TRANSPARENT'}" in house.shown(number)


def test_a_contact_that_an_app_logs_afterwards_is_free_time(house: House) -> None:
    house.put(event("#contact #phone Jane Doe", "20261102T090000"))
    number = house.of_href()
    assert not house.details(number).blocks
    house.put(house.shown(number).replace("UID", "X-A:1\r\nUID"))
    assert not house.details(number).blocks


def test_a_session_logged_afterwards_was_busy_time(house: House) -> None:
    number = house.book(timed(at(2, 9, month=11)), session(status=Status.ARRIVED))
    assert house.details(number).blocks


def test_a_series_is_indexed_from_its_beginning_to_two_years_ahead(any_house: House) -> None:
    start = datetime(2025, 1, 7, 14, tzinfo=NEW_YORK)
    number = any_house.book(timed(start), session(), Recurrence(("FREQ=WEEKLY",)))
    starts = [row.start for row in any_house.rows(appointment=number)]
    assert starts[0] == start.astimezone(UTC)
    assert starts[-1] > any_house.now + timedelta(days=720)


def test_all_day_events_stand_in_the_index_from_midnight_to_midnight(any_house: House) -> None:
    number = any_house.book(AllDay(date(2026, 11, 1), 2), other("Fair"))
    (row,) = any_house.rows(appointment=number)
    assert row.all_day
    assert row.start == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert row.end == datetime(2026, 11, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize("uid", ["x" * 200, "x" * 5000, "\u00e9\U0001f512 /%\\,;", "../../etc"])
def test_any_uid_is_kept(any_house: House, uid: str) -> None:
    any_house.put(event("acupinitial Jane Doe", uid=uid))
    (stored,) = any_house.stored()
    assert stored.uid == uid
    any_house.put(event("acupinitial John Doe", uid=uid))
    assert any_house.details(any_house.of_href()).client == JOHN
    assert len(any_house.rows(practitioner=ALMA)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:00010102T000000Z", "DTEND:00010102T010000Z"),
        ("DTSTART:99991231T230000Z", "DTEND:99991231T235959Z"),
        ("DTSTART;VALUE=DATE:00010102",),
        ("DTSTART;VALUE=DATE:99991230",),
        ("DTSTART:20261124T190000Z", "DURATION:P999999D"),
        ("DTSTART;TZID=America/New_York:20260308T023000", "DTEND:20260308T073000Z"),
        ("DTSTART;TZID=America/New_York:20260308T023000", "DURATION:PT30M"),
        ("DTSTART:00010102T000000Z", "RRULE:FREQ=YEARLY"),
        ("DTSTART:99981231T230000Z", "RRULE:FREQ=YEARLY"),
        ("DTSTART:20261124T190000Z", "RRULE:FREQ=WEEKLY", "EXDATE:99991231T235959Z"),
    ],
)
def test_events_at_the_edges_of_the_calendar_are_kept(
    any_house: House, lines: tuple[str, ...]
) -> None:
    any_house.put(calendar("UID:one", "SUMMARY:Long ago", *lines))
    number = any_house.of_href()
    before = (any_house.get(number), any_house.rows())
    any_house.put(any_house.shown(number))
    assert (any_house.get(number), any_house.rows()) == before
    assert all(row.end >= row.start for row in any_house.rows())
    assert any_house.shown(number, DESK)
    any_house.edit(number, note="kept", client=None)


def test_a_series_with_an_exclusion_at_the_end_of_time_moves(house: House) -> None:
    rule = Recurrence(("FREQ=WEEKLY;COUNT=2",), exdates=(datetime(9999, 12, 31, tzinfo=UTC),))
    number = house.book(recurrence=rule)
    house.edit(number, timed(at(25)))
    assert house.starts(number) == ["11-25 14:00", "12-02 14:00"]


@pytest.mark.parametrize("start", ["00010102T140000", "99991231T140000"])
def test_clients_are_looked_for_at_the_edges_too(house: House, start: str) -> None:
    for title in ("acupinitial Jane Doe", "acupinitial JD", "JD \u00b7 acupinitial"):
        house.put(calendar("UID:one", f"SUMMARY:{title}", f"DTSTART:{start}"))
        house.delete()
    assert house.stored() == []


def test_long_texts_of_apps_are_cut_or_kept_and_never_fail(any_house: House) -> None:
    long = "x" * 70_000
    lines = (f"DESCRIPTION:{long}", f"LOCATION:{long}", f"X-LONG:{long}")
    any_house.put(event(f"Meeting {long}", "20261124T140000", *lines, f"URL:https://a/{long}"))
    number = any_house.of_href()
    details = any_house.details(number)
    assert len(details.title) <= 255
    assert len(details.note.encode()) <= 8 * 1024
    assert details.url == ""
    assert f"X-LONG:{long}" in any_house.shown(number)


def test_an_attention_alone_tells_no_fact(any_house: House) -> None:
    any_house.book()
    second = any_house.book(timed(at(24, 14, 30)), session(JOHN))
    assert any_house.details(second).attention == {Attention.OVERLAP}
    any_house.edit(second, timed(at(24, 18)))
    assert any_house.history(second)[-1].facts == (Fact.MOVED,)
