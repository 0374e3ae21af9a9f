"""Checks of series: how rules come back, which occurrences there are, what they are called."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.google_sync.conformance.bench import ZONE, Bench, Row
from server.google_sync.conformance.bodies import (
    instant,
    refused,
    stamp,
    starts,
    timed,
    whole_days,
)
from server.google_sync.conformance.checks import Check

_RULE: Final = "RRULE:COUNT=4;BYDAY=MO;FREQ=WEEKLY"
_DAILY: Final = "RRULE:FREQ=DAILY;COUNT=5"
_OCCURRENCES: Final = 5
_SHORTER: Final = "RRULE:FREQ=DAILY;COUNT=4"
_ENDLESS: Final = "RRULE:FREQ=DAILY"
_LIMIT: Final = 730
_FIRST: Final = 84
"""The day on which these series begin, a Monday."""
_NOT_MANY: Final = 20
_TOO_MANY: Final = 1000
_ELSEWHERE: Final = "Asia/Tokyo"


def _series(bench: Bench, *lines: str) -> str:
    """Make a series that begins at nine; return its id."""
    made = bench.insert(**timed(bench.day(_FIRST)), recurrence=list(lines))
    return str(made["id"])


def _lines(bench: Bench, series: str) -> list[str]:
    return list(bench.get(series).get("recurrence", ()))


def _live(bench: Bench, series: str) -> list[Row]:
    rows = bench.instances(series)
    return [row for row in rows if row.get("status") != "cancelled"]


def _rule_rewritten(bench: Bench) -> str:
    (line,) = _lines(bench, _series(bench, _RULE))
    if line == _RULE:
        return "as sent"
    sent, kept = (set(rule.partition(":")[2].split(";")) for rule in (_RULE, line))
    return "its parts in another order" if sent <= kept else "another rule"


def _exclusion_rewritten(bench: Bench) -> str:
    sent = f"EXDATE:{stamp(bench.day(_FIRST + 1), '09:00')}"
    lines = _lines(bench, _series(bench, _DAILY, sent))
    found = next((line for line in lines if line.startswith("EXDATE")), "")
    if found == sent:
        return "as sent"
    wall = f"EXDATE;TZID={ZONE}:{bench.day(_FIRST + 1):%Y%m%d}T090000"
    return "as wall time of its zone" if found == wall else "otherwise"


def _excluded(bench: Bench, *lines: str) -> str:
    rows = _live(bench, _series(bench, _DAILY, *lines))
    first = bench.day(_FIRST)
    return " ".join(str((day - first).days) for day in sorted(starts(r).date() for r in rows))


def _excluded_in_utc(bench: Bench) -> str:
    gone = stamp(bench.day(_FIRST + 1), "09:00")
    return _excluded(bench, f"EXDATE:{gone}")


def _excluded_elsewhere(bench: Bench) -> str:
    gone = [instant(bench.day(_FIRST + later), "09:00") for later in (1, 3)]
    walls = ",".join(f"{at.astimezone(ZoneInfo(_ELSEWHERE)):%Y%m%dT%H%M%S}" for at in gone)
    return _excluded(bench, f"EXDATE;TZID={_ELSEWHERE}:{walls}")


def _many_exclusions(bench: Bench) -> str:
    ends = timed(bench.day(_FIRST))
    days = [stamp(bench.day(_FIRST + 1 + number), "09:00") for number in range(_TOO_MANY)]
    few, many = (
        {**ends, "recurrence": [_ENDLESS, f"EXDATE:{','.join(gone)}"]}
        for gone in (days[:_NOT_MANY], days)
    )
    return str(refused(bench, few, many).status)


def _dates_only(bench: Bench) -> str:
    more = ",".join(stamp(bench.day(_FIRST + later), "09:00") for later in (3, 10))
    return f"{len(_live(bench, _series(bench, f'RDATE:{more}')))} occurrences"


def _ids(bench: Bench) -> str:
    series = _series(bench, _DAILY)
    rows = _live(bench, series)
    wanted = [f"{series}_{starts(row):%Y%m%dT%H%M%SZ}" for row in rows]
    by_start = [row["id"] for row in rows] == wanted and len(rows) == _OCCURRENCES
    return "by their start in UTC" if by_start else "otherwise"


def _ids_of_days(bench: Bench) -> str:
    ends = whole_days(bench.day(_FIRST))
    series = bench.insert(**ends, recurrence=[_DAILY])["id"]
    rows = _live(bench, series)
    wanted = [f"{series}_{row['start']['date'].replace('-', '')}" for row in rows]
    by_day = [row["id"] for row in rows] == wanted and len(rows) == _OCCURRENCES
    return "by their day" if by_day else "otherwise"


def _by_original_start(bench: Bench) -> str:
    series = _series(bench, _DAILY)
    moved = _live(bench, series)[1]
    bench.patch(moved["id"], **timed(bench.day(_FIRST + 1), "15:00", "15:50"))
    day = bench.day(_FIRST + 1)
    asked = f"{instant(day, '09:00'):%Y-%m-%dT%H:%M:%SZ}"
    rows = bench.instances(series, originalStart=asked)
    return "found" if [row["id"] for row in rows] == [moved["id"]] else f"{len(rows)} found"


def _of_an_occurrence(bench: Bench) -> str:
    one = _live(bench, _series(bench, _DAILY))[1]["id"]
    return str(bench.events("instances", eventId=one).status)


def _one_uid(bench: Bench) -> str:
    series = _series(bench, _DAILY)
    uids = {row.get("iCalUID") for row in _live(bench, series)}
    return "the series'" if uids == {bench.get(series).get("iCalUID")} else "others"


def _occurrence_deleted(bench: Bench) -> str:
    series = _series(bench, _DAILY)
    before, one = _lines(bench, series), _live(bench, series)[1]["id"]
    bench.delete(one)
    left = [row["id"] for row in _live(bench, series)]
    if one in left or _lines(bench, series) != before:
        return "there, or the rule has changed"
    return f"{bench.get(one).get('status')}, the rule as before"


def _twice(bench: Bench) -> str:
    one = _live(bench, _series(bench, _DAILY))[1]["id"]
    bench.delete(one)
    return bench.events("delete", eventId=one).told


def _occurrence_moved(bench: Bench) -> str:
    series = _series(bench, _DAILY)
    one = _live(bench, series)[1]
    moved = bench.patch(one["id"], **timed(bench.day(_FIRST + 1), "16:00", "16:50"))
    if moved["id"] != one["id"] or moved.get("recurringEventId") != series:
        return "another event"
    same = starts(moved, "originalStartTime") == starts(one)
    return "its original start stays" if same else "its original start moves"


def _rule_changed(bench: Bench) -> str:
    series = _series(bench, _DAILY)
    one = _live(bench, series)[1]["id"]
    bench.patch(one, **timed(bench.day(_FIRST + 1), "16:00", "16:50"))
    bench.patch(series, recurrence=[_SHORTER])
    after = next((row for row in _live(bench, series) if row["id"] == one), None)
    if after is None:
        return "gone"
    stays = starts(after) == instant(bench.day(_FIRST + 1), "16:00")
    return "kept" if stays else "as the others again"


def _cut_short(bench: Bench) -> str:
    series = _series(bench, _DAILY)
    one = _live(bench, series)[3]["id"]
    bench.patch(one, **timed(bench.day(_FIRST + 3), "16:00", "16:50"))
    last = instant(bench.day(_FIRST + 2), "09:00") - timedelta(seconds=1)
    bench.patch(series, recurrence=[f"RRULE:FREQ=DAILY;UNTIL={last:%Y%m%dT%H%M%SZ}"])
    rows = _live(bench, series)
    return "gone" if all(row["id"] != one for row in rows) else "kept"


def _endless(bench: Bench) -> str:
    found = len(bench.instances(_series(bench, _ENDLESS)))
    if found == _LIMIT:
        return f"{_LIMIT}"
    return f"more than {_LIMIT}" if found > _LIMIT else f"fewer than {_LIMIT}"


CHECKS: Final = (
    Check(
        "A6.1",
        "A rule comes back with its parts in another order, or as it was sent.",
        _rule_rewritten,
        ("its parts in another order", "as sent"),
    ),
    Check(
        "A6.2",
        "A date left out comes back as time on the wall, or as it was sent.",
        _exclusion_rewritten,
        ("as wall time of its zone", "as sent"),
    ),
    Check("A6.3", "Dates are left out by moments in UTC.", _excluded_in_utc, ("0 2 3 4",)),
    Check("A6.4", "And by times of another zone.", _excluded_elsewhere, ("0 2 4",)),
    Check("A6.5", "A thousand of them are too many.", _many_exclusions, ("400",)),
    Check("A6.6", "There are series without a rule.", _dates_only, ("3 occurrences",)),
    Check(
        "A6.7",
        "Occurrences are called after the series and their start.",
        _ids,
        ("by their start in UTC",),
    ),
    Check("A6.8", "Those of whole days, after their day.", _ids_of_days, ("by their day",)),
    Check(
        "A6.9",
        "A moved occurrence is found by its original start.",
        _by_original_start,
        ("found",),
    ),
    Check("A6.10", "Instances of an occurrence can be asked for.", _of_an_occurrence, ("200",)),
    Check("A6.11", "All occurrences have one UID.", _one_uid, ("the series'",)),
    Check(
        "A6.12",
        "An occurrence is deleted as an event of its own.",
        _occurrence_deleted,
        ("cancelled, the rule as before",),
    ),
    Check("A6.13", "It cannot be deleted again.", _twice, ("410 deleted",)),
    Check(
        "A6.14",
        "A moved occurrence keeps its id and its original start.",
        _occurrence_moved,
        ("its original start stays",),
    ),
    Check(
        "A6.15",
        "A changed rule leaves a moved occurrence that still fits, or takes it back.",
        _rule_changed,
        ("kept", "as the others again"),
    ),
    Check("A6.16", "A series that is cut forgets what comes after.", _cut_short, ("gone",)),
    Check(
        "A6.17",
        "Of a series without an end 730 occurrences are shown, or more.",
        _endless,
        (f"{_LIMIT}", f"more than {_LIMIT}"),
    ),
)
