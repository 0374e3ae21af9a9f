"""`praxical`, which `python -m server` is too."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Code is no rubbish: looking through it again and again while it is loaded takes time.
    gc.disable()
    # Here, not above: each process of the server loads this module, and none takes commands.
    from server.cli.application import main as run  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
