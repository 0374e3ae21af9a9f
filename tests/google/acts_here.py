"""What may be done in the practice while it is linked with Google, each at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from server.domain.appointment import Details
from server.domain.google import MovePolicy, OutwardLevel
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Kind, Status
from server.domain.when import AllDay, Recurrence, RecurrenceKey, Timed, When, start_of
from server.usecases.delete_appointment import restore_appointment
from server.usecases.edit_appointment import Changes, Scope, Target, edit_appointment
from tests.google.house import Linked
from tests.google.series import delete
from tests.practice import ALMA, DORN, THEO, at, event, other, session, timed

Act: TypeAlias = Callable[[Linked, random.Random], None]

_SESSIONS = {ALMA: session(name="acupfollow"), THEO: session(DORN, "psy50", THEO)}
_MINUTES = {ALMA: 45, THEO: 50}
RULES = (
    "FREQ=WEEKLY;COUNT={}",
    "FREQ=DAILY;COUNT={}",
    "FREQ=DAILY;INTERVAL=3;COUNT={}",
    "FREQ=WEEKLY;BYDAY=TU,TH;COUNT={}",
)


def slot(chance: random.Random) -> datetime:
    """Return one of forty times of the next weeks."""
    day = at(24) + timedelta(days=chance.randrange(10))
    return day.replace(hour=chance.choice((8, 10, 12, 14)))


def appointments(alma: Linked) -> list[AppointmentId]:
    """Return what stands here and is no event of Google's, in the order it was made."""
    with alma.house.database.reading() as uow:
        found = uow.appointments.get_many(uow.appointments.ids()).values()
    own = [one for one in found if _is_own(alma, one.first_part.details, one.uid)]
    return sorted(one.id for one in own if alma.house.starts(one.id))


def _is_own(alma: Linked, details: Details, uid: str) -> bool:
    return details.practitioner == alma.user and not uid.startswith("other-")


def one_here(alma: Linked, chance: random.Random) -> AppointmentId | None:
    found = appointments(alma)
    return chance.choice(found) if found else None


def occurrence_here(
    alma: Linked, chance: random.Random, *, first: bool = True
) -> tuple[AppointmentId, RecurrenceKey] | None:
    """Return an occurrence of a series that stands here."""
    number = one_here(alma, chance)
    rows = alma.house.rows(appointment=number) if number else ()
    live = [row.key for row in rows if row.key and not row.status.is_cancelled]
    keys = live if first else live[1:]
    return (number, chance.choice(keys)) if number and keys else None


def when(alma: Linked, chance: random.Random) -> Timed:
    return timed(slot(chance), _MINUTES[alma.user])


def book(alma: Linked, chance: random.Random) -> None:
    alma.house.book(when(alma, chance), _SESSIONS[alma.user])


def book_series(alma: Linked, chance: random.Random) -> None:
    rule = Recurrence((chance.choice(RULES).format(chance.randint(2, 4)),))
    alma.house.book(when(alma, chance), _SESSIONS[alma.user], rule)


def book_other(alma: Linked, chance: random.Random) -> None:
    """Make an Other Event: by the hour or for days, once or again and again."""
    begins = slot(chance)
    days: When = AllDay(begins.date(), chance.randint(1, 2))
    rule = Recurrence((f"FREQ=WEEKLY;COUNT={chance.randint(2, 4)}",))
    alma.house.book(
        chance.choice((days, timed(begins, 30))),
        other(owner=alma.user, busy=chance.random() < 0.7),
        chance.choice((rule, None)),
    )


def move_here(alma: Linked, chance: random.Random) -> None:
    number = one_here(alma, chance)
    if number is not None:
        alma.house.edit(number, _like(alma, number, chance))


def _like(alma: Linked, number: AppointmentId, chance: random.Random) -> When:
    """Return another time, in days where it was in days."""
    was = alma.house.get(number).first_part.when
    if isinstance(was, AllDay):
        return AllDay(slot(chance).date(), was.days)
    start = slot(chance)
    return Timed(start, start + was.duration)


def move_one_here(alma: Linked, chance: random.Random) -> None:
    found = occurrence_here(alma, chance)
    if found is not None:
        alma.house.edit(Target(*found, Scope.THIS), _like(alma, found[0], chance))


def split_here(alma: Linked, chance: random.Random) -> None:
    found = occurrence_here(alma, chance, first=False)
    if found is not None:
        alma.house.edit(Target(*found, Scope.FOLLOWING), _like(alma, found[0], chance))


def repeat_otherwise_here(alma: Linked, chance: random.Random) -> None:
    """Let a series repeat by another rule, or what was once now repeat."""
    number = one_here(alma, chance)
    if number is None:
        return
    rule = Recurrence((chance.choice(RULES).format(chance.randint(2, 4)),))
    with alma.house.database.writing() as uow:
        changes = Changes(recurrence=rule)
        edit_appointment(uow, alma.house.context(), Target(number), changes)


