"""What real apps demand of a server, 1 to 12: answering, and keeping what was sent."""

from __future__ import annotations

import pytest

from tests.system.events import edited, event, monday, new_uid, stamp
from tests.system.phone import APPLE, CALDAV, CALENDARSERVER, DAV, ICALENDAR, NAMESPACES, Phone
from tests.system.servers import Site

HOMES = f"{CALDAV}calendar-home-set"
START = monday(weeks=1, hour=9)
SYNC = (
    f"<D:sync-collection {NAMESPACES}><D:sync-token/><D:sync-level>1</D:sync-level>"
    "<D:prop><D:getetag/></D:prop></D:sync-collection>"
)


def test_d01_the_first_try_is_anonymous_and_is_asked_to_sign_in(site: Site) -> None:
    stranger = site.stranger()
    for path in ("/", "/alma/", "/alma/appointments/", "/anything/at/all"):
        answer = stranger.propfind(path, "D:resourcetype")
        assert answer.status == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")
    assert stranger.propfind("/.well-known/caldav").status == 301


def test_d02_a_probing_put_never_replaces_a_collection(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    for path in ("/", f"/{phone.user}/", phone.calendar):
        assert phone.request("PUT", path, "", If_Match="nothing").status in (403, 405, 412)
    assert set(phone.sync().there) == {"a.ics"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://cal.practice.example", "Sec_Fetch_Mode": "cors"},
        {"Prefer": "return=minimal"},
        {"Brief": "t"},
        {"Content_Type": 'text/xml; charset="utf-8"'},
        {"Connection": "close"},
        {"Accept_Encoding": "gzip, deflate, br, zstd"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_d03_no_header_of_an_app_is_a_reason_to_refuse(
    phone: Phone, headers: dict[str, str]
) -> None:
    assert phone.report("", SYNC, **headers).status == 207
    typed = {"Content_Type": 'text/calendar; charset="utf-8"'}
    put = {**typed, **{key: value for key, value in headers.items() if key != "Content_Type"}}
    assert phone.put("a.ics", event("Lunch", START), **put).status == 201
    assert phone.get("a.ics", **headers).status == 200


def test_d03_reports_need_no_depth(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    assert len(phone.report("", SYNC).responses) == 1
    assert len(phone.multiget("", "a.ics").responses) == 1
    assert len(phone.query("", stamp(START)).responses) == 1


def test_d04_the_principal_says_who_and_where(phone: Phone) -> None:
    home = f"/{phone.user}/"
    answer = phone.propfind(
        home,
        "D:current-user-principal",
        "D:principal-URL",
        "C:calendar-home-set",
        "D:displayname",
        "C:calendar-user-address-set",
        "D:owner",
        "D:principal-collection-set",
    )
    for name in ("{DAV:}current-user-principal", "{DAV:}principal-URL", HOMES):
        found = answer.property_of(home, name)
        assert found is not None, name
        assert found.findtext(f"{DAV}href") == home
    called = answer.property_of(home, f"{DAV}displayname")
    assert called is not None
    assert called.text == f"Dr {phone.user}"
    addresses = answer.property_of(home, f"{CALDAV}calendar-user-address-set")
    assert addresses is not None
    hrefs = [one.text for one in addresses]
    assert f"mailto:{phone.user}@practice.example" in hrefs


def test_d05_a_calendar_says_what_it_is(phone: Phone) -> None:
    phone.proppatch("", "<A:calendar-color>#3b7dd8ff</A:calendar-color>")
    phone.proppatch("", "<A:calendar-order>3</A:calendar-order>")
    answer = phone.propfind(
        "",
        "D:resourcetype",
        "D:displayname",
        "C:supported-calendar-component-set",
        "D:current-user-privilege-set",
        "D:supported-report-set",
        "S:getctag",
        "D:sync-token",
        "A:calendar-color",
        "A:calendar-order",
    )
    for name in (
        f"{DAV}resourcetype",
        f"{DAV}displayname",
        f"{CALDAV}supported-calendar-component-set",
        f"{DAV}current-user-privilege-set",
        f"{DAV}supported-report-set",
        f"{CALENDARSERVER}getctag",
        f"{DAV}sync-token",
        f"{APPLE}calendar-color",
        f"{APPLE}calendar-order",
    ):
        assert answer.property_of(phone.calendar, name) is not None, name
    components = answer.property_of(phone.calendar, f"{CALDAV}supported-calendar-component-set")
    assert components is not None
    assert [one.get("name") for one in components] == ["VEVENT"]


def test_d06_multiget_answers_404_for_what_is_not_there(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    answer = phone.multiget("", "a.ics", "gone.ics")
    gone = answer.responses[phone.path("gone.ics")]
    assert " 404 " in (gone.findtext(f"{DAV}status") or "")
    assert answer.property_of(phone.path("a.ics"), f"{DAV}getetag") is not None


def test_d06_ranges_may_be_open_on_either_side(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    before, after = stamp(START.replace(hour=1)), stamp(START.replace(hour=23))
    assert len(phone.query("", before).responses) == 1
    assert len(phone.query("", after).responses) == 0
    assert len(phone.query("", "", after).responses) == 1
    assert len(phone.query("", "", before).responses) == 0
    assert len(phone.query("").responses) == 1


def test_d06_free_busy_is_answered(phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    phone.put("b.ics", event("Lunch", START.replace(hour=13), "TRANSP:TRANSPARENT"))
    start, end = stamp(START.replace(hour=0)), stamp(START.replace(hour=23))
    body = (
        f'<C:free-busy-query {NAMESPACES}><C:time-range start="{start}" end="{end}"/>'
        "</C:free-busy-query>"
    )
    answer = phone.report("", body, Depth="1")
    assert answer.status == 200
    assert "BEGIN:VFREEBUSY" in answer.text
    assert answer.text.count("FREEBUSY") >= 2
    assert "Jane" not in answer.text
    assert stamp(START) in answer.text


def test_d06_an_unknown_sync_token_is_refused_by_its_name(phone: Phone) -> None:
    for token in ("http://nowhere.example/1", "urn:x-praxical:sync:x:owner:1", "data:,"):
        answer = phone.sync(token=token).answer
        assert (answer.status, answer.condition) == (403, "valid-sync-token")


@pytest.mark.parametrize("path", ["/{user}/", "/{user}/appointments/"])
def test_d07_options_say_what_is_possible(phone: Phone, path: str) -> None:
    answer = phone.request("OPTIONS", path.format(user=phone.user))
    assert answer.status == 200
    offered = {word.strip() for word in answer.headers["dav"].split(",")}
    assert {"1", "3", "calendar-access", "extended-mkcol"} <= offered
    assert "calendar-auto-schedule" in offered
    allowed = {word.strip() for word in answer.headers["allow"].split(",")}
    assert {"PUT", "DELETE", "PROPFIND", "REPORT", "MOVE", "PROPPATCH"} <= allowed


def test_d08_a_proppatch_is_always_answered_per_property(phone: Phone) -> None:
    inner = (
        "<A:calendar-color>#ff0000ff</A:calendar-color><A:calendar-order>2</A:calendar-order>"
        "<C:schedule-calendar-transp><C:opaque/></C:schedule-calendar-transp>"
        "<C:calendar-timezone>BEGIN:VCALENDAR&#13;\nEND:VCALENDAR</C:calendar-timezone>"
        "<C:default-alarm-vevent-datetime>BEGIN:VALARM\nEND:VALARM"
        "</C:default-alarm-vevent-datetime>"
    )
    answer = phone.proppatch("", inner)
    assert answer.status == 207
    named = [one.tag for prop in answer.xml.iter(f"{DAV}prop") for one in prop]
    assert len(named) == 5
    refused = phone.proppatch("", "<D:getetag>1</D:getetag>")
    assert refused.status == 207
    assert " 403 " in (refused.xml.findtext(f".//{DAV}status") or "")


def test_d09_a_move_also_to_a_new_name_and_behind_tls(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    mine = f"/{phone.user}/mine/"
    phone.mkcalendar(mine)
    assert phone.move("a.ics", "renamed.ics").status == 201
    assert phone.move("renamed.ics", f"{mine}other.ics").status == 201
    assert phone.get(f"{mine}other.ics").status == 200
    assert site.findings() == []


def test_d10_every_property_is_kept_with_its_parameters(phone: Phone) -> None:
    lines = (
        "SUMMARY;LANGUAGE=en:Lunch\\, long",
        'LOCATION;ALTREP="cid:a,b;c":Room\\; second',
        "GEO:52.52;13.405",
        "ATTACH;FMTTYPE=text/plain:https://files.example/a,b",
        "RESOURCES;LANGUAGE=en:Easel,Projector",
        "CONTACT:Jim\\, 555-1234",
        'COMMENT;X-A="b:c":d',
        "REQUEST-STATUS:2.0;Success",
        "X-ALT-DESC;FMTTYPE=text/html:<b>a\\,b</b>",
    )
    phone.put("a.ics", event("", START, *lines))
    shown = phone.get("a.ics").lines
    assert [line for line in shown if line in lines] == list(lines)


def test_d11_an_etag_means_the_same_octets_everywhere(phone: Phone) -> None:
    mine = f"/{phone.user}/mine/"
    phone.mkcalendar(mine)
    for path, title in ((mine, "Dentist"), (phone.calendar, "acupfollow Jane Doe")):
        text = event(title, START)
        answer = phone.put(f"{path}a.ics", text)
        got = phone.get(f"{path}a.ics")
        assert (answer.etag is not None) == (got.body == text.encode())
        assert answer.etag in (None, got.etag)
        multiget = phone.multiget(path, f"{path}a.ics")
        etags = {
            got.etag,
            phone.request("HEAD", f"{path}a.ics").etag,
            phone.sync(path).there["a.ics"],
            multiget.xml.findtext(f".//{DAV}getetag"),
            phone.propfind(f"{path}a.ics", "D:getetag").xml.findtext(f".//{DAV}getetag"),
            phone.propfind(path, "D:getetag", depth=1)
            .responses[f"{path}a.ics"]
            .findtext(f".//{DAV}getetag"),
        }
        assert len(etags) == 1
        assert not (got.etag or "").startswith("W/")


def test_d12_the_name_is_the_apps_and_the_uid_stays(phone: Phone) -> None:
    uid = f"{new_uid()}@host/with:odd,signs"
    text = event("acupfollow Jane Doe", START, uid=uid)
    assert phone.put("random-name-17.ics", text, Content_Type=ICALENDAR).status == 201
    shown = phone.get("random-name-17.ics")
    assert shown.value("UID") == uid
    again = edited(shown.text, ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    assert phone.put("random-name-17.ics", again).status == 204
    assert phone.get("random-name-17.ics").value("UID") == uid
