"""All checks, in the order in which they are made."""

from __future__ import annotations

from typing import Final

from server.google_sync.conformance import (
    answering,
    changing,
    deleting,
    granting,
    listing,
    naming,
    pushing,
    series,
    times,
)

CHECKS: Final = (
    *listing.CHECKS,
    *deleting.CHECKS,
    *naming.CHECKS,
    *changing.CHECKS,
    *times.CHECKS,
    *series.CHECKS,
    *pushing.CHECKS,
    *answering.CHECKS,
    *granting.CHECKS,
)
"""Those that need a calendar."""
AFTERWARDS: Final = (*deleting.AFTERWARDS, *granting.AFTERWARDS)
"""Those that need that it is gone; the last one leaves nothing to ask with."""
