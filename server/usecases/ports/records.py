"""What is remembered and what is to be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from server.domain.calendars import (
    HistoryLine,
    Notice,
    OutboxRow,
)
from server.domain.ids import (
    AppointmentId,
    CalendarId,
    UserName,
)
from server.domain.vocabulary import Fact
from server.domain.when import RecurrenceKey


class History(Protocol):
    """What happened; lines are only added, each chained to the one before by a hash."""

    def append(self, calendar: CalendarId, line: HistoryLine) -> None: ...
    def of(self, appointment: AppointmentId) -> Sequence[HistoryLine]: ...
    def broken_links(self) -> Sequence[str]:
        """Return ids of lines whose hash does not fit the chain of their calendar."""
        ...


class Outbox(Protocol):
    """Facts waiting to be told to subscribers."""

    def subscribers(self) -> Sequence[str]: ...
    def subscribe(self, name: str) -> None: ...
    def announce(
        self,
        fact: Fact,
        appointment: AppointmentId,
        key: RecurrenceKey,
        revision: int,
        due_at: datetime,
    ) -> None:
        """Write one row per subscriber."""
        ...

    def waiting(self) -> Sequence[OutboxRow]: ...
    def mark_for_google(
        self,
        users: Collection[UserName],
        appointment: AppointmentId,
        revision: int,
        due_at: datetime,
    ) -> None:
        """Note, for each link of these users, that an appointment changed; once is enough.

        Where none of them has a link this costs no statement.
        """
        ...


class Notices(Protocol):
    """What a person must hear of."""

    def add(self, notice: Notice) -> None: ...
    def of(
        self, user: UserName | None = None, *, cleared: bool = False
    ) -> Sequence[Notice]: ...
    def clear(self, notice: str, at: datetime) -> bool:
        """Mark a notice as read; False if there is none."""
        ...
