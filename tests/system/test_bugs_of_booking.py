"""Bugs of other booking tools: what blocks, and only that, for slots and every form of busy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from server.domain.bookings import Visitor
from server.domain.calendars import Actor
from server.domain.ids import UserName
from server.domain.vocabulary import Door, Role
from server.usecases.book import BookingWanted, book
from tests.system import reports
from tests.system.events import at, event, monday, new_uid, times, vcalendar, vevent
from tests.system.openings import (
    HALF_HOUR,
    SESSION,
    Span,
    clear_of,
    free,
    open_hours,
    starts,
    taken,
)
from tests.system.phone import Phone
from tests.system.practice import NEW_YORK, operator
from tests.system.servers import Site

START = monday(weeks=2, hour=9)
WEEK, DAY, HOUR = timedelta(weeks=1), timedelta(days=1), timedelta(hours=1)
TODAY = (START, START + 8 * HOUR)
TRAVEL = "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M"
APPLES_WORD = "X-APPLE-EWS-BUSYSTATUS"


def utc(start: datetime, length: timedelta = HOUR) -> Span:
    return start.astimezone(UTC), start.astimezone(UTC) + length


def open_all_day(site: Site, phone: Phone) -> None:
    open_hours(site, phone, START, 8)


def test_t01_a_series_made_in_an_app_takes_its_slots_and_only_those_over_a_year(
    site: Site, phone: Phone, colleague: Phone
) -> None:
    open_hours(site, phone, START, 4, "RRULE:FREQ=WEEKLY")
    uid, first = new_uid(), START + HOUR
    out, moved = {3, 7}, {2: HOUR, 5: 2 * HOUR, 30: -HOUR}
    overrides = [
        vevent(uid, "Choir", times(begins + by, 30), at("RECURRENCE-ID", begins))
        for begins, by in ((first + number * WEEK, by) for number, by in moved.items())
    ]
    exdates = [at("EXDATE", first + number * WEEK) for number in sorted(out)]
    master = vevent(uid, "Choir", times(first, 30), "RRULE:FREQ=WEEKLY;COUNT=40", *exdates)
    assert phone.put("choir.ics", vcalendar(master, *overrides)).status == 201
    weeks = range(48)
    opened = [(START + week * WEEK, START + week * WEEK + 4 * HOUR) for week in weeks]
    assert len({begins.utcoffset() for begins, _ in opened}) == 2
    expected = [
        utc(first + number * WEEK + moved.get(number, timedelta()), HALF_HOUR)
        for number in range(40)
        if number not in out
    ]
    year = (START, START + len(weeks) * WEEK)
    assert taken(site, phone, colleague, year) == sorted(expected)
    possible = (half for hours in opened for half in starts(hours))
    assert free(site, phone, year) == clear_of(expected, possible)


def test_t02_a_busy_event_takes_slots_and_a_free_one_does_not(
    site: Site, phone: Phone, colleague: Phone
) -> None:
    open_all_day(site, phone)
    reports.personal(phone)
    phone.put("busy.ics", event("Dentist", START + HOUR))
    phone.put("free.ics", event("Rain", START + 3 * HOUR, "TRANSP:TRANSPARENT"))
    phone.put("gone.ics", event("Gone", START + 5 * HOUR, "STATUS:CANCELLED"))
    expected = [utc(START + HOUR)]
    assert taken(site, phone, colleague, TODAY) == expected
    assert free(site, phone, TODAY) == clear_of(expected, starts(TODAY))


def test_t02_a_busy_day_takes_the_day_of_the_practice_and_not_that_of_utc(
    site: Site, phone: Phone, colleague: Phone
) -> None:
    late = START + 11 * HOUR
    open_hours(site, phone, late, 8)
    night = (late, late + 8 * HOUR)
    midnight = datetime.combine(START.date() + DAY, time(), NEW_YORK)
    days = [at("DTSTART", midnight.date()), at("DTEND", midnight.date() + DAY)]
    assert phone.put("away.ics", vcalendar(vevent(new_uid(), "Away", days))).status == 201
    expected = [(midnight.astimezone(UTC), night[1].astimezone(UTC))]
    assert taken(site, phone, colleague, night) == expected
    assert free(site, phone, night) == list(starts((late, midnight)))


def test_t03_several_calendars_stand_in_the_way_and_one_is_written_to(
    site: Site, phone: Phone, colleague: Phone
) -> None:
    open_all_day(site, phone)
    main = phone.calendar
    phone.put("a.ics", event("Meeting", START, "TRANSP:OPAQUE"))
    own = {}
    for number, slug in enumerate(("mine", "club", "ignored"), 1):
        own[slug] = reports.personal(phone, slug=slug).calendar
        assert phone.put("x.ics", event(slug, START + 2 * number * HOUR)).status == 201
    opaque = "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"
    assert phone.proppatch("", opaque).status == 207
    expected = [utc(START), utc(START + 2 * HOUR), utc(START + 4 * HOUR)]
    assert taken(site, phone, colleague, TODAY) == expected
    slot = START + 7 * HOUR
    before = {path: set(phone.sync(path).there) for path in own.values()}
    visitor = Visitor("Nora Newcomer", "nora@mail.example")
    online = Actor(UserName("booking"), Role.FRONT_DESK, Door.BOOKING)
    wanted = BookingWanted(SESSION, slot, visitor, UserName(phone.user))
    with site.database.writing() as uow:
        book(uow, replace(operator(), actor=online), wanted)
    assert {path: set(phone.sync(path).there) for path in own.values()} == before
    assert len(phone.sync(main).there) == 2
    assert taken(site, phone, colleague, TODAY) == [*expected, utc(slot, HALF_HOUR)]
    assert site.findings() == []


@pytest.mark.parametrize("slug", ["appointments", "mine"])
def test_t23_transp_says_what_takes_slots_and_apples_word_does_not(
    site: Site, phone: Phone, colleague: Phone, slug: str
) -> None:
    open_all_day(site, phone)
    if slug == "mine":
        reports.personal(phone)
    phone.put("a.ics", event("Choir", START, "TRANSP:OPAQUE", f"{APPLES_WORD}:FREE"))
    later = START + 2 * HOUR
    phone.put("b.ics", event("Rain", later, "TRANSP:TRANSPARENT", f"{APPLES_WORD}:BUSY"))
    expected = [utc(START)]
    assert taken(site, phone, colleague, TODAY) == expected
    assert free(site, phone, TODAY) == clear_of(expected, starts(TODAY))


@pytest.mark.parametrize("slug", ["appointments", "mine"])
def test_t24_the_half_hour_before_is_no_slot_where_somebody_is_on_the_way(
    site: Site, phone: Phone, colleague: Phone, slug: str
) -> None:
    open_all_day(site, phone)
    if slug == "mine":
        reports.personal(phone)
    title = "Dentist" if slug == "mine" else "acupfollow Jane Doe"
    phone.put("a.ics", event(title, START + 2 * HOUR, TRAVEL))
    ((begins, ends),) = taken(site, phone, colleague, TODAY)
    assert begins == (START + 90 * timedelta(minutes=1)).astimezone(UTC)
    assert free(site, phone, TODAY) == clear_of([(begins, ends)], starts(TODAY))
    # The way there alone lies in the range that is asked about.
    before = (START, START + 2 * HOUR)
    assert taken(site, phone, colleague, before) == [(begins, before[1].astimezone(UTC))]
