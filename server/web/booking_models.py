"""What visitors say to the public booking API, and what they are shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from server.domain.booking_rules import BookingMode
from server.domain.bookings import BookingState, LinkPurpose, Visitor
from server.domain.ids import LocationKey, UserName
from server.usecases.book import BookingWanted
from server.web.booking import PlacedState
from server.web.messages import Said, Shown
from server.web.problems import FreeSlot

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2999
_NEEDED: Final = "a moment such as 2026-06-01T09:00:00-04:00 is needed"
_WRITTEN: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _as_written(said: object) -> object:
    # Else a text of digits alone would be taken for seconds since 1970.
    if not isinstance(said, str):
        return said
    try:
        moment = datetime.fromisoformat(said.upper())
    except ValueError as error:
        raise ValueError(_NEEDED) from error
    if not _WRITTEN.fullmatch(said):
        raise ValueError(_NEEDED)
    return moment


def _in_our_years(moment: datetime) -> datetime:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError("a moment of the years 1900 to 2999 is needed")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, BeforeValidator(_as_written), AfterValidator(_in_our_years)]
"""RFC 3339 with an offset; kept in UTC."""


class PersonShown(Shown):
    """Somebody with whom a session can be booked."""

    name: str = Field(description="As requests say it.")
    display_name: str


class PlaceShown(Shown):
    """Where a session takes place."""

    key: str = Field(description="As requests say it.")
    name: str
    tz: str = Field(description="Its time zone (IANA).")


class OfferShown(Shown):
    """A session type that can be booked online."""

    name: str = Field(description="As requests say it.")
    description: str
    minutes: int
    colour: str
    video: bool
    mode: BookingMode = Field(
        description="`instant` is booked at once, `request` waits until the practice accepts."
    )
    new_clients: bool = Field(
        description="Whether it is for anybody. Otherwise every booking is answered "
        "`received`, and what became of it comes by mail."
    )
    code: bool = Field(description="Whether the address is proven by a code first.")
    practitioners: list[PersonShown] = Field(
        description="Those who have bookable hours for it."
    )
    locations: list[PlaceShown]


class OfferList(Shown):
    """What can be booked, by name."""

    practice: str = Field(description="The practice's name.")
    tz: str = Field(description="Its time zone (IANA).")
    items: list[OfferShown]


class OpenSlotList(Shown):
    """Free slots by start, then by practitioner and location."""

    session: str
    tz: str
    items: list[FreeSlot]


class ConsentsSaid(Said):
    """By which ways the visitor agrees to be reminded."""

    email: bool = False
    phone: bool = False
    text: bool = False


class BookingSaid(Said):
    """Who asks for which slot; an e-mail address or a phone number is needed."""

    session: str = Field(description="A session type that is offered, by name.")
    practitioner: str | None = Field(default=None, description="Anybody where it is missing.")
    location: str | None = Field(default=None, description="Anywhere where it is missing.")
    start: Moment = Field(description="The start of a free slot.")
    tz: str = Field(
        default="", description="The zone of the answer (IANA); that of the place otherwise."
    )
    name: str
    email: str = ""
    phone: str = ""
    message: str = Field(default="", description="At most 1000 characters.")
    consents: ConsentsSaid = ConsentsSaid()
    code: str = Field(default="", description="Six digits, where a code was mailed.")

    def wanted(self) -> BookingWanted:
        """Return what is asked for."""
        consents = self.consents
        return BookingWanted(
            self.session,
            self.start,
            Visitor(
                self.name,
                self.email,
                self.phone,
                consents.email,
                consents.phone,
                consents.text,
            ),
            UserName(self.practitioner) if self.practitioner else None,
            LocationKey(self.location) if self.location else None,
            self.message,
        )


class LinkShown(Shown):
    """A secret address; whoever has it may do what it is for, once or until it expires."""

    purpose: LinkPurpose
    page: str = Field(description="For a person.")
    api: str = Field(description="For a program.")


class PlacedShown(Shown):
    """What became of a booking.

    `received` says that the practice will write; nothing more is known then.
    """

    state: PlacedState
    id: str = Field(description="What the practice knows the booking by; it opens nothing.")
    session: str
    practitioner: str
    location: str | None
    start: str = Field(description="RFC 3339 with an offset.")
    end: str
    tz: str
    links: list[LinkShown] = Field(
        description="To look at it, to cancel it, to ask for another time; none for `received`."
    )
    calendar: str | None = Field(description="Address of the booking as a calendar file.")


class CodeSent(Shown):
    """A code is on its way; the same request with it books."""

    state: PlacedState = PlacedState.CODE_SENT


class ManagedShown(Shown):
    """A booking as the holder of a link sees it."""

    purpose: LinkPurpose = Field(description="What this address is good for.")
    state: BookingState
    session: str | None
    practitioner: str
    practitioner_name: str
    location: str | None
    location_name: str | None
    start: str = Field(description="RFC 3339 with an offset.")
    end: str
    tz: str
    late: bool = Field(description="Whether cancelling now is late by the practice's rule.")
    can_cancel: bool
    can_move: bool
    reply: str = Field(description="What the practice wrote when it answered.")


class ManageQuery(Said):
    """In which zone a booking is shown."""

    tz: str = Field(default="", description="IANA; that of the place where it is missing.")


class ManageSaid(Said):
    """What is done by a link: one that cancels needs nothing, one that moves a new start."""

    start: Moment | None = Field(default=None, description="The start of a free slot.")
    tz: str = Field(default="", description="The zone of the answer (IANA).")
