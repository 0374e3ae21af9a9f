"""The settings of online booking."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from server.settings import web_checks
from server.settings.section import Section

_Origins = tuple[Annotated[str, AfterValidator(web_checks.origin)], ...]


class BookingSection(Section):
    """Booking by visitors: the page and its public API."""

    online: Annotated[
        bool,
        Field(
            description="Whether anybody can book online. Links that were handed out work on."
        ),
    ] = True
    verification_codes: Annotated[
        bool,
        Field(
            description="Whether a visitor who asks for an appointment that the practice has "
            "to accept first proves the e-mail address by a code that is mailed there. "
            "Without a mail server nobody is asked for one. Where nobody is asked, session "
            "types that are not open to new clients are booked by request only."
        ),
    ] = True
    request_hours: Annotated[
        int,
        Field(ge=1, le=720, description="Hours after which an unanswered request lapses."),
    ] = 72
    per_network_an_hour: Annotated[
        int,
        Field(
            ge=1,
            le=1_000_000,
            description="Bookings, codes, cancellations and moves that one network (/24, or "
            "/64 of IPv6) may ask for in an hour; further ones are answered 429. Ten times as "
            "many pages and lists may be read in a minute.",
        ),
    ] = 60
    per_address_an_hour: Annotated[
        int,
        Field(
            ge=2,
            le=1_000_000,
            description="Bookings and codes that may be asked for in an hour with one e-mail "
            "address; a request with its code is two.",
        ),
    ] = 6
    allowed_origins: Annotated[
        _Origins,
        Field(
            strict=False,
            description="Web sites whose scripts may use the public booking API (CORS), such "
            "as https://www.practice.example.",
        ),
    ] = ()
    frame_origins: Annotated[
        _Origins,
        Field(strict=False, description="Web sites that may show the booking page in a frame."),
    ] = ()
    public_url: Annotated[
        str,
        AfterValidator(web_checks.public_url),
        Field(
            description="Address under which visitors find the server, for links in mails and "
            "answers and for secret addresses, such as https://cal.practice.example. Empty: "
            "links in answers follow the request, others the host and port of [server]."
        ),
    ] = ""
    colour: Annotated[
        str,
        AfterValidator(web_checks.colour),
        Field(description="Colour of the booking page, such as #3b7dd8; empty: its own."),
    ] = ""
    logo: Annotated[
        str,
        AfterValidator(web_checks.picture),
        Field(
            description="File of the practice's logo (PNG, JPEG, WebP or SVG) for the booking "
            "page; empty: none. An address elsewhere is not possible: that server would learn "
            "of every visitor."
        ),
    ] = ""
