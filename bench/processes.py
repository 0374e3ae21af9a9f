"""Server processes: started, waited for, weighed and ended; only those started here."""

import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_RESET_PEAK: Final = "5"
_POLL_SECONDS: Final = 0.005
_STOP_SECONDS: Final = 15
_LAST_WORDS: Final = 600


class TargetFailed(Exception):
    """A server did not start, or its set-up was refused; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Peak resident memory in MiB of each process of a server."""

    processes: tuple[float, ...]

    @property
    def largest(self) -> float:
        """That of the process that needed most."""
        return max(self.processes)

    @property
    def together(self) -> float:
        """All of them; pages that they share are counted more than once."""
        return sum(self.processes)


class ServerProcess:
    """A server and whatever it starts, in a process group of its own."""

    def __init__(
        self, command: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> None:
        self._log = log
        self._command = command
        with log.open("ab") as sink:
            try:
                self._process = subprocess.Popen(  # noqa: S603  # commands of this package
                    command,
                    stdout=sink,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    env={**os.environ, **environment},
                    start_new_session=True,
                )
            except OSError as error:
                raise TargetFailed(f"{command[0]} does not start: {error.strerror}") from error

    def wait_a_moment(self) -> None:
        """Let a few milliseconds pass; TargetFailed where the server has ended."""
        try:
            code = self._process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            return
        raise TargetFailed(f"{self._command[0]} ended with code {code}: {self.last_words()}")

    def last_words(self) -> str:
        """The end of what the server wrote to its log."""
        return self._log.read_text(errors="replace").strip()[-_LAST_WORDS:]

    def stop(self) -> None:
        """Ask the whole group to end, insist after some seconds."""
        group = self._process.pid
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        if _group_lives(group):
            self._signal(signal.SIGKILL)

    def memory(self) -> Memory | None:
        """Peak memory since the start, or since it was forgotten; None without /proc."""
        peaks = (_peak_kib(pid) for pid in _tree(self._process.pid))
        found = tuple(sorted((peak / 1024 for peak in peaks if peak), reverse=True))
        return Memory(found) if found else None

    def forget_peak(self) -> None:
        """Let the peaks begin anew from what is used now, where the system can do that."""
        for pid in _tree(self._process.pid):
            # Where it cannot, the peak since the start stands: never less than the wanted one.
            with suppress(OSError):
                (_PROC / str(pid) / "clear_refs").write_text(_RESET_PEAK)

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(command: Sequence[str], environment: Mapping[str, str], typed: str = "") -> str:
    """Run a command to its end and return what it printed; TargetFailed where it fails."""
    try:
        finished = subprocess.run(  # noqa: S603  # commands of this package
            command,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **environment},
        )
    except OSError as error:
        raise TargetFailed(f"{command[0]} does not start: {error.strerror}") from error
    if finished.returncode:
        raise TargetFailed(f"{' '.join(command)}: {finished.stderr.strip()[-_LAST_WORDS:]}")
    return finished.stdout


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in _PROC.glob("[0-9]*"):
        children.setdefault(_parent(folder), []).append(int(folder.name))
    found, open_pids = [], [root]
    while open_pids:
        pid = open_pids.pop()
        found.append(pid)
        open_pids += children.get(pid, [])
    return found


def _parent(folder: Path) -> int:
    try:
        # A program's name may hold spaces and brackets: fields count from the last bracket.
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _peak_kib(pid: int) -> int:
    try:
        status = (_PROC / str(pid) / "status").read_text()
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0
