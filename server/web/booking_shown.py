"""How bookings, offers and links look in answers of the public booking API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Details
from server.domain.bookings import LinkPurpose
from server.domain.when import span_utc
from server.usecases.free_slots import Slot
from server.usecases.ports import UnitOfWork
from server.web.booking import Offer, Placed
from server.web.booking_manage import Managed
from server.web.booking_models import (
    LinkShown,
    ManagedShown,
    OfferShown,
    PersonShown,
    PlacedShown,
    PlaceShown,
)
from server.web.desk import PracticeDesk
from server.web.messages import Asked
from server.web.problems import FreeSlot
from server.web.route import PREFIX
from server.web.time_range import zone_named


def address_of(desk: PracticeDesk, asked: Asked) -> str:
    """Return where the visitor found the server, without a slash at its end."""
    terms, headers = desk.terms, asked.headers
    host = headers.get("host", "")
    if terms.is_public or not host:
        return terms.address
    scheme = headers.get("x-forwarded-proto", "http")
    return f"{scheme}://{host}{headers.get('x-forwarded-prefix', '')}"


def shown_offer(offer: Offer) -> OfferShown:
    """Return an offer as it is shown."""
    kind = offer.kind
    return OfferShown(
        name=kind.name,
        description=kind.description,
        minutes=kind.minutes,
        colour=kind.colour,
        video=kind.video,
        mode=kind.booking.mode,
        new_clients=kind.booking.new_clients,
        code=offer.asks_code,
        practitioners=[
            PersonShown(name=one.name, display_name=one.display_name)
            for one in offer.practitioners
        ],
        locations=[
            PlaceShown(key=place.key, name=place.name, tz=zone.key)
            for place, zone in offer.locations
        ],
    )


def shown_slot(slot: Slot, zone: ZoneInfo) -> FreeSlot:
    """Return a free slot as it is shown: how many others have booked it is not."""
    return FreeSlot(
        start=slot.start.astimezone(zone).isoformat(),
        end=slot.end.astimezone(zone).isoformat(),
        practitioner=slot.practitioner,
        location=slot.location,
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """An appointment as a visitor may see it: when, by which clock, with whom and where."""

    start: str
    end: str
    zone: ZoneInfo
    session: str | None
    details: Details

    @classmethod
    def of(cls, uow: UnitOfWork, appointment: Appointment, tz: str) -> Seen:
        """Return it in the zone of this name, that of the place for none; raises Refused."""
        part = appointment.first_part
        details = part.details
        place = uow.catalogue.location.get(details.location) if details.location else None
        zone = zone_named(tz, (place.zone if place else None) or uow.practice.zone)
        start, end = (edge.astimezone(zone).isoformat() for edge in span_utc(part.when, zone))
        kinds = uow.catalogue.session_type
        kind = kinds.get(details.session_type) if details.session_type else None
        return cls(start, end, zone, kind.name if kind else None, details)


def shown_placed(seen: Seen, placed: Placed, base: str) -> PlacedShown:
    """Return what became of a booking; ``base`` is where links to this practice begin.

    Nothing is read from the appointment that tells a request from what is booked.
    """
    see = placed.links.get(LinkPurpose.SEE)
    return PlacedShown(
        state=placed.state,
        id=placed.booking.id if placed.booking else "",
        session=seen.session or "",
        practitioner=seen.details.practitioner,
        location=seen.details.location,
        start=seen.start,
        end=seen.end,
        tz=seen.zone.key,
        links=_links(placed.links, base),
        calendar=f"{api_of(base)}/manage/{see}.ics" if see else None,
    )


def _links(links: Mapping[LinkPurpose, str], base: str) -> list[LinkShown]:
    return [
        LinkShown(
            purpose=purpose,
            page=f"{base}/manage/{token}",
            api=f"{api_of(base)}/manage/{token}",
        )
        for purpose, token in links.items()
    ]


def base_of(address: str, slug: str) -> str:
    """Return where the pages of a practice begin."""
    return f"{address}/book/{slug}"


def api_of(base: str) -> str:
    """Return where the public API of a practice begins, from where its pages do."""
    address, _, slug = base.rpartition("/book/")
    return f"{address}{PREFIX}/book/{slug}"


def shown_managed(uow: UnitOfWork, found: Managed, tz: str) -> ManagedShown:
    """Return a booking as the holder of its link sees it; raises Refused for the zone."""
    seen = Seen.of(uow, found.appointment, tz)
    details = seen.details
    person = uow.catalogue.user.get(details.practitioner)
    place = uow.catalogue.location.get(details.location) if details.location else None
    return ManagedShown(
        purpose=found.purpose,
        state=found.state,
        session=seen.session,
        practitioner=details.practitioner,
        practitioner_name=person.display_name if person else "",
        location=details.location,
        location_name=place.name if place else None,
        start=seen.start,
        end=seen.end,
        tz=seen.zone.key,
        late=found.is_late,
        can_cancel=found.is_ahead,
        can_move=found.can_move,
        reply=found.booking.reply,
    )
