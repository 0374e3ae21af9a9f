"""The checks see what they look for: a Google that always says the same passes none of them.

And how a run keeps itself let in, and within its time.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from typing_extensions import override

from server.google_sync.conformance.checks import Verdict
from server.google_sync.conformance.pace import Tempo
from server.google_sync.conformance.running import Plan
from server.google_sync.conformance.signed import WANTED
from tests.google.conforming import ALL, PUSH, at_address, bench_at, checked
from tests.local_google import LocalGoogle, Unknowns

Says = Callable[[Mapping[str, Any], int], tuple[int, Mapping[str, Any]]]
"""What is answered to a body, in a request of a number."""


def nothing(_body: Mapping[str, Any], _number: int) -> tuple[int, Mapping[str, Any]]:
    """Say yes, and no more."""
    return 200, {}


def the_same(body: Mapping[str, Any], number: int) -> tuple[int, Mapping[str, Any]]:
    """Say yes, and what was said; every list is empty."""
    known = {"id": f"e{number}", "status": "confirmed", "updated": str(number)}
    more = {"etag": f'"{number}"', "items": [], "nextSyncToken": f"s{number}"}
    return 200, {**known, **body, **more}


def no(_body: Mapping[str, Any], _number: int) -> tuple[int, Mapping[str, Any]]:
    """Refuse."""
    one = {"domain": "global", "reason": "invalid", "message": "Invalid"}
    return 400, {"error": {"code": 400, "message": "Invalid", "errors": [one]}}


class OneMinded(ThreadingHTTPServer):
    """Answers on loopback; a calendar can be made and deleted, and there are tokens."""

    def __init__(self, says: Says) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.says = says
        self.numbers = iter(range(1, 1_000_000))


class Handler(BaseHTTPRequestHandler):
    server: OneMinded
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, said = self.said(raw, next(self.server.numbers))
        body = b"" if status == 204 else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def said(self, raw: bytes, number: int) -> tuple[int, Mapping[str, Any]]:
        if self.command == "DELETE":
            return 204, {}
        if self.path == "/token":
            return 200, {"access_token": f"a{number}"}
        if self.path.partition("?")[0].endswith("/calendars"):
            return 200, {"id": "c"}
        try:
            body = json.loads(raw)
        except ValueError:
            body = {}
        return self.server.says(body, number)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


for verb in ("GET", "POST", "PATCH", "PUT", "DELETE"):
    setattr(Handler, f"do_{verb}", Handler.answer)


@contextmanager
def google_that(says: Says) -> Iterator[str]:
    """Return where a Google is that always says the same."""
    with OneMinded(says) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("says", [nothing, the_same, no])
def test_a_google_that_always_says_the_same_passes_no_check_of_its_calendar(
    says: Says,
) -> None:
    with google_that(says) as url, at_address(url, ("a", "r")) as bench:
        bench.address = PUSH
        outcome = checked(bench, plan=Plan(revokes=True))
    assert len(outcome.results) == len(ALL)
    passed = [one for one in outcome.results if one.verdict is not Verdict.DIFFERS]
    # Its tokens are as they are to be.
    assert [one.check.number for one in passed] == ["A10.1", "A10.3", "A10.4"]


def test_a_token_that_ends_soon_is_replaced_and_the_new_refresh_token_kept() -> None:
    with (
        LocalGoogle(Unknowns(rotates_refresh_tokens=True)) as google,
        bench_at(google) as bench,
    ):
        signed = bench.signed
        before = signed.refresh_token
        signed.granted = replace(signed.granted, until=bench.site.clock.now())
        assert checked(bench, "A2.3").is_whole
    assert signed.refresh_token not in {"", before}
    assert signed.scopes == WANTED
    assert google.counts()["token"] == 1


def test_a_token_that_is_rejected_is_replaced_once() -> None:
    with LocalGoogle() as google, bench_at(google) as bench:
        bench.signed.granted = replace(bench.signed.granted, access="ended")
        assert checked(bench, "A2.3").is_whole
    assert google.counts()["token"] == 1


def test_without_a_refresh_token_a_rejected_one_ends_the_run() -> None:
    with LocalGoogle() as google, bench_at(google) as bench:
        bench.signed.granted = replace(bench.signed.granted, access="ended")
        bench.signed.refresh_token = ""
        outcome = checked(bench)
    assert (outcome.ended, outcome.results) == ("no refresh token", [])


def test_no_secret_is_shown_where_a_consent_is_printed() -> None:
    with LocalGoogle() as google, bench_at(google) as bench:
        assert checked(bench, "A2.3", plan=Plan(keeps=True)).is_whole
        shown = f"{bench!r} {bench.signed!r}"
        for secret in (
            *(bench.signed.granted.access, bench.signed.refresh_token),
            *(bench.calendar, google.client_secret),
        ):
            assert secret
            assert secret not in shown


def test_a_run_without_time_makes_nothing() -> None:
    with LocalGoogle() as google:
        with bench_at(google, tempo=Tempo(1_000, 0, 0, 0)) as bench:
            outcome = checked(bench)
        assert (outcome.ended, outcome.left, outcome.results) == ("out of time", "", [])
        assert google.received == []


def test_no_more_than_two_permissions_are_asked_for() -> None:
    assert [scope.rpartition("/")[2] for scope in WANTED] == [
        "calendar.app.created",
        "calendar.freebusy",
    ]
