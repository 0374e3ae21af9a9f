"""`praxical appointment new`, `edit`, `move`, `cancel`, `delete`, `restore`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from server.cli import targets
from server.cli.appointment_options import Length, Repeating, Words
from server.cli.appointments import Id, app
from server.cli.changing import changing, hand_over, practitioner_named
from server.cli.commands import AsJson, command
from server.cli.desk import Desk
from server.cli.output import say, show_json
from server.domain.appointment import Appointment, Details, FeeOverride, Part
from server.domain.errors import Invalid, NotFound
from server.domain.ids import ClientNumber, UserName
from server.domain.money import Money, parse_money
from server.domain.practice import Client
from server.domain.vocabulary import Kind, Status
from server.domain.when import AllDay, Recurrence, When, moved_to
from server.usecases.delete_appointment import (
    cancel_appointment,
    delete_appointment,
    restore_appointment,
)
from server.usecases.describe_appointment import changed_fields, described
from server.usecases.edit_appointment import (
    Changes,
    Scope,
    Target,
    edit_appointment,
    new_appointment,
    part_at,
)
from server.usecases.manage_clients import add_client, split_name
from server.usecases.manage_session_types import find_session_type
from server.usecases.manage_users import APPOINTMENTS
from server.usecases.ports import UnitOfWork
from server.usecases.repeat_presets import Repetition, recurrence_of, with_ending

group = app
"""The group with all its commands: those that show something, and those that change it."""

Start = Annotated[
    str, typer.Option("--start", metavar="WHEN", help="'2026-11-24 14:00', or a day.")
]
NewStart = Annotated[
    str | None, typer.Option("--start", metavar="WHEN", help="'2026-11-24 14:00', or a day.")
]
Clients = Annotated[
    list[str] | None,
    typer.Option("--client", metavar="NUMBER", help="Such as C1001; repeat it for a group."),
]
OneClient = Annotated[
    str | None, typer.Option("--client", metavar="NUMBER", help="Such as C1001.")
]
NewClient = Annotated[
    str | None, typer.Option("--new-client", metavar="NAME", help="Somebody not on record yet.")
]
Whose = Annotated[
    str | None, typer.Option("--practitioner", metavar="USER", help="Whose calendar.")
]
This = Annotated[bool, typer.Option("--this", help="Only this occurrence of a series.")]
Following = Annotated[
    bool, typer.Option("--following", help="This occurrence and all later ones.")
]
Late = Annotated[bool, typer.Option("--late", help="Too late: the fee for that is due.")]
Fee = Annotated[
    str | None, typer.Option("--fee", metavar="AMOUNT", help="Instead of the usual.")
]
Waive = Annotated[bool, typer.Option("--waive", help="Without a fee.")]
AsCancelled = Annotated[bool, typer.Option("--cancelled", help="Bring it back as cancelled.")]


@command(
    app,
    "new",
    "praxical appointment new --client C1001 --session acupinitial \\",
    "    --practitioner alma --start '2026-11-24 14:00'",
    "praxical appointment new --client C1001 --session psy50 --practitioner theo \\",
    "    --start '2026-11-24 09:00' --repeat weekly --until 2027-03-30",
    "praxical appointment new --title 'Staff meeting' --practitioner alma \\",
    "    --start '2026-11-24 12:00' --minutes 30",
)
def new(
    desk: Desk,
    *,
    start: Start,
    practitioner: Whose = None,
    client: Clients = None,
    new_client: NewClient = None,
    words: Words,
    length: Length,
    repeating: Repeating,
    as_array: AsJson = False,
) -> None:
    """Make an appointment, once or repeated; for a group, one for each client."""
    owner = practitioner_named(desk, practitioner)
    with desk.writing([(owner, APPOINTMENTS)]) as uow:
        clients: list[str | None] = [*(client or [])]
        if new_client:
            first, last = split_name(new_client)
            added = Client(ClientNumber(""), first, last, practitioner=owner)
            clients.append(add_client(uow, desk.context, added))
        usual = _usual_length(uow, words.session)
        when = length.when(start, uow.practice.zone, usual)
        recurrence = recurrence_of(repeating.repetition(), when)
        made = [
            new_appointment(
                uow, desk.context, when, _details(desk, uow, owner, words, one), recurrence
            )
            for one in clients or [None]
        ]
    if as_array:
        show_json(made)
        return
    for number in made:
        say(f"Made the appointment {number}.")


@command(
    app,
    "edit",
    "praxical appointment edit Y6Z8A0 --status arrived",
    "praxical appointment edit Y6Z8A0.20261124 --room room-2 --following",
    "praxical appointment edit Y6Z8A0 --until 2026-12-22",
)
def edit(
    desk: Desk,
    number: Id,
    *,
    client: OneClient = None,
    words: Words,
    repeating: Repeating,
    this: This = False,
    following: Following = False,
) -> None:
    """Change what an appointment says, its status, or how a series repeats."""
    with changing(desk, number, this=this, following=following) as (uow, appointment, target):
        part = _part(appointment, target)
        currency = desk.settings.billing.currency
        after = described(uow, words.wanted(client), part.details, currency)
        said = changed_fields(part.details, after)
        recurrence = _rule(appointment, target, part, repeating)
        if not said and recurrence is None:
            raise Invalid("edit", "nothing would change")
        edit_appointment(uow, desk.context, target, Changes(said, recurrence=recurrence))
    say(f"Changed the appointment {number}.")


@command(
    app,
    "move",
    "praxical appointment move Y6Z8A0 --start '2026-11-25 10:00'",
    "praxical appointment move Y6Z8A0.20261124 --start '2026-11-25 10:00' --following",
    "praxical appointment move Y6Z8A0 --practitioner theo",
)
def move(
    desk: Desk,
    number: Id,
    *,
    start: NewStart = None,
    practitioner: Whose = None,
    length: Length,
    this: This = False,
    following: Following = False,
) -> None:
    """Move an appointment to another time, or as a whole to another practitioner.

    Without --end or --minutes its length stays.
    """
    if start is None and (practitioner is None or not length.is_open):
        raise Invalid("start", "say where it goes: --start, --practitioner")
    whose = None if practitioner is None else practitioner_named(desk, practitioner)
    with changing(desk, number, this=this, following=following, to=whose) as change:
        uow, appointment, target = change
        if whose is not None and target.scope is not Scope.ALL:
            raise Invalid("practitioner", "a series goes to somebody else as a whole")
        if start is not None:
            when = _moved(uow, _part(appointment, target), start, length)
            edit_appointment(uow, desk.context, target, Changes(when=when))
        if whose is not None:
            hand_over(uow, desk.context, appointment, whose)
    say(f"Moved the appointment {number}.")


@command(
    app,
    "cancel",
    "praxical appointment cancel Y6Z8A0",
    "praxical appointment cancel Y6Z8A0.20261124 --late --fee 40",
)
def cancel(
    desk: Desk,
    number: Id,
    *,
    late: Late = False,
    fee: Fee = None,
    waive: Waive = False,
    this: This = False,
    following: Following = False,
) -> None:
    """Cancel an appointment; it leaves the calendar and stays in the records."""
    if fee and waive:
        raise Invalid("fee", "say an amount or --waive, not both")
    status = Status.LATE_CANCELLED if late else Status.CANCELLED
    currency = desk.settings.billing.currency
    with changing(desk, number, this=this, following=following) as (uow, _, target):
        if fee or waive:
            amount = parse_money(fee, currency) if fee else Money(0, currency)
            changes = Changes({"status": status, "fee": FeeOverride(amount)})
            edit_appointment(uow, desk.context, target, changes)
        else:
            cancel_appointment(uow, desk.context, target, status)
    say(f"Cancelled the appointment {number}.")


@command(app, "delete", "praxical appointment delete Y6Z8A0.20261124 --following")
def delete(desk: Desk, number: Id, *, this: This = False, following: Following = False) -> None:
    """Take an appointment out of every calendar; `restore` brings it back."""
    with changing(desk, number, this=this, following=following) as (uow, _, target):
        delete_appointment(uow, desk.context, target)
    days = desk.settings.calendar.restore_days
    say(f"Deleted the appointment {number}. For {days} days it can be restored.")


@command(app, "restore", "praxical appointment restore Y6Z8A0")
def restore(desk: Desk, number: Id, *, cancelled: AsCancelled = False) -> None:
    """Bring a deleted appointment back."""
    with changing(desk, number) as (uow, _, target):
        restore_appointment(uow, desk.context, target, cancelled=cancelled)
    say(f"Restored the appointment {number}.")


def _usual_length(uow: UnitOfWork, session: str | None) -> timedelta | None:
    return timedelta(minutes=find_session_type(uow, session).minutes) if session else None


def _details(
    desk: Desk, uow: UnitOfWork, owner: UserName, words: Words, client: str | None
) -> Details:
    blank = Details(Kind.OTHER, Status.BOOKED, owner)
    return described(uow, words.wanted(client), blank, desk.settings.billing.currency)


def _part(appointment: Appointment, target: Target) -> Part:
    part = part_at(appointment, target.key)
    if part.deleted:
        raise NotFound("occurrence", targets.full_id(appointment, target.key))
    return part


def _moved(uow: UnitOfWork, part: Part, start: str, length: Length) -> When:
    zone = uow.practice.zone if isinstance(part.when, AllDay) else part.when.zone_info
    if not length.is_open:
        return length.when(start, zone, None)
    if isinstance(part.when, AllDay):
        whole = Length(days=part.when.days)
        return whole.when(start, zone, None)
    at = length.when(start, zone, timedelta())
    return moved_to(part.when, at.first if isinstance(at, AllDay) else at.start)


def _rule(
    appointment: Appointment, target: Target, part: Part, repeating: Repeating
) -> Recurrence | None:
    wanted = repeating.repetition()
    if wanted == Repetition():
        return None
    if target.scope is not Scope.ALL:
        raise Invalid("repeat", "how a series repeats is said of the whole series")
    if wanted.preset is not None or wanted.days:
        return recurrence_of(wanted, part.when)
    if appointment.recurrence is None:
        raise Invalid("repeat", "say how it repeats, such as weekly")
    return with_ending(appointment.recurrence, wanted, part.when)
