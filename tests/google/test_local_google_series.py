"""Series of the local Google: expansion, exceptions, splits and what it rewrites."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.local_google import LocalGoogle, Unknowns
from tests.local_google.clients import service, timed

ALMA = "alma@example.org"
NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
WEEKLY = timed(
    *("2026-11-09T09:00", "2026-11-09T10:00"),
    summary="Weekly",
    recurrence=["RRULE:FREQ=WEEKLY;COUNT=5"],
    extendedProperties={"private": {"pm": "v1.mark"}},
)


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(at=NOW) as running:
        running.account(ALMA)
        yield running


def make(google: LocalGoogle, body: dict[str, Any] = WEEKLY, **more: Any) -> str:  # noqa: ANN401
    google.account(ALMA)
    made = google.act("create", account=ALMA, id="weekly0".replace("w", "v"), body=body, **more)
    return str(made["id"])


def ask(google: LocalGoogle, method: str, **more: Any) -> Any:  # noqa: ANN401  # an answer
    events = service(google, ALMA).events()
    return getattr(events, method)(calendarId="primary", **more).execute()


def starts(found: Any) -> list[str]:  # noqa: ANN401  # an answer
    return [one["start"].get("dateTime") or one["start"]["date"] for one in found["items"]]


def zoned(zone: str, day: str, rule: str) -> dict[str, Any]:
    return timed(f"{day}T09:00", f"{day}T10:00", zone, recurrence=[rule])


@pytest.mark.parametrize(
    ("zone", "first", "utc"),
    [
        ("Europe/Zurich", "2026-10-19", ["07:00", "08:00"]),
        ("America/New_York", "2026-10-26", ["13:00", "14:00"]),
        ("Australia/Lord_Howe", "2026-09-28", ["22:30", "22:00"]),
    ],
)
def test_the_clock_on_the_wall_holds_across_the_change_of_time(
    google: LocalGoogle, zone: str, first: str, utc: list[str]
) -> None:
    name = make(google, zoned(zone, first, "RRULE:FREQ=WEEKLY;COUNT=2"))
    found = ask(google, "instances", eventId=name, timeZone="UTC")
    assert [at[11:16] for at in starts(found)] == utc


def test_instances_are_named_by_their_original_start_in_utc_or_their_day(
    google: LocalGoogle,
) -> None:
    name = make(google)
    first = ask(google, "instances", eventId=name)["items"][0]
    assert first["id"] == f"{name}_20261109T080000Z"
    assert first["recurringEventId"] == name
    day = {"start": {"date": "2026-11-09"}, "end": {"date": "2026-11-10"}}
    body = {**day, "recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]}
    days = google.act("create", account=ALMA, id="days0".replace("y", "t"), body=body)["id"]
    found = ask(google, "instances", eventId=days)["items"]
    assert [one["id"] for one in found] == [f"{days}_20261109", f"{days}_20261110"]
    assert ask(google, "get", eventId=f"{days}_20261110")["start"] == {"date": "2026-11-10"}
    with pytest.raises(HttpError):
        ask(google, "get", eventId=f"{days}_20261111")


def test_one_instance_is_found_by_its_original_start_also_when_it_was_moved(
    google: LocalGoogle,
) -> None:
    name = make(google)
    one = f"{name}_20261116T080000Z"
    google.act("move", account=ALMA, event=one, start={"dateTime": "2026-11-17T15:00:00+01:00"})
    found = ask(google, "instances", eventId=name, originalStart="2026-11-16T09:00:00+01:00")
    assert [(row["id"], row["start"]["dateTime"]) for row in found["items"]] == [
        (one, "2026-11-17T15:00:00+01:00")
    ]
    again = ask(google, "instances", eventId=one)
    assert len(again["items"]) == 5


def test_a_cancelled_instance_arrives_bare_even_where_deleted_ones_are_not_asked_for(
    google: LocalGoogle,
) -> None:
    name = make(google)
    google.act("cancel_one", account=ALMA, event=f"{name}_20261116T080000Z")
    _, bare = ask(google, "list")["items"]
    assert bare.keys() == {
        *("kind", "etag", "id", "status", "recurringEventId", "originalStartTime")
    }
    assert len(starts(ask(google, "instances", eventId=name))) == 4
    assert len(ask(google, "instances", eventId=name, showDeleted=True)["items"]) == 5


def test_a_list_of_single_events_shows_no_master(google: LocalGoogle) -> None:
    name = make(google)
    google.act(
        "edit_one", account=ALMA, event=f"{name}_20261116T080000Z", changes={"summary": "X"}
    )
    window = {"timeMin": "2026-11-10T00:00:00Z", "timeMax": "2026-11-25T00:00:00Z"}
    found = ask(google, "list", singleEvents=True, orderBy="startTime", **window)
    assert [one["summary"] for one in found["items"]] == ["X", "Weekly"]
    masters = ask(google, "list", **window)
    assert [one["id"] for one in masters["items"]] == [name, f"{name}_20261116T080000Z"]


def test_an_exception_follows_its_series_in_what_it_does_not_change(
    google: LocalGoogle,
) -> None:
    name = make(google)
    one = f"{name}_20261116T080000Z"
    google.act("edit_one", account=ALMA, event=one, changes={"location": "Room 2"})
    google.act("edit_all", account=ALMA, event=one, changes={"summary": "Renamed"})
    found = ask(google, "get", eventId=one)
    assert (found["summary"], found["location"]) == ("Renamed", "Room 2")


@pytest.mark.parametrize("rewrites", [True, False])
def test_rules_and_exclusions_come_back_rewritten_or_as_they_were(rewrites: bool) -> None:
    lines = [
        "EXDATE;TZID=Pacific Standard Time:20261116T000000",
        "EXDATE:20261123T080000Z",
        "RRULE:COUNT=5;FREQ=WEEKLY",
    ]
    unknowns = Unknowns(rewrites_rules=rewrites, rewrites_exclusions=rewrites)
    with LocalGoogle(unknowns, at=NOW) as google:
        name = make(google, {**WEEKLY, "recurrence": lines})
        found = ask(google, "get", eventId=name)["recurrence"]
        left = starts(ask(google, "instances", eventId=name))
    assert [at[:10] for at in left] == ["2026-11-09", "2026-11-30", "2026-12-07"]
    assert found == (
        [
            "RRULE:FREQ=WEEKLY;WKST=MO;COUNT=5",
            "EXDATE;TZID=Europe/Zurich:20261116T090000,20261123T090000",
        ]
        if rewrites
        else lines
    )


def test_a_series_may_be_of_dates_only(google: LocalGoogle) -> None:
    lines = ["RDATE;TZID=Europe/Zurich:20261112T090000,20261120T140000"]
    name = make(google, {**WEEKLY, "recurrence": lines})
    found = ask(google, "instances", eventId=name)
    assert starts(found) == [
        "2026-11-09T09:00:00+01:00",
        "2026-11-12T09:00:00+01:00",
        "2026-11-20T14:00:00+01:00",
    ]


def test_a_long_list_of_exclusions_is_refused(google: LocalGoogle) -> None:
    lines = [
        "RRULE:FREQ=DAILY",
        *(f"EXDATE:2027{n // 28 + 1:02}{n % 28 + 1:02}T080000Z" for n in range(130)),
    ]
    body = {**WEEKLY, "recurrence": lines}
    with pytest.raises(HttpError, match="exceeds the allowed size limit") as refused:
        ask(google, "insert", body=body)
    assert refused.value.resp.status == 400


@pytest.mark.parametrize("limited", [True, False])
def test_a_series_without_end_is_expanded_so_far_and_no_further(limited: bool) -> None:
    with LocalGoogle(Unknowns(expansion_is_limited=limited), at=NOW) as google:
        name = make(google, {**WEEKLY, "recurrence": ["RRULE:FREQ=DAILY"]})
        found = ask(google, "instances", eventId=name, maxResults=2500)
    assert (len(found["items"]) == 730) is limited
    assert len(found["items"]) < 2000


def test_this_and_following_ends_one_series_and_begins_another(google: LocalGoogle) -> None:
    name = make(google)
    after = f"{name}_20261130T080000Z"
    google.act("edit_one", account=ALMA, event=after, changes={"summary": "Lost"})
    made = google.act(
        "this_and_following",
        account=ALMA,
        event=f"{name}_20261123T080000Z",
        changes={"summary": "New"},
    )
    assert made["id"] == f"{name}_R20261123T080000"
    assert made["extendedProperties"]["private"] == {"pm": "v1.mark"}
    old = ask(google, "get", eventId=name)
    assert old["recurrence"] == ["RRULE:FREQ=WEEKLY;WKST=MO;UNTIL=20261123T075959Z"]
    assert made["recurrence"] == ["RRULE:FREQ=WEEKLY;WKST=MO;COUNT=3"]
    singles = ask(google, "list", singleEvents=True, orderBy="startTime")["items"]
    assert [one["summary"] for one in singles] == ["Weekly"] * 2 + ["New"] * 3
    assert singles[3]["id"] == after
    assert ask(google, "get", eventId=after)["recurringEventId"] == made["id"]


def test_both_halves_of_a_split_may_come_in_different_deltas(google: LocalGoogle) -> None:
    name = make(google)
    token = ask(google, "list")["nextSyncToken"]
    split = {"account": ALMA, "event": f"{name}_20261123T080000Z"}
    google.act("this_and_following", **split, half="truncate")
    first = ask(google, "list", syncToken=token)
    google.act("this_and_following", **split, half="insert")
    second = ask(google, "list", syncToken=first["nextSyncToken"])
    assert [one["id"] for one in first["items"]] == [name]
    assert [one["id"] for one in second["items"]] == [f"{name}_R20261123T080000"]


@pytest.mark.parametrize("tells", [True, False])
def test_exceptions_that_end_with_their_series_are_told_or_not(tells: bool) -> None:
    with LocalGoogle(Unknowns(tells_lost_exceptions=tells), at=NOW) as google:
        name = make(google)
        one = f"{name}_20261116T080000Z"
        google.act("edit_one", account=ALMA, event=one, changes={"summary": "X"})
        token = ask(google, "list")["nextSyncToken"]
        google.act("delete", account=ALMA, event=name)
        delta = ask(google, "list", syncToken=token)["items"]
        google.act("undelete", account=ALMA, event=name)
        back = ask(google, "instances", eventId=name)
    assert [row["id"] for row in delta] == ([name, one] if tells else [name])
    assert {row["status"] for row in delta} == {"cancelled"}
    assert len(back["items"]) == 5


@pytest.mark.parametrize("drops", [True, False])
def test_a_new_rule_drops_all_exceptions_or_those_that_fit_no_more(drops: bool) -> None:
    with LocalGoogle(Unknowns(edit_all_drops_exceptions=drops), at=NOW) as google:
        name = make(google)
        for stamp in ("20261116", "20261123"):
            one = f"{name}_{stamp}T080000Z"
            google.act("edit_one", account=ALMA, event=one, changes={"summary": "X"})
        rule = {"recurrence": ["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=5"]}
        google.act("edit_all", account=ALMA, event=name, changes=rule)
        found = ask(google, "instances", eventId=name)["items"]
    assert [one["summary"] for one in found].count("X") == (0 if drops else 1)
    assert len(found) == 5


@pytest.mark.parametrize("newest", [True, False])
def test_an_exception_may_come_before_its_master(newest: bool) -> None:
    with LocalGoogle(Unknowns(lists_newest_first=newest), at=NOW) as google:
        name = make(google)
        one = f"{name}_20261116T080000Z"
        google.act("edit_one", account=ALMA, event=one, changes={"summary": "X"})
        found = [row["id"] for row in ask(google, "list")["items"]]
    assert found == ([one, name] if newest else [name, one])


def test_somebody_invited_to_one_occurrence_has_no_master(google: LocalGoogle) -> None:
    google.account("bo@example.org")
    name = make(google)
    one = f"{name}_20261116T080000Z"
    google.act("add_guest", account=ALMA, event=one, guest="bo@example.org")
    [row] = google.live_events("bo@example.org")
    assert (row["recurringEventId"], row["summary"]) == (name, "Weekly")


def test_an_instance_made_private_makes_its_series_private(google: LocalGoogle) -> None:
    name = make(google)
    one = f"{name}_20261116T080000Z"
    ask(google, "patch", eventId=one, body={"visibility": "private"})
    assert ask(google, "get", eventId=name)["visibility"] == "private"
    ask(google, "patch", eventId=one, body={"visibility": "default"})
    assert ask(google, "get", eventId=one)["visibility"] == "private"


@pytest.mark.parametrize("follows", [True, False])
def test_times_are_written_at_the_offset_of_the_calendar_or_of_the_event(follows: bool) -> None:
    with LocalGoogle(Unknowns(offsets_follow_calendar=follows), at=NOW) as google:
        google.account(ALMA, "America/New_York")
        name = make(google)
        before = ask(google, "get", eventId=name)
        google.act("change_calendar_zone", account=ALMA, zone="Asia/Tokyo")
        after = ask(google, "get", eventId=name)
    assert before["etag"] == after["etag"]
    written = [one["start"]["dateTime"] for one in (before, after)]
    assert written == (
        ["2026-11-09T03:00:00-05:00", "2026-11-09T17:00:00+09:00"]
        if follows
        else ["2026-11-09T09:00:00+01:00"] * 2
    )
    assert after["start"]["timeZone"] == "Europe/Zurich"
