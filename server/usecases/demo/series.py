"""What repeats in the demo practice: clients who come each week, meetings, lunch."""

from __future__ import annotations

from collections.abc import Mapping

from server.domain.ids import UserName
from server.domain.vocabulary import Kind, Status
from server.usecases.demo.entries import (
    FIRST_WEEK,
    FRI,
    MON,
    THU,
    TUE,
    WED,
    WEEK,
    Entry,
    Fate,
)
from server.usecases.demo.offers import TELEHEALTH, VIDEO_ROOM
from server.usecases.demo.people import ALMA, THEO, number
from server.usecases.describe_appointment import Wanted

MINUTES = {
    "acupinitial": 75,
    "acupfollow": 45,
    "psyinitial": 60,
    "psy50": 50,
    "couples": 90,
    "consult15": 15,
    "oldmassage": 60,
}
ROOMS = {ALMA: "room-1", THEO: "room-2"}

_CANCELLED = Fate(Status.CANCELLED)
_DELETED = Fate(deleted=True)


def session(
    owner: UserName, client: int, name: str, place: str = "", note: str | None = None
) -> Wanted:
    """Return what is said of a session: in the practitioner's room, or by video."""
    if place:
        return Wanted(number(client), name, location=place, url=VIDEO_ROOM, note=note)
    return Wanted(number(client), name, room=ROOMS[owner], note=note)


def _weekly(
    start: tuple[int, str],
    wanted: Wanted,
    fates: Mapping[int, Fate],
    *,
    every: int = 1,
    times: int = 0,
) -> Entry:
    day, at = start
    minutes = MINUTES[wanted.session or ""]
    owner = ALMA if wanted.session == "acupfollow" else THEO
    first = FIRST_WEEK * WEEK + day
    return Entry(owner, first, at, minutes, wanted, every, times, fates=fates)


def _alma() -> tuple[Entry, ...]:
    return (
        _weekly(
            (TUE, "09:00"),
            session(ALMA, 1001, "acupfollow", note="Likes the warm lamp."),
            {-1: _CANCELLED, 1: Fate(moved=(3, "14:30"))},
            times=12,
        ),
        _weekly((WED, "11:00"), session(ALMA, 1004, "acupfollow"), {1: _DELETED}, times=10),
        _weekly(
            (THU, "10:00"),
            session(ALMA, 1006, "acupfollow"),
            {-2: Fate(Status.NO_SHOW, "40"), 2: Fate(moved=(1, "09:15"))},
            times=8,
        ),
        _weekly((THU, "14:00"), session(ALMA, 1008, "acupfollow"), {}, every=2, times=6),
        _weekly(
            (FRI, "11:30"),
            session(ALMA, 1012, "acupfollow"),
            {-2: Fate(Status.LATE_CANCELLED, "0")},
            times=30,
        ),
    )


def _theo() -> tuple[Entry, ...]:
    return (
        _weekly(
            (MON, "10:00"),
            session(THEO, 1002, "psy50"),
            {-2: _CANCELLED, 1: Fate(moved=(4, "09:30"))},
            times=16,
        ),
        _weekly(
            (MON, "11:00"),
            session(THEO, 1005, "psy50"),
            {2: _CANCELLED, -3: Fate(Status.NO_SHOW)},
            times=24,
        ),
        _weekly((MON, "15:00"), session(THEO, 1007, "couples"), {}, every=2, times=8),
        _weekly(
            (TUE, "10:00"),
            session(THEO, 1003, "psy50", TELEHEALTH),
            {1: Fate(moved=(0, "12:00"))},
            times=20,
        ),
        _weekly(
            (TUE, "15:30"),
            session(THEO, 1009, "psy50"),
            {-1: Fate(Status.LATE_CANCELLED)},
            times=10,
        ),
        _weekly((WED, "11:00"), session(THEO, 1013, "psy50"), {-1: _DELETED, 2: _DELETED}),
        # From next week on an hour later: one series ends there, another one goes on.
        _weekly(
            (WED, "17:00"),
            session(THEO, 1015, "psy50", TELEHEALTH),
            {1: Fate(moved=(0, "18:00"), following=True)},
            times=14,
        ),
        _weekly((THU, "10:00"), session(THEO, 1017, "psy50"), {}, times=12),
    )


def _other(title: str, *, busy: bool) -> Wanted:
    return Wanted(kind=Kind.OTHER, title=title, busy=busy)


def _events() -> tuple[Entry, ...]:
    monday, meeting = FIRST_WEEK * WEEK, FIRST_WEEK * WEEK + WED
    lunch = _other("Lunch", busy=False)
    supervision = _other("Supervision group", busy=True)
    return (
        Entry(ALMA, monday, "12:30", 45, lunch, 1, 48, ("MO", "TU", "TH", "FR")),
        Entry(THEO, monday, "13:00", 45, lunch, 1, 36, ("MO", "TU", "TH")),
        Entry(ALMA, meeting, "12:30", 45, _other("Staff meeting", busy=True), 1, 26),
        Entry(THEO, meeting, "12:30", 45, _other("Staff meeting", busy=True), 1, 26),
        Entry(ALMA, monday + FRI, "15:30", 90, _other("Open door, walk in", busy=False), 1, 20),
        Entry(THEO, monday + FRI, "11:00", 90, supervision, 2, 12, fates={-1: _DELETED}),
    )


def series() -> tuple[Entry, ...]:
    """Return everything that repeats."""
    return (*_alma(), *_theo(), *_events())
