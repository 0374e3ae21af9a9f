"""What real apps demand of a server, 13 to 23: identity, odd objects, refusals."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from server.domain.appointment import Appointment
from server.domain.vocabulary import Status
from server.domain.when import Timed
from tests.system import office
from tests.system.events import (
    at,
    edited,
    event,
    local,
    monday,
    new_uid,
    stamp,
    vcalendar,
    vevent,
    without,
)
from tests.system.phone import DAV, Phone
from tests.system.practice import NEW_YORK
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
HOUR = timedelta(hours=1)


def stored(site: Site, phone: Phone, href: str = "a.ics") -> Appointment:
    """Return the appointment that an object shows."""
    found = site.appointment(phone.user, href)
    assert found is not None
    return found


def history_of_new_york() -> str:
    """Return a VTIMEZONE as Thunderbird writes it: each change of the clocks since 1970."""
    blocks: list[str] = ["BEGIN:VTIMEZONE", "TZID:America/New_York"]
    blocks.append("X-TZINFO:America/New_York[2026a]")
    before = datetime(1969, 12, 31, tzinfo=NEW_YORK).utcoffset()
    for day in range(0, 366 * 40, 1):
        noon = datetime(1970, 1, 1, 12, tzinfo=NEW_YORK) + timedelta(days=day)
        now = noon.utcoffset()
        if now != before and before is not None and now is not None:
            kind = "DAYLIGHT" if now > before else "STANDARD"
            old, new = f"{_offset(before)}", f"{_offset(now)}"
            blocks += [f"BEGIN:{kind}", f"TZOFFSETFROM:{old}", f"TZOFFSETTO:{new}"]
            blocks += [f"TZNAME:({kind[:3]})", f"DTSTART:{noon:%Y%m%d}T020000"]
            blocks += [f"RDATE:{noon:%Y%m%d}T020000", f"END:{kind}"]
            before = now
    return "\r\n".join([*blocks, "END:VTIMEZONE", ""])


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"


def test_d13_identity_is_uid_and_name_and_never_a_reference(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    phone.put("b.ics", event("acupfollow Jana Dorn", START + 2 * HOUR))
    other = phone.get("b.ics").value("X-PRAXICAL-REF") or ""
    own = phone.get("a.ics").value("X-PRAXICAL-REF") or ""
    swapped = edited(phone.get("a.ics").text, (own, other))
    assert phone.put("a.ics", swapped).status == 204
    assert stored(site, phone).id == own
    assert stored(site, phone).first_part.details.client == "C1001"
    assert stored(site, phone, "b.ics").id == other


def test_d14_one_uid_stands_in_two_calendars_for_a_moment(site: Site, phone: Phone) -> None:
    colleague = site.newcomer()
    desk = site.phone("desk")
    here, there = f"/desk/{phone.user}/a.ics", f"/desk/{colleague.user}/a.ics"
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    identity = stored(site, phone).id
    assert desk.put(there, desk.get(here).text, If_None_Match="*").status == 201
    assert desk.get(here).status == desk.get(there).status == 200
    assert desk.delete(here, If_Match=desk.get(here).etag or "").status == 204
    moved = stored(site, colleague)
    assert moved.id == identity
    assert not moved.first_part.details.status.is_cancelled
    assert len(site.listed(practitioner=colleague.user)) == 1


def test_d15_an_unconditional_write_loses_nothing_of_what_others_did(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, minutes=45))
    stale = phone.get("a.ics")
    office.change(site, phone.user, "a.ics", note="Ask about the knee", room="room-1")
    moved = edited(stale.text, (at("DTSTART", START), at("DTSTART", START - HOUR)))
    assert phone.put("a.ics", moved, Prefer="return=minimal").status == 204
    details = stored(site, phone).first_part.details
    assert (details.note, details.room) == ("Ask about the knee", "room-1")
    assert site.history(stored(site, phone)) == ["booked", "edited", "moved"]


@pytest.mark.parametrize("gone", ["deleted", "cancelled"])
def test_d15_a_put_to_a_name_that_is_gone_brings_the_appointment_back(
    site: Site, phone: Phone, gone: str
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    shown, identity = phone.get("a.ics"), stored(site, phone).id
    if gone == "deleted":
        phone.delete("a.ics")
    else:
        office.cancel(site, phone.user, "a.ics")
    assert phone.get("a.ics").status == 404
    assert phone.put("a.ics", shown.text).status == 201
    back = stored(site, phone)
    assert back.id == identity
    assert back.first_part.details.status is Status.BOOKED
    assert back.first_part.details.client == "C1001"
    assert site.findings() == []


def test_d16_a_zone_with_its_whole_history_is_taken(site: Site, phone: Phone) -> None:
    zone = history_of_new_york()
    assert len(zone) > 4000
    timing = [at("DTSTART", START), at("DTEND", START + HOUR)]
    text = vcalendar(zone, vevent(new_uid(), "acupfollow Jane Doe", timing))
    assert phone.put("a.ics", text).status == 201
    when = stored(site, phone).first_part.when
    assert isinstance(when, Timed)
    assert (when.start, when.zone) == (START, "America/New_York")


def test_d16_no_dtstamp_a_duration_and_floating_times_are_taken(
    site: Site, phone: Phone
) -> None:
    lines = [f"DTSTART:{local(START)}", "DURATION:PT0H50M", "SUMMARY:psy50 Jane Doe"]
    body = "\r\n".join(["BEGIN:VEVENT", f"UID:{new_uid()}", *lines, "END:VEVENT", ""])
    assert phone.put("a.ics", vcalendar(body)).status == 201
    when = stored(site, phone).first_part.when
    assert when == Timed(START, START + timedelta(minutes=50))


def test_d16_an_exdate_in_utc_takes_out_a_zoned_occurrence(site: Site, phone: Phone) -> None:
    gone = f"EXDATE:{stamp(START + timedelta(days=1))}"
    phone.put("a.ics", event("acupfollow Jane Doe", START, "RRULE:FREQ=DAILY;COUNT=3", gone))
    starts = [row.occurrence.start for row in site.listed(practitioner=phone.user)]
    assert starts == [START, START + timedelta(days=2)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DTSTAMP:20260101T000000Z", "DTSTAMP:20260909T090909Z"),
        ("END:VEVENT", "X-MOZ-GENERATION:3\r\nEND:VEVENT"),
        ("END:VEVENT", "LAST-MODIFIED:20260909T090909Z\r\nEND:VEVENT"),
        ("END:VEVENT", "SEQUENCE:7\r\nEND:VEVENT"),
        ("CATEGORIES:one,two", "CATEGORIES:one\r\nCATEGORIES:two"),
        ("GEO:52.52;13.4", "GEO:52.520000;13.400000"),
        ("END:VALARM", "X-EVOLUTION-ALARM-UID:1\r\nEND:VALARM"),
        ("END:VALARM", "ACKNOWLEDGED:20260909T090909Z\r\nEND:VALARM"),
    ],
)
def test_d17_a_touch_without_meaning_is_no_change_of_the_appointment(
    site: Site, phone: Phone, old: str, new: str
) -> None:
    lines = ("CATEGORIES:one,two", "GEO:52.52;13.4")
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "END:VALARM")
    phone.put("a.ics", event("acupfollow Jane Doe", START, *lines, *alarm))
    before = stored(site, phone)
    assert phone.edit("a.ics", (old, new)).status == 204
    after = stored(site, phone)
    assert after.first_part.details == before.first_part.details
    assert after.first_part.when == before.first_part.when
    assert site.history(after) == ["booked"]


def refused(site: Site, phone: Phone) -> list[int]:
    """Return the statuses of a change, a move and a deletion that a lock refuses."""
    href = office.request(site, phone.user, START)
    shown = phone.get(href)
    moved = edited(shown.text, (at("DTSTART", START), at("DTSTART", START - HOUR)))
    return [
        phone.put(href, moved, If_Match=shown.etag or "").status,
        phone.put(href, moved).status,
        phone.delete(href, If_Match=phone.get(href).etag or "").status,
    ]


def test_d18_no_rule_is_answered_by_5xx(site: Site, phone: Phone) -> None:
    assert all(status < 500 for status in refused(site, phone))


def test_d19_no_rule_is_answered_by_409_or_412(site: Site, phone: Phone) -> None:
    assert not {409, 412} & set(refused(site, phone))


def test_d20_a_refusal_is_403_with_a_sentence_and_a_notice(site: Site, phone: Phone) -> None:
    href = office.request(site, phone.user, START)
    shown = phone.get(href)
    moved = edited(shown.text, (at("DTSTART", START), at("DTSTART", START - HOUR)))
    answer = phone.put(href, moved)
    assert answer.status == 403
    assert answer.xml.tag == f"{DAV}error"
    assert answer.sentence.endswith(".")
    assert len(office.notices(site, phone.user)) == 1


def test_d21_a_refused_delete_is_403_and_of_what_is_gone_404(site: Site, phone: Phone) -> None:
    href = office.request(site, phone.user, START)
    assert phone.delete(href).status == 403
    assert phone.get(href).status == 200
    assert phone.delete("never-there.ics").status == 404


def test_d22_a_lost_token_is_403_with_its_name(phone: Phone) -> None:
    token = phone.sync().token
    ahead = token[: token.rindex(":") + 1] + "99999999"
    answer = phone.sync(token=ahead).answer
    assert (answer.status, answer.condition) == (403, "valid-sync-token")
    assert phone.sync(token="").answer.status == 207


def test_d23_what_was_stored_is_there_in_the_same_second(site: Site, phone: Phone) -> None:
    readers = [site.phone(phone.user) for _ in range(4)]
    for number, reader in enumerate(readers * 3):
        href = f"{number}.ics"
        assert phone.put(href, event("Lunch", START)).status == 201
        assert reader.get(href).status == 200
        assert href in reader.multiget("", href).text
        assert href in reader.sync().there
        listed = reader.propfind("", "D:getetag", depth=1).responses
        assert reader.path(href) in listed


def test_d13_an_override_that_repeats_the_reference_is_an_occurrence(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "RRULE:FREQ=DAILY;COUNT=2"))
    shown = phone.get("a.ics")
    master = without(shown.text).partition("BEGIN:VEVENT\r\n")[2].partition("END:VEVENT")[0]
    override = "".join(
        f"{line}\r\n"
        for line in master.splitlines()
        if not line.startswith(("RRULE", "DTSTART", "DTEND"))
    )
    later = START + timedelta(days=1)
    timing = "\r\n".join(
        [at("RECURRENCE-ID", later), at("DTSTART", later + HOUR), at("DTEND", later + 2 * HOUR)]
    )
    part = f"BEGIN:VEVENT\r\n{override}{timing}\r\nEND:VEVENT\r\nEND:VCALENDAR"
    sent = edited(shown.text, ("END:VCALENDAR", part))
    assert phone.put("a.ics", sent, If_Match=shown.etag or "").status == 204
    assert (
        len({row.occurrence.appointment for row in site.listed(practitioner=phone.user)}) == 1
    )
