"""Appointments over the HTTP API, beside the calendar apps that show them."""

from __future__ import annotations

from typing import Any

import pytest

from server.billing_hooks.notes import sign_note
from server.domain.api_access import ApiScope
from server.domain.ids import AppointmentId
from server.usecases.edit_appointment import Target
from tests.system.api import LISTS, READ, WRITE, Program, program, read, visit
from tests.system.phone import Phone
from tests.system.practice import operator
from tests.system.servers import Site

WINTER = {"from_": "2026-11-20", "to": "2026-12-31"}
WEEKLY = {"how": "weekly", "times": 4}


@pytest.fixture
def mine(site: Site, phone: Phone) -> Program:
    """Return a program of the test's own practitioner."""
    return program(site, phone.user)


def booked(mine: Program, phone: Phone, **said: object) -> dict[str, Any]:
    found: dict[str, Any] = read(mine.post("/appointments", visit(phone.user, **said)), 201)
    return found


def signed(site: Site, number: str) -> None:
    with site.database.writing() as uow:
        sign_note(uow, operator(), Target(AppointmentId(number)))


def starts(mine: Program) -> list[str]:
    return [one["start"][:16] for one in read(mine.get("/appointments", **WINTER))["items"]]


def test_what_is_booked_stands_in_the_calendar(mine: Program, phone: Phone) -> None:
    made = mine.post("/appointments", visit(phone.user, room="room-1"))
    number = read(made, 201)["id"]
    assert made.headers["location"] == f"/api/v1/appointments/{number}"
    shown = phone.get(f"{number}.ics")
    assert shown.status == 200
    assert shown.says("DTSTART;TZID=America/New_York:20261124T140000")
    assert shown.says("DTEND;TZID=America/New_York:20261124T151500")


def test_what_an_app_wrote_is_listed(mine: Program, phone: Phone) -> None:
    number = booked(mine, phone)["id"]
    moved = phone.edit(f"{number}.ics", ("20261124T140000", "20261124T133000"))
    assert moved.status in (200, 201, 204)
    assert starts(mine) == ["2026-11-24T13:30"]


def test_a_moment_with_an_offset_is_the_same_moment(mine: Program, phone: Phone) -> None:
    made = booked(mine, phone, start="2026-11-24T19:00:00Z", minutes=30)
    assert made["start"] == "2026-11-24T14:00:00-05:00"
    assert made["end"] == "2026-11-24T14:30:00-05:00"


def test_whole_days_are_days(mine: Program, phone: Phone) -> None:
    said = {"practitioner": phone.user, "title": "Course", "day": "2026-11-24", "days": 2}
    made = read(mine.post("/appointments", said), 201)
    assert (made["all_day"], made["start"], made["end"]) == (True, "2026-11-24", "2026-11-26")
    listed = read(mine.get("/appointments", **WINTER))["items"]
    assert [(one["start"], one["end"]) for one in listed] == [("2026-11-24", "2026-11-26")]


def test_each_occurrence_of_a_series_is_listed(mine: Program, phone: Phone) -> None:
    number = booked(mine, phone, repeat=WEEKLY)["id"]
    listed = read(mine.get("/appointments", **WINTER))["items"]
    assert [one["start"][:10] for one in listed] == [
        "2026-11-24",
        "2026-12-01",
        "2026-12-08",
        "2026-12-15",
    ]
    assert {one["id"].partition(".")[0] for one in listed} == {number}


def test_one_occurrence_arrives_and_the_others_do_not(mine: Program, phone: Phone) -> None:
    booked(mine, phone, repeat=WEEKLY)
    second = read(mine.get("/appointments", **WINTER))["items"][1]
    changed = read(mine.patch(f"/appointments/{second['id']}", {"status": "arrived"}))
    assert (changed["id"], changed["status"]) == (second["id"], "arrived")
    listed = read(mine.get("/appointments", **WINTER))["items"]
    assert [one["status"] for one in listed] == ["booked", "arrived", "booked", "booked"]


