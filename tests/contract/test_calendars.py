"""What ports.Calendars promises."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from server.domain.calendars import Calendar
from server.domain.errors import NotFound
from server.domain.ids import CalendarId
from server.domain.vocabulary import CalendarKind, Fact
from server.practice_db.database import SqlDatabase
from server.usecases.ports import OccurrenceFilter
from tests.contract.samples import (
    ALMA,
    ALMAS,
    ALMAS_CALENDAR,
    NOW,
    THEO,
    THEOS,
    THEOS_CALENDAR,
    VISIT,
    happened,
    save,
    stored,
    visit,
)

HOME = Calendar(
    CalendarId("home"),
    ALMA,
    "home",
    CalendarKind.PERSONAL,
    ("VEVENT", "VTODO"),
    {"displayname": "Zu Hause ☕", "calendar-color": "#ff0000ff"},
    modified_at=NOW,
)


def test_a_calendar_comes_back_as_it_was_added(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.calendars.add(HOME)
    with furnished.reading() as uow:
        assert uow.calendars.get(ALMA, "home") == HOME
        assert uow.calendars.by_id(HOME.id) == HOME


def test_what_is_not_there_is_none(furnished: SqlDatabase) -> None:
    with furnished.reading() as uow:
        assert uow.calendars.get(THEO, "home") is None
        assert uow.calendars.by_id(CalendarId("home")) is None


def test_the_calendars_of_a_person_come_by_slug(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.calendars.add(HOME)
        assert uow.calendars.of_owner(ALMA) == [ALMAS_CALENDAR, HOME]
        assert uow.calendars.all() == [ALMAS_CALENDAR, HOME, THEOS_CALENDAR]


def test_a_path_is_taken_once(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        with pytest.raises(IntegrityError), uow.savepoint():
            uow.calendars.add(replace(HOME, slug="appointments"))
        assert uow.calendars.of_owner(ALMA) == [ALMAS_CALENDAR]


def test_saving_stores_properties_components_revision_and_oldest(
    furnished: SqlDatabase,
) -> None:
    changed = replace(
        ALMAS_CALENDAR,
        components=("VEVENT", "VTODO"),
        properties={"displayname": "Visits"},
        revision=7,
        oldest=3,
        modified_at=NOW,
    )
    with furnished.writing() as uow:
        uow.calendars.save(changed)
        assert uow.calendars.by_id(ALMAS) == changed
        assert uow.calendars.by_id(THEOS) == THEOS_CALENDAR


def test_each_revision_is_one_more(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        assert [uow.calendars.next_revision(ALMAS) for _ in range(3)] == [1, 2, 3]
        assert uow.calendars.next_revision(THEOS) == 1


def test_a_calendar_that_is_gone_has_no_next_revision(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow, pytest.raises(NotFound):
        uow.calendars.next_revision(CalendarId("gone"))


def test_deleting_takes_everything_in_it_but_the_history(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        save(uow, visit())
        uow.objects.put(stored("a.ics", 1, VISIT))
        uow.objects.save_personal_lines(ALMAS, "a.ics", THEO, ("X-A:1",))
        uow.history.append(ALMAS, happened(1, Fact.BOOKED))
        uow.calendars.delete(ALMAS)
    with furnished.reading() as uow:
        assert uow.calendars.by_id(ALMAS) is None
        assert uow.objects.get(ALMAS, "a.ics") is None
        assert uow.objects.changed_since(ALMAS, 0) == {}
        assert uow.appointments.get(VISIT) is None
        assert uow.appointments.occurrences(OccurrenceFilter(appointment=VISIT)) == []
        assert len(uow.history.of(VISIT)) == 1


def test_locking_what_is_not_there_does_no_harm(furnished: SqlDatabase) -> None:
    with furnished.writing([(ALMA, "nowhere")]) as uow:
        uow.calendars.lock([THEOS, CalendarId("gone"), ALMAS])
        assert uow.calendars.next_revision(ALMAS) == 1
