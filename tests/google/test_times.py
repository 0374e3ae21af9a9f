"""Whole days, zones, odd lengths and odd rules mean the same on both sides."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.when import AllDay, Recurrence, Timed
from tests.google.house import Linked
from tests.google.series import TUESDAYS, delete, instances, weekly
from tests.practice import (
    WEEKLY,
    at,
    other,
    session,
    this,
    timed,
)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_g043_whole_days_are_the_same_days_everywhere(alma: Linked, zone: str) -> None:
    alma.act("change_calendar_zone", zone=zone)
    day = at(24).date()
    single = alma.house.book(AllDay(day), other())
    series = alma.house.book(AllDay(day, 2), other(), Recurrence(("FREQ=WEEKLY;COUNT=3",)))
    alma.settle()
    starts = {one["start"]["date"]: one["end"]["date"] for one in alma.events}
    assert set(starts) == {"2026-11-24"}
    assert instances(alma) == ["11-24", "11-24", "12-01", "12-08"]
    alma.act(
        "move",
        alma.pair(single).event,
        start={"date": "2026-11-26"},
        end={"date": "2026-11-27"},
    )
    alma.act("cancel_one", f"{alma.pair(series).event}_20261201")
    alma.settle()
    assert alma.house.get(single).first_part.when == AllDay(day + timedelta(days=2))
    assert instances(alma) == ["11-24", "11-26", "12-08"]


def test_g044_dates_taken_out_are_read_in_any_zone_and_written_in_utc(alma: Linked) -> None:
    number = weekly(alma)
    delete(alma, this(number, at(1, month=12)))
    alma.settle()
    alma.house.edit(number, timed(at(24, 15)))
    alma.settle()
    lines = [line for body in alma.writes() for line in body.get("recurrence", ())]
    assert "EXDATE:20261201T200000Z" in lines
    assert not any("TZID" in line for line in lines)
    body = {
        "summary": "Theirs",
        "start": {"dateTime": "2026-11-26T09:00:00", "timeZone": "America/New_York"},
        "end": {"dateTime": "2026-11-26T10:00:00", "timeZone": "America/New_York"},
        "recurrence": [
            "RRULE:FREQ=WEEKLY;COUNT=4",
            "EXDATE;TZID=Eastern Standard Time:20261203T090000",
            "EXDATE;TZID=America/New_York:20261210T090000,20261217T090000",
        ],
    }
    made = alma.act("create", body=body)
    alma.settle()
    pair = next(one for one in alma.pairs() if one.event == made["id"])
    assert alma.house.starts(pair.appointment) == ["11-26 09:00"]


def test_g045_very_many_dates_taken_out_are_no_failure(alma: Linked) -> None:
    start = at(24) + timedelta(days=1)
    number = alma.house.book(timed(start), session(), Recurrence(("FREQ=DAILY;COUNT=400",)))
    for days in range(2, 152):
        delete(alma, this(number, at(24) + timedelta(days=days)))
    alma.settle()
    alma.house.edit(number, timed(start + timedelta(hours=1)))
    alma.settle(20)
    assert [pair.state for pair in alma.pairs() if not pair.key] == ["live"]
    assert len(instances(alma)) == 250


def test_g047_odd_lengths_and_zones_are_read_right(alma: Linked) -> None:
    times = {
        "midnight": ("2026-11-24T23:00:00-05:00", "2026-11-25T00:00:00-05:00"),
        "over": ("2026-11-25T23:00:00-05:00", "2026-11-26T01:00:00-05:00"),
        "howe": ("2026-11-26T09:00:00+11:00", "2026-11-26T09:30:00+11:00"),
    }
    for name, (start, end) in times.items():
        body = {"summary": name, "start": {"dateTime": start}, "end": {"dateTime": end}}
        alma.act("create", id=f"theirs{name}", body=body)
    alma.settle()
    found = {}
    for pair in alma.pairs():
        row = alma.house.rows(appointment=pair.appointment)[0]
        found[pair.event] = (row.start, row.end)
    assert found == {
        f"theirs{name}": (datetime.fromisoformat(start), datetime.fromisoformat(end))
        for name, (start, end) in times.items()
    }


def test_g048_an_endless_series_costs_a_bounded_number_of_rows(alma: Linked) -> None:
    body = {
        "summary": "Daily",
        "start": {"dateTime": "2020-01-01T09:00:00", "timeZone": "America/New_York"},
        "end": {"dateTime": "2020-01-01T09:30:00", "timeZone": "America/New_York"},
        "recurrence": ["RRULE:FREQ=DAILY"],
    }
    alma.act("create", body=body)
    mark = alma.mark
    alma.settle()
    assert alma.asked(mark).total() <= 4
    assert len(alma.pairs()) == 1
    rows = alma.house.rows(appointment=alma.pairs()[0].appointment)
    assert 0 < len(rows) < 5000


def test_g046_series_of_no_one_rule_are_kept_as_the_times_they_take(alma: Linked) -> None:
    start = {"dateTime": "2026-11-24T09:00:00", "timeZone": "America/New_York"}
    end = {"dateTime": "2026-11-24T09:30:00", "timeZone": "America/New_York"}
    dates = ["RDATE;TZID=America/New_York:20261125T090000,20261127T090000"]
    rules = ["RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=MONTHLY;COUNT=2"]
    alma.act("create", id="dates", body={"start": start, "end": end, "recurrence": dates})
    alma.act("create", id="rules", body={"start": start, "end": end, "recurrence": rules})
    alma.settle()
    found = {pair.event: alma.house.starts(pair.appointment) for pair in alma.pairs()}
    assert found["dates"] == ["11-24 09:00", "11-25 09:00", "11-27 09:00"]
    assert found["rules"] == ["11-24 09:00", "12-01 09:00", "12-24 09:00"]
    assert len(alma.events) == 2


HOWE = ZoneInfo("Australia/Lord_Howe")


def test_g047_a_zone_with_half_an_hour_of_summer_time_keeps_wall_time(alma: Linked) -> None:
    start = datetime(2027, 3, 25, 9, tzinfo=HOWE)
    alma.house.book(
        Timed(start, start + timedelta(minutes=75)),
        session(),
        Recurrence(("FREQ=WEEKLY;COUNT=4",)),
    )
    alma.settle()
    page = alma.syncing.calls.instances(alma.calendar, alma.only["id"])
    moments = [datetime.fromisoformat(one["start"]["dateTime"]) for one in page.items]
    assert {one.astimezone(HOWE).hour for one in moments} == {9}
    assert {one.astimezone(HOWE).minute for one in moments} == {0}


def test_g043_the_series_of_the_fixture_is_six_tuesdays(alma: Linked) -> None:
    alma.house.book(timed(at(24)), session(), WEEKLY)
    alma.settle()
    assert instances(alma) == [*TUESDAYS, "12-29 14:00"]
