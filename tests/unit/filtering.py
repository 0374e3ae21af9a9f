"""Objects and ranges to try filters on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from server.ics.filter_matching import matches
from server.ics.filters import Collation, CompFilter, PropFilter, TextMatch, TimeRange
from server.ics.lines import Component, parse

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
TEN = NINE + HOUR
BEFORE, AFTER = NINE - HOUR, TEN + HOUR


def part(name: str, *lines: str) -> str:
    return "".join(f"{one}\r\n" for one in (f"BEGIN:{name}", "UID:one", *lines, f"END:{name}"))


def whole(*parts: str) -> Component:
    return parse(f"BEGIN:VCALENDAR\r\n{''.join(parts)}END:VCALENDAR\r\n")


def within(
    calendar: Component,
    start: datetime | None,
    end: datetime | None,
    zone: ZoneInfo = BERLIN,
) -> bool:
    name = next(one.name for one in calendar.children if one.name != "VTIMEZONE")
    wanted = CompFilter(name, time=TimeRange(start, end))
    return matches(CompFilter("VCALENDAR", comps=(wanted,)), calendar, zone)


def edges(calendar: Component, first: datetime, last: datetime) -> tuple[bool, ...]:
    """Whether it matches up to `first`, just over it, from `last` on, and just before that."""
    return (
        within(calendar, first - HOUR, first),
        within(calendar, first - HOUR, first + SECOND),
        within(calendar, last - SECOND, last + HOUR),
        within(calendar, last, last + HOUR),
    )


FROM_NINE_TO_TEN = (False, True, True, False)
START = "DTSTART:20260601T090000Z"


def calendar(*comps: CompFilter) -> CompFilter:
    return CompFilter("VCALENDAR", comps=comps)


def day(number: int) -> tuple[datetime, datetime]:
    return datetime(2026, 6, number, tzinfo=UTC), datetime(2026, 6, number + 1, tzinfo=UTC)


def days_of(held: Component) -> list[int]:
    """Return the days of June 2026, those of UTC, in which something happens."""
    return [number for number in range(1, 29) if within(held, *day(number))]


EVENT = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Invented//App 1.0//EN",
    "BEGIN:VEVENT",
    "UID:one",
    "DTSTAMP:20260101T000000Z",
    "CREATED:20251201T080000Z",
    "DTSTART;TZID=Europe/Berlin:20260601T090000",
    "DTEND;TZID=Europe/Berlin:20260601T100000",
    "SUMMARY;LANGUAGE=de:Tee\\, Übergabe\\; Straße\\nMorgen",
    "CATEGORIES:Family,Work",
    "CATEGORIES:Garden",
    "URL:https://e.example/a\\b",
    'ATTENDEE;CN="Doe, Jane";PARTSTAT=NEEDS-ACTION:mailto:jane@example.com',
    "ATTENDEE;CN=Kim;PARTSTAT=ACCEPTED:mailto:kim@example.com",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT15M",
    "END:VALARM",
    "BEGIN:VALARM",
    "ACTION:AUDIO",
    "TRIGGER:-P1D",
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
)


def text_of(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in lines)


OBJECT = parse(text_of(*EVENT))


def event(*props: PropFilter, comps: tuple[CompFilter, ...] = ()) -> CompFilter:
    return calendar(CompFilter("VEVENT", props=props, comps=comps))


def has(wanted: CompFilter) -> bool:
    return matches(wanted, OBJECT, BERLIN)


def text(name: str, held: str, collation: Collation = Collation.ASCII_CASEMAP) -> CompFilter:
    return event(PropFilter(name, text=TextMatch(held, collation)))


def without(name: str, held: str) -> CompFilter:
    return event(PropFilter(name, text=TextMatch(held, negated=True)))
