"""Copying and moving objects between calendars, below the protocol."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.errors import (
    NotAllowed,
    NotFound,
    PreconditionFailed,
    UidConflict,
    UnsupportedComponent,
)
from server.domain.ids import UserName
from server.domain.vocabulary import Door, Status
from server.usecases.conditions import Conditions
from server.usecases.copy_event import Copy, copy_event
from server.usecases.make_calendar import NewCalendar, make_calendar
from server.usecases.make_room import Address
from server.usecases.move_event import Move, move_event
from server.usecases.properties import COMPONENT_SET
from tests.practice import ALMA, DESK, JANE, THEO, House, event

APPOINTMENTS = "appointments"
HERE: Address = (ALMA, APPOINTMENTS, "one.ics")
MINE: Address = (ALMA, "mine", "one.ics")
THEIRS: Address = (THEO, APPOINTMENTS, "two.ics")


def copy(
    house: House,
    source: Address,
    target: Address,
    viewer: UserName = ALMA,
    conditions: Conditions | None = None,
    *,
    overwrite: bool = True,
) -> bool:
    """Copy as a calendar app does."""
    with house.database.writing([source[:2], target[:2]]) as uow:
        wanted = Copy(source, target, uow.catalogue.user[viewer], overwrite)
        if conditions is not None:
            wanted = replace(wanted, conditions=conditions)
        return copy_event(uow, house.context(viewer, Door.CALDAV), wanted)


def move(house: House, source: Address, target: Address, viewer: UserName = ALMA) -> bool:
    """Move as a calendar app does."""
    with house.database.writing([source[:2], target[:2]]) as uow:
        wanted = Move(source, target, uow.catalogue.user[viewer], overwrite=True)
        return move_event(uow, house.context(viewer, Door.CALDAV), wanted)


def make(house: House, slug: str = "mine", user: UserName = ALMA, component: str = "") -> None:
    with house.database.writing() as uow:
        components = {COMPONENT_SET: component} if component else {}
        wanted = NewCalendar(uow.catalogue.user[user], slug, components)
        make_calendar(uow, house.context(user), wanted)


def text_at(house: House, address: Address) -> str:
    """Return the text that is stored at an address, "" for none."""
    with house.database.reading() as uow:
        calendar = uow.calendars.get(*address[:2])
        found = uow.objects.get(calendar.id, address[2]) if calendar else None
        return found.text if found else ""


def test_a_copy_is_booked_anew_and_the_original_stays(any_house: House) -> None:
    any_house.put(event("acupinitial Jane Doe #arrived"))
    original = any_house.of_href()
    assert copy(any_house, HERE, THEIRS, DESK) is False
    made = any_house.of_href("two.ics", THEO)
    details = any_house.get(made).first_part.details
    assert made != original
    assert (details.client, details.practitioner) == (JANE, THEO)
    assert (details.status, details.fee) == (Status.BOOKED, None)
    assert any_house.get(original).first_part.details.status is Status.ARRIVED
    assert any_house.get(made).copied_from == original


def test_one_calendar_holds_a_uid_once(any_house: House) -> None:
    any_house.put(event("Lunch"))
    with pytest.raises(UidConflict) as refused:
        copy(any_house, HERE, (ALMA, APPOINTMENTS, "other.ics"))
    assert refused.value.href == "one.ics"
    with pytest.raises(NotAllowed):
        copy(any_house, HERE, HERE)


def test_what_a_viewer_may_not_know_of_is_not_copied(any_house: House) -> None:
    make(any_house)
    make(any_house, "his", THEO)
    any_house.put(event("Dentist"), slug="mine")
    with pytest.raises(NotFound):
        copy(any_house, MINE, (THEO, "his", "one.ics"), THEO)
    with pytest.raises(NotFound):
        copy(any_house, (ALMA, "none", "one.ics"), MINE)
    with pytest.raises(NotFound):
        copy(any_house, (ALMA, "mine", "none.ics"), HERE)


def test_who_may_not_write_the_destination_copies_nothing_there(any_house: House) -> None:
    any_house.put(event("Lunch"))
    with pytest.raises(NotAllowed):
        copy(any_house, HERE, THEIRS, ALMA)


def test_a_copy_is_of_what_its_maker_is_shown(any_house: House) -> None:
    make(any_house, "his", THEO)
    any_house.put(event("acupinitial Jane Doe", "20261124T140000", "DESCRIPTION:Left foot"))
    copy(any_house, HERE, (THEO, "his", "one.ics"), THEO)
    shown = text_at(any_house, (THEO, "his", "one.ics"))
    assert "SUMMARY:Busy" in shown
    assert "Left foot" not in shown
    assert JANE not in shown


def test_a_move_by_the_front_desk_takes_no_internal_note_along(any_house: House) -> None:
    make(any_house, "own", DESK)
    any_house.put(event("acupinitial Jane Doe", "20261124T140000", "DESCRIPTION:Left foot"))
    move(any_house, HERE, (DESK, "own", "one.ics"), DESK)
    assert "Left foot" not in text_at(any_house, (DESK, "own", "one.ics"))
    assert text_at(any_house, HERE) == ""


def test_a_copy_overwrites_the_same_uid_by_a_new_appointment(any_house: House) -> None:
    make(any_house)
    any_house.put(event("New"), slug="mine")
    any_house.put(event("Old"))
    old = any_house.of_href()
    with pytest.raises(PreconditionFailed):
        copy(any_house, MINE, HERE, overwrite=False)
    assert copy(any_house, MINE, HERE) is True
    assert any_house.of_href() != old
    assert any_house.get(old).deleted_at is not None
    assert "SUMMARY:New" in text_at(any_house, HERE)


def test_a_stale_copy_and_one_of_a_component_not_taken_leave_nothing(any_house: House) -> None:
    make(any_house, "tasks", component="VTODO")
    any_house.put(event("Lunch"))
    there: Address = (ALMA, "tasks", "one.ics")
    with pytest.raises(UnsupportedComponent):
        copy(any_house, HERE, there)
    make(any_house)
    with pytest.raises(PreconditionFailed):
        copy(any_house, HERE, MINE, conditions=Conditions.matching('"99"'))
    assert text_at(any_house, there) == text_at(any_house, MINE) == ""


def test_a_series_is_copied_with_its_exceptions(any_house: House) -> None:
    make(any_house)
    master = event("Yoga", "20261124T180000", "RRULE:FREQ=WEEKLY;COUNT=3")
    part = event(
        "Yoga later",
        "20261201T190000",
        "RECURRENCE-ID;TZID=America/New_York:20261201T180000",
    )
    begin = part.index("BEGIN:VEVENT")
    override = part[begin : part.index("END:VCALENDAR")]
    any_house.put(master.replace("END:VCALENDAR", f"{override}END:VCALENDAR"), slug="mine")
    copy(any_house, MINE, HERE)
    rows = any_house.rows(calendar=any_house.calendar().id)
    assert [row.start.hour for row in rows] == [23, 0, 23]
