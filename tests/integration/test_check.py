"""What is broken on purpose is found, named, and made anew where that can be derived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from server.domain.appointment import Details
from server.domain.calendars import Calendar, StoredObject
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Kind, Status
from server.domain.when import Recurrence, Timed
from server.ics.reader import read_object
from server.practice_db.database import SqlDatabase
from server.practice_db.engines import begin
from server.usecases.check_database import Finding, Remedy, check
from server.usecases.edit_appointment import new_appointment
from server.usecases.make_calendar import NewCalendar, make_calendar
from server.usecases.ports import OccurrenceFilter
from server.usecases.put_personal import put_personal
from server.usecases.repair_database import repair
from tests.small_practice import ALMA, CONTEXT, NEW_YORK, NOW, book, set_up

PERSONAL = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//y//EN\r
BEGIN:VEVENT\r
UID:own\r
DTSTART:20261125T100000Z\r
DTEND:20261125T110000Z\r
SUMMARY:Own\r
END:VEVENT\r
END:VCALENDAR\r
"""


class Clock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def practice(database: SqlDatabase) -> SqlDatabase:
    """Return a database with an appointment, a series and an event of a person's own."""
    with database.writing() as uow:
        set_up(uow)
        book(uow)
        start = datetime(2026, 11, 26, 9, tzinfo=NEW_YORK)
        meeting = Details(Kind.OTHER, Status.BOOKED, ALMA.name, title="Meeting")
        when = Timed(start, start + timedelta(hours=1))
        new_appointment(uow, CONTEXT, when, meeting, Recurrence(("FREQ=WEEKLY",)))
        own = make_calendar(uow, CONTEXT, NewCalendar(ALMA, "private", {}))
        put_personal(uow, CONTEXT, own, "own.ics", read_object(PERSONAL, NEW_YORK))
    return database


def break_it(database: SqlDatabase, *statements: str) -> None:
    with begin(database.engines.writing) as connection:
        for statement in statements:
            connection.execute(text(statement))


def found(database: SqlDatabase) -> list[Finding]:
    with database.reading() as uow:
        return list(check(uow, CONTEXT.rules, Clock()))


def what(findings: Sequence[Finding]) -> set[str]:
    return {one.what for one in findings}


def objects(database: SqlDatabase, slug: str = "appointments") -> list[StoredObject]:
    with database.reading() as uow:
        return list(uow.objects.get_many(calendar(database, slug).id))


def calendar(database: SqlDatabase, slug: str = "appointments") -> Calendar:
    with database.reading() as uow:
        one = uow.calendars.get(ALMA.name, slug)
    assert one is not None
    return one


def visit(database: SqlDatabase) -> AppointmentId:
    """Return the id of the single appointment, as it was before anything was broken."""
    return next(
        one.appointment
        for one in objects(database)
        if one.appointment is not None and "SUMMARY:JD" in one.text
    )


def test_a_sound_database_has_no_findings(practice: SqlDatabase) -> None:
    steps: list[tuple[int, int]] = []
    with practice.reading() as uow:
        report = lambda *step: steps.append(step)  # noqa: E731
        assert list(check(uow, CONTEXT.rules, Clock(), report)) == []
    assert steps[0] == (0, 6)
    assert steps[-1] == (6, 6)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


