"""Which days a rule names within one of its periods: a year, a month, a week, a day.

Days are proleptic Gregorian ordinals (1 is 0001-01-01, a Monday), periods are numbers:
the year, months since year 0, weeks by their first day, the day's ordinal.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from server.ics.recurrence_rule import Freq, NthDay, Rule

LAST_DAY = date.max.toordinal()
_WEEK = 7
_MONTHS = 12

Test = Callable[[date], bool]
Spend = Callable[[int], None]
"""Told of every candidate looked at, so that a rule that never matches comes to an end."""
Lister = Callable[[int, Spend], Sequence[int]]


def filled(rule: Rule, first: date) -> Rule:
    """Return the rule with what it leaves open taken from DTSTART (RFC 5545 3.3.10)."""
    named = rule.by_week_no or rule.by_year_day or rule.by_month_day or rule.by_day
    if not named:
        return _from_start(rule, first)
    rule = replace(rule, by_day=_sorted_out(rule))
    on_weeks_only = rule.by_week_no and not (
        rule.by_year_day or rule.by_month_day or rule.by_day
    )
    if on_weeks_only and rule.freq is Freq.YEARLY:
        return replace(rule, by_day=(NthDay(first.weekday()),))
    return rule


def _from_start(rule: Rule, first: date) -> Rule:
    match rule.freq:
        case Freq.YEARLY:
            months = rule.by_month or (first.month,)
            return replace(rule, by_month=months, by_month_day=(first.day,))
        case Freq.MONTHLY:
            return replace(rule, by_month_day=(first.day,))
        case Freq.WEEKLY:
            return replace(rule, by_day=(NthDay(first.weekday()),))
        case Freq.DAILY | Freq.HOURLY | Freq.MINUTELY | Freq.SECONDLY:
            return rule


def _sorted_out(rule: Rule) -> tuple[NthDay, ...]:
    """Return all weekdays plain or all counted, so that one test serves for both."""
    if not any(day.nth for day in rule.by_day):
        return rule.by_day
    # RFC 5545 3.3.10: a number is meaningless below MONTHLY and beside BYWEEKNO.
    if rule.freq > Freq.MONTHLY or rule.by_week_no:
        return tuple(sorted({NthDay(day.weekday) for day in rule.by_day}, key=_by_weekday))
    most = 53 if _counts_in_year(rule) else 5
    counted = {day for day in rule.by_day if day.nth}
    for day in rule.by_day:
        if not day.nth:
            counted.update(NthDay(day.weekday, nth) for nth in range(1, most + 1))
    return tuple(sorted(counted, key=_by_weekday))


def _by_weekday(day: NthDay) -> tuple[int, int]:
    return day.weekday, day.nth


def _counts_in_year(rule: Rule) -> bool:
    return rule.freq is Freq.YEARLY and not rule.by_month


def period_of(rule: Rule, day: int) -> int:
    """Return the period that the day lies in."""
    match rule.freq:
        case Freq.YEARLY:
            return date.fromordinal(day).year
        case Freq.MONTHLY:
            at = date.fromordinal(day)
            return at.year * _MONTHS + at.month - 1
        case Freq.WEEKLY:
            return (day - 1 - rule.week_start) // _WEEK
        case Freq.DAILY | Freq.HOURLY | Freq.MINUTELY | Freq.SECONDLY:
            return day


def days_in_period(rule: Rule) -> tuple[Lister, bool]:
    """Return what lists a period's days, and whether every period has equally many.

    The rule must be filled and no more frequent than daily.
    """
    match rule.freq:
        case Freq.YEARLY:
            return _year_lister(rule), False
        case Freq.MONTHLY:
            month = _month_lister(rule)
            return (
                lambda period, spend: month(period // _MONTHS, period % _MONTHS + 1, spend)
            ), False
        case Freq.WEEKLY:
            tests = _tests(rule, without="by_day")
            wanted = rule.by_day or tuple(NthDay(weekday) for weekday in range(_WEEK))
            offsets = sorted((day.weekday - rule.week_start) % _WEEK for day in wanted)
            return partial(_days_of_week, 1 + rule.week_start, offsets, tests), not tests
        case Freq.DAILY | Freq.HOURLY | Freq.MINUTELY | Freq.SECONDLY:
            tests = _tests(rule)
            return lambda day, spend: _sifted((day,), tests, spend), not tests


def day_test(rule: Rule) -> Callable[[int], bool]:
    """Return what says whether a rule more frequent than daily admits the day."""
    tests = _tests(rule)
    return lambda day: all(test(date.fromordinal(day)) for test in tests)


def _sifted(days: Sequence[int], tests: Sequence[Test], spend: Spend) -> Sequence[int]:
    if not tests:
        return days
    spend(len(days))
    return [day for day in days if all(test(date.fromordinal(day)) for test in tests)]


def _days_of_week(
    base: int, offsets: Sequence[int], tests: Sequence[Test], week: int, spend: Spend
) -> Sequence[int]:
    start = week * _WEEK + base
    days = [start + offset for offset in offsets]
    if start < 1 or days[-1] > LAST_DAY:
        days = [day for day in days if 1 <= day <= LAST_DAY]
    return _sifted(days, tests, spend)


def _month_lister(rule: Rule) -> Callable[[int, int, Spend], Sequence[int]]:
    def listed(year: int, month: int, spend: Spend) -> Sequence[int]:
        if rule.by_month and month not in rule.by_month:
            return ()
        start = date(year, month, 1).toordinal()
        return _sifted(days(start, monthrange(year, month)[1]), tests, spend)

    days: Callable[[int, int], Sequence[int]]
    if rule.by_month_day:
        tests = _tests(rule, without="by_month_day")
        days = partial(_counted, rule.by_month_day)
    elif rule.by_day and not _counts_in_year(rule):
        tests = _tests(rule, without="by_day")
        days = partial(_weekdays, rule.by_day)
    else:
        tests = _tests(rule)
        days = _every_day
    return listed


def _year_lister(rule: Rule) -> Lister:
    def listed(year: int, spend: Spend) -> Sequence[int]:
        length = 366 if isleap(year) else 365
        return _sifted(days(date(year, 1, 1).toordinal(), length), tests, spend)

    days: Callable[[int, int], Sequence[int]]
    if rule.by_year_day:
        tests = _tests(rule, without="by_year_day")
        days = partial(_counted, rule.by_year_day)
    elif rule.by_week_no:
        tests = _tests(rule, without="by_week_no")
        days = partial(_days_of_weeks, rule)
    elif rule.by_month or rule.by_month_day:
        return _by_months(rule)
    else:
        tests = _tests(rule, without="by_day")
        days = partial(_weekdays, rule.by_day)
    return listed


def _by_months(rule: Rule) -> Lister:
    month = _month_lister(rule)
    months = rule.by_month or range(1, _MONTHS + 1)
    return lambda year, spend: [day for number in months for day in month(year, number, spend)]


def _every_day(start: int, length: int) -> Sequence[int]:
    return range(start, start + length)


def _counted(numbers: Sequence[int], start: int, length: int) -> list[int]:
    """Return the days numbered from 1, or from the end from -1."""
    found = {number - 1 if number > 0 else length + number for number in numbers}
    return sorted(start + offset for offset in found if 0 <= offset < length)


def _weekdays(wanted: Sequence[NthDay], start: int, length: int) -> list[int]:
    found: set[int] = set()
    for day in wanted:
        first = start + (day.weekday - (start - 1)) % _WEEK
        all_of_them = range(first, start + length, _WEEK)
        if day.nth == 0:
            found.update(all_of_them)
        elif abs(day.nth) <= len(all_of_them):
            found.add(all_of_them[day.nth - 1 if day.nth > 0 else day.nth])
    return sorted(found)


def _tests(rule: Rule, without: str = "") -> tuple[Test, ...]:
    """Return a test for each part that limits days, but for the part that listed them."""
    tests: dict[str, Test] = {}
    if rule.by_month:
        tests["by_month"] = lambda day: day.month in rule.by_month
    if rule.by_week_no:
        tests["by_week_no"] = partial(_in_week, rule)
    if rule.by_year_day:
        tests["by_year_day"] = partial(_on_day_of_year, rule.by_year_day)
    if rule.by_month_day:
        tests["by_month_day"] = partial(_on_day_of_month, rule.by_month_day)
    if rule.by_day:
        tests["by_day"] = _weekday_test(rule)
    return tuple(test for part, test in tests.items() if part != without)


def _on_day_of_month(wanted: Sequence[int], day: date) -> bool:
    length = monthrange(day.year, day.month)[1]
    return day.day in wanted or day.day - length - 1 in wanted


def _on_day_of_year(wanted: Sequence[int], day: date) -> bool:
    number = day.timetuple().tm_yday
    length = 366 if isleap(day.year) else 365
    return number in wanted or number - length - 1 in wanted


def _weekday_test(rule: Rule) -> Test:
    weekdays = {day.weekday for day in rule.by_day}
    if not any(day.nth for day in rule.by_day):
        return lambda day: day.weekday() in weekdays

    def is_wanted(day: date) -> bool:
        if _counts_in_year(rule):
            number, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
        else:
            number, length = day.day, monthrange(day.year, day.month)[1]
        weekday = day.weekday()
        from_start = NthDay(weekday, (number - 1) // _WEEK + 1)
        from_end = NthDay(weekday, -((length - number) // _WEEK + 1))
        return from_start in rule.by_day or from_end in rule.by_day

    return is_wanted


def _in_week(rule: Rule, day: date) -> bool:
    number = day.toordinal()
    return any(
        begins <= number < begins + _WEEK
        for year in (day.year - 1, day.year, day.year + 1)
        for begins in _wanted_weeks(rule, year)
    )


def _days_of_weeks(rule: Rule, start: int, length: int) -> list[int]:
    """Return the days of the calendar year that lie in a wanted week, whosever week it is."""
    year = date.fromordinal(start).year
    return [
        day
        for number in (year - 1, year, year + 1)
        for begins in _wanted_weeks(rule, number)
        for day in range(begins, begins + _WEEK)
        if start <= day < start + length
    ]


def _wanted_weeks(rule: Rule, year: int) -> list[int]:
    """Return the first days of the year's weeks in BYWEEKNO, in order."""
    first = _week_one(year, rule.week_start)
    weeks = (_week_one(year + 1, rule.week_start) - first) // _WEEK
    found = {number if number > 0 else weeks + 1 + number for number in rule.by_week_no}
    return [first + (number - 1) * _WEEK for number in sorted(found) if 1 <= number <= weeks]


def _week_one(year: int, week_start: int) -> int:
    """Return the day on which week 1 begins: the first week with four days of the year."""
    before = year - 1
    fourth = before * 365 + before // 4 - before // 100 + before // 400 + 4
    return fourth - (fourth - 1 - week_start) % _WEEK
