"""Checks of how refusals are written, and of busy times."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

from server.google_sync.conformance.bench import Bench, Row, Said, new_id, with_body
from server.google_sync.conformance.bodies import instant, query, timed
from server.google_sync.conformance.checks import Check, Needs
from server.google_sync.http.failures import reason_of

_FIRST: Final = 120
_HALF_A_YEAR: Final = timedelta(days=183)
_AT_MOST: Final = 50


def _refusal(bench: Bench) -> str:
    said = bench.events("get", eventId=new_id()).content.get("error", {})
    (one,) = said.get("errors", ())
    has_all = {"domain", "reason", "message"} <= one.keys() and bool(said.get("message"))
    return "code, message, reasons" if has_all and said.get("code") == 404 else "otherwise"  # noqa: PLR2004 - the status again


def _signature(bench: Bench) -> str:
    outgoing = bench.site.requests.named("events.list", {"calendarId": bench.calendar})
    bench.pace.before("events.list")
    reply = bench.site.wire.send(outgoing, "no-token-of-anybody's")
    return f"{reply.status} {reason_of(reply.body)[0]}".strip()


def _no_json(bench: Bench) -> str:
    given: dict[str, Any] = {"calendarId": bench.calendar, "body": {}}
    asked = bench.site.requests.named("events.insert", given)
    whole = json.dumps({"summary": "Check", **timed(bench.day(_FIRST + 1))})
    bench.send("events.insert", with_body(asked, whole.encode())).needed()
    return str(bench.send("events.insert", with_body(asked, b'{"summary": ')).status)


def _unknown_calendar(bench: Bench) -> str:
    nowhere = f"{new_id()}@group.calendar.google.com"
    return bench.ask("events.list", calendarId=nowhere).told


def _busy(bench: Bench, *calendars: str, lasts: timedelta = timedelta(days=1)) -> Said:
    start = bench.day(_FIRST)
    body = {
        "timeMin": query(start, "00:00"),
        "timeMax": query(start + lasts, "00:00"),
        "items": [{"id": calendar} for calendar in calendars],
    }
    return bench.ask("freebusy.query", body=body)


def _of(said: Said, calendar: str) -> Row:
    found: Row = said.needed()["calendars"][calendar]
    return found


def _of_nobody(bench: Bench) -> str:
    nowhere = f"{new_id()}@group.calendar.google.com"
    said = _busy(bench, nowhere)
    reasons = [one.get("reason") for one in _of(said, nowhere).get("errors", ())]
    return f"{said.status}, {' '.join(map(str, reasons)) or 'no error'}"


def _what_is_busy(bench: Bench) -> str:
    day = bench.day(_FIRST)
    bench.insert(**timed(day, "09:00", "10:00"))
    bench.insert(**timed(day, "12:00", "13:00"), transparency="transparent")
    bench.delete(bench.insert(**timed(day, "15:00", "16:00"))["id"])
    spans = _of(_busy(bench, bench.calendar), bench.calendar).get("busy", ())
    wanted = instant(day, "09:00")
    if not any(datetime.fromisoformat(span["start"]) == wanted for span in spans):
        return "not even what is busy"
    return "only what is busy" if len(spans) == 1 else "more than what is busy"


def _long_range(bench: Bench) -> str:
    _of(_busy(bench, bench.calendar), bench.calendar)
    said = _busy(bench, bench.calendar, lasts=_HALF_A_YEAR)
    if not said.is_refused and "busy" not in _of(said, bench.calendar):
        return "not told"
    return said.told


def _many_calendars(bench: Bench) -> str:
    start = bench.day(_FIRST)
    body = {
        "timeMin": query(start, "00:00"),
        "timeMax": query(start, "23:00"),
        "items": [{"id": bench.calendar}],
    }
    right, wrong = ({**body, "calendarExpansionMax": _AT_MOST + more} for more in (0, 1))
    bench.ask("freebusy.query", body=right).needed()
    return str(bench.ask("freebusy.query", body=wrong).status)


CHECKS: Final = (
    Check(
        "A8.1",
        "A refusal has a code, a message, and reasons with a domain each.",
        _refusal,
        ("code, message, reasons",),
    ),
    Check("A8.2", "Nobody is let in by a token that is none.", _signature, ("401 authError",)),
    Check("A8.3", "What is no JSON is refused.", _no_json, ("400",)),
    Check(
        "A8.4",
        "A calendar that there is not is not found.",
        _unknown_calendar,
        ("404 notFound",),
    ),
    Check(
        "A9.1",
        "When a calendar that there is not is busy is an error of its own in an answer.",
        _of_nobody,
        ("200, notFound",),
        Needs.BUSY_TIMES,
    ),
    Check(
        "A9.2",
        "Neither free events are busy nor deleted ones.",
        _what_is_busy,
        ("only what is busy",),
        Needs.BUSY_TIMES,
    ),
    Check(
        "A9.3",
        "Busy times of half a year are told, or are too many.",
        _long_range,
        ("200", "400 timeRangeTooLong"),
        Needs.BUSY_TIMES,
    ),
    Check(
        "A9.4",
        "No more than fifty calendars are asked about at once.",
        _many_calendars,
        ("400",),
        Needs.BUSY_TIMES,
    ),
)
