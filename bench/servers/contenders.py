"""The HTTP servers that are compared: how each is started, with one process or with several."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.processes import Memory, ServerProcess, TargetFailed, free_port
from bench.wire import Connection, Endpoint

_START_SECONDS: Final = 30.0


class Software(StrEnum):
    """What answers HTTP."""

    GRANIAN = "granian"
    BRIDGE = "aiohttp + bridge"


@dataclass(frozen=True, slots=True)
class Contender:
    """A server with its number of processes and, in each, threads for the application."""

    software: Software
    processes: int
    threads: int

    @property
    def title(self) -> str:
        """As the tables name it."""
        return f"{self.software}, {self.processes} x {self.threads}"


@dataclass(frozen=True, slots=True)
class Serving:
    """A running contender."""

    endpoint: Endpoint
    servers: tuple[ServerProcess, ...]

    def memory(self) -> Memory | None:
        """Peak memory over everything that serves."""
        peaks = [peak for server in self.servers if (peak := server.memory())]
        if not peaks:
            return None
        return Memory(tuple(process for peak in peaks for process in peak.processes))


CONTENDERS: Final = (
    Contender(Software.GRANIAN, 1, 1),
    Contender(Software.GRANIAN, 1, 8),
    Contender(Software.GRANIAN, 2, 1),
    Contender(Software.GRANIAN, 2, 8),
    Contender(Software.BRIDGE, 1, 8),
    Contender(Software.BRIDGE, 2, 8),
)


@contextmanager
def serving(contender: Contender) -> Iterator[Serving]:
    """The contender on a free port, from its first answer to the end of the block."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        endpoint = Endpoint(free_port(), "/", "", "")
        servers = []
        for command in _commands(contender, endpoint.port):
            server = ServerProcess(command, folder / "server.log", {})
            stack.callback(server.stop)
            servers.append(server)
            _wait(server, endpoint)
        yield Serving(endpoint, tuple(servers))


def _commands(contender: Contender, port: int) -> list[list[str]]:
    threads = str(contender.threads)
    match contender.software:
        case Software.GRANIAN:
            return [[
                sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1",
                "--no-ws", "--port", str(port), "--workers", str(contender.processes),
                "--blocking-threads", threads, "bench.servers.application:application",
            ]]  # fmt: skip
        case Software.BRIDGE:
            one = [sys.executable, "-m", "bench.servers.bridge", str(port), threads]
            return [one] * contender.processes


def _wait(server: ServerProcess, endpoint: Endpoint) -> None:
    begun = perf_counter()
    while perf_counter() - begun < _START_SECONDS:
        try:
            with Connection(endpoint, _START_SECONDS) as connection:
                connection.ask(endpoint.request("GET", "empty"))
        except OSError:
            server.wait_a_moment()
        else:
            return
    raise TargetFailed("the server gave no answer")
