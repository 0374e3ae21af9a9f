"""What is read at the addresses of feeds, as every database keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from server.domain.ids import AppointmentId, CalendarId
from server.domain.vocabulary import Kind, Status
from server.practice_db.columns import epoch
from server.practice_db.database import SqlDatabase
from tests.contract.samples import (
    ALMAS,
    DAY,
    DETAILS,
    HOUR,
    INDEXED,
    INITIAL,
    NOW,
    THEO,
    THEOS,
    occurrence,
    stored,
    visit,
)

Columns = tuple[Sequence[int], ...]


def changed_at(database: SqlDatabase, *calendars: CalendarId) -> list[datetime | None]:
    with database.reading() as uow:
        found = uow.feeds.changed_at(calendars)
    return [found[calendar] for calendar in calendars]


def test_a_calendar_has_changed_when_its_last_object_was_put(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        for href, moment in (("a.ics", NOW), ("b.ics", NOW + DAY), ("a.ics", NOW + 2 * DAY)):
            revision = uow.calendars.next_revision(ALMAS)
            uow.objects.put(replace(stored(href, revision), modified_at=moment))
    assert changed_at(furnished, ALMAS) == [NOW + 2 * DAY]


def test_when_something_was_removed_nobody_knows(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", uow.calendars.next_revision(ALMAS)))
        uow.objects.delete(ALMAS, "a.ics", uow.calendars.next_revision(ALMAS))
        made = uow.calendars.by_id(THEOS)
        assert made is not None
        uow.calendars.save(replace(made, modified_at=NOW - DAY))
    assert changed_at(furnished, ALMAS, THEOS) == [None, NOW - DAY]


def occupy(database: SqlDatabase) -> None:
    """Store an hour for each of some appointments, two hours apart."""
    there = replace(DETAILS, travel=timedelta(minutes=30))
    free = replace(DETAILS, kind=Kind.OTHER, client=None, session_type=None, busy=False)
    cases = {
        "a": (ALMAS, there),
        "b": (ALMAS, replace(DETAILS, status=Status.CANCELLED)),
        "c": (ALMAS, free),
        "d": (THEOS, replace(DETAILS, practitioner=THEO, status=Status.REQUESTED)),
    }
    with database.writing() as uow:
        for number, (name, (calendar, details)) in enumerate(cases.items()):
            one = visit(AppointmentId(name), details=details, calendar=calendar)
            row = occurrence(one, NOW + 2 * number * HOUR)
            uow.appointments.save(one, [row], INDEXED)


def taken(
    database: SqlDatabase, calendars: Sequence[CalendarId], start: datetime, end: datetime
) -> dict[CalendarId, Columns]:
    with database.reading() as uow:
        return {row[0]: row[1:] for row in uow.instances.taken(calendars, start, end)}


def test_what_blocks_is_taken_in_the_calendars_that_are_asked_for(
    furnished: SqlDatabase,
) -> None:
    occupy(furnished)
    begins, later = epoch(NOW), epoch(NOW + 6 * HOUR)
    almas: Columns = ([begins - 1800], [begins + 3600], [0])
    theos: Columns = ([later], [later + 3600], [1])
    day = (NOW - DAY, NOW + DAY)
    assert taken(furnished, [ALMAS, THEOS], *day) == {ALMAS: almas, THEOS: theos}
    assert taken(furnished, [THEOS], *day) == {THEOS: theos}
    assert taken(furnished, [], *day) == {}


def test_what_is_long_is_taken_beside_what_is_short(furnished: SqlDatabase) -> None:
    occupy(furnished)
    long = visit(AppointmentId("long"))
    with furnished.writing() as uow:
        row = occurrence(long, NOW - 40 * DAY, 50 * DAY)
        uow.appointments.save(long, [row], INDEXED)
    with furnished.reading() as uow:
        rows = uow.instances.taken([ALMAS], NOW, NOW + DAY)
    assert sorted(ends[0] for _, _, ends, _ in rows) == [
        epoch(NOW + HOUR),
        epoch(NOW + 10 * DAY),
    ]


def test_the_way_there_is_taken_in_a_range_that_ends_before_the_visit(
    furnished: SqlDatabase,
) -> None:
    occupy(furnished)
    assert ALMAS in taken(furnished, [ALMAS], NOW - HOUR, NOW)
    assert taken(furnished, [ALMAS], NOW - HOUR, NOW - HOUR / 2) == {}
    assert taken(furnished, [ALMAS], NOW + HOUR, NOW + 2 * HOUR) == {}


def test_the_times_of_sessions_are_given_by_their_type(furnished: SqlDatabase) -> None:
    occupy(furnished)
    begins, later = epoch(NOW), epoch(NOW + 6 * HOUR)
    day = (NOW - DAY, NOW + DAY)
    with furnished.reading() as uow:
        rows = uow.instances.sessions([ALMAS, THEOS], {INITIAL}, *day)
        assert sorted(tuple(row) for row in rows) == sorted(
            [
                (ALMAS, INITIAL, [begins - 1800], [begins + 3600], [0]),
                (THEOS, INITIAL, [later], [later + 3600], [1]),
            ]
        )
        assert uow.instances.sessions([ALMAS, THEOS], frozenset(), *day) == []
        assert uow.instances.sessions([], {INITIAL}, *day) == []
