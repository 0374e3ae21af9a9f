"""GET and HEAD: objects in each form, whole calendars, and the addresses above them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import pytest

from tests.system.events import at, event, monday, new_uid, times, vcalendar, vevent
from tests.system.phone import Phone
from tests.system.practice import THEO
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
LONG_AGO: Final = "Sat, 01 Jan 2000 00:00:00 GMT"
FAR_AHEAD: Final = "Fri, 01 Jan 2999 00:00:00 GMT"
HOUSE_ZONE: Final = (
    "BEGIN:VTIMEZONE\r\nTZID:House time\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:-0512\r\nTZOFFSETTO:-0512\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


@pytest.fixture
def lunch(phone: Phone) -> Phone:
    """Return a device with an object ``a.ics`` in its calendar."""
    assert phone.put("a.ics", event("Lunch", START)).status == 201
    return phone


def test_head_says_what_get_says_without_the_body(lunch: Phone) -> None:
    got, head = lunch.get("a.ics"), lunch.request("HEAD", "a.ics")
    names = ("etag", "last-modified", "content-type", "content-length", "vary")
    assert head.status == 200
    assert head.body == b""
    assert {name: head.headers[name] for name in names} == {
        name: got.headers[name] for name in names
    }


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_None_Match": "{etag}"}, 304),
        ({"If_None_Match": "W/{etag}"}, 304),
        ({"If_None_Match": '"x", {etag}'}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": '"x"'}, 200),
        ({"If_None_Match": '"x"', "If_Modified_Since": FAR_AHEAD}, 200),
        ({"If_Modified_Since": FAR_AHEAD}, 304),
        ({"If_Modified_Since": LONG_AGO}, 200),
        ({"If_Modified_Since": "yesterday"}, 200),
        ({"If_Match": "{etag}"}, 200),
        ({"If_Match": "*"}, 200),
        ({"If_Match": '"x"'}, 412),
        ({"If_Unmodified_Since": LONG_AGO}, 412),
        ({"If_Unmodified_Since": FAR_AHEAD}, 200),
    ],
    ids=str,
)
def test_an_app_that_has_an_object_is_not_sent_it_again(
    lunch: Phone, headers: Mapping[str, str], status: int
) -> None:
    etag = lunch.get("a.ics").etag or ""
    named = {name: value.format(etag=etag) for name, value in headers.items()}
    answer = lunch.get("a.ics", **named)
    assert answer.status == status
    if status == 304:
        assert (answer.etag, answer.body) == (etag, b"")


def test_after_a_change_the_old_tag_brings_the_new_text(lunch: Phone) -> None:
    old = lunch.get("a.ics").etag or ""
    lunch.edit("a.ics", ("SUMMARY:Lunch", "SUMMARY:Brunch"))
    answer = lunch.get("a.ics", If_None_Match=old)
    assert answer.status == 200
    assert answer.value("SUMMARY") == "Brunch"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/calendar+json", "application/calendar+json"),
        ("text/calendar;q=0.5, application/calendar+json", "application/calendar+json"),
        ("application/calendar+json;q=0.5, text/calendar", "text/calendar"),
        ("application/calendar+json, */*;q=0.1", "application/calendar+json"),
        ("application/calendar+json;q=odd", "text/calendar"),
        ("application/json", "text/calendar"),
        ("text/html, */*", "text/calendar"),
        ("*/*", "text/calendar"),
    ],
)
def test_an_object_is_served_in_the_form_that_is_wanted_most(
    lunch: Phone, accept: str, kind: str
) -> None:
    answer = lunch.get("a.ics", Accept=accept)
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert "Accept" in answer.headers["vary"]
    assert answer.etag == lunch.get("a.ics").etag


def test_jcal_says_the_same_as_icalendar(lunch: Phone) -> None:
    name, properties, components = json.loads(
        lunch.get("a.ics", Accept="application/calendar+json").body
    )
    events = [one for one in components if one[0] == "vevent"]
    said = {line[0]: line[3] for line in events[0][1]}
    assert (name, properties[0][:1]) == ("vcalendar", ["version"])
    assert (said["summary"], said["uid"]) == ("Lunch", lunch.get("a.ics").value("UID"))


def test_zones_that_everybody_knows_are_left_out_where_an_app_says_so(lunch: Phone) -> None:
    whole, brief = lunch.get("a.ics"), lunch.get("a.ics", CalDAV_Timezones="F")
    assert "BEGIN:VTIMEZONE" in whole.lines
    assert "BEGIN:VTIMEZONE" not in brief.lines
    assert brief.says(at("DTSTART", START))
    assert "CalDAV-Timezones" in brief.headers["vary"]
    assert lunch.get("a.ics", CalDAV_Timezones="T").body == whole.body


def test_a_zone_of_an_apps_own_making_is_never_left_out(phone: Phone) -> None:
    mine = f"/{phone.user}/mine/"
    phone.mkcalendar(mine)
    start = f"DTSTART;TZID=House time:{START:%Y%m%dT%H%M%S}"
    text = vcalendar(HOUSE_ZONE, vevent(new_uid(), "Tea", [start]))
    assert phone.put(f"{mine}a.ics", text).status == 201
    assert phone.get(f"{mine}a.ics", CalDAV_Timezones="F").body == text.encode()


def test_what_is_not_there_is_404_with_a_sentence(phone: Phone) -> None:
    for path in ("a.ics", f"/{phone.user}/none/", f"/{phone.user}/none/a.ics", "a/b.ics"):
        answer = phone.get(path)
        assert (answer.status, answer.condition) == (404, "not-found")
        assert answer.sentence.endswith(".")


def test_a_whole_calendar_is_one_file_with_each_zone_once(phone: Phone) -> None:
    for number in range(5):
        phone.put(f"{number}.ics", event(f"Lunch {number}", START))
    answer = phone.get("")
    assert answer.headers["content-type"].startswith("text/calendar")
    for line, times_there in (
        ("BEGIN:VCALENDAR", 1),
        ("END:VCALENDAR", 1),
        ("TZID:America/New_York", 1),
        ("BEGIN:VEVENT", 5),
    ):
        assert answer.lines.count(line) == times_there
    assert {f"SUMMARY:Lunch {number}" for number in range(5)} <= set(answer.lines)
    assert not any(line.startswith("METHOD") for line in answer.lines)


def test_a_whole_calendar_is_not_sent_again_until_something_changes(lunch: Phone) -> None:
    first = lunch.get("")
    assert lunch.get("", If_None_Match=first.etag or "").status == 304
    assert lunch.get("", If_Match=first.etag or "").status == 200
    lunch.put("b.ics", event("Dinner", START))
    second = lunch.get("", If_None_Match=first.etag or "")
    assert second.status == 200
    assert second.etag != first.etag
    assert lunch.get("", If_Match=first.etag or "").status == 412


def test_the_tag_of_a_whole_calendar_is_its_sync_token(lunch: Phone) -> None:
    assert lunch.get("").etag == f'"{lunch.sync().token}"'


def test_head_of_a_whole_calendar_makes_no_file(lunch: Phone) -> None:
    answer = lunch.request("HEAD", "")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.etag == lunch.get("").etag


def test_the_file_of_a_colleagues_calendar_shows_busy_times_only(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "DESCRIPTION:Left foot"))
    shown = site.phone(THEO).get(f"/{THEO}/{phone.user}/")
    assert shown.status == 200
    assert shown.says("SUMMARY:Busy")
    assert not {"Jane", "JD", "Left foot", "acupfollow"} & set(shown.text.split())
    assert "Left foot" in phone.get("").text


def test_an_empty_calendar_is_a_file_too(phone: Phone) -> None:
    answer = phone.get("")
    assert answer.status == 200
    assert answer.lines[0] == "BEGIN:VCALENDAR"
    assert answer.lines[-1] == "END:VCALENDAR"


def test_a_packed_file_is_the_same_file(lunch: Phone) -> None:
    plain, packed = lunch.get(""), lunch.get("", Accept_Encoding="gzip")
    assert (packed.body, packed.etag) == (plain.body, plain.etag)


@pytest.mark.parametrize("path", ["/", "/{user}/", "/{user}"])
def test_the_addresses_above_say_what_they_are_for_and_nothing_else(
    lunch: Phone, path: str
) -> None:
    lunch.put("b.ics", event("acupfollow Jane Doe", START))
    answer = lunch.get(path.format(user=lunch.user))
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "calendar app" in answer.text
    assert not {"Jane", "JD", "Lunch", lunch.user} & set(answer.text.split())


def test_a_text_that_was_sent_as_jcal_is_stored_as_icalendar(site: Site, phone: Phone) -> None:
    sent = phone.put("x.ics", event("acupfollow Jane Doe", START))
    assert sent.status == 201
    shown = phone.get("x.ics", Accept="application/calendar+json").text
    assert "T09:45:00" in shown
    answer = phone.put(
        "x.ics",
        shown.replace("T09:45:00", "T09:50:00"),
        Content_Type="application/calendar+json",
        If_Match=phone.get("x.ics").etag or "",
    )
    assert (answer.status, answer.etag) == (204, None)
    assert phone.get("x.ics").says(at("DTEND", START.replace(minute=50)))
    assert site.details(phone.user, "x.ics").client == "C1001"


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", "nonsense", '["vcalendar"]', '["vevent",[],[]]']
)
def test_what_is_no_jcal_is_refused_by_name(phone: Phone, body: str) -> None:
    answer = phone.put("a.ics", body, Content_Type="application/calendar+json")
    assert answer.status in (400, 403)
    assert answer.condition in ("valid-calendar-data", "valid-calendar-object-resource")
    assert phone.get("a.ics").status == 404


def test_a_new_object_can_be_sent_as_jcal(phone: Phone) -> None:
    whole = [
        "vcalendar",
        [["version", {}, "text", "2.0"], ["prodid", {}, "text", "-//Invented//App//EN"]],
        [
            [
                "vevent",
                [
                    ["uid", {}, "text", new_uid()],
                    ["summary", {}, "text", "Lunch; with tea"],
                    ["dtstart", {}, "date-time", f"{START:%Y-%m-%dT%H:%M:%S}"],
                    ["duration", {}, "duration", "PT1H"],
                ],
                [],
            ]
        ],
    ]
    answer = phone.put("a.ics", json.dumps(whole), Content_Type="application/calendar+json")
    assert answer.status == 201
    assert phone.get("a.ics").value("SUMMARY") == "Lunch\\; with tea"


def test_a_file_holds_series_with_their_exceptions(phone: Phone) -> None:
    uid = new_uid()
    series = vevent(uid, "Yoga", times(START), "RRULE:FREQ=DAILY;COUNT=3")
    later = START.replace(hour=11)
    moved = vevent(uid, "Yoga later", times(later), at("RECURRENCE-ID", START))
    phone.put("a.ics", vcalendar(series, moved))
    lines = phone.get("").lines
    assert lines.count("BEGIN:VEVENT") == 2
    assert "RRULE:FREQ=DAILY;COUNT=3" in lines
