"""When a calendar's owner is busy: times and how they are taken, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from server.domain.vocabulary import Kind, Status
from server.ics.free_busy import Busy, BusyRow
from server.usecases.instances_between import busy_between
from server.usecases.read_calendar import Reading

_TENTATIVE: Final = frozenset({Status.REQUESTED.value, Kind.REQUEST.value})


def busy_times(
    reading: Reading, start: datetime | None, end: datetime | None
) -> Sequence[BusyRow]:
    """Return the times that block, travel included; a request is tentative until accepted."""
    return [
        (
            row.start,
            row.end,
            Busy.TENTATIVE if row.status in _TENTATIVE or row.kind in _TENTATIVE else Busy.BUSY,
        )
        for row in busy_between(reading, start, end)
    ]
