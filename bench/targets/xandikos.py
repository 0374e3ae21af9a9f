"""Xandikos, installed on request into an environment of its own: never a dependency of ours."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from typing_extensions import override

from bench.clients import Clients
from bench.processes import free_port, run
from bench.targets.target import Target
from bench.wire import Endpoint
from bench.workload import Plan, text_of

VERSION: Final = "0.4.10"
_USER: Final = "alma"

# It keeps a calendar as a git repository; this commits what lies in the folder, as one change.
_COMMIT: Final = """\
import sys
from dulwich.repo import Repo
from dulwich import porcelain
folder, someone = sys.argv[1], b"bench <bench@bench.invalid>"
with Repo(folder) as repo:
    repo.get_worktree().stage(sys.stdin.read().split())
    porcelain.commit(repo, message=b"filled", author=someone, committer=someone)
"""


def install(folder: Path) -> Path:
    """Put Xandikos into a new environment and return its programs; may raise TargetFailed."""
    run([sys.executable, "-m", "venv", str(folder)], {})
    programs = folder / "bin"
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
    run([*pip, "--disable-pip-version-check", f"xandikos=={VERSION}"], {})
    return programs


class Xandikos(Target):
    """Xandikos by its own command; without TLS it asks for no password and reads none."""

    def __init__(self, folder: Path, programs: Path) -> None:
        super().__init__(
            folder, Endpoint(free_port(), f"/{_USER}/calendars/calendar/", _USER, "")
        )
        self._programs = programs
        self._store = folder / "collections"

    @override
    def prepare(self) -> None:
        self._store.mkdir()

    @override
    def command(self) -> Sequence[str]:
        return [
            str(self._programs / "xandikos"), "serve", "--directory", str(self._store),
            "--state-dir", str(self._folder / "state"), "--defaults", "--no-detect-systemd",
            "--current-user-principal", f"/{_USER}/",
            "--listen-address", self.endpoint.host, "--port", str(self.endpoint.port),
        ]  # fmt: skip

    @override
    def fill(self, plans: Sequence[Plan], clients: Clients, width: int) -> None:
        # Each PUT reads the whole tree again: the last of 10,000 would take 0.4 s.
        calendar = self._store / _USER / "calendars" / "calendar"
        for plan in plans:
            (calendar / plan.href).write_text(text_of(plan), newline="")
        names = "\n".join(plan.href for plan in plans)
        run([str(self._programs / "python"), "-c", _COMMIT, str(calendar)], {}, names)
