"""Writing an appointment as one calendar object: parts, zones, own lines, what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.appointment import Appointment, Part
from server.domain.vocabulary import Status
from server.domain.when import AllDay, Recurrence, RecurrenceKey, Timed, key_of
from server.ics.moments import with_times
from server.ics.reader import read_object
from server.ics.writer import render
from tests.rendering import (
    COLLEAGUE,
    FRONT_DESK,
    NAMES,
    NEW_YORK,
    OWNER,
    SESSION,
    START,
    WHEN,
    appointment,
    event_of,
    lines_of,
)

WEEKLY = Recurrence(("FREQ=WEEKLY",))
SECOND, THIRD = START + timedelta(days=7), START + timedelta(days=14)


def own_part(start: datetime, *lines: str, status: Status = Status.BOOKED) -> Part:
    when = Timed(start, start + timedelta(minutes=75))
    return Part(when, replace(SESSION, status=status), lines)


def series(overrides: Mapping[RecurrenceKey, Part]) -> Appointment:
    return appointment(SESSION, recurrence=WEEKLY, overrides=overrides)


def overridden(start: datetime) -> Part:
    part = own_part(start + timedelta(hours=1))
    lines = with_times(("UID:one", "X-OWN:1"), part.when, None, key_of(start))
    return replace(part, lines=lines)


def test_an_object_is_one_calendar_with_its_zone_and_its_event() -> None:
    lines = lines_of(appointment(SESSION))
    assert lines[:3] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Praxical//Praxical 0.1//EN",
    ]
    assert lines[3:5] == ["BEGIN:VTIMEZONE", "TZID:America/New_York"]
    assert lines.count("BEGIN:VTIMEZONE") == 1
    assert lines[-1] == "END:VCALENDAR"


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    text = render(appointment(SESSION, "X-LONG:" + "\u00e9" * 200), OWNER, NAMES)
    pieces = text.encode().split(b"\r\n")
    assert pieces.pop() == b""
    assert all(len(piece) <= 75 and b"\n" not in piece for piece in pieces)


def test_times_in_utc_and_whole_days_need_no_zone() -> None:
    utc = START.astimezone(ZoneInfo("UTC"))
    for when in (Timed(utc, utc), AllDay(date(2026, 11, 24))):
        assert "BEGIN:VTIMEZONE" not in lines_of(appointment(SESSION, when=when))


def test_each_zone_that_the_events_name_is_defined_once() -> None:
    berlin = START.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    made = appointment(SESSION, when=Timed(berlin, START), recurrence=None)
    named = [line for line in lines_of(made) if line.startswith("TZID:")]
    assert named == ["TZID:Europe/Berlin", "TZID:America/New_York"]


@pytest.mark.parametrize(
    ("tzid", "line"),
    [
        ("Practice local", "DTSTART;TZID=Practice local:20261124T140000"),
        ("(UTC+01:00) Berlin, Rome", 'DTSTART;TZID="(UTC+01:00) Berlin, Rome":20261124T140000'),
        ("Odd", 'dtstart;X-A="a:b;c";tzid=Odd:20261124T140000'),
    ],
)
def test_m9_a_zone_of_the_persons_own_comes_back_with_its_definition(
    tzid: str, line: str
) -> None:
    zone = ("BEGIN:VTIMEZONE", f"TZID:{tzid}", "X-OWN:1", "END:VTIMEZONE")
    made = appointment(SESSION, zones=zone)
    assert made.master is not None
    own = replace(made, master=replace(made.master, lines=("UID:one", line)))
    lines = lines_of(own)
    assert lines[3:7] == list(zone)
    assert line in lines


def test_a_zone_that_nobody_defines_is_not_made_up() -> None:
    made = appointment(SESSION)
    assert made.master is not None
    own = replace(made.master, lines=("UID:one", "DTSTART;TZID=Nowhere:20261124T140000"))
    assert "BEGIN:VTIMEZONE" not in lines_of(replace(made, master=own))


def test_a_word_in_a_text_is_no_zone() -> None:
    made = appointment(SESSION, "X-NOTE:TZID=Europe/Berlin:", "X-A:;TZID=Europe/Berlin:b")
    assert "TZID:Europe/Berlin" not in lines_of(made)


def test_the_owners_lines_come_back_and_alarms_stand_last() -> None:
    own = ("X-FOO;A=1:a,b;c", "BEGIN:VALARM", "TRIGGER:-PT15M", "END:VALARM", "GEO:1;2")
    lines = event_of(appointment(SESSION, *own))
    assert {"X-FOO;A=1:a,b;c", "GEO:1;2"} < set(lines)
    assert lines[-3:] == ["BEGIN:VALARM", "TRIGGER:-PT15M", "END:VALARM"]


def test_another_viewer_gets_own_lines_and_not_the_owners() -> None:
    alarm = ("BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM")
    lines = event_of(appointment(SESSION, "X-OF-ALMA:1"), FRONT_DESK, "X-OF-DESK:1", *alarm)
    assert "X-OF-DESK:1" in lines
    assert "X-OF-ALMA:1" not in lines
    assert lines[-3:] == list(alarm)


@pytest.mark.parametrize("view", [OWNER, FRONT_DESK, COLLEAGUE])
def test_a_series_is_shown_with_its_rule_and_its_exceptions(view: object) -> None:
    made = series({key_of(SECOND): overridden(SECOND)})
    lines = lines_of(made, view)  # type: ignore[arg-type]  # one of the three
    assert lines.count("BEGIN:VEVENT") == 2
    assert "RRULE:FREQ=WEEKLY" in lines
    assert "RECURRENCE-ID;TZID=America/New_York:20261201T140000" in lines
    read = read_object("\r\n".join([*lines, ""]), NEW_YORK)
    assert read.overrides[key_of(SECOND)].when == overridden(SECOND).when


@pytest.mark.parametrize(
    "gone",
    [
        own_part(SECOND, status=Status.CANCELLED),
        own_part(SECOND, status=Status.LATE_CANCELLED),
        replace(own_part(SECOND), deleted=True),
    ],
    ids=["cancelled", "late cancelled", "deleted"],
)
@pytest.mark.parametrize("view", [OWNER, FRONT_DESK, COLLEAGUE])
def test_an_occurrence_that_is_gone_is_shown_as_an_exclusion(gone: Part, view: object) -> None:
    lines = lines_of(series({key_of(SECOND): gone}), view)  # type: ignore[arg-type]  # one of the three
    assert lines.count("BEGIN:VEVENT") == 1
    assert "EXDATE;TZID=America/New_York:20261201T140000" in lines


def test_an_exclusion_is_not_written_twice() -> None:
    gone = replace(own_part(SECOND), deleted=True)
    made = appointment(
        SESSION,
        recurrence=Recurrence(("FREQ=WEEKLY",), exdates=(SECOND,)),
        overrides={key_of(SECOND): gone},
    )
    exclusions = [line for line in lines_of(made) if line.startswith("EXDATE")]
    assert exclusions == ["EXDATE;TZID=America/New_York:20261201T140000"]


def test_cancelled_occurrences_are_shown_where_the_practice_shows_them() -> None:
    view = replace(OWNER, cancelled=True)
    made = series({key_of(SECOND): own_part(SECOND, status=Status.CANCELLED)})
    lines = lines_of(made, view)
    assert "STATUS:CANCELLED" in lines
    assert not any(line.startswith("EXDATE") for line in lines)
    deleted = series({key_of(SECOND): replace(own_part(SECOND), deleted=True)})
    assert lines_of(deleted, view).count("BEGIN:VEVENT") == 1


def test_an_all_day_series_excludes_days() -> None:
    when = AllDay(date(2026, 11, 24))
    gone = Part(AllDay(date(2026, 12, 1)), SESSION, deleted=True)
    made = appointment(
        SESSION,
        when=when,
        recurrence=WEEKLY,
        overrides={key_of(date(2026, 12, 1)): gone},
    )
    assert "EXDATE;VALUE=DATE:20261201" in lines_of(made)


def test_overrides_without_a_master_are_shown_in_their_order() -> None:
    made = appointment(
        SESSION,
        master=None,
        overrides={key_of(THIRD): overridden(THIRD), key_of(SECOND): overridden(SECOND)},
    )
    identities = [line for line in lines_of(made) if line.startswith("RECURRENCE-ID")]
    assert [line[-15:] for line in identities] == ["20261201T140000", "20261208T140000"]
    assert lines_of(made, FRONT_DESK).count("BEGIN:VEVENT") == 2


@pytest.mark.parametrize(
    "when",
    [
        WHEN,
        AllDay(date(2026, 11, 24), 3),
        Timed(START, START),
        Timed(datetime(1, 1, 2, tzinfo=NEW_YORK), datetime(1, 1, 3, tzinfo=NEW_YORK)),
        Timed(START, datetime(9999, 12, 31, 23, 59, 59, tzinfo=NEW_YORK)),
    ],
)
@pytest.mark.parametrize("view", [OWNER, FRONT_DESK, COLLEAGUE])
def test_what_is_written_is_read_back_as_the_same_time(when: object, view: object) -> None:
    made = appointment(SESSION, when=when)  # type: ignore[arg-type]  # one of two kinds
    text = render(made, view, NAMES)  # type: ignore[arg-type]  # one of the three
    assert read_object(text, NEW_YORK).events[0].when == when
