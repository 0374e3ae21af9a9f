"""PROPPATCH: properties come back as they were set, all of them or none."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from tests.system.phone import APPLE, CALDAV, DAV, NAMESPACES, Answer, Phone
from tests.system.practice import new_secret, operator
from tests.system.servers import Site

BERLIN = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\n"
    "DTSTART:19701025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n"
)
ZONE, ZONE_NAME = f"{CALDAV}calendar-timezone", f"{CALDAV}calendar-timezone-id"
COLOUR = f"{APPLE}calendar-color"


def patch(phone: Phone, inner: str, path: str = "") -> Answer:
    """Send a PROPPATCH with this inside of DAV:propertyupdate."""
    body = f"<D:propertyupdate {NAMESPACES}>{inner}</D:propertyupdate>"
    return phone.request("PROPPATCH", path, body)


def setting(inner: str) -> str:
    return f"<D:set><D:prop>{inner}</D:prop></D:set>"


def removing(inner: str) -> str:
    return f"<D:remove><D:prop>{inner}</D:prop></D:remove>"


def statuses(answer: Answer) -> dict[str, int]:
    """Return the status of each property that a PROPPATCH names."""
    return {
        one.tag: int((propstat.findtext(f"{DAV}status") or "").split()[1])
        for propstat in answer.xml.iter(f"{DAV}propstat")
        for prop in propstat.findall(f"{DAV}prop")
        for one in prop
    }


def found(phone: Phone, name: str) -> Element | None:
    """Return a property of the calendar by Clark name, None where it is not there."""
    space, _, bare = name[1:].partition("}")
    body = f"<D:propfind {NAMESPACES}><D:prop><X:{bare} xmlns:X='{space}'/></D:prop>"
    answer = phone.request("PROPFIND", "", f"{body}</D:propfind>", Depth="0")
    return answer.property_of(phone.calendar, name)


def text(phone: Phone, name: str) -> str | None:
    element = found(phone, name)
    return None if element is None else element.text


def test_properties_are_set_and_removed_in_the_order_of_the_request(phone: Phone) -> None:
    colour = "<A:calendar-color>#ff0000ff</A:calendar-color>"
    answer = patch(phone, setting(colour) + removing("<A:calendar-color/>"))
    assert (answer.status, statuses(answer)) == (207, {COLOUR: 200})
    assert found(phone, COLOUR) is None
    assert patch(phone, removing("<A:calendar-color/>") + setting(colour)).status == 207
    assert text(phone, COLOUR) == "#ff0000ff"


def test_removing_what_is_not_there_is_no_error(phone: Phone) -> None:
    answer = patch(phone, removing("<X:gone xmlns:X='urn:x'/>"))
    assert statuses(answer) == {"{urn:x}gone": 200}


def test_what_apps_keep_for_themselves_is_accepted(phone: Phone) -> None:
    inner = (
        "<A:calendar-order>4</A:calendar-order>"
        "<C:default-alarm-vevent-datetime>BEGIN:VALARM\nEND:VALARM"
        "</C:default-alarm-vevent-datetime><C:calendar-description>Mine</C:calendar-description>"
        "<A:autoprovisioned>NO</A:autoprovisioned>"
    )
    assert set(statuses(patch(phone, setting(inner))).values()) == {200}
    assert text(phone, f"{CALDAV}calendar-description") == "Mine"


def test_attributes_children_and_the_language_come_back(phone: Phone) -> None:
    inner = (
        "<X:note xmlns:X='urn:x' xmlns:Y='urn:y' Y:b='1&amp;\"'>a<Y:c/>b<d xmlns=''> e</d>"
        "</X:note>"
    )
    body = f"<D:set xml:lang='de'><D:prop>{inner}</D:prop></D:set>"
    assert statuses(patch(phone, body)) == {"{urn:x}note": 200}
    note = found(phone, "{urn:x}note")
    assert note is not None
    assert (note.text, [(one.tag, one.text, one.tail) for one in note]) == (
        "a",
        [("{urn:y}c", None, "b"), ("d", " e", None)],
    )
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    assert note.attrib == {"{urn:y}b": '1&"', language: "de"}


def test_apples_name_of_a_colour_stays_with_the_colour(phone: Phone) -> None:
    patch(phone, setting("<A:calendar-color symbolic-color='red'>#FF2968FF</A:calendar-color>"))
    colour = found(phone, COLOUR)
    assert colour is not None
    assert (colour.text, colour.get("symbolic-color")) == ("#FF2968FF", "red")
    patch(phone, setting("<A:calendar-color>#000000FF</A:calendar-color>"))
    colour = found(phone, COLOUR)
    assert colour is not None
    assert (colour.text, colour.attrib) == ("#000000FF", {})


def test_a_name_without_namespace_is_kept_too(phone: Phone) -> None:
    assert statuses(patch(phone, setting("<tag xmlns=''>x</tag>"))) == {"tag": 200}
    assert phone.propfind("").property_of(phone.calendar, "tag") is not None


def test_one_protected_property_keeps_all_others_from_being_set(phone: Phone) -> None:
    inner = "<D:displayname>New</D:displayname><D:getetag>1</D:getetag><S:getctag>1</S:getctag>"
    answer = patch(phone, setting(inner))
    expected = {f"{DAV}displayname": 424, f"{DAV}getetag": 403}
    assert statuses(answer) == {**expected, "{http://calendarserver.org/ns/}getctag": 403}
    assert answer.xml.find(f".//{DAV}error/{DAV}cannot-modify-protected-property") is not None
    assert text(phone, f"{DAV}displayname") == "Appointments"


@pytest.mark.parametrize(
    "inner",
    [
        "<D:resourcetype><D:collection/></D:resourcetype>",
        "<C:supported-calendar-component-set/>",
        "<C:max-resource-size>1</C:max-resource-size>",
        "<D:sync-token>1</D:sync-token>",
        "<D:acl/>",
        "<D:quota-available-bytes>1</D:quota-available-bytes>",
    ],
)
def test_what_only_the_server_says_is_neither_set_nor_removed(phone: Phone, inner: str) -> None:
    for wanted in (setting(inner), removing(inner)):
        assert set(statuses(patch(phone, wanted)).values()) == {403}


def test_removing_the_name_brings_the_usual_one_back(phone: Phone) -> None:
    patch(phone, setting("<D:displayname>Needles</D:displayname>"))
    assert text(phone, f"{DAV}displayname") == "Needles"
    patch(phone, removing("<D:displayname/>"))
    assert text(phone, f"{DAV}displayname") == "Appointments"


def test_a_zone_by_definition_has_its_name(phone: Phone) -> None:
    patch(phone, setting(f"<C:calendar-timezone>{BERLIN}</C:calendar-timezone>"))
    assert text(phone, ZONE) == BERLIN
    assert text(phone, ZONE_NAME) == "Europe/Berlin"


def test_a_zone_by_name_has_its_definition(phone: Phone) -> None:
    patch(phone, setting("<C:calendar-timezone-id>Asia/Tokyo</C:calendar-timezone-id>"))
    assert text(phone, ZONE_NAME) == "Asia/Tokyo"
    assert "TZID:Asia/Tokyo" in (text(phone, ZONE) or "")
    patch(phone, removing("<C:calendar-timezone-id/>"))
    assert text(phone, ZONE_NAME) == "America/New_York"
    assert "TZID:America/New_York" in (text(phone, ZONE) or "")


def test_a_zone_of_the_apps_own_making_has_no_name(phone: Phone) -> None:
    odd = BERLIN.replace("Europe/Berlin", "Here").replace("+0100", "+0017")
    patch(phone, setting(f"<C:calendar-timezone>{odd}</C:calendar-timezone>"))
    assert text(phone, ZONE) == odd
    assert text(phone, ZONE_NAME) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "nonsense",
        "BEGIN:VCALENDAR\nEND:VCALENDAR",
        BERLIN.replace("VTIMEZONE", "VEVENT"),
        BERLIN.replace("TZID:Europe/Berlin\n", ""),
        BERLIN.replace("Europe/Berlin", "Here").replace("TZOFFSETTO:+0100\n", ""),
        BERLIN.replace("END:VTIMEZONE\n", "END:VTIMEZONE\nBEGIN:VTODO\nEND:VTODO\n"),
    ],
)
def test_what_defines_no_zone_is_refused_by_name(phone: Phone, wrong: str) -> None:
    answer = patch(phone, setting(f"<C:calendar-timezone>{wrong}</C:calendar-timezone>"))
    assert statuses(answer) == {ZONE: 403}
    assert answer.xml.find(f".//{DAV}error/{CALDAV}valid-calendar-data") is not None
    assert text(phone, ZONE_NAME) == "America/New_York"


@pytest.mark.parametrize("wrong", ["", "Europe/Nowhere", "europe/berlin", "../etc/passwd"])
def test_an_unknown_zone_is_refused_by_name(phone: Phone, wrong: str) -> None:
    answer = patch(phone, setting(f"<C:calendar-timezone-id>{wrong}</C:calendar-timezone-id>"))
    assert statuses(answer) == {ZONE_NAME: 403}
    assert answer.xml.find(f".//{DAV}error/{CALDAV}valid-timezone") is not None


def test_a_calendar_is_opaque_or_transparent(phone: Phone) -> None:
    name = f"{CALDAV}schedule-calendar-transp"
    for inner in ("", "<C:opaque/><C:transparent/>", "<C:other/>"):
        wrong = f"<C:schedule-calendar-transp>{inner}</C:schedule-calendar-transp>"
        assert statuses(patch(phone, setting(wrong))) == {name: 409}
    right = "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"
    assert statuses(patch(phone, setting(right))) == {name: 200}
    shown = found(phone, name)
    assert shown is not None
    assert [one.tag for one in shown] == [f"{CALDAV}transparent"]


def test_a_name_is_text(phone: Phone) -> None:
    answer = patch(phone, setting("<D:displayname>A<D:b/></D:displayname>"))
    assert statuses(answer) == {f"{DAV}displayname": 409}


@pytest.mark.parametrize(
    "inner",
    [
        f"<X:a xmlns:X='urn:x'>{'x' * 70_000}</X:a>",
        "".join(f"<X:a{number} xmlns:X='urn:x'/>" for number in range(120)),
        f"<X:a xmlns:X='urn:x'>{'<b>' * 2000}{'</b>' * 2000}</X:a>",
    ],
    ids=["too long", "too many", "too deep"],
)
def test_what_there_is_no_room_for_is_told_property_by_property(
    phone: Phone, inner: str
) -> None:
    answer = patch(phone, setting(inner))
    assert (answer.status, set(statuses(answer).values())) == (207, {507})
    assert answer.xml.find(f".//{DAV}responsedescription") is not None
    assert phone.propfind("").property_of(phone.calendar, "{urn:x}a") is None


@pytest.mark.parametrize("path", ["/", "/{user}/", "a.ics"])
def test_elsewhere_nothing_is_set_and_each_property_says_so(phone: Phone, path: str) -> None:
    phone.request("PUT", "a.ics", _LUNCH)
    inner = setting("<D:displayname>X</D:displayname><D:getetag>1</D:getetag>")
    answer = patch(phone, inner, path.format(user=phone.user))
    assert answer.status == 207
    assert statuses(answer) == {f"{DAV}displayname": 403, f"{DAV}getetag": 403}


def test_a_device_that_only_reads_sets_nothing(site: Site, phone: Phone) -> None:
    with site.database.writing() as uow:
        secret = new_secret(uow, operator(), phone.user, "watch", read_only=True)
    watch = site.phone(phone.user, secret)
    answer = patch(watch, setting("<D:displayname>X</D:displayname>"))
    assert (answer.status, statuses(answer)) == (207, {f"{DAV}displayname": 403})
    assert text(phone, f"{DAV}displayname") == "Appointments"


def test_a_reader_keeps_a_colour_of_its_own(site: Site, phone: Phone) -> None:
    colleague = site.newcomer("psychotherapy")
    colleague.calendar = f"/{colleague.user}/{phone.user}/"
    patch(phone, setting("<A:calendar-color symbolic-color='red'>#ff0000ff</A:calendar-color>"))
    assert text(colleague, COLOUR) == "#ff0000ff"
    patch(colleague, setting("<A:calendar-color>#00ff00ff</A:calendar-color>"))
    own = found(colleague, COLOUR)
    assert own is not None
    assert (own.text, own.attrib) == ("#00ff00ff", {})
    assert text(phone, COLOUR) == "#ff0000ff"
    patch(colleague, removing("<A:calendar-color/>"))
    assert text(colleague, COLOUR) == "#ff0000ff"


@pytest.mark.parametrize("body", ["", "<D:propfind xmlns:D='DAV:'/>", "<D:propertyupdate"])
def test_what_asks_for_nothing_is_400(phone: Phone, body: str) -> None:
    assert phone.request("PROPPATCH", "", body).status == 400


_LUNCH = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\nBEGIN:VEVENT\r\nUID:lunch\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART:20261201T120000Z\r\nDTEND:20261201T130000Z\r\n"
    "SUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
