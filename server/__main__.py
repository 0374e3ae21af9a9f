"""`python -m server` is `praxical`."""

from server.cli.application import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
