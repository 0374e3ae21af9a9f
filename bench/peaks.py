"""Peak memory of a target: over the whole run, and while its calendar was read whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bench.processes import Memory
from bench.targets.target import Target


@dataclass(frozen=True, slots=True)
class Peaks:
    """What was seen; None where the system does not tell, or nobody read the whole."""

    run: Memory | None = None
    whole: Memory | None = None


class Scale:
    """Weighs the processes of one target."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.peaks = Peaks()

    def note(self) -> None:
        """Look at the memory now."""
        run = _larger(self.peaks.run, self._target.memory())
        self.peaks = replace(self.peaks, run=run)

    @contextmanager
    def while_read_whole(self) -> Iterator[None]:
        """Let peaks begin anew, and look at them when the calendar was read."""
        self.note()
        self._target.forget_peak()
        yield
        whole = _larger(self.peaks.whole, self._target.memory())
        self.peaks = replace(self.peaks, whole=whole)
        self.note()


def _larger(one: Memory | None, other: Memory | None) -> Memory | None:
    seen = [memory for memory in (one, other) if memory is not None]
    return max(seen, key=lambda memory: memory.largest) if seen else None
