"""Bookable hours over the HTTP API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.system.api import READ, Program, program, read
from tests.system.events import event, monday
from tests.system.phone import Phone
from tests.system.servers import Site

START = monday(weeks=2, hour=9)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MORNING = {"start": START.isoformat(), "minutes": 180}


@pytest.fixture
def own(site: Site, phone: Phone) -> Program:
    """Return a program of a practitioner."""
    return program(site, phone.user)


def listed(asking: Program, **said: object) -> list[dict[str, Any]]:
    """Return the hours of three weeks."""
    days = {"from_": START.date().isoformat(), "to": (START + 3 * WEEK).date().isoformat()}
    items: list[dict[str, Any]] = read(asking.get("/availability", **{**days, **said}))["items"]
    return items


def starts(asking: Program, **said: object) -> list[str]:
    return [one["start"] for one in listed(asking, **said)]


def test_hours_that_a_program_draws_are_in_the_calendar_app(own: Program, phone: Phone) -> None:
    said = {**MORNING, "repeat": {"how": "weekly", "times": 3}}
    shown = read(own.post("/availability", said), 201)
    assert (shown["start"], shown["sessions"], shown["location"]) == (
        START.isoformat(),
        [],
        None,
    )
    assert starts(own) == [(START + number * WEEK).isoformat() for number in range(3)]
    phone.calendar = f"/{phone.user}/availability/"
    (href,) = phone.sync("").there
    drawn = phone.get(href)
    assert drawn.value("SUMMARY") == "Bookable"
    assert drawn.value("RRULE") == "FREQ=WEEKLY;COUNT=3"


def test_hours_name_what_they_are_for(own: Program) -> None:
    said = {**MORNING, "sessions": ["acupfollow", "ACUPINITIAL"], "location": "telehealth"}
    shown = read(own.post("/availability", said), 201)
    assert shown["title"] == "acupfollow, acupinitial"
    assert shown["sessions"] == ["acupfollow", "acupinitial"]
    assert (shown["location"], shown["unknown_place"]) == ("telehealth", False)


def test_what_was_drawn_in_an_app_is_listed_and_taken_away(own: Program, phone: Phone) -> None:
    phone.calendar = f"/{phone.user}/availability/"
    phone.put("a.ics", event("Bookable", START, "LOCATION:Mars", "RRULE:FREQ=WEEKLY;COUNT=3"))
    first, second, third = listed(own)
    assert first["unknown_place"]
    assert own.delete(f"/availability/{second['id']}").status == 204
    assert starts(own) == [first["start"], third["start"]]
    assert "EXDATE" in phone.get("a.ics").text
    series = first["id"].partition(".")[0]
    assert own.delete(f"/availability/{series}").status == 204
    assert starts(own) == []
    assert phone.get("a.ics").status == 404
    assert own.delete(f"/availability/{series}").status == 404


def test_times_are_shown_in_the_zone_that_is_asked_for(own: Program) -> None:
    read(own.post("/availability", MORNING), 201)
    (start,) = starts(own, tz="UTC")
    assert start.endswith("+00:00")


def test_the_front_desk_reads_the_hours_and_changes_none(
    site: Site, own: Program, phone: Phone
) -> None:
    shown = read(own.post("/availability", MORNING), 201)
    desk = program(site, "desk")
    assert starts(desk, practitioner=phone.user) == [START.isoformat()]
    assert phone.user in {one["practitioner"] for one in listed(desk)}
    said = {**MORNING, "practitioner": phone.user}
    assert desk.post("/availability", said).status == 403
    assert desk.delete(f"/availability/{shown['id']}").status == 403
    assert starts(own) == [START.isoformat()]


def test_colleagues_learn_nothing_of_the_hours(site: Site, own: Program, phone: Phone) -> None:
    shown = read(own.post("/availability", MORNING), 201)
    colleague = program(site, "theo")
    assert colleague.get("/availability", practitioner=phone.user).status == 404
    assert phone.user not in {one["practitioner"] for one in listed(colleague)}
    said = {**MORNING, "practitioner": phone.user}
    assert colleague.post("/availability", said).status == 404
    assert colleague.delete(f"/availability/{shown['id']}").status == 404
    reader = program(site, phone.user, READ)
    assert reader.post("/availability", MORNING).status == 403


def test_an_appointment_is_not_taken_away_as_if_it_were_hours(
    site: Site, own: Program, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    booked = site.appointment(phone.user, "a.ics")
    assert booked is not None
    assert own.delete(f"/availability/{booked.id}").status == 404
    assert phone.get("a.ics").status == 200


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"minutes": None}, 422),
        ({"sessions": ["nothing"]}, 404),
        ({"location": "nowhere"}, 404),
        ({"repeat": {"how": "weekly", "times": 0}}, 422),
        ({"repeat": {"times": 3}}, 422),
        ({"minutes": 10**9}, 422),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    own: Program, more: dict[str, object], status: int
) -> None:
    assert own.post("/availability", {**MORNING, **more}).status == status
    assert starts(own) == []
