"""calendar-multiget over HTTP: objects by their hrefs (RFC 4791 7.9)."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.system import reports
from tests.system.events import event, monday
from tests.system.phone import CALDAV, DAV, Answer, Phone
from tests.system.servers import Site

START = monday(3, 10)
MANY = 900
"""More than are read at once."""


def statuses(answer: Answer) -> dict[str, str]:
    """Return the status of each response, or that of its first properties."""
    assert answer.status == 207
    found = {
        href: one.findtext(f"{DAV}status") or one.findtext(f"{DAV}propstat/{DAV}status") or ""
        for href, one in answer.responses.items()
    }
    return {href: status.split()[1] for href, status in found.items()}


@pytest.fixture(params=["appointments", "mine"])
def home(request: pytest.FixtureRequest, phone: Phone) -> Phone:
    """Return a device in a calendar of either kind."""
    return phone if request.param == "appointments" else reports.personal(phone)


def test_text_and_entity_tag_are_those_of_get(home: Phone) -> None:
    home.put("a.ics", event("Tea & <cake>", START, "X-NOTE:a,b;c"))
    answer = home.report("", reports.multiget(home.path("a.ics")))
    got = home.get("a.ics")
    tag = answer.property_of(home.path("a.ics"), f"{DAV}getetag")
    assert tag is not None
    assert (tag.text, reports.one_text(answer)) == (got.etag, got.text)


def test_each_missing_href_is_answered_404_beside_the_others(home: Phone) -> None:
    home.put("a.ics", event("Lunch", START))
    home.put("b.ics", event("Gone", START))
    home.delete("b.ics")
    asked = [home.path(name) for name in ("a.ics", "b.ics", "never.ics")]
    answer = home.report("", reports.multiget(*asked))
    assert statuses(answer) == dict(zip(asked, ("200", "404", "404"), strict=True))


def test_hrefs_are_answered_once_in_whichever_way_they_are_written(
    site: Site, home: Phone
) -> None:
    name = "tea time+ü@home.ics"
    home.put(home.path(quote(name)), event("Tea", START))
    path = home.path(quote(name))
    asked = [path, path, f"{site.address.rstrip('/')}{path}", f"{home.calendar}{name}"]
    answer = home.report("", reports.multiget(*asked))
    assert answer.status == 207
    assert len(answer.responses) == len(reports.data(answer)) == 1
    [href] = answer.responses
    assert home.get(href).status == 200


@pytest.mark.parametrize(
    "href",
    [
        "/theo/appointments/a.ics",
        "/nobody/appointments/a.ics",
        "/",
        "",
        "../../../etc/passwd",
        "%00",
        "%ff%fe",
        "http://[",
        "/{user}/{slug}/a%00.ics",
        "mailto:theo@practice.example",
        "a" * 3000,
    ],
)
def test_what_lies_elsewhere_is_not_found(home: Phone, href: str) -> None:
    home.put("a.ics", event("Lunch", START))
    href = href.replace("/{user}/{slug}/", home.calendar)
    answer = home.report("", reports.multiget(href, home.path("a.ics")))
    assert statuses(answer) == {href: "404", home.path("a.ics"): "200"}


@pytest.mark.parametrize("depth", ["0", "1", "infinity", ""])
def test_depth_is_ignored(home: Phone, depth: str) -> None:
    home.put("a.ics", event("Lunch", START))
    headers = {"Depth": depth} if depth else {}
    answer = home.report("", reports.multiget(home.path("a.ics")), **headers)
    assert statuses(answer) == {home.path("a.ics"): "200"}


def test_the_home_answers_for_each_of_its_calendars(phone: Phone) -> None:
    first = phone.path("a.ics")
    phone.put(first, event("Lunch", START))
    second = reports.personal(phone).path("b.ics")
    phone.put(second, event("Choir", START))
    missing = f"/{phone.user}/nowhere/c.ics"
    answer = phone.report(f"/{phone.user}/", reports.multiget(first, second, missing))
    assert statuses(answer) == {first: "200", second: "200", missing: "404"}


def test_another_calendar_is_outside_of_the_one_that_is_asked(phone: Phone) -> None:
    first = phone.path("a.ics")
    phone.put(first, event("Lunch", START))
    mine = reports.personal(phone)
    assert statuses(mine.report("", reports.multiget(first))) == {first: "404"}


def test_an_object_answers_for_itself_only(home: Phone) -> None:
    home.put("a.ics", event("Lunch", START))
    home.put("b.ics", event("Tea", START))
    asked = reports.multiget(home.path("a.ics"), home.path("b.ics"))
    assert statuses(home.report("a.ics", asked)) == {
        home.path("a.ics"): "200",
        home.path("b.ics"): "404",
    }


def test_no_href_is_no_question(home: Phone) -> None:
    answer = home.report("", reports.multiget())
    assert 400 <= answer.status < 500
    assert answer.sentence


def test_a_property_that_an_object_has_not_is_named(home: Phone) -> None:
    home.put("a.ics", event("Lunch", START))
    answer = home.report("", reports.multiget(home.path("a.ics"), data="<C:nothing/>"))
    assert f"{CALDAV}nothing" in {one.tag for one in answer.xml.iter()}
    assert answer.property_of(home.path("a.ics"), f"{CALDAV}nothing") is None


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_sign_that_xml_cannot_carry_is_left_out_and_breaks_no_report(
    home: Phone, sign: str
) -> None:
    answer = home.put("a.ics", event("Tea", START, f"X-NOTE:a{sign}b"))
    assert (answer.status, answer.etag) == (201, None)
    served = home.report("", reports.multiget(home.path("a.ics")))
    assert reports.one_text(served) == home.get("a.ics").text
    assert home.get("a.ics").says("X-NOTE:ab")


def test_more_than_are_read_at_once_are_all_answered(site: Site, home: Phone) -> None:
    home.put("a.ics", event("Lunch", START))
    missing = [home.path(f"missing-{number}.ics") for number in range(MANY)]
    asked = [*missing[: MANY // 2], home.path("a.ics"), *missing[MANY // 2 :]]
    answer = home.report("", reports.multiget(*asked), Accept_Encoding="gzip")
    found = statuses(answer)
    assert found.pop(home.path("a.ics")) == "200"
    assert found == dict.fromkeys(missing, "404")
    assert site.findings() == []


def test_jcal_is_served_where_it_is_asked_for(home: Phone) -> None:
    home.put("a.ics", event("Tea", START))
    wanted = '<C:calendar-data content-type="application/calendar+json" version="2.0"/>'
    answer = home.report("", reports.multiget(home.path("a.ics"), data=wanted))
    element = answer.property_of(home.path("a.ics"), f"{CALDAV}calendar-data")
    assert element is not None
    assert element.get("content-type") == "application/calendar+json"
    name, _, components = json.loads(element.text or "")
    assert name == "vcalendar"
    [summary] = [line for line in components[-1][1] if line[0] == "summary"]
    assert summary == ["summary", {}, "text", "Tea"]


@pytest.mark.parametrize(
    "said", ['content-type="text/html"', 'version="1.0"', 'content-type="application/xml"']
)
def test_a_form_that_is_not_served_is_refused_by_its_condition(home: Phone, said: str) -> None:
    home.put("a.ics", event("Tea", START))
    asked = reports.multiget(home.path("a.ics"), data=f"<C:calendar-data {said}/>")
    answer = home.report("", asked)
    assert (answer.status, answer.condition) == (403, "supported-calendar-data")


def test_a_colleague_is_answered_in_the_words_of_the_own_level(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Quentin Zyxwvut", START, "DESCRIPTION:knee"))
    for viewer, title in (("desk", "QZ"), (site.newcomer("psychotherapy").user, "Busy")):
        looking = site.phone(viewer)
        path = f"/{viewer}/{phone.user}/a.ics"
        answer = looking.report(f"/{viewer}/{phone.user}/", reports.multiget(path))
        assert reports.one_text(answer) == looking.get(path).text
        assert f"SUMMARY:{title}" in reports.one_text(answer)
        assert "Zyxwvut" not in answer.text
        assert "knee" not in answer.text