def test_this_and_the_following_move_together(mine: Program, phone: Phone) -> None:
    booked(mine, phone, repeat=WEEKLY)
    third = read(mine.get("/appointments", **WINTER))["items"][2]
    said = {
        "start": "2026-12-09T09:00",
        "scope": "following",
        "occurrence": third["occurrence"],
    }
    number = third["id"].partition(".")[0]
    tail = read(mine.patch(f"/appointments/{number}", said))
    assert tail["id"] != number
    assert starts(mine) == [
        "2026-11-24T14:00",
        "2026-12-01T14:00",
        "2026-12-09T09:00",
        "2026-12-16T09:00",
    ]


def test_a_whole_series_changes_from_any_of_its_occurrences(
    mine: Program, phone: Phone
) -> None:
    booked(mine, phone, repeat=WEEKLY)
    second = read(mine.get("/appointments", **WINTER))["items"][1]
    said = {"room": "room-2", "scope": "all"}
    assert read(mine.patch(f"/appointments/{second['id']}", said))["room"] == "room-2"
    listed = read(mine.get("/appointments", **WINTER))["items"]
    assert [one["room"] for one in listed] == ["room-2"] * 4


def test_a_length_changes_and_the_start_stays(mine: Program, phone: Phone) -> None:
    number = booked(mine, phone)["id"]
    changed = read(mine.patch(f"/appointments/{number}", {"minutes": 45}))
    assert changed["start"] == "2026-11-24T14:00:00-05:00"
    assert changed["end"] == "2026-11-24T14:45:00-05:00"


def test_a_series_gets_another_end_and_becomes_single(mine: Program, phone: Phone) -> None:
    number = booked(mine, phone, repeat=WEEKLY)["id"]
    mine.patch(f"/appointments/{number}", {"repeat": {"times": 2}})
    assert len(starts(mine)) == 2
    assert read(mine.patch(f"/appointments/{number}", {"once": True}))["series"] is False
    assert len(starts(mine)) == 1


def test_services_and_a_fee_are_said_and_shown(mine: Program, phone: Phone) -> None:
    number = booked(mine, phone)["id"]
    line = {"code": "97811", "units": 2, "modifiers": ["gp"]}
    changed = read(mine.patch(f"/appointments/{number}", {"services": [line]}))
    assert changed["services"] == [{"code": "97811", "units": 2, "modifiers": ["GP"]}]
    fee = {"amount_minor": 4000, "currency": "USD"}
    missed = read(mine.patch(f"/appointments/{number}", {"status": "no-show", "fee": fee}))
    assert missed["fee"] == fee


def test_null_clears_and_silence_keeps(mine: Program, phone: Phone) -> None:
    number = booked(mine, phone, room="room-1", note="call first")["id"]
    changed = read(mine.patch(f"/appointments/{number}", {"room": None}))
    assert (changed["room"], changed["note"]) == (None, "call first")


def test_saying_what_is_so_already_changes_nothing(mine: Program, phone: Phone) -> None:
    made = booked(mine, phone)
    same = {"status": "booked", "client": "C1001"}
    assert read(mine.patch(f"/appointments/{made['id']}", same)) == made


def test_what_is_deleted_is_gone(mine: Program, phone: Phone) -> None:
    number = booked(mine, phone)["id"]
    assert mine.delete(f"/appointments/{number}").status == 204
    assert phone.get(f"{number}.ics").status == 404
    assert mine.get(f"/appointments/{number}").status == 404
    assert mine.delete(f"/appointments/{number}").status == 404


def test_one_occurrence_is_deleted(mine: Program, phone: Phone) -> None:
    booked(mine, phone, repeat=WEEKLY)
    second = read(mine.get("/appointments", **WINTER))["items"][1]
    assert mine.delete(f"/appointments/{second['id']}").status == 204
    assert len(starts(mine)) == 3


