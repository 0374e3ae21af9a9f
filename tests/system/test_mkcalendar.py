"""Making calendars: MKCALENDAR with properties, and extended MKCOL; all of it or nothing."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from tests.system.phone import CALDAV, DAV, NAMESPACES, Answer, Phone
from tests.system.practice import THEO, new_secret, operator
from tests.system.servers import Site

ZONE = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\n"
    "END:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n"
)
CALENDAR_TYPE = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
COMPONENTS = "<C:supported-calendar-component-set>{}</C:supported-calendar-component-set>"


def make(phone: Phone, method: str, inner: str, path: str = "", **headers: str) -> Answer:
    """Ask for a calendar with these properties; MKCOL says that it is to be one."""
    root = "C:mkcalendar" if method == "MKCALENDAR" else "D:mkcol"
    typed = "" if method == "MKCALENDAR" or "resourcetype" in inner else CALENDAR_TYPE
    body = f"<{root} {NAMESPACES}><D:set><D:prop>{typed}{inner}</D:prop></D:set></{root}>"
    where = path or f"/{phone.user}/new/"
    return phone.request(method, where, body, Content_Type="text/xml", **headers)


def is_there(phone: Phone, path: str = "") -> bool:
    """Whether there is a calendar at the path."""
    return phone.propfind(path or f"/{phone.user}/new/").status == 207


BOTH = pytest.mark.parametrize("method", ["MKCALENDAR", "MKCOL"])


@BOTH
def test_a_calendar_has_the_properties_it_was_made_with(phone: Phone, method: str) -> None:
    inner = (
        "<D:displayname>Garten &amp; Haus</D:displayname>"
        "<C:calendar-description xml:lang='de'>Zuhause</C:calendar-description>"
        "<A:calendar-color>#ff0000ff</A:calendar-color><A:calendar-order>3</A:calendar-order>"
        "<X:thing xmlns:X='urn:x'><X:part at='1'>a</X:part></X:thing>"
        f"<C:calendar-timezone>{ZONE}</C:calendar-timezone>"
        + COMPONENTS.format("<C:comp name='VTODO'/><C:comp name='VEVENT'/>")
    )
    answer = make(phone, method, inner)
    assert (answer.status, answer.body) == (201, b"")
    assert answer.headers["cache-control"] == "no-cache"
    path = f"/{phone.user}/new/"
    names = ("D:displayname", "C:calendar-description", "A:calendar-color", "A:calendar-order")
    shown = phone.propfind(path, *names, "C:supported-calendar-component-set")
    texts = [
        found.text if (found := shown.property_of(path, name)) is not None else None
        for name in (
            f"{DAV}displayname",
            f"{CALDAV}calendar-description",
            "{http://apple.com/ns/ical/}calendar-color",
            "{http://apple.com/ns/ical/}calendar-order",
        )
    ]
    assert texts == ["Garten & Haus", "Zuhause", "#ff0000ff", "3"]
    kinds = shown.property_of(path, f"{CALDAV}supported-calendar-component-set")
    assert kinds is not None
    assert [one.get("name") for one in kinds] == ["VTODO", "VEVENT"]


def test_mkcalendar_needs_no_body(phone: Phone) -> None:
    assert phone.request("MKCALENDAR", f"/{phone.user}/new/").status == 201
    assert is_there(phone)


@BOTH
def test_a_name_may_be_any_that_a_path_can_hold(phone: Phone, method: str) -> None:
    for name in ("G%C3%A4rten", "with%20space", "C6D2B0DA-1E2F", "a.b"):
        path = f"/{phone.user}/{name}/"
        assert make(phone, method, "", path).status == 201
        assert is_there(phone, path)


@BOTH
def test_brevity_is_applied_where_it_is_asked_for(phone: Phone, method: str) -> None:
    answer = make(phone, method, "", Prefer="return=minimal")
    assert (answer.status, answer.headers["preference-applied"]) == (201, "return=minimal")


def statuses(answer: Answer) -> dict[str, str]:
    """Return the status of each property by its name."""
    return {
        named.tag: (one.findtext(f"{DAV}status") or "").split()[1]
        for one in answer.xml.iter(f"{DAV}propstat")
        for prop in one.findall(f"{DAV}prop")
        for named in prop
    }


def condition_of(answer: Answer, name: str) -> ET.Element | None:
    """Return a condition that is named inside of a propstat."""
    return answer.xml.find(f".//{DAV}propstat/{DAV}error/{name}")


REFUSED = {
    "protected": ("<D:getetag>x</D:getetag>", f"{DAV}cannot-modify-protected-property"),
    "token": ("<D:sync-token>x</D:sync-token>", f"{DAV}cannot-modify-protected-property"),
    "component": (
        COMPONENTS.format("<C:comp name='VFREEBUSY'/>"),
        f"{CALDAV}supported-calendar-component",
    ),
    "no component": (COMPONENTS.format(""), f"{CALDAV}supported-calendar-component"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_mkcalendar_names_each_property_when_one_cannot_be_set(
    phone: Phone, reason: str
) -> None:
    inner, condition = REFUSED[reason]
    answer = make(phone, "MKCALENDAR", f"<D:displayname>Garden</D:displayname>{inner}")
    assert answer.status == 207
    assert set(answer.responses) == {f"/{phone.user}/new/"}
    assert set(statuses(answer).values()) == {"403", "424"}
    assert statuses(answer)[f"{DAV}displayname"] == "424"
    assert condition_of(answer, condition) is not None
    assert not is_there(phone)


@pytest.mark.parametrize("reason", REFUSED)
def test_mkcol_is_forbidden_with_the_status_of_each_property(phone: Phone, reason: str) -> None:
    inner, condition = REFUSED[reason]
    answer = make(phone, "MKCOL", f"<D:displayname>Garden</D:displayname>{inner}")
    assert answer.status == 403
    assert answer.xml.tag == f"{DAV}mkcol-response"
    assert statuses(answer)[f"{DAV}displayname"] == "424"
    assert condition_of(answer, condition) is not None
    assert not is_there(phone)


@pytest.mark.parametrize("zone", ["", "nonsense", ZONE.replace("VTIMEZONE", "VEVENT")])
def test_a_time_zone_that_is_none_is_a_condition_of_mkcalendar(phone: Phone, zone: str) -> None:
    answer = make(phone, "MKCALENDAR", f"<C:calendar-timezone>{zone}</C:calendar-timezone>")
    assert (answer.status, answer.condition) == (403, "valid-calendar-data")
    assert not is_there(phone)


def test_a_time_zone_that_is_none_is_named_by_mkcol(phone: Phone) -> None:
    answer = make(phone, "MKCOL", "<C:calendar-timezone>x</C:calendar-timezone>")
    assert answer.status == 403
    assert condition_of(answer, f"{CALDAV}valid-calendar-data") is not None
    assert not is_there(phone)


@pytest.mark.parametrize(
    "typed",
    [
        "<D:resourcetype><D:collection/></D:resourcetype>",
        "<D:resourcetype/>",
        "<D:resourcetype><C:calendar/></D:resourcetype>",
        "<D:resourcetype><D:collection/><D:principal/></D:resourcetype>",
        "<D:resourcetype><D:collection/><C:calendar/><S:subscribed/></D:resourcetype>",
    ],
)
def test_mkcol_makes_nothing_but_calendars(phone: Phone, typed: str) -> None:
    answer = make(phone, "MKCOL", f"{typed}<D:displayname>x</D:displayname>")
    assert answer.status == 403
    assert answer.xml.tag == f"{DAV}mkcol-response"
    assert condition_of(answer, f"{DAV}valid-resourcetype") is not None
    assert statuses(answer) == {f"{DAV}resourcetype": "403", f"{DAV}displayname": "424"}
    assert not is_there(phone)


@pytest.mark.parametrize("body", ["", f"<D:mkcol {NAMESPACES}/>"])
def test_mkcol_that_does_not_ask_for_a_calendar_is_refused_by_name(
    phone: Phone, body: str
) -> None:
    answer = phone.request("MKCOL", f"/{phone.user}/new/", body, Content_Type="text/xml")
    assert (answer.status, answer.condition) == (403, "valid-resourcetype")
    assert not is_there(phone)


@BOTH
def test_a_body_of_another_kind_is_415_and_one_that_is_no_xml_400(
    phone: Phone, method: str
) -> None:
    path = f"/{phone.user}/new/"
    other = phone.request(method, path, f"<D:propfind {NAMESPACES}/>")
    assert (other.status, other.condition) == (415, "supported-body")
    broken = phone.request(method, path, "<D:mkcol")
    assert (broken.status, broken.condition) == (400, "readable-request")
    assert not is_there(phone)


@pytest.mark.parametrize(
    ("path", "status", "condition"),
    [
        ("/", 403, "resource-must-be-null"),
        ("/{user}/", 403, "resource-must-be-null"),
        ("/{user}/appointments/", 403, "resource-must-be-null"),
        (f"/{{user}}/{THEO}/", 403, "resource-must-be-null"),
        ("/{user}/desk/", 403, "calendar-collection-location-ok"),
        ("/{user}/appointments/inner/", 403, "calendar-collection-location-ok"),
        ("/{user}/none/inner/", 409, "parent-exists"),
        ("/{user}/a%0ab/", 403, "calendar-collection-location-ok"),
        ("/{user}/" + "x" * 201, 403, "calendar-collection-location-ok"),
    ],
)
def test_where_no_calendar_can_be_is_refused_by_name(
    phone: Phone, path: str, status: int, condition: str
) -> None:
    for method in ("MKCALENDAR", "MKCOL"):
        answer = make(phone, method, "", path.format(user=phone.user))
        if method == "MKCOL" and condition == "resource-must-be-null":
            # RFC 4918 9.3.1 has a status for that, and no condition.
            status, condition = 405, "method-allowed"
        assert (answer.status, answer.condition) == (status, condition)
        assert answer.sentence.endswith(".")


def test_mkcol_on_what_is_there_is_405_and_says_what_is_allowed(phone: Phone) -> None:
    for path in ("/", f"/{phone.user}/", phone.calendar):
        answer = make(phone, "MKCOL", "", path)
        assert answer.status == 405
        assert "PROPFIND" in answer.headers["allow"]
        assert "MKCOL" not in answer.headers["allow"]


def test_more_than_is_kept_of_properties_makes_nothing(phone: Phone) -> None:
    many = "".join(f"<X:p{number} xmlns:X='urn:x'>v</X:p{number}>" for number in range(200))
    assert make(phone, "MKCALENDAR", many).status == 403
    long = f"<D:displayname>{'x' * 100_000}</D:displayname>"
    assert make(phone, "MKCALENDAR", long).status == 403
    assert not is_there(phone)


def test_a_password_that_only_reads_makes_nothing(site: Site, phone: Phone) -> None:
    with site.database.writing() as uow:
        secret = new_secret(uow, operator(), phone.user, "watch", read_only=True)
    reader = site.phone(phone.user, secret)
    answer = make(reader, "MKCALENDAR", "")
    assert (answer.status, answer.condition) == (403, "need-privileges")
    assert answer.xml.find(f".//{DAV}privilege/{DAV}bind") is not None
    assert not is_there(phone)


def test_the_name_of_a_deleted_calendar_is_free_again(phone: Phone) -> None:
    assert make(phone, "MKCALENDAR", "<D:displayname>One</D:displayname>").status == 201
    assert phone.delete(f"/{phone.user}/new/").status == 204
    assert make(phone, "MKCOL", "<D:displayname>Two</D:displayname>").status == 201
    path = f"/{phone.user}/new/"
    name = phone.propfind(path, "D:displayname").property_of(path, f"{DAV}displayname")
    assert name is not None
    assert name.text == "Two"
