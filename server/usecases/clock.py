"""The machine's time, the one place where it is read."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Implements server.usecases.ports.Clock."""

    def now(self) -> datetime:
        """Return the present instant, UTC, whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - this is the clock
