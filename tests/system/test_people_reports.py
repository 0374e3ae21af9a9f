"""Reports that follow properties to people: expand-property, principal-match, access lists."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from tests.system.events import event, monday
from tests.system.phone import CALDAV, CALENDARSERVER, DAV, NAMESPACES, Answer, Phone

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
"""Nothing of this touches what is stored, so that one engine will do."""

SERVER = "http://calendarserver.org/ns/"


def asked(name: str, *inner: str, space: str = "DAV:") -> str:
    return f"<D:property name='{name}' namespace='{space}'>{''.join(inner)}</D:property>"


def expand(phone: Phone, path: str, *inner: str) -> Answer:
    body = f"<D:expand-property {NAMESPACES}>{''.join(inner)}</D:expand-property>"
    return phone.report(path, body, Depth="0")


def match(phone: Phone, path: str, inner: str, prop: str = "") -> Answer:
    body = f"<D:principal-match {NAMESPACES}>{inner}{prop}</D:principal-match>"
    return phone.report(path, body, Depth="0")


def inside(answer: Answer, href: str, name: str) -> list[Element]:
    """Return the responses that stand within a property, in the place of hrefs."""
    element = answer.property_of(href, f"{DAV}{name}")
    assert element is not None
    return element.findall(f"{DAV}response")


def test_the_delegates_that_apple_asks_for_are_none(phone: Phone) -> None:
    home = f"/{phone.user}/"
    inner = [asked("displayname"), asked("calendar-user-address-set", space=CALDAV[1:-1])]
    names = ("calendar-proxy-read-for", "calendar-proxy-write-for")
    answer = expand(phone, home, *(asked(name, *inner, space=SERVER) for name in names))
    for name in names:
        element = answer.property_of(home, CALENDARSERVER + name)
        assert element is not None
        assert len(element) == 0


def test_what_a_property_points_to_stands_in_its_place(phone: Phone) -> None:
    home = f"/{phone.user}/"
    further = asked("principal-collection-set", asked("resourcetype"))
    owner = asked("owner", asked("displayname"), asked("unknown"), further)
    answer = expand(phone, phone.calendar, owner, asked("owner-of-nothing"))
    [found] = inside(answer, phone.calendar, "owner")
    assert found.findtext(f"{DAV}href") == home
    assert found.findtext(f".//{DAV}displayname") == f"Dr {phone.user}"
    assert [one.text for one in found.iter(f"{DAV}href")] == [home, "/"]
    assert found.find(f".//{DAV}resourcetype/{DAV}collection") is not None
    statuses = [one.text for one in found.iter(f"{DAV}status")]
    assert [status for status in statuses if status and " 404 " in status] != []


def test_without_inner_properties_hrefs_stay_hrefs(phone: Phone) -> None:
    answer = expand(phone, phone.calendar, asked("owner"), asked("current-user-principal"))
    for name in ("owner", "current-user-principal"):
        element = answer.property_of(phone.calendar, f"{DAV}{name}")
        assert element is not None
        assert element.findtext(f"{DAV}href") == f"/{phone.user}/"


def test_a_mail_address_is_left_as_it_is(phone: Phone) -> None:
    home, space = f"/{phone.user}/", CALDAV[1:-1]
    body = asked("calendar-user-address-set", asked("displayname"), space=space)
    answer = expand(phone, home, body)
    element = answer.property_of(home, f"{CALDAV}calendar-user-address-set")
    assert element is not None
    assert [one.tag for one in element] == [f"{DAV}response", f"{DAV}href"]


def test_the_home_of_a_colleague_is_not_followed(phone: Phone) -> None:
    path = f"/{phone.user}/theo/"
    answer = expand(phone, path, asked("owner", asked("displayname")))
    [found] = inside(answer, path, "owner")
    assert " 404 " in (found.findtext(f"{DAV}status") or "")
    assert "Theo" not in answer.text


def test_a_calendar_in_the_home_is_followed(phone: Phone) -> None:
    home = f"/{phone.user}/"
    answer = expand(phone, home, asked("calendar-home-set", asked("owner"), space=CALDAV[1:-1]))
    element = answer.property_of(home, f"{CALDAV}calendar-home-set")
    assert element is not None
    assert element.findtext(f".//{DAV}owner/{DAV}href") == home


def test_a_circle_of_properties_ends(phone: Phone) -> None:
    name = "current-user-principal"
    nested = asked(name, asked("displayname"))
    for _ in range(20):
        nested = asked(name, nested)
    answer = expand(phone, "/", nested)
    assert (answer.status, answer.condition) == (403, "number-of-matches-within-limits")


def test_more_properties_than_an_answer_takes_are_refused(phone: Phone) -> None:
    many = (asked(f"a{number}") for number in range(3000))
    answer = expand(phone, "/", *many)
    assert (answer.status, answer.condition) == (403, "number-of-matches-within-limits")


@pytest.mark.parametrize("name", ["", "a b", "a><x", "1", "é"])
def test_what_is_no_name_of_a_property_is_400(phone: Phone, name: str) -> None:
    escaped = name.replace("<", "&lt;")
    assert expand(phone, "/", asked(escaped)).status == 400
    assert expand(phone, "/", asked("a", space="a}b")).status == 400


def test_objects_and_what_is_not_there_have_nothing_to_follow(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", monday(weeks=1)))
    for body in (asked("owner"), ""):
        answer = expand(phone, "a.ics", body)
        assert (answer.status, answer.condition) == (403, "supported-report")
    assert expand(phone, f"/{phone.user}/gone/", asked("owner")).status == 404


@pytest.mark.parametrize("path", ["/", "/{user}/"])
def test_an_app_finds_its_own_principal_among_others(phone: Phone, path: str) -> None:
    prop = "<D:prop><D:displayname/></D:prop>"
    answer = match(phone, path.format(user=phone.user), "<D:self/>", prop)
    assert answer.responses.keys() == {f"/{phone.user}/"}
    name = answer.property_of(f"/{phone.user}/", f"{DAV}displayname")
    assert name is not None
    assert name.text == f"Dr {phone.user}"


def test_no_calendar_is_a_principal(phone: Phone) -> None:
    assert match(phone, phone.calendar, "<D:self/>").responses == {}


def test_what_belongs_to_the_user_is_found_at_any_depth(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", monday(weeks=1)))
    home, mine = f"/{phone.user}/", {phone.calendar, phone.path("a.ics")}
    owned = "<D:principal-property><D:owner/></D:principal-property>"
    others = {f"{home}{name}/" for name in ("availability", "inbox", "outbox")}
    assert match(phone, "/", owned).responses.keys() == {home, *mine, *others}
    assert match(phone, home, owned).responses.keys() == mine | others
    assert match(phone, phone.calendar, owned).responses.keys() == {phone.path("a.ics")}
    other = "<D:principal-property><D:displayname/></D:principal-property>"
    assert match(phone, "/", other).responses == {}


def test_a_match_needs_to_say_what_of(phone: Phone) -> None:
    for inner in ("", "<D:principal-property/>"):
        assert match(phone, "/", inner).status == 400
    assert match(phone, f"/{phone.user}/gone/", "<D:self/>").status == 404
    assert match(phone, "a.ics", "<D:self/>").condition == "supported-report"


def test_an_access_list_names_nobody_else(phone: Phone) -> None:
    body = (
        f"<D:acl-principal-prop-set {NAMESPACES}><D:prop><D:displayname/></D:prop>"
        "</D:acl-principal-prop-set>"
    )
    for path in ("/", phone.calendar, f"/{phone.user}/theo/"):
        answer = phone.report(path, body, Depth="0")
        assert answer.responses.keys() == {f"/{phone.user}/"}
        assert f"Dr {phone.user}" in answer.text
