"""The local Google beside the benchmark: started, acted in, made slow, and what it heard."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final, NamedTuple

import requests

from bench.processes import TargetFailed
from server.google_sync.links.oauth import Project
from server.usecases.clock import SystemClock

_PATIENCE: Final = 60
_WRITES: Final = frozenset({"insert", "patch", "update", "delete", "import", "move"})


class Account(NamedTuple):
    """An account that has consented, and the tokens that came of it."""

    email: str
    refresh: str = field(repr=False)
    access: str = field(repr=False)


class Asked(NamedTuple):
    """How many requests came: writes to events, other calls of the API, and for tokens."""

    writes: int
    others: int
    tokens: int

    @property
    def calls(self) -> int:
        """Those to the Calendar API, which are what its quotas count."""
        return self.writes + self.others


@dataclass
class Google:
    """The local Google in another process; safe to hand to a third one."""

    url: str
    project: Project
    accounts: list[Account]
    session: requests.Session = field(default_factory=requests.Session)
    _seen: int = 0

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def take(self) -> Account:
        """Return an account that nobody was given yet."""
        return self.accounts.pop()

    def act(self, kind: str, **details: Any) -> Any:  # noqa: ANN401 - JSON of any shape
        """Do something as a user would at Google's own pages."""
        return self._told("post", "/act", {"kind": kind, **details})

    def answer_after(self, seconds: float) -> None:
        """Let every request take so long from now on."""
        self._told("delete", "/faults")
        if seconds:
            slow = {"method": "*", "befalls": "delay", "times": None, "seconds": seconds}
            self._told("post", "/faults", [slow])

    def later(self, seconds: float) -> None:
        """Let time go on."""
        self._told("post", "/clock", {"advance": seconds})

    def begins(self, email: str, calendar: str) -> dict[str, datetime]:
        """Return when the events of a calendar begin that are not deleted, by id."""
        calendars = self._told("get", "/inspect")[email]["calendars"]
        return {
            event["id"]: datetime.fromisoformat(event["start"]["dateTime"])
            for one in calendars
            if one["id"] == calendar
            for event in one["events"]
            if event["status"] != "cancelled"
        }

    def asked(self) -> Asked:
        """Return what it was asked for since it was last asked this."""
        counts = Counter(self._told("get", f"/inspect/received?since={self._seen}")["counts"])
        self._seen += sum(counts.values())
        events = {name: n for name, n in counts.items() if name.startswith("events.")}
        writes = sum(n for name, n in events.items() if name.partition(".")[2] in _WRITES)
        tokens = counts["token"]
        return Asked(writes, sum(counts.values()) - writes - tokens, tokens)

    def _told(self, verb: str, path: str, body: Any = None) -> Any:  # noqa: ANN401 - as act
        answer = self.session.request(verb, f"{self.url}{path}", json=body, timeout=_PATIENCE)
        if not answer.ok:
            raise TargetFailed(f"the local Google answered {answer.status_code} at {path}")
        return answer.json() if answer.content else None


@dataclass
class Clock:
    """The time of the practice and of its Google: it runs, and jumps where that is wanted."""

    google: Google
    moved: timedelta = timedelta()

    def now(self) -> datetime:
        """Return the moment it is, in UTC."""
        return SystemClock().now() + self.moved

    def seconds(self) -> float:
        """Return seconds that only go on."""
        return monotonic() + self.moved.total_seconds()

    def pause(self, seconds: float) -> bool:
        """Wait by jumping, here and at Google."""
        self.moved += timedelta(seconds=seconds)
        self.google.later(seconds)
        return False


@contextmanager
def google_beside(accounts: int) -> Iterator[Google]:
    """Run a local Google with so many accounts for as long as the block does."""
    command = [sys.executable, "-m", "bench.google_server", str(accounts)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise TargetFailed("the local Google does not start")
            yield _google(json.loads(line))
        finally:
            process.terminate()


def _google(said: dict[str, Any]) -> Google:
    root = said["url"]
    client = (said["client"], said["secret"])
    project = Project(*client, f"{root}/auth", f"{root}/token", f"{root}/revoke")
    return Google(root, project, [Account(*one) for one in said["accounts"]])
