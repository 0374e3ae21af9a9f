"""Checks of lists: pages, sync tokens, what is listed and what is not."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from server.google_sync.conformance.bench import Bench, Row
from server.google_sync.conformance.bodies import (
    at,
    query,
    timed,
    within,
)
from server.google_sync.conformance.checks import Check

_DAILY: Final = "RRULE:FREQ=DAILY;COUNT=3"
_LONG_AGO: Final = timedelta(days=400)


def _three(bench: Bench, day: int) -> list[str]:
    """Make three events of a day; return their ids."""
    ends = ("09:50", "10:50", "11:50")
    return [
        str(bench.insert(**timed(bench.day(day), f"{end[:2]}:00", end))["id"]) for end in ends
    ]


def _one_token_on_each_page(bench: Bench) -> str:
    made = set(_three(bench, 0))
    page: dict[str, str] = {}
    while True:
        window = within(bench.day(0))
        said = bench.events("list", maxResults=1, **window, **page).needed()
        made -= {row["id"] for row in said.get("items", ())}
        more, syncs = "nextPageToken" in said, "nextSyncToken" in said
        if more == syncs:
            return "both tokens on a page" if more else "no token on a page"
        if syncs:
            return "events missing" if made else "one token on each page"
        page = {"pageToken": said["nextPageToken"]}


def _refused_beside_a_token(bench: Bench) -> str:
    _, token = bench.read()
    said: dict[str, Any] = {
        "iCalUID": "x",
        "orderBy": "updated",
        "privateExtendedProperty": "a=b",
        "q": "x",
        "sharedExtendedProperty": "a=b",
        "timeMin": query(bench.day(0), "00:00"),
        "timeMax": query(bench.day(1), "00:00"),
        "updatedMin": f"{bench.site.clock.now():%Y-%m-%dT%H:%M:%SZ}",
    }
    answers = {
        name: bench.events("list", syncToken=token, **{name: value}).status
        for name, value in said.items()
    }
    others = {
        name: status for name, status in answers.items() if status != HTTPStatus.BAD_REQUEST
    }
    return ", ".join(f"{name} {status}" for name, status in others.items()) or "400 for each"


def _hiding_deleted_beside_a_token(bench: Bench) -> str:
    _, token = bench.read()
    return str(bench.events("list", syncToken=token, showDeleted=False).status)


def _deleted_in_increments(bench: Bench) -> str:
    made = bench.insert(**timed(bench.day(1)))
    _, token = bench.read()
    bench.delete(made["id"])
    row = bench.changes(token, made["id"])
    return "not told" if row is None else f"told as {row.get('status')}"


def _bare_cancelled_instances(bench: Bench) -> str:
    series = bench.insert(**timed(bench.day(2)), recurrence=[_DAILY])
    gone = bench.instances(series["id"])[1]
    bench.delete(gone["id"])
    rows, _ = bench.read()
    row = next((row for row in rows if row["id"] == gone["id"]), None)
    if row is None:
        return "not listed"
    if row.get("status") != "cancelled" or "originalStartTime" not in row:
        return "listed otherwise"
    return "listed, with its texts" if "summary" in row else "listed, bare"


def _increment_of_several_pages(bench: Bench) -> str:
    _, token = bench.read()
    made = set(_three(bench, 6))
    bench.pace.pause(bench.pace.patience)
    page: dict[str, str] = {}
    while True:
        said = bench.events("list", syncToken=token, maxResults=1, **page)
        if said.is_refused:
            return said.told
        made -= {row["id"] for row in said.content.get("items", ())}
        if "nextPageToken" not in said.content:
            return "events missing" if made else "all events told"
        page = {"pageToken": said.content["nextPageToken"]}


def _mangled_token(bench: Bench) -> str:
    _, token = bench.read()
    return bench.events("list", syncToken=f"{token[:-6]}AAAAA=").told


def _too_long_ago(bench: Bench) -> str:
    since = bench.site.clock.now() - _LONG_AGO
    return bench.events("list", updatedMin=f"{since:%Y-%m-%dT%H:%M:%SZ}").told


def _window_of_a_token(bench: Bench) -> str:
    _, token = bench.read(timeMin=query(bench.day(300), "00:00"))
    outside = bench.insert(**timed(bench.day(7)))["id"]
    inside = bench.insert(**timed(bench.day(301)))["id"]
    if bench.changes(token, inside) is None:
        return "not even told what is inside"
    return "told all the same" if bench.changes(token, outside) else "not told"


def _change_while_paging(bench: Bench) -> str:
    _three(bench, 8)
    window = within(bench.day(8))
    first = bench.events("list", maxResults=1, **window).needed()
    late = bench.insert(**timed(bench.day(8), "15:00", "15:50"))["id"]
    rows, token = bench.read(maxResults=1, pageToken=first["nextPageToken"], **window)
    if any(row["id"] == late for row in rows):
        return "on a later page"
    return "by the next increment" if bench.changes(token, late) else "never"


def _order_of_rows(bench: Bench) -> str:
    series = bench.insert(**timed(bench.day(10)), recurrence=[_DAILY])["id"]
    moved = bench.instances(series)[1]["id"]
    bench.patch(moved, **timed(bench.day(11), "13:00", "13:50"))
    rows, _ = bench.read()
    order = [row["id"] for row in rows if row["id"] in {series, moved}]
    if len(order) != len({series, moved}):
        return "not both listed"
    return "series before exception" if order[0] == series else "exception before series"


def _single_events(bench: Bench) -> str:
    series = bench.insert(**timed(bench.day(14)), recurrence=[_DAILY])["id"]
    rows, _ = bench.read(singleEvents=True, **within(bench.day(14), 4))
    mine = [row for row in rows if row.get("recurringEventId") == series]
    if any(row["id"] == series or "recurrence" in row for row in rows):
        return "series among them"
    return f"{len(mine)} occurrences, no series"


def _order_by_start(bench: Bench) -> str:
    bench.events("list", orderBy="startTime", singleEvents=True).needed()
    return str(bench.events("list", orderBy="startTime").status)


def _edges_of_a_window(bench: Bench) -> str:
    day = bench.day(20)
    made = bench.insert(**timed(day, "09:00", "10:00"))["id"]

    def is_listed(**window: str) -> bool:
        rows, _ = bench.read(**window)
        return any(row["id"] == made for row in rows)

    touching = (is_listed(timeMin=query(day, "10:00")), is_listed(timeMax=query(day, "09:00")))
    inside = is_listed(timeMin=query(day, "09:59"), timeMax=query(day, "10:30"))
    if not inside:
        return "not listed although inside"
    return "edges are outside" if not any(touching) else "an edge is inside"


def _old_series_in_a_window(bench: Bench) -> str:
    rule = "RRULE:FREQ=WEEKLY;COUNT=20"
    series = bench.insert(**timed(bench.day(21)), recurrence=[rule])["id"]
    rows, _ = bench.read(**within(bench.day(21 + 7 * 10)))
    return "listed" if any(row["id"] == series for row in rows) else "not listed"


def _exception_in_a_delta(bench: Bench) -> str:
    series = bench.insert(**timed(bench.day(30)), recurrence=[_DAILY])["id"]
    _, token = bench.read()
    moved = bench.instances(series)[1]["id"]
    bench.patch(moved, start=at(bench.day(31), "08:00"))
    row: Row | None = bench.changes(token, moved)
    if row is None:
        return "not told"
    return "a row of its own" if row.get("recurringEventId") == series else "told otherwise"


CHECKS: Final = (
    Check(
        "A1.1",
        "The last page of a list has a sync token, every other a page token, none both.",
        _one_token_on_each_page,
        ("one token on each page",),
    ),
    Check(
        "A1.2",
        "Beside a sync token neither filters nor bounds nor an order are taken.",
        _refused_beside_a_token,
        ("400 for each",),
    ),
    Check(
        "A1.3",
        "Beside a sync token nobody can ask to leave out deleted events.",
        _hiding_deleted_beside_a_token,
        ("400",),
    ),
    Check(
        "A1.4",
        "What was deleted is told by an increment without asking for it.",
        _deleted_in_increments,
        ("told as cancelled",),
    ),
    Check(
        "A1.5",
        "Cancelled occurrences of a series are listed unasked, as id and original start only.",
        _bare_cancelled_instances,
        ("listed, bare",),
    ),
    Check(
        "A1.6",
        "The next page of an increment is asked for with its sync token and the page token.",
        _increment_of_several_pages,
        ("all events told",),
    ),
    Check(
        "A1.7",
        "A sync token that is none is gone, or is an invalid value.",
        _mangled_token,
        ("410 fullSyncRequired", "400 invalid", "410"),
    ),
    Check(
        "A1.8",
        "To ask for changes since very long ago is refused by a reason of its own.",
        _too_long_ago,
        ("410 updatedMinTooLongAgo",),
    ),
    Check(
        "A1.9",
        "An increment tells what lies outside the bounds of the first read, or does not.",
        _window_of_a_token,
        ("told all the same", "not told"),
    ),
    Check(
        "A1.10",
        "What is made while pages are read is on a later page, or in the next increment.",
        _change_while_paging,
        ("on a later page", "by the next increment"),
    ),
    Check(
        "A1.11",
        "Rows come in the order in which they were made, or the newest first.",
        _order_of_rows,
        ("series before exception", "exception before series"),
    ),
    Check(
        "A1.12",
        "Single events are the occurrences of a series, and never the series.",
        _single_events,
        ("3 occurrences, no series",),
    ),
    Check(
        "A1.13",
        "Only single events can be ordered by their start.",
        _order_by_start,
        ("400",),
    ),
    Check(
        "A1.14",
        "An event that ends when a window begins, or begins when it ends, is outside.",
        _edges_of_a_window,
        ("edges are outside",),
    ),
    Check(
        "A1.15",
        "A series is listed where any of its occurrences is, however old its start.",
        _old_series_in_a_window,
        ("listed",),
    ),
    Check(
        "A1.16",
        "A changed occurrence is a row of its own that names its series.",
        _exception_in_a_delta,
        ("a row of its own",),
    ),
)
