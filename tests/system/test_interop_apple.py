"""Apple's calendars: what their requests and events need, as public logs show them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.vocabulary import Status
from tests.system.events import (
    DAY,
    at,
    edited,
    event,
    monday,
    new_uid,
    stamp,
    vcalendar,
    vevent,
)
from tests.system.events import times as timed
from tests.system.phone import DAV, NAMESPACES, Phone
from tests.system.servers import Site

AGENT = "macOS/13.4 (22F66) dataaccessd/1.0"
PRODID = "-//Apple Inc.//macOS 13.4//EN"
START = monday(weeks=1, hour=9)
HOUR = timedelta(hours=1)
PLACE = (
    'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="1 Main St\\nNew York";'
    "X-APPLE-RADIUS=70.58;X-TITLE=Main street:geo:40.7128,-74.0060"
)
TRAVEL = (
    "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M",
    "X-APPLE-TRAVEL-START;ROUTING=CAR;VALUE=URI;X-TITLE=Home:geo:40.70,-73.90",
)

_DELEGATES = (
    f"<D:expand-property {NAMESPACES}><D:property name='calendar-proxy-read-for' "
    "namespace='http://calendarserver.org/ns/'/></D:expand-property>"
)
_PEOPLE = (
    f"<D:principal-property-search {NAMESPACES}><D:property-search><D:prop><D:displayname/>"
    "</D:prop><D:match>Doe</D:match></D:property-search><D:prop><D:displayname/></D:prop>"
    "</D:principal-property-search>"
)


@pytest.fixture
def mac(site: Site, phone: Phone) -> Phone:
    """Return a Mac, signed in for a practitioner of its own."""
    return site.phone(phone.user, User_Agent=AGENT, Prefer="return=minimal", Brief="t")


def written(title: str, *lines: str) -> str:
    """Return an event as a Mac writes it."""
    stamps = ("CREATED:20260101T000000Z", "SEQUENCE:1", "TRANSP:OPAQUE")
    return vcalendar(vevent(new_uid(), title, timed(START), *stamps, *lines), prodid=PRODID)


def test_the_home_lists_what_there_is_and_not_what_there_is_not(mac: Phone) -> None:
    names = (
        "D:add-member", "S:allowed-sharing-modes", "A:calendar-color", "A:calendar-order",
        "C:calendar-description", "C:calendar-free-busy-set", "C:calendar-timezone",
        "D:current-user-privilege-set", "C:default-alarm-vevent-date", "D:displayname",
        "S:getctag", "D:owner", "D:quota-used-bytes", "A:refreshrate", "D:resource-id",
        "D:resourcetype", "C:schedule-calendar-transp", "C:schedule-default-calendar-URL",
        "S:source", "S:subscribed-strip-alarms", "C:supported-calendar-component-set",
        "D:supported-report-set", "D:sync-token", "S:xmpp-uri",
    )  # fmt: skip
    answer = mac.propfind(f"/{mac.user}/", *names, depth=1)
    assert answer.status == 207
    assert mac.calendar in answer.responses
    assert answer.property_of(mac.calendar, f"{DAV}sync-token") is not None


@pytest.mark.parametrize(
    "body",
    [_DELEGATES, f"<D:principal-search-property-set {NAMESPACES}/>", _PEOPLE],
    ids=["delegates", "search-property-set", "people"],
)
def test_questions_about_other_people_are_answered_quietly(mac: Phone, body: str) -> None:
    answer = mac.report(f"/{mac.user}/", body, Depth="0")
    assert answer.status < 500
    assert "Doe" not in answer.text
    assert "theo" not in answer.text


def test_a_place_and_travel_times_survive_byte_for_byte_and_block_the_way(
    site: Site, mac: Phone
) -> None:
    mac.put("a.ics", written("acupfollow Jane Doe", PLACE, *TRAVEL), If_None_Match="*")
    shown = mac.get("a.ics")
    for line in (PLACE, *TRAVEL):
        assert shown.says(line)
    [row] = site.listed(practitioner=mac.user)
    assert row.occurrence.start - row.occurrence.busy_from == HOUR / 2


def test_a_removed_location_takes_the_map_place_with_it(mac: Phone) -> None:
    mac.put("a.ics", written("Lunch", "LOCATION:Main street", PLACE))
    assert mac.get("a.ics").says(PLACE)
    mac.edit("a.ics", drop=("LOCATION", "X-APPLE-STRUCTURED-LOCATION"))
    shown = mac.get("a.ics").text
    assert "LOCATION" not in shown


def test_default_alarms_are_kept_for_their_person_only(site: Site, mac: Phone) -> None:
    alarm = (
        "BEGIN:VALARM",
        "X-WR-ALARMUID:7B1F",
        "UID:7B1F",
        "TRIGGER:-PT15M",
        "X-APPLE-DEFAULT-ALARM:TRUE",
        "ATTACH;VALUE=URI:Chord",
        "ACTION:AUDIO",
        "END:VALARM",
    )
    mac.put("a.ics", written("acupfollow Jane Doe", *alarm))
    assert [line for line in mac.get("a.ics").lines if line in alarm] == list(alarm)
    assert "VALARM" not in site.phone("desk").get(f"/desk/{mac.user}/a.ics").text


def test_a_dismissed_alarm_is_no_change_of_the_appointment(site: Site, mac: Phone) -> None:
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "END:VALARM")
    mac.put("a.ics", written("acupfollow Jane Doe", *alarm))
    mac.edit("a.ics", ("END:VALARM", "ACKNOWLEDGED:20260303T030303Z\r\nEND:VALARM"))
    appointment = site.appointment(mac.user, "a.ics")
    assert appointment is not None
    assert site.history(appointment) == ["booked"]
    assert mac.get("a.ics").says("ACKNOWLEDGED:20260303T030303Z")


def test_all_future_events_is_a_split(site: Site, mac: Phone) -> None:
    week = 7 * DAY
    mac.put("a.ics", written("acupfollow Jane Doe", "RRULE:FREQ=WEEKLY"))
    shown = mac.get("a.ics")
    own = [line for line in shown.lines if line.startswith("X-PRAXICAL-")]
    timing = timed(START + 2 * week + HOUR, 45)
    rest = vevent(new_uid(), "JD · acupfollow", timing, "RRULE:FREQ=WEEKLY", *own)
    assert mac.put("b.ics", vcalendar(rest, prodid=PRODID), If_None_Match="*").status == 201
    until = stamp(START + 2 * week - timedelta(seconds=1))
    ended = edited(shown.text, ("RRULE:FREQ=WEEKLY", f"RRULE:FREQ=WEEKLY;UNTIL={until}"))
    assert mac.put("a.ics", ended, If_Match=shown.etag or "").status == 204
    bounds = {"start": START - HOUR, "end": START + 5 * week}
    rows = site.listed(practitioner=mac.user, **bounds)
    assert [row.occurrence.start for row in rows] == [
        START,
        START + week,
        START + 2 * week + HOUR,
        START + 3 * week + HOUR,
        START + 4 * week + HOUR,
    ]
    assert {row.part.details.client for row in rows} == {"C1001"}
    assert site.findings() == []


def test_an_edit_by_an_app_without_categories_and_status_keeps_both(
    site: Site, mac: Phone, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe #arrived", START, "CATEGORIES:blue"))
    later = (at("DTEND", START + 0.75 * HOUR), at("DTEND", START + 0.5 * HOUR))
    assert mac.edit("a.ics", later, drop=("CATEGORIES", "STATUS")).status == 204
    assert site.details(mac.user, "a.ics").status is Status.ARRIVED
    assert phone.get("a.ics").says("CATEGORIES:blue")


def test_a_move_between_calendars_keeps_name_or_takes_another(site: Site, mac: Phone) -> None:
    mine = f"/{mac.user}/mine/"
    mac.mkcalendar(mine)
    mac.put("a.ics", written("Lunch"))
    assert mac.move("a.ics", f"{mine}a.ics").status == 201
    assert mac.move(f"{mine}a.ics", "b.ics").status == 201
    assert mac.get("b.ics").value("SUMMARY") == "Lunch"
    assert len(site.listed(practitioner=mac.user)) == 1
    assert site.findings() == []


def test_colour_order_and_zone_of_a_calendar_are_kept(mac: Phone) -> None:
    for inner in (
        "<A:calendar-color symbolic-color='red'>#FF2968FF</A:calendar-color>",
        "<A:calendar-order>4</A:calendar-order>",
        "<C:calendar-timezone>BEGIN:VCALENDAR\nEND:VCALENDAR</C:calendar-timezone>",
    ):
        assert mac.proppatch("", inner).status == 207
    shown = mac.propfind("", "A:calendar-color", "A:calendar-order")
    values = [
        one.text
        for one in shown.xml.iter()
        if one.tag.endswith(("calendar-color", "calendar-order"))
    ]
    assert values == ["#FF2968FF", "4"]
