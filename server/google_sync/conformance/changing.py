"""Checks of patches, updates and conditions."""

from __future__ import annotations

from typing import Any, Final

from server.google_sync.conformance.bench import Bench, Row, with_headers
from server.google_sync.conformance.bodies import timed
from server.google_sync.conformance.checks import Check

_DAILY: Final = "RRULE:FREQ=DAILY;COUNT=3"
_STALE: Final = '"0000000000000000"'


def _made(bench: Bench, **more: object) -> Row:
    return bench.insert(**timed(bench.day(60)), **more)


def _popups(*minutes: int) -> dict[str, Any]:
    overrides = [{"method": "popup", "minutes": number} for number in minutes]
    return {"useDefault": False, "overrides": overrides}


def _merged(bench: Bench) -> str:
    name = _made(bench, description="as it was", location="there")["id"]
    bench.patch(name, location="elsewhere")
    now = bench.get(name)
    return "kept" if now.get("description") == "as it was" else "lost"


def _nested(bench: Bench) -> str:
    name = _made(bench, extendedProperties={"private": {"a": "1", "b": "2"}})["id"]
    bench.patch(name, extendedProperties={"private": {"b": "3"}})
    now = bench.get(name)
    held = now.get("extendedProperties", {}).get("private", {})
    return "kept" if held == {"a": "1", "b": "3"} else "lost"


def _arrays(bench: Bench) -> str:
    name = _made(bench, reminders=_popups(10, 20))["id"]
    bench.patch(name, reminders=_popups(30))
    now = bench.get(name)
    minutes = {one["minutes"] for one in now["reminders"].get("overrides", ())}
    return "replaced" if minutes == {30} else "merged"


def _null(bench: Bench) -> str:
    name = _made(bench, description="to be removed")["id"]
    before = bench.get(name).get("description")
    bench.patch(name, description=None)
    return _whether_gone(before, bench.get(name))


def _updated(bench: Bench) -> str:
    name = _made(bench, description="to be forgotten")["id"]
    before = bench.get(name).get("description")
    body = {"summary": "Check", **timed(bench.day(60))}
    bench.events("update", eventId=name, body=body).needed()
    return _whether_gone(before, bench.get(name))


def _whether_gone(before: str | None, now: Row) -> str:
    if before is None or now.get("status") != "confirmed":
        return "never there"
    return "kept" if "description" in now else "gone"


def _same_again(bench: Bench) -> str:
    before, after = _etags_around(bench, "As it is")
    if len(before) != 1:
        return "the etag moves by itself"
    return "the etag stays" if after in before else "the etag moves"


def _etags(bench: Bench) -> str:
    before, after = _etags_around(bench, "Another title")
    if len(before) != 1:
        return "it moves by itself"
    return "the same" if after in before else "another"


def _etags_around(bench: Bench, title: str) -> tuple[set[str], str]:
    """Return the etags that an event has before it gets a title, and the one afterwards."""
    made = _made(bench, summary="As it is")
    before = {made["etag"], bench.get(made["id"])["etag"]}
    bench.patch(made["id"], summary=title)
    return before, bench.get(made["id"])["etag"]


def _reminders(bench: Bench) -> str:
    made = _made(bench)
    bench.patch(made["id"], reminders=_popups(15))
    now = bench.get(made["id"])
    if not now["reminders"].get("overrides"):
        return "reminders are not kept"
    return "stays" if now["updated"] == made["updated"] else "moves"


def _visibility(bench: Bench) -> str:
    series = _made(bench, recurrence=[_DAILY])["id"]
    bench.patch(bench.instances(series)[1]["id"], visibility="private")
    return f"series {bench.get(series).get('visibility', 'as it was')}"


def _conference(bench: Bench) -> str:
    wanted = {"createRequest": {"requestId": "praxical-check"}}
    said = bench.events("insert", body={**timed(bench.day(60)), "conferenceData": wanted})
    now = bench.get(said.needed()["id"])
    if now.get("start") is None:
        return "never there"
    return "made" if "conferenceData" in now else "dropped"


