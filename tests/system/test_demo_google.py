"""`praxical demo --with-local-google`: what moves on one side moves on the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from server.usecases.clock import SystemClock
from tests.command_line import over
from tests.demo import PASSWORD, VARIABLE
from tests.system.servers import ROOT, free_port

NEW_YORK = ZoneInfo("America/New_York")
ACCOUNT = "alma@example.org"
_PATIENCE = 60.0
_EVERY = 0.1


@dataclass
class Demo:
    """The demo as it runs: calendars on one side, Google on the other."""

    port: int
    google: str
    session: requests.Session

    def calendar(self, method: str, name: str, text: str = "") -> requests.Response:
        return self.session.request(
            method,
            f"http://127.0.0.1:{self.port}/alma/appointments/{name}",
            data=text.encode(),
            auth=("alma", PASSWORD),
            headers={"Content-Type": "text/calendar"},
            timeout=30,
        )

    def managed(self) -> dict[str, Any]:
        held = self.session.get(f"{self.google}/inspect", timeout=30).json()
        found: dict[str, Any] = next(
            one for one in held[ACCOUNT]["calendars"] if not one["primary"]
        )
        return found

    def at(self, start: datetime) -> dict[str, Any] | None:
        """Return the event in Google that begins then."""
        for event in self.managed()["events"]:
            said = event.get("start", {}).get("dateTime")
            if said and datetime.fromisoformat(said) == start:
                found: dict[str, Any] = event
                return found
        return None


def _until(holds: Callable[[], object]) -> None:
    pause = Event()
    for _ in range(int(_PATIENCE / _EVERY)):
        if holds():
            return
        pause.wait(_EVERY)
    raise TimeoutError("it never came")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Demo]:
    port = free_port()
    words = ["--data-dir", str(tmp_path / "data"), "demo", "--with-local-google"]
    with subprocess.Popen(
        [sys.executable, "-m", "server", *words, "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, VARIABLE: PASSWORD, "PRAXICAL_SERVER_PROCESSES": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            google = re.search(r"(http://127\.0\.0\.1:\d+)/ +Alma's Google", _told(process))
            assert google
            with requests.Session() as session:
                session.trust_env = False
                yield Demo(port, google[1], session)
        finally:
            process.terminate()


def _told(process: subprocess.Popen[str]) -> str:
    """Return what the demo says before it serves."""
    assert process.stdout is not None
    said = ""
    while "In a calendar app" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    return said


def test_what_moves_on_one_side_moves_on_the_other_within_seconds(running: Demo) -> None:
    # Long before anybody comes: nothing else is there to be moved onto.
    day = (SystemClock().now() + timedelta(days=5)).astimezone(NEW_YORK)
    start = day.replace(hour=4, minute=0, second=0, microsecond=0)
    text = "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Test//Test//EN",
            "BEGIN:VEVENT",
            "UID:early@test",
            "DTSTAMP:20261101T120000Z",
            f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTEND:{start.astimezone(UTC) + timedelta(minutes=45):%Y%m%dT%H%M%SZ}",
            "SUMMARY:acupfollow Jane Doe",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        )
    )

    def answers() -> bool:
        try:
            return running.calendar("PUT", "early.ics", text).status_code in {201, 204}
        except requests.ConnectionError:
            return False

    _until(answers)
    _until(lambda: running.at(start))
    event = running.at(start)
    assert event is not None
    assert event["summary"] in {"Appointment", "? Appointment"}
    later = start + timedelta(minutes=30)
    moved = {
        "kind": "move",
        "account": ACCOUNT,
        "calendar": running.managed()["id"],
        "event": event["id"],
        "start": {"dateTime": later.isoformat()},
    }
    answer = running.session.post(f"{running.google}/act", json=moved, timeout=30)
    assert answer.status_code == 200, answer.text
    wanted = f"{later.astimezone(UTC):%Y%m%dT%H%M%SZ}", f"{later:%Y%m%dT%H%M%S}"
    _until(lambda: any(each in running.calendar("GET", "early.ics").text for each in wanted))


def test_a_local_google_keeps_its_data_beside_the_practice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    praxical = over(tmp_path / "data", capsys)
    assert praxical("demo", "--no-serve", "--with-local-google").code == 0
    assert (tmp_path / "data" / "local-google.json").exists()
    shown = praxical("google", "status", "--json").json
    assert [one["state"] for one in shown] == ["connected"]
    assert praxical("demo", "--no-serve", "--with-local-google").code == 0
    assert len(praxical("google", "status", "--json").json) == 1
