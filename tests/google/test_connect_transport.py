"""Requests to Google are sent once, and every answer means one thing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from server.google_sync.http import calls
from server.google_sync.http.calls import CallFailed, ListWanted, WatchWanted
from server.google_sync.http.requests import LIST_PARAMETERS, requests_for
from server.google_sync.http.transport import Connection, GoogleCalls
from server.google_sync.http.wire import Patience, Wire
from tests.google.scripted import HANGS_UP, Said, Scripted, refusal, scripted

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
CALENDAR = "a@group.calendar.google.com"
BODY = {"summary": "Busy"}


@dataclass
class Tokens:
    """Tokens that never end, unless they are rejected."""

    tokens: list[str] = field(default_factory=lambda: ["first", "second"])

    def current(self) -> str:
        return self.tokens[0]

    def renewed(self, rejected: str) -> str:
        assert self.tokens.pop(0) == rejected
        return self.tokens[0]


class Noon:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted() as running:
        yield running


@pytest.fixture
def google(server: Scripted) -> Iterator[GoogleCalls]:
    with Wire() as wire:
        connection = Connection(requests_for(f"{server.url}/any/prefix"), wire, Noon())
        yield GoogleCalls(connection, Tokens())


Call = Callable[[GoogleCalls], object]
WRITES: dict[str, Call] = {
    "POST": lambda google: google.insert_event(CALENDAR, BODY),
    "PATCH": lambda google: google.patch_event(CALENDAR, "e1", BODY, '"1"'),
    "DELETE": lambda google: google.delete_event(CALENDAR, "e1", '"1"'),
}


def test_g016_a_write_is_sent_once_though_the_connection_is_closed_unanswered(
    server: Scripted, google: GoogleCalls
) -> None:
    for method, write in WRITES.items():
        # First on a connection that is kept and used again: that is where others send twice.
        google.get_calendar(CALENDAR)
        server.received.clear()
        server.script = [HANGS_UP]
        with pytest.raises(calls.Uncertain):
            write(google)
        assert server.methods == [method]


def test_a_read_is_not_sent_again_either(server: Scripted, google: GoogleCalls) -> None:
    server.script = [HANGS_UP]
    with pytest.raises(calls.Uncertain, match="connection"):
        google.list_events(ListWanted(CALENDAR))
    assert server.methods == ["GET"]


def test_a_redirect_is_not_followed(server: Scripted, google: GoogleCalls) -> None:
    server.script = [Said(307, headers={"location": f"{server.url}/elsewhere"})]
    with pytest.raises(calls.Refused):
        google.insert_event(CALENDAR, BODY)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("said", "failure", "text"),
    [
        (refusal(400, "timeRangeEmpty"), calls.Refused, "400 timeRangeEmpty"),
        (refusal(403, "rateLimitExceeded"), calls.Busy, "403 rateLimitExceeded"),
        (refusal(403, "userRateLimitExceeded"), calls.Busy, "403 userRateLimitExceeded"),
        (refusal(403, "quotaExceeded"), calls.QuotaExceeded, "403 quotaExceeded"),
        (refusal(403, "forbiddenForNonOrganizer"), calls.Refused, "403"),
        (refusal(403, "insufficientPermissions"), calls.Refused, "403"),
        (refusal(404, "notFound"), calls.Missing, "404 notFound"),
        (refusal(409, "duplicate"), calls.Duplicate, "409 duplicate"),
        (refusal(410, "deleted"), calls.Deleted, "410 deleted"),
        (
            refusal(412, "conditionNotMet", "If-Match"),
            calls.Changed,
            "conditionNotMet If-Match",
        ),
        (refusal(429, "rateLimitExceeded"), calls.Busy, "429"),
        (refusal(500, "backendError"), calls.Uncertain, "500 backendError"),
        (refusal(503, "backendError"), calls.Uncertain, "503"),
        (Said(502, b"<html>Jane Doe</html>"), calls.Uncertain, "502 no reason given"),
        (Said(400, {"error": "Jane Doe"}), calls.Refused, "400 no reason given"),
        (refusal(400, "Jane Doe was here"), calls.Refused, "400 no reason given"),
        (Said(200, b"<html>"), calls.Uncertain, "unreadable"),
        (Said(200, b"[1]"), calls.Uncertain, "unreadable"),
    ],
)
def test_each_answer_is_told_apart_without_a_word_of_its_text(
    server: Scripted, google: GoogleCalls, said: Said, failure: type[CallFailed], text: str
) -> None:
    server.script = [said]
    with pytest.raises(CallFailed, match=text) as caught:
        google.patch_event(CALENDAR, "e1", BODY, '"1"')
    assert type(caught.value) is failure
    assert "Jane" not in repr(caught.value)


@pytest.mark.parametrize(
    "said",
    [
        refusal(410, "fullSyncRequired", "syncToken"),
        Said(410, b""),
        refusal(400, "invalid", "syncToken"),
        refusal(410, "updatedMinTooLongAgo"),
    ],
)
@pytest.mark.parametrize("wanted", [{"sync_token": "s"}, {"page": "p"}])
def test_a_token_that_is_refused_is_one_that_is_no_longer_good(
    server: Scripted, google: GoogleCalls, said: Said, wanted: dict[str, str]
) -> None:
    server.script = [said]
    with pytest.raises(calls.TokenInvalid):
        google.list_events(ListWanted(CALENDAR, **wanted))


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("7", timedelta(seconds=7)),
        ("Tue, 24 Nov 2026 14:02:00 GMT", timedelta(minutes=2)),
        ("Tue, 24 Nov 2020 14:02:00 GMT", timedelta()),
        ("99999999999", timedelta(days=1)),
        ("soon", None),
        ("", None),
    ],
)
def test_how_long_to_wait_is_read_from_the_answer(
    server: Scripted, google: GoogleCalls, said: str, waits: timedelta | None
) -> None:
    server.script = [refusal(429, "rateLimitExceeded", Retry_After=said)]
    with pytest.raises(calls.Busy) as caught:
        google.get_event(CALENDAR, "e1")
    assert caught.value.retry_after == waits


def test_a_rejected_token_is_replaced_once(server: Scripted, google: GoogleCalls) -> None:
    server.script = [refusal(401, "authError"), Said(200, {"id": "e1"})]
    assert google.insert_event(CALENDAR, BODY) == {"id": "e1"}
    signed = [one.headers["authorization"] for one in server.received]
    assert signed == ["Bearer first", "Bearer second"]


def test_two_rejected_tokens_are_a_grant_that_is_gone(
    server: Scripted, google: GoogleCalls
) -> None:
    server.script = [refusal(401, "authError"), refusal(401, "authError")]
    with pytest.raises(calls.NotSignedIn):
        google.insert_event(CALENDAR, BODY)
    assert len(server.received) == 2


def test_a_list_asks_with_the_fixed_parameters_and_repeats_its_token(
    server: Scripted, google: GoogleCalls
) -> None:
    server.usual = Said(200, {"items": [{"id": "e1"}], "nextSyncToken": "t2"})
    page = google.list_events(ListWanted(CALENDAR, sync_token="t1", page="p1"))
    assert (list(page.items), page.next_sync, page.next_page) == ([{"id": "e1"}], "t2", "")
    address = urlsplit(server.received[0].path)
    assert address.path == (
        "/any/prefix/calendar/v3/calendars/a%40group.calendar.google.com/events"
    )
    asked = {name: value[0] for name, value in parse_qs(address.query).items()}
    fixed = {name: str(value).removesuffix("=") for name, value in LIST_PARAMETERS.items()}
    assert asked.pop("alt") == "json"
    assert {name: value.lower() for name, value in asked.items()} == {
        name: value.lower()
        for name, value in {**fixed, "syncToken": "t1", "pageToken": "p1"}.items()
    }


def test_no_descriptions_places_or_guests_are_asked_for() -> None:
    asked = LIST_PARAMETERS["fields"]
    for private in ("description", "location", "email", "displayName", "hangoutLink"):
        assert private not in asked


def test_a_long_address_is_sent_as_a_form(server: Scripted, google: GoogleCalls) -> None:
    server.usual = Said(200, {"items": []})
    google.list_events(ListWanted(CALENDAR, sync_token="t" * 3000))
    (received,) = server.received
    assert (received.method, received.headers["x-http-method-override"]) == ("POST", "GET")
    assert "?" not in received.path
    assert parse_qs(received.body.decode())["syncToken"] == ["t" * 3000]


def test_a_write_is_conditional_and_tells_nobody(server: Scripted, google: GoogleCalls) -> None:
    google.patch_event(CALENDAR, "e1", BODY, '"7"')
    google.delete_event(CALENDAR, "e1", '"8"', tell_guests=True)
    patched, deleted = server.received
    assert (patched.headers["if-match"], deleted.headers["if-match"]) == ('"7"', '"8"')
    assert "sendUpdates=none" in patched.path
    assert "sendUpdates=all" in deleted.path
    assert json.loads(patched.body) == BODY


def test_a_calendar_that_google_does_not_answer_for_is_unknown(
    server: Scripted, google: GoogleCalls
) -> None:
    busy = {"start": "2026-11-24T09:00:00-05:00", "end": "2026-11-24T15:00:00Z"}
    server.usual = Said(
        200,
        {"calendars": {"a": {"busy": [busy]}, "b": {"errors": [{"reason": "notFound"}]}}},
    )
    found = google.busy(["a", "b", "c"], NOW, NOW + timedelta(days=1))
    assert found == {"a": [(NOW, NOW + timedelta(hours=1))], "b": None, "c": None}


def test_a_channel_lives_as_long_as_google_says(server: Scripted, google: GoogleCalls) -> None:
    expires = NOW + timedelta(days=3)
    server.usual = Said(
        200, {"resourceId": "r", "expiration": str(int(expires.timestamp() * 1000))}
    )
    wanted = WatchWanted(CALENDAR, "c", "secret", "https://h.example/google/push", timedelta(7))
    assert google.watch(wanted) == calls.Watching("r", expires)
    assert json.loads(server.received[0].body)["params"] == {"ttl": "604800"}


def test_an_answer_that_never_ends_is_given_up(server: Scripted) -> None:
    server.usual = Said(200, b"{" + b" " * 1_000_000 + b"}")
    with Wire(patience=Patience(altogether=0)) as wire:
        connection = Connection(requests_for(server.url), wire, Noon())
        with pytest.raises(calls.Uncertain, match="too-slow"):
            GoogleCalls(connection, Tokens()).get_event(CALENDAR, "e1")
