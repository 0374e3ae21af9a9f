"""Sealed titles of events of watched calendars, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import Final

from sqlalchemy import and_, bindparam, select, update

from server.domain.ids import AppointmentId, GoogleLinkId, UserName
from server.practice_db.one_of import one_of
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.google import google_event, google_link, google_staged
from server.practice_db.transaction import Transaction
from server.usecases.ports.google_titles import SealedTitle

_e, _g = google_event.c, google_link.c
_OF: Final = Statement(
    select(
        _e.appointment_id, _e.key, _g.id, _g.sealed_key, _e.calendar, _e.event, _e.sealed_title
    )
    .select_from(
        google_link.join(
            google_event, and_(_e.practice_id == _g.practice_id, _e.link_id == _g.id)
        )
    )
    .where(
        _g.practice_id == PRACTICE,
        _g.user_name == bindparam("owner"),
        one_of(_e.appointment_id, "appointments"),
        _e.sealed_title != "",
    )
)
_FORGET: Final = tuple(
    Statement(
        update(table)
        .where(
            table.c.practice_id == PRACTICE,
            table.c.link_id == bindparam("link"),
            table.c.calendar == bindparam("of_calendar"),
            table.c.sealed_title != "",
        )
        .values(sealed_title="")
    )
    for table in (google_event, google_staged)
)


class SqlGoogleTitles:
    """Implements server.usecases.ports.GoogleTitles."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of(
        self, owner: UserName, appointments: Iterable[AppointmentId]
    ) -> Sequence[SealedTitle]:
        rows = self._transaction.all(_OF, owner=owner, appointments=list(appointments))
        return list(starmap(SealedTitle, rows))

    def forget(self, link: GoogleLinkId, calendar: str) -> None:
        for statement in _FORGET:
            self._transaction.run(statement, link=link, of_calendar=calendar)
