"""What the practice says of a session type that clients may book themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BookingMode(StrEnum):
    """What a client's booking is: an appointment at once, or a request to be accepted."""

    INSTANT = "instant"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class BookingRule:
    """How one session type is booked online.

    ``notice``, ``before``, ``after`` and ``grid`` are minutes, ``horizon`` is days. ``before``
    and ``after`` stay free around a session; two sessions share the time between them.
    ``capacity`` is how many clients one slot takes.
    """

    mode: BookingMode = BookingMode.REQUEST
    new_clients: bool = True
    notice: int = 24 * 60
    horizon: int = 60
    before: int = 0
    after: int = 0
    grid: int = 15
    capacity: int = 1
    needs_room: bool = False


USUAL = BookingRule()
"""What holds while nothing else is said."""
