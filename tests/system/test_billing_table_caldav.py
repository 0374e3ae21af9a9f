"""Every cell of the table of states and changes, by a calendar app's own requests."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from server.domain.vocabulary import Lock
from tests.system import office
from tests.system.billing_table import (
    HELD,
    REFUSED,
    SENTENCES,
    TAKEN,
    Change,
    State,
    agrees,
    bring_to,
    name_of,
    outcome,
)
from tests.system.billing_till import Till
from tests.system.events import at, edited, event, monday
from tests.system.phone import Answer, Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
DAY, LENGTH = timedelta(days=1), timedelta(minutes=45)
NAME = "a.ics"
TITLE = "JD · acupfollow"


def span(start: datetime, length: timedelta = LENGTH) -> tuple[str, str]:
    """Return the lines of a start and an end."""
    return at("DTSTART", start), at("DTEND", start + length)


EDITS: dict[Change, tuple[tuple[str, str], ...]] = {
    Change.TIME: tuple(zip(span(START), span(START + DAY), strict=True)),
    Change.DURATION: ((span(START)[1], span(START, timedelta(hours=1))[1]),),
    Change.LOCATION: ((TITLE, f"{TITLE} @telehealth"),),
    Change.ROOM: ((TITLE, f"{TITLE} @room-2"),),
    Change.SERVICE: (("X-PRAXICAL-SERVICES:97810", "X-PRAXICAL-SERVICES:97811"),),
    Change.MODIFIERS: ((TITLE, f"{TITLE} +GT"),),
    Change.UNITS: ((TITLE, f"{TITLE} x2"),),
    Change.CLIENT: (("X-PRAXICAL-CLIENT:C1001", "X-PRAXICAL-CLIENT:C1002"),),
    Change.ARRIVED: ((TITLE, f"{TITLE} #arrived"),),
    Change.NO_SHOW: ((TITLE, f"{TITLE} #noshow $40"),),
    Change.LATE: ((TITLE, f"{TITLE} #late $30"),),
    Change.CANCELLED: (("STATUS:CONFIRMED", "STATUS:CANCELLED"),),
    Change.NOTE: (("END:VEVENT", "DESCRIPTION:Said that the knee hurts\r\nEND:VEVENT"),),
    Change.FREE: (("TRANSP:OPAQUE", "TRANSP:TRANSPARENT"),),
}


def do(phone: Phone, change: Change) -> Answer:
    """Ask for a change as a calendar app does."""
    if change is Change.DELETE:
        return phone.delete(NAME, If_Match=phone.get(NAME).etag or "")
    return phone.edit(NAME, *EDITS[change])


def prepare(site: Site, phone: Phone, state: State) -> Till:
    """Book Jane Doe, and bring the money to a state."""
    title = "acupfollow Jane Doe" + ("" if state is State.BOOKED else " #arrived")
    assert phone.put(NAME, event(title, START)).status == 201
    till = Till.of(site, phone.user, NAME)
    bring_to(till, state)
    return till


@pytest.mark.parametrize(("change", "state"), TAKEN, ids=name_of)
def test_a_change_that_is_taken_leaves_just_the_charges_that_are_due(
    site: Site, phone: Phone, change: Change, state: State
) -> None:
    till = prepare(site, phone, state)
    assert do(phone, change).status == 204
    expected = outcome(change, state)
    assert expected is not None
    agrees(till, expected)
    assert site.findings() == []


@pytest.mark.parametrize(("change", "state"), REFUSED, ids=name_of)
def test_a_change_that_is_refused_leaves_all_as_it_was_and_brings_the_app_back(
    site: Site, phone: Phone, change: Change, state: State
) -> None:
    till = prepare(site, phone, state)
    before, charges, postings = till.appointment, till.charges, till.postings
    token, shown = phone.sync().token, phone.get(NAME)
    answer = do(phone, change)
    assert (answer.status, answer.condition) == (403, "locked")
    assert answer.sentence == SENTENCES[state]
    assert (till.charges, till.postings, till.wrong) == (charges, postings, [])
    held = site.appointment(phone.user, NAME)
    assert held is not None
    assert held.revision > before.revision
    assert held.first_part.details == before.first_part.details
    assert held.first_part.when == before.first_part.when
    assert [one.sentence for one in office.notices(site, phone.user)] == [answer.sentence]
    synced = phone.sync(token=token)
    assert set(synced.there) == {NAME}
    again = phone.get(NAME)
    assert again.etag == synced.there[NAME] != shown.etag
    assert all(again.says(line) for line in span(START))
    assert site.findings() == []


@pytest.mark.parametrize("state", HELD)
def test_work_that_is_held_wears_the_lock_and_says_which(
    site: Site, phone: Phone, state: State
) -> None:
    till = prepare(site, phone, State.UNBILLED)
    token = phone.sync().token
    assert "🔒" not in (phone.get(NAME).value("SUMMARY") or "")
    bring_to(till, state)
    assert set(phone.sync(token=token).there) == {NAME}
    shown = phone.get(NAME)
    assert shown.value("SUMMARY") == f"✓ 🔒 {TITLE}"
    order = [Lock.NOTE_SIGNED, Lock.BILL_OPEN, Lock.PAYMENT]
    words = " ".join(lock.value for lock in order if lock in HELD[state])
    assert shown.value("X-PRAXICAL-LOCK") == words


ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT10M\r\nEND:VALARM\r\nEND:VEVENT"
TOUCHES = {
    "alarm": ("END:VEVENT", ALARM),
    "own-line": ("END:VEVENT", "X-MOZ-LASTACK:20260101T000000Z\r\nEND:VEVENT"),
    "stamp": ("BEGIN:VEVENT", "BEGIN:VEVENT\r\nX-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC"),
    "no-signs": (f"✓ 🔒 {TITLE}", f"✓ {TITLE}"),
    "more-signs": (f"✓ 🔒 {TITLE}", f"✓ 🔒 ⚠ {TITLE}"),
    "forged-lock": ("X-PRAXICAL-LOCK:", "X-PRAXICAL-LOCK:request "),
}


@pytest.mark.parametrize("state", HELD)
@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES.keys())
def test_a_harmless_touch_passes_every_lock(
    site: Site, phone: Phone, state: State, touch: tuple[str, str]
) -> None:
    till = prepare(site, phone, State.UNBILLED)
    bring_to(till, state)
    charges = till.charges
    assert phone.edit(NAME, touch).status == 204
    assert till.charges == charges
    assert office.notices(site, phone.user) == []
    assert site.findings() == []


@pytest.mark.parametrize("state", HELD)
def test_a_put_that_mixes_allowed_and_refused_is_refused_whole(
    site: Site, phone: Phone, state: State
) -> None:
    till = prepare(site, phone, state)
    charges = till.charges
    answer = phone.edit(NAME, (TITLE, f"{TITLE} @room-2 x2"), TOUCHES["alarm"])
    assert (answer.status, answer.sentence) == (403, SENTENCES[state])
    assert site.details(phone.user, NAME).room is None
    assert "VALARM" not in phone.get(NAME).text
    assert till.charges == charges


@pytest.mark.parametrize("state", HELD)
def test_a_move_to_another_practitioners_calendar_is_refused(
    site: Site, phone: Phone, state: State
) -> None:
    till = prepare(site, phone, state)
    charges, other = till.charges, site.newcomer()
    desk = site.phone("desk")
    moved = desk.move(f"/desk/{phone.user}/{NAME}", f"/desk/{other.user}/{NAME}")
    assert (moved.status, moved.sentence) == (403, SENTENCES[state])
    assert site.appointment(other.user, NAME) is None
    assert site.details(phone.user, NAME).practitioner == phone.user
    assert till.charges == charges


@pytest.mark.parametrize("state", HELD)
def test_a_move_in_two_steps_leaves_the_work_where_it_is(
    site: Site, phone: Phone, state: State
) -> None:
    """As apps move that put a copy there and delete what was here."""
    till = prepare(site, phone, state)
    charges, other = till.charges, site.newcomer()
    desk = site.phone("desk")
    here, there = f"/desk/{phone.user}/{NAME}", f"/desk/{other.user}/{NAME}"
    assert desk.put(there, desk.get(here).text).status == 201
    gone = desk.delete(here)
    assert (gone.status, gone.sentence) == (403, SENTENCES[state])
    assert phone.get(NAME).value("SUMMARY") == f"✓ 🔒 {TITLE}"
    assert (till.charges, Till.of(site, other.user, NAME).shown()) == (charges, [])
    assert (till.wrong, site.findings()) == ([], [])


@pytest.mark.parametrize("state", HELD)
def test_a_move_to_another_name_in_the_same_calendar_is_no_change_of_the_work(
    site: Site, phone: Phone, state: State
) -> None:
    till = prepare(site, phone, state)
    charges = till.charges
    assert phone.move(NAME, "b.ics").status == 201
    assert phone.get("b.ics").value("SUMMARY") == f"✓ 🔒 {TITLE}"
    assert till.charges == charges
    assert site.findings() == []


def test_with_a_stale_copy_the_answer_is_the_rule_not_a_crash(site: Site, phone: Phone) -> None:
    prepare(site, phone, State.UNBILLED)
    stale = phone.get(NAME).text
    bring_to(Till.of(site, phone.user, NAME), State.BILLED)
    moved = edited(stale, *EDITS[Change.TIME])
    assert phone.put(NAME, moved).status == 403
    assert phone.get(NAME).says(at("DTSTART", START))
