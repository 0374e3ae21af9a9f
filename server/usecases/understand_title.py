"""A title in words and marks, as details of an appointment (quick entry; M6, M7, M12, M16)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from server.domain.appointment import MODIFIERS_AT_MOST, Details, FeeOverride, ServiceLine
from server.domain.ids import LocationKey, RoomKey
from server.domain.money import Money
from server.domain.practice import Catalogue, Client, SessionType, fold
from server.domain.vocabulary import Attention, Kind, Role, Status
from server.ics.decoration import Stripped, strip_decoration
from server.ics.quick_entry import QuickEntry, parse_title
from server.usecases.find_client import Found, find_by_number, find_client, is_rendering_of

if TYPE_CHECKING:
    from server.usecases.hearing import Hearing

_ASKING = (Attention.CLIENT_UNKNOWN, Attention.CLIENT_AMBIGUOUS)


def with_title(details: Details, title: str, base: Stripped, hearing: Hearing) -> Details:
    """Return the details after a title was typed where ``base`` had been shown."""
    now = strip_decoration(title)
    entry = parse_title(now.text, hearing.catalogue, hearing.context.rules.currency)
    shown = parse_title(base.text, hearing.catalogue, hearing.context.rules.currency)
    if entry.kind is Kind.OTHER and not details.client:
        entry = replace(entry, words=f"{entry.session_words} {entry.words}".strip())
    else:
        details = _with_session_words(details, entry, shown)
    details = _with_words(details, entry, shown, hearing)
    details = _with_marks(details, entry, hearing)
    if now.cancelled_prefix and not details.status.is_cancelled:
        details = replace(details, status=Status.CANCELLED)
    if base.had_check and not now.had_check and entry.status is None:
        details = replace(details, status=_undone(details.status))
    return details


def _undone(status: Status) -> Status:
    return Status.BOOKED if status in (Status.ARRIVED, Status.COMPLETED) else status


def _with_session_words(details: Details, entry: QuickEntry, shown: QuickEntry) -> Details:
    if entry.session is not None and entry.session != shown.session:
        return with_session(details, entry.session)
    if entry.archived_session is not None and entry.archived_session != shown.archived_session:
        return with_session(details, entry.archived_session)
    if entry.service_code and entry.service_code != shown.service_code:
        kind = Kind.SESSION if details.kind is Kind.OTHER else details.kind
        return replace(details, kind=kind, services=(ServiceLine(entry.service_code),))
    return details


def with_session(details: Details, session: SessionType) -> Details:
    """Return the details with a session type, its services and its place.

    An archived one is not booked anew: the appointment keeps what it has and asks (CR-13, M16).
    """
    if session.id == details.session_type:
        return details
    if session.archived:
        kind = Kind.SESSION if details.kind is Kind.OTHER else details.kind
        return replace(details.with_attention(Attention.SESSION_UNKNOWN), kind=kind)
    place = details.location
    if place is None and session.locations:
        place = session.locations[0]
    settled = details.without_attention(Attention.SESSION_UNKNOWN)
    kind = Kind.SESSION if details.kind is Kind.OTHER else details.kind
    return replace(
        settled,
        kind=kind,
        session_type=session.id,
        services=services_of(session),
        location=place,
    )


def services_of(session: SessionType) -> tuple[ServiceLine, ...]:
    """Return the service lines that a session type brings along (CR-02)."""
    return tuple(
        ServiceLine(item.code, item.units) for item in session.items if not item.is_product
    )


def _with_words(
    details: Details, entry: QuickEntry, shown: QuickEntry, hearing: Hearing
) -> Details:
    """The words that name a client, or the title of an Other Event."""
    if entry.new_client and hearing.context.actor.role is not None:
        return _with_new_client(details, entry.new_client, hearing)
    if entry.client_number:
        return _with_found(
            details, _numbered(entry.client_number, hearing), entry.client_number
        )
    words = entry.words.replace("·", " ").strip()
    same = fold(words) == fold(shown.words.replace("·", " "))
    # Marks alone say nothing about a client who is linked.
    if (same and not words) or (details.client and (same or not words)):
        return details
    linked = hearing.uow.clients.get(details.client) if details.client else None
    if linked is not None and is_rendering_of(words, linked):
        return _about(details, linked)
    return _with_name(details, words, entry, hearing)


def _numbered(number: str, hearing: Hearing) -> Found:
    client = find_by_number(hearing.uow, number)
    usable = client is not None and not client.archived
    return Found(client if usable else None, 1 if usable else 0)


def _with_name(details: Details, words: str, entry: QuickEntry, hearing: Hearing) -> Details:
    about_client = details.kind.has_client or entry.kind in (
        Kind.SESSION,
        Kind.CONTACT,
        Kind.COLLATERAL,
    )
    is_entry = about_client or not entry.says_nothing
    found = find_client(hearing.uow, words, hearing.seeker(initials_count=is_entry))
    only_whole = not is_entry and found.rest
    if entry.kind is Kind.OTHER or only_whole or (not is_entry and not found.candidates):
        return _as_other(details, words)
    if not about_client and not found.candidates and not _names_session(entry):
        return _as_other(details, words)
    return _with_found(details, found, words)


def _names_session(entry: QuickEntry) -> bool:
    return bool(entry.session or entry.archived_session or entry.service_code or entry.medium)


def _as_other(details: Details, words: str) -> Details:
    """A title without a client is an Other Event; one that has a client keeps it and asks."""
    if details.client:
        return replace(
            details.with_attention(Attention.CLIENT_UNKNOWN), title=words, candidates=0
        )
    settled = details.without_attention(*_ASKING, Attention.SESSION_UNKNOWN)
    plain = replace(settled, session_type=None, services=(), candidates=0)
    return replace(plain, kind=Kind.OTHER, title=words)


def _with_found(details: Details, found: Found, words: str) -> Details:
    if found.client is not None:
        return _with_rest(_about(details, found.client), found.rest)
    kind = Kind.SESSION if details.kind is Kind.OTHER else details.kind
    reason = Attention.CLIENT_AMBIGUOUS if found.candidates > 1 else Attention.CLIENT_UNKNOWN
    asking = details.without_attention(*_ASKING).with_attention(reason)
    return replace(asking, kind=kind, title=words, candidates=found.candidates)


def _about(details: Details, client: Client) -> Details:
    kind = Kind.SESSION if details.kind is Kind.OTHER else details.kind
    settled = details.without_attention(*_ASKING)
    return replace(settled, kind=kind, client=client.number, title="", candidates=0)


def _with_rest(details: Details, rest: str) -> Details:
    """Words beside the client's name are kept as a line of the internal note."""
    if not rest or rest in details.note.splitlines():
        return details
    return replace(details, note=f"{rest}\n{details.note}".strip())


