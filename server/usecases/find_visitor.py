"""Who a visitor of the booking page is to the practice; the visitor is never told."""

from __future__ import annotations

import re
from typing import Final

from server.domain.bookings import Visitor
from server.domain.ids import ClientNumber
from server.domain.practice import Client, fold
from server.usecases.context import Context
from server.usecases.manage_clients import add_client
from server.usecases.ports import UnitOfWork

_NOT_A_DIGIT: Final = re.compile(r"[^0-9]")
_DIGITS_COMPARED: Final = 9
"""How many last digits make a phone number: country codes are often left out."""


def known_client(uow: UnitOfWork, visitor: Visitor) -> Client | None:
    """Return the one client of this name and address or phone, None if there is no such one.

    A name alone is nobody's: a client is known by what only client and practice know. Where
    two fit, nobody is guessed. Nothing of the record is changed by what a visitor says.
    """
    by_name = uow.clients.named(fold(visitor.name))
    fits = [one for one in by_name if _same_contact(one, visitor)]
    return fits[0] if len(fits) == 1 else None


def _same_contact(client: Client, visitor: Visitor) -> bool:
    """Whether what a visitor gave is the client's: the address, where one was given.

    What is said of the booking goes to that address. If a number were enough beside it, anybody
    who knows name and number of somebody else would be told by mail that this is a client.
    """
    if visitor.email:
        return fold(client.email) == fold(visitor.email)
    return bool(client.phone) and _same_phone(client.phone, visitor.phone)


def _same_phone(one: str, other: str) -> bool:
    first, second = (_NOT_A_DIGIT.sub("", each) for each in (one, other))
    shortest = min(len(first), len(second), _DIGITS_COMPARED)
    return shortest >= _DIGITS_COMPARED and first[-shortest:] == second[-shortest:]


def new_client(uow: UnitOfWork, context: Context, visitor: Visitor) -> Client:
    """Add the visitor as a client, with what was agreed to; raises Invalid."""
    first, _, last = visitor.name.rpartition(" ")
    # One name alone is the last one, as elsewhere (SH-03).
    client = Client(
        ClientNumber(""),
        first,
        last,
        email=visitor.email,
        phone=visitor.phone,
        email_reminders=visitor.email_reminders,
        phone_reminders=visitor.phone_reminders,
        text_reminders=visitor.text_reminders,
    )
    number = add_client(uow, context, client)
    return uow.clients.get_many([number])[number]
