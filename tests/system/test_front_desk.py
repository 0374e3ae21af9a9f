"""The front desk reads and writes everybody's calendars; colleagues see busy time only."""

from __future__ import annotations

from datetime import timedelta

from server.domain.vocabulary import Status
from tests.system import office
from tests.system.events import at, edited, event, monday
from tests.system.phone import CALDAV, DAV, Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
NOTE = "DESCRIPTION:Said that the knee hurts"


def test_everybodys_calendar_stands_in_the_desks_own_home(site: Site, phone: Phone) -> None:
    listed = site.phone("desk").propfind("/desk/", "D:resourcetype", depth=1)
    assert f"/desk/{phone.user}/" in listed.responses
    kind = listed.property_of(f"/desk/{phone.user}/", f"{DAV}resourcetype")
    assert kind is not None
    assert kind.find(f"{CALDAV}calendar") is not None


def test_the_desk_books_with_a_practitioner(site: Site, phone: Phone, desk: Phone) -> None:
    assert desk.put("a.ics", event("acupfollow Jane Doe", START)).status == 201
    details = site.details(phone.user, "a.ics")
    assert (details.client, details.practitioner) == ("C1001", phone.user)
    assert phone.get("a.ics").value("SUMMARY") == "JD · acupfollow"
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    with site.reading() as uow:
        [line] = uow.history.of(appointment.id)
    assert (line.actor.user, line.actor.door) == ("desk", "caldav")
    assert site.findings() == []


def test_the_desk_sees_names_and_times_but_neither_services_nor_notes(
    phone: Phone, desk: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, NOTE))
    shown = desk.get("a.ics")
    assert shown.value("SUMMARY") == "JD · acupfollow"
    assert shown.value("X-PRAXICAL-CLIENT") == "C1001"
    for hidden in ("knee", "97810", "X-PRAXICAL-SERVICES"):
        assert hidden not in shown.text


def test_the_desk_moves_and_changes_the_status(site: Site, phone: Phone, desk: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, NOTE))
    before = site.details(phone.user, "a.ics")
    assert desk.edit("a.ics", ("SUMMARY:JD", "SUMMARY:#arrived JD")).status == 204
    after = site.details(phone.user, "a.ics")
    assert after.status is Status.ARRIVED
    assert (after.note, after.services) == (before.note, before.services)


def test_a_note_that_the_desk_writes_stands_beside_the_hidden_one(
    site: Site, phone: Phone, desk: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, NOTE))
    added = ("END:VEVENT", "DESCRIPTION:Called to confirm\r\nEND:VEVENT")
    assert desk.edit("a.ics", added).status == 204
    note = site.details(phone.user, "a.ics").note
    assert note.splitlines() == ["Said that the knee hurts", "Called to confirm"]


