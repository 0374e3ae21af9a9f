"""Calendars from files and back: the rules of a PUT, the same file twice, nobody mailed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from server.domain.calendars import Calendar
from server.domain.errors import Invalid, NotFound
from server.domain.ids import AppointmentId, UserName
from server.domain.vocabulary import Door, Kind
from server.domain.when import Timed
from server.ics.calendar_file import objects_in
from server.practice_db.database import SqlDatabase, open_database
from server.usecases.check_database import check
from server.usecases.edit_appointment import Changes, Target, edit_appointment
from server.usecases.export_calendar import export_calendar
from server.usecases.import_calendar import (
    AT_ONCE,
    ImportReport,
    calendar_at,
    import_objects,
)
from server.usecases.make_calendar import NewCalendar, make_calendar
from server.usecases.manage_users import APPOINTMENTS, add_user
from tests.databases import SLUG
from tests.small_practice import ALMA, CONTEXT, NOW, set_up

THEO = replace(ALMA, name=UserName("theo"), display_name="Theo", email="theo@example.org")
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//app//EN\r\n"
VISIT = """\
BEGIN:VEVENT
UID:visit
DTSTAMP:20261101T000000Z
DTSTART;TZID=America/New_York:20261124T140000
DTEND;TZID=America/New_York:20261124T143000
SUMMARY:acupinitial Jane Doe
X-FOO:a,b;c
ATTENDEE;CN=Jane:mailto:jane@example.org
ORGANIZER:mailto:alma@example.org
END:VEVENT
"""
SERIES = """\
BEGIN:VEVENT
UID:series
DTSTART;TZID=America/New_York:20261125T090000
DTEND;TZID=America/New_York:20261125T094500
RRULE:FREQ=WEEKLY;COUNT=4
SUMMARY:acupinitial Jane Doe
END:VEVENT
"""
MOVED = """\
BEGIN:VEVENT
UID:series
RECURRENCE-ID;TZID=America/New_York:20261202T090000
DTSTART;TZID=America/New_York:20261202T110000
DTEND;TZID=America/New_York:20261202T114500
SUMMARY:acupinitial Jane Doe
END:VEVENT
"""
TASK = "BEGIN:VTODO\nUID:task\nSUMMARY:Order tea\nEND:VTODO\n"
CANCELLED = VISIT.replace("UID:visit", "UID:gone\nSTATUS:CANCELLED")


class Clock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def practice(database: SqlDatabase) -> SqlDatabase:
    return furnished(database)


def furnished(database: SqlDatabase) -> SqlDatabase:
    with database.writing() as uow:
        set_up(uow)
        add_user(uow, CONTEXT, THEO)
        make_calendar(uow, CONTEXT, NewCalendar(ALMA, "private", {}))
    return database


def at(database: SqlDatabase, path: str = "alma/appointments") -> Calendar:
    with database.reading() as uow:
        return calendar_at(uow, path)


def taken(
    database: SqlDatabase,
    *parts: str,
    path: str = "alma/appointments",
) -> ImportReport:
    text = HEAD + "".join(parts).replace("\n", "\r\n") + "END:VCALENDAR\r\n"
    objects = objects_in(text.encode().splitlines())
    return import_objects(database, CONTEXT, at(database, path), objects)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.refused)


def exported(database: SqlDatabase, path: str = "alma/appointments") -> str:
    with database.reading() as uow:
        return "".join(export_calendar(uow, calendar_at(uow, path)))


def number_of(database: SqlDatabase, uid: str) -> AppointmentId:
    with database.reading() as uow:
        stored = next(one for one in uow.objects.with_uid(uid) if one.appointment)
        assert stored.appointment is not None
        return stored.appointment


def assert_sound(database: SqlDatabase) -> None:
    with database.reading() as uow:
        assert list(check(uow, CONTEXT.rules, Clock())) == []


# --- import ----------------------------------------------------------------------------


def test_titles_of_a_file_are_read_as_in_a_calendar_app(practice: SqlDatabase) -> None:
    assert counts(taken(practice, VISIT)) == (1, 0, 0, 0)
    with practice.reading() as uow:
        appointment = uow.appointments.get(number_of(practice, "visit"))
        assert appointment is not None
        details = appointment.first_part.details
        (line,) = uow.history.of(appointment.id)
    assert (details.kind, details.client) == (Kind.SESSION, "C1001")
    assert [str(one) for one in details.services] == ["97810*1"]
    assert line.actor.door is Door.IMPORT
    assert_sound(practice)


def test_overrides_come_with_their_series(practice: SqlDatabase) -> None:
    assert counts(taken(practice, MOVED, VISIT, SERIES)) == (2, 0, 0, 0)
    with practice.reading() as uow:
        series = uow.appointments.get(number_of(practice, "series"))
    assert series is not None
    assert list(series.overrides) == ["20261202T140000Z"]
    assert_sound(practice)


def test_the_same_file_again_changes_nothing(practice: SqlDatabase) -> None:
    parts = (VISIT, SERIES, MOVED, CANCELLED, TASK)
    assert counts(taken(practice, *parts)) == (3, 0, 0, 1)
    before = at(practice)
    assert counts(taken(practice, *parts)) == (0, 0, 3, 1)
    assert at(practice).revision == before.revision


def test_the_same_file_again_leaves_what_was_changed_since(practice: SqlDatabase) -> None:
    taken(practice, VISIT)
    number = number_of(practice, "visit")
    with practice.writing() as uow:
        edit_appointment(uow, CONTEXT, Target(number), Changes({"note": "Bring the form."}))
    assert counts(taken(practice, VISIT.replace("20261101T", "20261102T"))) == (0, 0, 1, 0)
    with practice.reading() as uow:
        kept = uow.appointments.get(number)
    assert kept is not None
    assert kept.first_part.details.note == "Bring the form."


def test_what_changed_in_the_file_is_changed_here_once(practice: SqlDatabase) -> None:
    taken(practice, VISIT, SERIES)
    later = VISIT.replace("T14", "T16")
    assert counts(taken(practice, later, SERIES)) == (0, 1, 1, 0)
    assert counts(taken(practice, later, SERIES)) == (0, 0, 2, 0)
    with practice.reading() as uow:
        moved = uow.appointments.get(number_of(practice, "visit"))
    assert moved is not None
    assert isinstance(moved.first_part.when, Timed)
    assert moved.first_part.when.start.hour == 16


def test_a_refused_object_stops_no_other_and_is_named_by_id_and_line(
    practice: SqlDatabase,
) -> None:
    wrong = "BEGIN:VEVENT\nUID:wrong\nSUMMARY:acupinitial Jane Doe\nEND:VEVENT\n"
    bomb = SERIES.replace("UID:series", "UID:bomb").replace(
        "FREQ=WEEKLY;COUNT=4", "FREQ=SECONDLY"
    )
    report = taken(practice, wrong, VISIT, bomb, TASK, SERIES)
    assert counts(report) == (2, 0, 0, 3)
    assert [(one.uid, one.line) for one in report.refused] == [
        ("wrong", 4),
        ("bomb", 18),
        ("task", 25),
    ]
    assert "Jane" not in "".join(one.why for one in report.refused)
    assert_sound(practice)


def test_t05_nobody_who_was_invited_leaves_the_server_again(practice: SqlDatabase) -> None:
    taken(practice, VISIT)
    taken(practice, VISIT, path="alma/private")
    for path in ("alma/appointments", "alma/private"):
        text = exported(practice, path)
        assert "UID:visit" in text
        assert "ATTENDEE" not in text
        assert "ORGANIZER" not in text


def test_a_calendar_of_ones_own_takes_tasks_and_keeps_titles(practice: SqlDatabase) -> None:
    assert counts(taken(practice, VISIT, TASK, path="alma/private")) == (2, 0, 0, 0)
    assert counts(taken(practice, VISIT, TASK, path="alma/private")) == (0, 0, 2, 0)
    text = exported(practice, "alma/private")
    assert "SUMMARY:acupinitial Jane Doe" in text
    assert "BEGIN:VTODO" in text
    assert_sound(practice)


def test_many_objects_are_stored_in_several_transactions(practice: SqlDatabase) -> None:
    many = [VISIT.replace("UID:visit", f"UID:n{count}") for count in range(AT_ONCE + 5)]
    steps: list[tuple[int, int]] = []
    text = HEAD + "".join(many) + "END:VCALENDAR"
    objects = objects_in(text.encode().splitlines())
    report = import_objects(
        practice, CONTEXT, at(practice), objects, lambda *step: steps.append(step)
    )
    assert report.created == AT_ONCE + 5
    assert steps[0] == (0, AT_ONCE + 5)
    assert len(steps) > 1


@pytest.mark.parametrize("path", ["alma", "nobody/appointments", "alma/nothing", "/"])
def test_a_calendar_that_is_not_there_is_said(practice: SqlDatabase, path: str) -> None:
    with practice.reading() as uow, pytest.raises((Invalid, NotFound)):
        calendar_at(uow, path)


# --- export ----------------------------------------------------------------------------


def test_an_export_is_one_calendar_with_one_definition_of_the_zone(
    practice: SqlDatabase,
) -> None:
    taken(practice, VISIT, SERIES, MOVED)
    text = exported(practice)
    assert re.findall("^BEGIN:(VCALENDAR|VTIMEZONE|VEVENT)", text, re.MULTILINE) == [
        *("VCALENDAR", "VTIMEZONE", "VEVENT", "VEVENT", "VEVENT")
    ]
    assert "X-WR-CALNAME:alma Appointments" in text
    assert "METHOD" not in text
    assert "X-FOO:a,b;c\r\n" in text
    assert "X-PRAXICAL-IMPORTED" not in text


def test_an_export_taken_in_again_changes_nothing(practice: SqlDatabase) -> None:
    taken(practice, VISIT, SERIES, MOVED)
    objects = objects_in(exported(practice).encode().splitlines())
    report = import_objects(practice, CONTEXT, at(practice), objects)
    assert counts(report) == (0, 0, 2, 0)


@pytest.mark.postgres
def test_an_export_carries_a_calendar_from_one_engine_to_the_other(
    sqlite_database: SqlDatabase, postgres_url: str
) -> None:
    taken(furnished(sqlite_database), VISIT, SERIES, MOVED)
    objects = objects_in(exported(sqlite_database).encode().splitlines())
    other = furnished(open_database(postgres_url, SLUG))
    try:
        report = import_objects(other, CONTEXT, at(other), objects)
        assert counts(report) == (2, 0, 0, 0)
        with other.reading() as uow:
            appointment = uow.appointments.get(number_of(other, "series"))
        assert appointment is not None
        assert appointment.first_part.details.client == "C1001"
        assert list(appointment.overrides) == ["20261202T140000Z"]
        assert_sound(other)
    finally:
        other.close()


def test_cancelled_appointments_are_not_exported(practice: SqlDatabase) -> None:
    taken(practice, VISIT, CANCELLED)
    text = exported(practice)
    assert "UID:visit" in text
    assert "UID:gone" not in text


def test_an_owner_keeps_the_name_given_to_the_calendar(practice: SqlDatabase) -> None:
    with practice.writing() as uow:
        calendar = calendar_at(uow, f"theo/{APPOINTMENTS}")
        uow.calendars.save(replace(calendar, properties={"D:displayname": "Couch, green"}))
    assert "X-WR-CALNAME:theo Couch\\, green\r\n" in exported(practice, "theo/appointments")
