"""CALDAV:expand and limit-recurrence-set over HTTP (RFC 4791 9.6.5, 9.6.6)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.system import office, reports
from tests.system.events import at, event, monday, stamp, times, unfolded, vcalendar, vevent
from tests.system.phone import Phone
from tests.system.reports import between, bounds, comp, component, data, one_text, query
from tests.system.servers import Site

START = monday(3, 10)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SPAN = (START - DAY, START + 13 * DAY)
DAILY = "RRULE:FREQ=DAILY;COUNT=4"


@pytest.fixture(params=["appointments", "mine"])
def home(request: pytest.FixtureRequest, phone: Phone) -> Phone:
    """Return a device in a calendar of either kind."""
    return phone if request.param == "appointments" else reports.personal(phone)


def shaped(name: str, span: tuple[datetime, datetime] = SPAN) -> str:
    """Return calendar-data with ``expand`` or one of the limits."""
    return f"<C:calendar-data><C:{name}{bounds(*span)}/></C:calendar-data>"


def events_of(text: str) -> list[dict[str, str]]:
    """Return the properties of each component by name, parameters and all."""
    found: list[dict[str, str]] = []
    for line in unfolded(text):
        name = line.partition(":")[0].partition(";")[0]
        if line.startswith("BEGIN:"):
            found.append({})
        found[-1][name] = line
    return [one for one in found if "UID" in one]


def expanded(
    phone: Phone, kind: str = "VEVENT", span: tuple[datetime, datetime] = SPAN
) -> list[dict[str, str]]:
    """Return every instance in a range, of all objects."""
    body = query(comp(kind, between(*span)), data=shaped("expand", span))
    answer = phone.report("", body)
    return [one for text in data(answer).values() for one in events_of(text)]


def starts(found: list[dict[str, str]]) -> list[str]:
    return sorted(one["DTSTART"] for one in found)


def utc(*moments: datetime) -> list[str]:
    return [f"DTSTART:{stamp(one)}" for one in moments]


def test_each_instance_stands_by_itself_in_utc_without_rules_and_zones(home: Phone) -> None:
    home.put("a.ics", event("Choir", START, DAILY))
    found = expanded(home)
    assert starts(found) == utc(*(START + day * DAY for day in range(4)))
    for one in found:
        begin = one["DTSTART"].partition(":")[2]
        assert one["RECURRENCE-ID"] == f"RECURRENCE-ID:{begin}"
        assert not one.keys() & {"RRULE", "RDATE", "EXDATE", "TZID"}
        assert one["SUMMARY"] == "SUMMARY:Choir"
        assert one["DTEND"].endswith("Z")


def test_only_instances_within_the_range_are_there(home: Phone) -> None:
    home.put("a.ics", event("Choir", START, "RRULE:FREQ=DAILY"))
    span = (START + DAY + HOUR, START + 3 * DAY + HOUR / 2)
    assert starts(expanded(home, span=span)) == utc(START + 2 * DAY, START + 3 * DAY)


def test_overrides_stand_where_they_were_moved_with_their_own_words(home: Phone) -> None:
    moved = START + 8 * DAY + 3 * HOUR
    home.put(
        "a.ics",
        vcalendar(
            vevent("x", "Choir", times(START), DAILY, at("EXDATE", START + DAY)),
            vevent("x", "Concert", [at("RECURRENCE-ID", START + 2 * DAY), *times(moved, 30)]),
        ),
    )
    found = expanded(home)
    assert starts(found) == utc(START, START + 3 * DAY, moved)
    [concert] = [one for one in found if one["SUMMARY"] == "SUMMARY:Concert"]
    assert concert["RECURRENCE-ID"] == f"RECURRENCE-ID:{stamp(START + 2 * DAY)}"
    assert concert["DTEND"] == f"DTEND:{stamp(moved + HOUR / 2)}"


@pytest.mark.parametrize("days", [30, 600], ids=["to come", "long past"])
def test_a_date_that_was_added_before_the_first_one_is_served_too(
    home: Phone, days: int
) -> None:
    first = START if days == 30 else START - days * DAY
    home.put("a.ics", event("Choir", first, DAILY, at("RDATE", first - 5 * DAY)))
    found = expanded(home, span=(first - 9 * DAY, first + DAY))
    assert starts(found) == sorted(utc(first - 5 * DAY, first))


def test_instances_keep_their_wall_time_when_clocks_change(phone: Phone) -> None:
    mine = reports.personal(phone)
    first = datetime(2026, 10, 30, 10, tzinfo=START.tzinfo)
    mine.put("a.ics", event("Choir", first, "RRULE:FREQ=DAILY;COUNT=5"))
    found = starts(expanded(mine, span=(first - DAY, first + 9 * DAY)))
    assert [one[-7:] for one in found] == ["140000Z", "140000Z", *["150000Z"] * 3]


def test_a_single_event_comes_in_utc_without_recurrence_id(home: Phone) -> None:
    home.put("a.ics", event("Lunch", START, "DESCRIPTION:With all of us"))
    [found] = expanded(home)
    assert found["DTSTART"] == f"DTSTART:{stamp(START)}"
    assert found["DESCRIPTION"] == "DESCRIPTION:With all of us"
    assert "RECURRENCE-ID" not in found


def test_days_stay_days(phone: Phone) -> None:
    mine = reports.personal(phone)
    day = at("DTSTART", START.date())
    mine.put("a.ics", component("VEVENT", day, "SUMMARY:Holiday", "RRULE:FREQ=DAILY;COUNT=2"))
    days = [START.date(), START.date() + DAY]
    assert starts(expanded(mine)) == [at("DTSTART", one) for one in days]


def test_floating_times_and_durations_end_in_utc_too(phone: Phone) -> None:
    mine = reports.personal(phone)
    floating = at("DTSTART", START.replace(tzinfo=None))
    mine.put("a.ics", component("VEVENT", floating, "DURATION:PT90M", "SUMMARY:x", DAILY))
    found = expanded(mine)
    assert starts(found) == utc(*(START + day * DAY for day in range(4)))
    assert found[0].keys().isdisjoint({"DURATION"})
    assert stamp(START + 1.5 * HOUR) in {one["DTEND"].partition(":")[2] for one in found}


def test_to_dos_are_expanded_as_events_are(phone: Phone) -> None:
    mine = reports.personal(phone)
    timing = (at("DTSTART", START), at("DUE", START + HOUR))
    mine.put("a.ics", component("VTODO", *timing, "SUMMARY:Water", DAILY))
    found = expanded(mine, "VTODO")
    assert starts(found) == utc(*(START + day * DAY for day in range(4)))
    assert {one["DUE"] for one in found} == {
        f"DUE:{stamp(START + day * DAY + HOUR)}" for day in range(4)
    }


def test_a_series_is_expanded_long_after_what_is_indexed(home: Phone) -> None:
    home.put("a.ics", event("Choir", START, "RRULE:FREQ=WEEKLY"))
    later = START + 7 * 52 * 20 * DAY
    span = (later - DAY, later + 8 * DAY)
    assert starts(expanded(home, span=span)) == utc(later, later + 7 * DAY)


@pytest.mark.parametrize("years", [0, 4], ids=["within the index", "beyond the index"])
def test_a_series_that_would_be_too_long_is_served_as_it_is_beside_the_others(
    home: Phone, years: int
) -> None:
    home.put("a.ics", event("Pills", START, "RRULE:FREQ=DAILY"))
    home.put("b.ics", event("Lunch", START, "RRULE:FREQ=YEARLY"))
    span = (START + (years * 365 - 1) * DAY, START + 365 * 60 * DAY)
    body = query(comp("VEVENT", between(*span)), data=shaped("expand", span))
    shown = data(home.report("", body))
    assert unfolded(shown["a.ics"]) == home.get("a.ics").lines
    assert len(events_of(shown["b.ics"])) in (60 - years, 59 - years)


def test_multiget_expands_as_well(home: Phone) -> None:
    home.put("a.ics", event("Choir", START, DAILY))
    answer = home.report("", reports.multiget(home.path("a.ics"), data=shaped("expand")))
    assert starts(events_of(one_text(answer))) == utc(*(START + day * DAY for day in range(4)))


def test_an_occurrence_that_was_cancelled_is_not_among_the_instances(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, DAILY))
    office.cancel(site, phone.user, "a.ics", START + DAY)
    assert starts(expanded(phone)) == utc(START, START + 2 * DAY, START + 3 * DAY)


@pytest.mark.parametrize("viewer", ["desk", "colleague"])
def test_others_see_instances_in_the_words_of_their_level(
    site: Site, phone: Phone, viewer: str
) -> None:
    lines = (DAILY, "DESCRIPTION:knee", "LOCATION:Main street")
    phone.put("a.ics", event("acupfollow Quentin Zyxwvut", START, *lines))
    office.change(site, phone.user, "a.ics", occurrence=START + DAY, start=START + DAY + HOUR)
    looking = site.phone("desk") if viewer == "desk" else site.newcomer("psychotherapy")
    looking.calendar = f"/{looking.user}/{phone.user}/"
    found = expanded(looking)
    assert starts(found) == utc(START, START + DAY + HOUR, START + 2 * DAY, START + 3 * DAY)
    titles = {one["SUMMARY"] for one in found}
    assert titles == ({"SUMMARY:QZ · acupfollow"} if viewer == "desk" else {"SUMMARY:Busy"})
    said = "".join(line for one in found for line in one.values())
    assert "Zyxwvut" not in said
    assert "knee" not in said


def test_a_limited_recurrence_set_has_the_master_and_the_overrides_in_range(
    home: Phone,
) -> None:
    far = START + 60 * DAY
    home.put(
        "a.ics",
        vcalendar(
            vevent("x", "Choir", times(START), "RRULE:FREQ=DAILY;COUNT=90"),
            vevent("x", "Near", [at("RECURRENCE-ID", START + DAY), *times(START + DAY)]),
            vevent("x", "Far", [at("RECURRENCE-ID", far), *times(far)]),
            vevent("x", "Moved in", [at("RECURRENCE-ID", far + DAY), *times(START + 2 * HOUR)]),
        ),
    )
    limited = shaped("limit-recurrence-set", (START, START + 3 * DAY))
    answer = home.report("", reports.multiget(home.path("a.ics"), data=limited))
    found = events_of(one_text(answer))
    assert {one["SUMMARY"] for one in found} == {
        "SUMMARY:Choir",
        "SUMMARY:Near",
        "SUMMARY:Moved in",
    }
    assert any("RRULE" in one for one in found)
    assert "BEGIN:VTIMEZONE" in one_text(answer) or home.calendar.endswith("/mine/")


BAD = {
    "no end": '<C:expand start="20260601T000000Z"/>',
    "ends first": '<C:expand start="20260602T000000Z" end="20260601T000000Z"/>',
    "local time": '<C:expand start="20260601T000000" end="20260602T000000"/>',
    "twice": '<C:expand start="20260601T000000Z" end="20260602T000000Z"/>' * 2,
    "with a limit": (
        '<C:expand start="20260601T000000Z" end="20260602T000000Z"/>'
        '<C:limit-recurrence-set start="20260601T000000Z" end="20260602T000000Z"/>'
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_expanded_is_refused_with_a_sentence(home: Phone, case: str) -> None:
    home.put("a.ics", event("Choir", START, DAILY))
    wanted = f"<C:calendar-data>{BAD[case]}</C:calendar-data>"
    answer = home.report("", reports.multiget(home.path("a.ics"), data=wanted))
    assert answer.status == 400
    assert answer.sentence
