"""What a filter should find, worked out apart from our own code and without any haste.

Instances come from icalendar and dateutil, one by one from the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from typing import cast
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, vDDDLists, vDDDTypes, vRecur
from icalendar.cal import Component

from tests.property.generated_calendars import DAY, Made, Moment

BERLIN = ZoneInfo("Europe/Berlin")
Span = tuple[datetime, datetime]


def instant(value: Moment) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, datetime.min.time())
    return (value if value.tzinfo else value.replace(tzinfo=BERLIN)).astimezone(UTC)


def moment(part: Component, name: str) -> Moment:
    held = cast("vDDDTypes", part[name]).dt
    assert isinstance(held, date)
    return held


def span_of(part: Component, name: str) -> timedelta:
    held = cast("vDDDTypes", part[name]).dt
    assert isinstance(held, timedelta)
    return held


def dates(part: Component, name: str) -> list[Moment]:
    held = part.get(name, [])
    lists = cast("list[vDDDLists]", held if isinstance(held, list) else [held])
    return [one.dt for each in lists for one in each.dts if isinstance(one.dt, date)]


def rule_of(part: Component) -> dict[str, str]:
    text: bytes = cast("vRecur", part["RRULE"]).to_ical()  # type: ignore[no-untyped-call]  # the library's
    return dict(piece.split("=", 1) for piece in text.decode().split(";"))


def wall_of(value: Moment) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.combine(value, datetime.min.time())


def of_rule(part: Component, first: Moment, horizon: datetime) -> Iterator[Moment]:
    """Yield the instances of the rule, DTSTART counted as the first of them."""
    rule = rule_of(part)
    count, until = rule.pop("COUNT", None), rule.pop("UNTIL", None)
    zone = first.tzinfo if isinstance(first, datetime) else None
    wall = wall_of(first)
    found = rrulestr(";".join(f"{k}={v}" for k, v in rule.items()), dtstart=wall)
    later = (one for one in found if one > wall)
    near = takewhile(lambda one: instant(one.replace(tzinfo=zone)) < horizon, later)
    for one in islice(near, None if count is None else int(count) - 1):
        start = one.replace(tzinfo=zone) if isinstance(first, datetime) else one.date()
        if until is None or is_by(start, until):
            yield start


def is_by(start: Moment, until: str) -> bool:
    if len(until) == 8:
        return f"{start:%Y%m%d}" <= until
    return f"{instant(start):%Y%m%dT%H%M%SZ}" <= until


def starts(part: Component, horizon: datetime) -> list[Moment]:
    first = moment(part, "DTSTART")
    if "RRULE" not in part:
        return [first]
    until = rule_of(part).get("UNTIL")
    found = [first] if until is None or is_by(first, until) else []
    found += [*of_rule(part, first, horizon), *dates(part, "RDATE")]
    gone = {instant(one) for one in dates(part, "EXDATE")}
    return [one for one in found if instant(one) not in gone]


def length_of(part: Component) -> tuple[timedelta, timedelta]:
    """Return how long a component takes: in real time, and by the clock on the wall."""
    first = moment(part, "DTSTART")
    name = "DTEND" if part.name == "VEVENT" else "DUE"
    if name in part:
        last = moment(part, name)
        return instant(last) - instant(first), wall_of(last) - wall_of(first)
    if "DURATION" in part:
        return (span_of(part, "DURATION"),) * 2
    is_day = not isinstance(first, datetime)
    return (DAY if is_day and part.name == "VEVENT" else timedelta(0),) * 2


def end_of(part: Component, start: Moment) -> datetime:
    length, on_the_wall = length_of(part)
    # As in the rest of the house, whole days are days of wall time.
    if on_the_wall and not on_the_wall % DAY:
        return instant(start + on_the_wall)
    return instant(start) + length


def instances(made: Made, horizon: datetime) -> Iterator[tuple[Component, Span]]:
    found = Calendar.from_ical(made.text).walk(made.kind)
    own = {instant(moment(one, "RECURRENCE-ID")) for one in found if "RECURRENCE-ID" in one}
    for part in found:
        if "DTSTART" not in part:
            continue
        for start in starts(part, horizon):
            if "RECURRENCE-ID" in part or instant(start) not in own:
                yield part, (instant(start), end_of(part, start))


def event_meets(span: Span, lo: datetime, hi: datetime) -> bool:
    start, end = span
    is_point = start == end
    return start < hi and (lo <= start if is_point else lo < end)


def todo_meets(part: Component, span: Span, lo: datetime, hi: datetime) -> bool:
    start, end = span
    if "DURATION" in part:
        return lo <= end and (hi > start or hi >= end)
    if "DUE" in part:
        return (lo < end or lo <= start) and (hi > start or hi >= end)
    return lo <= start < hi


def undated_meets(part: Component, lo: datetime, hi: datetime) -> bool:
    due, done, made = (
        instant(moment(part, name)) if name in part else None
        for name in ("DUE", "COMPLETED", "CREATED")
    )
    if due:
        return lo < due and hi >= due
    if done and made:
        return (lo <= made or lo <= done) and (hi >= made or hi >= done)
    if done:
        return lo <= done <= hi
    return hi > made if made else True


def rings(part: Component, span: Span) -> Iterator[datetime]:
    for alarm in part.walk("VALARM"):
        trigger = cast("vDDDTypes", alarm["TRIGGER"])
        at_end = trigger.params.get("RELATED") == "END"
        base = (last_of(part, span) if at_end else span[0]) + span_of(alarm, "TRIGGER")
        yield base
        if "REPEAT" in alarm:
            yield from (base + number * span_of(alarm, "DURATION") for number in (1, 2, 3))


def last_of(part: Component, span: Span) -> datetime:
    """Return the end that an alarm counts from: of a day without any, that of the day."""
    is_day = not isinstance(moment(part, "DTSTART"), datetime)
    if part.name == "VTODO" and is_day and not {"DUE", "DURATION"} & set(part):
        return instant(wall_of(span[0].astimezone(BERLIN)) + DAY)
    return span[1]
