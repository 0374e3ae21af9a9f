"""GET by a device that has just been here: at once, and never with more than before."""

from __future__ import annotations

import pytest

from server.domain.ids import UserName
from server.usecases.app_passwords import all_app_passwords, revoke
from server.usecases.manage_users import disable_user
from tests.system.events import event, monday
from tests.system.phone import Phone
from tests.system.practice import THEO, new_secret, operator
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
EVERY = ("etag", "last-modified", "content-type", "content-length", "vary")


@pytest.fixture
def known(phone: Phone) -> Phone:
    """Return a device that has got its object ``a.ics`` before."""
    assert phone.put("a.ics", event("Lunch", START)).status == 201
    assert phone.get("a.ics").status == 200
    return phone


def test_the_second_answer_is_the_first_one(site: Site, known: Phone) -> None:
    newcomer = site.phone(known.user)
    first, again = newcomer.get("a.ics"), newcomer.get("a.ics")
    assert again.body == first.body
    assert [again.headers[name] for name in EVERY] == [first.headers[name] for name in EVERY]


def test_a_change_is_seen_by_the_next_get(known: Phone) -> None:
    known.put("a.ics", event("Supper", START, uid=known.get("a.ics").value("UID") or ""))
    assert known.get("a.ics").says("SUMMARY:Supper")


def test_what_was_deleted_is_gone(known: Phone) -> None:
    known.delete("a.ics")
    assert known.get("a.ics").status == 404


def test_a_revoked_device_gets_nothing_any_more(site: Site, known: Phone) -> None:
    with site.database.writing() as uow:
        lost = new_secret(uow, operator(), known.user, "lost")
    device = site.phone(known.user, lost)
    assert [device.get("a.ics").status for _ in range(2)] == [200, 200]
    with site.database.writing() as uow:
        found = all_app_passwords(uow, UserName(known.user))
        [number] = [one.id for one in found if one.label == "lost"]
        revoke(uow, operator(), number)
    assert device.get("a.ics").status == 401


def test_a_disabled_user_gets_nothing_any_more(site: Site, known: Phone) -> None:
    with site.database.writing() as uow:
        disable_user(uow, operator(), known.user)
    assert known.get("a.ics").status == 401


def test_a_known_device_gets_nothing_out_of_another_home(site: Site, known: Phone) -> None:
    theo = site.phone(THEO)
    theo.calendar = f"/{known.user}/appointments/"
    assert [theo.get("a.ics").status for _ in range(2)] == [404, 404]


def test_a_wrong_secret_beside_a_known_device_gets_nothing(site: Site, known: Phone) -> None:
    guesser = site.phone(known.user, "wrong-secret-of-some-length")
    assert guesser.get("a.ics").status == 401
