"""What a person said, as the details of an appointment.

The same facts can be put into several places; the later ones in this order win: our own
properties, the block in the description, STATUS, CATEGORIES, marks in the title.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from server.domain.appointment import Details, FeeOverride, parse_reminders, parse_services
from server.domain.errors import Invalid
from server.domain.ids import LocationKey, RoomKey, SessionTypeId
from server.domain.money import parse_money
from server.domain.practice import fold
from server.domain.vocabulary import Attention, ContactWith, Kind, Medium, Status
from server.ics.decoration import strip_decoration
from server.ics.description_block import split_description
from server.ics.said import Said
from server.usecases.find_client import find_by_address, find_by_number
from server.usecases.hearing import Hearing
from server.usecases.understand_places import safe_link, settled_place, with_link, with_place
from server.usecases.understand_title import services_of, with_session, with_title

_CATEGORY_STATUS = {
    "arrived": Status.ARRIVED,
    "no-show": Status.NO_SHOW,
    "no show": Status.NO_SHOW,
    "late cancel": Status.LATE_CANCELLED,
    "cancelled": Status.CANCELLED,
    "confirmed": Status.CONFIRMED,
    "completed": Status.COMPLETED,
}


def understand(said: Said, before: Details | None, hearing: Hearing) -> Details:
    """Return the details after what was said; unreadable values change nothing."""
    details = before or Details(Kind.OTHER, Status.BOOKED, hearing.practitioner)
    details = _with_practice(details, said.practice, hearing)
    details = _with_description(details, said, hearing)
    details = _with_states(details, said)
    details = _with_categories(details, said.categories, hearing)
    details = with_link(with_place(details, said, hearing.catalogue), said, hearing.catalogue)
    if said.travel is not None:
        details = replace(details, travel=said.travel)
    if said.texts.get("SUMMARY") is not None:
        base = strip_decoration(said.base_title)
        details = with_title(details, said.texts["SUMMARY"] or "", base, hearing)
    details = _with_told_services(details, said, hearing)
    return _with_attendee(settled_place(details, hearing.catalogue), said, hearing)


def _with_told_services(details: Details, said: Said, hearing: Hearing) -> Details:
    """Services that were said expressly go before those that a session type brings along."""
    session = hearing.catalogue.session_type.get(details.session_type or SessionTypeId(""))
    if session is None or details.services != services_of(session):
        return details
    _, block = split_description(said.texts.get("DESCRIPTION") or "")
    told = {"SERVICES": block.get("services") or said.practice.get("SERVICES", "")}
    return _with_practice(details, told, hearing) if told["SERVICES"] else details


def _with_practice(details: Details, said: Mapping[str, str], hearing: Hearing) -> Details:
    """Our own properties, those that a client may change; a value that is none is ignored."""
    for name, value in said.items():
        try:
            details = _with_property(details, name, value, hearing)
        except (Invalid, ValueError):
            continue
    return details


def _with_property(details: Details, name: str, value: str, hearing: Hearing) -> Details:
    read = _VALUES.get(name)
    if read is not None:
        return replace(details, **read(value))
    if name == "KIND":
        return replace(details, kind=_sendable_kind(details, Kind(value.lower())))
    return _with_reference(details, name, value, hearing)


_VALUES: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "STATUS": lambda value: {"status": Status(value.lower())},
    "SERVICES": lambda value: {"services": parse_services(value)},
    "REMINDERS": lambda value: {"reminders": parse_reminders(value)},
    "MEDIUM": lambda value: {"medium": Medium(value.lower())},
    "CONTACT-WITH": lambda value: {"contact_with": ContactWith(value.lower())},
    "FEE": lambda value: {"fee": FeeOverride(parse_money(value))},
}


def _sendable_kind(details: Details, kind: Kind) -> Kind:
    """A client appointment stays one; only the booking page makes requests."""
    if kind is Kind.REQUEST or (kind is Kind.OTHER and details.client):
        return details.kind
    return kind


def _with_reference(details: Details, name: str, value: str, hearing: Hearing) -> Details:
    catalogue = hearing.catalogue
    if name == "CLIENT" and (client := find_by_number(hearing.uow, value)):
        return _about(replace(details, client=client.number))
    if name == "SESSION" and (kind := catalogue.session_type_named.get(fold(value))):
        return choose_session(details, kind.name, hearing)
    if name == "LOCATION" and LocationKey(value) in catalogue.location:
        return replace(details, location=LocationKey(value))
    if name == "ROOM" and RoomKey(value) in catalogue.room:
        return replace(details, room=RoomKey(value))
    return details


def _about(details: Details) -> Details:
    """Something about a client is a session unless it was said to be a contact."""
    kind = Kind.SESSION if details.kind is Kind.OTHER else details.kind
    settled = details.without_attention(Attention.CLIENT_UNKNOWN, Attention.CLIENT_AMBIGUOUS)
    return replace(settled, kind=kind, title="", candidates=0)


def choose_session(details: Details, name: str, hearing: Hearing) -> Details:
    """Return the details with a session type chosen by name; an archived one is not (M16)."""
    return with_session(details, hearing.catalogue.session_type_named[fold(name)])


def _with_description(details: Details, said: Said, hearing: Hearing) -> Details:
    if "DESCRIPTION" not in said.texts:
        return details
    note, block = split_description(said.texts["DESCRIPTION"] or "")
    details = replace(details, note=note, instructions=block.get("instructions", ""))
    named = {
        "client": "CLIENT",
        "session": "SESSION",
        "services": "SERVICES",
        "status": "STATUS",
        "room": "ROOM",
        "medium": "MEDIUM",
        "with": "CONTACT-WITH",
        "fee": "FEE",
    }
    values = {named[key]: value for key, value in block.items() if key in named}
    details = _with_practice(details, values, hearing)
    url = safe_link(block.get("url", ""))
    return replace(details, url=url) if url else details


def _with_states(details: Details, said: Said) -> Details:
    """STATUS and TRANSP; a missing STATUS never takes a cancellation back (M4)."""
    status = (said.texts.get("STATUS") or "").upper()
    if status == "CANCELLED" and not details.status.is_cancelled:
        details = replace(details, status=Status.CANCELLED)
    elif status == "CONFIRMED" and details.status.is_cancelled:
        details = replace(details, status=Status.BOOKED)
    elif status == "CONFIRMED" and details.kind is Kind.REQUEST:
        details = replace(details, kind=Kind.SESSION, status=Status.BOOKED)
    if "TRANSP" in said.texts:
        busy = (said.texts["TRANSP"] or "OPAQUE").upper() != "TRANSPARENT"
        details = replace(details, busy=busy)
    return details


def _with_categories(details: Details, added: frozenset[str], hearing: Hearing) -> Details:
    """An added category may name a status, a kind or a session type; removing is silent."""
    for word in sorted(map(fold, added)):
        if word in _CATEGORY_STATUS:
            details = replace(details, status=_CATEGORY_STATUS[word])
        elif word in ("contact", "collateral"):
            details = replace(details, kind=Kind(word))
        elif word in hearing.catalogue.session_type_named:
            details = choose_session(details, word, hearing)
    return details


def _with_attendee(details: Details, said: Said, hearing: Hearing) -> Details:
    """An invited address may tell the client where nothing else does (M8); it is not kept."""
    asked = details.kind.has_client or details.session_type or details.attention
    if details.client or not said.attendees or not asked:
        return details
    found = find_by_address(hearing.uow, said.attendees, hearing.seeker())
    return _about(replace(details, client=found.client.number)) if found.client else details
