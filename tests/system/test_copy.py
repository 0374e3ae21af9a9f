"""COPY and MOVE: their statuses, their conditions, and what a copy is (RFC 4918 9.8, 9.9)."""

from __future__ import annotations

import pytest

from server.domain.vocabulary import Status
from tests.system import office
from tests.system.events import event, monday, new_uid
from tests.system.phone import Answer, Phone
from tests.system.practice import THEO
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
BOTH = pytest.mark.parametrize("method", ["COPY", "MOVE"])


def copy(phone: Phone, path: str, to: str, **headers: str) -> Answer:
    """COPY an object; the destination is named as behind a proxy."""
    named = {"Destination": f"https://cal.practice.example{phone.path(to)}", **headers}
    return phone.request("COPY", path, **named)


def send(phone: Phone, method: str, path: str, to: str, **headers: str) -> Answer:
    """COPY or MOVE an object."""
    return phone.request(method, path, **{"Destination": phone.path(to), **headers})


@pytest.fixture
def mine(phone: Phone) -> str:
    """Return the path of a calendar of the phone's user's own."""
    path = f"/{phone.user}/mine/"
    assert phone.mkcalendar(path).status == 201
    return path


def test_a_copied_appointment_is_a_new_one(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    office.change(site, phone.user, "a.ics", status=Status.ARRIVED, note="Left foot")
    colleague, desk = site.newcomer(), site.phone("desk")
    old, new = f"/desk/{phone.user}/a.ics", f"/desk/{colleague.user}/b.ics"
    assert copy(desk, old, new).status == 201
    original = site.appointment(phone.user, "a.ics")
    made = site.appointment(colleague.user, "b.ics")
    assert original is not None
    assert made is not None
    assert made.id != original.id
    details = made.first_part.details
    assert (details.client, details.session_type) == ("C1001", "acupfollow")
    assert (details.status, details.practitioner) == (Status.BOOKED, colleague.user)
    assert original.first_part.details.status is Status.ARRIVED
    assert phone.get("a.ics").value("UID") == desk.get(new).value("UID")
    assert site.findings() == []


def test_a_copy_into_an_own_calendar_is_kept_octet_for_octet(phone: Phone, mine: str) -> None:
    second = f"/{phone.user}/second/"
    phone.mkcalendar(second)
    text = event("Dentist", START, "X-FOO;B=c:a,b;c")
    phone.put(f"{mine}a.ics", text)
    assert copy(phone, f"{mine}a.ics", f"{second}b.ics").status == 201
    assert phone.get(f"{second}b.ics").body == text.encode()
    assert phone.get(f"{mine}a.ics").body == text.encode()


def test_a_copy_into_the_practices_calendar_is_understood(
    site: Site, phone: Phone, mine: str
) -> None:
    phone.put(f"{mine}a.ics", event("acupfollow Jane Doe", START))
    assert copy(phone, f"{mine}a.ics", "a.ics").status == 201
    assert site.details(phone.user, "a.ics").client == "C1001"


def test_a_colleague_copies_what_a_colleague_sees(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "DESCRIPTION:Left foot"))
    other = site.newcomer()
    assert copy(other, f"/{other.user}/{phone.user}/a.ics", "a.ics").status == 201
    shown = other.get("a.ics").text
    assert "SUMMARY:Busy" in shown
    assert "Jane" not in shown
    assert "Left foot" not in shown
    assert site.details(other.user, "a.ics").client is None


@BOTH
def test_what_the_front_desk_takes_away_holds_no_internal_note(
    site: Site, phone: Phone, method: str
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "DESCRIPTION:Left foot"))
    desk = site.phone("desk")
    own = f"/desk/taken-{phone.user}/"
    assert desk.mkcalendar(own).status == 201
    assert send(desk, method, f"/desk/{phone.user}/a.ics", f"{own}a.ics").status == 201
    assert "Left foot" not in desk.get(f"{own}a.ics").text
    assert "Left foot" in phone.get("a.ics").text or method == "MOVE"


