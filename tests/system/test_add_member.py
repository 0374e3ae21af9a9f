"""POST to a calendar's add-member address: the server names the object (RFC 5995)."""

from __future__ import annotations

import re

import pytest

from tests.system.events import event, monday, new_uid
from tests.system.phone import DAV, ICALENDAR, Answer, Phone
from tests.system.practice import THEO
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}\.ics")


def add(phone: Phone, text: str, path: str = "?add-member", **headers: str) -> Answer:
    """POST an object."""
    return phone.request("POST", path, text, **{"Content_Type": ICALENDAR, **headers})


def name_of(answer: Answer) -> str:
    """Return the last segment of where the new object is."""
    return answer.headers["location"].rpartition("/")[2]


def test_a_calendar_says_where_members_are_added(phone: Phone) -> None:
    shown = phone.propfind("", "D:add-member")
    address = shown.property_of(phone.calendar, f"{DAV}add-member")
    assert address is not None
    href = address.findtext(f"{DAV}href") or ""
    assert add(phone, event("Lunch", START), href).status == 201


def test_a_new_object_is_named_by_its_uid(phone: Phone) -> None:
    uid = new_uid()
    answer = add(phone, event("Lunch", START, uid=uid))
    assert answer.status == 201
    assert answer.headers["location"] == phone.path(f"{uid}.ics")
    assert phone.get(answer.headers["location"]).value("UID") == uid


@pytest.mark.parametrize(
    "uid", ["../../etc", "a b", "ä", "x" * 200, ".hidden", "a/b", "{1}", "%41"]
)
def test_a_uid_that_fits_no_path_is_no_name(site: Site, phone: Phone, uid: str) -> None:
    answer = add(phone, event("Lunch", START, uid=uid))
    assert answer.status == 201
    assert ULID.fullmatch(name_of(answer))
    assert phone.get(answer.headers["location"]).value("UID") == uid
    assert site.findings() == []


def test_a_name_that_is_taken_is_not_taken_again(phone: Phone) -> None:
    uid = new_uid()
    phone.put(f"{uid}.ics", event("Dinner", START))
    answer = add(phone, event("Lunch", START, uid=uid))
    assert answer.status == 201
    assert ULID.fullmatch(name_of(answer))
    assert phone.get(f"{uid}.ics").value("SUMMARY") == "Dinner"


def test_the_etag_is_given_only_where_the_text_is_stored_as_sent(phone: Phone) -> None:
    mine = f"/{phone.user}/mine/"
    phone.mkcalendar(mine)
    kept = add(phone, event("Dentist", START), f"{mine}?add-member")
    assert kept.etag == phone.get(kept.headers["location"]).etag
    understood = add(phone, event("acupfollow Jane Doe", START))
    assert (understood.status, understood.etag) == (201, None)


def test_what_is_stored_is_shown_where_that_is_preferred(phone: Phone) -> None:
    text = event("acupfollow Jane Doe", START)
    answer = add(phone, text, Prefer="return=representation")
    assert answer.status == 201
    assert answer.headers["preference-applied"] == "return=representation"
    assert answer.headers["content-location"] == answer.headers["location"]
    assert answer.body == phone.get(answer.headers["location"]).body


def test_a_uid_that_is_in_use_is_a_conflict_with_the_object_that_has_it(phone: Phone) -> None:
    uid = new_uid()
    phone.put("a.ics", event("Lunch", START, uid=uid))
    answer = add(phone, event("Lunch", START, uid=uid))
    assert (answer.status, answer.condition) == (409, "no-uid-conflict")
    assert answer.xml.findtext(".//{DAV:}href") == phone.path("a.ics")


def test_nothing_is_there_yet_that_a_condition_could_match(phone: Phone) -> None:
    assert add(phone, event("Lunch", START), If_None_Match="*").status == 201
    assert add(phone, event("Lunch", START), If_Match="*").status == 412


@pytest.mark.parametrize(
    ("text", "status", "condition"),
    [
        ("nonsense", 400, "valid-calendar-data"),
        (event("Lunch", START).replace("VEVENT", "VTODO"), 403, "supported-calendar-component"),
    ],
)
def test_what_put_refuses_is_refused_here(
    phone: Phone, text: str, status: int, condition: str
) -> None:
    answer = add(phone, text)
    assert (answer.status, answer.condition) == (status, condition)
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "path", ["", "/", "/{user}/", "/{user}/?add-member", "?other", "a.ics", "a.ics?add-member"]
)
def test_any_other_post_is_405(phone: Phone, path: str) -> None:
    phone.put("a.ics", event("Lunch", START))
    answer = add(phone, event("Tea", START), path.format(user=phone.user))
    assert (answer.status, answer.condition) == (405, "method-allowed")
    assert "POST" not in answer.headers["allow"]
    assert "GET" in answer.headers["allow"]


def test_nothing_is_added_to_what_is_not_there_or_not_ones_own(phone: Phone) -> None:
    assert add(phone, event("Tea", START), f"/{phone.user}/none/?add-member").status == 404
    answer = add(phone, event("Tea", START), f"/{phone.user}/{THEO}/?add-member")
    assert (answer.status, answer.condition) == (403, "need-privileges")
