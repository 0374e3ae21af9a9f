"""Making anew what is derived: the index of occurrences and the texts that apps are served."""

from __future__ import annotations

from collections.abc import Callable

from server.domain.errors import TooManyInstances
from server.domain.ids import AppointmentId
from server.usecases.context import Context
from server.usecases.index_occurrences import Window, index
from server.usecases.ports import UnitOfWork
from server.usecases.refresh_objects import Selector, refresh


def rebuild(
    uow: UnitOfWork, context: Context, progress: Callable[[int, int], None] | None = None
) -> tuple[int, int]:
    """Work out all occurrences anew, and texts that are stale; return how many of each.

    Appointments, history and money are not touched. A rule that yields too many occurrences is
    left as it is, for `check` to name.
    """
    numbers = sorted({*uow.appointments.ids(), *uow.appointments.ids(deleted=True)})
    reindexed = 0
    for done, number in enumerate(numbers):
        if progress is not None:
            progress(done, len(numbers))
        reindexed += _reindex(uow, context, number)
    return reindexed, refresh(uow, context, Selector())


def _reindex(uow: UnitOfWork, context: Context, number: AppointmentId) -> bool:
    appointment = uow.appointments.get(number)
    if appointment is None:
        return False
    try:
        rows, indexed = index(appointment, uow.practice.zone, Window.of(context))
    except TooManyInstances:
        return False
    uow.appointments.save(appointment, rows, indexed)
    return True
