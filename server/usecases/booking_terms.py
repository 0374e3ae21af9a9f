"""On which terms the practice lets visitors book, as its settings give them."""

from __future__ import annotations

from dataclasses import dataclass

from server.settings import Settings


@dataclass(frozen=True, slots=True)
class BookingTerms:
    """The practice's choices; see ``[booking]`` in config/praxical.toml for each.

    ``address`` is where visitors find the server, without a slash at its end; ``is_public``
    says that somebody has set it, otherwise a request knows better by which name it came.
    ``sends_mail`` says that there is a mail server.
    """

    online: bool = True
    verification_codes: bool = True
    per_network_an_hour: int = 60
    per_address_an_hour: int = 6
    allowed_origins: frozenset[str] = frozenset()
    frame_origins: tuple[str, ...] = ()
    address: str = "http://127.0.0.1:5232"
    is_public: bool = False
    colour: str = ""
    logo: str = ""
    sends_mail: bool = False


def terms_of(settings: Settings) -> BookingTerms:
    """Return the terms; see config/praxical.toml for each."""
    booking, server = settings.booking, settings.server
    host = f"[{server.host}]" if ":" in server.host else server.host
    return BookingTerms(
        online=booking.online,
        # A code that nobody can be sent would keep everybody out.
        verification_codes=booking.verification_codes and bool(settings.mail.host),
        per_network_an_hour=booking.per_network_an_hour,
        per_address_an_hour=booking.per_address_an_hour,
        allowed_origins=frozenset(booking.allowed_origins),
        frame_origins=booking.frame_origins,
        address=booking.public_url or f"http://{host}:{server.port}{server.base_path}",
        is_public=bool(booking.public_url),
        colour=booking.colour,
        logo=booking.logo,
        sends_mail=bool(settings.mail.host),
    )
