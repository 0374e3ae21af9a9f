"""The floor: what an empty answer costs with these clients, under Praxical's HTTP server."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.answers import Expectation
from bench.clients import Batch, Clients, Exchange
from bench.figures import percentile
from bench.processes import TargetFailed
from bench.servers.contenders import Contender, Software
from bench.wire import Endpoint

# Processes and threads as `praxical serve` has them by default.
SERVER: Final = Contender(Software.GRANIAN, 2, 8)
_EMPTY: Final = Expectation((200,))


@dataclass(frozen=True, slots=True)
class EmptyAnswer:
    """Milliseconds of an empty answer, and answers a second."""

    p50: float
    p95: float
    per_second: float


class Floor:
    """An application that answers nothing at once, asked by the clients of the run."""

    def __init__(
        self, endpoint: Endpoint, clients: Clients, concurrency: Sequence[int], seconds: float
    ) -> None:
        self._endpoint = endpoint
        self._clients = clients
        self._seconds = seconds
        self._latencies: dict[int, list[float]] = {number: [] for number in concurrency}
        self._elapsed = dict.fromkeys(concurrency, 0.0)

    def measure(self) -> None:
        """Ask for as long as for one figure; TargetFailed where an answer does not come."""
        exchange = Exchange(self._endpoint.request("GET", "empty"), _EMPTY)
        batch = Batch(self._endpoint, (exchange,), self._seconds, 0, repeats=True)
        for number, latencies in self._latencies.items():
            outcomes = self._clients.run([batch] * number)
            if any(outcome.faults for outcome in outcomes):
                raise TargetFailed("the empty application does not answer")
            latencies.extend(each for outcome in outcomes for each in outcome.latencies)
            self._elapsed[number] += max(outcome.elapsed for outcome in outcomes)

    def found(self) -> dict[int, EmptyAnswer]:
        """By the number of clients, after at least one measurement."""
        return {
            number: EmptyAnswer(
                median(latencies) * 1000,
                percentile(latencies, 0.95) * 1000,
                len(latencies) / self._elapsed[number],
            )
            for number, latencies in self._latencies.items()
        }
