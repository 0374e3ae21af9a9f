"""What ports.Appointments promises about appointments and their parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from server.domain.appointment import (
    Appointment,
    Details,
    FeeOverride,
    Part,
    Reminder,
    ServiceLine,
)
from server.domain.ids import AppointmentId, GroupId
from server.domain.money import Money
from server.domain.vocabulary import Attention, Auto95, ContactWith, Kind, Medium, Status
from server.domain.when import AllDay, Recurrence, RecurrenceKey, Timed, When
from server.practice_db.database import SqlDatabase
from server.usecases.ports import OccurrenceFilter
from tests.contract.samples import (
    ALMA,
    ALMAS,
    DAY,
    DETAILS,
    HOUR,
    INDEXED,
    INITIAL,
    JANE,
    MAIN,
    NEW_YORK,
    NOW,
    ROOM_1,
    SERIES,
    THEO,
    VISIT,
    hour_from,
    occurrence,
    save,
    visit,
)

BERLIN = ZoneInfo("Europe/Berlin")
EVERYTHING = Details(
    Kind.COLLATERAL,
    Status.LATE_CANCELLED,
    ALMA,
    title="Jane Doe ☕",
    client=JANE,
    session_type=INITIAL,
    services=(ServiceLine("97810", 2, ("95", "GT")), ServiceLine("97811")),
    location=MAIN,
    room=ROOM_1,
    place="Café, 1st floor; \\ back",
    medium=Medium.PHONE,
    contact_with=ContactWith.CASEWORKER,
    contact_name="Kim O'Neil",
    url="https://video.example/x?a=1;b=2,c",
    instructions="Ring twice\nthen wait",
    note="two\nlines \u200e",
    busy=False,
    travel=timedelta(minutes=25),
    reminders=(Reminder(1, "text"), Reminder(3, "email")),
    session_bridge=True,
    fee=FeeOverride(Money(0, "EUR")),
    auto_95=Auto95.DECLINED,
    attention=frozenset({Attention.OVERLAP, Attention.CLIENT_AMBIGUOUS}),
    candidates=2,
)


def kept(database: SqlDatabase, appointment: Appointment) -> Appointment:
    """Store an appointment and return what another transaction reads."""
    with database.writing() as uow:
        save(uow, appointment)
    with database.reading() as uow:
        found = uow.appointments.get(appointment.id)
    assert found is not None
    return found


def test_every_field_comes_back(furnished: SqlDatabase) -> None:
    lines = ("SUMMARY:x", "X-FOO;P=1:a,b;c", 'X-Q:"quoted" \\n')
    full = Appointment(
        SERIES,
        ALMAS,
        "uid\twith spaces",
        Part(hour_from(NOW), EVERYTHING, lines),
        Recurrence(
            ("FREQ=WEEKLY;BYDAY=TU", "freq=daily;count=3"),
            (date(2026, 12, 24), NOW.astimezone(BERLIN), hour_from(NOW + DAY)),
            (date(2026, 12, 25), NOW, datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1)),
        ),
        {
            RecurrenceKey("20261124T140000Z"): Part(hour_from(NOW + 3 * DAY), DETAILS),
            RecurrenceKey("20261201T140000Z"): Part(
                hour_from(NOW + 9 * DAY), DETAILS, deleted=True
            ),
        },
        zones=("BEGIN:VTIMEZONE", "TZID:Own", "END:VTIMEZONE"),
        group=GroupId("G1"),
        continues=AppointmentId("before"),
        copied_from=VISIT,
        copied_at=NOW - HOUR,
        revision=12,
        created_at=NOW - DAY,
        modified_at=NOW,
        deleted_at=NOW + DAY,
    )
    assert kept(furnished, full) == full


def test_a_plain_visit_comes_back(furnished: SqlDatabase) -> None:
    assert kept(furnished, visit()) == visit()


def test_overrides_without_a_master_come_back(furnished: SqlDatabase) -> None:
    alone = replace(
        visit(SERIES),
        master=None,
        overrides={RecurrenceKey("20261124T140000Z"): Part(hour_from(NOW), DETAILS)},
    )
    assert kept(furnished, alone) == alone


def test_a_recurrence_without_rules_stays_one(furnished: SqlDatabase) -> None:
    series = replace(visit(SERIES), recurrence=Recurrence())
    assert kept(furnished, series).recurrence == Recurrence()


@pytest.mark.parametrize(
    "when",
    [
        AllDay(date(2026, 11, 21)),
        AllDay(date(2026, 12, 24), 14),
        AllDay(date(1, 1, 1)),
        AllDay(date(9999, 12, 30)),
        hour_from(NOW, 0),
        Timed(NOW.astimezone(NEW_YORK), (NOW + 7 * HOUR).astimezone(BERLIN)),
        Timed(NOW.replace(tzinfo=ZoneInfo("UTC")), NOW.replace(tzinfo=ZoneInfo("UTC"))),
        Timed(
            datetime(1, 1, 1, tzinfo=NEW_YORK),
            datetime(9999, 12, 31, 23, 59, 59, tzinfo=NEW_YORK),
        ),
        # 01:30 twice on the day when the clocks go back, and 02:30 that never was.
        Timed(
            datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK),
            datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1),
        ),
        Timed(
            datetime(2027, 3, 14, 2, 30, tzinfo=NEW_YORK),
            datetime(2027, 3, 14, 4, 0, tzinfo=NEW_YORK),
        ),
    ],
)
def test_a_time_comes_back_as_it_was_said(furnished: SqlDatabase, when: When) -> None:
    found = kept(furnished, replace(visit(), master=Part(when, DETAILS))).first_part.when
    assert found == when
    assert repr(found) == repr(when)


def test_a_date_added_in_a_zone_without_a_name_becomes_utc(furnished: SqlDatabase) -> None:
    eastern = timezone(-5 * HOUR)
    series = replace(
        visit(SERIES), recurrence=Recurrence((), (NOW.astimezone(eastern),), (NOW + DAY,))
    )
    found = kept(furnished, series)
    assert found == series
    assert found.recurrence is not None
    assert [
        str(added.tzinfo)
        for added in found.recurrence.exdates + found.recurrence.rdates
        if isinstance(added, datetime)
    ] == ["UTC", "UTC"]


def test_saving_again_replaces_parts_and_occurrences(furnished: SqlDatabase) -> None:
    key = RecurrenceKey("20261124T140000Z")
    series = replace(visit(SERIES), recurrence=Recurrence(("FREQ=DAILY",)))
    exceptional = series.with_override(key, Part(hour_from(NOW), DETAILS))
    moved = replace(series, master=Part(hour_from(NOW + DAY), EVERYTHING), revision=2)
    with furnished.writing() as uow:
        save(uow, exceptional, starts=[NOW, NOW + DAY])
        save(uow, moved, starts=[NOW + DAY])
    with furnished.reading() as uow:
        assert uow.appointments.get(SERIES) == moved
        rows = uow.appointments.occurrences(OccurrenceFilter(appointment=SERIES))
    assert [row.start for row in rows] == [NOW + DAY]


def test_any_number_of_appointments_can_be_asked_for(furnished: SqlDatabase) -> None:
    every = {
        one.id: one for one in (visit(AppointmentId(f"A{number:04}")) for number in range(1100))
    }
    with furnished.writing() as uow:
        for one in every.values():
            save(uow, one)
    with furnished.reading() as uow:
        assert uow.appointments.get_many([*every, AppointmentId("none")]) == every
        assert uow.appointments.get_many([]) == {}
        assert uow.appointments.get(AppointmentId("none")) is None


def test_a_revision_can_be_set_alone(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        save(uow, visit())
        uow.appointments.set_revision(VISIT, 9)
        assert uow.appointments.get(VISIT) == replace(visit(), revision=9)


def test_ids_leave_out_the_deleted_unless_asked(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        save(uow, visit())
        save(uow, replace(visit(SERIES), deleted_at=NOW), starts=())
        assert uow.appointments.ids() == [VISIT]
        assert uow.appointments.ids(deleted=True) == [VISIT, SERIES]


def test_the_latest_live_copy_is_found(furnished: SqlDatabase) -> None:
    copy = replace(visit(AppointmentId("c1")), copied_from=VISIT, copied_at=NOW)
    later = replace(copy, id=AppointmentId("c2"), copied_at=NOW + HOUR)
    gone = replace(later, id=AppointmentId("c3"), copied_at=NOW + DAY, deleted_at=NOW)
    with furnished.writing() as uow:
        for one in (copy, later, gone):
            save(uow, one)
        assert uow.appointments.copy_of(VISIT, NOW) == "c2"
        assert uow.appointments.copy_of(VISIT, NOW + 2 * HOUR) is None
        assert uow.appointments.copy_of(SERIES, NOW) is None


def test_groups_never_share_a_name(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        assert len({uow.appointments.next_group() for _ in range(100)}) == 100


def test_session_types_in_use_are_counted_once_an_appointment(furnished: SqlDatabase) -> None:
    twice = visit().with_override(
        RecurrenceKey("20261124T140000Z"), Part(hour_from(NOW), DETAILS)
    )
    with furnished.writing() as uow:
        assert uow.configuration.uses_of_session_type(INITIAL) == 0
        save(uow, twice)
        save(uow, replace(visit(SERIES), deleted_at=NOW), starts=())
        assert uow.configuration.uses_of_session_type(INITIAL) == 2


def test_an_occurrence_comes_back_as_it_was_stored(furnished: SqlDatabase) -> None:
    one = replace(
        occurrence(visit(), NOW),
        key=RecurrenceKey("20261121"),
        all_day=True,
        busy_from=NOW - HOUR,
        status=Status.NO_SHOW,
        kind=Kind.OTHER,
        blocks=False,
        practitioner=THEO,
        client=None,
        room=ROOM_1,
        group=GroupId("G1"),
        pinned=True,
    )
    with furnished.writing() as uow:
        uow.appointments.save(visit(), [one], INDEXED)
    with furnished.reading() as uow:
        assert uow.appointments.occurrences(OccurrenceFilter()) == [one]


def test_instants_beyond_the_calendar_are_cut_to_it(furnished: SqlDatabase) -> None:
    first = datetime.min.replace(tzinfo=UTC)
    last = datetime.max.replace(tzinfo=UTC, microsecond=0)
    one = replace(occurrence(visit(), NOW), start=first, end=last, busy_from=first)
    with furnished.writing() as uow:
        uow.appointments.save(visit(), [one], INDEXED)
        assert uow.appointments.occurrences(OccurrenceFilter()) == [one]
