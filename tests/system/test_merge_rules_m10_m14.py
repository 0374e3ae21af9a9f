"""Merge rules M10 to M14: what has happened, splits, copies, moves and requests."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from server.domain.appointment import Appointment
from server.domain.ids import UserName
from server.domain.vocabulary import Kind, Status
from server.domain.when import Timed, key_of
from tests.system import office
from tests.system.events import (
    at,
    edited,
    event,
    monday,
    new_uid,
    stamp,
    times,
    vcalendar,
    vevent,
    without,
)
from tests.system.phone import Phone
from tests.system.practice import THEO
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
WEEK = timedelta(weeks=1)
HOUR = timedelta(hours=1)


def series(phone: Phone, *lines: str) -> None:
    """Book four Mondays."""
    rule = "RRULE:FREQ=WEEKLY;COUNT=4"
    text = event("acupfollow Jane Doe", START, rule, *lines, minutes=45)
    assert phone.put("a.ics", text).status == 201


def stored(site: Site, phone: Phone, href: str = "a.ics") -> Appointment:
    """Return the appointment that an object shows."""
    found = site.appointment(phone.user, href)
    assert found is not None
    return found


def starts(site: Site, phone: Phone, *, cancelled: bool = False) -> list[datetime]:
    """Return the starts of a practitioner's occurrences that take place."""
    rows = site.listed(practitioner=UserName(phone.user))
    return [
        row.occurrence.start
        for row in rows
        if cancelled or not row.occurrence.status.is_cancelled
    ]


def test_m10_moving_a_series_leaves_what_has_happened_where_it_was(
    site: Site, phone: Phone
) -> None:
    series(phone)
    office.change(site, phone.user, "a.ics", occurrence=START + WEEK, status=Status.ARRIVED)
    identity = at("RECURRENCE-ID", START + WEEK)
    shown = phone.get("a.ics")
    assert shown.says(identity)
    moved = edited(
        _master_only(shown.text),
        (at("DTSTART", START), at("DTSTART", START + HOUR)),
        (at("DTEND", START + 0.75 * HOUR), at("DTEND", START + 1.75 * HOUR)),
    )
    assert phone.put("a.ics", moved, If_Match=shown.etag or "").status == 204
    rows = site.listed(practitioner=UserName(phone.user))
    assert [row.occurrence.start for row in rows] == [
        START + HOUR,
        START + WEEK,
        START + 2 * WEEK + HOUR,
        START + 3 * WEEK + HOUR,
    ]
    assert [row.occurrence.status for row in rows].count(Status.ARRIVED) == 1
    assert phone.get("a.ics").says(identity)
    assert site.findings() == []


def _master_only(text: str) -> str:
    """Leave out the overrides, as an app does that edits 'all events'."""
    head, *events = without(text).split("BEGIN:VEVENT\r\n")
    masters = [
        one.partition("END:VEVENT\r\n")[0] for one in events if "RECURRENCE-ID" not in one
    ]
    body = "".join(f"BEGIN:VEVENT\r\n{one}END:VEVENT\r\n" for one in masters)
    return f"{head}{body}END:VCALENDAR\r\n"


def test_m10_an_override_that_is_missing_does_not_undo_what_happened(
    site: Site, phone: Phone
) -> None:
    series(phone)
    office.change(site, phone.user, "a.ics", occurrence=START + WEEK, status=Status.NO_SHOW)
    shown = phone.get("a.ics")
    assert phone.put("a.ics", _master_only(shown.text), If_Match=shown.etag or "").status == 204
    part = stored(site, phone).part(key_of(START + WEEK))
    assert part is not None
    assert part.details.status is Status.NO_SHOW


def test_m10_an_excluded_occurrence_that_was_cancelled_stays_cancelled(
    site: Site, phone: Phone
) -> None:
    series(phone)
    office.cancel(site, phone.user, "a.ics", START + WEEK)
    shown = phone.get("a.ics")
    before = site.history(stored(site, phone))
    exdate = at("EXDATE", START + WEEK)
    sent = edited(without(shown.text, "EXDATE"), ("RRULE:", f"{exdate}\r\nRRULE:"))
    assert phone.put("a.ics", sent, If_Match=shown.etag or "").status == 204
    part = stored(site, phone).part(key_of(START + WEEK))
    assert part is not None
    assert part.details.status is Status.CANCELLED
    assert not part.deleted
    assert site.history(stored(site, phone)) == before
    assert site.findings() == []