def _with_new_client(details: Details, name: str, hearing: Hearing) -> Details:
    """``new:`` makes a client of whom only the name is known (SH-03)."""
    if not _may_add_clients(hearing):
        return _with_found(details, Found(None, 0), name)
    first, _, last = name.rpartition(" ")
    number = hearing.uow.clients.next_number()
    client = Client(
        number, first or last, last if first else "", practitioner=hearing.practitioner
    )
    hearing.uow.clients.save(client)
    return _about(details, client)


def _may_add_clients(hearing: Hearing) -> bool:
    actor = hearing.context.actor
    return actor.role in (Role.ADMIN, Role.FRONT_DESK) or actor.user == hearing.practitioner


def _with_marks(details: Details, entry: QuickEntry, hearing: Hearing) -> Details:
    details = _with_kind_marks(details, entry)
    details = _with_place_marks(details, entry.at, hearing.catalogue)
    details = _with_service_marks(details, entry)
    if entry.status is not None:
        details = replace(details, status=entry.status)
    if entry.undo:
        details = replace(details, status=Status.BOOKED, fee=None)
    if entry.accept and details.kind is Kind.REQUEST:
        details = replace(details, kind=Kind.SESSION, status=Status.BOOKED)
    if entry.fee is not None or entry.waive:
        currency = hearing.context.rules.currency
        details = replace(details, fee=FeeOverride(entry.fee or Money(0, currency)))
    return details


def _with_kind_marks(details: Details, entry: QuickEntry) -> Details:
    if entry.kind is not None and not (entry.kind is Kind.OTHER and details.client):
        details = replace(details, kind=entry.kind)
    if entry.busy is not None:
        details = replace(details, busy=entry.busy)
    if entry.medium is not None:
        details = replace(details, medium=entry.medium)
    if entry.contact_with is not None:
        details = replace(
            details, contact_with=entry.contact_with, contact_name=entry.contact_name
        )
    return details


def _with_place_marks(details: Details, at: tuple[str, ...], catalogue: Catalogue) -> Details:
    rooms = {fold(word): room for room in catalogue.rooms for word in (room.key, room.name)}
    places = {
        fold(word): place for place in catalogue.locations for word in (place.key, place.name)
    }
    for word in map(fold, at):
        if word in rooms:
            room = rooms[word]
            details = replace(details, room=RoomKey(room.key), location=room.location, place="")
        elif word in places:
            details = replace(details, location=LocationKey(places[word].key), place="")
            details = details.without_attention(Attention.LOCATION_UNKNOWN)
        else:
            details = details.with_attention(Attention.LOCATION_UNKNOWN)
    return details


def _with_service_marks(details: Details, entry: QuickEntry) -> Details:
    """Units and modifiers are the primary service's; a fifth modifier is not stored."""
    if not details.services or not (
        entry.units or entry.add_modifiers or entry.remove_modifiers
    ):
        return details
    primary = details.services[0]
    wanted = [mark for mark in primary.modifiers if mark not in entry.remove_modifiers]
    wanted += [mark for mark in dict.fromkeys(entry.add_modifiers) if mark not in wanted]
    if len(wanted) > MODIFIERS_AT_MOST:
        details = details.with_attention(Attention.MODIFIER_OVERFLOW)
    line = ServiceLine(
        primary.code, entry.units or primary.units, tuple(wanted[:MODIFIERS_AT_MOST])
    )
    return replace(details, services=(line, *details.services[1:]))
