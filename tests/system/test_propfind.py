"""PROPFIND: what is asked for, how deep, and how the answer says what is not there."""

from __future__ import annotations

import pytest

from tests.system.events import event, monday
from tests.system.phone import APPLE, CALDAV, CALENDARSERVER, DAV, NAMESPACES, Answer, Phone

START = monday(weeks=1, hour=9)
_UNKNOWN = "{urn:x}unknown"


def find(phone: Phone, path: str, inner: str, **headers: str) -> Answer:
    """Send a PROPFIND with this inside of DAV:propfind."""
    body = f"<D:propfind {NAMESPACES}>{inner}</D:propfind>"
    return phone.request("PROPFIND", path, body, **{"Depth": "0", **headers})


def names(answer: Answer, href: str, status: int = 200) -> set[str]:
    """Return the names of the properties that a response has with a status."""
    return {
        one.tag
        for propstat in answer.responses[href].findall(f"{DAV}propstat")
        if f" {status} " in (propstat.findtext(f"{DAV}status") or "")
        for prop in propstat.findall(f"{DAV}prop")
        for one in prop
    }


@pytest.mark.parametrize("body", ["", f"<D:propfind {NAMESPACES}><D:allprop/></D:propfind>"])
def test_without_names_the_usual_properties_and_those_of_people_are_told(
    phone: Phone, body: str
) -> None:
    phone.proppatch("", "<A:calendar-color>#00ff00ff</A:calendar-color>")
    answer = phone.request("PROPFIND", "", body, Depth="0")
    told = names(answer, phone.calendar)
    assert {f"{DAV}resourcetype", f"{DAV}displayname", f"{APPLE}calendar-color"} <= told
    assert not any(name.startswith(CALDAV) for name in told)
    assert f"{DAV}sync-token" not in told
    assert names(answer, phone.calendar, 404) == set()


def test_properties_are_included_beside_the_usual_ones(phone: Phone) -> None:
    inner = "<D:allprop/><D:include><D:sync-token/><S:getctag/><X:unknown xmlns:X='urn:x'/>"
    answer = find(phone, "", f"{inner}</D:include>")
    told = names(answer, phone.calendar)
    assert {f"{DAV}resourcetype", f"{DAV}sync-token", f"{CALENDARSERVER}getctag"} <= told
    assert names(answer, phone.calendar, 404) == {_UNKNOWN}


@pytest.mark.parametrize("path", ["/", "/{user}/", "/{user}/appointments/"])
def test_every_name_that_is_told_has_a_value(phone: Phone, path: str) -> None:
    path = path.format(user=phone.user)
    answer = find(phone, path, "<D:propname/>")
    named = names(answer, path)
    assert all(len(one) == 0 and not one.text for one in answer.xml.iter() if one.tag in named)
    parts = [name[1:].partition("}") for name in named]
    asked = "".join(f"<X:{name} xmlns:X='{space}'/>" for space, _, name in parts)
    told = find(phone, path, f"<D:prop>{asked}</D:prop>")
    assert names(told, path) == named
    assert names(told, path, 404) == set()


def test_what_is_not_there_is_404_and_left_out_where_brevity_is_preferred(
    phone: Phone,
) -> None:
    inner = "<D:prop><D:displayname/><X:unknown xmlns:X='urn:x'/></D:prop>"
    full = find(phone, "", inner)
    assert names(full, phone.calendar, 404) == {_UNKNOWN}
    assert "preference-applied" not in full.headers
    for headers in ({"Prefer": "return=minimal"}, {"Brief": "t"}):
        brief = find(phone, "", inner, **headers)
        assert names(brief, phone.calendar) == {f"{DAV}displayname"}
        assert names(brief, phone.calendar, 404) == set()
        assert brief.headers["preference-applied"] == "return=minimal"


def test_a_response_without_any_property_is_still_whole(phone: Phone) -> None:
    inner = "<D:prop><X:unknown xmlns:X='urn:x'/></D:prop>"
    brief = find(phone, "", inner, Prefer="return=minimal")
    [propstat] = brief.responses[phone.calendar].findall(f"{DAV}propstat")
    assert " 200 " in (propstat.findtext(f"{DAV}status") or "")
    assert find(phone, "", "<D:prop/>").responses.keys() == {phone.calendar}


