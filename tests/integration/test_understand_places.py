"""The same facts in other places than the title: categories, texts, our own properties."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.appointment import Details, FeeOverride, Reminder, parse_services
from server.domain.errors import Invalid
from server.domain.money import Money
from server.domain.vocabulary import Attention, Kind, Status
from tests.practice import (
    AWAY,
    DESK,
    DORN,
    JANE,
    MAIN,
    ROOM_1,
    TELEHEALTH,
    THEO,
    House,
    event,
)


def heard(house: House, title: str, *lines: str, owner: str = "alma") -> Details:
    """Return the details of a new event."""
    house.put(event(title, "20261124T140000", *lines), owner)  # type: ignore[arg-type]  # a name
    return house.details(house.of_href(owner=owner))  # type: ignore[arg-type]  # a name


def retyped(house: House, old: str, new: str) -> Details:
    """Return the details after a text was put in place of another in what is shown."""
    number = house.of_href()
    text = house.shown(number)
    assert old in text
    house.put(text.replace(old, new))
    return house.details(number)


@pytest.mark.parametrize(
    ("lines", "field", "value"),
    [
        (("STATUS:CANCELLED",), "status", Status.CANCELLED),
        (("CATEGORIES:No-show",), "status", Status.NO_SHOW),
        (("CATEGORIES:Late cancel",), "status", Status.LATE_CANCELLED),
        (("CATEGORIES:acupfollow",), "session_type", "acupinitial"),
        (("CATEGORIES:Garden",), "status", Status.BOOKED),
        (("X-PRAXICAL-STATUS:arrived",), "status", Status.ARRIVED),
        (("X-PRAXICAL-STATUS:sleeping",), "status", Status.BOOKED),
        (("X-PRAXICAL-SERVICES:97811*3",), "services", parse_services("97811*3")),
        (("X-PRAXICAL-SERVICES:nonsense*x",), "client", JANE),
        (("X-PRAXICAL-REMINDERS:1D-text",), "reminders", (Reminder(1, "text"),)),
        (("X-PRAXICAL-REMINDERS:9D-text",), "reminders", ()),
        (("X-PRAXICAL-ROOM:room-1",), "room", ROOM_1),
        (("X-PRAXICAL-ROOM:cellar",), "room", None),
        (("X-PRAXICAL-LOCATION:telehealth-away",), "location", AWAY),
        (("X-PRAXICAL-LOCATION:moon",), "location", MAIN),
        (("X-PRAXICAL-SESSION:nothing",), "session_type", "acupinitial"),
        (("X-PRAXICAL-KIND:request",), "kind", Kind.SESSION),
        (("X-PRAXICAL-FEE:40.00",), "fee", FeeOverride(Money(4000))),
        (("X-PRAXICAL-FOO:bar",), "client", JANE),
        (("LOCATION:Main street / Room 1",), "room", ROOM_1),
        (("LOCATION:room 1",), "room", ROOM_1),
        (("LOCATION:Telehealth / Room 1",), "location", TELEHEALTH),
        (("LOCATION:https://meet.example.org/1",), "url", "https://meet.example.org/1"),
        (("LOCATION:https://meet.example.org/1",), "location", TELEHEALTH),
        (("URL:https://meet.example.org/1",), "url", "https://meet.example.org/1"),
        (("URL:http://meet.example.org/1",), "url", ""),
        (("URL:javascript:alert(1)",), "url", ""),
        (("URL:https://a b",), "url", ""),
        (("DESCRIPTION:Ask about the knee.",), "note", "Ask about the knee."),
        (("DESCRIPTION:-- practice --\\ninstructions: Rest.",), "instructions", "Rest."),
        (("DESCRIPTION:-- practice --\\nroom: room-1",), "room", ROOM_1),
        (("DESCRIPTION:-- practice --\\nurl: https://m.example.org",), "url",
         "https://m.example.org"),
        (("DESCRIPTION:-- practice --\\nstatus: arrived",), "status", Status.ARRIVED),
        (("X-APPLE-TRAVEL-DURATION:PT20M",), "travel", timedelta(minutes=20)),
        (("TRANSP:TRANSPARENT",), "blocks", True),
    ],
)  # fmt: skip
def test_the_same_facts_in_other_places(
    house: House, lines: tuple[str, ...], field: str, value: object
) -> None:
    assert getattr(heard(house, "acupinitial Jane Doe", *lines), field) == value


def test_a_category_may_name_the_session(house: House) -> None:
    details = heard(house, "Jane Doe", "CATEGORIES:acupfollow")
    assert (details.client, details.session_type) == (JANE, "acupfollow")


def test_services_in_the_block_go_before_those_of_the_session(house: House) -> None:
    block = "DESCRIPTION:-- practice --\\nservices: 97811*4\\nurl: https://a b"
    details = heard(house, "acupinitial Jane Doe", block)
    assert details.services == parse_services("97811*4")
    assert details.url == ""


def test_title_marks_go_before_categories_and_these_before_our_properties(
    house: House,
) -> None:
    details = heard(
        house,
        "acupinitial Jane Doe #noshow",
        "CATEGORIES:Arrived",
        "X-PRAXICAL-STATUS:confirmed",
        "DESCRIPTION:-- practice --\\nstatus: completed",
    )
    assert details.status is Status.NO_SHOW


def test_an_unknown_place_of_a_session_is_asked_about_and_of_an_event_it_is_kept(
    house: House,
) -> None:
    details = heard(house, "acupinitial Jane Doe", "LOCATION:the moon")
    assert details.location == MAIN
    assert details.attention == {Attention.LOCATION_UNKNOWN}
    house.delete()
    assert heard(house, "Staff meeting", "LOCATION:the moon").place == "the moon"


@pytest.mark.parametrize("lines", [("TRANSP:TRANSPARENT",), ()])
def test_t18_other_events_are_busy_or_free_as_said(
    house: House, lines: tuple[str, ...]
) -> None:
    assert heard(house, "Lunch", *lines).blocks is not bool(lines)


def test_free_as_a_mark(house: House) -> None:
    details = heard(house, "Lunch #free")
    assert (details.title, details.blocks) == ("Lunch", False)


def test_m8_an_invited_address_tells_the_client_and_is_not_kept(house: House) -> None:
    details = heard(house, "acupinitial", "ATTENDEE:mailto:JANE@example.org")
    assert details.client == JANE
    assert details.attention == frozenset()
    assert "ATTENDEE" not in house.shown(house.of_href())


def test_an_invitation_to_a_plain_event_makes_no_session(house: House) -> None:
    details = heard(house, "Dinner", "ATTENDEE:mailto:jane@example.org")
    assert (details.kind, details.client) == (Kind.OTHER, None)


def test_the_app_that_drops_our_properties_changes_nothing(house: House) -> None:
    before = heard(house, "acupinitial Jane Doe @room-1 #confirmed")
    number = house.of_href()
    text = "".join(
        f"{line}\r\n"
        for line in house.shown(number).splitlines()
        if not line.startswith(("X-PRAXICAL", "COLOR", "CLASS", "STATUS", "TRANSP"))
    )
    house.put(text.replace("SUMMARY", "X-NEW:1\r\nSUMMARY"))
    assert house.details(number) == before


def test_a_new_event_of_an_hour_takes_the_minutes_of_its_session(house: House) -> None:
    heard(house, "psy50 Jana Dorn", owner="theo")
    (row,) = house.rows(practitioner=THEO)
    assert row.end - row.start == timedelta(minutes=50)


def test_the_front_desk_books_into_a_practitioners_calendar(house: House) -> None:
    house.put(event("psy50 Jana Dorn"), THEO, user=DESK)
    (row,) = house.rows(practitioner=THEO)
    assert row.client == DORN
    assert house.history(row.appointment)[0].actor.user == DESK


def test_a_status_that_cannot_follow_is_refused(house: House) -> None:
    heard(house, "acupinitial Jane Doe #cancel")
    with pytest.raises(Invalid):
        retyped(house, "X-PRAXICAL-STATUS:cancelled", "X-PRAXICAL-STATUS:arrived")
