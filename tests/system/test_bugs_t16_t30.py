"""Bugs that other projects had, T16 to T30: each row is a test of ours."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from server.domain.errors import InUse
from server.domain.vocabulary import Attention, Status
from server.usecases.manage_session_types import delete_session_type
from tests.system import office
from tests.system.events import edited, event, monday, new_uid, times, vcalendar, vevent
from tests.system.phone import Phone
from tests.system.servers import Site, praxical

START = monday(weeks=1, hour=9)
HOUR = timedelta(hours=1)


def test_t16_a_type_that_was_ever_used_cannot_be_deleted(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("consult15 Jane Doe", START))
    phone.delete("a.ics")
    with site.database.writing() as uow, pytest.raises(InUse):
        delete_session_type(uow, "consult15")
    refused = praxical(site.url, "session-type", "delete", "consult15", "--yes")
    assert refused.returncode == 1
    assert "Archive it instead" in refused.stderr


def test_t16_archiving_keeps_appointments_and_unarchiving_books_again(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("psyinitial Jane Doe", START))
    office.archive(site, "psyinitial", archived=True)
    try:
        assert site.details(phone.user, "a.ics").session_type == "psyinitial"
        phone.put("b.ics", event("psyinitial Jana Dorn", START + 2 * HOUR))
        assert site.details(phone.user, "b.ics").session_type is None
        assert Attention.SESSION_UNKNOWN in site.details(phone.user, "b.ics").attention
    finally:
        office.archive(site, "psyinitial", archived=False)
    phone.put("c.ics", event("psyinitial Jana Dorn", START + 4 * HOUR))
    assert site.details(phone.user, "c.ics").session_type == "psyinitial"


def test_t20_what_is_anybody_elses_business_stays_in_the_own_calendar(
    site: Site, phone: Phone
) -> None:
    """Other Events reach no client-facing view; the busy view shows time and no words."""
    phone.put("a.ics", event("Divorce lawyer", START, "LOCATION:Court 7"))
    colleague = site.newcomer()
    shown = colleague.get(f"/{colleague.user}/{phone.user}/a.ics")
    assert shown.value("SUMMARY") == "Busy"
    assert "lawyer" not in shown.text
    assert "Court" not in shown.text
    rows = site.listed(client="C1001", practitioner=phone.user)
    assert list(rows) == []


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("acupfollow Maria Garcia", "which client? Maria Garcia (2)"),
        ("acupfollow Nobody Known", "unknown client? Nobody Known"),
    ],
)
def test_t21_a_question_stands_in_the_title_and_not_only_in_a_log(
    phone: Phone, title: str, asked: str
) -> None:
    phone.put("a.ics", event(title, START))
    shown = phone.get("a.ics").value("SUMMARY") or ""
    assert shown.startswith("⚠")
    assert asked in shown


def test_t21_cancelling_reaches_the_appointment(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    appointment = site.appointment(phone.user, "a.ics")
    assert phone.edit("a.ics", ("STATUS:CONFIRMED", "STATUS:CANCELLED")).status == 204
    assert appointment is not None
    with site.reading() as uow:
        after = uow.appointments.get(appointment.id)
    assert after is not None
    assert after.first_part.details.status is Status.CANCELLED
    assert not after.first_part.details.blocks
    # Struck through until the app has seen it; an object that is gone at once hangs some apps.
    shown = phone.get("a.ics")
    assert shown.says("STATUS:CANCELLED")
    assert (shown.value("SUMMARY") or "").startswith("✗")


def test_t21_deleting_reaches_the_appointment(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    appointment = site.appointment(phone.user, "a.ics")
    phone.delete("a.ics")
    assert appointment is not None
    with site.reading() as uow:
        after = uow.appointments.get(appointment.id)
    assert after is not None
    assert after.deleted_at is not None
    assert list(site.listed(practitioner=phone.user)) == []


@pytest.mark.parametrize(
    ("lines", "blocks"),
    [
        (("TRANSP:OPAQUE", "X-APPLE-EWS-BUSYSTATUS:FREE"), True),
        (("TRANSP:TRANSPARENT", "X-APPLE-EWS-BUSYSTATUS:BUSY"), False),
        (("TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"), True),
        (("X-MICROSOFT-CDO-BUSYSTATUS:FREE",), False),
        (("X-APPLE-EWS-BUSYSTATUS:FREE",), True),
    ],
)
def test_t23_transp_says_whether_time_is_busy(
    site: Site, phone: Phone, lines: tuple[str, ...], *, blocks: bool
) -> None:
    phone.put("a.ics", event("Meeting", START, *lines))
    [row] = site.listed(practitioner=phone.user)
    assert row.occurrence.blocks is blocks


def test_t24_travel_time_blocks_the_half_hour_before(site: Site, phone: Phone) -> None:
    travel = "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M"
    phone.put("a.ics", event("acupfollow Jane Doe", START, travel))
    [row] = site.listed(practitioner=phone.user)
    assert (row.occurrence.busy_from, row.occurrence.start) == (START - HOUR / 2, START)
    assert phone.get("a.ics").says(travel)
    # What ends inside of the travel time overlaps.
    phone.put("b.ics", event("acupfollow Jana Dorn", START - HOUR, minutes=45))
    assert Attention.OVERLAP in site.details(phone.user, "b.ics").attention
    assert site.findings() == []


def test_t28_of_fifty_parallel_bookings_under_one_name_one_wins(
    site: Site, phone: Phone
) -> None:
    devices = [site.phone(phone.user) for _ in range(50)]

    def book(device: Phone) -> int:
        return device.put(
            "slot.ics", event("acupfollow Jane Doe", START), If_None_Match="*"
        ).status

    with ThreadPoolExecutor(50) as pool:
        statuses = sorted(pool.map(book, devices))
    assert statuses == [201] + [412] * 49
    assert len(site.listed(practitioner=phone.user)) == 1
    appointment = site.appointment(phone.user, "slot.ics")
    assert appointment is not None
    assert site.history(appointment) == ["booked"]
    assert site.findings() == []


def test_t28_one_uid_put_under_twenty_names_at_once_is_stored_once(
    site: Site, phone: Phone
) -> None:
    uid = new_uid()
    devices = [site.phone(phone.user) for _ in range(20)]

    def book(numbered: tuple[int, Phone]) -> int:
        number, device = numbered
        text = event("acupfollow Jane Doe", START, uid=uid)
        return device.put(f"{number}.ics", text).status

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(book, enumerate(devices)))
    assert statuses == [201] + [409] * 19
    assert len(site.listed(practitioner=phone.user)) == 1
    assert site.findings() == []


@pytest.mark.parametrize(
    "line",
    [
        "X_UNDER_SCORE:value",
        "X-ÜMLAUT:value",
        "1234:value",
        "X-EMPTY;=:value",
        "X-PARAM;A:value",
        'X-QUOTE;A="open:value',
        ";X=1:value",
        ":value",
        "BEGIN",
        "X-ONLY-NAME",
        " leading space",
    ],
)
def test_t30_a_malformed_property_name_is_kept_or_refused_and_never_fails(
    site: Site, phone: Phone, line: str
) -> None:
    answer = phone.put("a.ics", event("acupfollow Jane Doe", START, line))
    assert answer.status in (201, 400)
    if answer.status == 400:
        assert answer.condition == "valid-calendar-data"
        assert answer.sentence
        assert phone.get("a.ics").status == 404
    else:
        shown = phone.get("a.ics")
        assert shown.status == 200
        again = edited(shown.text, ("END:VEVENT", "PRIORITY:3\r\nEND:VEVENT"))
        assert phone.put("a.ics", again).status == 204
    assert phone.query("", "20200101T000000Z", "20400101T000000Z").status == 207
    assert site.findings() == []


def test_t30_in_the_middle_of_a_series_too(site: Site, phone: Phone) -> None:
    uid = new_uid()
    odd = "X_ODD;A_B=c:d"
    master = vevent(uid, "acupfollow Jane Doe", times(START), "RRULE:FREQ=DAILY;COUNT=3", odd)
    assert phone.put("a.ics", vcalendar(master)).status == 201
    assert odd in phone.get("a.ics").lines
    assert len(site.listed(practitioner=phone.user)) == 3
