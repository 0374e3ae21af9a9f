"""`python -m tests.property.fuzz`: CASES requests made at random, from SEED."""

from __future__ import annotations

import logging
import os
import sys
import time
from secrets import randbelow

from tests.property.fuzz.run import fuzzed

_FEW = 20


def main() -> int:
    """Run, print what was asked, answered and found; return 1 where something is wrong."""
    logging.disable(logging.CRITICAL)
    cases = int(os.environ.get("CASES") or 100_000)
    seed = int(os.environ.get("SEED") or randbelow(1_000_000))
    _say(f"CASES={cases} SEED={seed}")
    began = time.monotonic()
    run = fuzzed(seed, cases)
    took = time.monotonic() - began
    _say(f"{cases} requests in {took:.0f} s; the slowest took {run.slowest[0]:.2f} s of work:")
    _say(f"  {run.slowest[1]}")
    for kind, number in sorted(run.statuses.items()):
        _say(f"{number:>8} {kind}")
    for one in run.wrong[:_FEW]:
        _say(one)
    _say(f"{len(run.wrong)} wrong")
    return 1 if run.wrong else 0


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
