"""Connections to Google Calendar, in the database."""

from __future__ import annotations

from server.practice_db.catalogue import CatalogueReader
from server.practice_db.google.calendars import SqlGoogleCalendars
from server.practice_db.google.events import SqlGoogleEvents
from server.practice_db.google.links import SqlGoogleLinks
from server.practice_db.google.titles import SqlGoogleTitles
from server.practice_db.transaction import Transaction
from server.usecases import ports


class SqlGoogle:
    """Implements server.usecases.ports.Google."""

    def __init__(self, transaction: Transaction, reader: CatalogueReader) -> None:
        self.links: ports.GoogleLinks = SqlGoogleLinks(transaction, reader)
        self.calendars: ports.GoogleCalendars = SqlGoogleCalendars(transaction)
        self.events: ports.GoogleEvents = SqlGoogleEvents(transaction)
        self.titles: ports.GoogleTitles = SqlGoogleTitles(transaction)
