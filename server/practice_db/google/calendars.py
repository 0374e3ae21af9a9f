"""Calendars in Google and their push channels, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import starmap
from typing import Final

from sqlalchemy import (
    BigInteger,
    String,
    bindparam,
    delete,
    select,
    type_coerce,
    union_all,
    update,
)

from server.domain.google import GoogleCalendar, PushChannel
from server.domain.google_compared import Comparison
from server.domain.ids import CalendarId, GoogleLinkId
from server.practice_db.columns import Instant
from server.practice_db.google.rows import records_of, row_of
from server.practice_db.ranges import CLASSES, overlaps_in, range_values
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables.appointments import occurrence
from server.practice_db.tables.google import (
    google_calendar,
    google_channel,
    google_compared,
)
from server.practice_db.transaction import Transaction
from server.usecases.ports.google import ShownTime

_c, _h, _o = google_calendar.c, google_channel.c, occurrence.c
_LINK: Final = bindparam("link", type_=String)
_OF_LINK: Final = Statement(
    calendars := records_of(google_calendar).where(_c.link_id == _LINK).order_by(_c.role, _c.id)
)
_ONE: Final = Statement(calendars.where(_c.id == bindparam("calendar")))
_PUT: Final = upsert(google_calendar)
_REMOVE: Final = Statement(
    delete(google_calendar).where(
        _c.practice_id == PRACTICE, _c.link_id == _LINK, _c.id == bindparam("calendar")
    )
)
_HURRY: Final = Statement(
    update(google_calendar)
    .where(
        _c.practice_id == PRACTICE,
        _c.link_id == _LINK,
        _c.id == bindparam("calendar"),
        _c.poll_at > bindparam("at", type_=Instant),
    )
    .values(poll_at=bindparam("at", type_=Instant))
)
_COMPARISONS: Final = Statement(
    records_of(google_compared)
    .where(google_compared.c.link_id == _LINK)
    .order_by(google_compared.c.calendar)
)
_PUT_COMPARISON: Final = upsert(google_compared)
_SHOWN: Final = select(
    _o.appointment_id,
    type_coerce(_o.start_at, BigInteger),
    type_coerce(_o.end_at, BigInteger),
    _o.all_day,
    _o.blocks,
).where(_o.practice_id == PRACTICE, _o.calendar_id == bindparam("place"))
_SHOWN_BETWEEN: Final = Statement(
    union_all(*(_SHOWN.where(overlaps_in(number)) for number in CLASSES))
)
_CHANNEL: Final = Statement(records_of(google_channel).where(_h.id == bindparam("channel")))
_CHANNELS: Final = Statement(
    records_of(google_channel).where(_h.link_id == _LINK).order_by(_h.expires_at, _h.id)
)
_PUT_CHANNEL: Final = upsert(google_channel)
_HEAR: Final = Statement(
    update(google_channel)
    .where(_h.practice_id == PRACTICE, _h.link_id == _LINK, _h.id == bindparam("channel"))
    .values(heard_at=bindparam("at", type_=Instant), silent=False)
)
_REMOVE_CHANNEL: Final = Statement(
    delete(google_channel).where(
        _h.practice_id == PRACTICE, _h.link_id == _LINK, _h.id == bindparam("channel")
    )
)


class SqlGoogleCalendars:
    """Implements server.usecases.ports.GoogleCalendars."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, link: GoogleLinkId, calendar: str) -> GoogleCalendar | None:
        row = self._transaction.first(_ONE, link=link, calendar=calendar)
        return None if row is None else GoogleCalendar(*row)

    def of_link(self, link: GoogleLinkId) -> Sequence[GoogleCalendar]:
        return list(starmap(GoogleCalendar, self._transaction.all(_OF_LINK, link=link)))

    def save(self, calendar: GoogleCalendar) -> None:
        self._transaction.add(_PUT, row_of(google_calendar, calendar))

    def remove(self, link: GoogleLinkId, calendar: str) -> None:
        self._transaction.run(_REMOVE, link=link, calendar=calendar)

    def hurry(self, link: GoogleLinkId, calendar: str, at: datetime) -> bool:
        return bool(self._transaction.run(_HURRY, link=link, calendar=calendar, at=at))

    def comparisons(self, link: GoogleLinkId) -> Sequence[Comparison]:
        return list(starmap(Comparison, self._transaction.all(_COMPARISONS, link=link)))

    def save_comparison(self, comparison: Comparison) -> None:
        self._transaction.add(_PUT_COMPARISON, row_of(google_compared, comparison))

    def shown_times(
        self, place: CalendarId, start: datetime, end: datetime
    ) -> Sequence[ShownTime]:
        values = range_values(start, end)
        rows = self._transaction.all(_SHOWN_BETWEEN, place=place, **values)
        return list(starmap(ShownTime, rows))

    def channel(self, channel: str) -> PushChannel | None:
        row = self._transaction.first(_CHANNEL, channel=channel)
        return None if row is None else PushChannel(*row)

    def channels(self, link: GoogleLinkId) -> Sequence[PushChannel]:
        return list(starmap(PushChannel, self._transaction.all(_CHANNELS, link=link)))

    def save_channel(self, channel: PushChannel) -> None:
        self._transaction.add(_PUT_CHANNEL, row_of(google_channel, channel))

    def hear_channel(self, link: GoogleLinkId, channel: str, at: datetime) -> None:
        self._transaction.run(_HEAR, link=link, channel=channel, at=at)

    def remove_channel(self, link: GoogleLinkId, channel: str) -> None:
        self._transaction.run(_REMOVE_CHANNEL, link=link, channel=channel)
