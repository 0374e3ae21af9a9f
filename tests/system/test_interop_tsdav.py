"""tsdav, a library of many web calendars: its requests, in its own order and form."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.system.events import DAY, event, monday, stamp
from tests.system.phone import APPLE, CALDAV, CALENDARSERVER, DAV, Answer, Phone, Synced
from tests.system.reports import data
from tests.system.servers import Site

START = monday(3, 10)
HOUR = timedelta(hours=1)
TYPE = {"Content_Type": "text/xml;charset=UTF-8"}
SPACES = (
    'xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:ca="http://apple.com/ns/ical/" '
    'xmlns:cs="http://calendarserver.org/ns/" xmlns:card="urn:ietf:params:xml:ns:carddav" '
    'xmlns:d="DAV:"'
)
OF_CALENDARS = (
    "c:calendar-description c:calendar-timezone d:displayname ca:calendar-color cs:getctag "
    "d:resourcetype c:supported-calendar-component-set d:sync-token"
)
SPAN = f'start="{stamp(START - DAY)}" end="{stamp(START + 9 * DAY)}"'


@pytest.fixture(params=["appointments", "mine"])
def web(request: pytest.FixtureRequest, phone: Phone) -> Phone:
    """Return a web calendar, signed in and looking at a calendar of either kind."""
    if request.param == "mine":
        path = f"/{phone.user}/mine/"
        body = (
            '<?xml version="1.0" encoding="utf-8"?><c:mkcalendar xmlns:d="DAV:" '
            'xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:ca="http://apple.com/ns/ical/">'
            "<d:set><d:prop><d:displayname>Made</d:displayname></d:prop></d:set>"
            "</c:mkcalendar>"
        )
        assert phone.request("MKCALENDAR", path, body, **TYPE).status == 201
        phone.calendar = path
    return phone


def asked(phone: Phone, path: str, names: str, depth: str = "0") -> Answer:
    """Return what a PROPFIND for these properties answers."""
    listed = "".join(f"<{name}/>" for name in names.split())
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><d:propfind {SPACES}><d:prop>{listed}</d:prop>'
        "</d:propfind>"
    )
    return phone.request("PROPFIND", path, body, **TYPE, depth=depth)


def href_of(answer: Answer, name: str) -> str:
    """Return the address that the property of the only response holds."""
    [path] = answer.responses
    found = answer.property_of(path, name)
    assert found is not None
    return found.findtext(f"{DAV}href") or ""


def queried(phone: Phone, inner: str = "", wanted: str = "") -> Answer:
    """Return what a calendar-query answers."""
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><c:calendar-query {SPACES}><d:prop>'
        f'<d:getetag/>{wanted}</d:prop><c:filter><c:comp-filter name="VCALENDAR">'
        f'<c:comp-filter name="VEVENT">{inner}</c:comp-filter></c:comp-filter></c:filter>'
        "</c:calendar-query>"
    )
    return phone.report("", body, **TYPE, depth="1")


def synced(phone: Phone, token: str) -> Answer:
    """Return what a sync without Depth answers."""
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><d:sync-collection {SPACES}>'
        f"<d:sync-level>1</d:sync-level><d:sync-token>{token}</d:sync-token><d:prop>"
        "<d:getetag/><c:calendar-data/><d:displayname/></d:prop></d:sync-collection>"
    )
    return phone.report("", body, **TYPE)


def test_it_finds_the_calendars_from_the_servers_root(site: Site, web: Phone) -> None:
    probe = '<d:propfind xmlns:d="DAV:"><d:prop><d:resourcetype/></d:prop></d:propfind>'
    moved = site.stranger().request("PROPFIND", "/.well-known/caldav", probe, **TYPE)
    assert moved.status == 301
    principal = href_of(
        asked(web, "/", "d:current-user-principal"), f"{DAV}current-user-principal"
    )
    home = href_of(asked(web, principal, "c:calendar-home-set"), f"{CALDAV}calendar-home-set")
    listed = asked(web, home, OF_CALENDARS, depth="1")
    assert web.calendar in listed.responses
    for name in (f"{DAV}displayname", f"{CALENDARSERVER}getctag", f"{DAV}sync-token"):
        found = listed.property_of(web.calendar, name)
        assert found is not None
        assert found.text
    assert listed.property_of(web.calendar, f"{APPLE}calendar-order") is None
    reports = asked(web, web.calendar, "d:supported-report-set")
    kinds = {one.tag for one in reports.xml.iter()}
    assert {f"{CALDAV}calendar-query", f"{DAV}sync-collection"} <= kinds


def test_it_learns_the_addresses_of_the_person(web: Phone) -> None:
    answer = asked(web, f"/{web.user}/", "c:calendar-user-address-set")
    hrefs = [one.text or "" for one in answer.xml.iter(f"{DAV}href")]
    assert any(one.startswith("mailto:") for one in hrefs)


def test_it_lists_entity_tags_and_then_fetches_texts(web: Phone) -> None:
    web.put("a.ics", event("Lunch", START), If_None_Match="*")
    web.put("b.ics", event("Choir", START, "RRULE:FREQ=DAILY;COUNT=3"), If_None_Match="*")
    listed = queried(web)
    assert set(listed.responses) == {web.path("a.ics"), web.path("b.ics")}
    named = "".join(f"<d:href>{href}</d:href>" for href in listed.responses)
    body = (
        '<?xml version="1.0" encoding="utf-8"?><c:calendar-multiget xmlns:d="DAV:" '
        'xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/>'
        f"</d:prop>{named}</c:calendar-multiget>"
    )
    fetched = web.report("", body, **TYPE, depth="1")
    assert data(fetched) == {name: web.get(name).text for name in ("a.ics", "b.ics")}
    for href in fetched.responses:
        tags = [one.property_of(href, f"{DAV}getetag") for one in (listed, fetched)]
        assert tags[0] is not None
        assert tags[1] is not None
        assert tags[0].text == tags[1].text


def test_it_asks_for_a_range_and_for_instances(web: Phone) -> None:
    web.put("a.ics", event("Choir", START, "RRULE:FREQ=DAILY;COUNT=3"), If_None_Match="*")
    web.put("b.ics", event("Later", START + 30 * DAY), If_None_Match="*")
    ranged = f"<c:time-range {SPAN}/>"
    assert set(queried(web, ranged).responses) == {web.path("a.ics")}
    expanded = f"<c:calendar-data><c:expand {SPAN}/></c:calendar-data>"
    shown = data(queried(web, ranged, expanded))
    assert shown["a.ics"].count("BEGIN:VEVENT") == 3
    assert "RRULE" not in shown["a.ics"]


def test_it_writes_with_conditions_and_sees_who_was_first(web: Phone) -> None:
    assert web.put("a.ics", event("Lunch", START), If_None_Match="*").status == 201
    assert web.put("a.ics", event("Lunch", START), If_None_Match="*").status == 412
    shown = web.get("a.ics")
    changed = shown.text.replace("Lunch", "Dinner")
    assert web.put("a.ics", changed, If_Match=shown.etag or "").status == 204
    assert web.put("a.ics", shown.text, If_Match=shown.etag or "").status == 412
    assert web.delete("a.ics", If_Match=shown.etag or "").status == 412
    assert web.delete("a.ics", If_Match=web.get("a.ics").etag or "").status == 204


def test_it_syncs_without_depth_and_asks_for_texts_along_with_it(web: Phone) -> None:
    web.put("a.ics", event("Lunch", START), If_None_Match="*")
    web.put("b.ics", event("Choir", START), If_None_Match="*")
    first = Synced(synced(web, ""))
    assert set(data(first.answer)) == {"a.ics", "b.ics"}
    web.delete("a.ics")
    later = Synced(synced(web, first.token))
    assert (later.there, later.gone) == ({}, {"a.ics"})


def test_it_sees_by_the_tag_of_the_collection_whether_anything_changed(web: Phone) -> None:
    def tag() -> str | None:
        answer = asked(web, web.calendar, "cs:getctag")
        found = answer.property_of(web.calendar, f"{CALENDARSERVER}getctag")
        assert found is not None
        return found.text

    before = tag()
    assert tag() == before
    web.put("a.ics", event("Lunch", START), If_None_Match="*")
    assert tag() != before


def test_it_asks_who_is_busy_without_depth(web: Phone) -> None:
    web.put("a.ics", event("Lunch", START), If_None_Match="*")
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<c:free-busy-query xmlns:c="urn:ietf:params:xml:ns:caldav">'
        f"<c:time-range {SPAN}/></c:free-busy-query>"
    )
    answer = web.report("", body, **TYPE)
    assert answer.status == 200
    assert f"{stamp(START)}/{stamp(START + HOUR)}" in answer.text
