"""One occurrence of a series, changed by its owner's app, by the front desk, and back again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from server.domain.appointment import Part
from server.domain.ids import UserName
from server.domain.vocabulary import Kind, Status
from server.domain.when import key_of
from tests.system import office
from tests.system.events import at, edited, event, monday, times, vevent, without
from tests.system.phone import Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)
ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M", "END:VALARM")


@pytest.fixture(autouse=True)
def series(phone: Phone) -> None:
    """Book four Mondays, with an alarm and an app's own property."""
    lines = ("RRULE:FREQ=WEEKLY;COUNT=4", "X-MINE:a,b;c", *ALARM)
    text = event("acupfollow Jane Doe", START, *lines, minutes=45)
    assert phone.put("a.ics", text).status == 201


@pytest.fixture
def desk(site: Site, phone: Phone) -> Phone:
    """Return the front desk, looking at the calendar of the test's practitioner."""
    found = site.phone("desk")
    found.calendar = f"/desk/{phone.user}/"
    return found


def put_override(who: Phone, number: int, start: datetime, *lines: str, title: str = "") -> int:
    """Send the series with one more override, as an app does; return the status."""
    shown = who.get("a.ics")
    uid = shown.value("UID") or ""
    identity = at("RECURRENCE-ID", START + number * WEEK)
    override = vevent(uid, title or "JD · acupfollow", times(start, 45), identity, *lines)
    text = edited(shown.text, ("END:VCALENDAR", f"{override}END:VCALENDAR"))
    return who.put("a.ics", text, If_Match=shown.etag or "").status


def part(site: Site, phone: Phone, number: int) -> Part:
    """Return what speaks for an occurrence."""
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    found = appointment.part(key_of(START + number * WEEK))
    assert found is not None
    return found


def starts(site: Site, phone: Phone) -> list[datetime]:
    """Return the starts of what takes place."""
    rows = site.listed(practitioner=UserName(phone.user))
    return [row.occurrence.start for row in rows if not row.occurrence.status.is_cancelled]


@pytest.mark.parametrize("by_desk", [False, True], ids=["owner", "desk"])
def test_an_occurrence_is_moved_and_keeps_its_client(
    site: Site, phone: Phone, desk: Phone, *, by_desk: bool
) -> None:
    who = desk if by_desk else phone
    assert put_override(who, 1, START + WEEK + HOUR) == 204
    assert starts(site, phone) == [
        START,
        START + WEEK + HOUR,
        START + 2 * WEEK,
        START + 3 * WEEK,
    ]
    details = part(site, phone, 1).details
    assert (details.client, details.session_type, details.kind) == (
        "C1001",
        "acupfollow",
        Kind.SESSION,
    )
    for reader in (phone, desk):
        assert reader.get("a.ics").says(at("DTSTART", START + WEEK + HOUR))
    assert site.findings() == []


@pytest.mark.parametrize("by_desk", [False, True], ids=["owner", "desk"])
def test_an_occurrence_gets_a_missed_status_and_a_fee(
    site: Site, phone: Phone, desk: Phone, *, by_desk: bool
) -> None:
    who = desk if by_desk else phone
    title = "JD · acupfollow #noshow $40"
    assert put_override(who, 2, START + 2 * WEEK, title=title) == 204
    details = part(site, phone, 2).details
    assert details.status is Status.NO_SHOW
    assert details.fee is not None
    assert details.fee.amount.minor == 4000
    assert part(site, phone, 1).details.status is Status.BOOKED


@pytest.mark.parametrize("by_desk", [False, True], ids=["owner", "desk"])
def test_an_occurrence_is_taken_out(
    site: Site, phone: Phone, desk: Phone, *, by_desk: bool
) -> None:
    who = desk if by_desk else phone
    exdate = at("EXDATE", START + WEEK)
    assert who.edit("a.ics", ("RRULE:", f"{exdate}\r\nRRULE:")).status == 204
    assert starts(site, phone) == [START, START + 2 * WEEK, START + 3 * WEEK]
    for reader in (phone, desk):
        assert reader.get("a.ics").says(exdate)
    assert site.findings() == []


