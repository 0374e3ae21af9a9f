"""Keeping vobject, which the host parses with, from changing what it does not understand.

Its default behaviour cuts the value of an unknown property at the first comma and escapes
semicolons, so that ``X-A:95,GT`` comes back as ``X-A:95``. Replaced for the whole process.
"""

from __future__ import annotations

from typing import Any

import vobject.behavior
import vobject.icalendar


class _LeftAlone(vobject.behavior.Behavior):  # type: ignore[misc]  # vobject ships no types
    """Neither decodes nor encodes a value."""

    @classmethod
    def decode(cls, line: Any) -> None:
        """Leave the value as it is."""
        line.encoded = False

    @classmethod
    def encode(cls, line: Any) -> None:
        """Leave the value as it is."""
        line.encoded = True


def leave_alone() -> None:
    """Make unknown properties pass through unchanged."""
    vobject.icalendar.VCalendarComponentBehavior.defaultBehavior = _LeftAlone
