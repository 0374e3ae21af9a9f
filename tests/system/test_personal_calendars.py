"""A person's own calendars: made over CalDAV, kept as they came, busy or free time."""

from __future__ import annotations

import pytest

from server.domain.vocabulary import Kind
from tests.system.events import DAY, PRODID, edited, event, monday, new_uid, stamp
from tests.system.phone import CALDAV, DAV, NAMESPACES, Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
TASK = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{prodid}\r\nX-WHOLE:a,b;c\r\nBEGIN:{kind}\r\n"
    "UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Buy needles\\, and tea\r\n"
    'X-ODD;P="a,b":1,2;3\r\nEND:{kind}\r\nEND:VCALENDAR\r\n'
)


def task(kind: str = "VTODO") -> str:
    """Return a task or a journal entry."""
    return TASK.format(kind=kind, uid=new_uid(), prodid=PRODID)


@pytest.fixture
def mine(phone: Phone) -> Phone:
    """Return a device with a calendar of its own for everything."""
    path = f"/{phone.user}/mine/"
    assert phone.mkcalendar(path).status == 201
    phone.calendar = path
    return phone


def test_an_extended_mkcol_makes_a_calendar(phone: Phone) -> None:
    path = f"/{phone.user}/tasks/"
    body = (
        f"<D:mkcol {NAMESPACES}><D:set><D:prop><D:resourcetype><D:collection/><C:calendar/>"
        "</D:resourcetype><D:displayname>Tasks</D:displayname><A:calendar-color>#ff0000ff"
        "</A:calendar-color><C:supported-calendar-component-set><C:comp name='VTODO'/>"
        "</C:supported-calendar-component-set></D:prop></D:set></D:mkcol>"
    )
    assert phone.request("MKCOL", path, body, Content_Type="text/xml").status == 201
    shown = phone.propfind(
        path, "D:resourcetype", "D:displayname", "C:supported-calendar-component-set"
    )
    kind = shown.property_of(path, f"{DAV}resourcetype")
    name = shown.property_of(path, f"{DAV}displayname")
    listed = shown.property_of(path, f"{CALDAV}supported-calendar-component-set")
    assert kind is not None
    assert kind.find(f"{CALDAV}calendar") is not None
    assert name is not None
    assert name.text == "Tasks"
    assert listed is not None
    assert [one.get("name") for one in listed] == ["VTODO"]


@pytest.mark.parametrize("kind", ["VTODO", "VJOURNAL"])
def test_tasks_and_journals_are_kept_octet_for_octet_with_their_etag(
    mine: Phone, kind: str
) -> None:
    text = task(kind)
    answer = mine.put("t.ics", text)
    assert answer.status == 201
    assert answer.etag is not None
    shown = mine.get("t.ics")
    assert (shown.body, shown.etag) == (text.encode(), answer.etag)


def test_events_are_kept_octet_for_octet_and_not_understood(site: Site, mine: Phone) -> None:
    lines = (
        "ATTENDEE;CN=Jane:mailto:jane.doe@mail.example",
        "X-FOO;B=c:a,b;c",
        "CATEGORIES:Arrived",
    )
    text = event("acupinitial Jane Doe #arrived", START, *lines)
    answer = mine.put("a.ics", text)
    assert answer.status == 201
    shown = mine.get("a.ics")
    assert (shown.body, shown.etag) == (text.encode(), answer.etag)
    appointment = site.appointment(mine.user, "a.ics", "mine")
    assert appointment is not None
    details = appointment.first_part.details
    assert (details.kind, details.client, details.session_type) == (Kind.OTHER, None, None)
    assert details.blocks
    assert site.findings() == []


def test_opaque_events_are_busy_and_transparent_ones_free(site: Site, mine: Phone) -> None:
    mine.put("a.ics", event("Dentist", START))
    mine.put("b.ics", event("Birthday", START, "TRANSP:TRANSPARENT"))
    mine.put("c.ics", event("Called off", START, "STATUS:CANCELLED"))
    rows = site.listed(practitioner=mine.user)
    busy = {row.part.details.title: row.occurrence.blocks for row in rows}
    assert busy == {"Dentist": True, "Birthday": False, "Called off": False}


def test_a_change_gets_a_new_etag_and_the_same_text_keeps_its_own(mine: Phone) -> None:
    text = task()
    first = mine.put("t.ics", text)
    assert mine.put("t.ics", text).etag == first.etag
    changed = mine.put("t.ics", edited(text, ("tea", "coffee")), If_Match=first.etag or "")
    assert changed.status == 204
    assert changed.etag not in (None, first.etag)
    assert mine.put("t.ics", text, If_Match=first.etag or "").status == 412


