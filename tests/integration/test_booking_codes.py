"""A code proves the address of who asks for an appointment; tries and requests are counted."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from server.domain.booking_rules import BookingMode
from server.domain.bookings import BookingState, Mail, MailKind
from server.domain.ids import BookingId
from tests.booking import booking_of, open_for_booking
from tests.practice import JANE, Field, House
from tests.visiting import Web, told, visited


@pytest.fixture
def web(any_house: House) -> Iterator[Web]:
    open_for_booking(any_house, BookingMode.REQUEST)
    with visited(any_house) as opened:
        yield opened


def codes(house: House) -> list[Mail]:
    """Return the codes that wait to be mailed, oldest first."""
    with house.database.writing() as uow:
        due = uow.mails.due(house.now + timedelta(days=1), 100)
    return [mail for mail in due if mail.kind is MailKind.CODE]


def sent(house: House, web: Web, **said: Field) -> str:
    """Ask for a code and return it."""
    before = {mail.id for mail in codes(house)}
    assert told(web.book(**said), 202) == {"state": "code-sent"}
    (mail,) = [mail for mail in codes(house) if mail.id not in before]
    assert mail.to == said.get("email", "nora@example.org")
    return mail.secret


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_request_is_booked_with_the_code_that_was_mailed(any_house: House, web: Web) -> None:
    code = sent(any_house, web)
    assert len(code) == 6
    assert told(web.book(code=f"{code[:3]} {code[3:]}"), 201)["state"] == "requested"


def test_a_code_is_good_once(any_house: House, web: Web) -> None:
    code = sent(any_house, web)
    told(web.book(code=code), 201)
    later = "2026-11-24T09:45:00-05:00"
    assert told(web.book(code=code, start=later), 422)["type"].endswith(":code")


def test_a_code_is_not_lost_where_the_slot_is(any_house: House, web: Web) -> None:
    code = sent(any_house, web)
    other = {"name": "Olga Other", "email": "olga@example.org"}
    told(web.book(**other, code=sent(any_house, web, **other)), 201)
    told(web.book(code=code), 409)
    told(web.book(code=code, start="2026-11-24T09:45:00-05:00"), 201)


def test_a_request_with_its_code_may_be_repeated(any_house: House, web: Web) -> None:
    code = sent(any_house, web)
    first, second = (told(web.book("key", code=code), 201) for _ in range(2))
    assert first["id"] == second["id"]


def test_a_request_with_its_code_that_comes_many_times_at_once_is_one(
    any_house: House, web: Web
) -> None:
    code = sent(any_house, web)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: web.book("key", code=code), range(8)))
    assert len({told(answer, 201)["id"] for answer in answers}) == 1


def test_after_five_wrong_tries_the_right_code_opens_nothing(
    any_house: House, web: Web
) -> None:
    code = sent(any_house, web)
    for _ in range(5):
        assert told(web.book(code=wrong(code)), 422)["field"] == "code"
    told(web.book(code=code), 422)
    told(web.book(code=sent(any_house, web)), 201)


def test_tries_that_come_at_once_all_count(any_house: House, web: Web) -> None:
    code = sent(any_house, web)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: web.book(code=wrong(code)), range(5)))
    assert {answer.status for answer in answers} == {422}
    told(web.book(code=code), 422)


def test_a_code_is_good_for_a_quarter_of_an_hour(any_house: House, web: Web) -> None:
    code = sent(any_house, web)
    web.clock.at += timedelta(minutes=15)
    told(web.book(code=code), 422)


def test_a_new_code_takes_the_place_of_the_old_one(any_house: House, web: Web) -> None:
    first, second = sent(any_house, web), sent(any_house, web)
    if first != second:
        told(web.book(code=first), 422)
    told(web.book(code=second), 201)


def test_a_code_is_the_address_s_own(any_house: House, web: Web) -> None:
    code = sent(any_house, web)
    # Letters that look alike, or become the same one in small letters, are another mailbox.
    for other in ("olga@example.org", "nóra@example.org", "nora@example.or\uff47"):
        told(web.book(email=other, code=code), 422)
    told(web.book(email="NORA@example.org", code=code), 201)


def test_a_code_is_sent_to_any_address_alike(web: Web) -> None:
    jane = {"name": "Jane Doe", "email": "jane@example.org"}
    answers = [web.book(), web.book(**jane)]
    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].body == answers[1].body


def test_without_an_address_there_is_no_code(web: Web) -> None:
    answer = web.book(email="", phone="+1 212 555 0100")
    assert told(answer, 422)["field"] == "email"


def test_no_code_is_sent_for_a_slot_that_is_not_free(any_house: House, web: Web) -> None:
    assert told(web.book(start="2026-11-24T12:00:00-05:00"), 409)["slots"]
    assert codes(any_house) == []


def test_where_it_is_booked_at_once_no_code_is_asked_for(any_house: House) -> None:
    open_for_booking(any_house)
    with visited(any_house) as web:
        assert told(web.book(code="123456"), 201)["state"] == "booked"


def test_where_new_clients_are_not_taken_everybody_is_asked_for_a_code(
    any_house: House,
) -> None:
    open_for_booking(any_house, new_clients=False)
    with visited(any_house) as web:
        assert told(web.get("/session-types"))["items"][0]["code"] is True
        assert told(web.book(code=sent(any_house, web)), 201)["state"] == "received"


def test_where_new_clients_are_not_taken_a_client_with_the_code_is_booked_at_once(
    any_house: House,
) -> None:
    open_for_booking(any_house, new_clients=False)
    jane = {"name": "Jane Doe", "email": "jane@example.org"}
    with visited(any_house) as web:
        said = told(web.book(code=sent(any_house, web, **jane), **jane), 201)
    booking, appointment = booking_of(any_house, BookingId(said["id"]))
    assert booking.state(appointment) is BookingState.BOOKED
    assert booking.client == JANE


def test_neither_addresses_nor_codes_are_kept_in_clear(any_house: House, web: Web) -> None:
    code = sent(any_house, web)
    with any_house.database.writing() as uow:
        assert len(bytes.fromhex(uow.attempts.key())) == 32
        assert uow.attempts.code("nora@example.org") is None
    told(web.book(code=code), 201)
    with any_house.database.reading() as uow:
        key_counts = uow.attempts.counts(["nora@example.org", web.network], any_house.now)
    assert set(key_counts.values()) == {0}
