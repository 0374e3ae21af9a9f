"""What a user does at the local Google's pages, and what can be seen of it from outside."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.local_google import LocalGoogle
from tests.local_google.clients import fetch, service, timed
from tests.local_google.refusals import Refused

ROOT = Path(__file__).resolve().parents[2]
ALMA, BO = "alma@example.org", "bo@example.org"
MARK = {"extendedProperties": {"private": {"pm": "v1.mark"}}}
BODY = {**timed("2026-11-09T09:00", "2026-11-09T10:00", summary="Talk"), **MARK}


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(at=datetime(2026, 11, 9, 8, tzinfo=UTC)) as running:
        running.account(ALMA)
        yield running


@pytest.fixture
def event(google: LocalGoogle) -> str:
    return str(google.act("create", account=ALMA, body=BODY)["id"])


def post(google: LocalGoogle, kind: str, **details: object) -> tuple[int, Any]:
    body = json.dumps({"kind": kind, **details}).encode()
    status, _, said = fetch(google.url, "POST", "/act", body)
    return status, json.loads(said)


def seen(google: LocalGoogle, target: str) -> Any:  # noqa: ANN401  # JSON of any shape
    return json.loads(fetch(google.url, "GET", target)[2])


def test_an_event_moves_and_keeps_its_length(google: LocalGoogle, event: str) -> None:
    at = {"dateTime": "2026-11-10T14:00:00+01:00"}
    moved = google.act("move", account=ALMA, event=event, start=at)
    assert moved["start"]["dateTime"] == "2026-11-10T14:00:00+01:00"
    assert moved["end"]["dateTime"] == "2026-11-10T15:00:00+01:00"
    assert moved["start"]["timeZone"] == "Europe/Zurich"


def test_an_event_becomes_a_day_and_comes_back(google: LocalGoogle, event: str) -> None:
    day = {"start": {"date": "2026-11-10"}, "end": {"date": "2026-11-11"}}
    assert google.act("move", account=ALMA, event=event, **day)["start"] == day["start"]
    at = {"start": BODY["start"], "end": BODY["end"]}
    back = google.act("move", account=ALMA, event=event, **at)
    assert back["start"]["dateTime"] == "2026-11-09T09:00:00+01:00"


def test_an_event_is_deleted_and_taken_out_of_the_bin(google: LocalGoogle, event: str) -> None:
    google.act("delete", account=ALMA, event=event)
    assert google.live_events(ALMA) == []
    with pytest.raises(Refused):
        google.act("delete", account=ALMA, event=event)
    back = google.act("undelete", account=ALMA, event=event)
    assert (back["status"], back["summary"]) == ("confirmed", "Talk")
    with pytest.raises(Refused):
        google.act("undelete", account=ALMA, event=event)


def test_a_duplicate_has_another_id_and_the_same_private_properties(
    google: LocalGoogle, event: str
) -> None:
    copy = google.act("duplicate", account=ALMA, event=event)
    assert copy["id"] != event
    assert copy["iCalUID"] == f"{copy['id']}@google.com"
    assert copy["extendedProperties"] == MARK["extendedProperties"]


def test_an_event_dragged_to_another_calendar_leaves_a_stub(
    google: LocalGoogle, event: str
) -> None:
    google.act("make_calendar", account=ALMA, title="Private")
    google.act("drag", account=ALMA, event=event, to="Private")
    assert google.events(ALMA) == [
        {**google.events(ALMA)[0], "id": event, "status": "cancelled"}
    ]
    [there] = google.live_events(ALMA, "Private")
    assert there["extendedProperties"] == MARK["extendedProperties"]
    google.act("drag", account=ALMA, calendar="Private", event=event, to="primary")
    assert [one["id"] for one in google.live_events(ALMA)] == [event]


def test_an_event_is_marked_free_and_gets_a_guest(google: LocalGoogle, event: str) -> None:
    google.account(BO)
    google.act("mark_free", account=ALMA, event=event)
    found = google.act("add_guest", account=ALMA, event=event, guest=BO, tell="all")
    assert found["transparency"] == "transparent"
    assert [mail.to for mail in google.mails] == [BO]
    assert [one["id"] for one in google.live_events(BO)] == [event]
    assert seen(google, "/inspect/mails")[0]["summary"] == "Talk"


def test_a_deleted_calendar_is_gone_for_the_api_and_can_still_be_inspected(
    google: LocalGoogle,
) -> None:
    google.act("make_calendar", account=ALMA, title="Practice")
    google.act("create", account=ALMA, calendar="Practice", body=BODY)
    google.act("delete_calendar", account=ALMA, calendar="Practice")
    listed = service(google, ALMA).calendarList().list().execute()
    assert [one["id"] for one in listed["items"]] == [ALMA]
    assert len(google.events(ALMA, "Practice")) == 1


def test_what_users_do_can_be_asked_for_over_http(google: LocalGoogle, event: str) -> None:
    assert post(google, "edit_title", account=ALMA, event=event, title="Other")[0] == 200
    assert google.events(ALMA)[0]["summary"] == "Other"
    assert post(google, "delete", account=ALMA, event="nothing")[0] == 404
    assert post(google, "dance", account=ALMA)[0] == 400


def test_everything_that_is_held_and_was_received_can_be_seen(
    google: LocalGoogle, event: str
) -> None:
    client = service(google, ALMA, "calendar")
    client.events().patch(
        calendarId="primary", eventId=event, body={"location": "R2"}
    ).execute()
    held = seen(google, "/inspect")[ALMA]
    assert held["sub"] == google.account(ALMA).sub
    assert held["calendars"][0]["events"][0]["location"] == "R2"
    heard = seen(google, "/inspect/received")
    assert heard["counts"] == {"events.patch": 1}
    assert [one.is_write for one in google.received] == [True]
    [line] = heard["received"]
    assert line["parameters"] == {"calendarId": "primary", "eventId": event, "alt": "json"}
    assert line["body"] == {"location": "R2"}
    assert (line["account"], line["verb"], line["status"]) == (ALMA, "PATCH", 200)
    assert seen(google, "/inspect/received?since=1")["received"] == []


def test_the_page_shows_the_week_of_every_account(google: LocalGoogle) -> None:
    weekly = {**BODY, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"], "summary": "<b>Walk</b>"}
    google.act("create", account=ALMA, body=weekly)
    day = {"start": {"date": "2026-11-11"}, "end": {"date": "2026-11-12"}}
    google.act("create", account=ALMA, body=day)
    page = fetch(google.url, "GET", "/")[2].decode()
    assert page.count("09:00 to 10:00 &lt;b&gt;Walk&lt;/b&gt;") == 3
    assert page.count("all day (no title)") == 1
    later = fetch(google.url, "GET", "/?day=2026-11-18")[2].decode()
    assert "Walk" not in later


def test_it_runs_as_a_program_and_keeps_what_it_holds(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.local_google", "--account", f"{ALMA}=Asia/Tokyo"]
    command += ["--save", str(tmp_path / "google")]
    for held in (0, 1):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None
            root = program.stdout.readline().strip()
            found = json.loads(fetch(root, "GET", "/inspect")[2])[ALMA]["calendars"][0]
            body = json.dumps({"kind": "create", "account": ALMA, "body": BODY}).encode()
            assert fetch(root, "POST", "/act", body)[0] == 200
            program.send_signal(signal.SIGTERM)
            assert program.wait(20) == 0
        assert (found["timeZone"], len(found["events"])) == ("Asia/Tokyo", held)
