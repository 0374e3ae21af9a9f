"""Busy time of generated calendars against an independent expansion: equal to the second."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from server.domain.appointment import Appointment, Details, Part
from server.domain.calendars import Actor
from server.domain.ids import AppointmentId, UserName, new_ulid
from server.domain.practice import User
from server.domain.vocabulary import Door, Kind, Role, Status
from server.domain.when import Timed
from server.ics.moments import with_times
from server.ics.reader import read_object
from server.usecases.busy_time import BusySpan, busy_time
from server.usecases.context import Context, Rules
from server.usecases.make_calendar import NewCalendar, make_calendar
from server.usecases.manage_session_types import edit_session_type, find_session_type
from server.usecases.manage_users import add_user
from server.usecases.ports import UnitOfWork
from server.usecases.put_event import Put, put_event
from server.usecases.record import Place, record
from tests.practice import JANE, NOW
from tests.property.busy_calendars import (
    APPOINTMENTS,
    MINE,
    NEW_YORK,
    SESSION,
    Drawn,
    Pause,
    Timing,
    calendars,
    pauses,
    ranges,
    timings,
)
from tests.property.in_process import FEWER, Inside, shared

BUSY, TENTATIVE = "BUSY", "BUSY-TENTATIVE"
MARGIN = timedelta(days=8)
MINUTE = timedelta(minutes=1)
NO_PAUSE: Pause = (timedelta(), timedelta())
Range = tuple[datetime, datetime]
REQUESTS = st.lists(timings(whole_days=False, minutes=45), max_size=2)


@dataclass(frozen=True)
class Asked:
    """Of when busy time is asked, and what stays free around each session."""

    window: Range
    pause: Pause


ASKED = st.builds(Asked, ranges(), pauses())


class Practitioner:
    """Somebody whom no other example uses, with a calendar of either kind."""

    def __init__(self, uow: UnitOfWork) -> None:
        name = UserName(f"p{uuid4().hex[:10]}")
        self.uow = uow
        self.user = User(name, "Somebody", "", Role.PRACTITIONER, "acupuncture")
        self.context = Context(Actor(name, Role.PRACTITIONER, Door.CALDAV), NOW)
        add_user(uow, self.context, self.user)
        make_calendar(uow, self.context, NewCalendar(self.user, MINE, {}))
        self.kind = find_session_type(uow, SESSION.partition(" ")[0])

    def pause(self, pause: Pause) -> None:
        """Let some minutes be free around each session."""
        before, after = (length // MINUTE for length in pause)
        rule = replace(self.kind.booking, before=before, after=after)
        edit_session_type(self.uow, self.context, replace(self.kind, booking=rule))

    def put(self, drawn: Drawn, href: str) -> None:
        """Store an object as this person's app does."""
        sent = read_object(drawn.text, NEW_YORK)
        put_event(
            self.uow,
            self.context,
            Put(self.user.name, drawn.slug, href, self.user, sent),
        )

    def request(self, timing: Timing) -> None:
        """Store what a client asks for online."""
        start = timing.start
        assert isinstance(start, datetime)
        place = self.uow.calendars.get(self.user.name, APPOINTMENTS)
        assert place is not None
        span = Timed(start, start + timing.length)
        name = self.user.name
        details = Details(
            Kind.REQUEST, Status.REQUESTED, name, client=JANE, session_type=self.kind.id
        )
        number = AppointmentId(new_ulid(NOW))
        part = Part(span, details, with_times((), span, None))
        asked = Appointment(number, place.id, f"{number}@practice", part)
        record(self.uow, self.context, None, asked, Place(place, f"{number}.ics"))


def independent(objects: Iterable[Drawn], asked: Asked) -> Iterator[Range]:
    """Yield what is taken in a range, as another library reads the same texts."""
    window = asked.window
    for drawn in objects:
        calendar = Calendar.from_ical(drawn.text)
        assert isinstance(calendar, Calendar)
        wide = (window[0] - MARGIN, window[1] + MARGIN)
        for event in recurring_ical_events.of(calendar).between(*wide):
            is_free = str(event["TRANSP"]) == "TRANSPARENT" and str(event["SUMMARY"]) != SESSION
            if is_free or str(event.get("STATUS", "")) == "CANCELLED":
                continue
            before, after = asked.pause if str(event["SUMMARY"]) == SESSION else NO_PAUSE
            start = _instant(event["DTSTART"].dt) - _travel(event)
            yield start - before, _instant(event["DTEND"].dt) + after


def _instant(moment: Any) -> datetime:  # noqa: ANN401 - a day or a moment, as the library has it
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), NEW_YORK)
    instant: datetime = moment.astimezone(UTC)
    return instant


def _travel(event: Any) -> timedelta:  # noqa: ANN401 - the library's event
    said = event.get("X-APPLE-TRAVEL-DURATION")
    travel: timedelta = timedelta() if said is None else said.dt
    return travel


def merged(taken: Sequence[Range], window: Range, kind: str) -> list[BusySpan]:
    """Join times by looking at each stretch between two edges, one after the other."""
    edges = sorted({edge for span in (*taken, window) for edge in span})
    result: list[BusySpan] = []
    for lo, hi in pairwise(edges):
        inside = window[0] <= lo and hi <= window[1]
        if not inside or not any(start <= lo and hi <= end for start, end in taken):
            continue
        start, end = int(lo.timestamp()), int(hi.timestamp())
        if result and result[-1][1] == start:
            start = result.pop()[0]
        result.append((start, end, kind))
    return result


def agree(inside: Inside, objects: list[Drawn], requests: list[Timing], asked: Asked) -> None:
    window, (before, after) = asked.window, asked.pause
    with inside.database.writing() as uow:
        somebody = Practitioner(uow)
        somebody.pause(asked.pause)
        for number, drawn in enumerate(objects):
            somebody.put(drawn, f"{number}.ics")
        for timing in requests:
            somebody.request(timing)
        name = somebody.user.name
        ours = busy_time(uow, Rules(), [name], window)[name]
    requested = [
        (_instant(one.start) - before, _instant(one.start) + one.length + after)
        for one in requests
    ]
    expected = merged(list(independent(objects, asked)), window, BUSY)
    expected += merged(requested, window, TENTATIVE)
    assert ours == sorted(expected)


@pytest.mark.slow
@pytest.mark.timeout(600)
@shared()
@given(objects=calendars(), requests=REQUESTS, asked=ASKED)
def test_busy_time_is_what_an_independent_expansion_finds(
    sqlite_inside: Inside, objects: list[Drawn], requests: list[Timing], asked: Asked
) -> None:
    agree(sqlite_inside, objects, requests, asked)


@pytest.mark.postgres
@shared(FEWER)
@given(objects=calendars(), requests=REQUESTS, asked=ASKED)
def test_busy_time_is_what_an_independent_expansion_finds_on_postgresql(
    postgres_inside: Inside, objects: list[Drawn], requests: list[Timing], asked: Asked
) -> None:
    agree(postgres_inside, objects, requests, asked)
