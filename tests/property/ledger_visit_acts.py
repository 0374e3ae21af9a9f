"""What is done with appointments and notes, as each door is asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from server.billing_hooks.notes import sign_note, unlock_note
from server.domain.appointment import FeeOverride, Part, ServiceLine
from server.domain.ids import AppointmentId, ClientNumber, UserName
from server.domain.money import Money
from server.domain.vocabulary import Status
from server.domain.when import RecurrenceKey, Timed
from server.usecases.delete_appointment import delete_appointment, restore_appointment
from server.usecases.edit_appointment import (
    Changes,
    Scope,
    Target,
    edit_appointment,
    new_appointment,
)
from server.usecases.manage_users import APPOINTMENTS
from server.usecases.move_event import Move, move_event
from tests.practice import ADMIN, DESK, WEEKLY, session, timed
from tests.property.ledger_doors import Act, Asked
from tests.property.ledger_model import Visit

_MINUTES = 75
_REPEAT = {"how": "weekly", "times": 6}
_REPEATED = ("--repeat", "weekly", "--times", "6")
Words = tuple[str, ...]


def book(client: str, name: str, start: datetime, *, series: bool) -> Act:
    """Book an appointment with Alma, or a weekly series."""
    details = session(ClientNumber(client), name)
    recurrence = WEEKLY if series else None
    said = {
        "practitioner": "alma",
        "client": client,
        "session": name,
        "location": "main",
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "minutes": _MINUTES,
        "repeat": _REPEAT if series else None,
    }
    where = ("--practitioner", "alma", "--location", "main", "--minutes", str(_MINUTES))
    what = ("--client", client, "--session", name, "--start", f"{start:%Y-%m-%d %H:%M}")
    words = ("appointment", "new", *what, *where, *(_REPEATED if series else ()), "--json")
    return Act(
        lambda uow, context: new_appointment(
            uow, context, timed(start, _MINUTES), details, recurrence
        ),
        Asked("POST", "/appointments", said),
        words,
    )


def become(visit: Visit, status: str, fee: int | None) -> Act:
    """Give a visit another status, and a fee of its own with it."""
    override = None if fee is None else FeeOverride(Money(fee))
    own = fee if fee != visit.fee else None
    said: dict[str, object] = {"status": status}
    words: Words = ("--status", status)
    if own is not None:
        said["fee"] = {"amount_minor": own}
        words = (*words, "--fee", f"{Money(own).decimal:.2f}")
    same = status == visit.status and own is None
    return _edited(
        visit, {"status": Status(status), "fee": override}, said, () if same else words
    )


def change_client(visit: Visit, client: str) -> Act:
    """Give a visit to another client."""
    words = () if client == visit.client else ("--client", client)
    return _edited(visit, {"client": client}, {"client": client}, words)


def change_location(visit: Visit, location: str) -> Act:
    """Let a visit take place elsewhere."""
    words = () if location == visit.location else ("--location", location)
    return _edited(visit, {"location": location}, {"location": location}, words)


def charge_units(visit: Visit, part: Part, units: int) -> Act:
    """Give a visit's first service another number of units."""
    first, *more = part.details.services
    services = (ServiceLine(first.code, units, first.modifiers), *more)
    said = [
        {"code": one.code, "units": one.units, "modifiers": list(one.modifiers)}
        for one in services
    ]
    words = tuple(word for one in services for word in ("--service", str(one)))
    same = services == part.details.services
    return _edited(visit, {"services": services}, {"services": said}, () if same else words)


def drag(visit: Visit, part: Part, days: int) -> Act:
    """Drag a visit to another day."""
    assert isinstance(part.when, Timed)
    start = part.when.start + timedelta(days=days)
    when = Timed(start, start + part.when.duration)
    return Act(
        lambda uow, context: edit_appointment(
            uow, context, target_of(visit), Changes(when=when)
        ),
        _asked("PATCH", visit, {"start": f"{start:%Y-%m-%dT%H:%M}"}),
        ("appointment", "move", _name(visit), "--start", f"{start:%Y-%m-%d %H:%M}"),
    )


def hand_over(visit: Visit, href: str, new_href: str, to: UserName) -> Act:
    """Move the object of an appointment into another practitioner's calendar."""
    source = (UserName(visit.owner), APPOINTMENTS, href)
    place = (to, APPOINTMENTS, new_href)
    return Act(
        lambda uow, context: move_event(
            uow, context, Move(source, place, uow.catalogue.user[DESK])
        ),
        words=("appointment", "move", _name(visit), "--practitioner", to),
    )


def repeat(visit: Visit) -> Act:
    """Let a single appointment repeat weekly."""
    return Act(
        lambda uow, context: edit_appointment(
            uow, context, target_of(visit), Changes(recurrence=WEEKLY)
        ),
        _asked("PATCH", visit, {"repeat": _REPEAT}),
        ("appointment", "edit", _name(visit), *_REPEATED),
    )


def delete(visit: Visit, *, whole: bool) -> Act:
    """Delete an appointment, a series, or one occurrence of it."""
    target = Target(AppointmentId(visit.number)) if whole else target_of(visit)
    path = f"/appointments/{visit.number if whole else _name(visit)}"
    return Act(
        lambda uow, context: delete_appointment(uow, context, target),
        Asked("DELETE", path),
        ("appointment", "delete", visit.number if whole else _name(visit)),
    )


def restore(visit: Visit, *, whole: bool) -> Act:
    """Bring back what was deleted."""
    target = Target(AppointmentId(visit.number)) if whole else target_of(visit)
    return Act(
        lambda uow, context: restore_appointment(uow, context, target),
        words=("appointment", "restore", visit.number if whole else _name(visit)),
    )


def write_note(visit: Visit, *, signed: bool) -> Act:
    """Sign a note, or unlock it."""
    done = "sign" if signed else "unlock"
    change = sign_note if signed else unlock_note
    return Act(
        lambda uow, context: change(uow, context, target_of(visit)),
        Asked("POST", f"/notes/{_name(visit)}/{done}"),
        ("note", done, _name(visit)),
        ADMIN,
    )


def target_of(visit: Visit) -> Target:
    """Return a visit as use cases name it."""
    key = RecurrenceKey(visit.key)
    return Target(AppointmentId(visit.number), key, Scope.THIS if key else Scope.ALL)


def _name(visit: Visit) -> str:
    """Return a visit as the other doors name it."""
    return f"{visit.number}.{visit.key}" if visit.key else visit.number


def _asked(method: str, visit: Visit, said: Mapping[str, object]) -> Asked:
    return Asked(method, f"/appointments/{_name(visit)}", said)


def _edited(
    visit: Visit, details: Mapping[str, Any], said: Mapping[str, object], words: Words
) -> Act:
    """Return an edit; a command that would change nothing is refused, so it has none then."""
    return Act(
        lambda uow, context: edit_appointment(uow, context, target_of(visit), Changes(details)),
        _asked("PATCH", visit, said),
        ("appointment", "edit", _name(visit), *words) if words else (),
    )
