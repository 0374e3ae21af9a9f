"""Money in a series: each occurrence has its own, whatever becomes of the others (M10)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from server.domain.vocabulary import Status
from server.domain.when import key_of
from tests.system.billing_till import Till
from tests.system.events import at, edited, event, monday, new_uid, times, vcalendar, vevent
from tests.system.phone import Answer, Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)
RULE = "RRULE:FREQ=WEEKLY;COUNT=4"
SESSION = "C1001 97810*1 @11 65.00"
BILLED = "This appointment is billed. Cancel the bill first."


def series(site: Site, phone: Phone, *lines: str) -> Till:
    """Book Jane Doe for four weeks."""
    text = event("acupfollow Jane Doe", START, *(lines or (RULE,)), minutes=45)
    assert phone.put("a.ics", text).status == 201
    return Till.of(site, phone.user, "a.ics")


def override(phone: Phone, title: str, start: datetime) -> str:
    """Return the override of an occurrence as an app makes it, at the same time."""
    uid = phone.get("a.ics").value("UID") or ""
    identity = at("RECURRENCE-ID", start)
    return vevent(uid, title, times(start, 45), identity, "LOCATION:Main street")


def only_master(phone: Phone, *changes: tuple[str, str]) -> str:
    """Return what is shown without its overrides, some texts replaced."""
    head = phone.get("a.ics").text.partition("END:VEVENT")[0]
    return edited(f"{head}END:VEVENT\r\nEND:VCALENDAR\r\n", *changes)


def say(phone: Phone, title: str, weeks: int = 1) -> Answer:
    """Say something of one occurrence that nothing was said of yet."""
    added = override(phone, title, START + weeks * WEEK)
    return phone.edit("a.ics", ("END:VCALENDAR", f"{added}END:VCALENDAR"))


def places(till: Till) -> list[int]:
    """Return the weeks whose occurrences are charged."""
    keys = {key_of(START + week * WEEK): week for week in range(4)}
    return sorted(keys[charge.key] for charge in till.charges)


def test_an_arrival_in_a_series_charges_that_occurrence_only(site: Site, phone: Phone) -> None:
    till = series(site, phone)
    assert say(phone, "JD · acupfollow #arrived").status == 204
    assert (till.shown(), places(till)) == ([SESSION], [1])
    assert till.dates() == [(7, 45)]
    assert say(phone, "JD · acupfollow #arrived", 3).status == 204
    assert places(till) == [1, 3]
    assert till.wrong == []


def test_a_whole_series_does_not_arrive(site: Site, phone: Phone) -> None:
    till = series(site, phone)
    answer = phone.edit("a.ics", ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    assert answer.status == 403
    assert "'arrived' is said of one occurrence, not of a series" in answer.sentence
    assert till.shown() == []
    assert site.details(phone.user, "a.ics").status is Status.BOOKED


def test_of_a_new_series_that_has_arrived_the_first_occurrence_has(
    site: Site, phone: Phone
) -> None:
    text = event("acupfollow Jane Doe #arrived", START, RULE, minutes=45)
    assert phone.put("a.ics", text).status == 201
    till = Till.of(site, phone.user, "a.ics")
    assert places(till) == [0]
    assert [row.part.details.status for row in site.listed(practitioner=phone.user)] == [
        Status.ARRIVED,
        *[Status.BOOKED] * 3,
    ]
    assert (till.wrong, site.findings()) == ([], [])


def test_a_single_arrival_that_is_made_to_repeat_keeps_its_charge_on_the_first_occurrence(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe #arrived", START, minutes=45))
    till = Till.of(site, phone.user, "a.ics")
    [charge] = till.charges
    till.bill()
    assert phone.edit("a.ics", ("SUMMARY:", f"{RULE}\r\nSUMMARY:")).status == 204
    assert [one.id for one in till.charges] == [charge.id]
    assert places(till) == [0]
    rows = site.listed(practitioner=phone.user)
    assert [row.part.details.status for row in rows] == [Status.ARRIVED, *[Status.BOOKED] * 3]
    shown = phone.get("a.ics")
    assert shown.text.count("🔒") == 1
    assert (till.wrong, site.findings()) == ([], [])


def test_a_series_that_stops_repeating_keeps_the_charge_of_its_first_occurrence(
    site: Site, phone: Phone
) -> None:
    till = series(site, phone)
    assert say(phone, "JD · acupfollow #arrived", 0).status == 204
    till.bill()
    [charge] = till.charges
    assert phone.put("a.ics", only_master(phone, (f"{RULE}\r\n", ""))).status == 204
    assert [one.id for one in till.charges] == [charge.id]
    assert phone.get("a.ics").value("SUMMARY") == "✓ 🔒 JD · acupfollow"
    again = phone.edit("a.ics", ("SUMMARY:✓ 🔒 JD", "SUMMARY:✓ 🔒 #arrived JD"))
    assert again.status == 204
    assert (till.shown(), till.wrong, site.findings()) == ([SESSION], [], [])


def test_a_billed_occurrence_is_neither_taken_out_nor_moved_nor_forgotten(
    site: Site, phone: Phone
) -> None:
    till = series(site, phone)
    say(phone, "JD · acupfollow #arrived")
    till.bill()
    original = START + WEEK
    excluding = ("RRULE:", f"{at('EXDATE', original)}\r\nRRULE:")
    excluded = phone.put("a.ics", only_master(phone, excluding))
    assert (excluded.status, excluded.sentence) == (403, BILLED)
    moved = phone.edit("a.ics", (at("DTSTART", original), at("DTSTART", original - HOUR)))
    assert (moved.status, moved.sentence) == (403, BILLED)
    assert phone.delete("a.ics").sentence == BILLED
    assert (places(till), till.wrong) == ([1], [])


def test_an_app_that_forgets_the_override_of_a_billed_occurrence_loses_nothing(
    site: Site, phone: Phone
) -> None:
    till = series(site, phone)
    say(phone, "JD · acupfollow #arrived")
    till.bill()
    assert phone.put("a.ics", only_master(phone)).status == 204
    assert places(till) == [1]
    assert at("RECURRENCE-ID", START + WEEK) in phone.get("a.ics").text
    assert (till.wrong, site.findings()) == ([], [])


def test_an_unbilled_occurrence_that_is_taken_out_is_charged_no_more(
    site: Site, phone: Phone
) -> None:
    till = series(site, phone)
    say(phone, "JD · acupfollow #arrived")
    excluding = ("RRULE:", f"{at('EXDATE', START + WEEK)}\r\nRRULE:")
    assert phone.put("a.ics", only_master(phone, excluding)).status == 204
    assert (till.shown(), till.reversed, till.wrong) == ([], 1, [])


def test_the_other_occurrences_of_a_billed_one_move_and_it_stays(
    site: Site, phone: Phone
) -> None:
    till = series(site, phone)
    say(phone, "JD · acupfollow #arrived")
    till.bill()
    head, _, tail = phone.get("a.ics").text.partition("END:VEVENT")
    head = edited(
        head,
        (at("DTSTART", START), at("DTSTART", START + HOUR)),
        (at("DTEND", START + HOUR * 0.75), at("DTEND", START + HOUR * 1.75)),
    ).rstrip("\r\n")
    assert phone.put("a.ics", f"{head}\r\nEND:VEVENT{tail}").status == 204
    rows = site.listed(practitioner=phone.user)
    begins = [row.occurrence.start for row in rows]
    assert begins == [
        START + HOUR,
        START + WEEK,
        START + 2 * WEEK + HOUR,
        START + 3 * WEEK + HOUR,
    ]
    assert (till.dates(), till.reversed) == ([(7, 45)], 0)
    assert (till.wrong, site.findings()) == ([], [])


@pytest.mark.parametrize(("arrived", "status"), [(0, 204), (1, 403), (2, 204), (3, 204)])
def test_this_and_following_leaves_charges_where_they_are(
    site: Site, phone: Phone, arrived: int, status: int
) -> None:
    """RFC 5545 3.2.13: the second occurrence moves, and all that follow it.

    Where that one is billed itself the whole change is refused.
    """
    till = series(site, phone)
    say(phone, "JD · acupfollow #arrived", arrived)
    till.bill()
    [charge] = till.charges
    begin = START + WEEK
    identity = f"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:{begin:%Y%m%dT%H%M%S}"
    uid = phone.get("a.ics").value("UID") or ""
    following = vevent(uid, "JD · acupfollow", times(begin + HOUR, 45), identity)
    sent = phone.edit("a.ics", ("END:VCALENDAR", f"{following}END:VCALENDAR"))
    assert sent.status == status
    assert [one.id for one in till.charges] == [charge.id]
    assert places(till) == [arrived]
    assert (till.wrong, site.findings()) == ([], [])


def test_a_series_that_ends_before_a_billed_occurrence_keeps_it(
    site: Site, phone: Phone
) -> None:
    """As apps send 'this and future': an earlier end, and a new object."""
    till = series(site, phone)
    say(phone, "JD · acupfollow #arrived", 2)
    till.bill()
    shown = phone.get("a.ics")
    ended = edited(shown.text, (RULE, "RRULE:FREQ=WEEKLY;COUNT=1"))
    assert phone.put("a.ics", ended, If_Match=shown.etag or "").status == 204
    rest = vevent(
        new_uid(), "JD · acupfollow", times(START + WEEK, 45), "RRULE:FREQ=WEEKLY;COUNT=3"
    )
    assert phone.put("b.ics", vcalendar(rest)).status == 201
    assert places(till) == [2]
    assert Till.of(site, phone.user, "b.ics").shown() == []
    assert (till.wrong, site.findings()) == ([], [])


def test_a_signed_note_of_one_occurrence_holds_that_one_only(site: Site, phone: Phone) -> None:
    till = series(site, phone)
    till.sign(key_of(START + WEEK))
    shown = phone.get("a.ics")
    assert shown.text.count("X-PRAXICAL-LOCK:note-signed") == 1
    original = START + WEEK
    moved = phone.edit("a.ics", (at("DTSTART", original), at("DTSTART", original - HOUR)))
    assert moved.sentence == "The note of this appointment is signed. Unlock the note first."
    assert say(phone, "JD · acupfollow", 2).status == 204
    till.unlock(key_of(original))
    moved = phone.edit("a.ics", (at("DTSTART", original), at("DTSTART", original - HOUR)))
    assert moved.status == 204
    assert till.wrong == []


def test_a_signed_appointment_that_is_made_to_repeat_stays_signed(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, minutes=45))
    till = Till.of(site, phone.user, "a.ics")
    till.sign()
    assert phone.edit("a.ics", ("SUMMARY:", f"{RULE}\r\nSUMMARY:")).status == 204
    shown = phone.get("a.ics")
    assert shown.text.count("X-PRAXICAL-LOCK:note-signed") == 1
    assert (till.wrong, site.findings()) == ([], [])
