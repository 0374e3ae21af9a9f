"""How the status of an appointment may change (part 6 of the billing rules)."""

from __future__ import annotations

from server.domain.errors import Invalid
from server.domain.vocabulary import Fact, Status

_ALLOWED: dict[Status, frozenset[Status]] = {
    Status.REQUESTED: frozenset({Status.BOOKED, Status.CANCELLED}),
    Status.BOOKED: frozenset(Status) - {Status.REQUESTED},
    Status.CONFIRMED: frozenset(Status) - {Status.REQUESTED},
    Status.ARRIVED: frozenset(Status) - {Status.REQUESTED},
    Status.COMPLETED: frozenset(Status) - {Status.REQUESTED},
    Status.NO_SHOW: frozenset(Status) - {Status.REQUESTED},
    Status.CANCELLED: frozenset({Status.BOOKED, Status.CONFIRMED, Status.LATE_CANCELLED}),
    Status.LATE_CANCELLED: frozenset({Status.BOOKED, Status.CONFIRMED, Status.CANCELLED}),
}


def check_transition(before: Status, after: Status) -> None:
    """Raise Invalid if a status cannot follow another one."""
    if after is not before and after not in _ALLOWED[before]:
        raise Invalid("status", f"'{after}' cannot follow '{before}'")


def facts_of(before: Status | None, after: Status) -> tuple[Fact, ...]:
    """Return what a change of status tells the world; None stands for what was not there.

    What is new is booked, unless it is only asked for, and is what it already is besides.
    """
    if before is None:
        booked = () if after is Status.REQUESTED else (Fact.BOOKED,)
        return booked + facts_of(Status.BOOKED, after)
    if before is after:
        return ()
    if after is Status.BOOKED:
        return (Fact.BOOKED,) if before is Status.REQUESTED else (Fact.UNDONE,)
    return (_TELLS[after],) if after in _TELLS else ()


_TELLS = {
    Status.CONFIRMED: Fact.CONFIRMED,
    Status.ARRIVED: Fact.ARRIVED,
    Status.COMPLETED: Fact.COMPLETED,
    Status.NO_SHOW: Fact.NO_SHOW,
    Status.CANCELLED: Fact.CANCELLED,
    Status.LATE_CANCELLED: Fact.LATE_CANCELLED,
}
