"""Merge rules M1 to M5: what counts as changed, and what a missing property means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.vocabulary import Status
from server.domain.when import Timed
from tests.system import office
from tests.system.events import at, edited, event, monday, without
from tests.system.phone import Phone
from tests.system.servers import Site

THUNDERBIRD = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Thunderbird/153.0"
IPHONE = "iOS/26.5 (23F77) dataaccessd/1.0"
START = monday(weeks=1, hour=9)
QUARTER = timedelta(minutes=15)


def booked(phone: Phone, *lines: str, title: str = "acupfollow Jane Doe") -> None:
    """Book a session on Monday next week."""
    assert phone.put("a.ics", event(title, START, *lines, minutes=45)).status == 201


def test_m01_a_stale_if_match_changes_nothing(site: Site, phone: Phone) -> None:
    booked(phone)
    stale = phone.get("a.ics")
    phone.edit("a.ics", ("SUMMARY:JD", "SUMMARY:✓ JD"), ("acupfollow", "acupfollow #arrived"))
    later = edited(stale.text, (at("DTEND", START + 3 * QUARTER), at("DTEND", START)))
    assert phone.put("a.ics", later, If_Match=stale.etag or "").status == 412
    assert site.details(phone.user, "a.ics").status is Status.ARRIVED


def test_m01_without_if_match_the_revision_in_the_body_is_the_base(
    site: Site, phone: Phone
) -> None:
    booked(phone)
    shown = phone.get("a.ics")
    office.change(site, phone.user, "a.ics", status=Status.ARRIVED)
    moved = edited(
        shown.text,
        (at("DTSTART", START), at("DTSTART", START + QUARTER)),
        (at("DTEND", START + 3 * QUARTER), at("DTEND", START + 4 * QUARTER)),
    )
    assert phone.put("a.ics", moved).status == 204
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    assert appointment.first_part.details.status is Status.ARRIVED
    assert appointment.first_part.when == Timed(START + QUARTER, START + 4 * QUARTER)


def test_m01_where_both_sides_changed_the_client_the_practice_keeps_its_value(
    site: Site, phone: Phone
) -> None:
    booked(phone)
    shown = phone.get("a.ics")
    office.change(site, phone.user, "a.ics", client="C1003")
    other = edited(shown.text, ("SUMMARY:JD", "SUMMARY:John Doe"))
    assert phone.put("a.ics", other).status == 204
    assert site.details(phone.user, "a.ics").client == "C1003"


def test_m01_where_both_sides_moved_it_the_writer_keeps_its_own_time(
    site: Site, phone: Phone
) -> None:
    booked(phone)
    shown = phone.get("a.ics")
    office.change(site, phone.user, "a.ics", start=START + timedelta(hours=3))
    moved = edited(shown.text, (at("DTSTART", START), at("DTSTART", START - QUARTER)))
    assert phone.put("a.ics", moved).status == 204
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    assert isinstance(appointment.first_part.when, Timed)
    assert appointment.first_part.when.start == START - QUARTER
    assert site.history(appointment).count("moved") == 2


def test_m01_without_condition_and_revision_the_last_text_served_is_the_base(
    site: Site, phone: Phone
) -> None:
    booked(phone)
    shown = phone.get("a.ics")
    office.change(site, phone.user, "a.ics", status=Status.CONFIRMED, location=None)
    again = edited(
        without(shown.text, "X-PRAXICAL-"),
        (at("DTSTART", START), at("DTSTART", START - QUARTER)),
    )
    assert phone.put("a.ics", again).status == 204
    details = site.details(phone.user, "a.ics")
    assert details.status is Status.CONFIRMED
    assert details.location is None


def test_m01_if_match_is_never_asked_for(site: Site, phone: Phone) -> None:
    booked(phone)
    shown = phone.get("a.ics")
    arrived = edited(shown.text, ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    assert phone.put("a.ics", arrived).status == 204
    assert site.details(phone.user, "a.ics").status is Status.ARRIVED
    assert phone.delete("a.ics").status == 204


def test_m02_our_own_properties_that_are_missing_are_unchanged(
    site: Site, phone: Phone
) -> None:
    booked(phone, "X-PRAXICAL-REMINDERS:1D-text", "X-PRAXICAL-ROOM:room-1")
    before = site.details(phone.user, "a.ics")
    assert before.room == "room-1"
    drop = ("X-PRAXICAL-", "COLOR", "CLASS")
    assert phone.edit("a.ics", drop=drop).status == 204
    assert site.details(phone.user, "a.ics") == before


@pytest.mark.parametrize(
    "line",
    [
        "X-PRAXICAL-REF:01JD7Z6Q8K5T3V9W2X4Y6Z8A0B",
        "X-PRAXICAL-GROUP:G77",
        "X-PRAXICAL-LOCK:bill-open",
        "X-PRAXICAL-ATTENTION:overlap",
    ],
)
def test_m02_what_only_the_server_writes_is_ignored(
    site: Site, phone: Phone, line: str
) -> None:
    booked(phone)
    before = site.appointment(phone.user, "a.ics")
    name = line.partition(":")[0]
    insertion = ("END:VEVENT", f"{line}\r\nEND:VEVENT")
    assert phone.edit("a.ics", insertion, drop=(name,)).status == 204
    after = site.appointment(phone.user, "a.ics")
    assert before is not None
    assert after is not None
    assert after.id == before.id
    assert after.group == before.group
    assert after.first_part.details == before.first_part.details
    assert line not in phone.get("a.ics").lines


def test_m02_what_a_client_may_write_is_an_edit(site: Site, phone: Phone) -> None:
    booked(phone)
    phone.edit(
        "a.ics",
        ("X-PRAXICAL-STATUS:booked", "X-PRAXICAL-STATUS:arrived"),
        ("X-PRAXICAL-SERVICES:97810*1", "X-PRAXICAL-SERVICES:97810*2+GT 97811*1"),
        ("X-PRAXICAL-CLIENT:C1001", "X-PRAXICAL-CLIENT:C1003"),
    )
    details = site.details(phone.user, "a.ics")
    assert details.status is Status.ARRIVED
    assert [str(line) for line in details.services] == ["97810*2+GT", "97811*1"]
    assert details.client == "C1003"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("X-PRAXICAL-STATUS:booked", "X-PRAXICAL-STATUS:vanished"),
        ("X-PRAXICAL-SERVICES:97810*1", "X-PRAXICAL-SERVICES:97810*0"),
        ("X-PRAXICAL-SERVICES:97810*1", "X-PRAXICAL-SERVICES:!!"),
        ("X-PRAXICAL-CLIENT:C1001", "X-PRAXICAL-CLIENT:C9999"),
        ("X-PRAXICAL-SESSION:acupfollow", "X-PRAXICAL-SESSION:nonsense"),
        ("X-PRAXICAL-LOCATION;X-POS=11:main", "X-PRAXICAL-LOCATION:moon"),
    ],
)
def test_m02_a_value_that_is_none_changes_nothing(
    site: Site, phone: Phone, old: str, new: str
) -> None:
    booked(phone)
    before = site.details(phone.user, "a.ics")
    assert phone.edit("a.ics", (old, new)).status == 204
    assert site.details(phone.user, "a.ics") == before
    assert phone.get("a.ics").says(old)


def test_m03_place_and_description_that_are_missing_were_removed(
    site: Site, phone: Phone
) -> None:
    booked(phone, "DESCRIPTION:Bring the red folder")
    assert site.details(phone.user, "a.ics").note == "Bring the red folder"
    assert phone.edit("a.ics", drop=("LOCATION", "DESCRIPTION")).status == 204
    details = site.details(phone.user, "a.ics")
    assert (details.note, details.location) == ("", None)


def test_m03_a_rule_that_is_missing_was_removed(site: Site, phone: Phone) -> None:
    booked(phone, "RRULE:FREQ=WEEKLY;COUNT=3")
    assert phone.edit("a.ics", drop=("RRULE",)).status == 204
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    assert appointment.recurrence is None
    assert len(site.listed(practitioner=phone.user)) == 1


@pytest.mark.parametrize("title", ["", "SUMMARY:\r\n", "SUMMARY:   \r\n"])
def test_m03_an_empty_or_missing_title_is_ignored(site: Site, phone: Phone, title: str) -> None:
    booked(phone)
    before = site.details(phone.user, "a.ics")
    drop = ("SUMMARY",)
    assert phone.edit("a.ics", ("END:VEVENT", f"{title}END:VEVENT"), drop=drop).status == 204
    assert site.details(phone.user, "a.ics") == before
    assert phone.get("a.ics").value("SUMMARY") == "JD · acupfollow"


@pytest.mark.parametrize(
    ("agent", "kept"), [(THUNDERBIRD, False), (IPHONE, True), ("Unheard-Of/1", True)]
)
def test_m04_categories_are_removed_only_by_apps_that_carry_them(
    phone: Phone, agent: str, *, kept: bool
) -> None:
    booked(phone, "CATEGORIES:blue folder")
    assert phone.edit("a.ics", drop=("CATEGORIES",), User_Agent=agent).status == 204
    assert phone.get("a.ics").says("CATEGORIES:blue folder") is kept


@pytest.mark.parametrize("agent", [THUNDERBIRD, IPHONE, "Unheard-Of/1"])
def test_m04_a_missing_status_never_takes_a_cancellation_back(
    site: Site, phone: Phone, agent: str
) -> None:
    booked(phone)
    phone.edit("a.ics", ("STATUS:CONFIRMED", "STATUS:CANCELLED"))
    assert site.details(phone.user, "a.ics").status is Status.CANCELLED
    phone.edit("a.ics", drop=("STATUS:", "X-PRAXICAL-"), User_Agent=agent)
    assert site.details(phone.user, "a.ics").status is Status.CANCELLED


@pytest.mark.parametrize(
    ("agent", "busy"), [(THUNDERBIRD, True), (IPHONE, True), ("Unheard-Of/1", False)]
)
def test_m04_a_missing_transp_is_busy_where_the_app_carries_it(
    site: Site, phone: Phone, agent: str, *, busy: bool
) -> None:
    booked(phone, "TRANSP:TRANSPARENT", title="Staff meeting")
    assert not site.details(phone.user, "a.ics").blocks
    phone.edit("a.ics", drop=("TRANSP",), User_Agent=agent)
    assert site.details(phone.user, "a.ics").blocks is busy


def test_m04_a_new_other_event_without_transp_is_busy(site: Site, phone: Phone) -> None:
    booked(phone, title="Staff meeting")
    assert site.details(phone.user, "a.ics").blocks


def test_m05_each_reader_keeps_the_foreign_properties_of_the_own_app(
    site: Site, phone: Phone
) -> None:
    booked(phone, "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC", "X-MINE;A=1:alpha")
    desk = site.phone("desk")
    href = f"/desk/{phone.user}/a.ics"
    shown = desk.get(href)
    assert "X-MINE" not in shown.text
    added = edited(shown.text, ("END:VEVENT", "X-MOZ-LASTACK:20260101T000000Z\r\nEND:VEVENT"))
    assert desk.put(href, added, If_Match=shown.etag or "").status == 204
    assert desk.get(href).says("X-MOZ-LASTACK:20260101T000000Z")
    mine = phone.get("a.ics")
    assert mine.says("X-MINE;A=1:alpha")
    assert "X-MOZ-LASTACK" not in mine.text


def test_m05_what_one_app_drops_of_another_app_stays(phone: Phone) -> None:
    booked(phone, "X-MINE;A=1:alpha", "X-APPLE-SUGGESTION;B=x,y:beta")
    assert phone.edit("a.ics", drop=("X-MINE", "X-APPLE"), User_Agent=THUNDERBIRD).status == 204
    shown = phone.get("a.ics")
    assert shown.says("X-MINE;A=1:alpha")
    assert shown.says("X-APPLE-SUGGESTION;B=x,y:beta")


def test_m05_what_is_kept_of_apps_that_dropped_it_is_bounded(phone: Phone) -> None:
    for number in range(9):
        lines = [f"X-BULK-{number}-{one}:{'y' * 900}" for one in range(20)]
        shown = phone.get("a.ics")
        if shown.status == 404:
            booked(phone, *lines)
            continue
        text = without(shown.text, "X-BULK")
        added = edited(text, ("END:VEVENT", "\r\n".join([*lines, "END:VEVENT"])))
        assert phone.put("a.ics", added, If_Match=shown.etag or "").status == 204
    kept = [line for line in phone.get("a.ics").lines if line.startswith("X-BULK")]
    dropped = [line for line in kept if not line.startswith("X-BULK-8-")]
    assert 20 <= len(dropped) <= 64
    assert sum(map(len, dropped)) <= 32 * 1024
    assert all(f"X-BULK-8-{one}:{'y' * 900}" in kept for one in range(20))
