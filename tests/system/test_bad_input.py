"""Bad input gets its clear error, never a 5xx, and leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.system.events import PRODID, at, event, monday, new_uid, times, vcalendar, vevent
from tests.system.phone import NAMESPACES, Answer, Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
DAY = timedelta(days=1)
INVALID_OBJECT = "valid-calendar-object-resource"
HEAD = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODID}\r\n"
WHOLE = event("Lunch", START, uid="fixed@app.example")


def part(*lines: str, uid: str = "odd@app.example") -> str:
    """Return an object of one event with just these lines."""
    return vcalendar("\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", ""]))


def is_refused(answer: Answer, status: int, condition: str) -> None:
    """Assert that an answer names its condition in words for a person."""
    assert (answer.status, answer.condition) == (status, condition)
    assert answer.sentence.endswith(".")
    assert "Traceback" not in answer.text


MALFORMED = {
    "empty": "",
    "no calendar": "hello world",
    "html": "<html><body>503</body></html>",
    "cut short": WHOLE[: len(WHOLE) // 2],
    "no end": WHOLE.replace("END:VCALENDAR\r\n", ""),
    "wrong end": WHOLE.replace("END:VEVENT", "END:VTODO"),
    "two calendars": WHOLE + WHOLE,
    "no start": part("SUMMARY:Lunch"),
    "start is no time": part("DTSTART:tomorrow"),
    "start does not exist": part("DTSTART:20260231T090000Z"),
    "end before start": event("Lunch", START, minutes=-1),
    "duration is none": part(at("DTSTART", START), "DURATION:soon"),
    "rule is none": part(at("DTSTART", START), "RRULE:FREQ=SOMETIMES"),
    "rule is empty": part(at("DTSTART", START), "RRULE:"),
    "rule with two ends": part(at("DTSTART", START), "RRULE:FREQ=DAILY;COUNT=-1"),
    "exdate is none": part(at("DTSTART", START), "RRULE:FREQ=DAILY", "EXDATE:never"),
    "a line without a colon": part(at("DTSTART", START), "SUMMARY"),
    "nested too deeply": HEAD + "BEGIN:VEVENT\r\n" * 2000 + "END:VEVENT\r\n" * 2000,
    "nested alarms": part(at("DTSTART", START), *["BEGIN:VALARM"] * 40, *["END:VALARM"] * 40),
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_calendar_object_is_400_and_says_why(
    site: Site, phone: Phone, text: str
) -> None:
    token = phone.sync().token
    answer = phone.put("a.ics", text)
    is_refused(answer, 400, "valid-calendar-data")
    assert phone.get("a.ics").status == 404
    assert phone.sync(token=token).token == token
    assert site.findings() == []


INVALID = {
    "a method": WHOLE.replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST"),
    "two uids": vcalendar(
        vevent(new_uid(), "One", times(START)), vevent(new_uid(), "Two", times(START))
    ),
    "no uid": WHOLE.replace("UID:fixed@app.example\r\n", ""),
    "an empty uid": WHOLE.replace("UID:fixed@app.example", "UID:"),
    "two kinds": vcalendar(
        vevent("one@app.example", "One", times(START)),
        "BEGIN:VTODO\r\nUID:one@app.example\r\nEND:VTODO\r\n",
    ),
    "nothing": vcalendar(),
    "two masters": vcalendar(*[vevent("one@app.example", "One", times(START))] * 2),
}


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID.keys())
def test_what_breaks_the_rules_of_an_object_is_403_by_name(
    site: Site, phone: Phone, text: str
) -> None:
    is_refused(phone.put("a.ics", text), 403, INVALID_OBJECT)
    assert phone.get("a.ics").status == 404
    assert site.findings() == []


@pytest.mark.parametrize("kind", ["VFREEBUSY", "VTIMEZONE", "X-THING", "VTODO"])
def test_a_component_that_is_not_taken_is_403_by_name(phone: Phone, kind: str) -> None:
    body = f"BEGIN:{kind}\r\nUID:a@app.example\r\nTZID:x\r\nEND:{kind}\r\n"
    answer = phone.put("a.ics", vcalendar(body))
    assert answer.status == 403
    assert answer.condition in {"supported-calendar-component", INVALID_OBJECT}


def test_a_byte_order_mark_is_no_reason_to_refuse(site: Site, phone: Phone) -> None:
    marked = b"\xef\xbb\xbf" + event("acupfollow Jane Doe", START).encode()
    assert phone.put("a.ics", marked).status == 201
    assert not phone.get("a.ics").body.startswith(b"\xef\xbb\xbf")
    assert site.details(phone.user, "a.ics").client == "C1001"


def test_bare_line_feeds_are_no_reason_to_refuse(site: Site, phone: Phone) -> None:
    text = event("acupfollow Jane Doe", START).replace("\r\n", "\n")
    assert phone.put("a.ics", text).status == 201
    assert site.details(phone.user, "a.ics").client == "C1001"
    assert "\r\n" in phone.get("a.ics").text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (WHOLE.replace("Lunch", "Lunch \xe9").encode("latin-1"), "text/calendar"),
        (WHOLE.encode("utf-16"), "text/calendar; charset=utf-8"),
        (b"\xff\xfe\x00\x00", "text/calendar"),
    ],
)
def test_what_is_not_text_in_its_charset_is_400(
    phone: Phone, body: bytes, content_type: str
) -> None:
    answer = phone.put("a.ics", body, Content_Type=content_type)
    is_refused(answer, 400, "valid-calendar-data")


@pytest.mark.parametrize("charset", ["klingon", "hex", "rot13", "undefined"])
def test_a_charset_that_nobody_knows_is_415(phone: Phone, charset: str) -> None:
    typed = f"text/calendar; charset={charset}"
    assert phone.put("a.ics", WHOLE, Content_Type=typed).status == 415
    assert phone.get("a.ics").status == 404


def test_another_charset_is_read_where_it_is_named(phone: Phone) -> None:
    body = WHOLE.replace("Lunch", "Caf\xe9").encode("latin-1")
    typed = "text/calendar; charset=iso-8859-1"
    assert phone.put("a.ics", body, Content_Type=typed).status == 201
    assert phone.get("a.ics").value("SUMMARY") == "Café"


@pytest.mark.parametrize(
    "title", ["a\x00b", "a\x01b", "a\x7fb", "\ufffe", "a\x0bb", "a\x0cb", "a\x1eb", "a\x85b"]
)
def test_control_characters_are_dropped_or_refused_and_never_served(
    site: Site, phone: Phone, title: str
) -> None:
    answer = phone.put("a.ics", event(title, START, f"X-ODD:{title}", f"DESCRIPTION:{title}"))
    assert answer.status in (201, 400)
    if answer.status == 201:
        phone.multiget("", "a.ics").xml  # noqa: B018 - that it can be read is the point
        shown = phone.get("a.ics").text
        assert not {"\x00", "\x01", "\x7f", "\ufffe", "\x0b", "\x0c"} & set(shown)
    assert site.findings() == []


def test_an_object_beyond_the_limit_is_refused_by_name(phone: Phone) -> None:
    padding = f"X-PAD:{'y' * 1_000_100}"
    answer = phone.put("a.ics", event("Lunch", START, padding))
    is_refused(answer, 403, "max-resource-size")
    assert phone.get("a.ics").status == 404


def test_a_body_of_20_megabytes_is_refused_and_the_server_goes_on(
    site: Site, phone: Phone
) -> None:
    answer = phone.put("a.ics", b"X" * 20_000_000)
    assert answer.status == 413
    assert site.phone(phone.user).get("a.ics").status == 404
    assert site.phone(phone.user).put("b.ics", event("Lunch", START)).status == 201


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,10,20,30,40,50",
        "FREQ=SECONDLY;COUNT=100000000",
        f"FREQ=MINUTELY;UNTIL={START + 900 * DAY:%Y%m%d}T000000Z",
        "FREQ=YEARLY;BYSECOND=0,1,2,3;BYMINUTE=0,1,2,3;BYHOUR=0,1,2,3;BYYEARDAY=1,2,3,4,5,6,7,8",
    ],
)
def test_a_rule_bomb_is_refused_by_name_in_short_time(
    site: Site, phone: Phone, rule: str
) -> None:
    answer = phone.put("a.ics", event("acupfollow Jane Doe", START, f"RRULE:{rule}", minutes=1))
    assert answer.status in (201, 400, 403)
    if answer.status == 403:
        is_refused(answer, 403, "max-instances")
    assert len(site.listed(practitioner=phone.user)) <= 5000
    assert site.findings() == []


def test_ten_thousand_dates_are_bounded(site: Site, phone: Phone) -> None:
    dates = ",".join(f"{START + number * DAY:%Y%m%dT%H%M%S}" for number in range(6000))
    answer = phone.put("a.ics", event("Lunch", START, f"RDATE;TZID=America/New_York:{dates}"))
    assert answer.status in (201, 403)
    assert site.findings() == []


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;">]>'
)
FILE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY d SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, FILE], ids=["bomb", "file"])
@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "PROPPATCH", "MKCALENDAR", "MKCOL"])
def test_entities_in_xml_are_never_resolved(phone: Phone, method: str, head: str) -> None:
    body = (
        f"{head}<D:propertyupdate {NAMESPACES}><D:set><D:prop><D:displayname>&d;"
        "</D:displayname></D:prop></D:set></D:propertyupdate>"
    )
    path = phone.calendar if method != "MKCALENDAR" else f"/{phone.user}/new/"
    answer = phone.request(method, path, body, Content_Type="text/xml")
    assert answer.status < 500
    assert "root:" not in answer.text
    assert "hahaha" not in phone.propfind("").text


@pytest.mark.parametrize("body", ["", "<", "<a>", "no xml", "<D:x/>", "\x00", "<a/>" * 3])
@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "PROPPATCH", "MKCALENDAR", "MKCOL"])
def test_what_is_no_xml_is_refused(phone: Phone, method: str, body: str) -> None:
    path = phone.calendar if method != "MKCALENDAR" else f"/{phone.user}/new/"
    assert phone.request(method, path, body, Content_Type="text/xml").status < 500


@pytest.mark.parametrize(
    "path",
    [
        "/{user}/appointments/..%2f..%2f..%2fetc%2fpasswd",
        "/{user}/appointments/%00.ics",
        "/{user}/appointments/a%0d%0ab.ics",
        "/{user}/appointments/%ff%fe.ics",
        "/{user}/../theo/appointments/a.ics",
        "//{user}//appointments//a.ics",
        "/{user}/appointments/a.ics/b.ics",
        "/{user}/appointments/" + "x" * 5000,
        "/%2e%2e/%2e%2e/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PROPFIND"])
def test_odd_paths_are_answered_below_500(
    site: Site, phone: Phone, method: str, path: str
) -> None:
    body = event("Lunch", START) if method == "PUT" else ""
    answer = phone.request(method, path.format(user=phone.user), body)
    assert answer.status < 500
    assert "root:" not in answer.text
    assert site.findings() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"If_Match": "not an etag"},
        {"If_Match": '"1", "2"'},
        {"If_Match": f'"{"9" * 5000}"'},
        {"If_Match": '"²"'},
        {"If_None_Match": "???"},
        {"Depth": "-7"},
        {"Overwrite": "perhaps"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic "},
        {"Authorization": "Bearer x"},
        {"Content_Type": ";;;"},
    ],
    ids=lambda headers: ",".join(f"{name} {value[:9]}" for name, value in headers.items()),
)
def test_odd_headers_are_answered_below_500(phone: Phone, headers: dict[str, str]) -> None:
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    phone.put("a.ics", event("Lunch", START))
    for method in ("GET", "PUT", "PROPFIND", "MOVE", "DELETE"):
        answer = phone.request(method, "a.ics", "", **encoded)
        assert answer.status < 500, method


def test_a_chunked_put_is_stored_whole(site: Site, phone: Phone) -> None:
    text = event("acupfollow Jane Doe", START)
    chunks = (text[:50].encode(), text[50:].encode())
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    answer = phone.put("a.ics", body, Transfer_Encoding="chunked")
    assert answer.status == 201
    assert site.details(phone.user, "a.ics").client == "C1001"
