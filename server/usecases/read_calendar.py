"""A calendar as one viewer is served it: listings, texts, ranges and changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment
from server.domain.calendars import Calendar, Entry, StoredObject
from server.domain.errors import TooManyInstances
from server.domain.ids import AppointmentId
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind
from server.ics.titled import titled
from server.ics.view import Names, View
from server.ics.writer import is_hidden, render
from server.usecases.context import Rules
from server.usecases.index_occurrences import Window, occurrences_between
from server.usecases.personal_lines import personal_lines
from server.usecases.ports import Row, TitleOpener, UnitOfWork
from server.usecases.viewers import etag_of, names_for, view_of

_NONE: Final = AppointmentId("")


@dataclass(frozen=True)
class Reading:
    """What one viewer reads of one calendar, in one transaction.

    ``titles`` opens how events of watched calendars are called, for their owner and in CalDAV
    only: whoever reads a calendar for something else is not handed it.
    """

    uow: UnitOfWork
    rules: Rules
    calendar: Calendar
    viewer: User
    titles: TitleOpener | None = None

    @cached_property
    def view(self) -> View:
        """How the viewer sees it."""
        return view_of(self.viewer, self.calendar, self.rules)

    @property
    def serves_stored_text(self) -> bool:
        """Whether what is stored is what is served."""
        if self.shows_titles:
            return False
        return self.view.is_owner or self.calendar.keeps_texts

    @property
    def shows_titles(self) -> bool:
        """Whether these are the viewer's own events of other calendars."""
        watched = self.calendar.kind is CalendarKind.WATCHED
        return watched and self.titles is not None and self.viewer.name == self.calendar.owner

    def etag(self, revision: int) -> str:
        """Return the entity tag of an object last changed at this revision."""
        return etag_of(revision, self.viewer.name, self.view)

    def entries(self) -> Sequence[Entry]:
        """Return all objects without their texts."""
        return self.uow.objects.entries(self.calendar.id)

    def listing(self, fields: tuple[str, ...]) -> Sequence[Row]:
        """Return these fields of every object, by href."""
        return self.uow.objects.listing(self.calendar.id, fields)

    def objects(self, hrefs: Iterable[str] | None) -> Sequence[StoredObject]:
        """Return these objects, or all, with the text and entity tag of this viewer."""
        stored = self.stored(hrefs)
        if self.titles is not None and self.shows_titles:
            return self._titled(stored, self.titles)
        return stored if self.serves_stored_text else self._rendered(stored)

    def in_range(
        self, start: datetime | None, end: datetime | None
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return hrefs that occur in the range, and hrefs whose text must be looked at.

        Series that go on beyond the index are worked out here.
        """
        surely, perhaps = self.uow.objects.in_range(self.calendar.id, start, end)
        also, unsure = self._looked_into(perhaps, start, end)
        return surely | also, unsure

    def rows(self, fields: tuple[str, ...], hrefs: Iterable[str]) -> Sequence[Row]:
        """Return these fields of some objects as they are stored, in any order."""
        return self.uow.objects.rows(self.calendar.id, fields, hrefs)

    def rows_in_range(
        self, fields: tuple[str, ...], start: datetime | None, end: datetime | None
    ) -> tuple[Sequence[Row], frozenset[str]]:
        """Return these fields of what occurs in the range, as it is stored; the rest as above.

        The first field is the href.
        """
        found, others = self.uow.objects.rows_in_range(self.calendar.id, fields, (start, end))
        perhaps = frozenset(row[0] for row in others)
        also, unsure = self._looked_into(perhaps, start, end)
        return [*found, *(row for row in others if row[0] in also)], unsure

    def _looked_into(
        self, perhaps: frozenset[str], start: datetime | None, end: datetime | None
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of what may occur does, and what only its text can tell."""
        if start is None or end is None or not perhaps:
            return frozenset(), perhaps
        numbers = {one.href: one.appointment for one in self.stored(perhaps)}
        window = Window(start, end, self.rules.occurrences_at_most)
        timeless = frozenset(href for href, number in numbers.items() if number is None)
        return self._occurring(numbers, window), timeless

    def stored(self, hrefs: Iterable[str] | None) -> Sequence[StoredObject]:
        """Return objects as they are stored, with the owner's text and entity tag.

        A single one is looked up by its key, which is quicker.
        """
        wanted = None if hrefs is None else list(hrefs)
        if wanted is None or len(wanted) != 1:
            return self.uow.objects.get_many(self.calendar.id, wanted)
        found = self.uow.objects.get(self.calendar.id, wanted[0])
        return [found] if found is not None else []

    def _occurring(
        self, numbers: Mapping[str, AppointmentId | None], window: Window
    ) -> frozenset[str]:
        """Return the hrefs of those appointments that have a shown occurrence in the window."""
        found = self.uow.appointments.get_many(filter(None, numbers.values()))
        zone = self.uow.practice.zone
        return frozenset(
            href
            for href, number in numbers.items()
            if number
            and number in found
            and shows_between(found[number], zone, window, self.view)
        )

    def _titled(
        self, stored: Sequence[StoredObject], opener: TitleOpener
    ) -> Sequence[StoredObject]:
        """Return objects as they are called; the entity tag stays (it follows the titles)."""
        numbers = [one.appointment for one in stored if one.appointment]
        kept = self.uow.google.titles.of(self.viewer.name, numbers) if numbers else ()
        titles = opener.opened(self.uow.practice.id, kept) if kept else {}
        zone = self.uow.practice.zone
        return [
            replace(one, text=titled(one.text, titles[number], zone))
            if (number := one.appointment or _NONE) in titles
            else one
            for one in stored
        ]

    def _rendered(self, stored: Sequence[StoredObject]) -> Sequence[StoredObject]:
        wanted = {one.appointment for one in stored if one.appointment}
        found = self.uow.appointments.get_many(wanted)
        names = names_for(self.uow, found.values())
        return [
            replace(one, etag=self.etag(one.revision), text=self._text(one, found, names))
            for one in stored
        ]

    def _text(
        self,
        stored: StoredObject,
        found: Mapping[AppointmentId, Appointment],
        names: Names,
    ) -> str:
        appointment = found.get(stored.appointment) if stored.appointment else None
        if appointment is None:
            return stored.text
        personal = personal_lines(self.uow, stored, self.viewer.name)
        shown = replace(appointment, revision=stored.revision)
        return render(shown, self.view, names, personal)


def shows_between(appointment: Appointment, zone: ZoneInfo, window: Window, view: View) -> bool:
    """Whether an occurrence that the viewer is shown overlaps the window."""
    try:
        rows = occurrences_between(appointment, zone, window)
    except TooManyInstances:
        # Most of them are shown.
        return True
    hidden = {key for key, part in appointment.overrides.items() if is_hidden(part, view)}
    return any(row.key not in hidden for row in rows)


def sync_token(calendar: Calendar, view: View) -> str:
    """Return the token of the calendar's present state for this view (RFC 6578 3.2)."""
    kind = "owner" if view.is_owner else view.level.value
    return f"urn:x-praxical:sync:{calendar.id}:{kind}:{calendar.revision}"