def _etag_of_calendar(bench: Bench) -> str:
    before = bench.ask("calendars.get", calendarId=bench.calendar).needed()
    body = {"summary": bench.title}
    said = bench.ask("calendars.patch", calendarId=bench.calendar, body=body)
    return "stays" if said.needed()["etag"] == before["etag"] else "moves"


def _stale(bench: Bench, method: str, **given: object) -> str:
    name = _made(bench)["id"]
    said = bench.events(method, _STALE, eventId=name, **given)
    unchanged = bench.get(name).get("status") == "confirmed"
    return said.told if unchanged else f"{said.told}, and done"


def _stale_patch(bench: Bench) -> str:
    return _stale(bench, "patch", body={"summary": "Too late"})


def _stale_update(bench: Bench) -> str:
    return _stale(bench, "update", body=dict(timed(bench.day(60), "10:00", "10:50")))


def _stale_delete(bench: Bench) -> str:
    return _stale(bench, "delete")


def _fresh(bench: Bench) -> str:
    made = _made(bench)
    body = {"summary": "In time"}
    said = bench.events("patch", made["etag"], eventId=made["id"], body=body)
    if bench.get(made["id"]).get("summary") != "In time":
        return f"{said.told}, and not done"
    gone = bench.events("delete", str(said.content.get("etag")), eventId=made["id"])
    return f"{said.told}, {gone.told}"


def _any(bench: Bench) -> str:
    made, body = _made(bench), {"summary": "Whatever it was"}
    said = bench.events("patch", "*", eventId=made["id"], body=body)
    done = bench.get(made["id"]).get("summary") == body["summary"]
    return said.told if done else f"{said.told}, and not done"


def _not_modified(bench: Bench) -> str:
    made = _made(bench)
    given = {"calendarId": bench.calendar, "eventId": made["id"]}
    asked = bench.site.requests.named("events.get", given)
    etag = bench.get(made["id"])["etag"]
    return bench.send("events.get", with_headers(asked, If_None_Match=etag)).told


CHECKS: Final = (
    Check("A3.16", "What a patch does not name stays.", _merged, ("kept",)),
    Check("A3.17", "That holds inside of objects, too.", _nested, ("kept",)),
    Check("A3.18", "A list is replaced whole.", _arrays, ("replaced",)),
    Check("A3.19", "Null removes.", _null, ("gone",)),
    Check("A3.20", "What an update does not name is gone.", _updated, ("gone",)),
    Check(
        "A3.21",
        "A patch that changes nothing gives an event another etag, or does not.",
        _same_again,
        ("the etag moves", "the etag stays"),
    ),
    Check("A3.22", "Reminders are no change of an event's time stamp.", _reminders, ("stays",)),
    Check(
        "A3.23",
        "One private occurrence makes its whole series private.",
        _visibility,
        ("series private",),
    ),
    Check("A3.24", "A meeting link is not made unasked.", _conference, ("dropped",)),
    Check(
        "A3.25",
        "A patch that changes nothing leaves a calendar's etag.",
        _etag_of_calendar,
        ("stays",),
    ),
    Check("A4.1", "Each change gives another etag.", _etags, ("another",)),
    Check(
        "A4.2",
        "A patch of what has changed is refused.",
        _stale_patch,
        ("412 conditionNotMet",),
    ),
    Check("A4.3", "So is an update.", _stale_update, ("412 conditionNotMet",)),
    Check("A4.4", "So is a deletion.", _stale_delete, ("412 conditionNotMet",)),
    Check("A4.5", "With the right etag both are done.", _fresh, ("200, 204",)),
    Check("A4.6", "A star stands for any etag.", _any, ("200",)),
    Check("A4.7", "What has not changed is not sent again.", _not_modified, ("304",)),
)
