"""The repetitions that a person picks from a list (SH-17, SH-18)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum

from server.domain.errors import Invalid
from server.domain.when import AllDay, Recurrence, Timed, When

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
TIMES_AT_MOST = 1000
_ENDS = re.compile(r"(UNTIL|COUNT)=", re.IGNORECASE)


class Repeat(StrEnum):
    """The presets of SH-17."""

    DAILY = "daily"
    WEEKLY = "weekly"
    EVERY_OTHER_WEEK = "every-other-week"
    MONTHLY = "monthly"


_RULES = {
    Repeat.DAILY: "FREQ=DAILY",
    Repeat.WEEKLY: "FREQ=WEEKLY",
    Repeat.EVERY_OTHER_WEEK: "FREQ=WEEKLY;INTERVAL=2",
    Repeat.MONTHLY: "FREQ=MONTHLY",
}


@dataclass(frozen=True, slots=True)
class Repetition:
    """How something repeats: a preset or weekdays, to a last day or a number of times.

    ``days`` are weekdays such as ``MO``; with them the preset says which weeks.
    """

    preset: Repeat | None = None
    days: tuple[str, ...] = ()
    until: date | None = None
    times: int | None = None


def recurrence_of(wanted: Repetition, when: When) -> Recurrence | None:
    """Return the rule of what is first at ``when``, None for once; raises Invalid."""
    if wanted.preset is None and not wanted.days:
        if wanted.until is not None or wanted.times is not None:
            raise Invalid("repeat", "say how it repeats, such as weekly")
        return None
    rule = _RULES[wanted.preset or Repeat.WEEKLY]
    return Recurrence((rule + _on_days(wanted, when) + _ending(wanted, when),))


def with_ending(recurrence: Recurrence, wanted: Repetition, when: When) -> Recurrence:
    """Return the rules with another last day or number of times (SH-20); raises Invalid."""
    ending = _ending(wanted, when)
    rules = tuple(
        ";".join(part for part in rule.split(";") if not _ENDS.match(part)) + ending
        for rule in recurrence.rrules
    )
    return replace(recurrence, rrules=rules)


def _on_days(wanted: Repetition, when: When) -> str:
    if not wanted.days:
        return ""
    if wanted.preset not in (None, Repeat.WEEKLY, Repeat.EVERY_OTHER_WEEK):
        raise Invalid("repeat", "weekdays go with weekly and every-other-week")
    days = tuple(day.strip().upper()[:2] for day in wanted.days)
    unknown = [day for day in days if day not in WEEKDAYS]
    if unknown:
        raise Invalid("days", f"'{unknown[0]}' is not one of {', '.join(WEEKDAYS)}")
    if WEEKDAYS[_first_day(when).weekday()] not in days:
        raise Invalid("days", "the first appointment does not fall on one of these days")
    # RFC 5545 3.3.10: weeks of an every-other-week rule are counted from the week start.
    return ";WKST=MO;BYDAY=" + ",".join(day for day in WEEKDAYS if day in days)


def _ending(wanted: Repetition, when: When) -> str:
    if wanted.until is not None and wanted.times is not None:
        raise Invalid("until", "say a last day or a number of times, not both")
    if wanted.times is not None:
        if not 1 <= wanted.times <= TIMES_AT_MOST:
            raise Invalid("times", f"{wanted.times}: 1 to {TIMES_AT_MOST} are possible")
        return f";COUNT={wanted.times}"
    if wanted.until is None:
        return ""
    if wanted.until < _first_day(when):
        raise Invalid("until", "it lies before the first appointment")
    return ";UNTIL=" + _until(wanted.until, when)


def _until(last: date, when: When) -> str:
    # RFC 5545 3.3.10: UNTIL is a day for whole days, and UTC where DTSTART has a zone.
    if isinstance(when, AllDay):
        return last.strftime("%Y%m%d")
    end_of_day = datetime.combine(last, time(23, 59, 59), when.zone_info)
    return end_of_day.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _first_day(when: When) -> date:
    return when.start.date() if isinstance(when, Timed) else when.first
