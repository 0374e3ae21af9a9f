"""Objects to try filters on: events and to-dos, once or repeated, with overrides and alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from server.domain.when import AllDay, Timed, When
from tests.property.generated_series import bounded, rules, timed_firsts

DAY = timedelta(days=1)
Moment = datetime | date


@dataclass(frozen=True)
class Made:
    """One object of one kind as text."""

    kind: str
    text: str


def written(name: str, value: Moment) -> str:
    if not isinstance(value, datetime):
        return f"{name};VALUE=DATE:{value:%Y%m%d}"
    if value.tzinfo is None:
        return f"{name}:{value:%Y%m%dT%H%M%S}"
    if value.utcoffset() == timedelta(0):
        return f"{name}:{value:%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={value.tzinfo}:{value:%Y%m%dT%H%M%S}"


@st.composite
def firsts(draw: st.DrawFn) -> When:
    if draw(st.booleans()):
        return draw(timed_firsts())
    days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
    return AllDay(draw(days), draw(st.integers(1, 4)))


def start_of(when: When) -> Moment:
    return when.start if isinstance(when, Timed) else when.first


def lengths(kind: str, when: When) -> st.SearchStrategy[list[str]]:
    """Return how a component may say how long it lasts."""
    end = "DTEND" if kind == "VEVENT" else "DUE"
    if isinstance(when, Timed):
        minutes = (when.end - when.start) // timedelta(minutes=1)
        forms = [[], [f"DURATION:PT{minutes}M"], [written(end, when.end)]]
        return st.sampled_from(forms[: 3 if minutes else 2])
    return st.sampled_from([[], [f"DURATION:P{when.days}D"], [written(end, when.end)]])


def comes_soon(rule: str) -> bool:
    """Whether a rule is none of those that dateutil may follow day by day to the year 9999."""
    return "DAILY" not in rule or not ("BYMONTH=" in rule and "BYMONTHDAY" in rule)


@st.composite
def repetitions(draw: st.DrawFn, when: When) -> list[str]:
    rules_here = rules(all_day=isinstance(when, AllDay)).filter(comes_soon)
    rule = draw(bounded(draw(rules_here), when))
    lines = [f"RRULE:{rule}"]
    start = start_of(when)
    if "HOUR" not in rule:
        ahead = draw(st.lists(st.sampled_from((0, 1, 7, 14, 28, 31, 365)), max_size=3))
        lines += [written("EXDATE", start + days * DAY) for days in ahead]
    added = draw(st.lists(st.integers(-5, 900), max_size=2))
    return lines + [written("RDATE", start + days * DAY) for days in added]


@st.composite
def alarms(draw: st.DrawFn) -> list[str]:
    minutes = draw(st.integers(-4000, 4000).filter(lambda n: n % 1440))
    sign = "-" if minutes < 0 else ""
    related = draw(st.sampled_from(("", ";RELATED=START", ";RELATED=END")))
    again = ["REPEAT:3", "DURATION:PT7M"] if draw(st.booleans()) else []
    trigger = f"TRIGGER{related}:{sign}PT{abs(minutes)}M"
    return ["BEGIN:VALARM", trigger, *again, "END:VALARM"]


@st.composite
def parts(draw: st.DrawFn, kind: str, when: When, own: list[str]) -> list[str]:
    alarm = draw(alarms()) if draw(st.booleans()) else []
    lines = [written("DTSTART", start_of(when)), *draw(lengths(kind, when)), *own]
    return [f"BEGIN:{kind}", "UID:one", *lines, *alarm, f"END:{kind}"]


@st.composite
def overrides(draw: st.DrawFn, kind: str, first: When) -> list[str]:
    """Return a part for the first instance or one of a later day, wherever it is moved to."""
    original = start_of(first) + draw(st.sampled_from((0, 1, 7, 28, 31))) * DAY
    if isinstance(original, datetime) and draw(st.booleans()):
        identity = written("RECURRENCE-ID", original.astimezone(UTC))
    else:
        identity = written("RECURRENCE-ID", original)
    moved = draw(timed_firsts()) if isinstance(first, Timed) else first
    return draw(parts(kind, moved, [identity]))


@st.composite
def dated(draw: st.DrawFn, kind: str) -> Made:
    first = draw(firsts())
    repeats = draw(st.booleans())
    own = draw(repetitions(first)) if repeats else []
    lines = draw(parts(kind, first, own))
    if repeats and draw(st.booleans()):
        lines += draw(overrides(kind, first))
    return Made(kind, "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""]))


@st.composite
def undated_todos(draw: st.DrawFn) -> Made:
    names = draw(st.lists(st.sampled_from(("DUE", "COMPLETED", "CREATED")), unique=True))
    moments = st.datetimes(datetime(2024, 1, 1), datetime(2024, 1, 3))  # noqa: DTZ001 - local
    lines = [written(name, draw(moments).replace(microsecond=0)) for name in names]
    body = ["BEGIN:VCALENDAR", "BEGIN:VTODO", "UID:one", *lines, "END:VTODO", "END:VCALENDAR"]
    return Made("VTODO", "\r\n".join([*body, ""]))
