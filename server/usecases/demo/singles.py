"""What happens once in the demo practice: sessions, contacts, requests, Other Events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from server.domain.ids import UserName
from server.domain.vocabulary import ContactWith, Kind, Medium, Status
from server.usecases.demo.entries import (
    FRI,
    MON,
    SAT,
    THU,
    TUE,
    WED,
    WEEK,
    WEEKS,
    Entry,
    Fate,
)
from server.usecases.demo.offers import RETIRED_TYPE, TELEHEALTH, TELEHEALTH_AWAY
from server.usecases.demo.people import ALMA, THEO, number
from server.usecases.demo.series import MINUTES, session
from server.usecases.describe_appointment import Wanted

# Day, time, session type, where; the room is the practitioner's own.
_Slot = tuple[int, str, str, str]
_WEEK_OF_ALMA: tuple[_Slot, ...] = (
    (MON, "09:00", "acupfollow", ""),
    (MON, "10:00", "acupfollow", ""),
    (MON, "11:30", "acupfollow", ""),
    (MON, "13:30", "acupfollow", ""),
    (MON, "14:30", "acupfollow", ""),
    (TUE, "10:00", "acupfollow", ""),
    (TUE, "11:00", "acupinitial", ""),
    (TUE, "14:00", "acupfollow", ""),
    (TUE, "15:00", "acupfollow", ""),
    (TUE, "16:00", "consult15", TELEHEALTH),
    (WED, "09:30", "acupfollow", ""),
    (WED, "13:30", "acupfollow", ""),
    (WED, "14:30", "acupinitial", ""),
    (WED, "16:00", "acupfollow", ""),
    (THU, "09:00", "acupfollow", ""),
    (THU, "11:00", "acupfollow", ""),
    (THU, "15:00", "acupfollow", ""),
    (THU, "16:30", "consult15", TELEHEALTH),
    (FRI, "10:30", "acupfollow", ""),
    (FRI, "13:30", "acupfollow", ""),
)
_WEEK_OF_THEO: tuple[_Slot, ...] = (
    (MON, "14:00", "psy50", ""),
    (MON, "17:00", "psy50", ""),
    (TUE, "11:00", "psy50", TELEHEALTH),
    (TUE, "14:00", "psyinitial", ""),
    (TUE, "17:00", "psy50", TELEHEALTH_AWAY),
    (WED, "10:00", "psy50", ""),
    (WED, "14:00", "couples", ""),
    (WED, "16:00", "psy50", ""),
    (THU, "11:00", "psy50", ""),
    (THU, "14:00", "psy50", TELEHEALTH),
    (THU, "15:00", "psy50", ""),
    (THU, "16:30", "psy50", ""),
)
# Somebody who lives an hour to the west and is asked for there.
_OTHER_ZONE: dict[str, tuple[str, str]] = {TELEHEALTH_AWAY: ("America/Chicago", "16:00")}

_BACK_AGAIN = (1014, 1016, 1018, 1020, 1022, 1024)
_NEW_TO_ALMA = (1040, 1034, 1038, 1036, 1032, 1030, 1028, 1026)
_WITH_THEO = (1021, 1023, 1025, 1027, 1029, 1031)
_NEW_TO_THEO = (1039, 1037, 1035, 1033)
_FIRST_VISITS = frozenset({"acupinitial", "psyinitial", "consult15"})
_RETIRED_FOR = (1020, 1026, 1032)

_HELD = (
    Fate(Status.COMPLETED),
    Fate(Status.ARRIVED),
    Fate(Status.COMPLETED),
    Fate(Status.COMPLETED),
    Fate(Status.NO_SHOW, "40"),
    Fate(Status.ARRIVED),
    Fate(Status.COMPLETED),
    Fate(Status.CANCELLED),
    Fate(Status.COMPLETED),
    Fate(Status.ARRIVED),
    Fate(Status.LATE_CANCELLED, "0"),
    Fate(Status.COMPLETED),
    Fate(Status.NO_SHOW),
)
_TO_COME = (
    Fate(),
    Fate(Status.CONFIRMED),
    Fate(),
    Fate(),
    Fate(Status.CONFIRMED),
    Fate(),
    Fate(Status.CONFIRMED),
    Fate(),
    Fate(Status.CANCELLED),
    Fate(),
    Fate(),
)
# The further away, the more is still free; each n-th slot of a week is.
_FREE = dict.fromkeys(WEEKS, 7) | {0: 5, 1: 3, 2: 2}


@dataclass(slots=True)
class _Turns:
    """Whose turn it is: clients one after the other, nobody twice on one day."""

    old: Sequence[int]
    new: Sequence[int]
    taken: dict[str, int] = field(default_factory=lambda: {"old": 0, "new": 0})
    seen: set[tuple[int, int]] = field(default_factory=set)

    def next_for(self, name: str, day: int) -> int:
        """Return the client for a session of this type on that day."""
        which = "new" if name in _FIRST_VISITS else "old"
        pool = self.new if which == "new" else self.old
        while True:
            client = pool[self.taken[which] % len(pool)]
            self.taken[which] += 1
            if (client, day) not in self.seen:
                self.seen.add((client, day))
                return client


def _sessions(owner: UserName, slots: Sequence[_Slot], turns: _Turns) -> Iterator[Entry]:
    count = 0
    for week in WEEKS:
        for place, (day, at, name, where) in enumerate(slots):
            if place % _FREE[week] == _FREE[week] - 1:
                continue
            count += 1
            fates = _HELD if week < 0 else _TO_COME
            zone, hour = _OTHER_ZONE.get(where, ("", at))
            client = turns.next_for(name, week * WEEK + day)
            yield Entry(
                owner,
                week * WEEK + day,
                hour,
                MINUTES[name],
                session(owner, client, name, where),
                fates={week: fates[count % len(fates)]},
                zone=zone,
            )


def _retired() -> Iterator[Entry]:
    """Yield old appointments of a session type that is archived by now (CR-13)."""
    days = (-3 * WEEK + FRI, -2 * WEEK + FRI, -2 * WEEK + TUE)
    for client, day, at in zip(_RETIRED_FOR, days, ("09:00", "09:00", "16:30"), strict=True):
        wanted = session(ALMA, client, RETIRED_TYPE)
        fates = {day // WEEK: Fate(Status.COMPLETED)}
        yield Entry(ALMA, day, at, MINUTES[RETIRED_TYPE], wanted, fates=fates)


def _contact(client: int, medium: Medium, note: str) -> Wanted:
    return Wanted(number(client), kind=Kind.CONTACT, medium=medium, note=note)


def _collateral(client: int, whom: ContactWith, name: str, medium: Medium) -> Wanted:
    return Wanted(
        number(client),
        kind=Kind.COLLATERAL,
        medium=medium,
        contact_with=whom,
        contact_name=name,
    )


def _contacts() -> Iterator[Entry]:
    """Yield contacts with clients and people around them, by each medium (SH-21, SH-22)."""
    held = Fate(Status.COMPLETED)
    rows = (
        (ALMA, -3, MON, "15:45", 10, _contact(1014, Medium.PHONE, "Asked about parking.")),
        (ALMA, -2, THU, "12:00", 10, _contact(1018, Medium.EMAIL, "Sent the tea recipe.")),
        (ALMA, -1, MON, "15:45", 15, _contact(1019, Medium.PHONE, "First call.")),
        (ALMA, -1, THU, "12:00", 10, _contact(1022, Medium.TEXT, "Will be a little late.")),
        (THEO, -3, WED, "09:00", 20, _contact(1021, Medium.IN_PERSON, "Brought a form.")),
        (THEO, -2, MON, "12:00", 15, _contact(1002, Medium.LETTER, "Letter for the school.")),
        (THEO, -1, THU, "12:00", 15, _contact(1027, Medium.VIDEO, "Tried out the camera.")),
        (THEO, -3, THU, "12:00", 30, _collateral(
            1029, ContactWith.CASEWORKER, "Kim of the Moon Office", Medium.PHONE)),
        (THEO, -2, WED, "09:00", 30, _collateral(
            1031, ContactWith.PARENT_GUARDIAN, "Mrs Teacup", Medium.IN_PERSON)),
        (ALMA, -2, MON, "15:45", 20, _collateral(
            1024, ContactWith.PHYSICIAN, "Dr Eisbein", Medium.PHONE)),
    )  # fmt: skip
    for owner, week, day, at, minutes, wanted in rows:
        yield Entry(owner, week * WEEK + day, at, minutes, wanted, fates={week: held})
    yield Entry(
        THEO,
        WEEK + WED,
        "09:00",
        20,
        _collateral(1035, ContactWith.SPOUSE, "Mr Umbrella", Medium.PHONE),
    )


def _requests() -> Iterator[Entry]:
    """Yield what clients asked for online and nobody has accepted yet (SH-32)."""
    for owner, day, at, client, name, message in (
        (ALMA, WEEK + TUE, "16:30", 1034, "acupinitial", "I come straight from work."),
        (THEO, WEEK + THU, "17:45", 1033, "psyinitial", ""),
    ):
        wanted = Wanted(number(client), name, kind=Kind.REQUEST, status=Status.REQUESTED)
        yield Entry(owner, day, at, MINUTES[name], wanted, online=message)


def _online() -> Iterator[Entry]:
    """Yield what a client booked online, and had at once."""
    wanted = Wanted(number(1040), "acupfollow")
    yield Entry(ALMA, WEEK + THU, "13:00", MINUTES["acupfollow"], wanted, online="")


def _group() -> Iterator[Entry]:
    """Yield two clients in one slot of one practitioner: a group (SH-15)."""
    for client in (1037, 1039):
        yield Entry(THEO, WEEK + MON, "18:00", 50, session(THEO, client, "psy50"))


def _events() -> Iterator[Entry]:
    """Yield Other Events: busy and free, of hours and of whole days (SH-24)."""
    for owner, day, at, length, title, busy in (
        (ALMA, -2 * WEEK + WED, "", 1, "Anniversary of the practice", False),
        (ALMA, WED, "", 1, "Herb delivery, some time today", False),
        (ALMA, WEEK + SAT, "", 1, "Closed: stock-taking", True),
        (THEO, 2 * WEEK + FRI, "", 2, "Congress of invented therapies", True),
        (THEO, -WEEK + FRI, "", 1, "Writing day", False),
        (ALMA, -WEEK + WED, "17:00", 60, "Tax adviser", True),
        (THEO, TUE, "09:00", 45, "Window cleaner", False),
    ):
        wanted = Wanted(kind=Kind.OTHER, title=title, busy=busy)
        yield Entry(owner, day, at, length, wanted)
    # The one overlap of the book: the way there begins while a client is still being treated.
    dentist = Wanted(kind=Kind.OTHER, title="Dentist", busy=True, travel=30)
    yield Entry(ALMA, WEEK + FRI, "15:30", 60, dentist)


def singles() -> tuple[Entry, ...]:
    """Return everything that happens once."""
    return (
        *_sessions(ALMA, _WEEK_OF_ALMA, _Turns(_BACK_AGAIN, _NEW_TO_ALMA)),
        *_sessions(THEO, _WEEK_OF_THEO, _Turns(_WITH_THEO, _NEW_TO_THEO)),
        *_retired(),
        *_contacts(),
        *_requests(),
        *_online(),
        *_group(),
        *_events(),
    )
