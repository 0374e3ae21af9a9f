"""VAVAILABILITY says the same hours as the calendar that it is made from."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar

from server.domain.ids import UserName
from server.usecases.availability import hours_between, written_availability
from server.usecases.context import Rules
from tests.bookable import WEEKLY, draw, hours
from tests.practice import ALMA, NEW_YORK, House
from tests.system.events import unfolded, vcalendar, vevent

SPAN = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
Range = tuple[datetime, datetime]
FIRST = ("DTSTART:20261124T140000Z", "DTEND:20261124T150000Z")
DAYS = ("DTSTART;VALUE=DATE:20261030", "DTEND;VALUE=DATE:20261031")
AT_NINE = ("DTSTART;TZID=Europe/Berlin:20261023T090000", "DURATION:PT2H")
SERIES = {
    "weekly, one moved, one taken out": WEEKLY,
    "once": hours(),
    "whole days over the change of the clocks, until a day": vcalendar(
        vevent("d", "Bookable", list(DAYS), "RRULE:FREQ=DAILY;UNTIL=20261103")
    ),
    "whole days, one taken out, one with hours of its own": vcalendar(
        vevent("d", "", list(DAYS), "RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE;VALUE=DATE:20261106"),
        vevent("d", "", list(AT_NINE), "RECURRENCE-ID;VALUE=DATE:20261113"),
    ),
    "one week cancelled": vcalendar(
        vevent("c", "", list(AT_NINE), "RRULE:FREQ=WEEKLY;COUNT=6"),
        vevent(
            "c",
            "",
            ["DTSTART;TZID=Europe/Berlin:20261106T090000", "DURATION:PT2H"],
            "RECURRENCE-ID;TZID=Europe/Berlin:20261106T090000",
            "STATUS:CANCELLED",
        ),
    ),
    "days added and taken out by their date": vcalendar(
        vevent(
            "x",
            "",
            list(AT_NINE),
            "RRULE:FREQ=WEEKLY;COUNT=6",
            "RDATE;TZID=Europe/Berlin:20261028T090000",
            "EXDATE;VALUE=DATE:20261030",
        )
    ),
    "floating times": vcalendar(
        vevent("f", "", ["DTSTART:20261028T090000", "DURATION:PT3H"], "RRULE:FREQ=WEEKLY")
    ),
    "all cancelled": vcalendar(vevent("n", "", list(FIRST), "STATUS:CANCELLED")),
    "of no length": vcalendar(vevent("z", "", ["DTSTART:20261124T140000Z"])),
}


def said(text: str) -> list[Range]:
    """Return the hours of a VAVAILABILITY, as another library reads its parts as events."""
    body = unfolded(text)
    ends = [at for at, line in enumerate(body) if line == "END:VTIMEZONE"]
    parts = [at for at, line in enumerate(body) if line.endswith(":AVAILABLE")]
    if not parts:
        return []
    shown = (*body[: max(ends, default=2) + 1], *body[parts[0] : parts[-1] + 1], body[-1])
    lines = [line.replace(":AVAILABLE", ":VEVENT") for line in shown]
    calendar = Calendar.from_ical("\r\n".join(lines) + "\r\n")
    assert isinstance(calendar, Calendar)
    found = recurring_ical_events.of(calendar).between(*SPAN)
    return sorted((instant(one["DTSTART"].dt), instant(one["DTEND"].dt)) for one in found)


def instant(moment: datetime | date) -> datetime:
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


def kept(house: House) -> list[Range]:
    with house.database.reading() as uow:
        found = hours_between(uow, Rules(), [ALMA], SPAN)
    return [
        (datetime.fromtimestamp(one.start, UTC), datetime.fromtimestamp(one.end, UTC))
        for one in found
        if one.end > one.start
    ]


def written(house: House, practitioner: UserName = ALMA) -> str:
    with house.database.reading() as uow:
        text = written_availability(uow, practitioner)
    assert text is not None
    return text


@pytest.mark.parametrize("drawn", SERIES.values(), ids=SERIES)
def test_it_says_the_hours_that_can_be_booked(any_house: House, drawn: str) -> None:
    draw(any_house, drawn)
    assert said(written(any_house)) == kept(any_house)


def test_every_time_is_a_moment_and_every_zone_is_defined(any_house: House) -> None:
    for number, drawn in enumerate(SERIES.values()):
        draw(any_house, drawn.replace("UID:", f"UID:{number}-"), href=f"{number}.ics")
    text = written(any_house)
    assert "VALUE=DATE" not in text
    assert "STATUS" not in text
    for zone in ("America/New_York", "Europe/Berlin"):
        assert text.count(f"\r\nTZID:{zone}\r\n") == 1
    assert text.count("BEGIN:VAVAILABILITY") == 1


def test_a_day_on_which_the_clocks_change_is_open_until_it_ends(house: House) -> None:
    draw(house, SERIES["whole days over the change of the clocks, until a day"])
    midnight = datetime.combine(date(2026, 11, 1), time(), NEW_YORK)
    (long,) = [one for one in said(written(house)) if one[0] == midnight]
    assert long[1] - long[0] == timedelta(hours=25)
    assert long[1] == datetime.combine(date(2026, 11, 2), time(), NEW_YORK)


def test_what_the_hours_are_for_stands_in_them(house: House) -> None:
    draw(house, hours("SUMMARY:acupfollow\\, please", "LOCATION:main", "CATEGORIES:a,b"))
    lines = unfolded(written(house))
    for line in (
        "SUMMARY:acupfollow\\, please",
        "LOCATION:main",
        "CATEGORIES:a,b",
        "UID:hours",
    ):
        assert line in lines


def test_nothing_private_of_an_event_of_hours_is_told(house: House) -> None:
    draw(house, hours("DESCRIPTION:Jane Doe calls", "ATTENDEE:mailto:jane@example.org"))
    text = written(house)
    assert "Jane" not in text
    assert "jane@" not in text


def test_an_empty_calendar_says_that_nothing_is_available(house: House) -> None:
    text = written(house)
    assert "BEGIN:VAVAILABILITY" in text
    assert "AVAILABLE" not in text.replace("VAVAILABILITY", "")
    assert written(house) == text


def test_it_reads_alike_until_the_hours_change(house: House) -> None:
    draw(house, hours())
    before = written(house)
    house.now += timedelta(days=1)
    assert written(house) == before
    draw(house, hours("SUMMARY:acupfollow"))
    assert f"DTSTAMP:{house.now:%Y%m%dT%H%M%SZ}" in written(house)


def test_who_has_no_hours_has_no_availability(house: House) -> None:
    with house.database.reading() as uow:
        assert written_availability(uow, UserName("desk")) is None


def test_zones_of_the_practice_are_those_of_its_days(house: House) -> None:
    draw(house, SERIES["floating times"])
    assert said(written(house))[0][0].astimezone(ZoneInfo("America/New_York")).hour == 9
