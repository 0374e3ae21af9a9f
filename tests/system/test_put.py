"""PUT into a calendar of appointments: what is understood, stored, and answered."""

from __future__ import annotations

import pytest

from server.domain.vocabulary import Attention, ContactWith, Kind, Medium, Status
from tests.system.events import edited, event, monday, new_uid
from tests.system.phone import Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("acupinitial Jane Doe", (Kind.SESSION, "C1001", "acupinitial", Status.BOOKED)),
        ("Jane Doe acupfollow", (Kind.SESSION, "C1001", "acupfollow", Status.BOOKED)),
        ("ACUPFOLLOW doe, jane", (Kind.SESSION, "C1001", "acupfollow", Status.BOOKED)),
        ("acupfollow id:C1011", (Kind.SESSION, "C1011", "acupfollow", Status.BOOKED)),
        ("90834 Jane Doe", (Kind.SESSION, "C1001", None, Status.BOOKED)),
        ("acupfollow Jane Doe #here", (Kind.SESSION, "C1001", "acupfollow", Status.ARRIVED)),
        ("#contact #phone Jane Doe", (Kind.CONTACT, "C1001", None, Status.BOOKED)),
        ("Staff meeting", (Kind.OTHER, None, None, Status.BOOKED)),
        (
            "Cancelled: acupfollow Jane Doe",
            (Kind.SESSION, "C1001", "acupfollow", Status.CANCELLED),
        ),
    ],
)
def test_a_typed_title_is_understood(
    site: Site, phone: Phone, title: str, expected: tuple[object, ...]
) -> None:
    assert phone.put("a.ics", event(title, START)).status == 201
    details = site.details(phone.user, "a.ics")
    assert (details.kind, details.client, details.session_type, details.status) == expected


def test_a_collateral_contact_says_with_whom(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("#collateral #phone Jane Doe with: caseworker Kim", START))
    details = site.details(phone.user, "a.ics")
    assert (details.kind, details.medium) == (Kind.COLLATERAL, Medium.PHONE)
    assert (details.contact_with, details.contact_name) == (ContactWith.CASEWORKER, "Kim")
    assert phone.get("a.ics").says("X-PRAXICAL-CONTACT-WITH:caseworker")


