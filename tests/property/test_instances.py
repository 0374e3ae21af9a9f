"""Expanded objects: the instances that an independent library finds, from whatever text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from hypothesis import assume, example, given
from hypothesis import strategies as st
from icalendar import Calendar

from server.domain.when import AllDay, Recurrence, Timed, When
from server.ics.expanded_object import expanded_from_text
from server.ics.instances import expanded, prepared
from tests.instance_rows import NEW_YORK, names_in, rows_of
from tests.property.generated_series import ANY_SERIES, WINDOWS, ZONES
from tests.property.test_recurrence import as_calendar, comparable, counting_dtstart
from tests.system.events import at, vcalendar, vevent

DAY = timedelta(days=1)
MARGIN = timedelta(days=9)
"""The library rounds the edges of a window; inside of them there is no excuse."""
LIMIT = 30_000

Moment = datetime | date
Found = tuple[Moment | None, Moment, Moment]
"""RECURRENCE-ID, DTSTART, DTEND, as instants or days."""


@dataclass(frozen=True)
class Object:
    """A series, how far some of its instances are moved, and in which zones this is said."""

    first: When
    recurrence: Recurrence
    moved: dict[int, timedelta]
    spoken: ZoneInfo

    @property
    def length(self) -> timedelta:
        return (
            timedelta(days=self.first.days)
            if isinstance(self.first, AllDay)
            else self.first.duration
        )

    def end_of(self, start: Moment) -> Moment:
        """Return the end of an instance (RFC 5545 3.8.5.3); days are days of wall time."""
        if not isinstance(start, datetime) or not isinstance(self.first, Timed):
            return start + self.length
        wall = self.first.end.replace(tzinfo=None) - self.first.start.replace(tzinfo=None)
        if wall and not wall % DAY and self.first.start.tzinfo is self.first.end.tzinfo:
            return (start.astimezone(self.first.zone_info) + wall).astimezone(UTC)
        return start + self.length


@st.composite
def objects(draw: st.DrawFn) -> Object:
    first, recurrence = draw(ANY_SERIES)
    # The library takes 03:00Z for 03:00 in any zone, which within one day means another one.
    is_hourly = "HOUR" in recurrence.rrules[0]
    hours = st.integers(-30, 400).map(lambda number: timedelta(hours=number))
    days = st.integers(-3, 20).map(lambda number: timedelta(days=number))
    moves = st.dictionaries(
        st.integers(0, 30),
        days if isinstance(first, AllDay) else hours,
        max_size=0 if is_hourly else 4,
    )
    zones = st.sampled_from(ZONES).map(ZoneInfo)
    travels_to = draw(st.none() | zones) if isinstance(first, Timed) else None
    if travels_to is not None and isinstance(first, Timed):
        first = Timed(first.start, first.end.astimezone(travels_to))
    return Object(first, recurrence, draw(moves), draw(zones))


def usual_starts(one: Object, window: tuple[datetime, datetime]) -> list[Moment]:
    """Return when the library says that the series happens, overrides left aside."""
    calendar = as_calendar(one.first, counting_dtstart(one.first, one.recurrence))
    found = recurring_ical_events.of(calendar).between(*window)
    return sorted({comparable(each["DTSTART"].dt) for each in found})


def moves_of(one: Object, usual: list[Moment]) -> dict[Moment, Moment]:
    return {usual[at]: usual[at] + by for at, by in one.moved.items() if at < len(usual)}


def text_of(one: Object, moves: dict[Moment, Moment]) -> str:
    first = one.first
    span = (first.start, first.end) if isinstance(first, Timed) else (first.first, first.end)
    lines = [at("DTSTART", span[0]), at("DTEND", span[1])]
    lines += [f"RRULE:{rule}" for rule in one.recurrence.rrules]
    lines += [
        at("RDATE", each) for each in one.recurrence.rdates if not isinstance(each, Timed)
    ]
    lines += [at("EXDATE", each) for each in one.recurrence.exdates]
    overrides = [
        vevent(
            "one",
            "Moved",
            [
                at("RECURRENCE-ID", spoken(one, stood)),
                at("DTSTART", spoken(one, start)),
                at("DTEND", spoken(one, start + one.length)),
            ],
        )
        for stood, start in moves.items()
    ]
    return vcalendar(vevent("one", "Usual", lines), *overrides)


def spoken(one: Object, moment: Moment) -> Moment:
    """Return a moment in the zone that overrides are written in, if it can be said there."""
    if not isinstance(moment, datetime):
        return moment
    local = moment.astimezone(one.spoken)
    return moment if local.fold else local


def expected(one: Object, usual: list[Moment], moves: dict[Moment, Moment]) -> set[Found]:
    return {
        (start, moves[start], moves[start] + one.length)
        if start in moves
        else (start, start, one.end_of(start))
        for start in usual
    }


def found_in(text: str) -> set[Found]:
    calendar = Calendar.from_ical(text)
    assert isinstance(calendar, Calendar)
    found: set[Found] = set()
    for event in calendar.walk("VEVENT"):
        times = [
            comparable(event.decoded(name)) if name in event else None
            for name in ("RECURRENCE-ID", "DTSTART", "DTEND")
        ]
        identity, start, end = times
        assert start is not None
        found.add((identity, start, start if end is None else end))
    return found


def within(found: set[Found], window: tuple[datetime, datetime]) -> set[Found]:
    """Return what happens, and would have happened, clearly within the window."""
    lo, hi = window[0] + MARGIN, window[1] - MARGIN
    return {
        one
        for one in found
        if all(
            lo.date() < (each.date() if isinstance(each, datetime) else each) < hi.date()
            for each in one[:2]
            if each is not None
        )
    }


LONG_WINDOWS = WINDOWS.map(lambda window: (window[0], window[1] + 3 * MARGIN))


@given(objects(), LONG_WINDOWS)
@example(
    Object(
        Timed(
            datetime(2024, 10, 20, 23, tzinfo=ZoneInfo("Europe/Berlin")),
            datetime(2024, 10, 21, 9, tzinfo=ZoneInfo("Europe/Berlin")),
        ),
        Recurrence(("FREQ=DAILY",)),
        {3: timedelta(hours=5), 9: timedelta(hours=-9)},
        ZoneInfo("America/New_York"),
    ),
    (datetime(2024, 10, 1, tzinfo=UTC), datetime(2024, 12, 1, tzinfo=UTC)),
)
def test_instances_are_those_that_an_independent_expansion_finds(
    one: Object, window: tuple[datetime, datetime]
) -> None:
    usual = usual_starts(one, window)
    moves = moves_of(one, usual)
    # An instance of no length that is moved by no hour at all may be told in two ways.
    assume(len(set(moves.values())) == len(moves))
    text = text_of(one, moves)
    whole = expanded(prepared(text, NEW_YORK), rows_of(text, window))
    assert within(found_in(whole), window) == within(expected(one, usual, moves), window)


@given(objects(), LONG_WINDOWS)
def test_what_is_worked_out_from_text_is_what_the_index_says(
    one: Object, window: tuple[datetime, datetime]
) -> None:
    text = text_of(one, moves_of(one, usual_starts(one, window)))
    rows = rows_of(text, window)
    from_rows = found_in(expanded(prepared(text, NEW_YORK), rows))
    assert found_in(expanded_from_text(text, window, NEW_YORK, LIMIT)) == from_rows


@given(objects(), LONG_WINDOWS, st.sampled_from(("DTSTART", "RECURRENCE-ID", "BEGIN:VEVENT")))
def test_an_unusual_spelling_changes_no_instance(
    one: Object, window: tuple[datetime, datetime], word: str
) -> None:
    text = text_of(one, moves_of(one, usual_starts(one, window)))
    rows = rows_of(text, window)
    usual = expanded(prepared(text, NEW_YORK), rows)
    odd = expanded(prepared(text.replace(word, word.lower()), NEW_YORK), rows)
    assert found_in(odd) == found_in(usual)


@given(objects(), LONG_WINDOWS)
def test_no_rule_and_no_zone_is_left_of_a_series(
    one: Object, window: tuple[datetime, datetime]
) -> None:
    text = text_of(one, moves_of(one, usual_starts(one, window)))
    whole = expanded(prepared(text, NEW_YORK), rows_of(text, window))
    assert not {"RRULE", "RDATE", "EXDATE", "DURATION"} & set(names_in(whole))
    assert "TZID" not in whole
