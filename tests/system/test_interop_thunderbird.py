"""Thunderbird's requests in its own order, with its own objects (interop, part 1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.vocabulary import Status
from tests.system import office
from tests.system.events import at, edited, event, monday, new_uid, times, vcalendar, vevent
from tests.system.phone import CALDAV, DAV, Phone
from tests.system.servers import Site

PRODID = "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Thunderbird/153.0"
START = monday(weeks=1, hour=9)
HOUR = timedelta(hours=1)


@pytest.fixture
def bird(site: Site, phone: Phone) -> Phone:
    """Return Thunderbird, signed in for a practitioner of its own."""
    return site.phone(
        phone.user,
        User_Agent=AGENT,
        Origin="moz-extension://calendar",
        Sec_Fetch_Mode="no-cors",
        Accept_Encoding="gzip, deflate, br, zstd",
    )


def written(title: str, *lines: str, uid: str = "") -> str:
    """Return an event as Thunderbird writes it."""
    stamps = ("CREATED:20260101T000000Z", "LAST-MODIFIED:20260101T000000Z", "TRANSP:OPAQUE")
    event_lines = vevent(uid or new_uid(), title, times(START), *stamps, *lines)
    return vcalendar(event_lines, prodid=PRODID)


def save(bird: Phone, href: str, text: str) -> None:
    """Save a new event: PUT, then always a multiget of that object, then a sync."""
    assert bird.put(href, text, If_None_Match="*").status == 201
    assert bird.multiget("", href).status == 207
    assert href in bird.sync().there


def test_it_finds_the_calendars_from_the_bare_address(site: Site, bird: Phone) -> None:
    stranger = site.stranger()
    for method in ("HEAD", "GET"):
        assert stranger.request(method, "/").status == 401
    assert stranger.propfind("/", "D:resourcetype").status == 401
    assert stranger.request("PUT", "/", "", If_Match="nothing").status == 401
    redirect = bird.propfind("/.well-known/caldav", "D:current-user-principal")
    assert redirect.status == 301
    root = bird.propfind("/", "D:resourcetype", "D:current-user-principal")
    principal = root.property_of("/", f"{DAV}current-user-principal")
    assert principal is not None
    path = principal.findtext(f"{DAV}href") or ""
    homes = bird.propfind(path, "C:calendar-home-set").property_of(
        path, f"{CALDAV}calendar-home-set"
    )
    assert homes is not None
    home = homes.findtext(f"{DAV}href") or ""
    listed = bird.propfind(home, "D:resourcetype", "D:displayname", depth=1)
    calendars = [
        href
        for href in listed.responses
        if (kind := listed.property_of(href, f"{DAV}resourcetype")) is not None
        and kind.find(f"{CALDAV}calendar") is not None
    ]
    assert bird.calendar in calendars


def test_it_opens_a_calendar_and_asks_its_parent_for_options(bird: Phone) -> None:
    answer = bird.propfind(
        "",
        "D:resourcetype",
        "D:owner",
        "D:current-user-principal",
        "D:current-user-privilege-set",
        "D:supported-report-set",
        "C:supported-calendar-component-set",
        "S:getctag",
    )
    privileges = answer.property_of(bird.calendar, f"{DAV}current-user-privilege-set")
    assert privileges is not None
    assert f"{DAV}write" in {one.tag for each in privileges for one in each}
    options = bird.request("OPTIONS", f"/{bird.user}/")
    assert "calendar-access" in options.headers["dav"]
    assert "calendar-auto-schedule" in options.headers["dav"]


def test_a_new_session_is_shown_as_it_was_understood_at_once(site: Site, bird: Phone) -> None:
    save(bird, "new.ics", written("acupfollow Jane Doe"))
    [data] = bird.multiget("", "new.ics").xml.iter(f"{CALDAV}calendar-data")
    assert "SUMMARY:JD · acupfollow" in (data.text or "")
    assert site.details(bird.user, "new.ics").client == "C1001"


def test_an_edit_that_keeps_every_line_changes_only_the_title(site: Site, bird: Phone) -> None:
    save(bird, "new.ics", written("acupfollow Jane Doe"))
    before = site.details(bird.user, "new.ics")
    shown = bird.get("new.ics")
    saved = edited(
        shown.text,
        ("SUMMARY:JD · acupfollow", "SUMMARY:JD · acupfollow @room-1"),
        ("PRODID:-//Praxical//Praxical 0.1//EN", f"PRODID:{PRODID}"),
        ("END:VEVENT", "X-MOZ-GENERATION:2\r\nEND:VEVENT"),
    )
    assert bird.put("new.ics", saved, If_Match=shown.etag or "").status == 204
    after = site.details(bird.user, "new.ics")
    assert after.room == "room-1"
    assert (after.client, after.services, after.status) == (
        before.client,
        before.services,
        before.status,
    )


def test_the_menu_cancelled_cancels_and_is_shown_struck_through(
    site: Site, bird: Phone
) -> None:
    save(bird, "new.ics", written("acupfollow Jane Doe"))
    bird.edit("new.ics", ("STATUS:CONFIRMED", "STATUS:CANCELLED"))
    assert site.details(bird.user, "new.ics").status is Status.CANCELLED
    [data] = bird.multiget("", "new.ics").xml.iter(f"{CALDAV}calendar-data")
    assert "STATUS:CANCELLED" in (data.text or "")


def test_submit_anyway_after_a_conflict_merges_with_what_was_there(
    site: Site, bird: Phone
) -> None:
    save(bird, "new.ics", written("acupfollow Jane Doe"))
    seen = bird.get("new.ics")
    office.change(site, bird.user, "new.ics", status=Status.CONFIRMED)
    moved = edited(seen.text, (at("DTSTART", START), at("DTSTART", START - HOUR)))
    assert bird.put("new.ics", moved, If_Match=seen.etag or "").status == 412
    assert bird.put("new.ics", moved).status == 204
    assert site.details(bird.user, "new.ics").status is Status.CONFIRMED
    assert bird.get("new.ics").says(at("DTSTART", START - HOUR))


def test_dragging_into_another_calendar_puts_there_and_deletes_here(
    site: Site, bird: Phone
) -> None:
    mine = f"/{bird.user}/mine/"
    bird.mkcalendar(mine)
    save(bird, "new.ics", written("Lunch"))
    shown = bird.get("new.ics")
    assert bird.put(f"{mine}new.ics", shown.text, If_None_Match="*").status == 201
    assert bird.delete("new.ics", If_Match=shown.etag or "").status == 204
    rows = site.listed(practitioner=bird.user)
    assert len(rows) == 1
    assert site.findings() == []


def test_copy_and_paste_makes_a_new_appointment(site: Site, bird: Phone) -> None:
    save(bird, "new.ics", written("acupfollow Jane Doe #arrived"))
    shown = bird.get("new.ics")
    uid = new_uid()
    pasted = edited(
        shown.text,
        (f"UID:{shown.value('UID')}", f"UID:{uid}"),
        (at("DTSTART", START), at("DTSTART", START + 3 * HOUR)),
        ("DTEND;TZID=America/New_York", "X-WAS"),
    )
    save(bird, f"{uid.replace('@', '_')}.ics", pasted)
    copy = site.appointment(bird.user, f"{uid.replace('@', '_')}.ics")
    assert copy is not None
    assert copy.id != shown.value("X-PRAXICAL-REF")
    assert copy.first_part.details.status is Status.BOOKED
    assert copy.first_part.details.client == "C1001"


def test_a_categories_list_that_comes_back_as_one_line_each_is_no_change(
    site: Site, bird: Phone
) -> None:
    save(bird, "new.ics", written("acupfollow Jane Doe", "CATEGORIES:red,blue"))
    bird.edit("new.ics", ("CATEGORIES:red,blue", "CATEGORIES:red\r\nCATEGORIES:blue"))
    appointment = site.appointment(bird.user, "new.ics")
    assert appointment is not None
    assert site.history(appointment) == ["booked"]


def test_the_recurrence_of_a_series_is_edited_as_a_whole(site: Site, bird: Phone) -> None:
    save(bird, "new.ics", written("acupfollow Jane Doe", "RRULE:FREQ=WEEKLY;COUNT=5"))
    bird.edit("new.ics", ("COUNT=5", "COUNT=3"))
    assert len(site.listed(practitioner=bird.user)) == 3


def test_what_somebody_else_deleted_is_not_there_any_more(bird: Phone) -> None:
    save(bird, "new.ics", event("Lunch", START))
    etag = bird.get("new.ics").etag or ""
    bird.delete("new.ics")
    assert bird.put("new.ics", event("Lunch", START), If_Match=etag).status == 412
    assert bird.delete("new.ics", If_Match=etag).status == 404
