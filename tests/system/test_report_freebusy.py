"""free-busy-query over HTTP: when somebody is busy, and nothing else (RFC 4791 7.10)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.system import office, reports
from tests.system.events import at, event, monday, stamp, unfolded
from tests.system.phone import NAMESPACES, Phone
from tests.system.reports import component
from tests.system.servers import Site

START = monday(3, 10)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEK = (START - DAY, START + 6 * DAY)
BUSY, TENTATIVE = "BUSY", "BUSY-TENTATIVE"
TRAVEL = "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M"


@pytest.fixture(params=["appointments", "mine"])
def home(request: pytest.FixtureRequest, phone: Phone) -> Phone:
    """Return a device in a calendar of either kind."""
    return phone if request.param == "appointments" else reports.personal(phone)


def taken(
    phone: Phone, span: tuple[datetime, datetime] = WEEK, path: str = "", **headers: str
) -> list[tuple[str, str]]:
    """Return what is taken: its type, and the period."""
    answer = phone.report(path, reports.free_busy(*span), **headers)
    assert answer.status == 200, answer.text
    found = [line for line in answer.lines if line.startswith("FREEBUSY")]
    return [
        (head.partition("FBTYPE=")[2] or BUSY, value)
        for head, _, value in (line.partition(":") for line in found)
    ]


def period(start: datetime, end: datetime) -> str:
    return f"{stamp(start)}/{stamp(end)}"


def an_hour(kind: str = BUSY, start: datetime = START) -> tuple[str, str]:
    return kind, period(start, start + HOUR)


def test_an_answer_is_one_component_of_the_range_that_was_asked_for(home: Phone) -> None:
    home.put("a.ics", event("Lunch", START))
    answer = home.report("", reports.free_busy(*WEEK))
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.lines.count("BEGIN:VFREEBUSY") == 1
    assert answer.value("DTSTART") == stamp(WEEK[0])
    assert answer.value("DTEND") == stamp(WEEK[1])
    for name in ("UID", "DTSTAMP"):
        assert answer.value(name)
    assert "Lunch" not in answer.text


COUNTING = {
    "an event": ((), [an_hour()]),
    "a confirmed one": (("STATUS:CONFIRMED",), [an_hour()]),
    "a transparent one": (("TRANSP:TRANSPARENT",), []),
    "a tentative one": (("STATUS:TENTATIVE",), [an_hour(TENTATIVE)]),
    "a cancelled one": (("STATUS:CANCELLED",), []),
    "with the way there": ((TRAVEL,), [(BUSY, period(START - HOUR / 2, START + HOUR))]),
    "a series": (
        ("RRULE:FREQ=DAILY;COUNT=3",),
        [an_hour(start=START + day * DAY) for day in range(3)],
    ),
    "a series that began before": (
        ("RRULE:FREQ=DAILY;COUNT=3", at("EXDATE", START + DAY)),
        [an_hour(), an_hour(start=START + 2 * DAY)],
    ),
}


@pytest.mark.parametrize("case", COUNTING)
@pytest.mark.parametrize("slug", ["mine"])
def test_events_of_ones_own_count_as_they_say(phone: Phone, slug: str, case: str) -> None:
    lines, expected = COUNTING[case]
    mine = reports.personal(phone, slug=slug)
    assert mine.put("a.ics", event("Choir", START, *lines)).status == 201
    assert taken(mine) == expected


def test_sessions_always_count_and_the_way_there_too(phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "TRANSP:TRANSPARENT", TRAVEL))
    phone.put("b.ics", event("Lunch", START + DAY, "TRANSP:TRANSPARENT"))
    [(kind, said)] = taken(phone)
    assert kind == BUSY
    assert said.startswith(f"{stamp(START - HOUR / 2)}/")


def test_a_request_is_tentative_and_a_cancelled_appointment_is_free(
    site: Site, phone: Phone
) -> None:
    office.request(site, phone.user, START)
    phone.put("a.ics", event("acupfollow Jane Doe", START + DAY))
    office.cancel(site, phone.user, "a.ics")
    assert taken(phone) == [(TENTATIVE, period(START, START + 0.75 * HOUR))]


def test_a_cancelled_and_a_moved_occurrence_count_where_they_are(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "RRULE:FREQ=DAILY;COUNT=3"))
    office.cancel(site, phone.user, "a.ics", START + DAY)
    office.change(site, phone.user, "a.ics", occurrence=START + 2 * DAY, start=START + 3 * DAY)
    starts = [said.partition("/")[0] for _, said in taken(phone)]
    assert starts == [stamp(START), stamp(START + 3 * DAY)]


def test_what_overlaps_or_touches_is_joined_and_cut_to_the_range(home: Phone) -> None:
    for number in range(3):
        home.put(f"{number}.ics", event("Tea", START + number * HOUR))
    home.put("long.ics", event("Trip", START + DAY, minutes=3 * 24 * 60))
    span = (START + HOUR / 2, START + 2 * DAY)
    assert taken(home, span) == [
        (BUSY, period(START + HOUR / 2, START + 3 * HOUR)),
        (BUSY, period(START + DAY, START + 2 * DAY)),
    ]


def test_whole_days_and_floating_times_are_in_the_practices_zone(phone: Phone) -> None:
    mine = reports.personal(phone)
    midnight = START.replace(hour=0)
    opaque = (at("DTSTART", START.date()), "TRANSP:OPAQUE", "SUMMARY:Away")
    mine.put("day.ics", component("VEVENT", *opaque))
    floating = at("DTSTART", START.replace(tzinfo=None) + 2 * DAY)
    mine.put("floating.ics", component("VEVENT", floating, "DURATION:PT1H", "SUMMARY:Call"))
    assert taken(mine) == [
        (BUSY, period(midnight, midnight + DAY)),
        an_hour(start=START + 2 * DAY),
    ]


def test_what_has_no_length_and_what_is_no_event_takes_no_time(phone: Phone) -> None:
    mine = reports.personal(phone)
    mine.put("zero.ics", component("VEVENT", at("DTSTART", START), "SUMMARY:Ping"))
    mine.put("todo.ics", component("VTODO", at("DUE", START), "SUMMARY:Order"))
    assert taken(mine) == []


def test_a_series_is_busy_long_after_what_is_indexed(home: Phone) -> None:
    home.put("a.ics", event("Choir", START, "RRULE:FREQ=WEEKLY"))
    later = START + 7 * 52 * 20 * DAY
    assert taken(home, (later - DAY, later + 8 * DAY)) == [
        an_hour(start=later),
        an_hour(start=later + 7 * DAY),
    ]


def test_a_range_with_more_than_is_worked_out_is_refused_rather_than_called_free(
    home: Phone,
) -> None:
    home.put("a.ics", event("Pills", START, "RRULE:FREQ=DAILY"))
    answer = home.report("", reports.free_busy(START, START + 365 * 60 * DAY))
    assert (answer.status, answer.condition) == (403, "number-of-matches-within-limits")


def test_the_home_tells_of_all_ones_own_calendars_when_asked_in_depth(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    path = f"/{phone.user}/"
    reports.personal(phone).put("b.ics", event("Choir", START + DAY))
    site.phone("theo").put("/theo/appointments/busy.ics", event("Away", START + 2 * DAY))
    for depth in ("1", "infinity"):
        days = {said[:8] for _, said in taken(phone, path=path, Depth=depth)}
        assert days == {f"{START:%Y%m%d}", f"{START + DAY:%Y%m%d}"}
    assert taken(phone, path=path, Depth="0") == []


def test_a_calendar_that_its_owner_does_not_count_is_left_out_of_the_home(
    phone: Phone,
) -> None:
    mine = reports.personal(phone)
    mine.put("b.ics", event("Choir", START + DAY))
    transparent = "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"
    assert "200 OK" in mine.proppatch("", transparent).text
    assert taken(mine, path=f"/{mine.user}/", Depth="1") == []
    assert taken(mine) == [an_hour(start=START + DAY)]


@pytest.mark.parametrize("viewer", ["desk", "colleague"])
def test_others_learn_when_and_nothing_else(site: Site, phone: Phone, viewer: str) -> None:
    phone.put("a.ics", event("acupfollow Quentin Zyxwvut", START, "LOCATION:Main street"))
    phone.put("b.ics", event("Dentist", START + DAY, "TRANSP:TRANSPARENT"))
    looking = site.phone("desk") if viewer == "desk" else site.newcomer("psychotherapy")
    answer = looking.report(f"/{looking.user}/{phone.user}/", reports.free_busy(*WEEK))
    names = {line.partition(":")[0].partition(";")[0] for line in answer.lines}
    assert names == {
        *("BEGIN", "END", "VERSION", "PRODID", "UID", "DTSTAMP", "DTSTART", "DTEND"),
        "FREEBUSY",
    }
    own = phone.report("", reports.free_busy(*WEEK))
    said = [line for line in unfolded(own.text) if line.startswith("FREEBUSY")]
    assert [line for line in answer.lines if line.startswith("FREEBUSY")] == said


@pytest.mark.parametrize(
    "inner",
    [
        "",
        '<C:time-range start="20260601T000000Z"/>',
        '<C:time-range end="20260601T000000Z"/>',
        '<C:time-range start="20260602T000000Z" end="20260601T000000Z"/>',
        '<C:time-range start="20260601T000000" end="20260602T000000"/>',
        '<C:time-range start="20261301T000000Z" end="20270601T000000Z"/>',
    ],
)
def test_a_range_has_a_beginning_and_an_end_in_utc(home: Phone, inner: str) -> None:
    body = f"<C:free-busy-query {NAMESPACES}>{inner}</C:free-busy-query>"
    answer = home.report("", body)
    assert answer.status == 400
    assert answer.sentence


def test_only_calendars_tell_and_only_those_that_are_there(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    body = reports.free_busy(*WEEK)
    assert phone.report(f"/{phone.user}/nowhere/", body).status == 404
    refused = phone.report("a.ics", body)
    assert (refused.status, refused.condition) == (403, "supported-report")
    assert phone.report("/theo/appointments/", body).status == 404
