"""One transaction with all its repositories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from zoneinfo import ZoneInfo

from server.domain.calendars import Calendar
from server.domain.ids import UserName
from server.domain.practice import Catalogue, Practice
from server.practice_db.appointments import SqlAppointments
from server.practice_db.calendars import SqlCalendars
from server.practice_db.catalogue import CatalogueCache, CatalogueReader
from server.practice_db.clients import SqlClients
from server.practice_db.configuration import SqlConfiguration
from server.practice_db.glance import CALENDAR_FROM, GLANCE
from server.practice_db.history import SqlHistory
from server.practice_db.instances import SqlInstances
from server.practice_db.notices import SqlNotices
from server.practice_db.objects import SqlObjects
from server.practice_db.outbox import SqlOutbox
from server.practice_db.people import SqlPeople
from server.practice_db.transaction import Transaction
from server.usecases import ports


class SqlUnitOfWork:
    """Implements server.usecases.ports.UnitOfWork over an open transaction."""

    def __init__(self, transaction: Transaction, cache: CatalogueCache) -> None:
        reader = CatalogueReader(transaction, cache)
        self._transaction = transaction
        self._reader = reader
        self.clients: ports.Clients = SqlClients(transaction)
        self.calendars: ports.Calendars = (calendars := SqlCalendars(transaction))
        self.objects: ports.Objects = SqlObjects(transaction)
        self._calendars = calendars
        self.appointments: ports.Appointments = SqlAppointments(transaction, reader.zone)
        self.instances: ports.Instances = SqlInstances(transaction)
        self.people: ports.People = SqlPeople(transaction)
        self.configuration: ports.Configuration = SqlConfiguration(transaction, reader)
        self.history: ports.History = SqlHistory(transaction)
        self.outbox: ports.Outbox = SqlOutbox(transaction, reader)
        self.notices: ports.Notices = SqlNotices(transaction)

    @property
    def practice(self) -> Practice:
        return self._reader.practice()

    def check_there(self) -> None:
        """Raise NotFound where the practice was removed."""
        self._reader.practice()

    @property
    def catalogue(self) -> Catalogue:
        return self._reader.configured().catalogue

    # Most requests ask for none of these: they are made when they are first asked for.
    @cached_property
    def billing(self) -> ports.Billing:
        from server.practice_db.billing import SqlBilling  # noqa: PLC0415 - as said above

        return SqlBilling(self._transaction)

    @cached_property
    def papers(self) -> ports.Papers:
        from server.practice_db.papers import SqlPapers  # noqa: PLC0415 - as said above

        return SqlPapers(self._transaction)

    @cached_property
    def api_access(self) -> ports.ApiAccess:
        from server.practice_db.api_access import SqlApiAccess  # noqa: PLC0415 - as said above

        return SqlApiAccess(self._transaction)

    @cached_property
    def webhooks(self) -> ports.Webhooks:
        from server.practice_db.webhooks import SqlWebhooks  # noqa: PLC0415 - as said above

        return SqlWebhooks(self._transaction, self._reader)

    @cached_property
    def feeds(self) -> ports.Feeds:
        from server.practice_db.feeds import SqlFeeds  # noqa: PLC0415 - as said above

        return SqlFeeds(self._transaction)

    @cached_property
    def bookable(self) -> ports.Bookable:
        from server.practice_db.slot_rows import SqlBookable  # noqa: PLC0415 - as said above

        return SqlBookable(self._transaction)

    @cached_property
    def bookings(self) -> ports.Bookings:
        from server.practice_db.bookings import SqlBookings  # noqa: PLC0415 - as said above

        return SqlBookings(self._transaction)

    @cached_property
    def mails(self) -> ports.Mails:
        from server.practice_db.mails import SqlMails  # noqa: PLC0415 - as said above

        return SqlMails(self._transaction)

    @cached_property
    def attempts(self) -> ports.Attempts:
        from server.practice_db.attempts import SqlAttempts  # noqa: PLC0415 - as said above

        return SqlAttempts(self._transaction)

    @cached_property
    def google(self) -> ports.Google:
        from server.practice_db.google import SqlGoogle  # noqa: PLC0415 - as said above

        return SqlGoogle(self._transaction, self._reader)

    @cached_property
    def figures(self) -> ports.PracticeFigures:
        from server.practice_db.figures import SqlFigures  # noqa: PLC0415 - as said above

        return SqlFigures(self._transaction)

    @cached_property
    def whole_practice(self) -> ports.WholePractice:
        from server.practice_db.practice_ends import SqlWholePractice  # noqa: PLC0415 - as said above

        return SqlWholePractice(self._transaction)

    def glance(self, owner: UserName, slug: str) -> None:
        row = self._transaction.first(GLANCE, owner=owner, slug=slug)
        if row is None:
            return
        number, short, name, zone, revision = row[:CALENDAR_FROM]
        self._reader.know(Practice(number, short, name, ZoneInfo(zone), revision))
        found = row[CALENDAR_FROM:]
        self._calendars.know(owner, slug, Calendar(*found) if found[0] is not None else None)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        point = self._transaction.begin_savepoint()
        with ExitStack() as when_it_raises:
            when_it_raises.callback(self._undo_to, point)
            yield
            when_it_raises.pop_all()
        self._transaction.release(point)

    def _undo_to(self, point: str) -> None:
        self._transaction.undo_to(point)
        self._reader.forget()
