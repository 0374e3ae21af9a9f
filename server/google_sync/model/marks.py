"""Names of our events in Google, and the mark by which we know them again.

Both are keyed by the link's own key: they name an event for us and say nothing to anybody else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from enum import StrEnum
from typing import Final, NamedTuple

from server.domain.ids import AppointmentId
from server.domain.when import MASTER, RecurrenceKey

PROPERTY: Final = "pm"
"""The private extended property that holds the mark."""
LAST_GENERATION: Final = 3
"""How often an event is made anew after Google has a tombstone of it."""
_ID_LENGTH: Final = 32
_PROOF_LENGTH: Final = 26
_SPLIT: Final = re.compile(r"^(?P<series>[0-9a-v]{5,})_R[0-9TZ]{8,16}$")
_MARK: Final = re.compile(
    r"^v1\.(?P<event>[0-9A-Za-z_]{5,1024})\.(?P<generation>[0-9])\.(?P<proof>[0-9a-v]{26})$"
)
_VERSION: Final = 1
_ANY_VERSION: Final = re.compile(r"^v(?P<version>[0-9]{1,9})\.")


class Whose(StrEnum):
    """What a mark says of the event that bears it."""

    NOBODYS = "nobodys"
    OURS = "ours"
    COPY = "copy"
    UNREADABLE = "unreadable"
    """Of another version: by its id the event is ours, or else a copy of one of ours."""


class Marked(NamedTuple):
    """Whose an event is, and the event of ours that its mark names, "" if it names none."""

    whose: Whose
    event: str = ""
    generation: int = 0


def event_id(
    key: bytes, appointment: AppointmentId, generation: int, occurrence: RecurrenceKey = MASTER
) -> str:
    """Return the id under which an appointment, or one occurrence by itself, is in Google.

    The same for each try; 32 characters of base32hex, of which Google's ids are made.
    """
    return _coded(key, f"event/{appointment}/{occurrence}/{generation}")[:_ID_LENGTH]


def mark_of(key: bytes, event: str, generation: int) -> str:
    """Return the mark of an event of ours."""
    said = f"v1.{event}.{generation}"
    return f"{said}.{_proof(key, said)}"


def read_mark(key: bytes, mark: str, event: str, series: str) -> Marked:
    """Say whose the event is that bears a mark; ``series`` is the event that it recurs from.

    A true mark on another event than the one it names is a copy. A mark of a version that we
    do not read is not taken for somebody else's.
    """
    if not mark:
        return Marked(Whose.NOBODYS)
    found = _MARK.fullmatch(mark)
    if found is None:
        known = _ANY_VERSION.match(mark) is not None
        return Marked(Whose.UNREADABLE if known else Whose.NOBODYS)
    said = f"v1.{found['event']}.{found['generation']}"
    if not hmac.compare_digest(found["proof"], _proof(key, said)):
        return Marked(Whose.NOBODYS)
    own = found["event"] in (event, series)
    whose = Whose.OURS if own else Whose.COPY
    return Marked(whose, found["event"], int(found["generation"]))


def is_older(mark: str) -> bool:
    """Whether a mark is of a version before ours, and to be written anew where it is ours."""
    found = _ANY_VERSION.match(mark)
    return found is not None and int(found["version"]) < _VERSION


def split_from(event: str) -> str:
    """Return the series that a 'this and following' in Google made this one from, or ""."""
    found = _SPLIT.fullmatch(event)
    return found["series"] if found else ""


def text_hash(key: bytes, text: str) -> str:
    """Return a keyed hash of a text, by which it is compared and cannot be read."""
    return _coded(key, f"text/{text}")[:_PROOF_LENGTH]


def block_uid(key: bytes, calendar: str, event: str) -> str:
    """Return the UID of the Other Event that an event of somebody's stands for here."""
    return f"{FOREIGN}{_coded(key, f'block/{calendar}/{event}')[:_ID_LENGTH]}@praxical"


FOREIGN: Final = "other-"
"""How the UID of each event begins that came from Google: none of them is made there again."""


def _proof(key: bytes, said: str) -> str:
    return _coded(key, f"mark/{said}")[:_PROOF_LENGTH]


def _coded(key: bytes, said: str) -> str:
    digest = hmac.new(key, said.encode(), hashlib.sha256).digest()
    return base64.b32hexencode(digest).decode().rstrip("=").lower()
