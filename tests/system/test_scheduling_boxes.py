"""The scheduling inbox and outbox as collections: never taken for calendars, always empty."""

from __future__ import annotations

from typing import Any

import pytest
from caldav.davclient import DAVClient

from tests.system import boxes, reports
from tests.system.boxes import APPLE, SUCCESS, THUNDERBIRD, between, mail, told
from tests.system.events import event, new_uid, stamp
from tests.system.phone import CALDAV, CALENDARSERVER, DAV, NAMESPACES, Phone
from tests.system.servers import Site
from tests.system.test_scheduling import HOUR, START, WEEK

BOXES = ("inbox", "outbox")


@pytest.fixture(params=BOXES)
def box(request: pytest.FixtureRequest, phone: Phone) -> str:
    """Return the path of either collection."""
    return f"/{phone.user}/{request.param}/"


def href_in(phone: Phone, path: str, name: str) -> list[str]:
    found = phone.propfind(path, f"C:{name}").property_of(path, f"{CALDAV}{name}")
    assert found is not None
    return [one.text or "" for one in found.iter(f"{DAV}href")]


def test_the_principal_says_where_they_are(phone: Phone) -> None:
    home = f"/{phone.user}/"
    assert href_in(phone, home, "schedule-inbox-URL") == [boxes.inbox(phone)]
    assert href_in(phone, home, "schedule-outbox-URL") == [boxes.outbox(phone)]
    assert set(href_in(phone, home, "calendar-user-address-set")) == {home, mail(phone.user)}


def test_the_home_lists_them_and_they_are_no_calendars(phone: Phone) -> None:
    listed = phone.propfind(f"/{phone.user}/", "D:resourcetype", depth=1)
    kinds = {
        href: {one.tag for one in kind}
        for href in listed.responses
        if (kind := listed.property_of(href, f"{DAV}resourcetype")) is not None
    }
    for name in BOXES:
        assert kinds[f"/{phone.user}/{name}/"] == {
            f"{DAV}collection",
            f"{CALDAV}schedule-{name}",
        }
    calendars = [href for href in kinds if f"{CALDAV}calendar" in kinds[href]]
    assert phone.calendar in calendars


def test_they_are_empty_at_any_depth(phone: Phone, box: str) -> None:
    for depth in ("0", "1", "infinity"):
        body = f"<D:propfind {NAMESPACES}><D:allprop/></D:propfind>"
        answer = phone.request("PROPFIND", box, body, Depth=depth)
        assert list(answer.responses) == [box]
    assert phone.request("PROPFIND", box.rstrip("/"), "", Depth="0").status == 207
    assert phone.request("GET", box).status == 200


def test_the_inbox_says_which_calendars_count_and_where_events_go(phone: Phone) -> None:
    mine = phone.calendar
    reports.personal(phone)
    hidden = reports.personal(phone, slug="hidden")
    hidden.proppatch(
        "", "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"
    )
    inbox = boxes.inbox(phone)
    assert set(href_in(phone, inbox, "calendar-free-busy-set")) == {
        mine,
        f"/{phone.user}/mine/",
    }
    assert href_in(phone, inbox, "schedule-default-calendar-URL") == [mine]


def test_who_has_no_appointments_has_no_calendar_for_invitations(site: Site) -> None:
    desk = site.phone("desk")
    assert href_in(desk, "/desk/inbox/", "schedule-default-calendar-URL") == []


def test_of_all_scheduling_only_busy_times_are_a_privilege(phone: Phone) -> None:
    for box, expected in (
        (boxes.inbox(phone), "schedule-query-freebusy"),
        (boxes.outbox(phone), "schedule-send-freebusy"),
    ):
        found = phone.propfind(box, "D:current-user-privilege-set").property_of(
            box, f"{DAV}current-user-privilege-set"
        )
        assert found is not None
        granted = {one.tag for each in found for one in each}
        assert {tag for tag in granted if tag.startswith(CALDAV)} == {f"{CALDAV}{expected}"}
        assert not {f"{DAV}write", f"{DAV}bind", f"{DAV}unbind"} & granted


def test_nothing_can_be_set_on_them_and_that_is_said_for_each_property(
    phone: Phone, box: str
) -> None:
    inner = "<C:calendar-free-busy-set/><D:displayname>Mine</D:displayname>"
    answer = phone.proppatch(box, inner)
    assert answer.status == 207
    assert " 200 " not in answer.text