def stop_repeating_here(alma: Linked, chance: random.Random) -> None:
    number = one_here(alma, chance)
    if number is None or not alma.house.get(number).is_series:
        return
    with alma.house.database.writing() as uow:
        changes = Changes(stops_repeating=True)
        edit_appointment(uow, alma.house.context(), Target(number), changes)


def cancel_here(alma: Linked, chance: random.Random) -> None:
    number = one_here(alma, chance)
    if number is not None:
        alma.house.edit(number, status=Status.CANCELLED)


def cancel_one_here(alma: Linked, chance: random.Random) -> None:
    found = occurrence_here(alma, chance)
    if found is not None:
        alma.house.edit(Target(*found, Scope.THIS), status=Status.CANCELLED)


def book_again_here(alma: Linked, chance: random.Random) -> None:
    """What was cancelled takes place after all; an occurrence of a series too."""
    rows = [
        row
        for row in alma.house.rows(practitioner=alma.user)
        if row.status.is_cancelled and row.kind is not Kind.OTHER
    ]
    if rows:
        row = chance.choice(rows)
        scope = Scope.THIS if row.key else Scope.ALL
        alma.house.edit(Target(row.appointment, row.key, scope), status=Status.BOOKED)


def arrive(alma: Linked, chance: random.Random) -> None:
    number = one_here(alma, chance)
    if number is not None and not alma.house.get(number).is_series:
        alma.house.edit(number, status=Status.ARRIVED)


def arrive_at_one(alma: Linked, chance: random.Random) -> None:
    found = occurrence_here(alma, chance)
    if found is not None:
        alma.house.edit(Target(*found, Scope.THIS), status=Status.ARRIVED)


def delete_here(alma: Linked, chance: random.Random) -> None:
    number = one_here(alma, chance)
    if number is not None:
        delete(alma, Target(number))


def delete_one_here(alma: Linked, chance: random.Random) -> None:
    """Delete an occurrence, alone or with all that follow."""
    found = occurrence_here(alma, chance)
    if found is not None:
        delete(alma, Target(*found, chance.choice((Scope.THIS, Scope.FOLLOWING))))


def restore_here(alma: Linked, chance: random.Random) -> None:
    with alma.house.database.reading() as uow:
        found = uow.appointments.get_many(uow.appointments.ids()).values()
    gone = sorted(one.id for one in found if one.deleted_at is not None)
    if gone:
        with alma.house.database.writing() as uow:
            restore_appointment(uow, alma.house.context(), Target(chance.choice(gone)))


def follow_there(alma: Linked, chance: random.Random) -> None:
    """Move an event here that somebody made in Google."""
    events = [pair for pair in alma.pairs() if not pair.key and pair.origin == "google"]
    live = [pair.appointment for pair in events if alma.house.starts(pair.appointment)]
    if live:
        number = chance.choice(sorted(live))
        alma.house.edit(number, _like(alma, number, chance))


def put_here(alma: Linked, chance: random.Random) -> None:
    """Make a series in a calendar app, with a date added and one taken out."""
    start = slot(chance)
    dates = {
        "RDATE": start + timedelta(days=chance.randint(1, 9), hours=1),
        "EXDATE": start + timedelta(days=7),
    }
    lines = [
        f"{name};TZID=America/New_York:{when:%Y%m%dT%H%M%S}" for name, when in dates.items()
    ]
    uid = f"app-{alma.user}-{chance.randrange(3)}"
    said = event("Team", f"{start:%Y%m%dT%H%M%S}", "RRULE:FREQ=WEEKLY;COUNT=3", *lines, uid=uid)
    alma.house.put(said, alma.user, f"{uid}.ics")


def change_policy(alma: Linked, chance: random.Random) -> None:
    """Let moves made in Google count, or not; a proposal would have to be answered."""
    alma.change(policy=chance.choice((MovePolicy.APPLY, MovePolicy.APPLY, MovePolicy.REVERT)))


def let_days_go_by(alma: Linked, chance: random.Random) -> None:
    """Some of it has been, then."""
    alma.house = alma.house.later(days=chance.randint(1, 14))


def change_level(alma: Linked, chance: random.Random) -> None:
    level = chance.choice([one for one in OutwardLevel if one is not OutwardLevel.FULL])
    alma.change(level=level, rewriting=True)


def original(key: RecurrenceKey) -> datetime:
    """Return the moment that a key of a timed series names."""
    start = start_of(key)
    assert isinstance(start, datetime)
    return start


ACTS_HERE: tuple[Act, ...] = (
    book,
    book,
    book_series,
    book_series,
    book_other,
    move_here,
    move_one_here,
    split_here,
    repeat_otherwise_here,
    stop_repeating_here,
    cancel_here,
    cancel_one_here,
    book_again_here,
    arrive,
    arrive_at_one,
    delete_here,
    delete_one_here,
    restore_here,
    follow_there,
    put_here,
    change_policy,
    change_level,
    let_days_go_by,
)
