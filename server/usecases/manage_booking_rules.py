"""What clients may book themselves: the bounds of a booking rule."""

from __future__ import annotations

from server.domain.booking_rules import BookingRule
from server.domain.errors import Invalid

_DAY = 24 * 60
_MOST = {
    "notice": 365 * _DAY,
    "horizon": 365,
    "before": 8 * 60,
    "after": 8 * 60,
    "grid": _DAY,
    "capacity": 99,
}
_LEAST = {"notice": 0, "horizon": 0, "before": 0, "after": 0, "grid": 1, "capacity": 1}


def accepted_rule(rule: BookingRule) -> BookingRule:
    """Return the rule; raises Invalid, naming the field, where it cannot be kept."""
    for field, most in _MOST.items():
        value = getattr(rule, field)
        if not _LEAST[field] <= value <= most:
            raise Invalid(field, f"{value}: {_LEAST[field]} to {most} are possible")
    if _DAY % rule.grid:
        raise Invalid("grid", f"{rule.grid}: a number of minutes that divides a day is needed")
    return rule
