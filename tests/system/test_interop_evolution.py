"""Evolution, GNOME Calendar, khal and calcurse: without conditions, by ctag, with new UIDs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.vocabulary import Status
from tests.system import office
from tests.system.events import at, edited, event, local, monday, new_uid, stamp, vcalendar
from tests.system.phone import CALENDARSERVER, DAV, Phone
from tests.system.servers import Site

AGENT = "Evolution/3.46.4"
START = monday(weeks=1, hour=9)
HOUR = timedelta(hours=1)


@pytest.fixture
def gnome(site: Site, phone: Phone) -> Phone:
    """Return GNOME's calendar back end."""
    return site.phone(phone.user, User_Agent=AGENT, Prefer="return=minimal")


def ctag(reader: Phone) -> str:
    """Return the calendar's ctag."""
    found = reader.propfind("", "S:getctag").property_of(
        reader.calendar, f"{CALENDARSERVER}getctag"
    )
    assert found is not None
    return found.text or ""


def test_the_ctag_changes_with_every_change_and_only_then(gnome: Phone) -> None:
    before = ctag(gnome)
    assert ctag(gnome) == before
    gnome.put("a.ics", event("Lunch", START), If_None_Match="*")
    after = ctag(gnome)
    assert after != before
    gnome.get("a.ics")
    gnome.put("a.ics", gnome.get("a.ics").text)
    assert ctag(gnome) == after
    gnome.delete("a.ics")
    assert ctag(gnome) not in (before, after)


def test_it_reads_by_range_and_multiget_without_depth(gnome: Phone) -> None:
    gnome.put("a.ics", event("acupfollow Jane Doe", START), If_None_Match="*")
    near = gnome.query("", stamp(START - 35 * 24 * HOUR), stamp(START + 35 * 24 * HOUR))
    assert set(near.responses) == {gnome.path("a.ics")}
    read = gnome.multiget("", "a.ics")
    assert read.property_of(gnome.path("a.ics"), f"{DAV}getetag") is not None


def test_without_an_etag_it_reads_again_and_shows_what_was_stored(gnome: Phone) -> None:
    answer = gnome.put("a.ics", event("acupfollow Jane Doe", START), If_None_Match="*")
    assert (answer.status, answer.etag) == (201, None)
    assert gnome.get("a.ics").value("SUMMARY") == "JD · acupfollow"


def test_a_stale_edit_does_not_overwrite_what_the_practice_did(
    site: Site, gnome: Phone
) -> None:
    gnome.put("a.ics", event("acupfollow Jane Doe", START), If_None_Match="*")
    stale = gnome.get("a.ics")
    office.change(site, gnome.user, "a.ics", status=Status.ARRIVED, note="Paid in cash")
    renamed = edited(stale.text, ("SUMMARY:JD · acupfollow", "SUMMARY:JD · acupfollow @room-1"))
    assert gnome.put("a.ics", renamed).status == 204
    details = site.details(gnome.user, "a.ics")
    assert (details.status, details.note, details.room) == (
        Status.ARRIVED,
        "Paid in cash",
        "room-1",
    )


def test_it_deletes_without_a_condition(site: Site, gnome: Phone) -> None:
    gnome.put("a.ics", event("acupfollow Jane Doe", START))
    assert gnome.delete("a.ics").status == 204
    assert list(site.listed(practitioner=gnome.user)) == []


def test_the_text_of_a_refusal_is_a_sentence_for_a_person(site: Site, gnome: Phone) -> None:
    href = office.request(site, gnome.user, START)
    answer = gnome.delete(href)
    assert answer.sentence.startswith("This is a request")
    assert "<" not in answer.sentence


def test_its_touches_are_no_changes(site: Site, gnome: Phone) -> None:
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "DESCRIPTION:x", "END:VALARM")
    text = event("acupfollow Jane Doe", START, "GEO:52.52;13.4", "CATEGORIES:a,b", *alarm)
    gnome.put("a.ics", text)
    gnome.edit(
        "a.ics",
        ("GEO:52.52;13.4", "GEO:52.520000;13.400000"),
        ("CATEGORIES:a,b", "CATEGORIES:a\r\nCATEGORIES:b"),
        ("END:VALARM", "X-EVOLUTION-ALARM-UID:7\r\nEND:VALARM"),
    )
    appointment = site.appointment(gnome.user, "a.ics")
    assert appointment is not None
    assert site.history(appointment) == ["booked"]


def test_khal_raises_the_sequence_and_keeps_everything(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "SEQUENCE:0", "X-FOO;A=b:c,d"))
    before = site.details(phone.user, "a.ics")
    agent = "khal/0.11 vdirsyncer/0.21"
    changes = (("SEQUENCE:0", "SEQUENCE:1"), ("DTSTAMP:20260101", "DTSTAMP:20260505"))
    assert phone.edit("a.ics", *changes, User_Agent=agent).status == 204
    assert site.details(phone.user, "a.ics") == before
    assert phone.get("a.ics").says("X-FOO;A=b:c,d")


def calcurse(title: str, uid: str) -> str:
    """Return an event as calcurse writes it: no zone, no stamp, a duration."""
    lines = [f"UID:{uid}", f"DTSTART:{local(START)}", "DURATION:P0DT0H45M0S"]
    body = "\r\n".join(["BEGIN:VEVENT", *lines, f"SUMMARY:{title}", "END:VEVENT", ""])
    return vcalendar(body, prodid="-//calcurse//NONSGML v4.8.1//EN")


def test_calcurse_edits_by_a_new_uid_and_a_deletion_and_loses_nothing(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, minutes=45))
    office.change(site, phone.user, "a.ics", status=Status.ARRIVED)
    before = site.appointment(phone.user, "a.ics")
    shown = phone.get("a.ics").value("SUMMARY") or ""
    assert phone.put("b.ics", calcurse(shown, new_uid())).status == 201
    assert phone.delete("a.ics").status == 204
    after = site.appointment(phone.user, "b.ics")
    assert before is not None
    assert after is not None
    assert after.first_part.details.client == "C1001"
    assert after.first_part.details.session_type == "acupfollow"
    assert site.findings() == []


def test_two_main_events_under_one_uid_are_refused_by_name(phone: Phone) -> None:
    uid = new_uid()
    one, two = calcurse("One", uid), calcurse("Two", uid)
    inner = two.partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0]
    both = one.replace("END:VCALENDAR", f"BEGIN:VEVENT{inner}END:VEVENT\r\nEND:VCALENDAR")
    answer = phone.put("a.ics", both)
    assert (answer.status, answer.condition) == (403, "valid-calendar-object-resource")


def test_a_floating_time_comes_back_in_the_calendars_zone(phone: Phone) -> None:
    phone.put("a.ics", calcurse("acupfollow Jane Doe", new_uid()))
    assert phone.get("a.ics").says(at("DTSTART", START))
