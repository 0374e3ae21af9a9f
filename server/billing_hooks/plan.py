"""From what stands and what is due to what has to be posted: decided before anything is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from server.billing_hooks.visits import Visit
from server.domain.charges import Charge, ChargeLine


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change comes to: charges to reverse, lines to post by slot, charges to redate."""

    reverse: tuple[Charge, ...] = ()
    post: tuple[tuple[str, ChargeLine], ...] = ()
    follow: tuple[Charge, ...] = ()


def plan_for(
    visit: Visit | None, lines: Iterable[ChargeLine], standing: Sequence[Charge]
) -> Plan:
    """Return how the charges of one occurrence become those that are due (part 6).

    A line that stands already is left alone: the same change made twice posts nothing. Another
    client, service, modifier, number of units or place of service is a reversal and a new
    charge. Where nothing is due any more, all of it is reversed.
    """
    due = dict(_slots(lines)) if visit is not None else {}
    kept = {
        charge.slot: charge
        for charge in standing
        if visit is not None
        and charge.slot in due
        and charge.client == visit.details.client
        and charge.line.is_same_as(due[charge.slot])
    }
    return Plan(
        reverse=tuple(charge for charge in standing if charge.slot not in kept),
        post=tuple((slot, line) for slot, line in due.items() if slot not in kept),
        follow=following(visit, tuple(kept.values())) if visit is not None else (),
    )


def _slots(lines: Iterable[ChargeLine]) -> Iterable[tuple[str, ChargeLine]]:
    """Yield each line with its slot: its kind, its code, and which of several such it is."""
    count: Counter[str] = Counter()
    for line in lines:
        name = f"{line.kind.value}:{line.code}"
        count[name] += 1
        yield f"{name}:{count[name]}", line


def following(visit: Visit, charges: Sequence[Charge]) -> tuple[Charge, ...]:
    """Return the charges that follow a visit to its day, its length and who gave it."""
    moved = (
        replace(
            charge,
            service_date=visit.service_date,
            minutes=visit.minutes,
            practitioner=visit.details.practitioner,
        )
        for charge in charges
    )
    return tuple(new for new, old in zip(moved, charges, strict=True) if new != old)
