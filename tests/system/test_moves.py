"""Moving between calendars, in each way that apps have of it."""

from __future__ import annotations

import pytest

from server.domain.appointment import Appointment
from server.domain.vocabulary import Status
from tests.system import office
from tests.system.events import edited, event, monday, new_uid
from tests.system.phone import Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)


def stored(site: Site, owner: str, href: str) -> Appointment:
    """Return the appointment that an object shows."""
    found = site.appointment(owner, href)
    assert found is not None
    return found


@pytest.fixture
def arrived(site: Site, phone: Phone) -> Appointment:
    """Return an appointment in which something has happened already."""
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    office.change(site, phone.user, "a.ics", status=Status.ARRIVED, note="Left foot")
    return stored(site, phone.user, "a.ics")


def test_put_into_the_new_calendar_then_delete_from_the_old_is_a_move(
    site: Site, phone: Phone, arrived: Appointment
) -> None:
    colleague = site.newcomer()
    desk = site.phone("desk")
    old, new = f"/desk/{phone.user}/a.ics", f"/desk/{colleague.user}/a.ics"
    assert desk.put(new, desk.get(old).text, If_None_Match="*").status == 201
    copy = stored(site, colleague.user, "a.ics")
    assert copy.id != arrived.id
    assert desk.delete(old).status == 204
    moved = stored(site, colleague.user, "a.ics")
    assert moved.id == arrived.id
    details = moved.first_part.details
    assert (details.status, details.note) == (Status.ARRIVED, "Left foot")
    assert details.practitioner == colleague.user
    assert "deleted" not in site.history(moved)
    assert phone.get("a.ics").status == 404
    assert len(site.listed(client="C1001", practitioner=colleague.user)) == 1
    assert site.findings() == []


def test_without_the_delete_it_is_a_copy_with_a_life_of_its_own(
    site: Site, phone: Phone, arrived: Appointment
) -> None:
    colleague = site.newcomer()
    desk = site.phone("desk")
    text = desk.get(f"/desk/{phone.user}/a.ics").text
    desk.put(f"/desk/{colleague.user}/a.ics", text)
    copy = stored(site, colleague.user, "a.ics")
    assert copy.id != arrived.id
    assert copy.first_part.details.status is Status.BOOKED
    assert stored(site, phone.user, "a.ics").first_part.details.status is Status.ARRIVED


def test_an_edit_as_new_uid_and_delete_keeps_the_identity(
    site: Site, phone: Phone, arrived: Appointment
) -> None:
    """So calcurse edits."""
    shown = phone.get("a.ics")
    uid = shown.value("UID") or ""
    renewed = edited(shown.text, (f"UID:{uid}", f"UID:{new_uid()}"))
    assert phone.put("b.ics", renewed).status == 201
    assert phone.delete("a.ics").status == 204
    moved = stored(site, phone.user, "b.ics")
    assert moved.id == arrived.id
    assert moved.first_part.details.status is Status.ARRIVED
    assert site.findings() == []


def test_a_move_to_a_new_name_keeps_everything(
    site: Site, phone: Phone, arrived: Appointment
) -> None:
    token = phone.sync().token
    assert phone.move("a.ics", "b.ics").status == 201
    assert phone.get("a.ics").status == 404
    moved = stored(site, phone.user, "b.ics")
    assert moved.id == arrived.id
    assert moved.first_part.details == arrived.first_part.details
    synced = phone.sync(token=token)
    assert (set(synced.there), synced.gone) == ({"b.ics"}, {"a.ics"})
    assert site.findings() == []


def test_moving_there_and_back_keeps_everything(
    site: Site, phone: Phone, arrived: Appointment
) -> None:
    colleague = site.newcomer()
    desk = site.phone("desk")
    here, there = f"/desk/{phone.user}/a.ics", f"/desk/{colleague.user}/a.ics"
    assert desk.move(here, there).status == 201
    assert desk.move(there, here).status == 201
    after = stored(site, phone.user, "a.ics")
    assert after.id == arrived.id
    assert after.first_part.details.status is Status.ARRIVED
    assert colleague.get("a.ics").status == 404
    assert site.findings() == []


@pytest.mark.parametrize(
    "destination",
    [
        "https://other.example:8443{path}",
        "http://127.0.0.1{path}",
        "{path}",
    ],
)
def test_scheme_and_host_of_the_destination_do_not_matter(
    phone: Phone, destination: str
) -> None:
    phone.put("a.ics", event("Lunch", START))
    to = destination.format(path=phone.path("b.ics"))
    assert phone.request("MOVE", "a.ics", Destination=to).status == 201
    assert phone.get("b.ics").status == 200


def test_a_move_onto_another_object_needs_overwrite(phone: Phone) -> None:
    uid = new_uid()
    phone.put("a.ics", event("Lunch", START, uid=uid))
    phone.put("b.ics", event("Dinner", START))
    assert phone.move("a.ics", "b.ics", Overwrite="F").status == 412
    assert phone.move("a.ics", "b.ics", Overwrite="T").status in (204, 409)
    assert phone.get("b.ics").status == 200


def test_moving_what_is_not_there_is_not_found(phone: Phone) -> None:
    assert phone.move("nothing.ics", "b.ics").status == 404


@pytest.mark.parametrize("to", ["/elsewhere/", "/nobody/cal/a.ics", "", "/"])
def test_moving_to_where_no_object_can_be_is_refused(phone: Phone, to: str) -> None:
    phone.put("a.ics", event("Lunch", START))
    assert phone.request("MOVE", "a.ics", Destination=to).status in (400, 403, 409)
    assert phone.get("a.ics").status == 200


def test_from_a_personal_calendar_into_the_practices_an_event_is_understood(
    site: Site, phone: Phone
) -> None:
    mine = f"/{phone.user}/private/"
    assert phone.mkcalendar(mine).status == 201
    phone.put(f"{mine}a.ics", event("acupfollow Jane Doe", START))
    assert phone.move(f"{mine}a.ics", "a.ics").status == 201
    assert site.details(phone.user, "a.ics").client == "C1001"
    assert phone.get(f"{mine}a.ics").status == 404
    assert site.findings() == []
