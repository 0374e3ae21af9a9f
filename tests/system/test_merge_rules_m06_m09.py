"""Merge rules M6 to M9: titles, privacy, invitations and times."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.vocabulary import Attention, Kind, Status, TitleLevel
from server.domain.when import AllDay, Timed
from tests.system import office
from tests.system.events import (
    at,
    edited,
    event,
    local,
    monday,
    new_uid,
    stamp,
    times,
    vcalendar,
    vevent,
)
from tests.system.phone import Phone
from tests.system.practice import NEW_YORK
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
BERLIN = ZoneInfo("Europe/Berlin")
OLD_ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Praxis Local\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\nTZNAME:PRX\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def booked(phone: Phone, *lines: str, title: str = "acupfollow Jane Doe") -> None:
    """Book a session on Monday next week."""
    assert phone.put("a.ics", event(title, START, *lines, minutes=45)).status == 201


def put_timed(phone: Phone, title: str, *timing: str, zone: str = "") -> int:
    """Put an event with these time lines and return the status."""
    return phone.put("a.ics", vcalendar(zone, vevent(new_uid(), title, [*timing]))).status


def span(site: Site, phone: Phone) -> Timed:
    """Return when the appointment happens."""
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    assert isinstance(appointment.first_part.when, Timed)
    return appointment.first_part.when


def test_m06_the_title_that_was_shown_is_not_read_again(site: Site, phone: Phone) -> None:
    booked(phone)
    before = site.details(phone.user, "a.ics")
    assert phone.edit("a.ics", ("STATUS:CONFIRMED", "STATUS:CONFIRMED\r\nPRIORITY:1")).status
    assert site.details(phone.user, "a.ics") == before
    assert phone.get("a.ics").says("PRIORITY:1")


@pytest.mark.parametrize(
    ("title", "field", "value"),
    [
        ("JD · acupfollow #arrived", "status", Status.ARRIVED),
        ("#here JD · acupfollow", "status", Status.ARRIVED),
        ("JD · acupfollow #noshow", "status", Status.NO_SHOW),
        ("JD · acupfollow #late", "status", Status.LATE_CANCELLED),
        ("JD · acupfollow #confirmed", "status", Status.CONFIRMED),
        ("JD · acupfollow @room-2", "room", "room-2"),
        ("JD · acupfollow @telehealth-away", "location", "telehealth-away"),
    ],
)
def test_m06_a_title_with_marks_changes_only_what_the_marks_say(
    site: Site, phone: Phone, title: str, field: str, value: object
) -> None:
    booked(phone)
    before = site.details(phone.user, "a.ics")
    assert phone.edit("a.ics", ("SUMMARY:JD · acupfollow", f"SUMMARY:{title}")).status == 204
    after = site.details(phone.user, "a.ics")
    assert getattr(after, field) == value
    assert (after.client, after.session_type, after.kind) == (
        before.client,
        before.session_type,
        before.kind,
    )


def test_m06_signs_that_the_server_shows_are_not_words(site: Site, phone: Phone) -> None:
    booked(phone)
    phone.edit("a.ics", ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    assert phone.get("a.ics").value("SUMMARY") == "✓ JD · acupfollow"
    phone.edit("a.ics", ("SUMMARY:✓ JD · acupfollow", "SUMMARY:✓ JD · acupfollow +GT"))
    details = site.details(phone.user, "a.ics")
    assert (details.status, details.client) == (Status.ARRIVED, "C1001")
    assert details.services[0].modifiers == ("GT",)


def test_m06_deleting_the_check_takes_the_arrival_back(site: Site, phone: Phone) -> None:
    booked(phone)
    phone.edit("a.ics", ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    phone.edit("a.ics", ("SUMMARY:✓ JD", "SUMMARY:JD"))
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    assert appointment.first_part.details.status is Status.BOOKED
    assert site.history(appointment)[-1] == "undone"


def test_m07_initials_that_come_back_mean_the_client_who_is_linked(
    site: Site, phone: Phone
) -> None:
    booked(phone)
    phone.put("john.ics", event("acupfollow John Doe", START + timedelta(hours=2)))
    phone.edit("a.ics", ("SUMMARY:JD · acupfollow", "SUMMARY:JD acupinitial"))
    details = site.details(phone.user, "a.ics")
    assert (details.client, details.session_type) == ("C1001", "acupinitial")
    assert not details.attention.intersection(
        {Attention.CLIENT_AMBIGUOUS, Attention.CLIENT_UNKNOWN}
    )


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (TitleLevel.FULL, "Jane Doe · acupfollow"),
        (TitleLevel.FIRST, "Jane · acupfollow"),
        (TitleLevel.INITIALS, "JD · acupfollow"),
        (TitleLevel.ID, "C1001 · acupfollow"),
        (TitleLevel.ANONYMOUS, "Appointment"),
    ],
)
def test_m07_at_every_level_a_moved_event_keeps_its_client(
    site: Site, level: TitleLevel, shown: str
) -> None:
    phone = site.newcomer(level=level)
    booked(phone)
    assert phone.get("a.ics").value("SUMMARY") == shown
    later = (
        at("DTEND", START + timedelta(minutes=45)),
        at("DTEND", START + timedelta(hours=1)),
    )
    assert phone.edit("a.ics", later, drop=("X-PRAXICAL-",)).status == 204
    details = site.details(phone.user, "a.ics")
    assert (details.client, details.session_type) == ("C1001", "acupfollow")
    assert phone.get("a.ics").value("SUMMARY") == shown


def test_m08_an_invitation_names_the_client_and_is_not_kept(site: Site, phone: Phone) -> None:
    invited = (
        "ORGANIZER;CN=Alma:mailto:alma@practice.example",
        "ATTENDEE;CN=Jane;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:Jane.Doe@mail.example",
    )
    booked(phone, *invited, title="acupfollow")
    assert site.details(phone.user, "a.ics").client == "C1001"
    text = phone.get("a.ics").text
    assert "ATTENDEE" not in text
    assert "ORGANIZER" not in text
    assert "mail.example" not in text


def test_m09_the_zone_that_the_app_used_is_kept(site: Site, phone: Phone) -> None:
    there = START.astimezone(BERLIN)
    assert put_timed(phone, "acupfollow Jane Doe", *times(there, 45)) == 201
    assert span(site, phone).zone == "Europe/Berlin"
    assert phone.get("a.ics").says(at("DTSTART", there))
    assert "TZID:Europe/Berlin" in phone.get("a.ics").text


def test_m09_windows_zones_become_their_iana_names(site: Site, phone: Phone) -> None:
    wall = START.replace(tzinfo=None)
    start = f"DTSTART;TZID=Eastern Standard Time:{local(wall)}"
    end = f"DTEND;TZID=Eastern Standard Time:{local(wall + timedelta(minutes=45))}"
    assert put_timed(phone, "acupfollow Jane Doe", start, end) == 201
    assert span(site, phone) == Timed(START, START + timedelta(minutes=45))


def test_m09_floating_times_are_the_calendars(site: Site, phone: Phone) -> None:
    wall = START.replace(tzinfo=None)
    assert put_timed(phone, "acupfollow Jane Doe", at("DTSTART", wall), "DURATION:PT45M") == 201
    assert span(site, phone) == Timed(START, START + timedelta(minutes=45))
    assert phone.get("a.ics").says(at("DTSTART", START))


def test_m09_a_zone_that_only_the_object_defines_is_worked_out(
    site: Site, phone: Phone
) -> None:
    wall = local(START.replace(tzinfo=None))
    lines = (f"DTSTART;TZID=Praxis Local:{wall}", "DURATION:PT45M")
    assert put_timed(phone, "acupfollow Jane Doe", *lines, zone=OLD_ZONE) == 201
    expected = datetime.fromisoformat(f"{START:%Y-%m-%dT%H:%M}+05:30")
    assert span(site, phone).start_utc == expected
    assert span(site, phone).start_utc == expected.astimezone(NEW_YORK)


def test_m09_an_unknown_zone_is_the_calendars(site: Site, phone: Phone) -> None:
    lines = (f"DTSTART;TZID=Nowhere/Land:{local(START)}", "DURATION:PT45M")
    assert put_timed(phone, "acupfollow Jane Doe", *lines) == 201
    assert span(site, phone).start == START


def test_m09_any_minute_is_accepted(site: Site, phone: Phone) -> None:
    odd = START + timedelta(minutes=7)
    assert put_timed(phone, "acupfollow Jane Doe", *times(odd, 43)) == 201
    assert span(site, phone) == Timed(odd, odd + timedelta(minutes=43))


def test_m09_an_end_before_the_start_is_malformed(site: Site, phone: Phone) -> None:
    answer = phone.put("a.ics", event("acupfollow Jane Doe", START, minutes=-30))
    assert (answer.status, answer.condition) == (400, "valid-calendar-data")
    assert site.appointment(phone.user, "a.ics") is None


@pytest.mark.parametrize(
    "timing",
    [
        [at("DTSTART", START)],
        [at("DTSTART", START), at("DTEND", START)],
        [at("DTSTART", START.date()), at("DTEND", START.date() + timedelta(days=1))],
        times(START, 25 * 60),
    ],
    ids=["no end", "no length", "all day", "25 hours"],
)
def test_m09_a_time_that_no_session_has_is_kept_and_asked_about(
    site: Site, phone: Phone, timing: list[str]
) -> None:
    assert put_timed(phone, "acupfollow Jane Doe", *timing) == 201
    details = site.details(phone.user, "a.ics")
    assert details.kind is Kind.OTHER
    assert Attention.TIMES_UNUSUAL in details.attention
    assert (phone.get("a.ics").value("SUMMARY") or "").startswith("⚠")
    assert site.findings() == []


def test_m09_an_event_that_becomes_a_day_keeps_its_client(site: Site, phone: Phone) -> None:
    booked(phone)
    day = date(START.year, START.month, START.day)
    phone.edit(
        "a.ics",
        (at("DTSTART", START), at("DTSTART", day)),
        (at("DTEND", START + timedelta(minutes=45)), at("DTEND", day + timedelta(days=1))),
    )
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    assert isinstance(appointment.first_part.when, AllDay)
    assert appointment.first_part.details.client == "C1001"


def test_m09_times_in_utc_stay_in_utc(site: Site, phone: Phone) -> None:
    lines = (f"DTSTART:{stamp(START)}", f"DTEND:{stamp(START + timedelta(minutes=45))}")
    assert put_timed(phone, "acupfollow Jane Doe", *lines) == 201
    assert span(site, phone).start_utc == START
    assert phone.get("a.ics").says(lines[0])


def test_m06_a_new_name_of_the_session_type_is_no_change_of_the_title(
    site: Site, phone: Phone
) -> None:
    booked(phone)
    shown = phone.get("a.ics")
    office.change(site, phone.user, "a.ics", session_type="acupinitial", services=())
    assert (
        phone.put("a.ics", edited(shown.text, ("DTSTAMP:2026", "DTSTAMP:2027"))).status == 204
    )
    assert site.details(phone.user, "a.ics").session_type == "acupinitial"
