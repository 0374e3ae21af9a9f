"""Bugs that other projects had, T1 to T15: each row is a test of ours."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from server.domain.ids import UserName
from server.domain.vocabulary import Attention, Auto95, Status
from server.domain.when import key_of
from tests.system import office
from tests.system.events import (
    at,
    edited,
    event,
    monday,
    new_uid,
    times,
    unfolded,
    vcalendar,
    vevent,
    without,
)
from tests.system.phone import CALDAV, Phone
from tests.system.practice import NEW_YORK
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
WEEK, DAY, HOUR = timedelta(weeks=1), timedelta(days=1), timedelta(hours=1)
VERBATIM = (
    'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="1 Main St, Apt; 2":geo:52.52,13.40',
    'CONFERENCE;VALUE=URI;FEATURE=VIDEO,AUDIO;LABEL="Join, now; please":https://a.example/,;x',
    "X-APPLE-TRAVEL-START;ROUTING=CAR;VALUE=URI;X-TITLE=Home:geo:1.5,2.5",
    'X-JSON:{"a":[1,2],"b":"c;d"}',
    'X-LIST;X-P="a","b":a,b,c',
)


def busy(site: Site, phone: Phone) -> list[tuple[datetime, datetime]]:
    """Return the spans in which a practitioner cannot be booked, travel included."""
    rows = site.listed(practitioner=UserName(phone.user))
    return [
        (row.occurrence.busy_from, row.occurrence.end) for row in rows if row.occurrence.blocks
    ]


def test_t01_a_series_with_exceptions_blocks_every_slot_and_only_those(
    site: Site, phone: Phone
) -> None:
    uid, half = new_uid(), timedelta(minutes=30)
    exdates = [at("EXDATE", START + number * WEEK) for number in (3, 7)]
    rule = "RRULE:FREQ=WEEKLY;COUNT=40"
    master = vevent(uid, "Supervision", times(START, 30), rule, *exdates)
    moved = {number: START + number * WEEK + number * HOUR for number in (2, 5, 6)}
    overrides = [
        vevent(uid, "Supervision", times(start, 30), at("RECURRENCE-ID", START + number * WEEK))
        for number, start in moved.items()
    ]
    assert phone.put("a.ics", vcalendar(master, *overrides)).status == 201
    kept = [number for number in range(40) if number not in (3, 7)]
    expected = [moved.get(number, START + number * WEEK) for number in kept]
    assert len({start.utcoffset() for start in expected}) == 2
    # Half an hour of the clock's own time, whatever the zone does that night.
    assert busy(site, phone) == [(start, (start + half)) for start in sorted(expected)]
    assert site.findings() == []


def test_t02_busy_blocks_free_does_not_and_a_day_blocks_the_day(
    site: Site, phone: Phone
) -> None:
    day = START.date() + DAY
    phone.put("a.ics", event("Busy", START))
    phone.put("b.ics", event("Free", START + 2 * HOUR, "TRANSP:TRANSPARENT"))
    whole = vevent(new_uid(), "Away", [at("DTSTART", day), at("DTEND", day + DAY)])
    phone.put("c.ics", vcalendar(whole))
    midnight = datetime.combine(day, datetime.min.time(), NEW_YORK)
    assert busy(site, phone) == [(START, START + HOUR), (midnight, midnight + DAY)]


def test_t05_an_attendee_is_neither_kept_nor_mailed_nor_told(site: Site, phone: Phone) -> None:
    with site.database.writing() as uow:
        uow.outbox.subscribe("listener")
    invited = (
        "ORGANIZER:mailto:alma@practice.example",
        "ATTENDEE;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:jane.doe@mail.example",
        "X-MS-ATTENDEE:mailto:jane.doe@mail.example",
    )
    alarm = (
        "BEGIN:VALARM",
        "ACTION:EMAIL",
        "ATTENDEE:mailto:jane.doe@mail.example",
        "TRIGGER:-PT15M",
        "SUMMARY:Mail her",
        "DESCRIPTION:soon",
        "END:VALARM",
    )
    phone.put("a.ics", event("acupfollow", START, *invited, *alarm))
    assert site.details(phone.user, "a.ics").client == "C1001"
    for reader in (phone, site.phone("desk")):
        href = "a.ics" if reader is phone else f"/desk/{phone.user}/a.ics"
        shown = reader.get(href).text.lower()
        assert "attendee" not in shown
        assert "organizer" not in shown
        assert "mailto" not in shown
        assert "action:email" not in shown
    appointment = site.appointment(phone.user, "a.ics")
    with site.reading() as uow:
        rows = [row for row in uow.outbox.waiting() if appointment and row.appointment]
    assert {row.subscriber for row in rows} == {"listener"}


def test_t08_what_is_written_survives_byte_for_byte(phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, *VERBATIM))
    shown = phone.get("a.ics")
    assert [line for line in shown.lines if line in VERBATIM] == list(VERBATIM)
    phone.put("a.ics", edited(shown.text, ("SUMMARY:JD", "SUMMARY:#arrived JD")))
    again = phone.get("a.ics")
    assert [line for line in again.lines if line in VERBATIM] == list(VERBATIM)
    [data] = phone.multiget("", "a.ics").xml.iter(f"{CALDAV}calendar-data")
    read = unfolded((data.text or "").replace("\r\n", "\n").replace("\n", "\r\n"))
    assert [line for line in read if line in VERBATIM] == list(VERBATIM)


def test_t09_a_put_that_is_rewritten_has_no_etag_and_the_next_sync_delivers_it(
    phone: Phone,
) -> None:
    token = phone.sync().token
    answer = phone.put("a.ics", event("acupfollow Jane Doe", START))
    assert (answer.status, answer.etag) == (201, None)
    synced = phone.sync(token=token)
    shown = phone.get("a.ics")
    assert synced.there == {"a.ics": shown.etag}
    listed = phone.propfind("a.ics", "D:getetag")
    etag = listed.property_of(phone.path("a.ics"), "{DAV:}getetag")
    assert etag is not None
    assert etag.text == shown.etag


def test_t10_an_app_that_drops_every_x_keeps_client_services_and_status(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupinitial Jane Doe #confirmed +GT", START, minutes=75))
    before = site.details(phone.user, "a.ics")
    shown = phone.get("a.ics")
    dropped = ("X-", "COLOR", "CLASS", "CONFERENCE", "STATUS", "CATEGORIES", "URL", "DTSTAMP")
    outlook = without(shown.text, *dropped)
    later = edited(
        outlook,
        (at("DTSTART", START), at("DTSTART", START - HOUR)),
        ("BEGIN:VEVENT", "BEGIN:VEVENT\r\nDTSTAMP:20260202T000000Z"),
    )
    agent = "CalDavSynchronizer/4.4"
    assert phone.put("a.ics", later, User_Agent=agent).status == 204
    after = site.details(phone.user, "a.ics")
    assert (after.client, after.services, after.status, after.session_type) == (
        before.client,
        before.services,
        before.status,
        before.session_type,
    )


def test_t11_no_property_of_ours_is_repeated_and_of_repeated_ones_the_last_counts(
    site: Site, phone: Phone
) -> None:
    twice = ("X-PRAXICAL-STATUS:arrived", "X-PRAXICAL-STATUS:confirmed")
    phone.put("a.ics", event("acupinitial Jane Doe", START, *twice))
    assert site.details(phone.user, "a.ics").status is Status.CONFIRMED
    names = [
        line.partition(":")[0].partition(";")[0]
        for line in phone.get("a.ics").lines
        if line.startswith(("X-PRAXICAL", "SUMMARY", "STATUS", "TRANSP", "CLASS", "COLOR"))
    ]
    assert len(names) == len(set(names))


def test_t12_an_override_with_the_masters_ref_stays_an_occurrence(
    site: Site, phone: Phone
) -> None:
    rule = "RRULE:FREQ=WEEKLY;COUNT=3"
    phone.put("a.ics", event("acupfollow Jane Doe", START, rule, minutes=45))
    before = site.appointment(phone.user, "a.ics")
    shown = phone.get("a.ics")
    own = [line for line in shown.lines if line.startswith("X-PRAXICAL-")]
    uid = shown.value("UID") or ""
    identity = at("RECURRENCE-ID", START + WEEK)
    override = vevent(uid, "JD · acupfollow", times(START + WEEK + HOUR, 45), identity, *own)
    text = edited(shown.text, ("END:VCALENDAR", f"{override}END:VCALENDAR"))
    assert phone.put("a.ics", text, If_Match=shown.etag or "").status == 204
    after = site.appointment(phone.user, "a.ics")
    assert before is not None
    assert after is not None
    assert after.id == before.id
    assert {row.occurrence.appointment for row in site.listed(practitioner=phone.user)} == {
        before.id
    }
    assert list(after.overrides) == [key_of(START + WEEK)]


def test_t12_a_cancelled_override_that_comes_back_as_exdate_changes_nothing(
    site: Site, phone: Phone
) -> None:
    rule = "RRULE:FREQ=WEEKLY;COUNT=3"
    phone.put("a.ics", event("acupfollow Jane Doe", START, rule, minutes=45))
    office.cancel(site, phone.user, "a.ics", START + WEEK)
    before = site.appointment(phone.user, "a.ics")
    assert before is not None
    history = site.history(before)
    shown = phone.get("a.ics")
    sent = edited(shown.text, ("DTSTAMP:20260101", "DTSTAMP:20260303"))
    assert any(line.startswith("EXDATE") for line in shown.lines)
    assert phone.put("a.ics", sent, If_Match=shown.etag or "").status == 204
    after = site.appointment(phone.user, "a.ics")
    assert after is not None
    assert after.overrides == before.overrides
    assert site.history(after) == history


@pytest.mark.parametrize("place", ["telehealth", "telehealth-away"])
def test_t14_telehealth_adds_95_and_leaving_it_takes_it_away(
    site: Site, phone: Phone, place: str
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    phone.edit("a.ics", ("SUMMARY:JD", f"SUMMARY:@{place} JD"))
    there = site.details(phone.user, "a.ics")
    assert (there.services[0].modifiers, there.auto_95) == (("95",), Auto95.ADDED)
    phone.edit("a.ics", ("SUMMARY:JD", "SUMMARY:@main JD"))
    back = site.details(phone.user, "a.ics")
    assert (back.services[0].modifiers, back.auto_95) == ((), Auto95.NONE)


def test_t14_a_95_of_a_persons_own_stays(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe +95", START))
    for place in ("telehealth", "main"):
        phone.edit("a.ics", ("SUMMARY:JD", f"SUMMARY:@{place} JD"))
        assert site.details(phone.user, "a.ics").services[0].modifiers == ("95",)


def test_t14_a_fifth_modifier_is_asked_about(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe +GT +59 +25 +26 @telehealth", START))
    details = site.details(phone.user, "a.ics")
    assert details.services[0].modifiers == ("GT", "59", "25", "26")
    assert Attention.MODIFIER_OVERFLOW in details.attention


def test_t15_arrived_twice_at_once_is_told_once(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    shown = phone.get("a.ics")
    arrived = edited(shown.text, ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    devices = [site.phone(phone.user) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda device: device.put("a.ics", arrived).status, devices))
    assert statuses == [204] * 4
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    assert site.history(appointment).count("arrived") == 1
    assert site.findings() == []


def test_t15_one_of_two_conditional_arrivals_wins(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    shown = phone.get("a.ics")
    etag = shown.etag or ""
    arrived = edited(shown.text, ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    devices = [site.phone(phone.user), site.phone(phone.user)]
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda device: device.put("a.ics", arrived, If_Match=etag), devices)
        assert sorted(answer.status for answer in answers) == [204, 412]
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    assert site.history(appointment).count("arrived") == 1