def test_nothing_is_put_copied_or_moved_into_them(phone: Phone, box: str) -> None:
    phone.put("a.ics", event("Lunch", START))
    answers = [
        phone.put(f"{box}new.ics", event("Lunch", START)),
        phone.put(box, event("Lunch", START)),
        phone.move("a.ics", f"{box}a.ics"),
        phone.request("COPY", "a.ics", Destination=f"https://cal.practice.example{box}a.ics"),
    ]
    for answer in (answers[0], *answers[2:]):
        assert (answer.status, answer.condition) == (403, "need-privileges")
        assert [one.tag for one in answer.xml.iter(f"{DAV}bind")] == [f"{DAV}bind"]
    assert answers[1].status == 405
    assert phone.get("a.ics").status == 200


def test_they_are_neither_deleted_nor_moved_nor_made(phone: Phone, box: str) -> None:
    deleted = phone.delete(box)
    assert (deleted.status, deleted.condition) == (403, "need-privileges")
    moved = phone.move(box, f"/{phone.user}/elsewhere/")
    assert (moved.status, moved.condition) == (403, "source-is-object")
    made = phone.mkcalendar(box)
    assert (made.status, made.condition) == (403, "resource-must-be-null")
    assert phone.request("MKCOL", box).status == 405
    inside = phone.mkcalendar(f"{box}new/")
    assert (inside.status, inside.condition) == (403, "calendar-collection-location-ok")
    assert phone.delete(f"{box}gone.ics").status == 404
    assert phone.get(f"{box}gone.ics").status == 404
    assert phone.propfind(box, "D:resourcetype").status == 207


def test_the_inbox_answers_reports_with_nothing(phone: Phone) -> None:
    inbox = boxes.inbox(phone)
    answers = [
        phone.report(inbox, reports.query(reports.comp("VEVENT"))),
        phone.query(inbox, stamp(WEEK[0]), stamp(WEEK[1])),
        phone.sync(inbox).answer,
    ]
    assert [(answer.status, answer.responses) for answer in answers] == [(207, {})] * 3
    gone = phone.multiget(inbox, f"{inbox}gone.ics")
    assert " 404 " in (gone.responses[f"{inbox}gone.ics"].findtext(f"{DAV}status") or "")


