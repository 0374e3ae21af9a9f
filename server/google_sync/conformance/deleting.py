"""Checks of what is deleted: still there for who asks, gone for who deletes again."""

from __future__ import annotations

from typing import Final

from server.google_sync.conformance.bench import Bench, new_id
from server.google_sync.conformance.bodies import timed
from server.google_sync.conformance.checks import Check

_DAILY: Final = "RRULE:FREQ=DAILY;COUNT=3"
_TITLE: Final = "Title to be kept"


def _deleted(bench: Bench, **more: object) -> str:
    """Make an event and delete it; return its id."""
    made = bench.insert(**timed(bench.day(40)), **more)["id"]
    bench.delete(made)
    return str(made)


def _get(bench: Bench) -> str:
    return bench.events("get", eventId=_deleted(bench)).shown


def _twice(bench: Bench) -> str:
    return bench.events("delete", eventId=_deleted(bench)).told


def _unknown(bench: Bench) -> str:
    return bench.events("get", eventId=new_id()).told


def _delete_unknown(bench: Bench) -> str:
    return bench.events("delete", eventId=new_id()).told


def _id_again(bench: Bench) -> str:
    name = new_id()
    _deleted(bench, id=name)
    body = {"id": name, "summary": "Check", **timed(bench.day(40))}
    return bench.events("insert", body=body).told


def _revived(bench: Bench) -> str:
    name = _deleted(bench)
    before = bench.get(name).get("status")
    bench.events("patch", eventId=name, body={"status": "confirmed"}).needed()
    return f"{before}, then {bench.get(name).get('status')}"


def _patched(bench: Bench) -> str:
    name = _deleted(bench)
    said = bench.events("patch", eventId=name, body={"summary": "Check, changed"})
    return f"{said.status}, then {bench.get(name).get('status')}"


def _title_for_a_get(bench: Bench) -> str:
    said = bench.get(_deleted(bench, summary=_TITLE))
    return "kept" if said.get("summary") == _TITLE else "gone"


def _title_in_a_list(bench: Bench) -> str:
    name = _deleted(bench, summary=_TITLE)
    rows, _ = bench.read(showDeleted=True)
    row = next((row for row in rows if row["id"] == name), None)
    if row is None:
        return "not listed"
    return "listed with its title" if row.get("summary") == _TITLE else "listed by its id"


def _not_listed(bench: Bench) -> str:
    name = bench.insert(**timed(bench.day(40)))["id"]
    before, _ = bench.read()
    bench.delete(name)
    after, _ = bench.read()
    if all(row["id"] != name for row in before):
        return "never listed"
    return "listed" if any(row["id"] == name for row in after) else "not listed"


def _exceptions_of_a_series(bench: Bench) -> str:
    series = bench.insert(**timed(bench.day(41)), recurrence=[_DAILY])["id"]
    moved = bench.instances(series)[1]["id"]
    bench.patch(moved, **timed(bench.day(42), "13:00", "13:50"))
    _, token = bench.read()
    bench.delete(series)
    if bench.changes(token, series) is None:
        return "not even the series is told"
    row = bench.changes(token, moved)
    return "not told" if row is None else f"told as {row.get('status')}"


def _calendar_gone(bench: Bench) -> str:
    return bench.ask("calendars.get", calendarId=bench.calendar).told


def _list_gone(bench: Bench) -> str:
    return bench.events("list").told


CHECKS: Final = (
    Check("A2.1", "A deleted event is still shown, as cancelled.", _get, ("200 cancelled",)),
    Check("A2.2", "What is deleted cannot be deleted again.", _twice, ("410 deleted",)),
    Check("A2.3", "An id that nothing ever had is not found.", _unknown, ("404 notFound",)),
    Check("A2.4", "Nor can it be deleted.", _delete_unknown, ("404 notFound",)),
    Check("A2.5", "The id of a deleted event stays taken.", _id_again, ("409 duplicate",)),
    Check(
        "A2.6",
        "A patch that says confirmed brings a deleted event back.",
        _revived,
        ("cancelled, then confirmed",),
    ),
    Check(
        "A2.7",
        "A patch that says nothing of its status leaves it deleted.",
        _patched,
        ("200, then cancelled",),
    ),
    Check("A2.8", "A deleted event is shown with its title.", _title_for_a_get, ("kept",)),
    Check(
        "A2.9",
        "A list that asks for deleted events has their titles, or ids only.",
        _title_in_a_list,
        ("listed with its title", "listed by its id"),
    ),
    Check("A2.10", "A list leaves them out unless asked.", _not_listed, ("not listed",)),
    Check(
        "A2.11",
        "A deleted series is told with its exceptions, or alone.",
        _exceptions_of_a_series,
        ("told as cancelled", "not told"),
    ),
)
AFTERWARDS: Final = (
    Check("A2.12", "A deleted calendar is not found.", _calendar_gone, ("404 notFound",)),
    Check("A2.13", "Nor are its events.", _list_gone, ("404 notFound",)),
)