@pytest.mark.parametrize(
    ("components", "taken", "refused"),
    [
        (("VTODO",), "VTODO", "VEVENT"),
        (("VEVENT",), "VEVENT", "VTODO"),
        (("VEVENT", "VTODO"), "VTODO", "VJOURNAL"),
    ],
)
def test_the_component_set_is_enforced(
    phone: Phone, components: tuple[str, ...], taken: str, refused: str
) -> None:
    path = f"/{phone.user}/some/"
    assert phone.mkcalendar(path, *components).status == 201
    texts = {kind: task(kind) for kind in ("VTODO", "VJOURNAL")}
    texts["VEVENT"] = event("Dentist", START)
    assert phone.put(f"{path}a.ics", texts[taken]).status == 201
    answer = phone.put(f"{path}b.ics", texts[refused])
    assert (answer.status, answer.condition) == (403, "supported-calendar-component")
    assert phone.get(f"{path}b.ics").status == 404


def test_a_calendar_of_appointments_takes_events_only(phone: Phone) -> None:
    answer = phone.put("t.ics", task())
    assert (answer.status, answer.condition) == (403, "supported-calendar-component")


def test_a_move_respects_the_component_set(mine: Phone) -> None:
    mine.put("t.ics", task())
    answer = mine.move("t.ics", f"/{mine.user}/appointments/t.ics")
    assert (answer.status, answer.condition) == (403, "supported-calendar-component")
    assert mine.get("t.ics").status == 200


def test_a_calendar_is_made_once(mine: Phone) -> None:
    assert mine.mkcalendar(mine.calendar).status in (403, 405, 409)
    assert mine.mkcalendar(f"/{mine.user}/theo/").status in (403, 405, 409)
    assert mine.mkcalendar(f"/{mine.user}/a/b/").status in (403, 405, 409)
    assert mine.mkcalendar("/theo/mine/").status == 404


def test_an_own_calendar_is_deleted_with_everything_in_it(site: Site, mine: Phone) -> None:
    mine.put("a.ics", event("Dentist", START))
    assert mine.delete("").status in (200, 204)
    assert mine.propfind("").status == 404
    assert site.listed(practitioner=mine.user) == []
    assert mine.mkcalendar(mine.calendar).status == 201
    assert mine.propfind("", depth=1).responses.keys() == {mine.calendar}
    assert site.findings() == []


def test_nobody_else_sees_a_personal_calendar(site: Site, mine: Phone) -> None:
    desk = site.phone("desk")
    listed = desk.propfind("/desk/", "D:displayname", depth=1)
    assert not any(href.endswith("/mine/") for href in listed.responses)
    assert desk.get(f"/{mine.user}/mine/a.ics").status == 404


def test_names_and_colours_are_kept(mine: Phone) -> None:
    inner = "<D:displayname>Privat ☕</D:displayname><A:calendar-color>#00ff00ff"
    answer = mine.proppatch("", f"{inner}</A:calendar-color>")
    assert answer.status == 207
    shown = mine.propfind("", "D:displayname", "A:calendar-color")
    name = shown.property_of(mine.calendar, f"{DAV}displayname")
    colour = shown.property_of(mine.calendar, "{http://apple.com/ns/ical/}calendar-color")
    assert name is not None
    assert colour is not None
    assert (name.text, colour.text) == ("Privat ☕", "#00ff00ff")


def test_a_series_of_an_own_calendar_is_indexed(site: Site, mine: Phone) -> None:
    mine.put("a.ics", event("Yoga", START, "RRULE:FREQ=DAILY;COUNT=10"))
    assert len(site.listed(practitioner=mine.user)) == 10
    mine.delete("a.ics")
    assert site.listed(practitioner=mine.user) == []
    assert site.findings() == []


def test_a_rule_on_another_calendar_is_kept_octet_for_octet_and_found_at_its_start(
    mine: Phone,
) -> None:
    text = event("Feast", START, "RRULE:RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;SKIP=FORWARD")
    assert mine.put("a.ics", text).status == 201
    assert mine.get("a.ics").body == text.encode()
    found = mine.query("", stamp(START - DAY), stamp(START + DAY))
    assert list(found.responses) == [mine.path("a.ics")]


def test_what_is_not_certain_yet_is_nobodys_request_and_moves_and_goes(
    site: Site, mine: Phone
) -> None:
    assert mine.put("a.ics", event("Perhaps", START, "STATUS:TENTATIVE")).status == 201
    assert mine.move("a.ics", "b.ics").status == 201
    assert mine.delete("b.ics").status == 204
    assert site.findings() == []