def test_the_root_lists_the_own_home_and_the_home_its_calendars(phone: Phone) -> None:
    home = f"/{phone.user}/"
    phone.mkcalendar(f"{home}mine/")
    assert list(phone.propfind("/", "D:resourcetype", depth=1).responses) == ["/", home]
    listed = list(phone.propfind(home, "D:resourcetype", depth=1).responses)
    own = [phone.calendar, f"{home}availability/", f"{home}mine/"]
    assert listed[:4] == [home, *own]
    assert f"{home}theo/" in listed[4:]
    assert list(phone.propfind(home, "D:resourcetype").responses) == [home]


def test_a_calendar_lists_its_objects_at_any_depth(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    both = {phone.calendar, phone.path("a.ics")}
    inner = "<D:prop><D:getetag/></D:prop>"
    for depth in ("1", "infinity", "Infinity"):
        assert find(phone, "", inner, Depth=depth).responses.keys() == both
    assert find(phone, "", inner).responses.keys() == {phone.calendar}
    body = f"<D:propfind {NAMESPACES}>{inner}</D:propfind>"
    assert phone.request("PROPFIND", "", body).responses.keys() == both
    assert find(phone, "a.ics", inner, Depth="infinity").responses.keys() == {
        phone.path("a.ics")
    }


@pytest.mark.parametrize("path", ["/", "/{user}/"])
def test_all_that_a_home_holds_is_not_told_at_once(phone: Phone, path: str) -> None:
    path = path.format(user=phone.user)
    answer = find(phone, path, "<D:allprop/>", Depth="infinity")
    assert (answer.status, answer.condition) == (403, "propfind-finite-depth")
    assert phone.request("PROPFIND", path).responses.keys() == {path}


@pytest.mark.parametrize(
    ("path", "body", "depth"),
    [
        ("", "<D:propfind", "0"),
        ("", "<D:prop xmlns:D='DAV:'><D:getetag/></D:prop>", "0"),
        ("", "", "2"),
        ("a.ics", "", "none"),
    ],
)
def test_what_cannot_be_read_is_400(phone: Phone, path: str, body: str, depth: str) -> None:
    assert phone.request("PROPFIND", path, body, Depth=depth).status == 400


@pytest.mark.parametrize("path", ["gone.ics", "a/b/", "/{user}/gone/", "/{user}/gone/a.ics"])
def test_what_is_not_there_is_not_found(phone: Phone, path: str) -> None:
    path = path.format(user=phone.user)
    assert phone.propfind(path).status == 404
    assert phone.proppatch(path, "<D:displayname>X</D:displayname>").status == 404


def test_a_calendar_without_the_slash_is_answered_with_it(phone: Phone) -> None:
    answer = phone.propfind(phone.calendar.rstrip("/"), "D:displayname")
    assert answer.responses.keys() == {phone.calendar}
    assert answer.headers["content-location"] == phone.calendar


def test_odd_names_are_answered_as_they_are(phone: Phone) -> None:
    inner = "<D:prop><plain/><X:a xmlns:X='urn:&amp;&lt;&quot;'/><X:é xmlns:X='DAV:'/></D:prop>"
    answer = find(phone, "", inner)
    expected = {"plain", '{urn:&<"}a', f"{DAV}é"}
    assert names(answer, phone.calendar, 404) == expected


def test_elements_that_nobody_knows_are_passed_over(phone: Phone) -> None:
    odd = "<X:odd xmlns:X='urn:x' X:way='up'><D:allprop/></X:odd>"
    answer = find(phone, "", f"{odd}<D:prop><D:displayname/></D:prop>")
    assert names(answer, phone.calendar) == {f"{DAV}displayname"}


def test_an_object_says_what_it_is_and_how_long(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    got, path = phone.get("a.ics"), phone.path("a.ics")
    answer = find(phone, "a.ics", "<D:allprop/>")
    for name, said in (
        ("getetag", got.etag),
        ("getcontentlength", str(len(got.body))),
        ("getlastmodified", got.headers["last-modified"]),
        ("resourcetype", None),
    ):
        found = answer.property_of(path, DAV + name)
        assert found is not None
        assert found.text == said
