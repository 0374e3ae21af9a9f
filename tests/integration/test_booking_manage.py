"""What a link to a booking opens: one thing, for a while, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from server.domain.bookings import LinkPurpose
from server.domain.ids import BookingId
from server.domain.vocabulary import Status
from server.usecases import answer_booking
from server.usecases.booking_links import mint, opened, spend
from tests.bookable import find, shown
from tests.booking import booked, booking_of, open_for_booking
from tests.practice import House, at, timed
from tests.system.events import unfolded
from tests.system.phone import Answer
from tests.visiting import NINE, QUARTER_TO_TEN, Web, links, told, visited


@pytest.fixture
def web(any_house: House) -> Iterator[Web]:
    open_for_booking(any_house)
    with visited(any_house) as opened:
        yield opened


def test_a_link_shows_the_booking_as_it_stands(web: Web) -> None:
    answer = web.book()
    shown_now = told(web.get(links(answer)["see"], tz="Europe/Berlin"))
    assert shown_now == {
        "purpose": "see",
        "state": "booked",
        "session": "acupfollow",
        "practitioner": "alma",
        "practitioner_name": "Alma",
        "location": "main",
        "location_name": "Main street",
        "start": "2026-11-24T15:00:00+01:00",
        "end": "2026-11-24T15:45:00+01:00",
        "tz": "Europe/Berlin",
        "late": False,
        "can_cancel": True,
        "can_move": True,
        "reply": "",
    }
    assert "Nora" not in json.dumps(shown_now)
    web.clock.at = at(24, 8)
    assert told(web.get(links(answer)["see"]))["late"] is True


def test_cancelling_takes_a_link_that_is_good_for_that(any_house: House, web: Web) -> None:
    answer = web.book()
    opens = links(answer)
    assert web.post(opens["see"], {}).status == 404
    assert told(web.post(opens["move"], {}), 422)["field"] == "start"
    said = told(web.post(opens["cancel"], {}))
    assert (said["state"], said["can_cancel"]) == ("withdrawn", False)
    assert web.post(opens["cancel"], {}).status == 404
    assert web.get(opens["cancel"]).status == 404
    assert told(web.get(opens["see"]))["state"] == "withdrawn"
    assert len(find(any_house)) == 4
    _, appointment = booking_of(any_house, BookingId(told(answer, 201)["id"]))
    assert appointment.first_part.details.status is Status.CANCELLED


def test_a_link_is_not_used_up_by_what_is_refused(any_house: House, web: Web) -> None:
    opens = links(web.book())
    web.clock.at = at(24, 10)
    assert web.post(opens["cancel"], {}).status == 403
    web.clock.at = any_house.now
    assert web.post(opens["move"], {"start": NINE}).status == 409
    told(web.post(opens["move"], {"start": QUARTER_TO_TEN}), 201)


def test_who_moves_asks_and_keeps_the_old_time_meanwhile(any_house: House, web: Web) -> None:
    opens = links(web.book())
    asked = web.post(opens["move"], {"start": QUARTER_TO_TEN})
    assert told(asked, 201)["state"] == "requested"
    assert told(asked, 201)["start"] == QUARTER_TO_TEN
    assert web.post(opens["move"], {"start": QUARTER_TO_TEN}).status == 404
    assert told(web.get(opens["see"]))["start"] == NINE
    with any_house.database.writing() as uow:
        number = BookingId(told(asked, 201)["id"])
        answer_booking.accept(uow, any_house.context(), number)
    assert told(web.get(opens["see"]))["start"] == QUARTER_TO_TEN
    assert shown(find(any_house)) == ["11-24 09:00"]


def test_a_move_that_is_sent_again_is_answered_alike(web: Web) -> None:
    move = links(web.book())["move"]
    said = {"start": QUARTER_TO_TEN}
    first, second = (web.post(move, said, Idempotency_Key="one") for _ in range(2))
    assert told(first, 201)["id"] == told(second, 201)["id"]
    assert web.post(move, {"start": NINE}, Idempotency_Key="one").status == 404


def test_every_address_that_opens_nothing_is_answered_alike(any_house: House, web: Web) -> None:
    booking = booked(any_house)
    with any_house.database.writing() as uow:
        tokens = {
            name: mint(uow, booking, purpose, any_house.now + timedelta(minutes=minutes))
            for name, purpose, minutes in (
                ("used", LinkPurpose.CANCEL, 9),
                ("expired", LinkPurpose.SEE, 0),
                ("of the practice", LinkPurpose.ACCEPT, 9),
            )
        }
        assert spend(uow, tokens["used"], any_house.now)
        assert not spend(uow, tokens["used"], any_house.now)
    said = []
    for token in (*tokens.values(), "x", "A" * 32, "é" * 32, "A" * 32 + ".ics"):
        for method, path in (("GET", token), ("POST", token), ("GET", f"{token}.ics")):
            answer = web.request(method, f"/manage/{path}")
            problem = json.loads(answer.body)
            del problem["request_id"]
            said.append((answer.status, problem))
    assert said == [said[0]] * len(said)
    assert said[0][0] == 404


def test_a_token_opens_one_thing_until_it_expires(any_house: House) -> None:
    open_for_booking(any_house)
    booking, now = booked(any_house), any_house.now
    with any_house.database.writing() as uow:
        token = mint(uow, booking, LinkPurpose.ACCEPT, now + timedelta(hours=1))
        assert opened(uow, token, LinkPurpose.DECLINE, now) is None
        found = opened(uow, token, LinkPurpose.ACCEPT, now)
        assert found is not None
        assert found.id == booking.id
        assert opened(uow, token, LinkPurpose.ACCEPT, now + timedelta(hours=1)) is None
    assert len(token) == 32


def sequence(answer: Answer) -> int:
    return int(answer.value("SEQUENCE") or -1)


def test_the_calendar_file_invites_nobody_and_follows_the_booking(
    any_house: House, web: Web
) -> None:
    answer = web.book()
    said = told(answer, 201)
    path = f"{links(answer)['see']}.ics"
    first = web.get(path)
    lines = unfolded(first.text)
    assert first.headers["content-type"].startswith("text/calendar")
    assert first.headers["content-disposition"] == 'attachment; filename="appointment.ics"'
    assert {"METHOD:PUBLISH", "STATUS:CONFIRMED", "DTSTART:20261124T140000Z"} <= set(lines)
    assert not [line for line in lines if line.startswith(("ATTENDEE", "ORGANIZER"))]
    for secret in ("Nora", "acup", "Session", "Alma"):
        assert secret not in first.text
    _, appointment = booking_of(any_house, BookingId(said["id"]))
    any_house.edit(appointment.id, when=timed(at(24, 14), 45))
    moved = web.get(path)
    assert moved.value("UID") == first.value("UID")
    assert sequence(moved) > sequence(first)
    assert moved.value("DTSTART") == "20261124T190000Z"
    web.post(links(answer)["cancel"], {})
    ended = web.get(path)
    assert ended.value("UID") == first.value("UID")
    assert sequence(ended) > sequence(moved)
    assert "STATUS:CANCELLED" in unfolded(ended.text)
