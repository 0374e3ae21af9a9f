"""Titles of the events of watched calendars: kept sealed, opened for nobody but their owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from server.domain.ids import AppointmentId, GoogleLinkId, PracticeId, UserName
from server.domain.when import RecurrenceKey


class SealedTitle(NamedTuple):
    """How one part of an Other Event is called, as it is kept, and by what it is opened.

    ``sealed_key`` is the link's own key; ``calendar`` and ``event`` are Google's ids.
    """

    appointment: AppointmentId
    key: RecurrenceKey
    link: GoogleLinkId
    sealed_key: str
    calendar: str
    event: str
    sealed: str


class GoogleTitles(Protocol):
    """Sealed titles, in the database."""

    def of(
        self, owner: UserName, appointments: Iterable[AppointmentId]
    ) -> Sequence[SealedTitle]:
        """Return the titles of these appointments that are kept for a user."""
        ...

    def forget(self, link: GoogleLinkId, calendar: str) -> None:
        """Forget all titles of a calendar, of events that are still to be applied too."""
        ...


class TitleOpener(Protocol):
    """Opens titles with a key that is not in the database."""

    def opened(
        self, practice: PracticeId, kept: Iterable[SealedTitle]
    ) -> Mapping[AppointmentId, Mapping[RecurrenceKey, str]]:
        """Return the titles of each appointment's parts; what does not open is left out."""
        ...
