"""The mail of the small practice, sent by hand to a mail server that runs on loopback."""

from __future__ import annotations

from collections.abc import Sequence

from server.domain.bookings import Booking, Mail, MailKind
from server.domain.calendars import Notice
from server.domain.ids import BookingId
from server.relay.mail_message import From
from server.relay.mail_server import MailSecurity, MailServer
from server.relay.mails import Mailer, MailTerms, mail_due
from tests.booking import mails
from tests.post_office import Office, Taken
from tests.practice import ALMA, House
from tests.telling import Standing

OFFICE = From("office@practice.example")
PAGES = "https://book.practice.example"
WHEN = "Tuesday, 24 November 2026, 9:00 am to 9:45 am EST (America/New_York)"
"""When `tests.booking.booked` books."""


def server_at(office: Office) -> MailServer:
    """Return the office as the practice's mail server, unencrypted on loopback."""
    return MailServer("127.0.0.1", office.port, MailSecurity.NONE, OFFICE.domain, timeout=5)


def terms_for(office: Office | None) -> MailTerms:
    return MailTerms(server_at(office) if office else None, OFFICE, PAGES)


def mailer(house: House, office: Office) -> Mailer:
    return Mailer(house.database, Standing(house.now), terms_for(office))


def post(house: House, office: Office | None) -> int:
    """Send what is due now; return how many attempts were made."""
    return mail_due(house.database, Standing(house.now), terms_for(office))


def the_mail(house: House, booking: Booking, kind: MailKind) -> Mail:
    return next(one for one in mails(house, booking.id) if one.kind is kind)


def settled(house: House, booking: BookingId) -> list[tuple[MailKind, str]]:
    """Return the mails of a booking that are over, and why they were not sent."""
    return [(one.kind, one.failure) for one in mails(house, booking) if one.settled_at]


def send_code(house: House, to: str = "nora@example.org", *, number: str = "code") -> Mail:
    """Note that a code is to be sent."""
    mail = Mail(number, MailKind.CODE, house.now, to=to, secret="421337")
    with house.database.writing() as uow:
        uow.mails.add(mail)
    return mail


def notices(house: House) -> Sequence[Notice]:
    """Return what Alma is to hear of mail that did not arrive."""
    with house.database.reading() as uow:
        listed = uow.notices.of(ALMA)
    return [one for one in listed if one.code == "mail-undelivered"]


def to(office: Office, address: str) -> list[Taken]:
    return [one for one in office.taken if one.to == (address,)]


def visitors(office: Office) -> Taken:
    """Return the last mail that the visitor got."""
    return to(office, "nora@example.org")[-1]


def token(mail: Taken, label: str) -> str:
    """Return the token of the link with this label."""
    (line,) = (line for line in mail.plain.splitlines() if line.startswith(f"{label}: "))
    return line.rpartition("/")[2]