def test_the_desk_deletes(site: Site, phone: Phone, desk: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    assert desk.delete("a.ics").status == 204
    assert phone.get("a.ics").status == 404
    assert site.listed(practitioner=phone.user) == []


def test_the_desks_entity_tags_are_its_own_and_work_as_conditions(
    phone: Phone, desk: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    shown = desk.get("a.ics")
    assert shown.etag != phone.get("a.ics").etag
    assert desk.sync().there["a.ics"] == shown.etag
    phone.edit("a.ics", ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    stale = edited(shown.text, ("SUMMARY:JD", "SUMMARY:#noshow JD"))
    assert desk.put("a.ics", stale, If_Match=shown.etag or "").status == 412


def test_the_desks_sync_tells_what_the_practitioner_did(phone: Phone, desk: Phone) -> None:
    token = desk.sync().token
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    synced = desk.sync(token=token)
    assert set(synced.there) == {"a.ics"}
    phone.delete("a.ics")
    assert desk.sync(token=synced.token).gone == {"a.ics"}


def test_an_admin_books_for_everybody(site: Site, phone: Phone) -> None:
    admin = site.phone("admin")
    href = f"/admin/{phone.user}/a.ics"
    assert admin.put(href, event("acupfollow Jane Doe", START)).status == 201
    assert site.details(phone.user, "a.ics").client == "C1001"


def test_a_colleague_sees_busy_and_nothing_else(phone: Phone, colleague: Phone) -> None:
    lines = (NOTE, "LOCATION:Main street / Room 1", "URL:https://video.example/1", "X-FOO:bar")
    phone.put("a.ics", event("acupfollow Jane Doe", START, *lines))
    shown = colleague.get("a.ics")
    assert shown.status == 200
    assert shown.value("SUMMARY") == "Busy"
    names = {line.partition(":")[0].partition(";")[0] for line in shown.lines}
    inner = set(shown.lines[shown.lines.index("BEGIN:VEVENT") :])
    assert {name for name in names if name.startswith("X-")} == set()
    assert not names & {"LOCATION", "DESCRIPTION", "URL", "CATEGORIES", "COLOR", "RELATED-TO"}
    assert "STATUS:CONFIRMED" in inner
    assert (phone.get("a.ics").value("UID") or "") not in shown.text


def test_free_time_of_a_colleague_is_free(phone: Phone, colleague: Phone) -> None:
    phone.put("a.ics", event("Lunch with Zyxwvut", START, "TRANSP:TRANSPARENT"))
    shown = colleague.get("a.ics")
    assert shown.value("SUMMARY") == "Free"
    assert shown.says("TRANSP:TRANSPARENT")
    assert "Zyxwvut" not in shown.text


def test_a_colleague_cannot_write(site: Site, phone: Phone, colleague: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    before = site.details(phone.user, "a.ics")
    text = event("Gone", START)
    assert colleague.put("a.ics", text).status == 403
    assert colleague.put("b.ics", text).status == 403
    assert colleague.delete("a.ics").status == 403
    assert colleague.move("a.ics", "c.ics").status == 403
    assert colleague.delete("").status == 403
    assert site.details(phone.user, "a.ics") == before


def test_a_colleagues_calendar_says_that_it_is_read_only(colleague: Phone) -> None:
    answer = colleague.propfind("", "D:current-user-privilege-set")
    privileges = answer.property_of(colleague.calendar, f"{DAV}current-user-privilege-set")
    assert privileges is not None
    named = {one.tag for each in privileges for one in each}
    assert f"{DAV}read" in named
    assert not named & {f"{DAV}write", f"{DAV}write-content", f"{DAV}all"}


def test_a_reader_names_and_colours_a_colleagues_calendar_for_itself(
    phone: Phone, desk: Phone
) -> None:
    assert desk.proppatch("", "<D:displayname>Alma upstairs</D:displayname>").status == 207
    named = desk.propfind("", "D:displayname").property_of(desk.calendar, f"{DAV}displayname")
    own = phone.propfind("", "D:displayname").property_of(phone.calendar, f"{DAV}displayname")
    assert named is not None
    assert own is not None
    assert named.text == "Alma upstairs"
    assert own.text != "Alma upstairs"


def test_a_range_of_a_colleagues_week_is_answered_in_busy_times(
    phone: Phone, colleague: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "RRULE:FREQ=WEEKLY;COUNT=4"))
    answer = colleague.query("", "20200101T000000Z", "20400101T000000Z")
    [data] = [one.text or "" for one in answer.xml.iter(f"{CALDAV}calendar-data")]
    assert "SUMMARY:Busy" in data
    assert "Jane" not in data
    assert "acup" not in data


def test_an_occurrence_that_was_cancelled_is_free_for_colleagues(
    site: Site, phone: Phone, colleague: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "RRULE:FREQ=WEEKLY;COUNT=2"))
    office.cancel(site, phone.user, "a.ics", START)
    shown = colleague.get("a.ics")
    assert any(line.startswith("EXDATE") for line in shown.lines)


def test_a_stale_write_of_the_desk_undoes_nothing_of_the_practitioners(
    site: Site, phone: Phone, desk: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, minutes=45))
    stale = desk.get("a.ics")
    earlier = START - timedelta(minutes=30)
    phone.edit(
        "a.ics",
        ("SUMMARY:JD", "SUMMARY:#arrived JD"),
        (at("DTSTART", START), at("DTSTART", earlier)),
    )
    there = edited(stale.text, ("SUMMARY:JD · acupfollow", "SUMMARY:JD · acupfollow @room-1"))
    assert desk.put("a.ics", there).status == 204
    details = site.details(phone.user, "a.ics")
    assert (details.status, details.room) == (Status.ARRIVED, "room-1")
    assert phone.get("a.ics").says(at("DTSTART", earlier))
