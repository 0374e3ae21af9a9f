"""The names by which things are known inside one practice."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NewType

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

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ulid(now: datetime) -> str:
    """Return a new ULID: 26 characters, sortable by ``now`` (milliseconds), 80 random bits."""
    number = int(now.timestamp() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
