"""Partial calendar-data over HTTP: some components and properties (RFC 4791 9.6.1 to 9.6.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.system import reports
from tests.system.events import at, event, monday, unfolded
from tests.system.phone import CALDAV, Phone
from tests.system.reports import bounds, lines, one_text
from tests.system.servers import Site

START = monday(3, 10)
DAY = timedelta(days=1)
ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "DESCRIPTION:x", "END:VALARM")
LONG = "X-LONG:" + "a,b;c " * 40


@pytest.fixture(params=["appointments", "mine"])
def home(request: pytest.FixtureRequest, phone: Phone) -> Phone:
    """Return a device in a calendar of either kind, with one event."""
    device = phone if request.param == "appointments" else reports.personal(phone)
    lines = ("LOCATION:Main street", LONG, *ALARM, "RRULE:FREQ=DAILY;COUNT=3")
    assert device.put("a.ics", event("Tea", START, *lines)).status == 201
    return device


def comp(name: str, *inner: str) -> str:
    return f'<C:comp name="{name}">{"".join(inner)}</C:comp>'


def prop(*names: str) -> str:
    return "".join(f'<C:prop name="{name}"/>' for name in names)


def asked(phone: Phone, inner: str) -> list[str]:
    """Return the content lines that are served of the event."""
    wanted = f"<C:calendar-data>{inner}</C:calendar-data>"
    answer = phone.report("", reports.multiget(phone.path("a.ics"), data=wanted))
    return unfolded(one_text(answer))


def test_only_the_properties_asked_for_are_served(home: Phone) -> None:
    inner = comp("VCALENDAR", prop("VERSION"), comp("VEVENT", prop("UID", "summary")))
    lines = asked(home, inner)
    heads = [line.partition(":")[0].partition(";")[0] for line in lines]
    assert heads == ["BEGIN", "VERSION", "BEGIN", *sorted(heads[3:5]), "END", "END"] or set(
        heads
    ) == {"BEGIN", "END", "VERSION", "UID", "SUMMARY"}
    assert "SUMMARY:Tea" in lines
    assert "BEGIN:VALARM" not in lines


def test_all_properties_of_one_component_and_none_inside_of_it(home: Phone) -> None:
    inner = comp("VCALENDAR", "<C:allprop/>", comp("VEVENT", "<C:allprop/>"))
    lines = asked(home, inner)
    full = home.get("a.ics").lines
    assert "BEGIN:VALARM" not in lines
    assert LONG.rstrip() in [line.rstrip() for line in lines]
    assert {line for line in lines if line.startswith("X-LONG")} <= set(full)


def test_all_components_with_all_they_hold(home: Phone) -> None:
    inner = comp("VCALENDAR", "<C:allprop/><C:allcomp/>")
    assert asked(home, inner) == home.get("a.ics").lines


def test_a_property_may_be_asked_for_without_its_value(home: Phone) -> None:
    bare = '<C:prop name="LOCATION" novalue="yes"/><C:prop name="SUMMARY" novalue="no"/>'
    lines = asked(home, comp("VCALENDAR", comp("VEVENT", bare)))
    assert [line for line in lines if line.startswith(("LOCATION", "SUMMARY"))] == [
        line if line.startswith("SUMMARY") else "LOCATION:"
        for line in home.get("a.ics").lines
        if line.startswith(("LOCATION:", "SUMMARY:"))
    ]


def test_what_the_object_has_not_is_left_out(home: Phone) -> None:
    inner = comp("VCALENDAR", comp("VTODO", prop("SUMMARY")), comp("VEVENT", prop("X-NONE")))
    lines = asked(home, inner)
    assert lines == ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR"]


def test_parts_of_expanded_instances_may_be_asked_for(home: Phone) -> None:
    inner = comp("VCALENDAR", comp("VEVENT", prop("SUMMARY", "RECURRENCE-ID")))
    window = f"<C:expand{bounds(START, START + 2 * DAY)}/>"
    lines = asked(home, inner + window)
    assert lines.count("SUMMARY:Tea") == 2
    assert len([line for line in lines if line.startswith("RECURRENCE-ID:")]) == 2
    assert not [line for line in lines if line.startswith("DTSTART")]


def test_a_part_may_be_asked_for_as_jcal(home: Phone) -> None:
    inner = comp("VCALENDAR", comp("VEVENT", prop("SUMMARY")))
    wanted = (
        f'<C:calendar-data content-type="application/calendar+json">{inner}</C:calendar-data>'
    )
    answer = home.report("", reports.multiget(home.path("a.ics"), data=wanted))
    element = answer.property_of(home.path("a.ics"), f"{CALDAV}calendar-data")
    assert element is not None
    assert element.text == '["vcalendar",[],[["vevent",[["summary",{},"text","Tea"]],[]]]]'


BAD = {
    "no name": "<C:comp/>",
    "nested without end": (
        '<C:comp name="VCALENDAR">' + '<C:comp name="X">' * 3000 + "</C:comp>" * 3001
    ),
    "another root": comp("VEVENT"),
    "two roots": comp("VCALENDAR") * 2,
    "all and some": comp("VCALENDAR", "<C:allprop/>", prop("VERSION")),
    "novalue": comp("VCALENDAR", '<C:prop name="VERSION" novalue="perhaps"/>'),
}


@pytest.mark.parametrize("case", BAD)
def test_a_shape_that_makes_no_sense_is_refused_with_a_sentence(home: Phone, case: str) -> None:
    wanted = f"<C:calendar-data>{BAD[case]}</C:calendar-data>"
    answer = home.report("", reports.multiget(home.path("a.ics"), data=wanted))
    assert answer.status == 400
    assert answer.sentence


@pytest.mark.parametrize("viewer", ["desk", "colleague"])
def test_asking_by_name_shows_others_no_more_than_they_may_see(
    site: Site, phone: Phone, viewer: str
) -> None:
    lines = ("DESCRIPTION:knee", "LOCATION:Main street", "X-FOO:secret")
    phone.put("a.ics", event("acupfollow Quentin Zyxwvut", START, *lines))
    looking = site.phone("desk") if viewer == "desk" else site.newcomer("psychotherapy")
    looking.calendar = f"/{looking.user}/{phone.user}/"
    names = ("DESCRIPTION", "X-FOO", "X-PRAXICAL-SERVICES", "SUMMARY", "UID")
    served = asked(looking, comp("VCALENDAR", comp("VEVENT", prop(*names))))
    full = looking.get("a.ics").lines
    assert set(served) <= set(full)
    assert not [line for line in served if "knee" in line or "secret" in line]


@pytest.mark.parametrize("words", ["knee", "secret", "97810", "Zyxwvut"])
def test_a_filter_finds_nothing_by_what_the_viewer_may_not_see(
    site: Site, phone: Phone, words: str
) -> None:
    lines = ("DESCRIPTION:knee", "X-FOO:secret")
    phone.put("a.ics", event("acupfollow Quentin Zyxwvut", START, *lines))
    colleague = site.newcomer("psychotherapy")
    path = f"/{colleague.user}/{phone.user}/"
    names = ("DESCRIPTION", "X-FOO", "X-PRAXICAL-SERVICES", "SUMMARY", "LOCATION")
    for name in names:
        asked_for = reports.comp("VEVENT", reports.prop(name, reports.text(words)))
        assert reports.found(colleague, asked_for, path=path) == set()
    defined = reports.comp("VEVENT", reports.prop("DESCRIPTION"))
    assert reports.found(colleague, defined, path=path) == set()


def test_zones_that_everybody_knows_are_left_out_where_an_app_says_so(phone: Phone) -> None:
    phone.put("a.ics", event("Tea", START))
    body = reports.multiget(phone.path("a.ics"))
    whole, brief = phone.report("", body), phone.report("", body, CalDAV_Timezones="F")
    assert "BEGIN:VTIMEZONE" in lines(whole)
    assert "BEGIN:VTIMEZONE" not in lines(brief)
    assert at("DTSTART", START) in lines(brief)
