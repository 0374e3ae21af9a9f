"""calendar-query over HTTP: zones, refusals, scopes and answers (RFC 4791 7.8)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tests.system import reports
from tests.system.events import event, new_uid
from tests.system.phone import NAMESPACES, Phone
from tests.system.reports import between, comp, component, found, prop, text
from tests.system.servers import Site
from tests.system.shelf import DAY, FIRST, HOUR, before_shelf, put_on_shelf

KOLKATA = ZoneInfo("Asia/Kolkata")
KLINGON = text("x", collation="i;klingon")


@pytest.fixture(scope="module")
def owner(site: Site) -> str:
    """Return whose calendar holds one object of each sort; tests only read it."""
    return put_on_shelf(site)


@pytest.fixture
def mine(site: Site, owner: str) -> Phone:
    """Return a device that looks at that calendar."""
    return before_shelf(site, owner)


def events(*inner: str) -> str:
    return comp("VEVENT", *inner)


def test_floating_times_and_days_are_in_the_practices_zone_unless_the_app_names_another(
    mine: Phone,
) -> None:
    here = between(*(FIRST.replace(hour=23, minute=m) for m in (10, 20)))
    there = between(*(FIRST.replace(hour=23, minute=m, tzinfo=KOLKATA) for m in (10, 20)))
    assert found(mine, events(here)) == {"floating.ics"}
    assert found(mine, events(there)) == set()
    zone = "<C:timezone-id>Asia/Kolkata</C:timezone-id>"
    assert found(mine, events(there), more=zone) == {"floating.ics"}
    assert found(mine, events(here), more=zone) == set()


def test_a_zone_may_be_described_too(mine: Phone) -> None:
    described = component("VTIMEZONE").replace("UID:", "X-UID:")
    inner = (
        "TZID:Somewhere\r\nBEGIN:STANDARD\r\nDTSTART:20000101T000000\r\nTZOFFSETFROM:+0530\r\n"
        "TZOFFSETTO:+0530\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )
    zone = f"<C:timezone>{described.replace('END:VTIMEZONE', inner)}</C:timezone>"
    there = between(*(FIRST.replace(hour=23, minute=m, tzinfo=KOLKATA) for m in (10, 20)))
    assert found(mine, events(there), more=zone) == {"floating.ics"}


@pytest.mark.parametrize(
    ("zone", "condition"),
    [
        ("<C:timezone-id>Middle/Earth</C:timezone-id>", "valid-timezone"),
        ("<C:timezone>no zone</C:timezone>", "valid-calendar-data"),
        (f"<C:timezone>{component('VEVENT')}</C:timezone>", "valid-calendar-data"),
    ],
)
def test_a_zone_that_is_none_is_refused_by_name(mine: Phone, zone: str, condition: str) -> None:
    answer = mine.report("", reports.query(events(), more=zone))
    assert (answer.status, answer.condition) == (403, condition)


def filtered(*inner: str) -> str:
    """Return a filter with VCALENDAR around what is asked."""
    return f"<C:filter>{comp('VCALENDAR', *inner)}</C:filter>"


REFUSED = {
    "no filter": ("", "valid-filter"),
    "not of a calendar": (f"<C:filter>{comp('VEVENT')}</C:filter>", "valid-filter"),
    "two calendars": (f"<C:filter>{comp('VCALENDAR') * 2}</C:filter>", "valid-filter"),
    "no name": (filtered("<C:comp-filter/>"), "valid-filter"),
    "a range without ends": (filtered(events(between())), "valid-filter"),
    "a range that ends first": (
        filtered(events(between(FIRST, FIRST - DAY))),
        "valid-filter",
    ),
    "a range of local times": (
        filtered(events("<C:time-range start='20260601T000000'/>")),
        "valid-filter",
    ),
    "a range of zones": (filtered(comp("VTIMEZONE", between(FIRST))), "supported-filter"),
    "an unknown collation": (
        filtered(events(prop("SUMMARY", KLINGON))),
        "supported-collation",
    ),
    "an unknown element": (filtered("<C:nearly/>"), "valid-filter"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_filter_that_cannot_be_answered_is_refused_by_its_condition(
    mine: Phone, case: str
) -> None:
    inner, condition = REFUSED[case]
    body = (
        f"<C:calendar-query {NAMESPACES}><D:prop><D:getetag/></D:prop>{inner}"
        "</C:calendar-query>"
    )
    answer = mine.report("", body)
    assert (answer.status, answer.condition) == (403, condition)
    assert answer.sentence


def test_properties_are_answered_with_what_was_asked_for_and_no_more(mine: Phone) -> None:
    body = reports.query(events(between(FIRST, FIRST + HOUR)), data="<D:displayname/>")
    answer = mine.report("", body)
    [response] = answer.responses.values()
    statuses = [one.text or "" for one in response.iter("{DAV:}status")]
    assert [status.split()[1] for status in statuses] == ["200", "404"]
    assert reports.data(answer) == {}


def test_brevity_leaves_out_what_is_not_there(mine: Phone) -> None:
    body = reports.query(events(between(FIRST, FIRST + HOUR)), data="<D:displayname/>")
    answer = mine.report("", body, Prefer="return=minimal")
    assert "404" not in answer.text
    assert "getetag" in answer.text


def test_a_single_object_can_be_asked_too(mine: Phone) -> None:
    inside, outside = events(between(FIRST, FIRST + HOUR)), events(between(FIRST + 30 * DAY))
    assert found(mine, inside, path="plain.ics") == {"plain.ics"}
    assert found(mine, outside, path="plain.ics") == set()


def test_the_home_answers_for_all_its_calendars_when_asked_in_depth(mine: Phone) -> None:
    home = f"/{mine.user}/"
    texts = events(prop("SUMMARY", text("choir")))
    assert found(mine, texts, path=home, Depth="infinity") == {"series.ics"}
    assert found(mine, texts, path=home, Depth="1") == set()
    assert found(mine, texts, path=home) == set()
    assert found(mine, texts, Depth="0") == set()


def test_nothing_is_found_where_there_is_no_calendar(mine: Phone) -> None:
    answer = mine.report(f"/{mine.user}/nowhere/", reports.query(events()))
    assert answer.status == 404


def test_a_report_that_nobody_knows_is_refused_by_name(mine: Phone) -> None:
    answer = mine.report("", "<D:read-minds xmlns:D='DAV:'/>")
    assert (answer.status, answer.condition) == (403, "supported-report")


def test_appointments_are_found_by_what_the_practice_writes_in_them(phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", FIRST, minutes=45))
    phone.put("b.ics", event("acupfollow John Doe", FIRST + DAY, "RRULE:FREQ=WEEKLY"))
    client = events(prop("X-PRAXICAL-CLIENT", text("C1001")))
    assert found(phone, client) == {"a.ics"}
    assert found(phone, events(prop("SUMMARY", text("jd")))) == {"a.ics", "b.ics"}
    assert found(phone, events(between(FIRST, FIRST + HOUR), prop("CLASS"))) == {"a.ics"}
    assert found(phone, comp("VTODO")) == set()


def test_a_series_is_found_long_after_what_is_indexed(phone: Phone) -> None:
    weekly = event("Choir", FIRST, "RRULE:FREQ=WEEKLY", uid=new_uid())
    ended = event("Course", FIRST, "RRULE:FREQ=WEEKLY;COUNT=5", uid=new_uid())
    phone.put("a.ics", weekly)
    phone.put("b.ics", ended)
    later = FIRST + 7 * 52 * 30 * DAY
    assert found(phone, events(between(later, later + HOUR))) == {"a.ics"}
    assert found(phone, events(between(later + 2 * HOUR, later + 3 * HOUR))) == set()
    assert found(phone, events(between(later))) == {"a.ics"}
