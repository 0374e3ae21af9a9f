"""The command line: `python -m bench.servers --help`."""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from statistics import median
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.answers import Expectation
from bench.clients import Batch, Clients, Exchange
from bench.figures import percentile
from bench.machine import load, this_machine
from bench.processes import Memory, TargetFailed
from bench.servers.contenders import CONTENDERS, Contender, Serving, serving
from bench.wire import Endpoint

_WIDTH: Final = 170
_BODY: Final = "p" * 1024
_CONCURRENCY: Final = (1, 8)


class Work(StrEnum):
    """What is asked of the empty application."""

    EMPTY = "empty answer"
    KILOBYTE = "1 KB answer"
    MEGABYTE = "1 MB answer"
    PUT = "PUT of 1 KB"
    BUSY = "1 ms of Python"


@dataclass(slots=True)
class Samples:
    """Seconds of each answer, and the wall time that they took together."""

    latencies: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bench:
    """Rounds, and seconds for one figure in one round."""

    rounds: int
    seconds: float


Found = dict[tuple[Contender, Work, int], Samples]


def main() -> int:
    """Compare them; 0 when done, 1 when one answered wrongly, 2 when one did not start."""
    parser = argparse.ArgumentParser(prog="bench.servers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--seconds", type=float, default=1.0, help="for one figure in one round"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    try:
        found, memory = _measure(Bench(options.rounds, options.seconds))
    except TargetFailed as error:
        sys.stderr.write(f"bench.servers: {error}\n")
        return 2
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    machine = this_machine()
    console.print(
        f"{machine.processors} processors, {machine.system}, Python {machine.python}, "
        f"load {load():.1f}; processes x threads"
    )
    for clients in _CONCURRENCY:
        console.print(_table(found, memory, clients))
    if options.json is not None:
        options.json.write_text(_as_json(found, memory))
    return int(any(samples.faults for samples in found.values()))


def _measure(bench: Bench) -> tuple[Found, dict[Contender, Memory | None]]:
    with ExitStack() as stack:
        clients = stack.enter_context(Clients(max(_CONCURRENCY)))
        running = {each: stack.enter_context(serving(each)) for each in CONTENDERS}
        found: Found = {
            (contender, work, number): Samples()
            for number in _CONCURRENCY
            for work in Work
            for contender in CONTENDERS
        }
        for _ in range(bench.rounds):
            for (contender, work, number), samples in found.items():
                batch = _batch(running[contender], work, bench.seconds)
                _add(samples, clients, batch, number)
        return found, {contender: site.memory() for contender, site in running.items()}


def _add(samples: Samples, clients: Clients, batch: Batch, number: int) -> None:
    outcomes = clients.run([batch] * number)
    for outcome in outcomes:
        samples.latencies += outcome.latencies
        samples.faults += outcome.faults
    samples.elapsed += max(outcome.elapsed for outcome in outcomes)


def _batch(site: Serving, work: Work, seconds: float) -> Batch:
    exchange = _EXCHANGES[work](site.endpoint)
    return Batch(site.endpoint, (exchange,), seconds, 0, repeats=True)


def _get(path: str, contains: bytes) -> Callable[[Endpoint], Exchange]:
    expectation = Expectation((200,), (contains,))
    return lambda endpoint: Exchange(endpoint.request("GET", path), expectation)


def _put(endpoint: Endpoint) -> Exchange:
    return Exchange(endpoint.request("PUT", "put", _BODY), Expectation((204,)))


_EXCHANGES: Final[dict[Work, Callable[[Endpoint], Exchange]]] = {
    Work.EMPTY: _get("empty", b""),
    Work.KILOBYTE: _get("kilobyte", b"k" * 1024),
    Work.MEGABYTE: _get("megabyte", b"m" * 1024 * 1024),
    Work.PUT: _put,
    Work.BUSY: _get("busy", b""),
}


def _table(found: Found, memory: dict[Contender, Memory | None], clients: int) -> Table:
    title = f"{clients} client{'s' if clients > 1 else ''}: p50 / p95 ms, answers a second"
    table = Table(title=title, title_justify="left")
    table.add_column("server")
    for work in Work:
        table.add_column(work, justify="right")
    table.add_column("peak MiB", justify="right")
    for contender in CONTENDERS:
        cells = [_field(found[contender, work, clients]) for work in Work]
        peak = memory[contender]
        table.add_row(contender.title, *cells, f"{peak.together:.0f}" if peak else "-")
    return table


def _field(samples: Samples) -> str:
    if samples.faults or not samples.latencies:
        return f"wrong: {samples.faults[0]}" if samples.faults else "-"
    p50, p95, rate = _numbers(samples)
    return f"{p50:.3f} / {p95:.3f}, {rate:,.0f}"


def _numbers(samples: Samples) -> tuple[float, float, float]:
    middle, tail = median(samples.latencies), percentile(samples.latencies, 0.95)
    return middle * 1000, tail * 1000, len(samples.latencies) / samples.elapsed


def _as_json(found: Found, memory: dict[Contender, Memory | None]) -> str:
    rows = [
        asdict(contender) | {"work": work, "clients": clients}
        | (dict(zip(("p50", "p95", "per_second"), _numbers(samples), strict=True))
           if samples.latencies and not samples.faults else {})
        | {"wrong": len(samples.faults)}
        for (contender, work, clients), samples in found.items()
    ]  # fmt: skip
    peaks = {each.title: asdict(peak) if peak else None for each, peak in memory.items()}
    return json.dumps({"figures": rows, "peak_mib": peaks}, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())
