"""The demo practice: what everybody may rely on, and what makes it look like a real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.domain.vocabulary import Kind, Status
from server.practice_db.database import SqlDatabase
from server.usecases.check_database import check
from server.usecases.clock import SystemClock
from server.usecases.context import Rules
from server.usecases.demo_practice import NAME, make_demo
from tests.command_line import Praxical, over
from tests.demo import Listed, make_demo_in, weeks
from tests.system.practice import operator

FIELDS = [
    *("id", "series", "kind", "status", "start", "end", "zone", "client", "session"),
    *("services", "location", "room", "practitioner", "attention"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the demo practice."""
    return make_demo_in(tmp_path_factory.mktemp("demo") / "data")


@pytest.fixture
def praxical(made: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over the demo practice, to look at."""
    return over(made, capsys)


@pytest.fixture(scope="module")
def noted() -> dict[str, Listed]:
    """Return what was listed once, for all tests that only look."""
    return {}


@pytest.fixture
def book(praxical: Praxical, noted: dict[str, Listed]) -> Listed:
    """Return the occurrences of the weeks around today."""
    if "book" not in noted:
        noted["book"] = weeks(praxical)
    return noted["book"]


def test_the_people_of_the_demo_are_there(praxical: Praxical) -> None:
    users = {one["name"]: one for one in praxical("user", "list", "--json").json}
    assert sorted(users) == ["admin", "alma", "desk", "theo"]
    assert users["alma"]["discipline"] == "acupuncture"
    assert users["theo"]["discipline"] == "psychotherapy"
    clients = {one["number"]: one for one in praxical("client", "list", "--json").json}
    assert len(clients) == 40
    named = {
        number: f"{clients[number]['first_name']} {clients[number]['last_name']}"
        for number in ("C1001", "C1002", "C1003", "C1010", "C1011")
    }
    assert list(named.values()) == [
        *("Jane Doe", "John Doe", "Jana Dorn"),
        *("Maria Garcia", "Maria Garcia"),
    ]


def test_what_the_demo_offers_is_fixed(praxical: Praxical) -> None:
    offers = praxical("session-type", "list", "--all", "--json").json
    minutes = {one["name"]: one["minutes"] for one in offers}
    assert minutes == {
        "acupinitial": 75,
        "acupfollow": 45,
        "psyinitial": 60,
        "psy50": 50,
        "couples": 90,
        "consult15": 15,
        "oldmassage": 60,
    }
    assert [one["name"] for one in offers if one["archived"]] == ["oldmassage"]
    items = {one["name"]: one["items"] for one in offers}
    assert items["acupinitial"] == ["97810", "97811", "TEA-CALM"]
    assert items["psy50"] == ["90834"]
    assert items["consult15"] == []
    places = {one["key"]: one for one in praxical("location", "list", "--json").json}
    assert {key: one["place_of_service"] for key, one in places.items()} == {
        "main": "11",
        "telehealth": "10",
        "telehealth-away": "02",
    }
    rooms = praxical("room", "list", "--json").json
    assert [(one["key"], one["location"]) for one in rooms] == [
        ("room-1", "main"),
        ("room-2", "main"),
    ]


def test_appointments_are_listed_with_the_promised_fields(book: Listed) -> None:
    assert len(book) > 200
    assert all(list(one) == FIELDS for one in book)
    assert {one["zone"] for one in book} == {"America/New_York", "America/Chicago"}


def test_every_kind_and_every_status_is_there(book: Listed) -> None:
    assert {one["kind"] for one in book} == set(Kind)
    assert {one["status"] for one in book} == set(Status)


def test_both_practitioners_have_series_in_which_something_was_different(
    book: Listed,
) -> None:
    for whose in ("alma", "theo"):
        series = [one for one in book if one["series"] and one["practitioner"] == whose]
        assert {one["status"] for one in series} >= {"booked", "arrived", "completed"}
        assert any(one["status"].endswith("cancelled") for one in series)
        starts = sorted(one["start"][:10] for one in series)
        today = str(SystemClock().now())[:10]
        assert starts[0] < today < starts[-1]


def test_telehealth_carries_modifier_95_and_the_office_does_not(book: Listed) -> None:
    talks = [one for one in book if one["services"]]
    for one in talks:
        by_video = one["location"] in ("telehealth", "telehealth-away")
        assert one["services"][0].endswith("+95") == by_video, one["id"]
    assert {one["location"] for one in talks} == {"main", "telehealth", "telehealth-away"}


def test_nobody_knows_which_maria_garcia_is_meant(book: Listed) -> None:
    assert not [one for one in book if one["client"] in ("C1010", "C1011")]
    (asking,) = [one for one in book if one["attention"] == ["client-ambiguous"]]
    assert (asking["practitioner"], asking["session"], asking["client"]) == (
        "theo",
        "psy50",
        None,
    )


def test_only_one_overlap_is_in_the_book(book: Listed) -> None:
    marked = [one for one in book if "overlap" in one["attention"]]
    assert [(one["kind"], one["practitioner"]) for one in marked] == [("other", "alma")]


def test_what_clients_asked_for_online_waits_for_an_answer(
    praxical: Praxical, book: Listed
) -> None:
    asked = [one for one in book if one["status"] == "requested"]
    assert {one["practitioner"] for one in asked} == {"alma", "theo"}
    told = [one["sentence"] for one in praxical("notice", "list", "--json").json]
    assert len([one for one in told if "asks for an appointment online" in one]) == len(asked)


@pytest.mark.parametrize(
    ("session", "practitioner", "mode"),
    [("acupfollow", "alma", "instant"), ("psyinitial", "theo", "request")],
)
def test_the_demo_can_be_booked_online_in_the_coming_days(
    praxical: Praxical, session: str, practitioner: str, mode: str
) -> None:
    slots = praxical("slots", "--session", session, "--json").json
    assert {one["practitioner"] for one in slots} == {practitioner}
    week = str(SystemClock().now() + timedelta(days=8))
    assert [one for one in slots if one["start"] < week]
    rule = praxical("session-type", "show", session, "--json").json
    assert (rule["booking"], rule["new_clients"]) == (mode, True)


def test_an_archived_type_is_used_by_old_appointments_only(book: Listed) -> None:
    old = [one for one in book if one["session"] == "oldmassage"]
    assert len(old) == 3
    assert {one["status"] for one in old} == {"completed"}


def test_nothing_is_wrong_with_the_demo_and_its_history_has_no_gaps(
    praxical: Praxical,
) -> None:
    assert praxical("check", "--json").json == []


def test_alma_sees_initials_and_the_zone_of_the_practice(praxical: Praxical) -> None:
    ran = praxical("export", "--calendar", "alma/appointments")
    assert "SUMMARY:JD · acupfollow" in ran.out
    assert "Jane Doe" not in ran.out
    assert "TZID:America/New_York" in ran.out


def test_the_demo_is_the_same_on_both_databases(database: SqlDatabase) -> None:
    with database.writing() as uow:
        uow.configuration.save_practice(replace(uow.practice, name=NAME))
    with database.writing() as uow:
        assert make_demo(uow, operator())
        assert not make_demo(uow, operator())
    with database.reading() as uow:
        assert list(check(uow, Rules(), SystemClock())) == []
        assert len(uow.appointments.ids()) > 150
