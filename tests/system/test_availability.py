"""The collection of bookable hours, as calendar apps meet it."""

from __future__ import annotations

import pytest

from tests.system.events import DAY, event, monday, stamp
from tests.system.phone import CALDAV, DAV, Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)


@pytest.fixture
def hours(phone: Phone) -> Phone:
    """Return a device at its person's bookable hours."""
    phone.calendar = f"/{phone.user}/availability/"
    return phone


def named(phone: Phone, path: str) -> str | None:
    found = phone.propfind(path, "D:displayname").property_of(path, f"{DAV}displayname")
    return found.text if found is not None else None


def test_bookable_hours_stand_in_the_home_under_a_name_of_their_own(hours: Phone) -> None:
    home = hours.propfind(f"/{hours.user}/", "D:resourcetype", depth=1)
    kind = home.property_of(hours.calendar, f"{DAV}resourcetype")
    assert kind is not None
    assert kind.find(f"{CALDAV}calendar") is not None
    assert named(hours, hours.calendar) == "Bookable hours"


def test_hours_are_kept_octet_for_octet_and_not_understood_as_appointments(
    site: Site, hours: Phone
) -> None:
    text = event("acupinitial Jane Doe", START, "X-FOO;B=c:a,b;c", "CATEGORIES:acupfollow")
    answer = hours.put("a.ics", text)
    assert (answer.status, answer.etag is not None) == (201, True)
    shown = hours.get("a.ics")
    assert (shown.body, shown.etag) == (text.encode(), answer.etag)
    appointment = site.appointment(hours.user, "a.ics", "availability")
    assert appointment is not None
    assert appointment.first_part.details.client is None
    assert not appointment.first_part.details.blocks
    assert site.listed(practitioner=hours.user) == []
    assert site.findings() == []


def test_hours_are_never_busy(hours: Phone) -> None:
    hours.put("a.ics", event("Bookable", START, "RRULE:FREQ=WEEKLY"))
    for path in (hours.calendar, f"/{hours.user}/appointments/", f"/{hours.user}/"):
        query = (
            '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range '
            f'start="{stamp(START - DAY)}" end="{stamp(START + DAY)}"/></C:free-busy-query>'
        )
        answer = hours.report(path, query)
        assert "FREEBUSY:" not in answer.text
        assert "FREEBUSY;" not in answer.text


def test_hours_are_synchronised_moved_and_deleted(site: Site, hours: Phone) -> None:
    hours.put("a.ics", event("Bookable", START))
    token = hours.sync().token
    assert hours.move("a.ics", "b.ics").status == 201
    assert hours.sync("", token).gone == {"a.ics"}
    assert hours.query("", stamp(START - DAY), stamp(START + DAY)).responses
    assert hours.delete("b.ics").status == 204
    assert hours.get("b.ics").status == 404
    assert site.findings() == []


def test_the_collection_itself_stays(hours: Phone) -> None:
    assert hours.delete("").status == 403
    assert hours.propfind("").status == 207


def test_the_front_desk_reads_the_hours_and_does_not_write(site: Site, hours: Phone) -> None:
    text = event("Bookable", START)
    etag = hours.put("a.ics", text).etag
    desk = site.phone("desk")
    desk.calendar = f"/desk/{hours.user}~availability/"
    assert desk.calendar in desk.propfind("/desk/", "D:displayname", depth=1).responses
    assert (named(desk, desk.calendar) or "").endswith(": bookable hours")
    shown = desk.get("a.ics")
    assert (shown.body, shown.etag) == (text.encode(), etag)
    assert desk.put("b.ics", text).status == 403
    assert desk.delete("a.ics").status == 403
    assert desk.put("a.ics", event("Gone", START)).status == 403
    assert hours.get("a.ics").text == text


def test_colleagues_do_not_see_the_hours(site: Site, hours: Phone, colleague: Phone) -> None:
    hours.put("a.ics", event("Bookable", START))
    path = f"/{colleague.user}/{hours.user}~availability/"
    home = colleague.propfind(f"/{colleague.user}/", "D:displayname", depth=1)
    assert path not in home.responses
    assert colleague.get(f"{path}a.ics").status == 404
    assert site.findings() == []
