"""LOCATION and links, as the place of an appointment (part 4 of the calendar rules)."""

from __future__ import annotations

from dataclasses import replace

from server.domain.appointment import Details
from server.domain.practice import TELEHEALTH_PLACES, Catalogue, Location, Room, fold
from server.domain.vocabulary import Attention, Kind
from server.ics.said import Said

URL_BYTES_AT_MOST = 2048


def with_place(details: Details, said: Said, catalogue: Catalogue) -> Details:
    """Return the details after LOCATION was typed.

    ``Location / Room``, a location or a room by name or key; a web link is a video session.
    On a client's appointment another text changes nothing but raises attention; an Other
    Event keeps it.
    """
    if "LOCATION" not in said.texts:
        return details
    text = (said.texts["LOCATION"] or "").strip()
    details = details.without_attention(Attention.LOCATION_UNKNOWN)
    if text.lower().startswith(("http://", "https://")):
        return _video(details, text, catalogue)
    location, room = _named(text, catalogue)
    if location is not None:
        return replace(
            details, location=location.key, room=room.key if room else None, place=""
        )
    if details.kind is Kind.OTHER or not text:
        return replace(details, location=None, room=None, place=text)
    return details.with_attention(Attention.LOCATION_UNKNOWN)


def settled_place(details: Details, catalogue: Catalogue) -> Details:
    """Return the details after words for a place turned out to be a client session's.

    They were read before the title was; a link is a video session, other words ask.
    """
    if details.kind is not Kind.SESSION or not details.place:
        return details
    if details.place.lower().startswith(("http://", "https://")):
        return _video(details, details.place, catalogue)
    place = "" if details.location else details.place
    return replace(details.with_attention(Attention.LOCATION_UNKNOWN), place=place)


def _named(text: str, catalogue: Catalogue) -> tuple[Location | None, Room | None]:
    first, _, second = text.partition("/")
    places = {
        fold(word): place for place in catalogue.locations for word in (place.key, place.name)
    }
    rooms = {fold(word): room for room in catalogue.rooms for word in (room.key, room.name)}
    location = places.get(fold(first)) or places.get(fold(text))
    room = rooms.get(fold(second)) or rooms.get(fold(text))
    if location is None and room is not None:
        location = catalogue.location.get(room.location)
    if room is not None and location is not None and room.location != location.key:
        room = None
    return location, room


def _video(details: Details, link: str, catalogue: Catalogue) -> Details:
    remote = [
        place
        for place in catalogue.locations
        if place.place_of_service in TELEHEALTH_PLACES and not place.archived
    ]
    url = safe_link(link)
    if details.kind is Kind.OTHER or not remote:
        return replace(details, url=url or details.url, place=link)
    return replace(details, url=url or details.url, location=remote[0].key, room=None, place="")


def with_link(details: Details, said: Said, catalogue: Catalogue) -> Details:
    """Return the details after URL changed; only https links are kept (SH-11, M19)."""
    del catalogue
    if "URL" not in said.texts:
        return details
    return replace(details, url=safe_link(said.texts["URL"] or ""))


def safe_link(link: str) -> str:
    """Return an https link without spaces and control characters, else nothing."""
    plain = link.strip()
    fits = plain.lower().startswith("https://") and len(plain.encode()) <= URL_BYTES_AT_MOST
    return plain if fits and plain.isprintable() and " " not in plain else ""