def test_a_fee_is_taken_in_and_never_sent_out(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe #noshow $47.11", START))
    fee = site.details(phone.user, "a.ics").fee
    assert fee is not None
    assert fee.amount.minor == 4711
    assert "47.11" not in "".join(
        line for line in phone.get("a.ics").lines if line.startswith(("SUMMARY", "X-", "DESC"))
    )


def test_a_waived_fee_is_zero(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe #noshow #waive", START))
    fee = site.details(phone.user, "a.ics").fee
    assert fee is not None
    assert fee.amount.minor == 0


def test_a_length_that_a_person_chose_is_kept(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupinitial Jane Doe", START, minutes=40))
    [row] = site.listed(practitioner=phone.user)
    assert (row.occurrence.end - row.occurrence.start).total_seconds() == 40 * 60


def test_later_changes_of_the_length_are_the_persons(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupinitial Jane Doe", START))
    shown = phone.get("a.ics")
    end = next(line for line in shown.lines if line.startswith("DTEND"))
    assert end.endswith("T101500")
    phone.put("a.ics", edited(shown.text, (end, end.replace("T101500", "T100000"))))
    [row] = site.listed(practitioner=phone.user)
    assert (row.occurrence.end - row.occurrence.start).total_seconds() == 60 * 60


def test_a_client_nobody_knows_is_asked_about_and_holds_the_time(
    site: Site, phone: Phone
) -> None:
    answer = phone.put("a.ics", event("acupfollow Nobody Known", START))
    assert answer.status == 201
    details = site.details(phone.user, "a.ics")
    assert details.client is None
    assert details.blocks
    assert Attention.CLIENT_UNKNOWN in details.attention
    assert "unknown client?" in (phone.get("a.ics").value("SUMMARY") or "")
    assert phone.get("a.ics").says("STATUS:TENTATIVE")


def test_a_place_that_nobody_knows_is_asked_about(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "LOCATION:Cafe Nowhere"))
    details = site.details(phone.user, "a.ics")
    assert Attention.LOCATION_UNKNOWN in details.attention
    assert details.location == "main"


def test_a_place_and_room_are_chosen_by_location(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "LOCATION:Main street / Room 2"))
    details = site.details(phone.user, "a.ics")
    assert (details.location, details.room) == ("main", "room-2")
    assert phone.get("a.ics").value("LOCATION") == "Main street / Room 2"


def test_a_link_as_place_is_a_video_session(site: Site, phone: Phone) -> None:
    link = "https://video.example/room/7"
    phone.put("a.ics", event("acupfollow Jane Doe", START, f"LOCATION:{link}"))
    details = site.details(phone.user, "a.ics")
    assert (details.url, details.location) == (link, "telehealth")


def test_the_block_of_the_description_is_read(site: Site, phone: Phone) -> None:
    text = "Call first\\n-- practice --\\nstatus: confirmed\\ninstructions: Bring a towel"
    phone.put("a.ics", event("acupfollow Jane Doe", START, f"DESCRIPTION:{text}"))
    details = site.details(phone.user, "a.ics")
    assert (details.note, details.instructions) == ("Call first", "Bring a towel")
    assert details.status is Status.CONFIRMED


def test_title_marks_win_over_categories_and_these_over_status(
    site: Site, phone: Phone
) -> None:
    said = ("CATEGORIES:Arrived", "STATUS:CANCELLED", "X-PRAXICAL-STATUS:no-show")
    phone.put("a.ics", event("acupfollow Jane Doe #confirmed", START, *said))
    assert site.details(phone.user, "a.ics").status is Status.CONFIRMED
    phone.put("b.ics", event("acupfollow Jane Doe", START, *said))
    assert site.details(phone.user, "b.ics").status is Status.ARRIVED


def test_adding_a_status_category_acts_and_removing_it_does_nothing(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, "CATEGORIES:Arrived"))
    assert site.details(phone.user, "a.ics").status is Status.ARRIVED
    phone.edit("a.ics", drop=("CATEGORIES",), User_Agent="Thunderbird/153.0")
    assert site.details(phone.user, "a.ics").status is Status.ARRIVED


def test_an_other_event_comes_back_as_it_was_sent_with_its_etag(phone: Phone) -> None:
    phone.put("a.ics", event("Lunch", START, "TRANSP:TRANSPARENT"))
    shown = phone.get("a.ics")
    later = edited(shown.text, ("SUMMARY:Lunch", "SUMMARY:Late lunch"))
    answer = phone.put("a.ics", later, If_Match=shown.etag or "")
    assert answer.status == 204
    assert answer.etag is None
    assert phone.get("a.ics").value("SUMMARY") == "Late lunch"


def test_what_is_served_again_unchanged_has_its_etag(phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    shown = phone.get("a.ics")
    assert phone.put("a.ics", shown.text).etag == shown.etag


def test_a_new_object_under_a_used_name_is_refused_where_the_app_says_new(phone: Phone) -> None:
    assert phone.put("a.ics", event("Lunch", START)).status == 201
    answer = phone.put("a.ics", event("Lunch", START), If_None_Match="*")
    assert (answer.status, answer.condition) == (412, "precondition-failed")


def test_one_uid_under_two_names_of_a_calendar_is_refused_with_the_name_in_use(
    phone: Phone,
) -> None:
    uid = new_uid()
    phone.put("a.ics", event("Lunch", START, uid=uid))
    answer = phone.put("b.ics", event("Lunch", START, uid=uid))
    assert (answer.status, answer.condition) == (409, "no-uid-conflict")
    assert answer.xml.findtext(".//{DAV:}href") == phone.path("a.ics")


def test_the_href_is_the_apps_own(phone: Phone) -> None:
    for href in ("with%20space.ics", "at%40home.ics", "no-extension", "%C3%BC.ics"):
        assert phone.put(href, event("Lunch", START)).status == 201
        assert phone.get(href).status == 200
    listed = phone.propfind("", "D:getetag", depth=1).responses
    assert len(listed) == 5


def test_a_first_sync_lists_nothing_that_was_removed(phone: Phone) -> None:
    for href in ("a.ics", "b.ics", "c.ics"):
        phone.put(href, event("Lunch", START))
    phone.delete("a.ics")
    phone.move("b.ics", "d.ics")
    first = phone.sync()
    assert set(first.there) == {"c.ics", "d.ics"}
    assert first.gone == set()
    assert phone.sync(token=first.token).there == {}


def test_a_packed_answer_has_the_same_etag(phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    plain, packed = phone.get("a.ics"), phone.get("a.ics", Accept_Encoding="gzip, br")
    assert (packed.body, packed.etag) == (plain.body, plain.etag)
    assert phone.put("a.ics", packed.text, If_Match=packed.etag or "").status == 204
