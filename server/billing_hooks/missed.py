"""Fees for missed appointments that an insurer's contract does not allow (part 4)."""

from __future__ import annotations

from typing import Final

from server.billing_hooks.visits import Visit
from server.domain.calendars import Notice
from server.domain.ids import new_ulid
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork

_FORBIDDEN: Final = (
    "No fee was charged for this missed appointment: an insurer of the client forbids it."
)


def is_forbidden(uow: UnitOfWork, visit: Visit) -> bool:
    """Whether an insurer of the client forbids fees for missed appointments."""
    client = visit.details.client
    return client is not None and bool(uow.papers.profiles.forbidding_fees(client))


def say_forbidden(uow: UnitOfWork, context: Context, visit: Visit) -> None:
    """Tell the practitioner that the fee became nothing."""
    uow.notices.add(
        Notice(
            id=new_ulid(context.now),
            user=visit.details.practitioner,
            at=context.now,
            code="fee-forbidden",
            sentence=_FORBIDDEN,
            appointment=visit.occurrence.appointment,
        )
    )
