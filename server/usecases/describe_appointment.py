"""What a form or a command says of an appointment, as its details; refused where it is wrong.

A calendar app is asked back by a mark of attention, because it cannot be refused in words;
here the person gets the sentence at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from server.domain.appointment import (
    Details,
    FeeOverride,
    ServiceLine,
    parse_reminders,
    parse_services,
)
from server.domain.errors import Archived, Invalid, NotFound
from server.domain.money import parse_money
from server.domain.vocabulary import Attention, ContactWith, Kind, Medium, Status
from server.usecases import accepted_values as accepted
from server.usecases.manage_clients import check_reminders, find_client
from server.usecases.manage_places import find_location, find_room
from server.usecases.manage_session_types import find_session_type
from server.usecases.ports import UnitOfWork
from server.usecases.understand_title import with_session

TITLE_AT_MOST = 255
TRAVEL_AT_MOST = 24 * 60
_CONTACTS = (Kind.CONTACT, Kind.COLLATERAL)
_ANSWERED_BY_CLIENT = (Attention.CLIENT_UNKNOWN, Attention.CLIENT_AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said; None leaves a field as it is, an empty text clears it.

    ``services`` and ``reminders`` are in their wire forms, ``travel`` in minutes.
    """

    client: str | None = None
    session: str | None = None
    services: str | None = None
    kind: Kind | None = None
    status: Status | None = None
    title: str | None = None
    location: str | None = None
    room: str | None = None
    medium: Medium | None = None
    contact_with: ContactWith | None = None
    contact_name: str | None = None
    url: str | None = None
    instructions: str | None = None
    note: str | None = None
    busy: bool | None = None
    travel: int | None = None
    reminders: str | None = None
    session_bridge: bool | None = None
    fee: str | None = None


def described(uow: UnitOfWork, wanted: Wanted, before: Details, currency: str) -> Details:
    """Return the details with all that is said; raises Invalid, NotFound and Archived."""
    details = replace(before, kind=_kind(wanted, before))
    details = _with_client(uow, wanted, details)
    details = _with_session(uow, wanted, details)
    details = _with_place(uow, wanted, details)
    details = _with_texts(wanted, details)
    details = _with_choices(wanted, details, currency)
    return _checked(uow, wanted, details)


def changed_fields(before: Details, after: Details) -> dict[str, object]:
    """Return the fields that differ, with their new values."""
    names = (field.name for field in fields(Details))
    return {
        name: getattr(after, name)
        for name in names
        if getattr(before, name) != getattr(after, name)
    }


def _kind(wanted: Wanted, before: Details) -> Kind:
    if wanted.kind is not None:
        return wanted.kind
    if before.kind is not Kind.OTHER:
        return before.kind
    if wanted.contact_with is not None:
        return Kind.COLLATERAL
    if wanted.medium is not None:
        return Kind.CONTACT
    return Kind.SESSION if wanted.client or wanted.session or wanted.services else Kind.OTHER


def _with_client(uow: UnitOfWork, wanted: Wanted, details: Details) -> Details:
    if wanted.client is None:
        return details
    if not wanted.client:
        return replace(details, client=None)
    client = find_client(uow, wanted.client)
    if client.archived and client.number != details.client:
        raise Archived(f"The client {client.number} is archived.")
    settled = details.without_attention(*_ANSWERED_BY_CLIENT)
    return replace(settled, client=client.number, title="", candidates=0)


def _with_session(uow: UnitOfWork, wanted: Wanted, details: Details) -> Details:
    if wanted.session:
        session = find_session_type(uow, wanted.session)
        if session.archived and session.id != details.session_type:
            raise Archived(
                f"The session type '{session.name}' is archived and cannot be booked."
            )
        details = replace(with_session(details, session), place="")
    elif wanted.session is not None:
        details = replace(details, session_type=None)
    if wanted.services is None:
        return details
    lines = parse_services(wanted.services)
    for line in lines:
        _check_service(uow, line, details)
    return replace(details.without_attention(Attention.SESSION_UNKNOWN), services=lines)


def _check_service(uow: UnitOfWork, line: ServiceLine, details: Details) -> None:
    service = uow.catalogue.service.get(line.code)
    if service is None:
        raise NotFound("service", line.code)
    if service.archived and line.code not in {kept.code for kept in details.services}:
        raise Archived(f"The service '{line.code}' is archived.")


