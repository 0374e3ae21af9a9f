"""Making and changing appointments: once, one of a series, this and all that follow, all."""

from __future__ import annotations

from datetime import datetime

import pytest

from server.domain.appointment import Details, parse_services
from server.domain.errors import Archived, Invalid, Locked, NotFound
from server.domain.ids import (
    AppointmentId,
    ClientNumber,
    LocationKey,
    RoomKey,
    SessionTypeId,
    UserName,
)
from server.domain.vocabulary import ContactWith, Kind, Medium, Status
from tests.practice import (
    ALMA,
    DESK,
    JANE,
    JOHN,
    ROOM_1,
    THEO,
    WEEKLY,
    House,
    at,
    other,
    session,
    this,
    timed,
)

ALL = ["11-24 14:00", "12-01 14:00", "12-08 14:00", "12-15 14:00", "12-22 14:00", "12-29 14:00"]


def first(day: int, month: int = 12, hour: int = 14) -> datetime:
    return at(day, hour, month=month)


def test_a_new_appointment_stands_in_the_index_and_in_the_calendar(house: House) -> None:
    number = house.book()
    (row,) = house.rows(practitioner=ALMA)
    assert (row.appointment, row.client, row.kind) == (number, JANE, Kind.SESSION)
    assert row.blocks
    assert "SUMMARY:JD \u00b7 acupinitial" in house.shown(number)


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        (session(client=None), Invalid),
        (session(session_type=None, services=()), Invalid),
        (session(client=ClientNumber("C9999")), NotFound),
        (session(session_type=SessionTypeId("none")), NotFound),
        (session(name="oldmassage"), Archived),
        (session(location=LocationKey("none")), NotFound),
        (session(room=RoomKey("none")), NotFound),
        (session(services=parse_services("99999")), NotFound),
        (session(owner=UserName("nobody")), NotFound),
        (session(owner=DESK), NotFound),
        (session(kind=Kind.CONTACT, session_type=None), Invalid),
    ],
    ids=["no client", "no session", "unknown client", "unknown session", "archived session",
         "unknown location", "unknown room", "unknown service", "unknown practitioner",
         "no practitioner", "contact without medium"],
)  # fmt: skip
def test_sh16_what_misses_something_is_refused(
    house: House, details: Details, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        house.book(details=details)
    assert house.rows() == []


@pytest.mark.parametrize(
    "details",
    [
        session(session_type=None, services=parse_services("97810")),
        session(name="consult15", owner=THEO),
        session(kind=Kind.CONTACT, session_type=None, services=(), medium=Medium.PHONE),
        session(kind=Kind.COLLATERAL, session_type=None, contact_with=ContactWith.SPOUSE),
        other(),
        other("Lunch", busy=False),
    ],
    ids=["by a service", "without services", "contact", "collateral", "other", "free"],
)  # fmt: skip
def test_sh02_every_kind_can_be_booked(house: House, details: Details) -> None:
    assert house.details(house.book(details=details)).kind is details.kind


def test_sh31_a_single_appointment_moves(house: House) -> None:
    number = house.book()
    assert house.edit(number, timed(at(25, 9))) == number
    assert house.starts(number) == ["11-25 09:00"]
    assert "DTSTART;TZID=America/New_York:20261125T090000" in house.shown(number)


def test_sh34_any_minute_is_a_start(house: House) -> None:
    assert house.starts(house.book(timed(at(24, 9, 7), 13))) == ["11-24 09:07"]


def test_a_change_without_a_time_keeps_the_time(house: House) -> None:
    number = house.book()
    house.edit(number, client=JOHN, room=ROOM_1)
    assert house.starts(number) == ["11-24 14:00"]
    assert (house.details(number).client, house.details(number).room) == (JOHN, ROOM_1)


def test_an_archived_session_type_may_stay_where_it_is_and_is_not_chosen(house: House) -> None:
    number = house.book()
    with pytest.raises(Archived):
        house.edit(number, session_type=SessionTypeId("oldmassage"))
    assert house.details(number).session_type == "acupinitial"


def test_a_change_to_what_does_not_exist_changes_nothing(house: House) -> None:
    number = house.book()
    before = house.get(number)
    for wrong in ({"client": ClientNumber("C9999")}, {"room": RoomKey("none")}):
        with pytest.raises(NotFound):
            house.edit(number, **wrong)
    assert house.get(number) == before


def test_what_is_not_there_cannot_be_changed(house: House) -> None:
    with pytest.raises(NotFound):
        house.edit(AppointmentId("NONE"), note="x")
    series = house.book(recurrence=WEEKLY)
    with pytest.raises(NotFound):
        house.edit(this(series, first(2)), note="x")


def test_sh32_a_request_cannot_be_moved(house: House) -> None:
    number = house.book(details=session(kind=Kind.REQUEST, status=Status.REQUESTED))
    with pytest.raises(Locked):
        house.edit(number, timed(at(25)))
    assert house.starts(number) == ["11-24 14:00"]


def test_a_status_that_cannot_follow_is_refused(house: House) -> None:
    number = house.book()
    house.edit(number, status=Status.CANCELLED)
    with pytest.raises(Invalid):
        house.edit(number, status=Status.ARRIVED)
