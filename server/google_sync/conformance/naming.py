"""Checks of ids, and of what an event may not be."""

from __future__ import annotations

from typing import Final

from server.google_sync.conformance.bench import Bench, Row, Said, new_id
from server.google_sync.conformance.bodies import refused, timed
from server.google_sync.conformance.checks import Check

_POPUPS_AT_MOST: Final = 5
_FOUR_WEEKS: Final = 40320
"""Minutes."""
_VALUE_AT_MOST: Final = 1024


def _wrong(bench: Bench, right: Row, wrong: Row) -> Said:
    """Return how an event is answered that is wrong in what the other one is right in."""
    usual = timed(bench.day(50))
    return refused(bench, {**usual, **right}, {**usual, **wrong})


def _own_id(bench: Bench) -> str:
    name = new_id()
    made = bench.insert(id=name, **timed(bench.day(50)))
    if made["id"] != name:
        return "another id"
    follows = made.get("iCalUID") == f"{name}@google.com"
    return "kept, and the UID made of it" if follows else "kept, the UID another"


def _illegal_id(bench: Bench) -> str:
    return _wrong(bench, {"id": "stuv" + new_id()}, {"id": "wxyz" + new_id()}).told


def _short_id(bench: Bench) -> str:
    right, wrong = new_id()[:5], new_id()[:4]
    return str(_wrong(bench, {"id": right}, {"id": wrong}).status)


def _taken_id(bench: Bench) -> str:
    name = new_id()
    return _wrong(bench, {"id": name}, {"id": name}).told


def _id_and_uid(bench: Bench) -> str:
    name = {"id": new_id()}
    uid = {"iCalUID": f"{new_id()}@praxical.example"}
    bench.insert(**timed(bench.day(50)), **uid)
    another = {"id": new_id(), "iCalUID": f"{new_id()}@praxical.example"}
    return str(_wrong(bench, name, another).status)


def _imported_twice(bench: Bench) -> str:
    uid = f"{new_id()}@praxical.example"
    body = {"iCalUID": uid, "summary": "Check", **timed(bench.day(51))}
    first = bench.events("import_", body=body).needed()
    again = bench.events("import_", body={**body, "summary": "Check, again"})
    if again.is_refused:
        return again.told
    return "replaced" if again.content["id"] == first["id"] else "made a second time"


def _empty(bench: Bench) -> str:
    return _wrong(bench, {}, timed(bench.day(50), "09:00", "09:00")).told


def _backwards(bench: Bench) -> str:
    return _wrong(bench, {}, timed(bench.day(50), "09:00", "08:00")).told


def _without_end(bench: Bench) -> str:
    return _wrong(bench, {}, {"end": None}).told


def _popups(*minutes: int) -> Row:
    overrides = [{"method": "popup", "minutes": number} for number in minutes]
    return {"reminders": {"useDefault": False, "overrides": overrides}}


def _many_reminders(bench: Bench) -> str:
    right, wrong = range(_POPUPS_AT_MOST), range(_POPUPS_AT_MOST + 1)
    return str(_wrong(bench, _popups(*right), _popups(*wrong)).status)


def _early_reminder(bench: Bench) -> str:
    return str(_wrong(bench, _popups(_FOUR_WEEKS), _popups(_FOUR_WEEKS + 1)).status)


def _absence(bench: Bench) -> str:
    right, wrong = {"eventType": "default"}, {"eventType": "outOfOffice"}
    return str(_wrong(bench, right, wrong).status)


def _another_type(bench: Bench) -> str:
    made = bench.insert(**timed(bench.day(50)))["id"]
    said = bench.events("patch", eventId=made, body={"eventType": "focusTime"})
    return str(said.status)


def _properties(bench: Bench) -> str:
    held = {"private": {"praxicalA": "1"}, "shared": {"praxicalB": "2"}}
    made = bench.insert(extendedProperties=held, **timed(bench.day(52)))["id"]
    if bench.get(made).get("extendedProperties") != held:
        return "not as sent"
    rows, _ = bench.read(privateExtendedProperty="praxicalA=1")
    return "kept and found" if any(row["id"] == made for row in rows) else "kept, not found"


def _long_property(bench: Bench) -> str:
    fits, too_long = ({"praxicalLong": "x" * (_VALUE_AT_MOST + more)} for more in (0, 1))
    right, wrong = ({"extendedProperties": {"private": one}} for one in (fits, too_long))
    said = _wrong(bench, right, wrong)
    if said.is_refused:
        return str(said.status)
    now = bench.get(said.content["id"])
    if now.get("summary") != "Check":
        return "not made"
    kept = now.get("extendedProperties", {}).get("private", {})
    return "kept whole" if kept == too_long else "cut or dropped"


CHECKS: Final = (
    Check(
        "A3.1",
        "An event keeps the id that it is made with, and its UID follows from that.",
        _own_id,
        ("kept, and the UID made of it",),
    ),
    Check("A3.2", "An id has the letters 0-9 and a-v only.", _illegal_id, ("400 invalid",)),
    Check("A3.3", "It has five of them at least.", _short_id, ("400",)),
    Check("A3.4", "An id that is taken is refused.", _taken_id, ("409 duplicate",)),
    Check("A3.5", "Id and UID cannot both be chosen.", _id_and_uid, ("400",)),
    Check(
        "A3.6",
        "To import a UID again replaces the event, or is refused.",
        _imported_twice,
        ("replaced", "409 duplicate"),
    ),
    Check("A3.7", "An event lasts longer than nothing.", _empty, ("400 timeRangeEmpty",)),
    Check("A3.8", "It does not end first.", _backwards, ("400 timeRangeEmpty",)),
    Check("A3.9", "It has an end.", _without_end, ("400 required",)),
    Check("A3.10", "It has five reminders at most.", _many_reminders, ("400",)),
    Check("A3.11", "None comes more than four weeks before.", _early_reminder, ("400",)),
    Check("A3.12", "Absences stand in primary calendars only.", _absence, ("400",)),
    Check("A3.13", "What an event is cannot be changed.", _another_type, ("400",)),
    Check(
        "A3.14",
        "Properties of one's own are kept, and events are found by them.",
        _properties,
        ("kept and found",),
    ),
    Check(
        "A3.15",
        "Of a property of more than 1024 letters less is kept, or it is refused.",
        _long_property,
        ("cut or dropped", "400"),
    ),
)
