"""Clients: add with no more than a name, edit, archive, find (SH-03)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from server.domain.appointment import Reminder
from server.domain.errors import AlreadyThere, Invalid, NotFound
from server.domain.ids import ClientNumber
from server.domain.practice import Client, fold
from server.usecases import accepted_values as accepted
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.refresh_objects import Selector, refresh

_NUMBER = re.compile(r"C[0-9]{1,9}")


def split_name(full: str) -> tuple[str, str]:
    """Return first and last name of ``Jane Doe`` or ``Doe, Jane``; one word is a first name."""
    last, comma, first = full.partition(",")
    if comma:
        return " ".join(first.split()), " ".join(last.split())
    words = full.split()
    return (words[0], "") if len(words) == 1 else (" ".join(words[:-1]), "".join(words[-1:]))


def find_client(uow: UnitOfWork, number: str) -> Client:
    """Return a client by number, in any case; raises NotFound."""
    client = uow.clients.get(ClientNumber(number.upper()))
    if client is None:
        raise NotFound("client", number[:20])
    return client


def namesakes(uow: UnitOfWork, client: Client) -> list[ClientNumber]:
    """Return the numbers of other active clients of the same name."""
    same = uow.clients.named(fold(client.full_name))
    return sorted(other.number for other in same if other.number != client.number)


def add_client(uow: UnitOfWork, context: Context, client: Client) -> ClientNumber:
    """Add a client and return the number, the next free one where none is given.

    Raises Invalid and AlreadyThere.
    """
    number = client.number or uow.clients.next_number()
    if not _NUMBER.fullmatch(number):
        raise Invalid("number", "a client's number is C and digits, such as C1042")
    if uow.clients.get(number) is not None:
        raise AlreadyThere("client", number)
    uow.clients.save(_accepted(uow, context, replace(client, number=number)))
    return number


def edit_client(uow: UnitOfWork, context: Context, changed: Client) -> None:
    """Store what changed of a client; a new name shows in the calendars at once.

    Raises NotFound and Invalid.
    """
    before = find_client(uow, changed.number)
    kept = _accepted(uow, context, changed)
    uow.clients.save(kept)
    if before.full_name != kept.full_name:
        refresh(uow, context, Selector(client=kept.number))


def check_reminders(client: Client, reminders: Iterable[Reminder]) -> None:
    """Raise Invalid for a reminder by a way that the client did not agree to (SH-13)."""
    agreed = {
        "email": client.email_reminders,
        "phone": client.phone_reminders,
        "text": client.text_reminders,
    }
    for reminder in reminders:
        if not agreed[reminder.channel]:
            raise Invalid(
                "reminders",
                f"the client {client.number} has not agreed to reminders by {reminder.channel}",
            )


def archive_client(uow: UnitOfWork, number: str, *, archived: bool = True) -> None:
    """Take a client out of lists and new titles, or back in; raises NotFound."""
    uow.clients.save(replace(find_client(uow, number), archived=archived))


def _accepted(uow: UnitOfWork, context: Context, client: Client) -> Client:
    kept = replace(
        client,
        first_name=accepted.text("first name", client.first_name),
        last_name=accepted.text("last name", client.last_name),
        email=accepted.email(client.email),
        phone=accepted.phone(client.phone),
    )
    if not any(letter.isalpha() for letter in kept.full_name):
        raise Invalid("name", "a client has a name")
    if kept.birth_date is not None and kept.birth_date > context.now.date():
        raise Invalid("birth date", "it lies in the future")
    _check_reminders(kept)
    _check_practitioner(uow, kept)
    return kept


def _check_reminders(client: Client) -> None:
    if client.email_reminders and not client.email:
        raise Invalid("reminders", "reminders by e-mail need an e-mail address on record")
    if (client.phone_reminders or client.text_reminders) and not client.phone:
        raise Invalid("reminders", "reminders by phone or text need a phone number on record")


def _check_practitioner(uow: UnitOfWork, client: Client) -> None:
    if client.practitioner is None:
        return
    user = uow.catalogue.user.get(client.practitioner)
    if user is None or user.discipline is None:
        raise NotFound("practitioner", client.practitioner[:40])
