"""Series as calendar apps write them: exceptions, clock changes, whole days, odd ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from server.domain.ids import UserName
from server.domain.vocabulary import Status
from server.domain.when import key_of
from tests.system import office
from tests.system.events import (
    at,
    edited,
    event,
    local,
    monday,
    new_uid,
    stamp,
    times,
    vcalendar,
    vevent,
)
from tests.system.phone import CALDAV, Phone
from tests.system.practice import NEW_YORK
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
WEEK, DAY, HOUR = timedelta(weeks=1), timedelta(days=1), timedelta(hours=1)
ALWAYS = "20000101T000000Z", "20500101T000000Z"


def starts(site: Site, phone: Phone) -> list[datetime]:
    """Return the starts of what takes place, in New York."""
    rows = site.listed(practitioner=UserName(phone.user))
    return [
        row.occurrence.start.astimezone(NEW_YORK)
        for row in rows
        if not row.occurrence.status.is_cancelled
    ]


def put(phone: Phone, *lines: str, title: str = "acupfollow Jane Doe") -> int:
    """Put a series that starts on Monday next week; return the status."""
    return phone.put("a.ics", event(title, START, *lines, minutes=45)).status


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (("RRULE:FREQ=DAILY;COUNT=3",), (0, 1, 2)),
        (("RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3",), (0, 14, 28)),
        (("RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4",), (0, 2, 7, 9)),
        ((f"RRULE:FREQ=DAILY;UNTIL={stamp(START + 2 * DAY)}",), (0, 1, 2)),
        (("RRULE:FREQ=DAILY;COUNT=4", at("EXDATE", START + DAY)), (0, 2, 3)),
        (("RRULE:FREQ=DAILY;COUNT=4", f"EXDATE:{stamp(START + DAY)}"), (0, 2, 3)),
        (("RRULE:FREQ=DAILY;COUNT=2", at("RDATE", START + 5 * DAY)), (0, 1, 5)),
        ((at("RDATE", START + 3 * DAY),), (0, 3)),
    ],
)
def test_a_rule_gives_its_occurrences(
    site: Site, phone: Phone, lines: tuple[str, ...], days: tuple[int, ...]
) -> None:
    assert put(phone, *lines) == 201
    assert starts(site, phone) == [START + number * DAY for number in days]
    assert site.findings() == []


@pytest.mark.parametrize("rule", ["FREQ=MONTHLY;COUNT=5", "FREQ=YEARLY;COUNT=2"])
def test_longer_rules_are_indexed(site: Site, phone: Phone, rule: str) -> None:
    assert put(phone, f"RRULE:{rule}") == 201
    found = starts(site, phone)
    assert len(found) >= 2
    assert all((later - earlier) > 20 * DAY for earlier, later in pairwise(found))
    assert site.findings() == []


def test_one_occurrence_is_moved(site: Site, phone: Phone) -> None:
    put(phone, "RRULE:FREQ=WEEKLY;COUNT=3")
    uid = phone.get("a.ics").value("UID") or ""
    identity = at("RECURRENCE-ID", START + WEEK)
    override = vevent(uid, "JD · acupfollow", times(START + WEEK + DAY, 45), identity)
    assert phone.edit("a.ics", ("END:VCALENDAR", f"{override}END:VCALENDAR")).status == 204
    assert starts(site, phone) == [START, START + WEEK + DAY, START + 2 * WEEK]
    rows = site.listed(practitioner=phone.user)
    assert {row.part.details.client for row in rows} == {"C1001"}
    assert phone.get("a.ics").says(identity)


def test_one_occurrence_is_taken_out(site: Site, phone: Phone) -> None:
    put(phone, "RRULE:FREQ=WEEKLY;COUNT=3")
    exdate = at("EXDATE", START + WEEK)
    assert phone.edit("a.ics", ("RRULE:", f"{exdate}\r\nRRULE:")).status == 204
    assert starts(site, phone) == [START, START + 2 * WEEK]
    assert phone.get("a.ics").says(exdate)


def test_one_occurrence_gets_a_status_of_its_own(site: Site, phone: Phone) -> None:
    put(phone, "RRULE:FREQ=WEEKLY;COUNT=3")
    uid = phone.get("a.ics").value("UID") or ""
    identity = at("RECURRENCE-ID", START + WEEK)
    override = vevent(uid, "JD · acupfollow #arrived", times(START + WEEK, 45), identity)
    phone.edit("a.ics", ("END:VCALENDAR", f"{override}END:VCALENDAR"))
    rows = site.listed(practitioner=phone.user)
    statuses = [row.part.details.status for row in rows]
    assert statuses == [Status.BOOKED, Status.ARRIVED, Status.BOOKED]


def test_overrides_without_a_master_are_kept_and_harm_no_listing(
    site: Site, phone: Phone
) -> None:
    """As apps send them that were invited to one occurrence only (RFC 4791 4.1)."""
    uid = new_uid()
    parts = [
        vevent(uid, "acupfollow Jane Doe", times(start, 45), at("RECURRENCE-ID", start))
        for start in (START, START + WEEK)
    ]
    assert phone.put("a.ics", vcalendar(*parts)).status == 201
    phone.put("b.ics", event("Lunch", START + HOUR))
    assert starts(site, phone) == [START, START + HOUR, START + WEEK]
    assert {"a.ics", "b.ics"} <= set(phone.sync().there)
    found = phone.query("", *ALWAYS)
    assert found.status == 207
    assert len(found.responses) == 2
    expanded = f'<C:expand start="{ALWAYS[0]}" end="{ALWAYS[1]}"/>'
    assert phone.query("", *ALWAYS, data=expanded).status == 207
    assert phone.multiget("", "a.ics").status == 207
    assert site.findings() == []


def clock_change(*, forward: bool) -> date:
    """Return the next Sunday on which New York changes its clocks."""
    day = START.date()
    while True:
        before = datetime(day.year, day.month, day.day, tzinfo=NEW_YORK).utcoffset()
        after = datetime(day.year, day.month, day.day, 12, tzinfo=NEW_YORK).utcoffset()
        assert before is not None
        assert after is not None
        if after != before and (after > before) is forward:
            return day
        day += DAY


@pytest.mark.parametrize("forward", [True, False], ids=["spring", "autumn"])
def test_a_weekly_series_keeps_its_wall_time_over_a_clock_change(
    site: Site, phone: Phone, *, forward: bool
) -> None:
    change = clock_change(forward=forward)
    first = datetime.combine(change - 8 * DAY, datetime.min.time(), NEW_YORK).replace(hour=9)
    rule = "RRULE:FREQ=WEEKLY;COUNT=3"
    phone.put("a.ics", event("acupfollow Jane Doe", first, rule, minutes=45))
    found = starts(site, phone)
    assert [one.replace(tzinfo=None).time().hour for one in found] == [9, 9, 9]
    assert len({one.utcoffset() for one in found}) == 2
    lengths = {
        row.occurrence.end - row.occurrence.start
        for row in site.listed(practitioner=phone.user)
    }
    assert lengths == {timedelta(minutes=45)}
    assert site.findings() == []


def test_a_time_that_the_clocks_skip_is_accepted(site: Site, phone: Phone) -> None:
    change = clock_change(forward=True)
    gap = f"{change:%Y%m%d}T023000"
    timing = [f"DTSTART;TZID=America/New_York:{gap}", "DURATION:PT45M"]
    assert phone.put("a.ics", vcalendar(vevent(new_uid(), "Lunch", timing))).status == 201
    [row] = site.listed(practitioner=phone.user)
    assert row.occurrence.end - row.occurrence.start == timedelta(minutes=45)
    assert site.findings() == []


def test_a_time_that_comes_twice_is_the_first_one(site: Site, phone: Phone) -> None:
    change = clock_change(forward=False)
    timing = [f"DTSTART;TZID=America/New_York:{change:%Y%m%d}T013000", "DURATION:PT45M"]
    assert phone.put("a.ics", vcalendar(vevent(new_uid(), "Lunch", timing))).status == 201
    [row] = site.listed(practitioner=phone.user)
    first = datetime(change.year, change.month, change.day, 1, 30, tzinfo=NEW_YORK)
    assert row.occurrence.start == first.astimezone(UTC)
    assert site.findings() == []


def test_whole_days_are_days_of_the_calendars_zone(site: Site, phone: Phone) -> None:
    day = START.date()
    timing = [at("DTSTART", day), at("DTEND", day + 2 * DAY)]
    phone.put(
        "a.ics", vcalendar(vevent(new_uid(), "Holiday", timing, "RRULE:FREQ=DAILY;COUNT=2"))
    )
    rows = site.listed(practitioner=phone.user)
    midnight = datetime.combine(day, datetime.min.time(), NEW_YORK)
    assert [row.occurrence.start for row in rows] == [midnight, midnight + DAY]
    assert all(row.occurrence.all_day and row.occurrence.blocks for row in rows)
    assert site.findings() == []


def test_a_range_finds_an_occurrence_and_not_the_weeks_between(phone: Phone) -> None:
    put(phone, "RRULE:FREQ=WEEKLY;INTERVAL=4;COUNT=3")
    hit = phone.query("", stamp(START + 4 * WEEK), stamp(START + 4 * WEEK + HOUR))
    miss = phone.query("", stamp(START + 2 * WEEK), stamp(START + 3 * WEEK))
    assert len(hit.responses) == 1
    assert len(miss.responses) == 0
    far = phone.query("", stamp(START + 500 * WEEK), stamp(START + 501 * WEEK))
    assert len(far.responses) == 0


def test_an_endless_series_is_found_far_beyond_its_index(phone: Phone) -> None:
    put(phone, "RRULE:FREQ=WEEKLY")
    far = phone.query("", stamp(START + 600 * WEEK), stamp(START + 601 * WEEK))
    assert len(far.responses) == 1
    open_ended = phone.query("", stamp(START + 2 * WEEK))
    assert len(open_ended.responses) == 1


def test_an_expanded_report_shows_each_occurrence_for_itself(phone: Phone) -> None:
    put(phone, "RRULE:FREQ=WEEKLY;COUNT=3")
    bounds = stamp(START), stamp(START + WEEK + HOUR)
    expanded = f'<C:expand start="{bounds[0]}" end="{bounds[1]}"/>'
    answer = phone.query("", *bounds, data=expanded)
    data = "".join(one.text or "" for one in answer.xml.iter(f"{CALDAV}calendar-data"))
    assert data.count("BEGIN:VEVENT") == 2
    assert "RRULE" not in data


def test_a_series_that_becomes_shorter_keeps_what_happened_later(
    site: Site, phone: Phone
) -> None:
    put(phone, "RRULE:FREQ=WEEKLY;COUNT=4")
    office.change(site, phone.user, "a.ics", occurrence=START + 3 * WEEK, status=Status.ARRIVED)
    phone.edit("a.ics", ("COUNT=4", "COUNT=2"))
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    part = appointment.part(key_of(START + 3 * WEEK))
    assert part is not None
    assert part.details.status is Status.ARRIVED
    assert starts(site, phone) == [START, START + WEEK, START + 3 * WEEK]
    assert site.findings() == []


def test_an_exdate_of_another_form_still_takes_out(site: Site, phone: Phone) -> None:
    floating = f"EXDATE:{local(START + DAY)}"
    dated = f"EXDATE;VALUE=DATE:{START + 2 * DAY:%Y%m%d}"
    assert put(phone, "RRULE:FREQ=DAILY;COUNT=4", floating, dated) == 201
    found = starts(site, phone)
    assert START + DAY not in found
    assert START in found
    assert site.findings() == []


def test_a_moved_series_shows_its_new_times_to_the_app(phone: Phone) -> None:
    put(phone, "RRULE:FREQ=WEEKLY;COUNT=3")
    shown = phone.get("a.ics")
    moved = edited(
        shown.text,
        (at("DTSTART", START), at("DTSTART", START + HOUR)),
        (at("DTEND", START + 0.75 * HOUR), at("DTEND", START + 1.75 * HOUR)),
    )
    phone.put("a.ics", moved, If_Match=shown.etag or "")
    assert phone.get("a.ics").says(at("DTSTART", START + HOUR))
