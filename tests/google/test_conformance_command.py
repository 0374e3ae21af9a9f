"""`praxical google conformance`: consents of its own, what it prints, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from server.cli.google_conformance_views import show_outcome
from server.google_sync.conformance.checks import Outcome, Result, Verdict, tidy
from server.google_sync.conformance.report import NotAReport, apart, read_report, report_of
from server.google_sync.conformance.signed import BUSY_TIMES, CREATED
from tests.command_line import call, unwrapped
from tests.google.conforming import ACCOUNT, calendars_left, check_of
from tests.local_google import Befalls, Fault, LocalGoogle, Unknowns

_PATIENCE = 60
COMMAND = ("google", "conformance")


@pytest.fixture(scope="module")
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle() as running:
        running.account(ACCOUNT)
        yield running


@pytest.fixture(scope="module")
def another() -> Iterator[LocalGoogle]:
    """Return a Google of which all that is unknown is otherwise."""
    with LocalGoogle(Unknowns.otherwise()) as running:
        running.account(ACCOUNT)
        yield running


def settings(google: LocalGoogle, *, is_real: bool) -> dict[str, str]:
    """Return the environment of a practice; its Google is this one where ``is_real``."""
    said = {
        "PRAXICAL_GOOGLE_CLIENT_ID": google.client_id,
        "PRAXICAL_GOOGLE_CLIENT_SECRET": google.client_secret,
    }
    if is_real:
        places = ("auth", "token", "revoke")
        said |= {
            f"PRAXICAL_GOOGLE_{name.upper()}_URL": f"{google.url}/{name}" for name in places
        }
        said["PRAXICAL_GOOGLE_API_URL"] = google.url
    return {**os.environ, **said}


def consented(google: LocalGoogle, address: str, decision: str, left_out: Sequence[str]) -> str:
    """Answer the consent page as a person does; return where the browser is sent."""
    said = dict(parse_qsl(urlsplit(address).query))
    granted = [scope for scope in said["scope"].split() if scope not in left_out]
    form = [*said.items(), ("account", ACCOUNT), ("decision", decision)]
    form += [("granted", scope) for scope in granted]
    with requests.Session() as browser:
        browser.trust_env = False
        answer = browser.post(
            f"{google.url}/auth/decide", form, allow_redirects=False, timeout=_PATIENCE
        )
    return answer.headers["location"]


def address_in(process: subprocess.Popen[str]) -> str:
    """Return the address that the command asks to open."""
    assert process.stderr is not None
    return next(line.strip() for line in process.stderr if line.startswith("http"))


def process_of(google: LocalGoogle, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "server", *COMMAND, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=settings(google, is_real="--live" in words),
    )


@contextmanager
def started(
    google: LocalGoogle, *words: str, decision: str = "approve", left_out: Sequence[str] = ()
) -> Iterator[subprocess.Popen[str]]:
    """Start the command, and be the browser that it waits for."""
    with process_of(google, *words) as process:
        place = consented(google, address_in(process), decision, left_out)
        with requests.Session() as browser:
            browser.trust_env = False
            assert browser.get(place, timeout=_PATIENCE).status_code == 200
        yield process


def ran(
    google: LocalGoogle, *words: str, decision: str = "approve", left_out: Sequence[str] = ()
) -> tuple[int, str, str]:
    """Run the command to its end; return its exit code and what it said."""
    with started(google, *words, decision=decision, left_out=left_out) as process:
        out, err = process.communicate(timeout=_PATIENCE)
        return process.returncode, out, err


def test_g100_two_googles_are_asked_and_what_they_said_is_compared(
    google: LocalGoogle, another: LocalGoogle, tmp_path: Path
) -> None:
    code, out, err = ran(google, "--url", google.url, "--json")
    assert code == 0, out + err
    report = json.loads(out)
    assert (report["google"], report["whole"], report["apart"]) == ("local", True, [])
    assert "@" not in out
    assert calendars_left(google) == []
    kept = tmp_path / "local.json"
    kept.write_text(out, encoding="utf-8")

    code, out, err = ran(another, "--live", "--against", str(kept), "--revoke")
    assert code == 1, out + err
    assert "Differs from the other report:" in out
    assert "Differs from what is expected" not in out
    assert "it ended early" not in out.lower()
    for said in ("as expected", "answered", "left out"):
        assert f" {said}" in out
    assert calendars_left(another) == []
    assert another.google.grants.refreshes == {}


def test_without_leave_to_make_a_calendar_nothing_is_done(google: LocalGoogle) -> None:
    code, out, err = ran(google, "--url", google.url, left_out=[CREATED])
    assert (code, out, "no calendar may be made" in err) == (2, "", True)


def test_who_declines_has_no_calendar_made(google: LocalGoogle) -> None:
    code, out, err = ran(google, "--url", google.url, decision="deny")
    assert (code, out, "consent declined" in err) == (2, "", True)
    assert calendars_left(google) == []


def test_an_address_is_pasted_and_a_permission_may_be_left_out(google: LocalGoogle) -> None:
    with process_of(google, "--url", google.url, "--paste", "--json") as process:
        assert process.stdin is not None
        ended = consented(google, address_in(process), "approve", [BUSY_TIMES])
        out, err = process.communicate(f"{ended}\n", timeout=_PATIENCE)
    assert process.returncode == 0, err
    report = json.loads(out)
    assert report["whole"] is True
    rows = [row for row in report["checks"] if row["number"].startswith("A9.")]
    assert {row["found"] for row in rows} == {"needs consent to see busy times"}


def test_an_address_of_another_consent_is_not_taken(google: LocalGoogle) -> None:
    with process_of(google, "--url", google.url, "--paste") as process:
        ended = "http://127.0.0.1:1/?state=another&code=c"
        out, err = process.communicate(f"{ended}\n", timeout=_PATIENCE)
    assert (process.returncode, out) == (2, "")
    assert "Begin anew" in err
    assert calendars_left(google) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_when_the_calendar_is_gone(
    google: LocalGoogle, number: signal.Signals
) -> None:
    hold = Fault("events.insert", Befalls.HOLD, skip=5)
    google.script(hold)
    with started(google, "--url", google.url, "--json") as process:
        assert hold.arrived.wait(_PATIENCE)
        process.send_signal(number)
        hold.release()
        out, _ = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 2
    report = json.loads(out)
    assert (report["ended"], report["calendar_left"]) == ("interrupted", False)
    assert calendars_left(google) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "either --live or --url"),
        (("--live", "--url", "http://127.0.0.1:9"), "either --live or --url"),
        (("--url", "https://calendar.example"), "of this machine"),
        (("--url", "http://127.0.0.1:9", "--push-address", "http://a.example"), "https only"),
        (("--live", "--against", "no-such-file.json"), "--against"),
    ],
)
def test_what_cannot_be_run_is_said_before_anybody_is_asked(
    google: LocalGoogle,
    words: Sequence[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in settings(google, is_real=False).items():
        monkeypatch.setenv(name, value)
    assert call(*COMMAND, *words) == 2
    assert said in capsys.readouterr().err


def test_without_a_project_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PRAXICAL_GOOGLE_CLIENT_ID", raising=False)
    assert call(*COMMAND, "--live") == 2
    assert "client_id" in capsys.readouterr().err


def outcome(**found: str) -> Outcome:
    numbers: Mapping[str, str] = {name.replace("_", "."): said for name, said in found.items()}
    checks = [(check_of(number), said) for number, said in numbers.items()]
    return Outcome([Result(one, one.verdict(said), said) for one, said in checks], 7)


def test_a_report_says_what_was_found_and_is_compared() -> None:
    here = outcome(A1_3="400", A1_9="not told", A2_2="404 notFound")
    text = json.dumps(report_of(here, is_live=True))
    there = read_report(text)
    assert there == {"A1.3": "400", "A1.9": "not told", "A2.2": "404 notFound"}
    assert apart(here, there) == []
    (only,) = apart(outcome(A1_9="told all the same", A1_4="not told"), there)
    assert (only.number, only.here, only.there) == ("A1.9", "told all the same", "not told")


def test_what_differs_is_shown_with_its_fact(capsys: pytest.CaptureFixture[str]) -> None:
    found = replace(outcome(A1_3="200", A1_9="not told"), ended="out of time")
    show_outcome(found, apart(found, {"A1.9": "told all the same"}))
    shown = unwrapped(capsys.readouterr().out)
    for said in (
        "outside the bounds of the first read, or does not. not told",
        "Differs from what is expected: A1.3 Beside a sync token",
        "expected: 400 found: 200",
        "Differs from the other report:",
        "A1.9 not told told all the same",
        "2 checks, 7 requests: 1 differs, 1 answered.",
        "It ended early: out of time.",
    ):
        assert said in shown


def test_where_nothing_was_checked_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    show_outcome(Outcome([]), [])
    assert "No check was made." in capsys.readouterr().out


def test_what_was_left_out_is_not_compared() -> None:
    check = check_of("A9.1")
    left_out = Outcome([Result(check, Verdict.LEFT_OUT, "needs a consent")])
    assert apart(left_out, {"A9.1": "200, notFound"}) == []
    assert read_report(json.dumps(report_of(left_out, is_live=False))) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"form": "another"}',
        '{"form": "praxical-google-conformance-1"}',
        '{"form": "praxical-google-conformance-1", "checks": [{"verdict": "odd"}]}',
    ],
)
def test_what_no_run_has_written_is_no_report(text: str) -> None:
    with pytest.raises(NotAReport):
        read_report(text)


def test_a_finding_holds_no_address_and_no_id() -> None:
    found = tidy(f"told as alma@example.com of c_{'0a' * 40}@group.calendar.google.com\x1b")
    assert found == "told as … of …"
    assert tidy("410 fullSyncRequired") == "410 fullSyncRequired"
    assert len(tidy("word " * 100)) == 80
