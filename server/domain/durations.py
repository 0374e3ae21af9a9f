"""Which minutes fit a service code; a misfit is a warning, never a change (billing, part 1)."""

from __future__ import annotations

from datetime import timedelta

_PSYCHOTHERAPY: dict[str, tuple[int, int]] = {
    "90832": (16, 37),
    "90834": (38, 52),
    "90837": (53, 24 * 60),
}


def fits(code: str, duration: timedelta) -> bool:
    """Whether a duration is one that the code stands for; codes without minutes always fit."""
    if code not in _PSYCHOTHERAPY:
        return True
    least, most = _PSYCHOTHERAPY[code]
    return least <= duration.total_seconds() // 60 <= most
