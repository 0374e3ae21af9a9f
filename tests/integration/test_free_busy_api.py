"""Busy times over the API: of some practitioners or of all, in any zone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.bootstrap.one_port import OnePort
from server.domain.vocabulary import Status
from tests.in_process import sender, served_in_process
from tests.practice import DORN, JANE, THEO, House, at, session, timed
from tests.system.api import LISTS, READ, Program, read, token_for
from tests.system.phone import Send


@pytest.fixture
def send(any_house: House) -> Iterator[Send]:
    port: OnePort = served_in_process(any_house.database)
    yield sender(port)
    port.close()


@pytest.fixture
def program(any_house: House, send: Send) -> Program:
    return Program(send, token_for(any_house.database, "desk", frozenset({READ})))


def busy(program: Program, **said: object) -> dict[str, list[tuple[str, str, str]]]:
    """Return what the API tells of each practitioner."""
    answer = read(program.get("/freebusy", **said))
    return {
        one["practitioner"]: [tuple(each.values()) for each in one["busy"]]
        for one in answer["practitioners"]
    }


def test_the_api_tells_of_all_practitioners_or_of_some(
    any_house: House, program: Program
) -> None:
    any_house.book(timed(at(24)))
    any_house.book(timed(at(24, 9), 50), session(DORN, "psy50", THEO))
    day = {"from_": "2026-11-24", "to": "2026-11-24"}
    almas = ("2026-11-24T14:00:00-05:00", "2026-11-24T15:15:00-05:00", "busy")
    theos = ("2026-11-24T09:00:00-05:00", "2026-11-24T09:50:00-05:00", "busy")
    assert busy(program, **day) == {"alma": [almas], "theo": [theos]}
    assert busy(program, practitioner="theo", **day) == {"theo": [theos]}
    both = program.request(
        "GET", "/freebusy?practitioner=theo&practitioner=alma&from=2026-11-24&to=2026-11-24"
    )
    assert [one["practitioner"] for one in read(both)["practitioners"]] == ["theo", "alma"]


def test_days_and_times_are_those_of_the_zone_that_is_asked_for(
    any_house: House, program: Program
) -> None:
    any_house.book(timed(at(24, 20)))
    day = {"from_": "2026-11-25", "to": "2026-11-25", "practitioner": "alma"}
    told = busy(program, tz="Europe/Berlin", **day)
    assert told["alma"] == [("2026-11-25T02:00:00+01:00", "2026-11-25T03:15:00+01:00", "busy")]
    assert busy(program, **day)["alma"] == []


def test_a_request_is_tentative_and_cut_to_the_range(
    any_house: House, program: Program
) -> None:
    any_house.book(timed(at(24)), session(JANE, status=Status.REQUESTED))
    span = {"from_": "2026-11-24T19:30:00Z", "to": "2026-11-24T20:00:00Z", "tz": "UTC"}
    told = busy(program, practitioner="alma", **span)
    half = ("2026-11-24T19:30:00+00:00", "2026-11-24T20:00:00+00:00", "tentative")
    assert told["alma"] == [half]


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ("tz", {"tz": "Mars/Olympus"}),
        ("tz", {"tz": "../../etc/passwd"}),
        ("from", {"from_": "soon"}),
        ("to", {"from_": "2026-11-24", "to": "2026-11-23"}),
        ("to", {"from_": "2026-11-24", "to": "2027-11-30"}),
    ],
)
def test_the_api_names_the_parameter_that_cannot_be_meant(
    program: Program, parameter: str, said: dict[str, str]
) -> None:
    assert read(program.get("/freebusy", **said), 400)["field"] == parameter


def test_the_api_knows_no_stranger_and_no_front_desk_as_practitioner(program: Program) -> None:
    for name in ("nobody", "desk"):
        read(program.get("/freebusy", practitioner=name), 404)


def test_the_api_needs_a_token_that_may_read_calendars(any_house: House, send: Send) -> None:
    assert Program(send).get("/freebusy").status == 401
    token = token_for(any_house.database, "desk", frozenset({LISTS}))
    assert read(Program(send, token).get("/freebusy"), 403)["scope"] == "calendar:read"


def test_the_api_answers_304_to_who_has_it_already(any_house: House, program: Program) -> None:
    any_house.book()
    first = program.get("/freebusy", practitioner="alma")
    again = program.request(
        "GET", "/freebusy?practitioner=alma", If_None_Match=first.headers["etag"]
    )
    assert (again.status, again.body) == (304, b"")
    assert first.headers["last-modified"] == "Tue, 03 Nov 2026 15:00:00 GMT"
