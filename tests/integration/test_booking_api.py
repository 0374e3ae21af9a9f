"""The public booking API: what is offered, what is free, what becomes of a booking."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.domain.booking_rules import BookingMode
from server.domain.bookings import BookingState, MailKind
from server.domain.ids import BookingId, ClientNumber
from tests.bookable import TUESDAY
from tests.booking import booking_of, mails, open_for_booking
from tests.in_process import ask
from tests.practice import JANE, Field, House, at, session, timed
from tests.visiting import NINE, QUARTER_TO_TEN, Web, links, told, visited

NEXT = ClientNumber("C1012")
"""The number that the next new client gets."""
JANE_S = {"name": "Jane Doe", "email": "jane@example.org"}
DAY = {"session": "acupfollow", "from_": "2026-11-24", "to": "2026-11-24"}


@pytest.fixture
def web(any_house: House) -> Iterator[Web]:
    open_for_booking(any_house)
    with visited(any_house) as opened:
        yield opened


def starts(web: Web, **said: str) -> list[str]:
    return [one["start"] for one in told(web.get("/slots", **{**DAY, **said}))["items"]]


def test_what_can_be_booked_is_listed_with_whom_and_where(web: Web) -> None:
    listed = told(web.get("/session-types"))
    assert listed["items"] == [
        {
            "name": "acupfollow",
            "description": "Session acupfollow",
            "minutes": 45,
            "colour": "#3b7dd8",
            "video": False,
            "mode": "instant",
            "new_clients": True,
            "code": False,
            "practitioners": [{"name": "alma", "display_name": "Alma"}],
            "locations": [{"key": "main", "name": "Main street", "tz": "America/New_York"}],
        }
    ]


def test_free_slots_are_told_without_how_many_others_booked(web: Web) -> None:
    assert [one[5:16].replace("T", " ") for one in starts(web)] == TUESDAY
    (first, *_) = told(web.get("/slots", **DAY))["items"]
    assert first == {
        "start": NINE,
        "end": QUARTER_TO_TEN,
        "practitioner": "alma",
        "location": "main",
    }
    assert starts(web, tz="Europe/Berlin")[0] == "2026-11-24T15:00:00+01:00"


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"tz": "Nowhere/At_All"}, 400, "tz"),
        ({"from_": "2026-12-02", "to": "2026-12-01"}, 400, "to"),
        ({"from_": "2026-01-01", "to": "2028-01-01"}, 400, "to"),
        ({"from_": "tomorrow"}, 400, "from"),
        ({"session": "psy50"}, 422, "session"),
        ({"session": "nothing"}, 404, None),
        ({"practitioner": "nobody"}, 404, None),
        ({"colour": "red"}, 422, "colour"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_its_name(
    web: Web, said: dict[str, str], status: int, field: str | None
) -> None:
    answer = web.get("/slots", **{**DAY, **said})
    assert told(answer, status).get("field") == field
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_free_slot_is_booked_at_once(any_house: House, web: Web) -> None:
    answer = web.book(tz="Europe/Berlin")
    said = told(answer, 201)
    assert (said["state"], said["start"], said["tz"]) == (
        "booked",
        "2026-11-24T15:00:00+01:00",
        "Europe/Berlin",
    )
    assert {one["purpose"] for one in said["links"]} == {"see", "cancel", "move"}
    assert said["calendar"].startswith("http://cal.practice.example/api/v1/book/")
    noted = mails(any_house, BookingId(said["id"]))
    assert [mail.kind for mail in noted] == [MailKind.BOOKED]
    assert len(starts(web)) == 1


def test_a_slot_that_is_taken_brings_fresh_ones(web: Web) -> None:
    told(web.book(), 201)
    said = told(web.book(name="Olga Other", email="olga@example.org"), 409)
    assert (said["type"].rpartition(":")[2], said["field"]) == ("slot-taken", "start")
    assert [one["start"] for one in said["slots"]] == [QUARTER_TO_TEN]


def test_anybody_may_be_asked_for_anywhere(web: Web) -> None:
    assert told(web.book(practitioner=None), 201)["practitioner"] == "alma"
    assert told(web.book(start=QUARTER_TO_TEN, location="telehealth"), 409)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "123"}, "name"),
        ({"email": ""}, "email"),
        ({"email": "nora@example.org\nBcc: all@example.org"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"message": "x" * 1001}, "message"),
        ({"consents": {"phone": True}}, "phone"),
        ({"start": "2026-11-24T09:00:00"}, "start"),
        ({"start": "1795528800"}, "start"),
        ({"start": 1795528800}, "start"),
        ({"start": "2026-11-24_09:00:00-05:00"}, "start"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"start": "9999-12-31T23:59:59-12:00"}, "start"),
        ({"session": "psy50"}, "session"),
        ({"colour": "red"}, "colour"),
        ({"name": None}, "name"),
    ],
)
def test_a_field_that_cannot_be_meant_is_named(
    web: Web, said: dict[str, Field], field: str
) -> None:
    assert told(web.book(**said), 422)["field"] == field
    assert len(starts(web)) == 4


def test_the_same_key_books_once_and_old_links_stay_good(any_house: House, web: Web) -> None:
    first, second = web.book("key-1"), web.book("key-1")
    assert told(first, 201)["id"] == told(second, 201)["id"]
    assert links(first).keys() == links(second).keys()
    assert set(links(first).values()).isdisjoint(links(second).values())
    for each in (first, second):
        assert told(web.get(links(each)["see"]))["state"] == "booked"
    assert told(web.book("key-1", message="again"), 422)["type"].endswith("key-reused")
    assert web.book("a b").status == 400
    assert len(any_house.rows(client=NEXT)) == 1


def test_strangers_who_choose_the_same_key_never_meet(web: Web) -> None:
    first = told(web.book("1"), 201)["id"]
    other = {"name": "Olga Other", "email": "olga@example.org", "start": QUARTER_TO_TEN}
    assert told(web.book("1", **other), 201)["id"] != first


def test_a_request_waits_and_its_slot_is_gone_for_others(any_house: House) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    with visited(any_house, verification_codes=False) as web:
        said = told(web.book(), 201)
        assert said["state"] == "requested"
        assert said["links"]
        assert starts(web) == [QUARTER_TO_TEN]


def test_where_new_clients_are_not_taken_everybody_is_answered_alike(any_house: House) -> None:
    open_for_booking(any_house, new_clients=False)
    with visited(any_house, verification_codes=False) as web:
        stranger = told(web.book(), 201)
        known = told(web.book(**JANE_S, start=QUARTER_TO_TEN), 201)
    for each in (stranger, known):
        assert (each["state"], each["links"], each["calendar"]) == ("received", [], None)
    assert stranger.keys() == known.keys()


def test_a_client_s_address_that_nobody_has_proven_books_nothing_at_once(
    any_house: House,
) -> None:
    open_for_booking(any_house, new_clients=False)
    with visited(any_house, verification_codes=False) as web:
        number = BookingId(told(web.book(**JANE_S), 201)["id"])
    booking, appointment = booking_of(any_house, number)
    assert booking.state(appointment) is BookingState.PENDING


@pytest.mark.parametrize("email", ["snoop@example.org", "jané@example.org"])
def test_who_knows_a_client_s_number_does_not_learn_by_mail_that_it_is_one(
    any_house: House, email: str
) -> None:
    open_for_booking(any_house, new_clients=False)
    with any_house.database.writing() as uow:
        jane = uow.clients.get(JANE)
        assert jane is not None
        uow.clients.save(replace(jane, phone="+1 212 555 0100"))
    said = {"name": "Jane Doe", "phone": "+1 212 555 0100", "email": email}
    with visited(any_house, verification_codes=False) as web:
        number = BookingId(told(web.book(**said), 201)["id"])
    kinds = {one.kind for one in mails(any_house, number)}
    assert kinds == {MailKind.REQUESTED, MailKind.ASKED}


def test_nothing_is_there_for_another_practice_or_while_booking_is_off(
    any_house: House, web: Web
) -> None:
    see = links(web.book())["see"]
    came = ask(web.port, "/api/v1/book/another/session-types")
    assert came.status == 404
    with visited(any_house, online=False) as closed:
        assert closed.get("/session-types").status == 404
        assert closed.get("/slots", **DAY).status == 404
        assert closed.book().status == 404
        assert told(closed.get(see))["state"] == "booked"


def test_answers_are_kept_by_nobody(web: Web) -> None:
    headers = web.book().headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex"


def test_addresses_follow_the_setting_where_there_is_one(any_house: House) -> None:
    open_for_booking(any_house)
    with visited(any_house, public_url="https://book.example.org/praxis") as web:
        (see, *_) = told(web.book(), 201)["links"]
    assert see["page"].startswith("https://book.example.org/praxis/book/")
    assert see["api"].startswith("https://book.example.org/praxis/api/v1/book/")


def test_what_staff_booked_is_no_slot_and_nothing_tells_why(any_house: House, web: Web) -> None:
    any_house.book(timed(at(24, 9), 45), session())
    answer = web.get("/slots", **DAY)
    assert [one["start"] for one in told(answer)["items"]] == [QUARTER_TO_TEN]
    assert "Jane" not in json.dumps(told(answer))


def test_nothing_of_a_visitor_is_logged(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    see = links(web.book("key-1", phone="+1 212 555 0100", message="my secret"))["see"]
    web.book(name="Nora\nNewcomer")
    web.get(see)
    assert "route=/api/v1/book/{practice}/bookings" in caplog.text
    for secret in ("Nora", "nora@", "555 0100", "secret", "key-1", see.rpartition("/")[2]):
        assert secret not in caplog.text