ETAG = "the entity tag is not of this revision"
TEXT = "the text does not show the appointment as it is"
ROWS = "the indexed occurrences do not follow from the rule"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DELETE FROM occurrence", {ROWS}),
        ("UPDATE occurrence SET blocks = NOT blocks", {ROWS}),
        ("UPDATE occurrence SET practitioner = 'theo'", {ROWS}),
        ("UPDATE appointment SET last_end = NULL", {"the bounds of the series are wrong"}),
        ("UPDATE object_version SET text = replace(text, 'JD', 'XY')", {TEXT}),
        ("UPDATE client SET last_name = 'Roe', initials = 'JR'", {TEXT}),
        ("UPDATE appointment_part SET title = 'Party' WHERE kind = 'other'", {TEXT}),
        (
            "UPDATE calendar_object SET etag = '\"7\"'",
            {"the entity tag is not of this revision"},
        ),
        ("DELETE FROM change", {"the change log misses it"}),
        ("UPDATE change SET removed = true", {"the change log says removed"}),
        ("UPDATE calendar SET revision = 0", {"the object is newer than its calendar"}),
        (
            "DELETE FROM calendar_object WHERE href <> 'own.ics'",
            {"the appointment is in no calendar", "the change log says it is there"},
        ),
        (
            "UPDATE appointment SET deleted_at = created_at",
            {
                "the object shows a deleted appointment",
                ROWS,
                "the bounds of the series are wrong",
            },
        ),
        (
            "DELETE FROM calendar_object WHERE href = 'own.ics'",
            {"the appointment is in no calendar", "the change log says it is there"},
        ),
    ],
)
def test_what_is_derived_is_found_wrong_and_made_anew(
    practice: SqlDatabase, statement: str, expected: set[str]
) -> None:
    break_it(practice, statement)
    findings = found(practice)
    assert what(findings) == expected
    assert {one.repair for one in findings} == {"praxical check --repair"}
    assert repair(practice, CONTEXT, findings)
    assert found(practice) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DELETE FROM appointment_part", "the appointment has no parts"),
        (
            "UPDATE object_version SET text = 'hello' WHERE href = 'own.ics'",
            "the text cannot be read",
        ),
        (
            "UPDATE calendar_object SET uid = 'another' WHERE href = 'own.ics'",
            "the object has another UID than its appointment",
        ),
        (
            "UPDATE calendar_object SET appointment_id = NULL WHERE href = 'own.ics'",
            "the object shows no appointment",
        ),
        (
            "UPDATE appointment SET rrules = replace(rrules, 'WEEKLY', 'SECONDLY')",
            "the recurrence rule cannot be worked out",
        ),
    ],
)
def test_what_nothing_tells_any_more_needs_a_backup(
    practice: SqlDatabase, statement: str, expected: str
) -> None:
    break_it(practice, statement)
    findings = [one for one in found(practice) if one.remedy is Remedy.BACKUP]
    assert what(findings) == {expected}
    assert {one.repair for one in findings} == {"restore the database from a backup"}
    assert repair(practice, CONTEXT, findings) == []


def test_a_history_that_was_changed_afterwards_is_found(practice: SqlDatabase) -> None:
    on_sqlite = practice.engines.is_sqlite
    off = "DROP TRIGGER history_no_update"
    if not on_sqlite:
        off = "ALTER TABLE history DISABLE TRIGGER history_no_change"
    break_it(practice, off, "UPDATE history SET user_name = 'somebody' WHERE number = 1")
    findings = found(practice)
    assert what(findings) == {"the history was changed after it was written"}
    assert findings[0].remedy is Remedy.BACKUP


def test_findings_name_ids_and_never_people(practice: SqlDatabase) -> None:
    break_it(practice, "UPDATE client SET last_name = 'Roe'", "DELETE FROM occurrence")
    said = "".join(f"{one.what} {one.where}" for one in found(practice))
    assert "Jane" not in said
    assert "acupinitial" not in said


def test_apps_get_what_was_repaired_with_their_next_sync(practice: SqlDatabase) -> None:
    seen, number = calendar(practice), visit(practice)
    break_it(practice, "UPDATE client SET last_name = 'Roe', initials = 'JR'")
    repair(practice, CONTEXT, found(practice))
    with practice.reading() as uow:
        changed = uow.objects.changed_since(seen.id, seen.revision)
    assert changed == {f"{number}.ics": True}
    assert any("SUMMARY:JR" in one.text for one in objects(practice))


def test_an_object_that_was_lost_is_shown_again_as_it_was(practice: SqlDatabase) -> None:
    before = {(one.uid, one.component) for one in objects(practice)}
    break_it(practice, "DELETE FROM calendar_object WHERE href <> 'own.ics'")
    repair(practice, CONTEXT, found(practice))
    assert {(one.uid, one.component) for one in objects(practice)} == before


def test_time_of_ones_own_that_nothing_shows_is_freed(practice: SqlDatabase) -> None:
    break_it(practice, "DELETE FROM calendar_object WHERE href = 'own.ics'")
    repair(practice, CONTEXT, found(practice))
    with practice.reading() as uow:
        own = OccurrenceFilter(calendar=calendar(practice, "private").id)
        assert uow.appointments.occurrences(own) == []


def test_a_repair_of_what_is_sound_changes_nothing(practice: SqlDatabase) -> None:
    before = calendar(practice)
    number = visit(practice)
    gone = Finding("gone", f"{before.id}/nothing.ics", Remedy.TEXT)
    missing = Finding("missing", "01JD7Z6Q8K5T3V9W2X4Y6Z8A0B", Remedy.OCCURRENCES)
    shown = Finding("shown", f"{before.id}/{number}.ics", Remedy.REMOVAL)
    assert repair(practice, CONTEXT, [gone, missing, shown]) == []
    assert calendar(practice).revision == before.revision


def test_each_thing_is_repaired_once_and_told(practice: SqlDatabase) -> None:
    break_it(practice, "UPDATE appointment SET last_end = NULL", "DELETE FROM occurrence")
    steps: list[tuple[int, int]] = []
    done = repair(practice, CONTEXT, found(practice), lambda *step: steps.append(step))
    assert len(done) == 3
    assert steps == [(0, 3), (1, 3), (2, 3)]