def test_a_copy_within_one_calendar_would_double_the_uid(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    answer = copy(phone, "a.ics", "b.ics")
    assert (answer.status, answer.condition) == (409, "no-uid-conflict")
    assert answer.xml.findtext(".//{DAV:}href") == phone.path("a.ics")
    assert phone.get("b.ics").status == 404


@BOTH
def test_a_conflict_names_the_object_that_has_the_uid_there(
    phone: Phone, mine: str, method: str
) -> None:
    text = event("Lunch", START)
    phone.put("a.ics", text)
    phone.put(f"{mine}there.ics", text)
    answer = send(phone, method, "a.ics", f"{mine}b.ics")
    assert (answer.status, answer.condition) == (409, "no-uid-conflict")
    assert answer.xml.findtext(".//{DAV:}href") == f"{mine}there.ics"
    assert phone.get("a.ics").status == 200


@BOTH
def test_an_object_of_another_uid_is_not_overwritten(
    phone: Phone, mine: str, method: str
) -> None:
    phone.put("a.ics", event("Lunch", START))
    phone.put(f"{mine}b.ics", event("Dinner", START))
    answer = send(phone, method, "a.ics", f"{mine}b.ics")
    assert (answer.status, answer.condition) == (409, "no-uid-conflict")
    assert answer.xml.findtext(".//{DAV:}href") == f"{mine}b.ics"
    assert phone.get(f"{mine}b.ics").value("SUMMARY") == "Dinner"


@BOTH
def test_an_object_of_the_same_uid_is_overwritten_unless_forbidden(
    site: Site, phone: Phone, mine: str, method: str
) -> None:
    uid = new_uid()
    phone.put(f"{mine}a.ics", event("New", START, uid=uid))
    phone.put("a.ics", event("Old", START, uid=uid))
    answer = send(phone, method, f"{mine}a.ics", "a.ics", Overwrite="F")
    assert (answer.status, answer.condition) == (412, "precondition-failed")
    assert phone.get("a.ics").value("SUMMARY") == "Old"
    assert send(phone, method, f"{mine}a.ics", "a.ics", Overwrite="T").status == 204
    assert phone.get("a.ics").value("SUMMARY") == "New"
    assert phone.get(f"{mine}a.ics").status == (200 if method == "COPY" else 404)
    assert site.findings() == []


@BOTH
@pytest.mark.parametrize(
    ("to", "status", "condition"),
    [
        ("a.ics", 403, "another-destination"),
        ("", 403, "destination-is-object"),
        ("/{user}/", 403, "destination-is-object"),
        ("/", 403, "destination-is-object"),
        ("/{user}/new", 403, "destination-is-object"),
        ("b.ics/", 403, "destination-is-object"),
        ("a.ics/b.ics", 409, "parent-exists"),
        ("/{user}/none/b.ics", 409, "parent-exists"),
        ("/nobody/appointments/b.ics", 409, "parent-exists"),
        (f"/{THEO}/appointments/b.ics", 409, "parent-exists"),
        (f"/{{user}}/{THEO}/b.ics", 403, "need-privileges"),
    ],
)
def test_where_no_object_can_be_is_refused_by_name(
    phone: Phone, method: str, to: str, status: int, condition: str
) -> None:
    phone.put("a.ics", event("Lunch", START))
    answer = send(phone, method, "a.ics", to.format(user=phone.user))
    assert (answer.status, answer.condition) == (status, condition)
    assert answer.sentence.endswith(".")
    assert phone.get("a.ics").status == 200


@BOTH
@pytest.mark.parametrize(
    "headers",
    [
        {"Destination": ""},
        {"Destination": "http://[half"},
        {"Overwrite": "perhaps"},
        {"If": "nonsense"},
    ],
    ids=str,
)
def test_headers_that_cannot_be_read_are_400(
    phone: Phone, method: str, headers: dict[str, str]
) -> None:
    phone.put("a.ics", event("Lunch", START))
    answer = send(phone, method, "a.ics", "b.ics", **headers)
    assert (answer.status, answer.condition) == (400, "readable-request")
    assert phone.get("a.ics").status == 200


def test_a_copy_of_depth_1_has_no_meaning(phone: Phone, mine: str) -> None:
    phone.put("a.ics", event("Lunch", START))
    assert copy(phone, "a.ics", f"{mine}a.ics", Depth="1").status == 400
    assert copy(phone, "a.ics", f"{mine}a.ics", Depth="0").status == 201


@BOTH
def test_calendars_and_homes_are_neither_copied_nor_moved(
    phone: Phone, mine: str, method: str
) -> None:
    for source in (mine, phone.calendar, f"/{phone.user}/", "/"):
        answer = send(phone, method, source, f"/{phone.user}/elsewhere/")
        assert (answer.status, answer.condition) == (403, "source-is-object")
    assert phone.propfind(mine).status == 207


@BOTH
def test_what_is_not_there_is_not_found(phone: Phone, mine: str, method: str) -> None:
    for source in ("none.ics", f"/{phone.user}/none/a.ics", f"/{phone.user}/none/"):
        assert send(phone, method, source, f"{mine}b.ics").status == 404


@BOTH
def test_a_stale_condition_changes_nothing(phone: Phone, mine: str, method: str) -> None:
    phone.put("a.ics", event("Lunch", START))
    assert send(phone, method, "a.ics", f"{mine}b.ics", If_Match='"9999"').status == 412
    assert phone.get(f"{mine}b.ics").status == 404
    etag = phone.get("a.ics").etag or ""
    assert send(phone, method, "a.ics", f"{mine}b.ics", If_Match=etag).status == 201


@BOTH
def test_the_component_set_of_the_destination_is_respected(phone: Phone, method: str) -> None:
    tasks = f"/{phone.user}/tasks/"
    phone.mkcalendar(tasks, "VTODO")
    phone.put("a.ics", event("Lunch", START))
    answer = send(phone, method, "a.ics", f"{tasks}a.ics")
    assert (answer.status, answer.condition) == (403, "supported-calendar-component")


def test_a_locked_appointment_is_not_overwritten_by_a_copy(site: Site, phone: Phone) -> None:
    mine = f"/{phone.user}/mine/"
    phone.mkcalendar(mine)
    href = office.request(site, phone.user, START)
    uid = phone.get(href).value("UID") or ""
    phone.put(f"{mine}a.ics", event("Other", START, uid=uid))
    answer = copy(phone, f"{mine}a.ics", href)
    assert (answer.status, answer.condition) == (403, "locked")
    assert phone.get(href).says("X-PRAXICAL-LOCK:request")
    assert site.findings() == []


def test_a_copy_whose_original_is_deleted_soon_after_was_a_move(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    office.change(site, phone.user, "a.ics", status=Status.ARRIVED)
    before = site.appointment(phone.user, "a.ics")
    colleague, desk = site.newcomer(), site.phone("desk")
    old, new = f"/desk/{phone.user}/a.ics", f"/desk/{colleague.user}/a.ics"
    assert copy(desk, old, new).status == 201
    assert desk.delete(old).status == 204
    after = site.appointment(colleague.user, "a.ics")
    assert before is not None
    assert after is not None
    assert after.id == before.id
    assert after.first_part.details.status is Status.ARRIVED


def test_other_peoples_alarms_go_with_an_object_that_is_renamed(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    desk = site.phone("desk")
    seen = f"/desk/{phone.user}/a.ics"
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT10M\r\nEND:VALARM\r\nEND:VEVENT"
    assert desk.edit(seen, ("END:VEVENT", alarm)).status == 204
    assert desk.get(seen).says("TRIGGER:-PT10M")
    assert phone.move("a.ics", "b.ics").status == 201
    assert desk.get(f"/desk/{phone.user}/b.ics").says("TRIGGER:-PT10M")
    assert not phone.get("b.ics").says("TRIGGER:-PT10M")