def _with_place(uow: UnitOfWork, wanted: Wanted, details: Details) -> Details:
    if wanted.location is not None:
        details = _with_location(uow, wanted.location, details)
    if wanted.room is None:
        return details
    if not wanted.room:
        return replace(details, room=None)
    room = find_room(uow, wanted.room)
    if room.archived and room.key != details.room:
        raise Archived(f"The room '{room.key}' is archived.")
    if wanted.location and room.location != wanted.location:
        raise Invalid("room", f"'{room.key}' is in the location '{room.location}'")
    return replace(details, room=room.key, location=room.location)


def _with_location(uow: UnitOfWork, key: str, details: Details) -> Details:
    settled = replace(details.without_attention(Attention.LOCATION_UNKNOWN), place="")
    if not key:
        return replace(settled, location=None, room=None)
    location = find_location(uow, key)
    if location.archived and location.key != details.location:
        raise Archived(f"The location '{location.key}' is archived.")
    room = settled.room
    if room is not None and uow.catalogue.room[room].location != location.key:
        room = None
    return replace(settled, location=location.key, room=room)


def _with_texts(wanted: Wanted, details: Details) -> Details:
    changed: dict[str, Any] = {}
    if wanted.title is not None:
        changed["title"] = accepted.text("title", wanted.title, TITLE_AT_MOST)
    if wanted.contact_name is not None:
        changed["contact_name"] = accepted.text("contact name", wanted.contact_name)
    if wanted.url is not None:
        changed["url"] = accepted.web_address("url", wanted.url)
    if wanted.instructions is not None:
        changed["instructions"] = accepted.lines("instructions", wanted.instructions)
    if wanted.note is not None:
        changed["note"] = accepted.lines("note", wanted.note)
    return replace(details, **changed)


def _with_choices(wanted: Wanted, details: Details, currency: str) -> Details:
    said = {
        "status": wanted.status,
        "medium": wanted.medium,
        "contact_with": wanted.contact_with,
        "busy": wanted.busy,
        "session_bridge": wanted.session_bridge,
    }
    changed: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if wanted.travel is not None:
        changed["travel"] = _travel(wanted.travel)
    if wanted.reminders is not None:
        changed["reminders"] = parse_reminders(wanted.reminders)
    if wanted.fee is not None:
        amount = parse_money(wanted.fee, currency) if wanted.fee else None
        changed["fee"] = None if amount is None else FeeOverride(amount)
    return replace(details, **changed)


def _travel(minutes: int) -> timedelta:
    if not 0 <= minutes <= TRAVEL_AT_MOST:
        raise Invalid("travel", f"{minutes} minutes: 0 to {TRAVEL_AT_MOST} are possible")
    return timedelta(minutes=minutes)


def _checked(uow: UnitOfWork, wanted: Wanted, details: Details) -> Details:
    """Return the details if they fit together (ASVS 2.2.3)."""
    if details.kind is Kind.OTHER:
        _check_other(details)
    else:
        _check_client(uow, wanted, details)
    _check_session(details)
    if details.kind in _CONTACTS:
        if wanted.location or wanted.room:
            raise Invalid("location", "only a client session has one")
        details = replace(details, location=None, room=None)
    _check_contact(details)
    if wanted.fee and not (details.status.is_cancelled or details.status is Status.NO_SHOW):
        raise Invalid("fee", "only a missed or cancelled appointment has one of its own")
    return details


def _check_session(details: Details) -> None:
    is_said = bool(details.session_type or details.services)
    is_asked = Attention.SESSION_UNKNOWN in details.attention
    if details.kind is Kind.SESSION and not is_said and not is_asked:
        raise Invalid("session", "a client session has a session type or a service")


def _check_other(details: Details) -> None:
    if details.client is not None or details.session_type is not None:
        raise Invalid("kind", "an Other Event has neither a client nor a session type")
    if not details.title:
        raise Invalid("title", "an Other Event has one")


def _check_client(uow: UnitOfWork, wanted: Wanted, details: Details) -> None:
    if details.client is None:
        if not details.attention.intersection(_ANSWERED_BY_CLIENT):
            raise Invalid("client", f"an appointment of the kind '{details.kind}' has one")
        return
    if wanted.busy is False:
        raise Invalid("free", "a client's appointment is always busy time")
    if wanted.title:
        raise Invalid("title", "only an Other Event has one; a client's is made by the server")
    if wanted.reminders:
        check_reminders(find_client(uow, details.client), details.reminders)


def _check_contact(details: Details) -> None:
    if details.medium is not None and details.kind not in _CONTACTS:
        raise Invalid("medium", "only contacts have one")
    if details.contact_with is not None and details.kind is not Kind.COLLATERAL:
        raise Invalid("contact with", "only collateral contacts have one")
