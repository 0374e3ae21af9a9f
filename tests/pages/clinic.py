"""The practice whose pages the browser looks at, served with a mail server beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from server.domain.appointment import Appointment
from server.domain.booking_rules import BookingMode, BookingRule
from server.domain.bookings import Booking
from server.domain.ids import SessionTypeId, UserName
from server.domain.practice import SessionType
from server.domain.vocabulary import Status
from server.usecases.manage_session_types import edit_session_type, find_session_type
from server.usecases.ports import BookingFilter
from tests.databases import SLUG
from tests.post_office import PATIENCE, Office, Taken
from tests.system.events import at, monday, new_uid, vcalendar, vevent
from tests.system.practice import MAIN, operator
from tests.system.servers import Site, close_site, open_site

COLOUR = "#7fb069"
FOLLOW_UP, FIRST_TALK = "Acupuncture, follow-up", "Psychotherapy, first talk"
CLOSED, CALL = "Psychotherapy, 50 minutes", "Short call"
RULES = {
    "acupfollow": (FOLLOW_UP, BookingRule(BookingMode.INSTANT, notice=0)),
    "psyinitial": (FIRST_TALK, BookingRule(BookingMode.REQUEST, notice=0)),
    "psy50": (CLOSED, BookingRule(BookingMode.INSTANT, new_clients=False, notice=0)),
    # Bookable around the clock, so that something begins soon whenever the tests run.
    "consult15": (CALL, BookingRule(BookingMode.INSTANT, notice=0, grid=60)),
}
_LINK = re.compile(r"https?://\S+/book/\S+")
_CODE = re.compile(r"\b\d{6}\b")


@dataclass
class Clinic:
    """The served practice and the mail that it has sent."""

    site: Site
    office: Office

    @property
    def home(self) -> str:
        """The address of the booking page."""
        return f"{self.site.address}book/{SLUG}"

    def bookings_of(self, email: str) -> list[tuple[Booking, Appointment]]:
        """Return what was booked with an e-mail address, with the appointments."""
        with self.site.reading() as uow:
            found = [
                (one, uow.appointments.get(one.appointment))
                for one in uow.bookings.listed(BookingFilter())
                if one.visitor.email == email
            ]
        return [(one, appointment) for one, appointment in found if appointment is not None]

    def status_of(self, email: str) -> Status:
        """Return how the one appointment that was booked with an address stands."""
        ((_, appointment),) = self.bookings_of(email)
        return appointment.first_part.details.status

    def forget_mail(self) -> None:
        """Forget what was mailed so far."""
        with self.office.arrived:
            self.office.taken.clear()

    def mail_to(self, address: str, says: str) -> Taken:
        """Return the first mail to somebody with these words, as soon as it is there."""
        found: list[Taken] = []

        def has_come() -> bool:
            found[:] = [
                one for one in self.office.taken if address in one.to and says in one.plain
            ]
            return bool(found)

        with self.office.arrived:
            assert self.office.arrived.wait_for(has_come, PATIENCE), "the mail has not come"
        return found[0]

    def code_for(self, address: str) -> str:
        """Return the code that was mailed to an address."""
        found = _CODE.search(self.mail_to(address, "is your code").plain)
        assert found is not None
        return found[0]

    def link_for(self, address: str, label: str, says: str) -> str:
        """Return the link with this label from a mail, as this server is reached."""
        lines = self.mail_to(address, says).plain.splitlines()
        line = next(line for line in lines if line.startswith(f"{label}: "))
        found = _LINK.search(line)
        assert found is not None
        return self.site.address.rstrip("/") + urlsplit(found[0]).path


@contextmanager
def open_clinic(url: str, office: Office, **environment: str) -> Iterator[Clinic]:
    """Serve the practice on a prepared database, bookable for two months."""
    told = {
        "PRAXICAL_BOOKING_PER_NETWORK_AN_HOUR": "100000",
        "PRAXICAL_BOOKING_PER_ADDRESS_AN_HOUR": "100000",
        "PRAXICAL_BOOKING_COLOUR": COLOUR,
        "PRAXICAL_MAIL_SENDER": "office@practice.example",
        "PRAXICAL_MAIL_HOST": "127.0.0.1",
        "PRAXICAL_MAIL_PORT": str(office.port),
        "PRAXICAL_MAIL_SECURITY": "none",
    }
    site = open_site(url, 1, **{**told, **environment})
    try:
        _furnish(site)
        yield Clinic(site, office)
    finally:
        close_site(site)


def _furnish(site: Site) -> None:
    mira = site.newcomer()
    with site.database.writing() as uow:
        known = uow.catalogue.user[UserName(mira.user)]
        uow.configuration.save_user(replace(known, display_name="Mira Okafor"))
        for name in RULES:
            edit_session_type(uow, operator(), _bookable(find_session_type(uow, name)))
    morning = monday(weeks=-1, hour=9)
    weekdays = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    for user in ("alma", mira.user, "theo"):
        _draw(site, user, weekdays, (morning, morning + timedelta(hours=8)), "Bookable")
    midnight = monday(weeks=-1, hour=0)
    always = (midnight, midnight + timedelta(days=1))
    _draw(site, "theo", "RRULE:FREQ=DAILY", always, "consult15")


def _bookable(kind: SessionType) -> SessionType:
    description, rule = RULES[kind.id if kind.id in RULES else SessionTypeId(kind.name)]
    return replace(
        kind, online_bookable=True, description=description, locations=(MAIN,), booking=rule
    )


def _draw(
    site: Site, user: str, rule: str, span: tuple[datetime, datetime], title: str
) -> None:
    timing = [at("DTSTART", span[0]), at("DTEND", span[1])]
    text = vcalendar(vevent(new_uid(), title, timing, rule))
    answer = site.phone(user).put(f"/{user}/availability/{new_uid()}.ics", text)
    assert answer.status == 201, answer.text
