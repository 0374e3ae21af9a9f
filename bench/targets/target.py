"""A server under test: prepared and filled once, then started and stopped at will."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.answers import Expectation, members
from bench.clients import Batch, Clients, Exchange
from bench.processes import Memory, ServerProcess, TargetFailed
from bench.wire import Connection, Endpoint
from bench.workload import Plan, text_of

_START_SECONDS: Final = 120.0
_FILL_SECONDS: Final = 900.0
_MULTISTATUS: Final = 207
_NOT_FOUND: Final = 404
_CREATED: Final = (201, 204)
_XML: Final = "application/xml; charset=utf-8"
_PROBE: Final = '<propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>'
_ETAGS: Final = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'


class Target(ABC):
    """One server with one calendar of its own in a folder of its own."""

    # A defect that is known and let pass, so that the rest of the answer can be compared.
    first_sync_names_removed = False

    def __init__(self, folder: Path, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._folder = folder
        self._process: ServerProcess | None = None
        folder.mkdir(parents=True)

    @abstractmethod
    def prepare(self) -> None:
        """Make what must exist before the first start; TargetFailed where that is refused."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """The command that serves, in the foreground."""

    def environment(self) -> dict[str, str]:
        """What the command finds in its environment beside ours."""
        return {}

    def open_calendar(self) -> None:
        """Make the calendar on the running server, where `prepare` did not."""
        return

    def fill(self, plans: Sequence[Plan], clients: Clients, width: int) -> None:
        """Put the events into the calendar of the running server through `width` clients."""
        created = Expectation(_CREATED)
        exchanges = [Exchange(put_request(self.endpoint, plan), created) for plan in plans]
        batches = [
            Batch(self.endpoint, tuple(exchanges[part::width]), _FILL_SECONDS, 0, repeats=False)
            for part in range(min(width, len(exchanges)))
        ]
        faults = [fault for outcome in clients.run(batches) for fault in outcome.faults]
        if faults:
            raise TargetFailed(f"{len(faults)} events were not stored: {faults[0]}")

    def verify(self, plans: Sequence[Plan]) -> None:
        """See that the calendar holds exactly these events; TargetFailed where not."""
        request = xml_request(self.endpoint, "PROPFIND", _ETAGS, depth="1")
        with Connection(self.endpoint, _FILL_SECONDS) as connection:
            answer = connection.ask(request)
        held = members(answer.body).etags.keys() if answer.status == _MULTISTATUS else set()
        if held != {plan.href for plan in plans}:
            raise TargetFailed(f"{len(held)} events are stored instead of {len(plans)}")

    def start(self) -> float:
        """Start the server and return the seconds until its first right answer."""
        begun = perf_counter()
        log = self._folder / "server.log"
        self._process = ServerProcess(self.command(), log, self.environment())
        while not self._answers():
            self._process.wait_a_moment()
            if perf_counter() - begun > _START_SECONDS:
                words = self._process.last_words()
                self.stop()
                raise TargetFailed(f"no answer {_START_SECONDS:.0f} s after the start: {words}")
        return perf_counter() - begun

    def stop(self) -> None:
        """End the server, if it runs."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def memory(self) -> Memory | None:
        """Peak memory of the serving processes since the start, or since it was forgotten."""
        return self._process.memory() if self._process else None

    def forget_peak(self) -> None:
        """Let the peaks of the serving processes begin anew."""
        if self._process is not None:
            self._process.forget_peak()

    def _answers(self) -> bool:
        request = xml_request(self.endpoint, "PROPFIND", _PROBE, depth="0")
        try:
            with Connection(self.endpoint, _START_SECONDS) as connection:
                status = connection.ask(request).status
        except OSError:
            return False
        # Before the calendar is made the right answer is 404: the server itself is there.
        return status in {_MULTISTATUS, _NOT_FOUND}


def put_request(endpoint: Endpoint, plan: Plan, version: int = 0, **headers: str) -> bytes:
    """The PUT of one event."""
    kind = "text/calendar; charset=utf-8"
    text = text_of(plan, version)
    return endpoint.request("PUT", plan.href, text, Content_Type=kind, **headers)


def xml_request(endpoint: Endpoint, method: str, body: str, depth: str = "1") -> bytes:
    """A PROPFIND, REPORT or MKCALENDAR on the calendar."""
    return endpoint.request(method, "", body, Content_Type=_XML, Depth=depth)
