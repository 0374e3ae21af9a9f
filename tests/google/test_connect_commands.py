"""`praxical google`: connect with a browser on this machine, look, change, disconnect."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests

from server.cli.google_loopback import loopback, read_answer, state_of
from tests.command_line import Praxical, book, copied, make_practice
from tests.local_google import LocalGoogle

ACCOUNT = "alma@example.com"
_PATIENCE = 60


@pytest.fixture(scope="module")
def google() -> Iterator[LocalGoogle]:
    """Return a Google that runs on loopback."""
    with LocalGoogle() as running:
        running.account(ACCOUNT)
        yield running


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small practice."""
    return make_practice(tmp_path_factory.mktemp("practice") / "data")


@pytest.fixture
def settings(google: LocalGoogle, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let the environment say that the local Google is Google."""
    said = {
        "PRAXICAL_GOOGLE_CLIENT_ID": google.client_id,
        "PRAXICAL_GOOGLE_CLIENT_SECRET": google.client_secret,
        "PRAXICAL_GOOGLE_AUTH_URL": f"{google.url}/auth",
        "PRAXICAL_GOOGLE_TOKEN_URL": f"{google.url}/token",
        "PRAXICAL_GOOGLE_REVOKE_URL": f"{google.url}/revoke",
        "PRAXICAL_GOOGLE_API_URL": google.url,
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    return said


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    assert prepared.exists()
    return tmp_path / "data"


@pytest.fixture
def praxical(
    prepared: Path,
    folder: Path,
    settings: Mapping[str, str],
    capsys: pytest.CaptureFixture[str],
) -> Praxical:
    """Return the command line over a copy of the small practice."""
    assert settings
    return copied(prepared, folder, capsys)


def session() -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    return made


def consent(google: LocalGoogle, address: str, decision: str = "approve") -> str:
    """Answer the consent page as a person does; return where the browser goes."""
    said = dict(parse_qsl(urlsplit(address).query))
    form = [
        *said.items(),
        ("account", ACCOUNT),
        ("decision", decision),
        *(("granted", scope) for scope in said["scope"].split()),
    ]
    with session() as browser:
        answer = browser.post(
            f"{google.url}/auth/decide", form, allow_redirects=False, timeout=_PATIENCE
        )
    return answer.headers["location"]


def connect(
    google: LocalGoogle, folder: Path, settings: Mapping[str, str], decision: str = "approve"
) -> tuple[int, str]:
    """Run `praxical google connect alma`, and be the browser that it waits for."""
    words = ("google", "connect", "alma", "--no-watch", "--data-dir", str(folder))
    process = subprocess.Popen(
        [sys.executable, "-m", "server", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **settings},
    )
    with process:
        assert process.stdout is not None
        address = next(line for line in process.stdout if line.startswith("http"))
        with session() as browser:
            page = browser.get(consent(google, address.strip(), decision), timeout=_PATIENCE)
        assert page.status_code == 200
        said = process.stdout.read()
        return process.wait(_PATIENCE), said


def say_who_sees_what(praxical: Praxical) -> None:
    """Wish for titles that were not granted; say that the calendar is shared, and is not."""
    refused = praxical("google", "watch", "alma", "primary", "--titles")
    assert (refused.code, "Connect the same account" in refused.err) == (1, True)
    assert praxical("google", "watch", "alma", "primary", "--no-titles").code == 0
    assert praxical("google", "shared", "alma", "yes").out.startswith("Google is told 'busy'")
    (link,) = praxical("google", "status", "--json").json
    assert (link["shared"], link["shared_confirmed_by"]) == (True, "")
    assert praxical("google", "shared", "alma", "yes", "--confirmed").code == 0
    (link,) = praxical("google", "status", "--json").json
    assert link["shared_confirmed_by"]
    assert praxical("google", "shared", "alma", "no").code == 0


def ask_what_is_kept(praxical: Praxical) -> None:
    """Seal anew with the same key; a link that has not ended is not forgotten."""
    needed = "Sealed anew: 0.\nNo other key than the first is needed any more.\n"
    assert praxical("google", "reseal").out == needed
    refused = praxical("google", "forget", "alma", "--yes")
    assert (refused.code, "is not disconnected" in refused.err) == (1, True)


def test_connect_waits_for_the_browser_and_status_shows_the_link(
    praxical: Praxical, google: LocalGoogle, folder: Path, settings: dict[str, str]
) -> None:
    assert praxical("google", "status").out.startswith("Nobody is connected.")
    code, said = connect(google, folder, settings)
    assert code == 0, said
    assert "connected" in said
    shown = praxical("google", "status").out
    for word in ("alma", "connected", "generic", "now"):
        assert word in shown
    (link,) = praxical("google", "status", "--json").json
    assert (link["user"], link["state"]) == ("alma", "connected")
    changed = praxical("google", "policy", "alma", "propose")
    assert changed.code == 0, changed.err
    assert praxical("google", "level", "alma", "busy").out.startswith("Google is told 'busy'")
    assert praxical("google", "watch", "alma", "primary").code == 0
    say_who_sees_what(praxical)
    assert praxical("google", "unwatch", "alma", "primary").code == 0
    assert praxical("google", "resync", "alma").code == 0
    assert praxical("google", "conflicts", "alma").out == "There are none.\n"
    assert json.loads(praxical("google", "conflicts", "--json").out) == []
    ask_what_is_kept(praxical)
    refused = praxical("google", "decide", "alma", "restore")
    assert (refused.code, "does not wait" in refused.err) == (1, True)
    ended = praxical("google", "disconnect", "alma", "--events", "remove", "--yes")
    assert ended.code == 0, ended.err
    assert "calendar removed, consent revoked" in ended.out
    assert "disconnected" in praxical("google", "status").out
    assert praxical("google", "forget", "alma", "--yes").out == "Forgotten.\n"


def test_the_worker_tells_google_what_is_booked(
    praxical: Praxical, google: LocalGoogle, folder: Path, settings: dict[str, str]
) -> None:
    code, said = connect(google, folder, settings)
    assert code == 0, said
    book(praxical)
    assert praxical("worker", "--once").code == 0
    (link,) = praxical("google", "status", "--json").json
    assert (link["live"], link["waiting"]) == (1, 0)
    managed = next(one["id"] for one in link["calendars"] if one["role"] == "managed")
    (event,) = google.live_events(ACCOUNT, managed)
    assert event["summary"] == "Appointment"
    assert "Jane" not in google.google.log.text()


def test_without_google_the_worker_asks_nothing_of_it(
    praxical: Praxical, google: LocalGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRAXICAL_GOOGLE_CLIENT_ID")
    before = len(google.received)
    assert praxical("worker", "--once").code == 0
    assert len(google.received) == before


def test_who_is_refused_at_google_is_told_so(
    praxical: Praxical, google: LocalGoogle, folder: Path, settings: dict[str, str]
) -> None:
    code, said = connect(google, folder, settings, decision="deny")
    assert (code, "not allowed" in said) == (1, True)
    assert praxical("google", "status", "--json").json == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("status", "nobody"), 0, ""),
        (("disconnect", "alma", "--events", "leave", "--yes"), 1, "no link to Google"),
        (("resync", "alma"), 1, "no link to Google"),
        (("level", "alma", "everything"), 2, "everything"),
        (("decide", "alma", "perhaps"), 2, "restore"),
        (("answer", "alma", "c", "perhaps"), 2, "accept"),
        (("shared", "alma", "perhaps"), 2, "yes"),
        (("shared", "alma", "yes"), 1, "no link to Google"),
        (("answer", "alma", "c", "accept"), 1, "no link to Google"),
        (("connect", "nobody"), 1, "no user 'nobody'"),
        (("connect", "desk"), 1, "no practitioner"),
        (("connect", "alma", "--level", "full"), 1, "level"),
    ],
)
def test_what_makes_no_sense_is_refused(
    praxical: Praxical, words: tuple[str, ...], code: int, said: str
) -> None:
    refused = praxical("google", *words)
    assert (refused.code, said in refused.err) == (code, True), refused.err


def test_without_a_project_it_is_said_what_is_missing(
    praxical: Praxical, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRAXICAL_GOOGLE_CLIENT_ID")
    refused = praxical("google", "connect", "alma")
    assert (refused.code, "client_id" in refused.err) == (1, True)


def test_without_a_key_it_is_said_what_is_missing(praxical: Praxical, folder: Path) -> None:
    (folder / "praxical.key").unlink()
    refused = praxical("google", "connect", "alma")
    assert (refused.code, "praxical migrate" in refused.err) == (1, True)
    assert praxical("migrate").code == 0
    assert (folder / "praxical.key").exists()


def test_google_is_called_without_tls_only_on_this_machine(
    praxical: Praxical, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAXICAL_GOOGLE_TOKEN_URL", "http://accounts.example/token")
    refused = praxical("google", "status")
    assert (refused.code, "without TLS" in refused.err) == (3, True)


def test_only_who_knows_the_state_is_listened_to() -> None:
    with loopback(0) as waiting:
        statuses: list[int] = []

        def browse() -> None:
            with session() as browser:
                for said in (
                    {},
                    {"state": "guessed", "code": "c"},
                    {"state": "s", "code": "c"},
                ):
                    address = f"{waiting.redirect}?{urlencode(said)}"
                    statuses.append(browser.get(address, timeout=_PATIENCE).status_code)

        thread = threading.Thread(target=browse)
        thread.start()
        answer = waiting.wait("s", _PATIENCE)
        thread.join(_PATIENCE)
    assert answer == {"state": "s", "code": "c"}
    assert statuses == [404, 404, 200]


def test_nobody_comes_back_in_time() -> None:
    with loopback(0) as waiting:
        assert waiting.wait("s", 0) == {}


def test_a_pasted_address_is_read() -> None:
    address = "http://127.0.0.1:1/?state=s&code=4%2Fc&scope=openid"
    assert read_answer(f" {address}\n") == {"state": "s", "code": "4/c"}
    assert state_of(address) == "s"
