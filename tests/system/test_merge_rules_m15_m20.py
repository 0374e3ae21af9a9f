"""Merge rules M15 to M20: overlaps, archived types, the outbox, limits, one transaction."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.ids import UserName
from server.domain.vocabulary import Attention
from tests.system import office
from tests.system.events import edited, event, monday, new_uid, times, vcalendar, vevent
from tests.system.phone import Phone
from tests.system.practice import operator
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
HOUR = timedelta(hours=1)


def booked(phone: Phone, href: str, title: str, *lines: str, hours: float = 0) -> None:
    """Book something on Monday next week, some hours after nine."""
    start = START + hours * HOUR
    assert phone.put(href, event(title, start, *lines, minutes=45)).status == 201


def test_m15_an_overlap_is_accepted_and_said(site: Site, phone: Phone) -> None:
    booked(phone, "a.ics", "acupfollow Jane Doe")
    booked(phone, "b.ics", "acupfollow Jana Dorn", hours=0.5)
    assert Attention.OVERLAP in site.details(phone.user, "b.ics").attention
    assert phone.get("b.ics").says("X-PRAXICAL-ATTENTION:overlap")
    assert phone.get("b.ics").value("SUMMARY") == "JD · acupfollow"


def test_m15_moving_out_of_the_overlap_settles_it(site: Site, phone: Phone) -> None:
    booked(phone, "a.ics", "acupfollow Jane Doe")
    booked(phone, "b.ics", "acupfollow Jana Dorn", hours=0.5)
    uid = phone.get("b.ics").value("UID") or ""
    later = vcalendar(vevent(uid, "JD · acupfollow", times(START + 3 * HOUR, 45)))
    assert phone.put("b.ics", later).status == 204
    assert Attention.OVERLAP not in site.details(phone.user, "b.ics").attention


def test_m15_members_of_a_group_share_their_slot_without_a_warning(
    site: Site, phone: Phone
) -> None:
    for number, client in enumerate(("Jane Doe", "John Doe", "Jana Dorn")):
        booked(phone, f"{number}.ics", f"acupfollow {client}")
    details = [site.details(phone.user, f"{number}.ics") for number in range(3)]
    assert all(Attention.OVERLAP not in one.attention for one in details)
    assert len({one.client for one in details}) == 3


def test_m15_an_occupied_room_is_accepted_and_said(site: Site, phone: Phone) -> None:
    other = site.newcomer()
    start = monday(weeks=9, hour=16)
    for each, client in ((phone, "Jane Doe"), (other, "Jana Dorn")):
        title = f"acupfollow {client} @room-2"
        assert each.put("r.ics", event(title, start, minutes=45)).status == 201
    assert Attention.OVERLAP in site.details(other.user, "r.ics").attention


def test_m16_an_archived_type_is_not_booked_anew(site: Site, phone: Phone) -> None:
    booked(phone, "a.ics", "oldmassage Jane Doe")
    details = site.details(phone.user, "a.ics")
    assert (details.client, details.session_type) == ("C1001", None)
    assert Attention.SESSION_UNKNOWN in details.attention
    assert (phone.get("a.ics").value("SUMMARY") or "").startswith("⚠")


def test_m16_an_appointment_of_an_archived_type_keeps_it_and_moves(
    site: Site, phone: Phone
) -> None:
    booked(phone, "a.ics", "couples Jane Doe")
    shown = phone.get("a.ics")
    office.archive(site, "couples", archived=True)
    try:
        uid = shown.value("UID") or ""
        later = vcalendar(vevent(uid, "JD · couples", times(START + 4 * HOUR, 90)))
        assert phone.put("a.ics", later, If_Match=shown.etag or "").status == 204
        details = site.details(phone.user, "a.ics")
        assert details.session_type == "couples"
        assert Attention.SESSION_UNKNOWN not in details.attention
    finally:
        office.archive(site, "couples", archived=False)


def test_m17_the_same_content_twice_is_one_revision(site: Site, phone: Phone) -> None:
    text = event("acupfollow Jane Doe", START)
    assert phone.put("a.ics", text).status == 201
    before, history = phone.get("a.ics"), site.appointment(phone.user, "a.ics")
    for stamped in ("20260102", "20260103"):
        again = edited(text, ("DTSTAMP:20260101", f"DTSTAMP:{stamped}"))
        assert phone.put("a.ics", again).status == 204
    after = phone.get("a.ics")
    assert after.etag == before.etag
    assert history is not None
    assert site.history(history) == ["booked"]


def test_m17_sending_back_what_was_served_is_no_revision(phone: Phone) -> None:
    booked(phone, "a.ics", "acupfollow Jane Doe")
    shown, token = phone.get("a.ics"), phone.sync().token
    answer = phone.put("a.ics", shown.text, If_Match=shown.etag or "")
    assert answer.status == 204
    assert answer.etag == shown.etag
    assert phone.sync(token=token).there == {}


def test_m18_what_is_told_waits_in_the_outbox(site: Site, phone: Phone) -> None:
    with site.database.writing() as uow:
        uow.outbox.subscribe("listener")
    booked(phone, "a.ics", "acupfollow Jane Doe")
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    with site.reading() as uow:
        rows = [row for row in uow.outbox.waiting() if row.appointment == appointment.id]
    assert [(row.subscriber, row.fact) for row in rows] == [("listener", "booked")]
    wait = rows[0].due_at - operator().now
    assert timedelta(minutes=2) < wait <= timedelta(minutes=3)
    assert rows[0].told_at is None


def test_m19_a_title_is_cut_at_255_characters(site: Site, phone: Phone) -> None:
    booked(phone, "a.ics", "x" * 400)
    assert len(site.details(phone.user, "a.ics").title) == 255


def test_m19_a_note_is_cut_at_8_kib(site: Site, phone: Phone) -> None:
    booked(phone, "a.ics", "acupfollow Jane Doe", f"DESCRIPTION:{'é' * 6000}")
    note = site.details(phone.user, "a.ics").note
    assert 8000 < len(note.encode()) <= 8 * 1024


@pytest.mark.parametrize(
    "link",
    [
        "http://video.example/plain",
        "javascript:alert(1)",
        f"https://video.example/{'x' * 2048}",
        "https://video.example/a b",
    ],
)
def test_m19_only_short_https_links_are_kept(site: Site, phone: Phone, link: str) -> None:
    booked(phone, "a.ics", "acupfollow Jane Doe", f"URL:{link}")
    assert site.details(phone.user, "a.ics").url == ""


def test_m19_an_https_link_is_the_telehealth_address(site: Site, phone: Phone) -> None:
    booked(phone, "a.ics", "acupfollow Jane Doe", "URL:https://video.example/r/1")
    assert site.details(phone.user, "a.ics").url == "https://video.example/r/1"
    assert phone.get("a.ics").says("URL:https://video.example/r/1")


def test_m19_controls_and_bidi_signs_do_not_reach_the_database(
    site: Site, phone: Phone
) -> None:
    booked(phone, "a.ics", "Staff\u202e mee\x07ting\u2066", "DESCRIPTION:a\u202eb\x0bc")
    details = site.details(phone.user, "a.ics")
    assert details.title == "Staff meeting"
    assert details.note == "abc"
    shown = phone.get("a.ics").text
    assert not {"\u202e", "\u2066", "\x07", "\x0b"} & set(shown)


def test_m20_one_put_writes_row_occurrences_history_and_token_together(
    site: Site, phone: Phone
) -> None:
    token = phone.sync().token
    booked(phone, "a.ics", "acupfollow Jane Doe", "RRULE:FREQ=WEEKLY;COUNT=5")
    appointment = site.appointment(phone.user, "a.ics")
    assert appointment is not None
    assert len(site.listed(practitioner=UserName(phone.user))) == 5
    assert site.history(appointment) == ["booked"]
    synced = phone.sync(token=token)
    assert set(synced.there) == {"a.ics"}
    assert synced.token != token
    assert site.findings() == []


def test_m20_a_put_that_is_refused_at_its_end_leaves_nothing(site: Site, phone: Phone) -> None:
    token = phone.sync().token
    uid = new_uid()
    bomb = vevent(uid, "acupfollow Jane Doe", times(START, 45), "RRULE:FREQ=MINUTELY")
    answer = phone.put("a.ics", vcalendar(bomb))
    assert (answer.status, answer.condition) == (403, "max-instances")
    assert phone.get("a.ics").status == 404
    assert phone.sync(token=token).token == token
    assert site.listed(practitioner=UserName(phone.user)) == []


def test_m17_a_repeated_put_makes_no_second_client(site: Site, phone: Phone) -> None:
    text = event("acupfollow new: Prudence Placeholder", START)
    assert phone.put("a.ics", text).status == 201
    assert phone.put("a.ics", text).status == 204
    with site.reading() as uow:
        found = uow.clients.named("prudence placeholder")
        mine = [client for client in found if client.practitioner == phone.user]
    assert len(mine) == 1


@pytest.mark.parametrize("title", ["acupfollow Jane Doe", "Lunch"])
def test_m17_an_app_without_our_properties_may_choose_the_usual_length(
    site: Site, phone: Phone, title: str
) -> None:
    phone.put("a.ics", event(title, START, minutes=45))
    half = phone.edit("a.ics", ("T094500", "T093000"), drop=("X-PRAXICAL-",))
    hour = phone.edit("a.ics", ("T093000", "T100000"), drop=("X-PRAXICAL-",))
    assert (half.status, hour.status) == (204, 204)
    [row] = site.listed(practitioner=UserName(phone.user))
    assert row.occurrence.end - row.occurrence.start == HOUR
