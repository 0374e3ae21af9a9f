"""Conditions on the state of what is changed, and answers that show that state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from tests.system.events import event, monday
from tests.system.phone import Phone

START = monday(weeks=1, hour=9)
UID: Final = "in-use@app.example"
TAKEN: Final = event("Lunch", START, uid=UID)

Condition = Callable[[str], dict[str, str]]
HOLDING: Final[Mapping[str, Condition]] = {
    "its tag": lambda etag: {"If_Match": etag},
    "one of several": lambda etag: {"If_Match": f'"7777", {etag}, "8888"'},
    "a tag that a proxy made weak": lambda etag: {"If_Match": f"W/{etag}"},
    "anything": lambda _: {"If_Match": "*"},
    "not another": lambda _: {"If_None_Match": '"7777"'},
    "not since": lambda _: {"If_Unmodified_Since": "Fri, 01 Jan 2999 00:00:00 GMT"},
    "no date at all": lambda _: {"If_Unmodified_Since": "whenever"},
    "the tag goes first": lambda etag: {
        "If_Match": etag,
        "If_Unmodified_Since": "Sat, 01 Jan 2000 00:00:00 GMT",
    },
    "a list": lambda etag: {"If": f"([{etag}])"},
    "the second list": lambda etag: {"If": f'(["7777"]) ([{etag}])'},
    "not a lock": lambda etag: {"If": f"(Not <DAV:no-lock> [{etag}])"},
    "not another in a list": lambda _: {"If": '(Not ["7777"])'},
}
BROKEN: Final[Mapping[str, Condition]] = {
    "another tag": lambda _: {"If_Match": '"7777"'},
    "no tag at all": lambda _: {"If_Match": "nothing"},
    "not its own": lambda etag: {"If_None_Match": etag},
    "not any of these": lambda etag: {"If_None_Match": f'"7777", W/{etag}'},
    "not anything": lambda _: {"If_None_Match": "*"},
    "long ago": lambda _: {"If_Unmodified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    "a lock": lambda etag: {"If": f"([{etag}] <opaquelocktoken:e71d4fae>)"},
    "not this one": lambda etag: {"If": f"(Not [{etag}])"},
    "another list": lambda _: {"If": '(["7777"])'},
}


@pytest.mark.parametrize("name", HOLDING)
def test_a_condition_that_holds_lets_a_change_through(phone: Phone, name: str) -> None:
    phone.put("a.ics", TAKEN)
    headers = HOLDING[name](phone.get("a.ics").etag or "")
    assert phone.put("a.ics", event("Tea", START, uid=UID), **headers).status == 204
    assert phone.get("a.ics").value("SUMMARY") == "Tea"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "MOVE"])
@pytest.mark.parametrize("name", BROKEN)
def test_a_condition_that_does_not_hold_stops_every_change(
    phone: Phone, name: str, method: str
) -> None:
    phone.put("a.ics", TAKEN)
    shown = phone.get("a.ics")
    headers = {"Destination": phone.path("b.ics"), "Content_Type": "text/calendar"}
    headers |= BROKEN[name](shown.etag or "")
    body = event("Tea", START, uid=UID) if method == "PUT" else ""
    answer = phone.request(method, "a.ics", body, **headers)
    assert (answer.status, answer.condition) == (412, "precondition-failed")
    assert phone.get("a.ics").body == shown.body


def test_the_if_header_may_be_about_another_resource(phone: Phone) -> None:
    phone.put("a.ics", TAKEN)
    etag, token = phone.get("a.ics").etag, phone.sync().token
    tea = event("Tea", START)
    other = f"<https://proxy.example{phone.path('a.ics')}> ([{etag}])"
    assert phone.put("b.ics", tea, If=other.replace(etag or "", '"7777"')).status == 412
    assert phone.put("b.ics", tea, If=other).status == 201
    # RFC 6578 5: a calendar that is still as it was at the last sync.
    unchanged = f"<{phone.calendar}> (<{token}>)"
    assert phone.put("c.ics", event("Cake", START), If=unchanged).status == 412
    now = unchanged.replace(token, phone.sync().token)
    assert phone.put("c.ics", event("Cake", START), If=now).status == 201
    assert phone.put("d.ics", event("Pie", START), If='</theo/> (["1"])').status == 412


@pytest.mark.parametrize(
    "value", ["(", "()", "nonsense", '(["1"]', "([1])", "<a> <b>", '(["1"] Not)', "<a>"]
)
def test_an_if_header_that_cannot_be_read_is_400(phone: Phone, value: str) -> None:
    phone.put("a.ics", TAKEN)
    answer = phone.put("a.ics", event("Tea", START, uid=UID), If=value)
    assert (answer.status, answer.condition) == (400, "readable-request")
    assert phone.get("a.ics").value("SUMMARY") == "Lunch"


def test_a_calendar_is_deleted_as_it_was_seen_or_not_at_all(phone: Phone) -> None:
    mine = f"/{phone.user}/mine/"
    phone.mkcalendar(mine)
    seen = phone.get(mine).etag or ""
    phone.put(f"{mine}a.ics", event("Tea", START))
    assert phone.delete(mine, If_Match=seen).status == 412
    assert (
        phone.delete(mine, Depth="infinity", If_Match=phone.get(mine).etag or "").status == 204
    )
    assert phone.delete(mine).status == 404


def test_what_is_stored_is_shown_to_who_prefers_that(phone: Phone) -> None:
    text = event("acupfollow Jane Doe", START)
    for status in (201, 200):
        answer = phone.put("a.ics", text, Prefer="return=representation")
        shown = phone.get("a.ics")
        assert (answer.status, answer.body, answer.etag) == (status, shown.body, shown.etag)
        assert answer.headers["content-location"] == phone.path("a.ics")
        assert answer.headers["preference-applied"] == "return=representation"


def test_a_failed_condition_shows_what_is_there_to_who_prefers_that(phone: Phone) -> None:
    phone.put("a.ics", TAKEN)
    tea = event("Tea", START, uid=UID)
    answer = phone.put("a.ics", tea, If_Match='"7777"', Prefer='return="representation"')
    assert (answer.status, answer.body) == (412, phone.get("a.ics").body)
    gone = phone.put("b.ics", event("Tea", START), If_Match="*", Prefer="return=representation")
    assert (gone.status, gone.condition) == (412, "precondition-failed")


def test_brevity_is_said_to_be_applied(phone: Phone) -> None:
    answer = phone.put("a.ics", TAKEN, Prefer="return=minimal")
    assert (answer.status, answer.body) == (201, b"")
    assert answer.headers["preference-applied"] == "return=minimal"
