"""What a database must offer to the use cases. All instants are aware datetimes in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from server.domain.ids import UserName
from server.domain.practice import Catalogue, Practice
from server.usecases.ports.api_access import ApiAccess
from server.usecases.ports.appointments import Appointments, Indexed, OccurrenceFilter
from server.usecases.ports.billing import (
    Billing,
    BillRuns,
    Bills,
    ChargeFilter,
    Charges,
    Fees,
    Holds,
    Ledger,
    Notes,
    Payments,
)
from server.usecases.ports.booking_rules import Bookable, HoursRow, SlotRow
from server.usecases.ports.bookings import Attempts, BookingFilter, Bookings, Mails
from server.usecases.ports.calendars import Calendars, Objects, Row, Served
from server.usecases.ports.feeds import Feeds
from server.usecases.ports.figures import PracticeFigures
from server.usecases.ports.google import Google, GoogleCalendars, GoogleEvents, GoogleLinks
from server.usecases.ports.google_titles import GoogleTitles, TitleOpener
from server.usecases.ports.instances import BusyRow, InstanceRow, Instances, TakenRow
from server.usecases.ports.papers import Papers
from server.usecases.ports.people import Clients, Configuration, People
from server.usecases.ports.practice_ends import WholePractice
from server.usecases.ports.records import History, Notices, Outbox
from server.usecases.ports.webhooks import Webhooks

__all__ = [
    "ApiAccess",
    "Appointments",
    "Attempts",
    "BillRuns",
    "Billing",
    "Bills",
    "Bookable",
    "BookingFilter",
    "Bookings",
    "BusyRow",
    "Calendars",
    "ChargeFilter",
    "Charges",
    "Clients",
    "Clock",
    "Configuration",
    "Database",
    "Feeds",
    "Fees",
    "Google",
    "GoogleCalendars",
    "GoogleEvents",
    "GoogleLinks",
    "GoogleTitles",
    "History",
    "Holds",
    "HoursRow",
    "Indexed",
    "InstanceRow",
    "Instances",
    "Ledger",
    "Mails",
    "Notes",
    "Notices",
    "Objects",
    "OccurrenceFilter",
    "Outbox",
    "Papers",
    "Payments",
    "People",
    "PracticeFigures",
    "Row",
    "Served",
    "SlotRow",
    "TakenRow",
    "TitleOpener",
    "UnitOfWork",
    "Webhooks",
    "WholePractice",
]


class UnitOfWork(Protocol):
    """One transaction; opened and closed at the edge, never committed by a use case."""

    @property
    def practice(self) -> Practice: ...
    @property
    def catalogue(self) -> Catalogue:
        """The configuration as of this transaction."""
        ...

    @property
    def billing(self) -> Billing: ...
    @property
    def papers(self) -> Papers: ...
    @property
    def api_access(self) -> ApiAccess: ...
    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def feeds(self) -> Feeds: ...
    @property
    def bookable(self) -> Bookable: ...
    @property
    def google(self) -> Google: ...
    @property
    def bookings(self) -> Bookings: ...
    @property
    def mails(self) -> Mails: ...
    @property
    def attempts(self) -> Attempts: ...
    @property
    def figures(self) -> PracticeFigures: ...
    @property
    def whole_practice(self) -> WholePractice: ...

    clients: Clients
    calendars: Calendars
    objects: Objects
    appointments: Appointments
    instances: Instances
    people: People
    configuration: Configuration
    history: History
    outbox: Outbox
    notices: Notices

    def glance(self, owner: UserName, slug: str) -> None:
        """Read the practice and a calendar at one go, before they are asked for.

        Only for a transaction that writes nothing.
        """
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo everything done inside if the block raises."""
        ...


class Database(Protocol):
    """A practice's database."""

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that sees one consistent state and writes nothing."""
        ...

    def served(self, owner: UserName, slug: str, href: str) -> Served | None:
        """Return one object as its owner is served it, read by itself at one go."""
        ...

    def writing(
        self, calendars: Iterable[tuple[UserName, str]] = ()
    ) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that commits when the block ends and is undone when it raises.

        ``calendars`` (owner, slug) are locked against other writers from the start.
        """
        ...

    def close(self) -> None:
        """Close all connections; they are made anew if they are needed again."""
        ...


class Clock(Protocol):
    """The time, handed in."""

    def now(self) -> datetime:
        """Return the present instant, UTC, aware."""
        ...
