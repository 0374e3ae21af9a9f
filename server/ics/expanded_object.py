"""An object's instances within a range, worked out from its text (RFC 4791 9.6.5).

For to-dos and journal entries, and for events that no index row tells of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.when import beside, start_of
from server.ics.expansion import expand
from server.ics.lines import fold, name_of, parse
from server.ics.moments import RECURRENCE_NAMES, TIME_NAMES, Moment, moment_line
from server.ics.spans import Range, Spanned, spans

_GONE = TIME_NAMES | RECURRENCE_NAMES | {"DUE", "RECURRENCE-ID"}
_MARGIN = timedelta(seconds=1)


def expanded_from_text(text: str, window: Range, zone: ZoneInfo, limit: int) -> str:
    """Return VCALENDAR with what happens within the range, each instance by itself, in UTC.

    What has no time is kept. Floating times and whole days are in ``zone``. Raises
    MalformedCalendarData, and TooManyOccurrences beyond ``limit``.
    """
    calendar = parse(text)
    found = spans(calendar, zone)
    lines = ["BEGIN:VCALENDAR", *calendar.lines]
    for instance in _instances(found, window, zone, limit):
        if instance.overlaps(window, zone):
            lines += _written(instance)
    return fold([*lines, "END:VCALENDAR"])


def _instances(
    found: list[Spanned], window: Range, zone: ZoneInfo, limit: int
) -> Iterator[Spanned]:
    overridden = {one.key: one for one in found if one.key}
    for one in found:
        if not one.key:
            yield from (
                instance
                for instance in _of_series(one, window, zone, limit)
                if not instance.key or instance.key not in overridden
            )
    # Of two overrides of one instance the last one counts.
    yield from overridden.values()


def _of_series(series: Spanned, window: Range, zone: ZoneInfo, limit: int) -> Iterator[Spanned]:
    when = series.when
    if series.recurrence is None or when is None:
        yield series
        return
    # What is due at the edge of the range is within, as no event is: looked at afterwards.
    wide = beside(window[0], -_MARGIN), beside(window[1], _MARGIN)
    for one in expand(when, series.recurrence, wide, zone, limit):
        yield series.moved(one.when, one.key)


def _written(instance: Spanned) -> Iterator[str]:
    part = instance.part
    kept = [raw for raw in part.lines if name_of(raw) not in _GONE]
    yield from replace(part, lines=[*_times(instance), *kept]).written()


def _times(instance: Spanned) -> Iterator[str]:
    if instance.key:
        yield _line("RECURRENCE-ID", start_of(instance.key))
    if instance.start is not None:
        yield _line("DTSTART", instance.start)
    if instance.end is not None and _says_end(instance):
        yield _line("DUE" if instance.part.name == "VTODO" else "DTEND", instance.end)


def _says_end(instance: Spanned) -> bool:
    """Whether the end is more than what goes without saying (RFC 5545 3.6.1)."""
    if isinstance(instance.start, datetime) and instance.part.name == "VEVENT":
        return instance.start != instance.end
    names = ("DTEND", "DUE", "DURATION")
    return any(instance.part.first(name) is not None for name in names)


def _line(name: str, moment: Moment) -> str:
    return moment_line(name, moment.astimezone(UTC) if isinstance(moment, datetime) else moment)
