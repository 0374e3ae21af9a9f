"""Every precondition of RFC 4791, 4918, 3744, 5689 and 5995 that a writing request can break.

Each is named by its element in a DAV:error with a sentence for a person, has the status of its
RFC, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pytest

from tests.system.events import event, monday, new_uid, vcalendar, vevent
from tests.system.phone import CALDAV, DAV, NAMESPACES, PRAXICAL, Answer, Phone
from tests.system.practice import THEO
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
UID: Final = "in-use@app.example"
TAKEN: Final = event("Lunch", START, uid=UID)
"""What stands in ``a.ics`` of the calendar of appointments when each request is sent."""


@dataclass(frozen=True)
class Case:
    """A request, and the condition that it breaks; ``{me}`` stands for the user's name."""

    status: int
    condition: str
    method: str = "PUT"
    path: str = "b.ics"
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def dated(*lines: str) -> str:
    """Return an object with one event of these times."""
    return vcalendar(vevent(new_uid(), "Odd", list(lines)))


def property_body(root: str, inner: str) -> str:
    """Return the body of MKCALENDAR or MKCOL."""
    return f"<{root} {NAMESPACES}><D:set><D:prop>{inner}</D:prop></D:set></{root}>"


RULE_BOMB: Final = "RRULE:FREQ=MINUTELY"
IF_NOTHING: Final = {"If_Match": "nothing"}
BAD_ZONE: Final = "<C:calendar-timezone>none</C:calendar-timezone>"
COLLECTION: Final = "<D:resourcetype><D:collection/></D:resourcetype>"
NEW: Final = "/{me}/new/"
CASES: Final[Mapping[str, Case]] = {
    # RFC 4791 5.3.2.1: what is stored in a calendar
    "another media type": Case(
        403,
        f"{CALDAV}supported-calendar-data",
        body=event("Tea", START),
        headers={"Content_Type": "text/plain"},
    ),
    "a vcard": Case(
        403,
        f"{CALDAV}supported-calendar-data",
        body="BEGIN:VCARD\r\nEND:VCARD\r\n",
        headers={"Content_Type": "text/vcard"},
    ),
    "no calendar": Case(400, f"{CALDAV}valid-calendar-data", body="hello"),
    "a method": Case(
        403,
        f"{CALDAV}valid-calendar-object-resource",
        body=TAKEN.replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:PUBLISH"),
    ),
    "a task": Case(
        403,
        f"{CALDAV}supported-calendar-component",
        body="BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:t@x\r\n"
        "END:VTODO\r\nEND:VCALENDAR\r\n",
    ),
    "a uid in use": Case(409, f"{CALDAV}no-uid-conflict", body=TAKEN),
    "another uid": Case(
        409, f"{CALDAV}no-uid-conflict", path="a.ics", body=event("Tea", START)
    ),
    "too large": Case(
        403, f"{CALDAV}max-resource-size", body=event("Tea", START, f"X-A:{'y' * 1_000_100}")
    ),
    "far too large": Case(413, f"{CALDAV}max-resource-size", body=b"x" * 10_000_001),
    "year zero": Case(403, f"{CALDAV}min-date-time", body=dated("DTSTART:00000101T090000Z")),
    "day zero": Case(403, f"{CALDAV}min-date-time", body=dated("DTSTART:00010101T000000Z")),
    "the last day": Case(
        403, f"{CALDAV}max-date-time", body=dated("DTSTART;VALUE=DATE:99991231")
    ),
    "a day without end": Case(
        403,
        f"{CALDAV}max-date-time",
        body=dated("DTSTART;VALUE=DATE:20260101", "DURATION:P9000000D"),
    ),
    "too many instances": Case(
        403,
        f"{CALDAV}max-instances",
        body=event("Tea", START, "RRULE:FREQ=MINUTELY", minutes=1),
    ),
    # RFC 4791 5.3.1.1: where calendars are made, and with what
    "a calendar that is there": Case(
        403, f"{DAV}resource-must-be-null", "MKCALENDAR", "/{me}/appointments/"
    ),
    "a calendar in a calendar": Case(
        403,
        f"{CALDAV}calendar-collection-location-ok",
        "MKCALENDAR",
        "/{me}/appointments/inner/",
    ),
    "no time zone": Case(
        403,
        f"{CALDAV}valid-calendar-data",
        "MKCALENDAR",
        NEW,
        property_body("C:mkcalendar", BAD_ZONE),
    ),
    # RFC 5689 3.3
    "a plain collection": Case(403, f"{DAV}valid-resourcetype", "MKCOL", NEW),
    # RFC 3744 7.1.1
    "an object of others": Case(
        403,
        f"{DAV}need-privileges",
        path=f"/{{me}}/{THEO}/b.ics",
        body=event("Tea", START),
    ),
    "a deletion at others": Case(
        403, f"{DAV}need-privileges", "DELETE", f"/{{me}}/{THEO}/b.ics"
    ),
    "a calendar of others": Case(403, f"{DAV}need-privileges", "DELETE", f"/{{me}}/{THEO}/"),
    "the home": Case(403, f"{DAV}need-privileges", "DELETE", "/{me}/"),
    "an addition at others": Case(
        403,
        f"{DAV}need-privileges",
        "POST",
        f"/{{me}}/{THEO}/?add-member",
        event("Tea", START),
    ),
    # RFC 4918 9.6 to 9.9, 10.3, 10.4, 10.6; RFC 9110 13 and 14.5: no element of their own
    "an object in no calendar": Case(
        409, f"{PRAXICAL}parent-exists", path="/{me}/none/a.ics", body=TAKEN
    ),
    "an object in an object": Case(
        409, f"{PRAXICAL}parent-exists", path="a.ics/b.ics", body=TAKEN
    ),
    "half a calendar": Case(
        400, f"{PRAXICAL}readable-request", "DELETE", "", headers={"Depth": "1"}
    ),
    "an odd depth": Case(400, f"{PRAXICAL}depth", "DELETE", "", headers={"Depth": "deep"}),
    "a calendar of the practice": Case(403, f"{PRAXICAL}not-allowed", "DELETE", ""),
    "a part": Case(
        400,
        f"{PRAXICAL}readable-request",
        path="a.ics",
        body=TAKEN,
        headers={"Content_Range": "bytes 0-10/100"},
    ),
    "a packed body": Case(
        415,
        f"{PRAXICAL}readable-request",
        body=TAKEN,
        headers={"Content_Encoding": "gzip"},
    ),
    "no destination": Case(400, f"{PRAXICAL}readable-request", "MOVE", "a.ics"),
    "the root": Case(405, f"{PRAXICAL}method-allowed", path="/", headers=IF_NOTHING),
    "a home": Case(405, f"{PRAXICAL}method-allowed", path="/{me}/", headers=IF_NOTHING),
    "a calendar": Case(405, f"{PRAXICAL}method-allowed", path="", headers=IF_NOTHING),
    "beside the calendars": Case(
        405, f"{PRAXICAL}method-allowed", path="/{me}/a.ics", body=TAKEN
    ),
    "nothing to delete": Case(404, f"{PRAXICAL}not-found", "DELETE", "none.ics"),
    "no calendar to delete": Case(404, f"{PRAXICAL}not-found", "DELETE", "/{me}/none/"),
    "a new object that is there": Case(
        412,
        f"{PRAXICAL}precondition-failed",
        path="a.ics",
        body=TAKEN,
        headers={"If_None_Match": "*"},
    ),
    "a changed object": Case(
        412,
        f"{PRAXICAL}precondition-failed",
        path="a.ics",
        body=TAKEN,
        headers={"If_Match": '"9999"'},
    ),
    "an object that is gone": Case(
        412,
        f"{PRAXICAL}precondition-failed",
        body=event("Tea", START),
        headers={"If_Match": "*"},
    ),
    "a changed calendar": Case(
        412, f"{PRAXICAL}precondition-failed", "DELETE", "", headers={"If_Match": '"x"'}
    ),
    "a lock that nobody has": Case(
        412,
        f"{PRAXICAL}precondition-failed",
        path="a.ics",
        body=TAKEN,
        headers={"If": "(<opaquelocktoken:e71d4fae>)"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_precondition_is_named_and_nothing_is_changed(
    site: Site, phone: Phone, name: str
) -> None:
    case = CASES[name]
    phone.put("a.ics", TAKEN)
    before, token = phone.get("a.ics"), phone.sync().token
    answer = phone.request(
        case.method,
        case.path.format(me=phone.user),
        case.body,
        **{"Content_Type": "text/calendar", **case.headers},
    )
    assert (answer.status, named_by(answer)) == (case.status, case.condition)
    assert answer.sentence.endswith(".")
    assert answer.headers["content-type"].startswith("text/xml")
    assert phone.get("a.ics").body == before.body
    assert phone.sync(token=token).token == token
    assert phone.propfind(f"/{phone.user}/new/").status == 404
    assert site.findings() == []


def named_by(answer: Answer) -> str:
    """Return the Clark name of the condition in a DAV:error."""
    return answer.xml[0].tag if answer.xml.tag == f"{DAV}error" else ""


def test_the_privilege_that_is_missing_is_named_with_its_place(phone: Phone) -> None:
    theirs = f"/{phone.user}/{THEO}/"
    for method, path, privilege, place in (
        ("PUT", f"{theirs}none.ics", "bind", theirs),
        ("DELETE", f"{theirs}none.ics", "unbind", theirs),
        ("DELETE", theirs, "unbind", f"/{phone.user}/"),
        ("DELETE", f"/{phone.user}/", "unbind", "/"),
    ):
        answer = phone.request(method, path, event("Tea", START), Content_Type="text/calendar")
        resource = answer.xml.find(f"{DAV}need-privileges/{DAV}resource")
        assert resource is not None
        assert resource.findtext(f"{DAV}href") == place
        assert resource.find(f"{DAV}privilege/{DAV}{privilege}") is not None


def test_who_may_not_change_an_object_lacks_write_content(site: Site, phone: Phone) -> None:
    phone.put("a.ics", TAKEN)
    theo = site.phone(THEO)
    path = f"/{THEO}/{phone.user}/a.ics"
    answer = theo.put(path, event("Tea", START))
    assert answer.xml.find(f".//{DAV}privilege/{DAV}write-content") is not None
    assert answer.xml.findtext(".//{DAV:}href") == path


def test_a_uid_conflict_names_the_object_in_use(phone: Phone) -> None:
    phone.put("a.ics", TAKEN)
    for path, text in (("b.ics", TAKEN), ("a.ics", event("Tea", START))):
        answer = phone.put(path, text)
        assert answer.xml.findtext(".//{DAV:}href") == phone.path("a.ics")


def test_what_is_taken_is_named_where_a_media_type_is_not(phone: Phone) -> None:
    answer = phone.put("a.ics", "x", Content_Type="application/xml")
    taken = answer.xml.findall(f".//{CALDAV}calendar-data")
    assert [one.get("content-type") for one in taken] == [
        "text/calendar",
        "application/calendar+json",
    ]


def test_a_405_says_what_is_allowed_instead(phone: Phone) -> None:
    for path in ("/", f"/{phone.user}/", phone.calendar):
        allowed = phone.put(path, "").headers["allow"].split(", ")
        assert {"OPTIONS", "GET", "PROPFIND"} <= set(allowed)
        assert "PUT" not in allowed


def test_nothing_is_emptied_by_a_put_on_a_collection(site: Site, phone: Phone) -> None:
    phone.put("a.ics", TAKEN)
    for path in ("/", f"/{phone.user}", f"/{phone.user}/", phone.calendar):
        for headers in ({}, {"If_Match": "nothing"}, {"If_None_Match": "*"}):
            assert phone.put(path, "", **headers).status == 405
            assert phone.put(path, TAKEN, **headers).status == 405
    assert phone.get("a.ics").status == 200
    assert site.findings() == []
