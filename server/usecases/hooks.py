"""What else happens in the transaction of a change: the practice's billing hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.appointment import Appointment
    from server.domain.ids import AppointmentId
    from server.domain.when import RecurrenceKey
    from server.usecases.compare import Change
    from server.usecases.context import Context
    from server.usecases.ports import UnitOfWork


class Hooks(Protocol):
    """Called by ``record`` for every change, whichever door it came through.

    What a hook raises refuses the change, which then leaves nothing behind.
    """

    def changed(
        self,
        uow: UnitOfWork,
        context: Context,
        before: Appointment | None,
        after: Appointment,
    ) -> None:
        """Post what the change charges and take back what it no longer does."""
        ...

    def told(
        self, uow: UnitOfWork, context: Context, after: Appointment, changes: Sequence[Change]
    ) -> None:
        """Announce what happened to whoever asked to be told."""
        ...

    def rekeyed(
        self,
        uow: UnitOfWork,
        appointment: AppointmentId,
        old: RecurrenceKey,
        new: RecurrenceKey,
    ) -> None:
        """Follow an occurrence that is known by another key from now on."""
        ...


class NoHooks(Hooks):
    """A practice that bills nothing."""

    @override
    def changed(
        self,
        uow: UnitOfWork,
        context: Context,
        before: Appointment | None,
        after: Appointment,
    ) -> None:
        del uow, context, before, after

    @override
    def told(
        self, uow: UnitOfWork, context: Context, after: Appointment, changes: Sequence[Change]
    ) -> None:
        del uow, context, after, changes

    @override
    def rekeyed(
        self,
        uow: UnitOfWork,
        appointment: AppointmentId,
        old: RecurrenceKey,
        new: RecurrenceKey,
    ) -> None:
        del uow, appointment, old, new


NO_HOOKS = NoHooks()
