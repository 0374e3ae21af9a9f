"""The occurrence index after a PUT: what an independent library makes of the same text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import recurring_ical_events
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar import Calendar

from server.domain.calendars import Occurrence
from server.domain.ids import UserName
from server.domain.when import AllDay, Recurrence, Timed, When
from server.usecases.index_occurrences import Window
from server.usecases.ports import OccurrenceFilter
from tests.property.generated_series import ANY_SERIES
from tests.property.in_process import FEWER, Inside, shared
from tests.property.test_recurrence import as_calendar, comparable, counting_dtstart
from tests.system.events import at, vcalendar, vevent
from tests.system.phone import Phone
from tests.system.practice import NEW_YORK, operator

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MARGIN = timedelta(days=8)
"""The library rounds the edges of a window; inside of them there is no excuse."""


@dataclass(frozen=True)
class Series:
    """A series, and which of its occurrences in the window have been moved."""

    first: When
    recurrence: Recurrence
    moved: tuple[int, ...]

    @property
    def is_rare(self) -> bool:
        """Whether it has a COUNT, whose last occurrence may lie beyond what is searched."""
        return any("COUNT" in rule for rule in self.recurrence.rrules)


@st.composite
def any_series(draw: st.DrawFn) -> Series:
    first, recurrence = draw(ANY_SERIES)
    # The library takes 03:00Z for 03:00 in any zone, which within one day means another one.
    is_hourly = "HOUR" in recurrence.rrules[0]
    moved = st.lists(st.integers(0, 30), max_size=0 if is_hourly else 3, unique=True)
    return Series(first, recurrence, tuple(draw(moved)))


SERIES = any_series()


def lines_of(first: When, recurrence: Recurrence) -> list[str]:
    """Return the lines that say when."""
    start, end = (
        (first.start, first.end) if isinstance(first, Timed) else (first.first, first.end)
    )
    lines = [at("DTSTART", start), at("DTEND", end)]
    lines += [f"RRULE:{rule}" for rule in recurrence.rrules]
    lines += [at("RDATE", each) for each in recurrence.rdates if not isinstance(each, Timed)]
    return lines + [at("EXDATE", each) for each in recurrence.exdates]


def starts_of(calendar: Calendar, window: tuple[datetime, datetime]) -> list[datetime | date]:
    """Return when the library says that there is something, sorted."""
    found = recurring_ical_events.of(calendar).between(*window)
    return sorted({comparable(each["DTSTART"].dt) for each in found})


def overrides_of(series: Series, usual: list[datetime | date], uid: str) -> list[str]:
    """Return a VEVENT for each occurrence that was moved: a day and an hour later."""
    if isinstance(series.first, AllDay):
        length = timedelta(days=series.first.days)
    else:
        length = series.first.duration
    components = []
    for number in series.moved:
        if number < len(usual):
            start = usual[number]
            later = start + (DAY + HOUR if isinstance(start, datetime) else DAY)
            times = [at("DTSTART", later), at("DTEND", later + length)]
            identity = at("RECURRENCE-ID", start)
            components.append(vevent(uid, "Supervision, moved", times, identity))
    return components


def window_of(inside: Inside) -> tuple[datetime, datetime]:
    window = Window.of(operator(inside.house.clock))
    return window.start, window.until


def indexed(inside: Inside, phone: Phone, path: str, href: str) -> list[Occurrence]:
    slug = "mine" if path else "appointments"
    with inside.database.reading() as uow:
        calendar = uow.calendars.get(UserName(phone.user), slug)
        assert calendar is not None
        stored = uow.objects.get(calendar.id, href)
        assert stored is not None
        wanted = OccurrenceFilter(appointment=stored.appointment)
        return list(uow.appointments.occurrences(wanted))


def start_of(row: Occurrence) -> datetime | date:
    return row.start.astimezone(NEW_YORK).date() if row.all_day else row.start


def within(
    starts: list[datetime | date], window: tuple[datetime, datetime]
) -> set[datetime | date]:
    lo, hi = window[0] + MARGIN, window[1] - MARGIN
    return {
        each
        for each in starts
        if (lo <= each < hi if isinstance(each, datetime) else lo.date() <= each < hi.date())
    }


def the_index_follows_the_text(inside: Inside, series: Series, path: str) -> None:
    phone = inside.phone("alma")
    window = window_of(inside)
    uid = uuid4().hex
    told = counting_dtstart(series.first, series.recurrence)
    usual = starts_of(as_calendar(series.first, told), window)
    assume(isinstance(series.first, AllDay) or not usual or _moves_apart(series, usual))
    overrides = overrides_of(series, usual, uid)
    sent = vevent(uid, "Supervision", lines_of(series.first, series.recurrence))
    answer = phone.put(f"{path}{uid}.ics", vcalendar(sent, *overrides))
    if answer.condition == "max-instances":
        assert series.is_rare or len(usual) > inside.house.rules.occurrences_at_most - 50
        return
    assert answer.status == 201, answer.text
    whole = vcalendar(vevent(uid, "Supervision", lines_of(series.first, told)), *overrides)
    calendar = Calendar.from_ical(whole)
    assert isinstance(calendar, Calendar)
    ours = [start_of(row) for row in indexed(inside, phone, path, f"{uid}.ics")]
    assert within(ours, window) == within(starts_of(calendar, window), window)


def _moves_apart(series: Series, usual: list[datetime | date]) -> bool:
    """Whether no occurrence is moved onto another one, where sets would hide it."""
    landed = [usual[number] + DAY + HOUR for number in series.moved if number < len(usual)]
    return not set(landed) & set(usual)


PATHS = st.sampled_from(("", "/alma/mine/"))


@pytest.mark.slow
@pytest.mark.timeout(600)
@shared()
@given(series=SERIES, path=PATHS)
def test_the_index_holds_what_an_independent_expansion_finds(
    sqlite_inside: Inside, series: Series, path: str
) -> None:
    sqlite_inside.phone("alma").mkcalendar("/alma/mine/")
    the_index_follows_the_text(sqlite_inside, series, path)


@pytest.mark.postgres
@shared(FEWER)
@given(series=SERIES, path=PATHS)
def test_the_index_holds_what_an_independent_expansion_finds_on_postgresql(
    postgres_inside: Inside, series: Series, path: str
) -> None:
    postgres_inside.phone("alma").mkcalendar("/alma/mine/")
    the_index_follows_the_text(postgres_inside, series, path)
