"""`praxical demo`: one command to a practice that is served, whatever happened before."""

from __future__ import annotations

import base64
import http.client
import http.server
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from server.usecases.demo_practice import NAME
from tests.command_line import Praxical, copied, over
from tests.demo import PASSWORD, VARIABLE, make_demo_in, weeks
from tests.system.servers import ROOT, free_port


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the demo practice."""
    return make_demo_in(tmp_path_factory.mktemp("demo") / "data")


@pytest.fixture
def own(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of the demo practice."""
    return copied(made, tmp_path / "data", capsys)


def test_a_second_start_makes_nothing_new(own: Praxical) -> None:
    before = weeks(own)
    ran = own("demo", "--no-serve")
    assert ran.code == 0
    assert "as before" in ran.out
    assert "/alma/appointments/" in ran.out
    assert "http://127.0.0.1:5232/book/demo " in ran.out
    assert weeks(own) == before


def test_without_a_password_of_ones_own_random_ones_are_shown_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    praxical = over(tmp_path / "data", capsys)
    first = [line.split()[1] for line in praxical("demo", "--no-serve").out.splitlines()
             if line.startswith(("alma", "theo", "desk", "admin"))]  # fmt: skip
    assert len({*first}) == 4
    assert all(len(secret) == 34 for secret in first)
    again = praxical("demo", "--no-serve").out
    assert not any(secret in again for secret in first)
    renewed = praxical("demo", "--no-serve", "--new-passwords").out
    assert not any(secret in renewed for secret in first)
    states = [one["state"] for one in praxical("app-password", "list", "--json").json]
    assert states == ["active"] * 4


def test_another_password_in_the_environment_replaces_the_one_before(
    own: Praxical, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {one["id"] for one in own("app-password", "list", "--json").json}
    monkeypatch.setenv(VARIABLE, PASSWORD)
    assert own("demo", "--no-serve").code == 0
    assert {one["id"] for one in own("app-password", "list", "--json").json} == known
    monkeypatch.setenv(VARIABLE, "something else altogether")
    ran = own("demo", "--no-serve")
    assert "something else" not in ran.out
    assert known.isdisjoint(one["id"] for one in own("app-password", "list", "--json").json)


def test_a_password_made_by_hand_is_left_alone(
    own: Praxical, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = own("app-password", "new", "alma", "--label", "phone", "--json").json
    monkeypatch.setenv(VARIABLE, "something else altogether")
    assert own("demo", "--no-serve").code == 0
    states = {one["id"]: one["state"] for one in own("app-password", "list", "--json").json}
    assert states[made["id"]] == "active"


def test_a_real_practice_is_never_filled_with_inventions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    praxical = over(tmp_path / "data", capsys)
    assert praxical("migrate", "--zone", "UTC").code == 0
    ran = praxical("demo", "--no-serve")
    assert ran.code == 1
    assert "is not a demo" in ran.err
    assert praxical("user", "list", "--json").json == []


def test_a_demo_of_which_only_the_name_was_made_is_completed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    praxical = over(tmp_path / "data", capsys)
    assert praxical("migrate", "--zone", "America/New_York", "--practice-name", NAME).code == 0
    assert praxical("demo", "--no-serve").code == 0
    assert len(praxical("client", "list", "--json").json) == 40


def test_a_demo_that_was_killed_while_it_was_made_is_made_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    words = [sys.executable, "-m", "server", "demo", "--no-serve", "--data-dir", str(folder)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL)
    Event().wait(2.5)
    process.kill()
    process.wait(20)
    praxical = over(folder, capsys)
    assert praxical("demo", "--no-serve").code == 0
    assert len(praxical("client", "list", "--json").json) == 40
    assert praxical("check", "--json").json == []


def test_a_port_that_is_taken_is_said_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running_on_a_port() as port:
        ran = over(tmp_path / "data", capsys)("demo", "--port", str(port))
    assert ran.code == 1
    assert f"{port}" in ran.err
    assert not (tmp_path / "data").exists()


@contextmanager
def running_on_a_port() -> Iterator[int]:
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    try:
        yield server.server_port
    finally:
        server.server_close()


# --- served ----------------------------------------------------------------------------


@contextmanager
def demo_served(folder: Path, **environment: str) -> Iterator[tuple[int, list[str]]]:
    """Run the demo on a free port; give the port and what it printed first."""
    port = free_port()
    words = ["demo", "--port", str(port), "--data-dir", str(folder)]
    with subprocess.Popen(
        [sys.executable, "-m", "server", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield port, _until_told(process)
        finally:
            process.terminate()


def _until_told(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    said: list[str] = []
    while not said or "In a calendar app" not in said[-1]:
        line = process.stdout.readline()
        assert line, "the demo ended before it was served"
        said.append(line)
    return said


def asked(port: int, method: str, path: str, password: str) -> tuple[int, str]:
    """Ask as Alma until the server answers; return the status and the body."""
    token = base64.b64encode(f"alma:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {token}", "Depth": "1"}
    pause = Event()
    for _ in range(400):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except ConnectionError:
            pause.wait(0.05)
        finally:
            connection.close()
    raise TimeoutError("the demo does not answer")


def test_the_demo_is_served_at_once_with_the_password_of_the_environment(
    made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(made, folder)
    with demo_served(folder, **{VARIABLE: PASSWORD}) as (port, said):
        assert any(f"http://127.0.0.1:{port}/alma/appointments/" in line for line in said)
        status, body = asked(port, "GET", "/alma/appointments/", PASSWORD)
        refused, _ = asked(port, "GET", "/alma/appointments/", "something else")
    assert status == 200
    assert "SUMMARY:JD · acupfollow" in body
    assert refused == 401


def test_a_fresh_demo_shows_a_calendar_app_its_appointments(tmp_path: Path) -> None:
    started = datetime.now(UTC)  # noqa: TID251 - how long it really takes is the point
    with demo_served(tmp_path / "data", **{VARIABLE: "short"}) as (port, _):
        status, body = asked(port, "PROPFIND", "/alma/appointments/", "short")
    took = datetime.now(UTC) - started  # noqa: TID251 - as above
    assert status == 207
    assert body.count(".ics") > 80
    assert took < timedelta(seconds=60)
