"""`praxical`, which `python -m server` is too."""

from __future__ import annotations


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Here, not above: each process of the server loads this module, and none takes commands.
    from server.cli.application import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
