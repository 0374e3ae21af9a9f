"""Who gets in, and to what: anonymous requests, homes of others, devices that may not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.ids import UserName
from server.usecases.app_passwords import all_app_passwords, revoke
from server.usecases.manage_users import disable_user
from tests.system.events import event, monday
from tests.system.phone import CALDAV, DAV, Phone
from tests.system.practice import new_secret, operator
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
METHODS = (
    "GET",
    "HEAD",
    "PUT",
    "DELETE",
    "PROPFIND",
    "PROPPATCH",
    "REPORT",
    "MOVE",
    "MKCALENDAR",
    "MKCOL",
    "OPTIONS",
)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "path", ["/", "/alma/", "/alma/appointments/", "/alma/appointments/a.ics"]
)
def test_every_anonymous_request_is_asked_to_sign_in(
    site: Site, method: str, path: str
) -> None:
    answer = site.stranger().request(method, path)
    assert answer.status == 401
    assert "Basic" in answer.headers["www-authenticate"]


def test_well_known_redirects_before_anybody_signs_in(site: Site) -> None:
    for method in ("GET", "PROPFIND"):
        answer = site.stranger().request(method, "/.well-known/caldav")
        assert answer.status in (301, 302, 307, 308)
        target = answer.headers["location"]
        path = target.partition("127.0.0.1")[2].partition("/")[2] if "//" in target else target
        followed = site.phone("alma").propfind(f"/{path.strip('/')}", "D:resourcetype")
        assert followed.status == 207


@pytest.mark.parametrize(
    ("user", "secret"),
    [
        ("alma", "wrong-secret-000"),
        ("nobody", "wrong-secret-000"),
        ("alma", ""),
        ("", "wrong-secret-000"),
    ],
)
def test_unknown_names_and_wrong_secrets_are_answered_alike(
    site: Site, user: str, secret: str
) -> None:
    answer = replace(site.stranger(), user=user or "\t", secret=secret).propfind("/")
    wrong = site.phone("theo", "wrong-secret-111").propfind("/")
    assert (answer.status, answer.body) == (wrong.status, wrong.body) == (401, wrong.body)


@pytest.mark.parametrize(
    "path",
    [
        "/theo/",
        "/theo/appointments/",
        "/theo/appointments/a.ics",
        "/nobody/",
        "/nobody/a/b.ics",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PROPFIND", "PUT", "DELETE", "REPORT", "MKCALENDAR"])
def test_homes_of_others_cannot_be_told_from_homes_that_do_not_exist(
    alma: Phone, method: str, path: str
) -> None:
    assert alma.request(method, path).status == 404


def test_the_root_lists_nobody_else(site: Site, alma: Phone) -> None:
    listed = alma.propfind("/", "D:displayname", depth=1)
    assert listed.status == 207
    assert not any("theo" in href for href in listed.responses)
    assert "Theo" not in listed.text.replace("/alma/theo/", "")
    assert site.phone("theo").propfind("/theo/").status == 207


def test_a_read_only_device_reads_and_writes_nothing(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    with site.database.writing() as uow:
        secret = new_secret(uow, operator(), phone.user, "watch", read_only=True)
    watch = site.phone(phone.user, secret)
    assert watch.get("a.ics").status == 200
    assert watch.propfind("", depth=1).status == 207
    assert watch.sync().answer.status == 207
    refused = [
        watch.put("b.ics", event("Lunch", START)),
        watch.put("a.ics", event("Lunch", START)),
        watch.delete("a.ics"),
        watch.move("a.ics", "b.ics"),
        watch.mkcalendar(f"/{phone.user}/mine/"),
        watch.delete(""),
    ]
    assert [one.status for one in refused] == [403] * len(refused)
    assert phone.get("a.ics").status == 200
    answer = watch.propfind("", "D:current-user-privilege-set")
    privileges = answer.property_of(watch.calendar, f"{DAV}current-user-privilege-set")
    assert privileges is not None
    assert f"{DAV}write" not in {one.tag for each in privileges for one in each}


def test_a_revoked_device_is_out_at_once_and_the_others_stay(site: Site, phone: Phone) -> None:
    with site.database.writing() as uow:
        lost = new_secret(uow, operator(), phone.user, "lost")
    device = site.phone(phone.user, lost)
    assert device.propfind("").status == 207
    with site.database.writing() as uow:
        found = all_app_passwords(uow, UserName(phone.user))
        [number] = [one.id for one in found if one.label == "lost"]
        revoke(uow, operator(), number)
    assert device.propfind("").status == 401
    assert phone.propfind("").status == 207


def test_a_disabled_user_is_out_with_every_device(site: Site, phone: Phone) -> None:
    assert phone.propfind("").status == 207
    with site.database.writing() as uow:
        disable_user(uow, operator(), phone.user)
    assert phone.propfind("").status == 401


def test_a_random_secret_opens_without_dashes_and_in_capitals(site: Site, phone: Phone) -> None:
    typed = phone.secret.replace("-", "").upper()
    assert site.phone(phone.user, typed).propfind("").status == 207


def test_login_names_are_read_in_any_case(site: Site, phone: Phone) -> None:
    answer = replace(site.stranger(), user=phone.user.upper(), secret=phone.secret)
    assert answer.propfind(f"/{phone.user}/").status == 207


def test_put_on_a_collection_never_replaces_it(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    for path in ("/", f"/{phone.user}/", phone.calendar, phone.calendar.rstrip("/")):
        for body in ("", event("Whole", START)):
            answer = phone.request("PUT", path, body, If_Match="nothing")
            assert answer.status in (403, 405, 412), path
            assert phone.request("PUT", path, body).status in (403, 405, 409, 412), path
    assert phone.get("a.ics").status == 200


def test_the_type_of_a_calendar_cannot_be_patched_away(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    body = "<D:resourcetype><D:collection/></D:resourcetype><D:displayname>X</D:displayname>"
    answer = phone.proppatch("", body)
    assert answer.status == 207
    statuses = {
        one.findtext(f"{DAV}status", "").split()[1] for one in answer.xml.iter(f"{DAV}propstat")
    }
    assert statuses == {"403", "424"}
    shown = phone.propfind("", "D:resourcetype", "D:displayname")
    kind = shown.property_of(phone.calendar, f"{DAV}resourcetype")
    assert kind is not None
    assert kind.find(f"{CALDAV}calendar") is not None
    assert phone.get("a.ics").status == 200
    assert site.findings() == []


def test_nothing_is_kept_in_caches_of_others(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    assert "public" not in phone.get("a.ics").headers.get("cache-control", "")
