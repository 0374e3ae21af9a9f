"""OPTIONS: only what works is claimed, and methods as the resource takes them."""

from __future__ import annotations

import pytest

from tests.system.events import event, monday
from tests.system.phone import DAV, Phone
from tests.system.practice import new_secret, operator
from tests.system.servers import Site

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
"""Nothing of this touches what is stored, so that one engine will do."""

READING = {"OPTIONS", "GET", "HEAD", "PROPFIND", "PROPPATCH", "REPORT", "ACL"}
WRITING = {"PUT", "DELETE", "COPY", "MOVE"}


def allowed(phone: Phone, path: str) -> set[str]:
    answer = phone.request("OPTIONS", path)
    assert answer.status == 200
    return set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize("path", ["/", "/{user}/", "/{user}/appointments/"])
def test_only_what_works_is_claimed(phone: Phone, path: str) -> None:
    answer = phone.request("OPTIONS", path.format(user=phone.user))
    claimed = answer.headers["dav"].split(", ")
    assert {"1", "3", "calendar-access", "calendar-auto-schedule", "extended-mkcol"} <= set(
        claimed
    )
    not_there = {"2", "addressbook", "calendar-schedule"}
    assert not {*not_there, "calendar-proxy", "version-control"} & set(claimed)
    assert answer.body == b""


def test_each_kind_of_resource_allows_its_own_methods(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", monday(weeks=1)))
    assert allowed(phone, "/") == READING
    assert allowed(phone, phone.calendar) == READING | WRITING | {"POST"}
    assert allowed(phone, "a.ics") == READING | WRITING
    assert allowed(phone, "b.ics") == {"OPTIONS", "PUT"}
    assert allowed(phone, f"/{phone.user}/new/") == {"OPTIONS", "MKCALENDAR", "MKCOL"}


def test_a_device_that_only_reads_is_offered_nothing_to_write(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", monday(weeks=1)))
    with site.database.writing() as uow:
        secret = new_secret(uow, operator(), phone.user, "watch", read_only=True)
    watch = site.phone(phone.user, secret)
    assert allowed(watch, "") == READING
    assert allowed(watch, "a.ics") == READING | {"COPY"}
    assert watch.request("OPTIONS", "b.ics").status == 404
    assert watch.request("OPTIONS", f"/{phone.user}/new/").status == 404


@pytest.mark.parametrize("path", ["/{user}/gone/a.ics", "a/b", "/{user}/a/b/c/d"])
def test_what_cannot_be_there_is_not_found(phone: Phone, path: str) -> None:
    assert phone.request("OPTIONS", path.format(user=phone.user)).status == 404


def test_the_methods_are_told_as_a_property_too(phone: Phone) -> None:
    for path in ("/", f"/{phone.user}/", phone.calendar):
        found = phone.propfind(path, "D:supported-method-set").property_of(
            path, f"{DAV}supported-method-set"
        )
        assert found is not None
        assert {one.get("name") for one in found} == allowed(phone, path)


@pytest.mark.parametrize("method", ["LOCK", "PATCH", "TRACE"])
def test_a_method_that_nothing_has_is_405_and_says_what_is_allowed(
    phone: Phone, method: str
) -> None:
    answer = phone.request(method, phone.calendar)
    assert answer.status == 405
    assert {"OPTIONS", "PROPFIND", "REPORT"} <= set(answer.headers["allow"].split(", "))
