"""`python -m tests.local_google --port N`: a local Google as a program of its own."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from tests.local_google.running import LocalGoogle
from tests.local_google.unknowns import Unknowns


def main() -> None:
    """Serve until asked to end; print address and client when it can be called."""
    parser = argparse.ArgumentParser(prog="python -m tests.local_google", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--account", action="append", default=[], metavar="ADDRESS[=ZONE]")
    parser.add_argument("--save", type=Path, help="a file that keeps everything")
    parser.add_argument(
        "--otherwise", action="store_true", help="every unknown in its other position"
    )
    given = parser.parse_args()
    unknowns = Unknowns.otherwise() if given.otherwise else Unknowns.as_reported()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with LocalGoogle(unknowns, save=given.save, port=given.port) as google:
        for named in given.account:
            email, _, zone = named.partition("=")
            google.account(email, zone or "Europe/Zurich")
        # Whoever starts it reads where it is, and as which client to come.
        sys.stdout.write(f"{google.url}\n{google.client_id} {google.client_secret}\n")
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