def test_what_is_signed_is_refused_with_its_lock(
    site: Site, mine: Program, phone: Phone
) -> None:
    number = booked(mine, phone)["id"]
    signed(site, number)
    for refused in (
        mine.patch(f"/appointments/{number}", {"start": "2026-11-25T14:00"}),
        mine.patch(f"/appointments/{number}", {"client": "C1002"}),
        mine.delete(f"/appointments/{number}"),
    ):
        problem = read(refused, 409)
        assert problem["locks"] == ["note-signed"]
        assert (
            problem["detail"]
            == "The note of this appointment is signed. Unlock the note first."
        )
    shown = read(mine.get(f"/appointments/{number}"))
    assert (shown["start"], shown["locks"]) == ("2026-11-24T14:00:00-05:00", ["note-signed"])
    assert mine.patch(f"/appointments/{number}", {"room": "room-2"}).status == 200


def test_a_colleagues_appointment_is_not_there(
    site: Site, mine: Program, phone: Phone, colleague: Phone
) -> None:
    number = booked(mine, phone)["id"]
    other = program(site, colleague.user)
    assert other.get(f"/appointments/{number}").status == 404
    assert other.patch(f"/appointments/{number}", {"status": "arrived"}).status == 404
    assert other.delete(f"/appointments/{number}").status == 404
    assert read(other.get("/appointments", **WINTER))["items"] == []
    assert other.get("/appointments", practitioner=phone.user).status == 403
    assert other.post("/appointments", visit(phone.user)).status == 403


def test_the_front_desk_sees_neither_services_nor_notes(
    site: Site, mine: Program, phone: Phone
) -> None:
    number = booked(mine, phone, note="call first")["id"]
    shown = read(program(site, "desk", READ).get(f"/appointments/{number}"))
    assert (shown["client"], shown["services"], shown["note"]) == ("C1001", [], None)
    billing = program(site, "desk", READ, ApiScope.BILLING_READ)
    assert read(billing.get(f"/appointments/{number}"))["services"] != []


def test_names_come_only_with_the_scope_for_names(
    site: Site, mine: Program, phone: Phone
) -> None:
    number = booked(mine, phone)["id"]
    assert read(mine.get(f"/appointments/{number}"))["client_name"] == "Jane Doe"
    nameless = program(site, phone.user, READ, WRITE, LISTS)
    answers = (
        nameless.get(f"/appointments/{number}"),
        nameless.get("/appointments", **WINTER),
        nameless.patch(f"/appointments/{number}", {"minutes": 60}),
        nameless.get("/clients"),
    )
    assert [answer.status for answer in answers] == [200] * 4
    assert not any("Doe" in answer.text for answer in answers)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"start": None}, "start"),
        ({"end": "2026-11-24T13:00"}, "end"),
        ({"minutes": -5}, "minutes"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"day": "2026-11-24"}, "day"),
        ({"client": None}, "client"),
        ({"fee": "forty"}, "fee"),
        ({"fee": {"amount_minor": -1}}, "fee.amount_minor"),
        ({"fee": {"amount_minor": 40, "currency": "EUR"}}, "currency"),
        ({"kind": "party"}, "kind"),
        ({"reminders": ["9D-owl"]}, "reminders"),
        ({"repeat": {"how": "weekly", "times": 0}}, "times"),
        ({"services": [{"code": "97810", "units": 0}]}, "service"),
        ({"price": "10"}, "price"),
    ],
)
def test_a_value_that_does_not_fit_is_named(
    mine: Program, phone: Phone, said: dict[str, object], field: str
) -> None:
    problem = read(mine.post("/appointments", visit(phone.user, **said)), 422)
    assert problem["field"] == field
    assert starts(mine) == []


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"client": "C9999"}, "client"),
        ({"session": "nonesuch"}, "session type"),
        ({"room": "cellar"}, "room"),
        ({"practitioner": "desk"}, "practitioner"),
    ],
)
def test_what_is_not_there_is_named(
    mine: Program, phone: Phone, said: dict[str, object], what: str
) -> None:
    problem = read(mine.post("/appointments", visit(phone.user, **said)), 404)
    assert what in problem["detail"]
