"""What goes wrong at the local Google when a test says so: lost, refused, held, rationed."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from googleapiclient.errors import HttpError

from tests.local_google import Befalls, Fault, LocalGoogle
from tests.local_google.clients import fetch, service, timed

ALMA = "alma@example.org"
EVENTS = "/calendar/v3/calendars/primary/events"
BODY = timed("2026-11-09T09:00", "2026-11-09T10:00", id="abcde")


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(at=datetime(2026, 11, 3, 8, tzinfo=UTC)) as running:
        running.account(ALMA)
        yield running


def ask(google: LocalGoogle, verb: str = "GET", target: str = EVENTS) -> tuple[int, str]:
    """Ask once, without a client that would ask again; return status and reason."""
    token = google.grant(ALMA, "calendar").access_token
    body = json.dumps(BODY).encode() if verb in {"POST", "PATCH"} else b""
    status, _, said = fetch(
        google.url, verb, target, body, {"authorization": f"Bearer {token}"}
    )
    if status < 400:
        return status, ""
    errors = json.loads(said)["error"].get("errors", [{"reason": ""}])
    return status, errors[0]["reason"]


def test_an_answer_is_lost_after_the_write_was_done(google: LocalGoogle) -> None:
    google.script(Fault("events.insert", Befalls.LOSE_ANSWER))
    with pytest.raises(http.client.RemoteDisconnected):
        ask(google, "POST")
    assert [one["id"] for one in google.events(ALMA)] == ["abcde"]
    assert ask(google, "POST") == (409, "duplicate")
    assert [one.status for one in google.received] == [0, 409]


def test_a_connection_is_closed_before_anything_is_done(google: LocalGoogle) -> None:
    google.script(Fault("events.insert", Befalls.CLOSE))
    with pytest.raises(http.client.RemoteDisconnected):
        ask(google, "POST")
    assert google.events(ALMA) == []
    assert ask(google, "POST") == (200, "")


def test_googles_client_sends_a_write_again_when_the_connection_is_closed(
    google: LocalGoogle,
) -> None:
    client = service(google, ALMA)
    client.colors().get().execute()
    google.script(Fault("events.insert", Befalls.LOSE_ANSWER))
    with pytest.raises(HttpError) as refused:
        client.events().insert(calendarId="primary", body=BODY).execute(num_retries=0)
    assert refused.value.resp.status == 409
    assert google.counts()["events.insert"] == 2


def test_a_server_error_may_come_before_or_after_the_write(google: LocalGoogle) -> None:
    google.script(Fault("events.insert"), Fault("events.insert", Befalls.REFUSE_AFTER))
    assert ask(google, "POST") == (503, "backendError")
    assert google.events(ALMA) == []
    assert ask(google, "POST") == (503, "backendError")
    assert len(google.events(ALMA)) == 1


def test_a_fault_lets_some_pass_befalls_some_and_ends(google: LocalGoogle) -> None:
    google.script(Fault("events.*", skip=1, times=2, status=429, reason="rateLimitExceeded"))
    found = [ask(google)[0] for _ in range(4)]
    assert found == [200, 429, 429, 200]


def test_a_fault_may_befall_one_account_or_one_address_only(google: LocalGoogle) -> None:
    google.script(Fault("*", times=None, account="bo@example.org"))
    google.script(Fault("*", times=None, path="pageToken"))
    assert ask(google)[0] == 200
    assert ask(google, target=f"{EVENTS}?pageToken=x")[0] == 503


def test_a_410_comes_with_or_without_a_reason(google: LocalGoogle) -> None:
    google.script(Fault("events.list", status=410, reason="fullSyncRequired"))
    google.script(Fault("events.list", status=410, reason=""))
    assert [ask(google) for _ in range(2)] == [(410, "fullSyncRequired"), (410, "")]


def test_a_refusal_may_say_when_to_come_back(google: LocalGoogle) -> None:
    google.script(Fault("colors.get", retry_after=7))
    token = google.grant(ALMA, "calendar").access_token
    headers = {"authorization": f"Bearer {token}"}
    assert fetch(google.url, "GET", "/colors", headers=headers)[1]["retry-after"] == "7"


@pytest.mark.parametrize(("befalls", "done"), [(Befalls.HOLD, 0), (Befalls.HOLD_ANSWER, 1)])
def test_a_request_is_held_before_or_after_it_is_done(
    google: LocalGoogle, befalls: Befalls, done: int
) -> None:
    fault = Fault("events.insert", befalls)
    google.script(fault)
    with ThreadPoolExecutor(1) as other:
        asked = other.submit(ask, google, "POST")
        assert fault.arrived.wait(30)
        assert len(google.events(ALMA)) == done
        assert ask(google)[0] == 200
        fault.release()
        assert asked.result(30) == (200, "")


def test_a_request_may_be_slow(google: LocalGoogle) -> None:
    google.script(Fault("events.list", Befalls.DELAY, seconds=0.01))
    assert ask(google)[0] == 200


def test_what_is_scripted_over_http_befalls_too(google: LocalGoogle) -> None:
    faults = [{"method": "events.list", "befalls": "refuse", "status": 500}]
    assert fetch(google.url, "POST", "/faults", json.dumps(faults).encode())[0] == 204
    assert ask(google)[0] == 500
    google.script(Fault("events.list", times=None))
    assert fetch(google.url, "DELETE", "/faults")[0] == 204
    assert ask(google)[0] == 200


def test_the_quota_of_a_minute_slides_and_a_patch_costs_three(google: LocalGoogle) -> None:
    google.knobs.user_per_minute = 6
    assert ask(google, "POST") == (200, "")
    assert ask(google, "PATCH", f"{EVENTS}/abcde") == (200, "")
    google.clock.advance(timedelta(seconds=30))
    assert [ask(google) for _ in range(3)] == [
        *[(200, "")] * 2,
        (403, "userRateLimitExceeded"),
    ]
    google.clock.advance(timedelta(seconds=31))
    assert ask(google) == (200, "")
    google.knobs.project_per_minute = 1
    assert ask(google) == (403, "rateLimitExceeded")


def test_a_user_over_quota_can_read_and_not_write(google: LocalGoogle) -> None:
    google.act("over_quota", account=ALMA)
    assert ask(google, "POST") == (403, "quotaExceeded")
    assert ask(google) == (200, "")
    google.act("over_quota", account=ALMA, on=False)
    assert ask(google, "POST") == (200, "")


def test_calendars_are_rationed_for_ever(google: LocalGoogle) -> None:
    google.knobs.calendars = 1
    calendars = service(google, ALMA).calendars()
    made = calendars.insert(body={"summary": "One"}).execute()
    calendars.delete(calendarId=made["id"]).execute()
    with pytest.raises(HttpError) as refused:
        calendars.insert(body={"summary": "Two"}).execute()
    assert refused.value.error_details[0]["reason"] == "quotaExceeded"


def test_the_clock_that_stamps_may_be_wrong(google: LocalGoogle) -> None:
    google.clock.skew = timedelta(minutes=10)
    assert ask(google, "POST") == (200, "")
    assert google.events(ALMA)[0]["updated"] == "2026-11-03T08:10:00.000Z"
    wind = json.dumps({"stand": "2027-01-01T00:00:00Z", "advance": 60, "skew": -60}).encode()
    _, _, said = fetch(google.url, "POST", "/clock", wind)
    assert json.loads(said) == {"now": "2027-01-01T00:01:00.000Z"}
    google.act("edit_title", account=ALMA, event="abcde", title="Other")
    assert google.events(ALMA)[0]["updated"] == "2027-01-01T00:00:00.000Z"
