"""Refusals: their status, their words, and how an app is brought back to what is true."""

from __future__ import annotations

from datetime import timedelta

from server.domain.when import Timed
from tests.system import office
from tests.system.events import at, edited, event, monday
from tests.system.phone import DAV, PRAXICAL, Phone
from tests.system.practice import THEO
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
HOUR = timedelta(hours=1)


def move_request(phone: Phone, href: str) -> int:
    """Try to move a request by an hour, as a drag does; return the status."""
    shown = phone.get(href)
    moved = edited(shown.text, (at("DTSTART", START), at("DTSTART", START - HOUR)))
    return phone.put(href, moved, If_Match=shown.etag or "").status


def test_a_refusal_names_its_condition_and_says_a_sentence(site: Site, phone: Phone) -> None:
    href = office.request(site, phone.user, START)
    answer = phone.delete(href)
    assert answer.status == 403
    assert answer.headers["content-type"].startswith(("text/xml", "application/xml"))
    assert answer.xml.tag == f"{DAV}error"
    assert answer.xml.find(f"{PRAXICAL}locked") is not None
    assert answer.sentence == (
        "This is a request for an appointment. Accept or decline it first."
    )


def test_after_a_refused_change_the_next_sync_brings_the_truth(
    site: Site, phone: Phone
) -> None:
    href = office.request(site, phone.user, START)
    token, etag = phone.sync().token, phone.get(href).etag
    assert move_request(phone, href) == 403
    synced = phone.sync(token=token)
    assert set(synced.there) == {href}
    assert synced.there[href] not in (etag, "")
    shown = phone.get(href)
    assert shown.etag == synced.there[href]
    assert shown.says(at("DTSTART", START))
    assert site.findings() == []


def test_a_refused_change_and_a_refused_delete_are_noted_for_the_person(
    site: Site, phone: Phone
) -> None:
    href = office.request(site, phone.user, START)
    assert office.notices(site, phone.user) == []
    move_request(phone, href)
    phone.delete(href)
    noted = office.notices(site, phone.user)
    appointment = site.appointment(phone.user, href)
    assert appointment is not None
    assert [(one.code, one.appointment) for one in noted] == [("locked", appointment.id)] * 2
    assert all("Jane" not in one.sentence for one in noted)


def test_a_locked_appointment_wears_its_lock_beforehand(site: Site, phone: Phone) -> None:
    href = office.request(site, phone.user, START)
    assert "🔒" in (phone.get(href).value("SUMMARY") or "")
    assert phone.get(href).says("X-PRAXICAL-LOCK:request")


def test_a_request_keeps_the_apps_alarm_and_colour(site: Site, phone: Phone) -> None:
    href = office.request(site, phone.user, START)
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT10M\r\nEND:VALARM\r\nEND:VEVENT"
    assert phone.edit(href, ("END:VEVENT", alarm)).status == 204
    assert "TRIGGER:-PT10M" in phone.get(href).lines


def test_no_refusal_of_a_rule_is_409_412_or_5xx(site: Site, phone: Phone) -> None:
    href = office.request(site, phone.user, START)
    shown = phone.get(href)
    moved = edited(shown.text, (at("DTSTART", START), at("DTSTART", START - HOUR)))
    statuses = {
        phone.put(href, moved, If_Match=shown.etag or "").status,
        phone.put(href, moved).status,
        phone.delete(href).status,
        phone.move(href, "elsewhere.ics").status,
        phone.put(f"/{phone.user}/{THEO}/a.ics", event("Lunch", START)).status,
        phone.delete("").status,
    }
    assert statuses <= {201, 204, 403}
    assert 403 in statuses


def test_a_new_event_is_never_refused_for_a_rule_of_the_practice(
    site: Site, phone: Phone
) -> None:
    titles = (
        "oldmassage Jane Doe",
        "acupfollow Maria Garcia",
        "acupfollow Nobody Known @nowhere",
        "acupfollow Jane Doe +95 +GT +59 +25 +26",
        "#noshow #arrived Jane Doe",
        "id:C9999 acupfollow",
        "new: ",
        "$$$ #",
    )
    for number, title in enumerate(titles):
        answer = phone.put(f"{number}.ics", event(title, START))
        assert answer.status == 201, title
        assert phone.get(f"{number}.ics").status == 200
    assert site.findings() == []


def test_deleting_what_is_gone_is_not_found(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    assert phone.delete("a.ics").status == 204
    assert phone.delete("a.ics").status == 404


def test_deleting_what_has_changed_is_a_failed_precondition(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    stale = phone.get("a.ics").etag or ""
    phone.edit("a.ics", ("SUMMARY:Lunch", "SUMMARY:Brunch"))
    answer = phone.delete("a.ics", If_Match=stale)
    assert (answer.status, answer.condition) == (412, "precondition-failed")
    assert phone.get("a.ics").status == 200


def test_a_deleted_appointment_stays_in_the_history(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    assert phone.delete("a.ics").status == 204
    with site.reading() as uow:
        kept = uow.appointments.get(appointment.id)
    assert kept is not None
    assert kept.deleted_at is not None
    assert site.history(kept) == ["booked", "deleted"]
    assert site.listed(practitioner=phone.user) == []
    assert isinstance(kept.first_part.when, Timed)


def test_a_calendar_of_appointments_cannot_be_deleted(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    assert phone.delete("").status == 403
    assert phone.delete(f"/{phone.user}/").status in (403, 405)
    assert phone.get("a.ics").status == 200
    assert site.findings() == []