def test_what_the_desk_moves_keeps_the_owners_alarm_and_lines(
    phone: Phone, desk: Phone
) -> None:
    assert put_override(desk, 1, START + WEEK + HOUR) == 204
    shown = phone.get("a.ics")
    assert [line for line in shown.lines if line in ALARM][:4] == list(ALARM)
    assert shown.says("X-MINE:a,b;c")
    hidden = desk.get("a.ics").text
    assert "X-MINE" not in hidden
    assert "VALARM" not in hidden


def test_the_desk_moves_the_whole_series(site: Site, phone: Phone, desk: Phone) -> None:
    shown = desk.get("a.ics")
    moved = edited(
        shown.text,
        (at("DTSTART", START), at("DTSTART", START + HOUR)),
        (at("DTEND", START + 0.75 * HOUR), at("DTEND", START + 1.75 * HOUR)),
    )
    assert desk.put("a.ics", moved, If_Match=shown.etag or "").status == 204
    assert starts(site, phone) == [START + number * WEEK + HOUR for number in range(4)]
    mine = phone.get("a.ics")
    assert mine.says(at("DTSTART", START + HOUR))
    assert mine.says("X-MINE:a,b;c")
    assert site.findings() == []


def test_a_moved_occurrence_goes_back_when_its_override_is_dropped(
    site: Site, phone: Phone
) -> None:
    before = phone.get("a.ics")
    put_override(phone, 1, START + WEEK + HOUR)
    etag = phone.get("a.ics").etag or ""
    again = without(before.text, "X-PRAXICAL-REV")
    assert phone.put("a.ics", again, If_Match=etag).status == 204
    assert starts(site, phone) == [START + number * WEEK for number in range(4)]
    assert site.findings() == []


def test_an_occurrence_cancelled_in_an_app_is_free_and_can_come_back(
    site: Site, phone: Phone
) -> None:
    assert put_override(phone, 1, START + WEEK, "STATUS:CANCELLED") == 204
    assert START + WEEK not in starts(site, phone)
    assert part(site, phone, 1).details.status is Status.CANCELLED
    exdate = at("EXDATE", START + WEEK)
    assert phone.get("a.ics").says(exdate)
    assert phone.edit("a.ics", drop=("EXDATE",)).status == 204
    assert site.findings() == []


def test_two_devices_change_two_occurrences_without_conditions_and_both_hold(
    site: Site, phone: Phone, desk: Phone
) -> None:
    mine, theirs = phone.get("a.ics"), desk.get("a.ics")
    uid = mine.value("UID") or ""

    def with_override(text: str, number: int) -> str:
        identity = at("RECURRENCE-ID", START + number * WEEK)
        timing = times(START + number * WEEK + HOUR, 45)
        override = vevent(uid, "JD · acupfollow", timing, identity)
        return edited(text, ("END:VCALENDAR", f"{override}END:VCALENDAR"))

    assert phone.put("a.ics", with_override(mine.text, 1)).status == 204
    assert desk.put("a.ics", with_override(theirs.text, 2)).status == 204
    assert starts(site, phone) == [
        START,
        START + WEEK + HOUR,
        START + 2 * WEEK + HOUR,
        START + 3 * WEEK,
    ]
    assert site.findings() == []


def test_an_occurrence_that_the_practice_changed_survives_a_stale_edit_of_the_series(
    site: Site, phone: Phone
) -> None:
    stale = phone.get("a.ics")
    office.change(
        site, phone.user, "a.ics", occurrence=START + WEEK, status=Status.ARRIVED, note="Cash"
    )
    renamed = edited(stale.text, ("SUMMARY:JD · acupfollow", "SUMMARY:JD · acupfollow @room-1"))
    assert phone.put("a.ics", renamed).status == 204
    held = part(site, phone, 1).details
    assert (held.status, held.note) == (Status.ARRIVED, "Cash")
    assert part(site, phone, 2).details.room == "room-1"
    assert site.findings() == []


def test_a_series_gets_another_client_from_all_its_occurrences_that_have_not_happened(
    site: Site, phone: Phone
) -> None:
    office.change(site, phone.user, "a.ics", occurrence=START, status=Status.ARRIVED)
    phone.edit("a.ics", ("SUMMARY:JD · acupfollow", "SUMMARY:Maria Garcia acupfollow id:C1011"))
    rows = site.listed(practitioner=UserName(phone.user))
    clients = {row.occurrence.start: row.part.details.client for row in rows}
    assert clients[START + 2 * WEEK] == "C1011"
    assert site.findings() == []
