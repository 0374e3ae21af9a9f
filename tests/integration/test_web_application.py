"""The API in the test's own process, over HTTP as the server speaks it to itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from server.bootstrap.one_port import OnePort
from server.domain.api_access import ApiScope
from tests.in_process import sender, served_in_process
from tests.practice import DESK, THEO, House
from tests.system.api import ALL, PREFIX, Program, described, read, token_for, visit

NOVEMBER = {"from_": "2026-11-20", "to": "2026-12-31"}
WEEKLY = {"how": "weekly", "times": 4}
LONG = "x" * 1_000_001


@pytest.fixture
def port(house: House) -> Iterator[OnePort]:
    opened = served_in_process(house.database)
    yield opened
    opened.close()


@pytest.fixture
def alma(house: House, port: OnePort) -> Program:
    return Program(sender(port), token_for(house.database, "alma"))


def other(house: House, port: OnePort, user: str, *scopes: ApiScope) -> Program:
    token = token_for(house.database, user, frozenset(scopes) or ALL)
    return Program(sender(port), token)


def booked(alma: Program, **said: object) -> dict[str, Any]:
    found: dict[str, Any] = read(alma.post("/appointments", visit("alma", **said)), 201)
    return found


def listed(program: Program, **query: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(program.get("/appointments", **NOVEMBER, **query))[
        "items"
    ]
    return found


def test_the_description_is_served(port: OnePort) -> None:
    answer = sender(port)("GET", f"{PREFIX}/openapi.json", b"", {})
    assert read(answer)["paths"].keys() == described()["paths"].keys()


@pytest.mark.parametrize(
    "path",
    ["services", "products", "session-types", "locations", "practitioners", "clients"],
)
def test_lists_are_served(alma: Program, path: str) -> None:
    here = read(alma.get(f"/{path}"))["items"]
    everything = read(alma.get(f"/{path}", archived="true"))["items"]
    assert here
    assert len(everything) >= len(here)


def test_clients_come_in_pages_and_each_practitioner_has_own_ones(
    house: House, port: OnePort, alma: Program
) -> None:
    assert [one["number"] for one in read(alma.get("/clients"))["items"]] == ["C1001", "C1002"]
    desk = other(house, port, DESK)
    first = read(desk.get("/clients", limit=4))
    assert (len(first["items"]), first["next"]) == (4, "C1010")
    last = read(desk.get("/clients", limit=4, after=first["next"]))
    assert ([one["last_name"] for one in last["items"]], last["next"]) == (["Garcia"], None)


def test_an_appointment_is_booked_shown_changed_and_deleted(alma: Program) -> None:
    number = booked(alma, room="room-1", note="ring twice")["id"]
    shown = read(alma.get(f"/appointments/{number}"))
    assert (shown["room"], shown["note"], shown["client_name"]) == (
        "room-1",
        "ring twice",
        "Jane Doe",
    )
    changed = read(alma.patch(f"/appointments/{number}", {"room": None, "minutes": 60}))
    assert (changed["room"], changed["end"][11:16]) == (None, "15:00")
    assert read(alma.patch(f"/appointments/{number}", {"minutes": 60})) == changed
    assert alma.delete(f"/appointments/{number}").status == 204
    assert alma.get(f"/appointments/{number}").status == 404


def test_occurrences_change_alone_with_those_that_follow_and_all(alma: Program) -> None:
    booked(alma, repeat=WEEKLY)
    first, second, third, _ = [one["id"] for one in listed(alma)]
    assert read(alma.get(f"/appointments/{second}"))["id"] == second
    alma.patch(f"/appointments/{second}", {"status": "arrived"})
    alma.patch(f"/appointments/{third}", {"room": "room-2", "scope": "following"})
    assert [one["room"] for one in listed(alma)] == [None, None, "room-2", "room-2"]
    assert [one["status"] for one in listed(alma)][1] == "arrived"
    assert len(listed(alma, status="arrived", client="C1001")) == 1
    assert alma.delete(f"/appointments/{first}").status == 204
    assert len(listed(alma)) == 3


def test_whole_days_and_series_of_them_are_listed(alma: Program) -> None:
    said = {"title": "Course", "day": "2026-11-24", "repeat": {"on": ["TU"], "times": 2}}
    made = read(alma.post("/appointments", said), 201)
    assert made["title"] == "Course"
    assert [one["start"] for one in listed(alma)] == ["2026-11-24", "2026-12-01"]
    ended = {"repeat": {"until": "2026-11-30"}}
    assert alma.patch(f"/appointments/{made['id']}", ended).status == 200
    again = {"repeat": {"how": "weekly", "times": 3}}
    assert alma.patch(f"/appointments/{made['id']}", again).status == 200
    assert len(listed(alma)) == 3


def test_what_a_colleague_books_is_the_colleagues(
    house: House, port: OnePort, alma: Program
) -> None:
    number = booked(alma)["id"]
    theo = other(house, port, THEO)
    assert theo.get(f"/appointments/{number}").status == 404
    assert theo.get("/appointments", practitioner="alma").status == 403
    assert theo.post("/appointments", visit("alma")).status == 403
    assert listed(theo) == []
    desk = other(house, port, DESK, ApiScope.CALENDAR_READ)
    (seen,) = listed(desk, practitioner="alma")
    assert (seen["services"], seen["client_name"], seen["note"]) == ([], None, None)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"occurrence": "20261124T190000Z"}, 422),
        ({"scope": "this"}, 200),
        ({"repeat": {"times": 3}}, 422),
        ({"repeat": {"how": "daily"}, "once": True}, 422),
        ({"client": "C9999"}, 404),
        ({"services": [{"code": "00000"}]}, 404),
    ],
)
def test_a_change_that_does_not_fit_is_refused(
    alma: Program, said: dict[str, object], status: int
) -> None:
    number = booked(alma)["id"]
    assert alma.patch(f"/appointments/{number}", said).status == status


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"scope": "this"}, 422),
        ({"scope": "following"}, 422),
        ({"occurrence": "tomorrow"}, 422),
        ({"occurrence": "20261125T190000Z", "minutes": 5}, 404),
        ({"occurrence": "20261201T190000Z", "repeat": {"times": 2}}, 422),
        (
            {"occurrence": "20261201T190000Z", "scope": "following", "status": "cancelled"},
            422,
        ),
    ],
)
def test_a_change_of_a_series_says_of_which_occurrence(
    alma: Program, said: dict[str, object], status: int
) -> None:
    number = booked(alma, repeat=WEEKLY)["id"]
    assert alma.patch(f"/appointments/{number}", said).status == status
    assert len(listed(alma)) == 4


def test_nobody_without_a_calendar_is_booked_with(house: House, port: OnePort) -> None:
    desk = other(house, port, DESK)
    assert desk.post("/appointments", visit("desk")).status == 404
    assert desk.get("/appointments", practitioner="nobody").status == 404


def test_a_deleted_occurrence_is_not_shown(alma: Program) -> None:
    booked(alma, repeat=WEEKLY)
    second = listed(alma)[1]["id"]
    alma.patch(f"/appointments/{second}", {"room": "room-1"})
    alma.delete(f"/appointments/{second}")
    assert alma.get(f"/appointments/{second}").status == 404


def test_odd_requests_are_problems(alma: Program) -> None:
    typed = {"Content_Type": "application/json"}
    assert alma.request("POST", "/appointments", b"{", **typed).status == 400
    assert alma.request("POST", "/appointments", b'"\\u0000"', **typed).status == 400
    assert alma.request("POST", "/appointments", b"{}", Content_Type="text/xml").status == 415
    assert alma.request("POST", "/appointments", LONG.encode(), **typed).status == 413
    assert alma.get("/appointments", client="C1\0").status == 400
    assert alma.get("/appointments", status=["arrived", "booked"]).status == 422
    assert alma.get("/services", page=2).status == 422
    assert alma.put("/appointments", {}).headers["allow"] == "GET, POST"
    assert alma.get("/nothing").status == 404
    assert alma.post("/appointments", visit("alma"), Idempotency_Key="a b").status == 400


def test_who_guesses_is_held_off(port: OnePort) -> None:
    statuses = [
        Program(sender(port), f"guess-{number}").get("/services").status for number in range(22)
    ]
    assert statuses == [401] * 20 + [429] * 2
    assert Program(sender(port)).get("/services").status == 401


def test_a_token_without_the_scope_is_told_which(house: House, port: OnePort) -> None:
    reads = other(house, port, DESK, ApiScope.CALENDAR_READ)
    assert read(reads.get("/clients"), 403)["scope"] == "catalogue:read"
