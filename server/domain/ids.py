"""The names by which things are known inside one practice."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING, Final, NewType

if TYPE_CHECKING:
    from datetime import datetime

PracticeId = NewType("PracticeId", int)
"""A practice; the first column of every primary key."""

UserName = NewType("UserName", str)
"""A person who signs in, lower case; also the first segment of that person's calendar paths."""

CredentialId = NewType("CredentialId", str)
"""An app password (one device of one user)."""

ClientNumber = NewType("ClientNumber", str)
"""The practice's own number of a client, such as ``C1001``; never a name."""

SessionTypeId = NewType("SessionTypeId", str)
LocationKey = NewType("LocationKey", str)
RoomKey = NewType("RoomKey", str)
CalendarId = NewType("CalendarId", str)

AppointmentId = NewType("AppointmentId", str)
"""A ULID; the value of ``X-PRAXICAL-REF``."""

GroupId = NewType("GroupId", str)
"""Shared by the appointments of several clients in one slot (SH-15)."""

ChargeId = NewType("ChargeId", str)
"""A ULID."""

BillId = NewType("BillId", str)
"""A ULID; the number that a person reads is another thing, and has no gaps."""

PaymentId = NewType("PaymentId", str)
"""A ULID."""

TransactionId = NewType("TransactionId", str)
"""A ULID; one transaction of the ledger."""

PayerId = NewType("PayerId", str)
"""The practice's own short name of an insurer."""

EndpointId = NewType("EndpointId", str)
"""Ten hexadecimal digits; an address that is told of events by webhook."""

WebhookEventId = NewType("WebhookEventId", str)
"""A ULID; the ``webhook-id`` of every attempt to tell of the event."""

BookingId = NewType("BookingId", str)
"""A ULID; what a visitor of the booking page asked for."""

GoogleLinkId = NewType("GoogleLinkId", str)
"""Ten hexadecimal digits; one practitioner's connection to one Google account."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class _Tail:
    """The random bits of the last ULID, and the process and millisecond that it was made in."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made_in = (0, 0)
        self._bits = 0

    def next(self, millisecond: int) -> int:
        """Return 80 bits: within one millisecond each time more than before."""
        # A process that began as a copy of this one must not count on from the same number.
        made_in = (os.getpid(), millisecond)
        with self._lock:
            if made_in == self._made_in:
                self._bits += 1
            else:
                # The first bit stays free, so that counting on never overflows.
                self._bits = int.from_bytes(os.urandom(10), "big") >> 1
            self._made_in = made_in
            return self._bits


_TAIL: Final = _Tail()


def new_ulid(now: datetime) -> str:
    """Return a new ULID: 26 characters, sortable by ``now`` (milliseconds).

    Those that one process makes in one millisecond sort in the order in which they were made:
    what is posted at once keeps its order.
    """
    millisecond = int(now.timestamp() * 1000)
    number = millisecond << 80 | _TAIL.next(millisecond)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
