"""Free slots over the HTTP API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.ids import SessionTypeId
from server.usecases.manage_session_types import add_session_type, find_session_type
from tests.system.api import LISTS, READ, Program, program, read
from tests.system.events import event, monday
from tests.system.phone import Phone
from tests.system.practice import operator
from tests.system.servers import Site

START = monday(weeks=2, hour=9)
NAME = "onlinefollow"


@pytest.fixture
def offered(site: Site, phone: Phone) -> Program:
    """Return a program, where three quarters of an hour can be booked on a Monday."""
    with site.database.writing() as uow:
        if NAME not in uow.catalogue.session_type_named:
            kind = find_session_type(uow, "acupfollow")
            new = replace(
                kind, id=SessionTypeId(""), name=NAME, aliases=(), online_bookable=True
            )
            add_session_type(uow, operator(), replace(new, locations=new.locations[:1]))
    hours = event(NAME, START, minutes=75)
    assert phone.put(f"/{phone.user}/availability/a.ics", hours).status == 201
    return program(site, phone.user, READ)


def starts(offered: Program, phone: Phone, **said: str) -> list[str]:
    found = read(offered.get("/slots", session=NAME, practitioner=phone.user, **said))
    assert {one["practitioner"] for one in found["items"]} <= {phone.user}
    return [one["start"] for one in found["items"]]


def test_slots_are_listed_in_the_zone_that_is_asked_for(offered: Program, phone: Phone) -> None:
    expected = [(START + timedelta(minutes=number)).isoformat() for number in (0, 15, 30)]
    assert starts(offered, phone) == expected
    utc = starts(offered, phone, tz="UTC")
    assert len(utc) == 3
    assert all(one.endswith("+00:00") for one in utc)
    day = START.date().isoformat()
    assert starts(offered, phone, from_=day, to=day) == expected
    after = (START + timedelta(days=1)).date().isoformat()
    assert starts(offered, phone, from_=after) == []


def test_what_is_booked_is_no_slot_any_more_and_nothing_tells_why(
    offered: Program, phone: Phone
) -> None:
    phone.put("a.ics", event("psy50 Quentin Zyxwvut", START, minutes=30))
    answer = offered.get("/slots", session=NAME, practitioner=phone.user)
    assert [one["start"] for one in read(answer)["items"]] == [
        (START + timedelta(minutes=30)).isoformat()
    ]
    assert "Zyxwvut" not in answer.text
    assert "psy50" not in answer.text


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"session": "nothing"}, 404),
        ({"session": "oldmassage"}, 422),
        ({"session": NAME, "practitioner": "nobody"}, 404),
        ({"session": NAME, "from_": "2026-12-02", "to": "2026-12-01"}, 400),
        ({"session": NAME, "from_": "2026-01-01", "to": "2028-12-01"}, 400),
        ({"session": NAME, "tz": "Nowhere/At_All"}, 400),
        ({"session": NAME, "from_": "tomorrow"}, 400),
    ],
)
def test_what_cannot_be_answered_is_refused(
    offered: Program, said: dict[str, str], status: int
) -> None:
    assert offered.get("/slots", **said).status == status


def test_slots_are_for_tokens_that_read_the_calendar(site: Site, offered: Program) -> None:
    other = program(site, "desk", LISTS)
    assert other.get("/slots", session=NAME).status == 403
    assert Program(offered.send).get("/slots", session=NAME).status == 401
