"""Calendars to be busy in: events of every kind, in weeks in which the clocks change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.system.events import at, vcalendar, vevent

NEW_YORK = ZoneInfo("America/New_York")
ZONES = (NEW_YORK, ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Sydney"), ZoneInfo("UTC"))
FIRST, DAYS = date(2027, 3, 1), 45
"""In these weeks the clocks change in New York, Berlin and Sydney, each on a day of its own."""
DAY = timedelta(days=1)
SESSION, MINUTES = "acupfollow Jane Doe", 45
APPOINTMENTS, MINE = "appointments", "mine"
RULES = (
    "FREQ=WEEKLY;COUNT=6",
    "FREQ=WEEKLY;BYDAY=MO,TH",
    "FREQ=DAILY;INTERVAL=2;COUNT=12",
    "FREQ=MONTHLY;COUNT=4",
    "FREQ=WEEKLY",
)
WEEKLY = (RULES[0], RULES[-1])
"""Those of which every seventh day is one, for certain."""
STATES = (
    ("TRANSP:OPAQUE",),
    ("TRANSP:OPAQUE",),
    ("TRANSP:TRANSPARENT",),
    ("TRANSP:OPAQUE", "STATUS:CANCELLED"),
)
PAUSES = ((0, 0), (10, 0), (0, 15), (5, 20), (90, 240))
"""Minutes that stay free before and after a session."""
Moment = datetime | date
Pause = tuple[timedelta, timedelta]


@dataclass(frozen=True)
class Drawn:
    """One object as an app sends it, and the calendar it is sent to."""

    slug: str
    text: str


@dataclass(frozen=True)
class Timing:
    """When an event is, first of all: a moment in a zone with a length, or some days."""

    start: Moment
    length: timedelta

    def lines(self, days: int = 0) -> list[str]:
        """Return DTSTART and DTEND, some days later at the same time of the clock."""
        start = self.later(days)
        return [at("DTSTART", start), at("DTEND", start + self.length)]

    def later(self, days: int) -> Moment:
        return self.start + days * DAY


def days() -> st.SearchStrategy[date]:
    return st.integers(0, DAYS).map(lambda number: FIRST + number * DAY)


@st.composite
def timings(draw: st.DrawFn, *, whole_days: bool = True, minutes: int = 0) -> Timing:
    day = draw(days())
    if whole_days and draw(st.integers(0, 3)) == 0:
        return Timing(day, draw(st.integers(1, 3)) * DAY)
    # By day: the library adds wall time, so nothing it is asked for may straddle a change.
    hour, minute = draw(st.integers(5, 19)), draw(st.sampled_from((0, 5, 30, 45)))
    start = datetime.combine(day, time(hour, minute), draw(st.sampled_from(ZONES)))
    length = minutes or draw(st.sampled_from((5, 45, 60, 150)))
    return Timing(start, timedelta(minutes=length))


@st.composite
def overrides(draw: st.DrawFn, timing: Timing, title: str, own: list[str]) -> list[list[str]]:
    """Return parts for some of the occurrences of a series: moved, cancelled or free."""
    parts: list[list[str]] = []
    for number in draw(st.lists(st.integers(0, 2), max_size=2, unique=True)):
        identity = at("RECURRENCE-ID", timing.later(7 * number))
        lines = timing.lines(7 * number + draw(st.integers(0, 2)))
        state = own if title == SESSION else list(draw(st.sampled_from(STATES)))
        parts.append([identity, *lines, *state])
    return parts


@st.composite
def objects(draw: st.DrawFn, uid: str) -> Drawn:
    """Return a session, an Other Event or something private, once or repeated."""
    slug = draw(st.sampled_from((APPOINTMENTS, MINE)))
    is_session = slug == APPOINTMENTS and draw(st.booleans())
    title = SESSION if is_session else "Choir"
    timing = draw(timings(whole_days=not is_session, minutes=MINUTES if is_session else 0))
    own = ["TRANSP:OPAQUE"] if is_session else list(draw(st.sampled_from(STATES)))
    if isinstance(timing.start, datetime) and draw(st.booleans()):
        minutes = draw(st.sampled_from((10, 30, 90)))
        own.append(f"X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT{minutes}M")
    parts: list[list[str]] = []
    repetition: list[str] = []
    if draw(st.booleans()):
        rule = draw(st.sampled_from(RULES))
        repetition.append(f"RRULE:{rule}")
        if draw(st.booleans()):
            repetition.append(at("EXDATE", timing.later(21)))
        if rule in WEEKLY:
            parts = draw(overrides(timing, title, own))
    master = vevent(uid, title, timing.lines(), *repetition, *own)
    others = [vevent(uid, title, one) for one in parts]
    return Drawn(slug, vcalendar(master, *others))


@st.composite
def calendars(draw: st.DrawFn) -> list[Drawn]:
    count = draw(st.integers(1, 6))
    return [draw(objects(f"uid-{number}")) for number in range(count)]


def pauses() -> st.SearchStrategy[Pause]:
    return st.sampled_from(PAUSES).map(
        lambda minutes: (timedelta(minutes=minutes[0]), timedelta(minutes=minutes[1]))
    )


@st.composite
def ranges(draw: st.DrawFn) -> tuple[datetime, datetime]:
    """Return a range in UTC, to the second, of up to two months."""
    seconds = draw(st.integers(-10 * 86_400, DAYS * 86_400))
    start = datetime.combine(FIRST, time(), ZoneInfo("UTC")) + timedelta(seconds=seconds)
    return start, start + timedelta(seconds=draw(st.integers(1, 60 * 86_400)))
