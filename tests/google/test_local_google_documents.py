"""The local Google answers nothing that the discovery document does not know."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local_google import SCOPE, LocalGoogle, Unknowns
from tests.local_google.clients import fetch, service, sign_in, timed
from tests.local_google.discovery import methods, violations
from tests.local_google.dispatch import HANDLERS
from tests.local_google.walk import differences, elsewhere, local_walk

ROOT = Path(__file__).resolve().parents[2]
ALMA = "alma@example.org"
LEFT_OUT = {"events.quickAdd", "calendars.transferOwnership"}


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle() as running:
        running.account(ALMA)
        yield running


def get(google: LocalGoogle, target: str, **headers: str) -> tuple[int, dict[str, str], Any]:
    token = google.grant(ALMA, "calendar").access_token
    named = {"authorization": f"Bearer {token}", **headers}
    status, found, body = fetch(google.url, "GET", f"/calendar/v3/{target}", headers=named)
    return status, found, json.loads(body) if body else None


@pytest.mark.parametrize(
    "unknowns", [pytest.param(u, id=n) for n, u in Unknowns.all_positions()]
)
def test_g098_every_answer_of_a_walk_is_as_the_document_says(unknowns: Unknowns) -> None:
    with LocalGoogle(unknowns) as google:
        told = local_walk(google)
        assert google.google.violations == []
    assert len(told) > 55
    assert [one for _, one in told if str(one).startswith("5")] == []


def test_g098_every_method_of_the_document_is_there_but_two() -> None:
    assert {method.name for method in methods()} - HANDLERS.keys() == LEFT_OUT


def test_g098_an_answer_with_a_field_that_is_not_known_is_a_violation() -> None:
    assert list(violations("Event", {"id": "abcde", "color": 3})) == ["Event: no field color"]
    assert list(violations("Event", {"sequence": "3"})) == [
        "Event.sequence: not of type integer"
    ]
    assert list(violations("Events", {"items": [{"start": {"date": "1 May"}}]})) == [
        "Events.items[0].start.date: not of format date"
    ]


def test_g098_a_violation_fails_whoever_uses_the_server() -> None:
    google = LocalGoogle()
    google.start()
    google.account(ALMA)
    google.google.world.calendars[ALMA].zone = 3  # type: ignore[assignment]  # wrong
    assert get(google, "calendars/primary")[0] == 500
    with pytest.raises(AssertionError):
        google.__exit__(None, None, None)


@pytest.mark.parametrize(
    "query",
    [
        "colour=3",
        "timeMin=2026-11-09T09:00:00",
        "maxResults=many",
        "maxResults=0",
        "singleEvents=perhaps",
        "orderBy=end",
    ],
)
def test_g098_an_unknown_or_impossible_parameter_is_refused(
    google: LocalGoogle, query: str
) -> None:
    status, _, body = get(google, f"calendars/primary/events?{query}")
    assert status == 400
    assert body["error"]["errors"][0]["location"] == query.partition("=")[0]


def test_g098_a_missing_parameter_or_field_is_refused(google: LocalGoogle) -> None:
    token = google.grant(ALMA, "calendar").access_token
    headers = {"authorization": f"Bearer {token}"}
    start = {"start": {"date": "2027-03-01"}}
    wrong = {**timed("2027-03-01T09:00", "2027-03-01T10:00"), "heading": "No such field"}
    answers = [
        fetch(google.url, "POST", f"/calendar/v3/calendars/primary/{path}", body, headers)
        for path, body in (
            ("events/abcde/move", b""),
            ("events", json.dumps(start).encode()),
            ("events/import", json.dumps(start).encode()),
            ("events", json.dumps(wrong).encode()),
            ("events", b"[not json"),
        )
    ]
    assert [status for status, _, _ in answers] == [400] * 5


def test_a_selection_of_fields_takes_parts_of_parts(google: LocalGoogle) -> None:
    google.act("create", account=ALMA, body=timed("2027-03-01T09:00", "2027-03-01T10:00"))
    target = "calendars/primary/events?fields=kind,items(id,start/timeZone)"
    _, _, found = get(google, target)
    [item] = found.pop("items")
    assert found == {"kind": "calendar#events"}
    assert item.keys() == {"id", "start"}
    assert item["start"] == {"timeZone": "Europe/Zurich"}
    assert get(google, "calendars/primary/events?fields=items(id")[0] == 400


def test_an_answer_is_pretty_if_it_is_asked_to_be(google: LocalGoogle) -> None:
    token = google.grant(ALMA, "calendar").access_token
    headers = {"authorization": f"Bearer {token}"}
    plain = fetch(google.url, "GET", "/any/prefix/colors?prettyPrint=false", headers=headers)[2]
    pretty = fetch(google.url, "GET", "/colors?alt=json&prettyPrint=true", headers=headers)[2]
    assert (b"\n" in plain, b"\n" in pretty) == (False, True)
    assert json.loads(plain) == json.loads(pretty)


def test_an_etag_that_is_known_already_is_answered_with_304(google: LocalGoogle) -> None:
    made = google.act(
        "create", account=ALMA, body=timed("2027-03-01T09:00", "2027-03-01T10:00")
    )
    target = f"calendars/primary/events/{made['id']}"
    known = {"if-none-match": made["etag"]}
    assert get(google, target, **known)[0] == 304
    google.act("edit_title", account=ALMA, event=made["id"], title="Other")
    assert get(google, target, **known)[0] == 200


def test_a_request_without_a_good_token_is_refused_and_still_logged(
    google: LocalGoogle,
) -> None:
    status, headers, _ = fetch(google.url, "GET", "/calendar/v3/colors")
    assert status == 401
    assert headers["www-authenticate"].startswith("Bearer realm=")
    [line] = google.received
    assert (line.method, line.account, line.status) == ("colors.get", "", 401)


def test_what_was_received_never_holds_a_token(google: LocalGoogle) -> None:
    granted = google.grant(ALMA, "calendar")
    service(google, ALMA).calendarList().list().execute()
    assert granted.access_token not in google.text()
    assert "authorization" not in google.text()
    assert google.counts() == {"calendarList.list": 1}


def test_g100_two_local_googles_answer_a_walk_alike() -> None:
    command = [sys.executable, "-m", "tests.local_google", "--account", "walker@example.org"]
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program,
        LocalGoogle() as google,
    ):
        try:
            assert program.stdout is not None
            root = program.stdout.readline().strip()
            token = sign_in(root, "walker@example.org", f"{SCOPE}calendar")["access_token"]
            assert list(differences(local_walk(google), elsewhere(root, token))) == []
        finally:
            program.terminate()
            program.wait(20)


def test_g100_a_server_that_answers_otherwise_is_found_out() -> None:
    with LocalGoogle() as one, LocalGoogle(Unknowns().flipped("rewrites_rules")) as other:
        found = list(differences(local_walk(one), local_walk(other)))
    assert found
    assert {difference.partition(":")[0] for difference in found} <= {
        *("insert a series", "masters", "read", "delta", "nothing new", "small pages"),
    }