def test_the_inbox_gives_back_the_token_it_was_asked_with(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    inbox, of_calendar = boxes.inbox(phone), phone.sync().token
    first = phone.sync(inbox).token
    assert first
    for token in (of_calendar, first):
        assert phone.sync(inbox, token).token == token
    assert phone.sync("", of_calendar).there == {}
    for name in (f"{CALENDARSERVER}getctag", f"{DAV}sync-token"):
        short = f"{'S' if name.startswith(CALENDARSERVER) else 'D'}:{name.partition('}')[2]}"
        found = phone.propfind(inbox, short).property_of(inbox, name)
        assert found is not None
        assert first in (found.text or "")


@pytest.mark.parametrize("name", BOXES)
def test_reports_that_make_no_sense_there_are_refused_by_name(phone: Phone, name: str) -> None:
    box = f"/{phone.user}/{name}/"
    bodies = [reports.free_busy(*WEEK)]
    if name == "outbox":
        bodies += [reports.query(reports.comp("VEVENT")), reports.multiget(f"{box}a.ics")]
    for body in bodies:
        answer = phone.report(box, body)
        assert (answer.status, answer.condition) == (403, "supported-report")
    told = phone.propfind(box, "D:supported-report-set").text
    assert "free-busy-query" not in told
    assert ("calendar-query" in told) is (name == "inbox")


def test_only_the_outbox_takes_a_question(phone: Phone) -> None:
    body = boxes.asked(mail(phone.user), [mail(phone.user)], *between(*WEEK))
    refused = phone.request("POST", boxes.inbox(phone), body)
    assert (refused.status, refused.condition) == (405, "method-allowed")
    assert "POST" not in refused.headers["allow"].split(", ")
    assert phone.request("POST", f"{boxes.outbox(phone)}a.ics", body).status == 404


def test_no_calendar_and_no_colleague_has_their_names(phone: Phone) -> None:
    made = phone.mkcalendar(f"/{phone.user}/inbox/")
    assert made.status == 403
    listed = phone.propfind(f"/{phone.user}/", "D:resourcetype", depth=1)
    assert len(list(listed.responses)) == len(set(listed.responses))


def test_what_is_stored_without_attendees_is_no_scheduling_object(phone: Phone) -> None:
    people = (f"ORGANIZER:{mail(phone.user)}", "ATTENDEE:mailto:jane.doe@mail.example")
    stored = phone.put("a.ics", event("Meeting", START, *people))
    shown = phone.get("a.ics")
    assert not {"schedule-tag"} & {*stored.headers, *shown.headers}
    assert "ATTENDEE" not in shown.text
    assert "ORGANIZER" not in shown.text
    assert phone.propfind("a.ics", "C:schedule-tag").text.count(" 404 ") == 1


def test_who_is_invited_is_told_nothing(site: Site, phone: Phone) -> None:
    guest = site.newcomer()
    people = (f"ORGANIZER:{mail(phone.user)}", f"ATTENDEE:{mail(guest.user)}")
    phone.put("a.ics", event("Meeting", START, *people))
    reports.personal(phone).put("b.ics", event("Meeting", START, *people))
    assert guest.sync().there == {}
    assert guest.sync(boxes.inbox(guest)).there == {}


def test_thunderbird_finds_them_and_asks_for_one_guest_at_a_time(
    site: Site, phone: Phone
) -> None:
    guest = site.newcomer()
    guest.put("a.ics", event("Lunch", START))
    claimed = phone.request("OPTIONS", f"/{phone.user}/").headers["dav"].split(", ")
    assert "calendar-auto-schedule" in claimed
    home = f"/{phone.user}/"
    found = phone.propfind(
        home,
        "C:calendar-home-set",
        "C:calendar-user-address-set",
        "C:schedule-inbox-URL",
        "C:schedule-outbox-URL",
    )
    assert " 404 " not in found.text
    body = boxes.asked(mail(phone.user), [mail(guest.user)], *between(*WEEK))
    headers = {
        "Originator": mail(phone.user),
        "Recipient": mail(guest.user),
        "Origin": "moz-extension://calendar",
    }
    answer = boxes.post(phone, body, **headers)
    assert answer.headers["content-type"].startswith("text/xml")
    [one] = told(answer).values()
    assert (one.status, len(one.taken)) == (SUCCESS, 1)
    assert THUNDERBIRD in body


def test_a_mac_asks_for_all_guests_at_once_and_polls_its_inbox(
    site: Site, phone: Phone
) -> None:
    guests = [site.newcomer().user, phone.user, "nobody"]
    mac = site.phone(phone.user, User_Agent="macOS/13.4 (22F66) dataaccessd/1.0")
    lines = (
        f"X-CALENDARSERVER-MASK-UID:{new_uid()}",
        "X-CALENDARSERVER-EXTENDED-FREEBUSY:T",
        "SUMMARY:Availability",
    )
    people = [mail(one) for one in guests]
    body = boxes.asked(mail(mac.user), people, *between(*WEEK), *lines, prodid=APPLE)
    found = told(boxes.post(mac, body.replace("METHOD", "CALSCALE:GREGORIAN\r\nMETHOD")))
    assert [one.status for one in found.values()] == [SUCCESS, SUCCESS, boxes.NOBODY]
    polled = mac.propfind(boxes.inbox(mac), "D:getetag", "C:schedule-tag", depth=1)
    assert list(polled.responses) == [boxes.inbox(mac)]


def test_python_caldav_finds_them_and_asks(site: Site, phone: Phone) -> None:
    guest = site.newcomer()
    guest.put("a.ics", event("Lunch", START))
    with DAVClient(url=site.address, username=phone.user, password=phone.secret) as client:
        assert client.supports_scheduling()
        principal: Any = client.get_principal()
        assert list(principal.schedule_inbox().get_items()) == []
        assert str(principal.schedule_outbox().url).endswith(boxes.outbox(phone))
        names = [str(one.url) for one in principal.get_calendars()]
        assert not [name for name in names if name.endswith(("/inbox/", "/outbox/"))]
        people = [mail(guest.user), mail("nobody")]
        found = principal.freebusy_request(*WEEK, people)
    assert found["errors"] == {mail("nobody"): boxes.NOBODY}
    [busy] = found[mail(guest.user)].icalendar_instance.walk("VFREEBUSY")
    assert busy["FREEBUSY"].dt == (START, START + HOUR)
