"""What the root, homes and calendars say of themselves, property by property."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import pytest

from tests.system.events import event, monday, new_uid, vcalendar, vevent
from tests.system.phone import CALDAV, CALENDARSERVER, DAV, Phone
from tests.system.practice import new_secret, operator
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
_PREFIXES = {"D": DAV, "C": CALDAV, "S": CALENDARSERVER, "A": "{http://apple.com/ns/ical/}"}
ANYONE = {f"{DAV}read", f"{DAV}read-acl", f"{DAV}read-current-user-privilege-set"}
FREE_BUSY = f"{CALDAV}read-free-busy"
WRITER = {
    f"{DAV}{name}" for name in ("write", "write-content", "write-properties", "bind", "unbind")
}


@pytest.fixture
def watch(site: Site, phone: Phone) -> Phone:
    """Return a device of the same practitioner that only reads."""
    with site.database.writing() as uow:
        secret = new_secret(uow, operator(), phone.user, "watch", read_only=True)
    return site.phone(phone.user, secret)


def shown(phone: Phone, path: str, name: str) -> Element | None:
    """Return one property, None where it is not there."""
    path = phone.path(path)
    prefix, _, bare = name.partition(":")
    return phone.propfind(path, name).property_of(path, _PREFIXES[prefix] + bare)


def there(phone: Phone, path: str, name: str) -> Element:
    found = shown(phone, path, name)
    assert found is not None, name
    return found


def text(phone: Phone, path: str, name: str) -> str:
    return there(phone, path, name).text or ""


def hrefs(phone: Phone, path: str, name: str) -> list[str]:
    return [one.text or "" for one in there(phone, path, name).iter(f"{DAV}href")]


def privileges(phone: Phone, path: str) -> set[str]:
    found = there(phone, path, "D:current-user-privilege-set")
    return {one.tag for privilege in found for one in privilege}


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/", {"collection"}),
        ("/{user}/", {"collection", "principal"}),
        ("/{user}/appointments/", {"collection", "calendar"}),
    ],
)
def test_each_says_what_it_is_and_who_is_asking(
    phone: Phone, path: str, kinds: set[str]
) -> None:
    path, home = path.format(user=phone.user), f"/{phone.user}/"
    found = there(phone, path, "D:resourcetype")
    assert {one.tag.partition("}")[2] for one in found} == kinds
    assert hrefs(phone, path, "D:current-user-principal") == [home]
    assert hrefs(phone, path, "D:principal-collection-set") == ["/"]


@pytest.mark.parametrize(
    "name", ["D:owner", "D:principal-URL", "C:calendar-home-set", "C:calendar-user-address-set"]
)
def test_the_home_is_its_users_principal(phone: Phone, name: str) -> None:
    home = f"/{phone.user}/"
    assert home in hrefs(phone, home, name)


def test_a_user_is_addressed_by_path_and_by_mail(phone: Phone) -> None:
    home, mail = f"/{phone.user}/", f"{phone.user}@practice.example"
    assert hrefs(phone, home, "C:calendar-user-address-set") == [home, f"mailto:{mail}"]
    addresses = there(phone, home, "S:email-address-set")
    assert [one.text for one in addresses] == [mail]
    assert text(phone, home, "C:calendar-user-type") == "INDIVIDUAL"
    assert text(phone, home, "D:displayname") == f"Dr {phone.user}"


@pytest.mark.parametrize(
    "name",
    [
        "D:group-member-set",
        "D:group-membership",
        "D:alternate-URI-set",
        "S:calendar-proxy-read-for",
        "S:calendar-proxy-write-for",
    ],
)
def test_nobody_acts_for_anybody_else(phone: Phone, name: str) -> None:
    assert len(there(phone, f"/{phone.user}/", name)) == 0


@pytest.mark.parametrize(
    "name",
    [
        "S:notification-URL",
        "D:quota-available-bytes",
        "D:sync-token",
        "C:timezone-service-set",
    ],
)
def test_what_there_is_not_is_not_claimed(phone: Phone, name: str) -> None:
    assert shown(phone, f"/{phone.user}/", name) is None


@pytest.mark.parametrize("name", ["S:source", "A:refreshrate", "C:max-attendees-per-instance"])
def test_a_calendar_of_ones_own_is_no_subscription(phone: Phone, name: str) -> None:
    assert shown(phone, "", name) is None


def test_an_own_calendar_may_be_written_and_the_home_takes_new_ones(phone: Phone) -> None:
    assert privileges(phone, "") == {*ANYONE, FREE_BUSY, *WRITER}
    assert privileges(phone, f"/{phone.user}/") == {*ANYONE, f"{DAV}bind", f"{DAV}unbind"}
    assert privileges(phone, "/") == ANYONE


def test_a_device_that_only_reads_has_no_privilege_to_write(watch: Phone) -> None:
    assert privileges(watch, "") == {*ANYONE, FREE_BUSY}
    assert privileges(watch, f"/{watch.user}/") == ANYONE
    assert shown(watch, "", "D:add-member") is None


def test_the_desk_writes_everybodys_calendar_and_a_colleague_none(
    desk: Phone, colleague: Phone
) -> None:
    assert privileges(desk, "") >= WRITER
    assert privileges(colleague, "") == {*ANYONE, FREE_BUSY}


@pytest.mark.parametrize("path", ["/", "/{user}/", ""])
def test_the_access_list_says_the_same_as_the_privileges(phone: Phone, path: str) -> None:
    path = path.format(user=phone.user)
    [entry] = there(phone, path, "D:acl")
    assert entry.findtext(f"{DAV}principal/{DAV}href") == f"/{phone.user}/"
    granted = {one.tag for each in entry.iter(f"{DAV}privilege") for one in each}
    assert granted == privileges(phone, path)
    assert entry.find(f"{DAV}protected") is not None
    assert len(there(phone, path, "D:inherited-acl-set")) == 0
    supported = there(phone, path, "D:supported-privilege-set")
    assert granted < {one.tag for each in supported.iter(f"{DAV}privilege") for one in each}
    restrictions = there(phone, path, "D:acl-restrictions")
    assert restrictions.find(f"{DAV}grant-only") is not None


def test_access_lists_are_not_for_apps_to_change(phone: Phone) -> None:
    answer = phone.request("ACL", "", "<D:acl xmlns:D='DAV:'/>")
    assert (answer.status, answer.condition) == (403, "need-privileges")


def test_the_id_of_a_resource_stays_the_same_and_is_nobody_elses(
    phone: Phone, desk: Phone
) -> None:
    before = {path: hrefs(phone, path, "D:resource-id")[0] for path in ("/", "")}
    phone.put("a.ics", event("Lunch", START))
    phone.proppatch("", "<D:displayname>Needles</D:displayname>")
    assert {path: hrefs(phone, path, "D:resource-id")[0] for path in ("/", "")} == before
    every = {*before.values(), *hrefs(desk, "", "D:resource-id")}
    every |= {*hrefs(phone, f"/{phone.user}/", "D:resource-id")}
    assert len(every) == 4
    assert all(re.fullmatch("urn:uuid:[0-9a-f-]{36}", one) for one in every)


def test_the_room_that_is_taken_is_the_sum_of_the_texts(phone: Phone, desk: Phone) -> None:
    home = f"/{phone.user}/"
    assert text(phone, home, "D:quota-used-bytes") == "0"
    phone.put("a.ics", event("Lunch", START))
    size = str(len(phone.get("a.ics").body))
    assert text(phone, "", "D:quota-used-bytes") == size
    assert text(phone, home, "D:quota-used-bytes") == size
    assert shown(desk, "", "D:quota-used-bytes") is None


def test_ctag_and_sync_token_change_with_every_change(phone: Phone) -> None:
    names = ("S:getctag", "D:sync-token", "D:getetag")
    before = [text(phone, "", name) for name in names]
    assert [text(phone, "", name) for name in names] == before
    phone.put("a.ics", event("Lunch", START))
    after = [text(phone, "", name) for name in names]
    assert not set(before) & set(after)
    assert phone.sync(token=before[1]).there.keys() == {"a.ics"}


def test_a_calendar_says_what_it_takes(phone: Phone) -> None:
    phone.mkcalendar(f"/{phone.user}/tasks/", "VTODO", "VJOURNAL")
    components = "C:supported-calendar-component-set"
    taken = there(phone, f"/{phone.user}/tasks/", components)
    assert {one.get("name") for one in taken} == {"VTODO", "VJOURNAL"}
    kinds = {one.get("content-type") for one in there(phone, "", "C:supported-calendar-data")}
    assert kinds == {"text/calendar", "application/calendar+json"}
    collations = {one.text for one in there(phone, "", "C:supported-collation-set")}
    assert collations == {"i;ascii-casemap", "i;octet", "i;unicode-casemap"}
    assert text(phone, "", "C:max-resource-size") == "1000000"
    assert int(text(phone, "", "C:max-instances")) > 0


@pytest.mark.parametrize("name", ["C:min-date-time", "C:max-date-time"])
def test_the_first_and_the_last_moment_that_are_told_are_taken(phone: Phone, name: str) -> None:
    moment = text(phone, "", name)
    lines = vevent(new_uid(), "Edge", [f"DTSTART:{moment}"])
    assert phone.put("edge.ics", vcalendar(lines)).status == 201


def test_a_calendar_says_when_it_was_made_and_changed(phone: Phone) -> None:
    made = text(phone, "", "D:creationdate")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", made)
    assert text(phone, "", "D:getlastmodified").endswith(" GMT")


def test_a_calendar_is_in_the_zone_of_the_practice_and_busy_until_set(phone: Phone) -> None:
    assert text(phone, "", "C:calendar-timezone-id") == "America/New_York"
    definition = text(phone, "", "C:calendar-timezone").split()
    assert definition.count("BEGIN:VTIMEZONE") == 1
    assert "TZID:America/New_York" in definition
    [kind] = there(phone, "", "C:schedule-calendar-transp")
    assert kind.tag == f"{CALDAV}opaque"


def test_a_colleagues_calendar_belongs_to_the_colleague(phone: Phone, desk: Phone) -> None:
    assert hrefs(desk, "", "D:owner") == [f"/{phone.user}/"]
    assert text(desk, "", "D:displayname") == f"Dr {phone.user}"


def test_each_report_that_is_listed_is_known(phone: Phone) -> None:
    for path in ("/", f"/{phone.user}/", phone.calendar):
        listed = there(phone, path, "D:supported-report-set")
        for report in listed.iter(f"{DAV}report"):
            space, _, name = report[0].tag[1:].partition("}")
            answer = phone.report(path, f"<X:{name} xmlns:X='{space}'/>", Depth="0")
            assert answer.condition != "supported-report", name
            assert answer.status < 500, name


def test_adding_a_member_has_an_address(phone: Phone) -> None:
    assert hrefs(phone, "", "D:add-member") == [f"{phone.calendar}?add-member"]


def test_there_are_no_locks(phone: Phone) -> None:
    for name in ("D:supportedlock", "D:lockdiscovery"):
        assert len(there(phone, "", name)) == 0
