"""What ports.Objects promises about listings, and about objects found by a range of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from server.domain.appointment import Appointment
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Status
from server.domain.when import Recurrence
from server.practice_db.database import SqlDatabase
from server.usecases.ports import Indexed
from tests.contract.samples import (
    ALMAS,
    DAY,
    HOUR,
    INDEXED,
    NOW,
    SERIES,
    THEOS,
    VISIT,
    occurrence,
    save,
    stored,
    visit,
)

HIDDEN = AppointmentId("hidden")
ENDLESS = AppointmentId("endless")
MISSED = AppointmentId("missed")
ALL_FIELDS = ("href", "uid", "component", "revision", "size", "modified_at", "appointment_id")


def series_of(appointment: AppointmentId) -> Appointment:
    return replace(visit(appointment), recurrence=Recurrence(("FREQ=DAILY",)))


@pytest.fixture
def filled(furnished: SqlDatabase) -> SqlDatabase:
    """Return a database with one object of each kind that a range treats in its own way."""
    with furnished.writing() as uow:
        save(uow, visit())
        uow.objects.put(stored("visit.ics", 1, VISIT))
        save(uow, series_of(SERIES), [NOW, NOW + DAY, NOW + 2 * DAY])
        uow.objects.put(stored("series.ics", 2, SERIES))
        save(uow, visit(HIDDEN))
        endless = Indexed(NOW - DAY, NOW + 9 * DAY, NOW - DAY, None)
        uow.appointments.save(series_of(ENDLESS), [], endless)
        uow.objects.put(stored("endless.ics", 3, ENDLESS))
        uow.objects.put(stored("todo.ics", 4))
        uow.objects.put(stored("elsewhere.ics", 1, calendar=THEOS))
        row = replace(occurrence(series_of(MISSED)), status=Status.CANCELLED, pinned=True)
        uow.appointments.save(series_of(MISSED), [row], INDEXED)
        uow.objects.put(stored("missed.ics", 5, MISSED))
    return furnished


def test_a_listing_holds_the_fields_that_were_asked_for_by_href(filled: SqlDatabase) -> None:
    with filled.reading() as uow:
        listed = uow.objects.listing(ALMAS, ("revision", "href", "modified_at"))
    assert listed == [
        (3, "endless.ics", NOW),
        (5, "missed.ics", NOW),
        (2, "series.ics", NOW),
        (4, "todo.ics", NOW),
        (1, "visit.ics", NOW),
    ]


def test_a_listing_of_all_fields_says_what_the_entries_say(filled: SqlDatabase) -> None:
    with filled.reading() as uow:
        entries = uow.objects.entries(ALMAS)
        listed = uow.objects.listing(ALMAS, ALL_FIELDS)
    told = [tuple(getattr(one, name) for name in one.__slots__) for one in entries]
    assert [tuple(row) for row in listed] == told


def test_an_empty_calendar_lists_nothing(furnished: SqlDatabase) -> None:
    with furnished.reading() as uow:
        assert list(uow.objects.listing(ALMAS, ("href",))) == []


def test_the_objects_of_a_range_are_those_that_occur_and_those_that_may(
    filled: SqlDatabase,
) -> None:
    with filled.reading() as uow:
        span = (NOW, NOW + 30 * DAY)
        surely, perhaps = uow.objects.rows_in_range(ALMAS, ("href",), span)
    assert sorted(surely) == [("series.ics",), ("visit.ics",)]
    assert sorted(perhaps) == [("endless.ics",), ("missed.ics",), ("todo.ics",)]


def test_a_row_of_a_range_has_what_is_asked_for_and_the_present_text(
    filled: SqlDatabase,
) -> None:
    fields = ("href", "revision", "modified_at", "text")
    with filled.reading() as uow:
        surely, _ = uow.objects.rows_in_range(ALMAS, fields, (NOW + DAY, NOW + DAY + HOUR))
    series = stored("series.ics", 2, SERIES)
    assert surely == [(series.href, 2, series.modified_at, series.text)]


def test_rows_of_some_objects_are_those_that_are_there(filled: SqlDatabase) -> None:
    with filled.reading() as uow:
        rows = uow.objects.rows(ALMAS, ("href", "text"), ["series.ics", "gone.ics"])
    assert rows == [("series.ics", stored("series.ics", 2, SERIES).text)]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (None, None),
        (NOW, NOW + HOUR),
        (None, NOW - DAY),
        (NOW + 2 * DAY, None),
        (NOW + 20 * DAY, NOW + 21 * DAY),
        (NOW - 400 * DAY, NOW - 399 * DAY),
    ],
)
def test_objects_and_hrefs_of_a_range_agree(
    filled: SqlDatabase, start: datetime | None, end: datetime | None
) -> None:
    with filled.reading() as uow:
        hrefs = uow.objects.in_range(ALMAS, start, end)
        rows = uow.objects.rows_in_range(ALMAS, ("href",), (start, end))
    assert tuple(frozenset(href for (href,) in found) for found in rows) == hrefs
    assert sum(map(len, rows)) == sum(map(len, hrefs))