@pytest.mark.parametrize("shown_ref", [True, False], ids=["with REF", "without X-"])
def test_m11_this_and_future_of_an_app_is_linked_with_the_series_before(
    site: Site, phone: Phone, *, shown_ref: bool
) -> None:
    series(phone)
    first = phone.get("a.ics")
    until = stamp(START + 2 * WEEK - timedelta(seconds=1))
    ended = edited(first.text, ("COUNT=4", f"UNTIL={until}"))
    assert phone.put("a.ics", ended, If_Match=first.etag or "").status == 204
    own = [line for line in first.lines if shown_ref and line.startswith("X-PRAXICAL-")]
    timing = times(START + 2 * WEEK + HOUR, 45)
    rest = vevent(new_uid(), "JD · acupfollow", timing, "RRULE:FREQ=WEEKLY;COUNT=2", *own)
    assert phone.put("b.ics", vcalendar(rest)).status == 201
    old, new = stored(site, phone), stored(site, phone, "b.ics")
    assert new.continues == old.id
    assert new.id != old.id
    assert phone.get("b.ics").says(f"RELATED-TO;RELTYPE=SIBLING:{old.uid}")
    assert new.first_part.details.client == "C1001"
    assert site.findings() == []


def test_m12_a_copy_takes_client_and_services_and_nothing_that_happened(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe +GT #noshow $40", START))
    before = stored(site, phone).first_part.details
    assert (before.status, before.fee is None) == (Status.NO_SHOW, False)
    shown, history = phone.get("a.ics"), site.history(stored(site, phone))
    uid = shown.value("UID") or ""
    pasted = edited(
        shown.text,
        (f"UID:{uid}", f"UID:{new_uid()}"),
        (at("DTSTART", START), at("DTSTART", START + WEEK)),
        ("DTEND;TZID=America/New_York", "X-OLD-END"),
    )
    assert phone.put("b.ics", pasted, If_None_Match="*").status == 201
    original, copy = stored(site, phone), stored(site, phone, "b.ics")
    assert copy.id != original.id
    details = copy.first_part.details
    assert (details.client, details.services) == (before.client, before.services)
    assert (details.status, details.fee) == (Status.BOOKED, None)
    assert phone.get("b.ics").value("X-PRAXICAL-REF") == copy.id
    assert site.history(original) == history
    assert site.history(copy) == ["booked"]


def test_m13_a_move_to_a_colleague_changes_the_practitioner_and_keeps_the_rest(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe #confirmed", START))
    before = stored(site, phone)
    desk = site.phone("desk")
    colleague = site.newcomer()
    answer = desk.move(f"/desk/{phone.user}/a.ics", f"/desk/{colleague.user}/moved.ics")
    assert answer.status == 201
    assert phone.get("a.ics").status == 404
    after = stored(site, colleague, "moved.ics")
    assert (after.id, after.uid) == (before.id, before.uid)
    assert after.first_part.details.practitioner == colleague.user
    assert after.first_part.details.status is Status.CONFIRMED
    assert site.findings() == []


def test_m13_a_practitioner_cannot_move_into_a_colleagues_calendar(phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    answer = phone.move("a.ics", f"/{phone.user}/{THEO}/a.ics")
    assert answer.status == 403
    assert phone.get("a.ics").status == 200


def test_m14_a_request_cannot_be_moved(site: Site, phone: Phone) -> None:
    href = office.request(site, phone.user, START)
    shown = phone.get(href)
    assert (shown.value("SUMMARY") or "").startswith("?")
    moved = edited(shown.text, (at("DTSTART", START), at("DTSTART", START - HOUR)))
    answer = phone.put(href, moved, If_Match=shown.etag or "")
    assert (answer.status, answer.condition) == (403, "locked")
    when = stored(site, phone, href).first_part.when
    assert isinstance(when, Timed)
    assert when.start == START


def test_m14_a_request_cannot_be_deleted(site: Site, phone: Phone) -> None:
    href = office.request(site, phone.user, START)
    answer = phone.delete(href)
    assert (answer.status, answer.condition) == (403, "locked")
    assert phone.get(href).status == 200


@pytest.mark.parametrize(
    "change",
    [("SUMMARY:?", "SUMMARY:#accept ?"), ("STATUS:TENTATIVE", "STATUS:CONFIRMED")],
    ids=["#accept", "STATUS"],
)
def test_m14_a_request_can_be_accepted(
    site: Site, phone: Phone, change: tuple[str, str]
) -> None:
    href = office.request(site, phone.user, START)
    assert phone.edit(href, change).status == 204
    details = stored(site, phone, href).first_part.details
    assert (details.kind, details.status) == (Kind.SESSION, Status.BOOKED)
    assert (phone.get(href).value("SUMMARY") or "") == "JD · acupfollow"
