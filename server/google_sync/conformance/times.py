"""Checks of days, moments and zones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.google_sync.conformance.bench import ZONE, Bench, Row
from server.google_sync.conformance.bodies import (
    at,
    query,
    refused,
    starts,
    timed,
    whole_days,
    within,
)
from server.google_sync.conformance.checks import Check

_THERE: Final = "America/New_York"
_ELSEWHERE: Final = "Asia/Tokyo"
_WEEKLY: Final = "RRULE:FREQ=WEEKLY;COUNT=6"


def _offset(row: Row) -> timedelta | None:
    return datetime.fromisoformat(row["start"]["dateTime"]).utcoffset()


def _offset_of(row: Row, zone: str) -> timedelta | None:
    return starts(row).astimezone(ZoneInfo(zone)).utcoffset()


def _mixed(bench: Bench) -> str:
    ends = {"start": {"date": bench.day(70).isoformat()}, "end": at(bench.day(70), "09:00")}
    return str(refused(bench, whole_days(bench.day(70)), ends).status)


def _last_day(bench: Bench) -> str:
    made = bench.insert(**whole_days(bench.day(71)))["id"]
    rows, _ = bench.read(**within(bench.day(71)))
    if all(row["id"] != made for row in rows):
        return "not on its own day"
    after, _ = bench.read(**within(bench.day(72)))
    return "in it" if any(row["id"] == made for row in after) else "not in it"


def _without_zone(bench: Bench) -> str:
    day = bench.day(70).isoformat()
    said = {"start": f"{day}T09:00:00", "end": f"{day}T09:50:00"}
    wrong = {name: {"dateTime": when} for name, when in said.items()}
    return refused(bench, timed(bench.day(70)), wrong).told


def _series_without_zone(bench: Bench) -> str:
    moments = {"start": query(bench.day(70), "09:00"), "end": query(bench.day(70), "09:50")}
    ends = {name: {"dateTime": when} for name, when in moments.items()}
    return refused(bench, ends, {**ends, "recurrence": [_WEEKLY]}).told


def _no_such_zone(bench: Bench) -> str:
    there, nowhere = (timed(bench.day(70), zone=zone) for zone in (_THERE, "Mars/Olympus"))
    return str(refused(bench, there, nowhere).status)


def _asked_zone(bench: Bench) -> str:
    made = bench.insert(**timed(bench.day(73), zone=_THERE))["id"]
    here, there = (bench.get(made, timeZone=zone) for zone in (ZONE, _ELSEWHERE))
    if starts(here) != starts(there):
        return "another moment"
    if _offset(there) == _offset_of(there, _ELSEWHERE):
        return "at the offset that was asked for"
    own = _offset(there) == _offset_of(there, _THERE)
    return "at the event's own offset" if own else "at another offset"


def _usual_zone(bench: Bench) -> str:
    row = bench.get(bench.insert(**timed(bench.day(73), zone=_THERE))["id"])
    if _offset(row) == _offset_of(row, ZONE):
        return "at the calendar's offset"
    own = _offset(row) == _offset_of(row, _THERE)
    return "at the event's own offset" if own else "at another offset"


def _zone_of_a_single(bench: Bench) -> str:
    row = bench.get(bench.insert(**timed(bench.day(74), zone=_THERE))["id"])
    return {_THERE: "named", None: "not named"}.get(row["start"].get("timeZone"), "another")


def _zone_of_a_series(bench: Bench) -> str:
    made = bench.insert(**timed(bench.day(74), zone=_THERE), recurrence=[_WEEKLY])
    row = bench.get(made["id"])
    return "named" if row["start"].get("timeZone") == _THERE else "not as sent"


def _over_the_change(bench: Bench) -> str:
    made = bench.insert(**timed(bench.day(0), zone=ZONE), recurrence=[_WEEKLY])["id"]
    rows = bench.instances(made)
    walls = {starts(row).astimezone(ZoneInfo(ZONE)).strftime("%H:%M") for row in rows}
    utc = {starts(row).strftime("%H:%M") for row in rows}
    if len(rows) != 6 or len(utc) != 2:  # noqa: PLR2004 - COUNT, and before and after
        return "no change of clocks"
    return "the wall's time stays" if walls == {"09:00"} else "the wall's time moves"


def _two_zones(bench: Bench) -> str:
    ends = {"start": at(bench.day(75), "09:00"), "end": at(bench.day(75), "09:00", _THERE)}
    row = bench.get(bench.insert(**ends, recurrence=[_WEEKLY])["id"])
    zones = [row[end].get("timeZone") for end in ("start", "end")]
    return "both kept" if zones == [ZONE, _THERE] else "not as sent"


def _days_without_zone(bench: Bench) -> str:
    row = bench.get(bench.insert(**whole_days(bench.day(76)), recurrence=[_WEEKLY])["id"])
    return "a day" if set(row["start"]) == {"date"} else "more than a day"


CHECKS: Final = (
    Check("A5.1", "A day at one end and a time at the other are refused.", _mixed, ("400",)),
    Check("A5.2", "The day at which an event ends is not in it.", _last_day, ("not in it",)),
    Check("A5.3", "A time has an offset or a zone.", _without_zone, ("400 required",)),
    Check(
        "A5.4",
        "A series has a zone, although its times have offsets.",
        _series_without_zone,
        ("400 required",),
    ),
    Check("A5.5", "A zone that is none is refused.", _no_such_zone, ("400",)),
    Check(
        "A5.6",
        "Times are written in the zone that is asked for, or in the event's.",
        _asked_zone,
        ("at the offset that was asked for", "at the event's own offset"),
    ),
    Check(
        "A5.7",
        "If none is asked for, they are written in the calendar's, or in the event's.",
        _usual_zone,
        ("at the calendar's offset", "at the event's own offset"),
    ),
    Check(
        "A5.8",
        "An event that does not repeat names its zone, or does not.",
        _zone_of_a_single,
        ("named", "not named"),
    ),
    Check("A5.9", "A series names its zone.", _zone_of_a_series, ("named",)),
    Check(
        "A5.10",
        "A series keeps its time on the wall when clocks change.",
        _over_the_change,
        ("the wall's time stays",),
    ),
    Check("A5.11", "Start and end may be of two zones.", _two_zones, ("both kept",)),
    Check("A5.12", "Series of whole days have no zone.", _days_without_zone, ("a day",)),
)
