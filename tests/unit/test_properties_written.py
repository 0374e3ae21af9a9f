"""What each viewer is shown of an appointment: the table of part 7 of the calendar rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.appointment import Details, Reminder
from server.domain.ids import AppointmentId, GroupId, LocationKey
from server.domain.vocabulary import (
    Attention,
    ContactWith,
    Kind,
    Medium,
    Status,
    TitleLevel,
)
from server.ics.properties import NEVER_SENT, uid_for
from server.ics.view import View
from tests.rendering import (
    COLLEAGUE,
    FRONT_DESK,
    OTHER,
    OWNER,
    SESSION,
    appointment,
    event_of,
    value_of,
)

CONTACT = replace(
    SESSION, kind=Kind.CONTACT, session_type=None, services=(), medium=Medium.PHONE
)
REQUEST = replace(SESSION, kind=Kind.REQUEST, status=Status.REQUESTED)
ASKING = replace(
    SESSION,
    client=None,
    title="Jane Doe",
    attention=frozenset({Attention.CLIENT_AMBIGUOUS}),
    candidates=2,
)


def shown(details: Details, name: str, view: View = OWNER) -> str | None:
    return value_of(event_of(appointment(details), view), name)


@pytest.mark.parametrize(
    ("name", "owner", "front_desk", "colleague"),
    [
        ("UID", "one", "one", "01JD-busy"),
        ("SUMMARY", "JD \u00b7 acupinitial", "Jane Doe \u00b7 acupinitial", "Busy"),
        ("LOCATION", "Main street / Room 1", "Main street / Room 1", None),
        ("URL", "https://meet.example.org/1", "https://meet.example.org/1", None),
        ("STATUS", "CONFIRMED", "CONFIRMED", "CONFIRMED"),
        ("TRANSP", "OPAQUE", "OPAQUE", "OPAQUE"),
        ("CLASS", "PRIVATE", "PRIVATE", "PRIVATE"),
        ("COLOR", "red", "red", None),
        ("X-PRAXICAL-REF", "01JD", "01JD", None),
        ("X-PRAXICAL-REV", "17", "17", None),
        ("X-PRAXICAL-KIND", "session", "session", None),
        ("X-PRAXICAL-STATUS", "booked", "booked", None),
        ("X-PRAXICAL-SESSION", "acupinitial", "acupinitial", None),
        ("X-PRAXICAL-CLIENT", "C1001", "C1001", None),
        ("X-PRAXICAL-PRACTITIONER", "alma", "alma", None),
        ("X-PRAXICAL-SERVICES", "97810*1 97811*2", None, None),
        ("X-PRAXICAL-LOCATION", "main", "main", None),
        ("X-PRAXICAL-ROOM", "room-1", "room-1", None),
        ("DTSTART", "20261124T140000", "20261124T140000", "20261124T140000"),
        ("DTEND", "20261124T151500", "20261124T151500", "20261124T151500"),
    ],
)
def test_what_owner_front_desk_and_colleague_are_shown(
    name: str, owner: str | None, front_desk: str | None, colleague: str | None
) -> None:
    found = [shown(SESSION, name, view) for view in (OWNER, FRONT_DESK, COLLEAGUE)]
    assert found == [owner, front_desk, colleague]


def test_the_owner_reads_the_note_and_the_front_desk_only_the_instructions() -> None:
    block = "-- practice --\\ninstructions: Eat before you come."
    assert shown(SESSION, "DESCRIPTION") == f"Ask about the knee.\\n\\n{block}"
    assert shown(SESSION, "DESCRIPTION", FRONT_DESK) == block
    assert shown(SESSION, "DESCRIPTION", COLLEAGUE) is None


@pytest.mark.parametrize(
    ("level", "title", "client"),
    [
        (TitleLevel.FULL, "Jane Doe \u00b7 acupinitial", "C1001"),
        (TitleLevel.FIRST, "Jane \u00b7 acupinitial", "C1001"),
        (TitleLevel.INITIALS, "JD \u00b7 acupinitial", "C1001"),
        (TitleLevel.ID, "C1001 \u00b7 acupinitial", "C1001"),
        (TitleLevel.ANONYMOUS, "Appointment", None),
        (TitleLevel.BUSY, "Busy", None),
    ],
)
def test_each_level_of_titles(level: TitleLevel, title: str, client: str | None) -> None:
    assert shown(SESSION, "SUMMARY", View(level)) == title
    assert shown(SESSION, "X-PRAXICAL-CLIENT", View(level)) == client


@pytest.mark.parametrize("view", [OWNER, FRONT_DESK, COLLEAGUE])
@pytest.mark.parametrize("level", list(TitleLevel))
def test_t27_a_name_stands_in_no_text_below_the_level_that_shows_it(
    level: TitleLevel, view: View
) -> None:
    seen = replace(view, level=level)
    text = "\n".join(event_of(appointment(SESSION), seen))
    assert ("Doe" in text) is (level is TitleLevel.FULL)
    assert ("Jane" in text) is (level in (TitleLevel.FULL, TitleLevel.FIRST))
    assert "FEE" not in text


@pytest.mark.parametrize(
    ("details", "status", "transp"),
    [
        (SESSION, "CONFIRMED", "OPAQUE"),
        (replace(SESSION, busy=False), "CONFIRMED", "OPAQUE"),
        (replace(SESSION, status=Status.ARRIVED), "CONFIRMED", "OPAQUE"),
        (replace(SESSION, status=Status.NO_SHOW), "CONFIRMED", "OPAQUE"),
        (replace(SESSION, status=Status.CANCELLED), "CANCELLED", "TRANSPARENT"),
        (replace(SESSION, status=Status.LATE_CANCELLED), "CANCELLED", "TRANSPARENT"),
        (REQUEST, "TENTATIVE", "OPAQUE"),
        (ASKING, "TENTATIVE", "OPAQUE"),
        (SESSION.with_attention(Attention.OVERLAP), "CONFIRMED", "OPAQUE"),
        (CONTACT, "CONFIRMED", "OPAQUE"),
        (replace(CONTACT, busy=False), "CONFIRMED", "TRANSPARENT"),
        (OTHER, None, "OPAQUE"),
        (replace(OTHER, busy=False), None, "TRANSPARENT"),
        (replace(OTHER, status=Status.CANCELLED), "CANCELLED", "TRANSPARENT"),
        (OTHER.with_attention(Attention.OVERLAP), None, "OPAQUE"),
        (OTHER.with_attention(Attention.TIMES_UNUSUAL), "TENTATIVE", "OPAQUE"),
    ],
)
def test_status_and_busy_time(details: Details, status: str | None, transp: str) -> None:
    assert (shown(details, "STATUS"), shown(details, "TRANSP")) == (status, transp)


def test_an_other_event_is_shown_under_its_own_title_and_says_nothing_of_a_client() -> None:
    lines = event_of(appointment(OTHER, "CLASS:PUBLIC", "URL:https://own.example.org"))
    assert value_of(lines, "SUMMARY") == "Staff meeting"
    assert value_of(lines, "CLASS") == "PUBLIC"
    assert value_of(lines, "URL") == "https://own.example.org"
    assert value_of(lines, "COLOR") is None
    assert value_of(lines, "X-PRAXICAL-CLIENT") is None


@pytest.mark.parametrize(("busy", "title"), [(True, "Busy"), (False, "Free")])
def test_a_colleague_sees_busy_and_free_and_nothing_else(busy: bool, title: str) -> None:
    lines = event_of(appointment(replace(OTHER, busy=busy), "LOCATION:home"), COLLEAGUE)
    assert value_of(lines, "SUMMARY") == title
    assert {line.split(":")[0].split(";")[0] for line in lines} == {
        "DTSTART",
        "DTEND",
        "UID",
        "DTSTAMP",
        "SUMMARY",
        "TRANSP",
        "STATUS",
        "CLASS",
    }


@pytest.mark.parametrize("view", [OWNER, FRONT_DESK])
def test_what_the_practice_owns_is_written_over_what_an_app_wrote(view: View) -> None:
    stale = (
        "SUMMARY:old",
        "STATUS:TENTATIVE",
        "COLOR:blue",
        "X-PRAXICAL-CLIENT:C1002",
        "X-PRAXICAL-FEE;X-CURRENCY=USD:40.00",
        "X-PRAXICAL-LOCATION;X-POS=99:main",
        "URL:https://old.example.org",
    )
    lines = event_of(appointment(SESSION, *stale), view)
    assert value_of(lines, "SUMMARY") != "old"
    assert value_of(lines, "STATUS") == "CONFIRMED"
    assert value_of(lines, "COLOR") == "red"
    assert value_of(lines, "X-PRAXICAL-CLIENT") == "C1001"
    assert value_of(lines, "URL") == "https://meet.example.org/1"
    assert "X-PRAXICAL-LOCATION;X-POS=11:main" in lines
    assert not any("FEE" in line for line in lines)


def test_a_line_that_says_the_same_stays_as_the_app_wrote_it() -> None:
    own = ("SUMMARY;LANGUAGE=en:JD \u00b7 acupinitial", "status:CONFIRMED")
    assert set(own) <= set(event_of(appointment(SESSION, *own)))


def test_t11_no_property_of_ours_is_written_twice() -> None:
    own = ("X-PRAXICAL-REF:01JD", "X-PRAXICAL-REF:02", "SUMMARY:a", "SUMMARY:b")
    names = [line.split(":")[0].split(";")[0] for line in event_of(appointment(SESSION, *own))]
    assert sorted(names) == sorted(set(names))


def test_t5_no_attendee_ever_leaves() -> None:
    own = (
        "ATTENDEE;CN=Jane Doe:mailto:jane@example.org",
        "ORGANIZER:mailto:alma@example.org",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "ATTENDEE:mailto:jane@example.org",
        "END:VALARM",
    )
    lines = event_of(appointment(SESSION, *own))
    assert not [line for line in lines if line.startswith(tuple(NEVER_SENT))]
    assert lines[-3:] == ["BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"]


def test_a_contact_shows_how_and_with_whom_and_no_place() -> None:
    collateral = replace(
        CONTACT, kind=Kind.COLLATERAL, contact_with=ContactWith.CASEWORKER, location=None,
        room=None,
    )  # fmt: skip
    lines = event_of(appointment(collateral))
    assert value_of(lines, "SUMMARY") == "JD \u00b7 collateral caseworker"
    assert value_of(lines, "X-PRAXICAL-MEDIUM") == "phone"
    assert value_of(lines, "X-PRAXICAL-CONTACT-WITH") == "caseworker"
    assert value_of(lines, "LOCATION") is None


def test_reminders_group_and_attention_are_shown_in_a_fixed_order() -> None:
    details = replace(SESSION, reminders=(Reminder(3, "email"), Reminder(1, "text")))
    details = details.with_attention(Attention.OVERLAP, Attention.CLIENT_UNKNOWN)
    lines = event_of(appointment(details, group=GroupId("G88")))
    assert value_of(lines, "X-PRAXICAL-REMINDERS") == "3D-email 1D-text"
    assert value_of(lines, "X-PRAXICAL-ATTENTION") == "client-unknown overlap"
    assert value_of(lines, "X-PRAXICAL-GROUP") == "G88"


def test_a_request_wears_its_lock() -> None:
    assert shown(REQUEST, "X-PRAXICAL-LOCK") == "request"
    assert shown(SESSION, "X-PRAXICAL-LOCK") is None
    assert "\U0001f512" in (shown(REQUEST, "SUMMARY") or "")


@pytest.mark.parametrize(
    ("details", "place"),
    [
        (replace(SESSION, room=None), "Main street"),
        (replace(SESSION, location=None), "Room 1"),
        (replace(SESSION, location=None, room=None), None),
        (replace(OTHER, place="Town hall\nfirst floor"), "Town hall\\nfirst floor"),
        (replace(SESSION, location=LocationKey("gone"), room=None), None),
    ],
)
def test_places_are_named_as_people_name_them(details: Details, place: str | None) -> None:
    assert shown(details, "LOCATION") == place


def test_the_rest_of_a_series_names_where_it_came_from() -> None:
    rest = appointment(SESSION, continues=AppointmentId("EARLIER"))
    assert "RELATED-TO;RELTYPE=SIBLING:uid-of-earlier" in event_of(rest)
    lost = appointment(SESSION, continues=AppointmentId("UNKNOWN"))
    assert value_of(event_of(lost), "RELATED-TO") is None


def test_the_stamp_is_the_apps_own_or_that_of_the_last_change() -> None:
    assert value_of(event_of(appointment(SESSION)), "DTSTAMP") == "20261103T150000Z"
    own = appointment(SESSION, "DTSTAMP:20200101T000000Z")
    assert value_of(event_of(own), "DTSTAMP") == "20200101T000000Z"
    assert value_of(event_of(own, FRONT_DESK), "DTSTAMP") == "20261103T150000Z"
    undated = appointment(SESSION, modified_at=None)
    assert value_of(event_of(undated), "DTSTAMP") == "19700101T000000Z"


def test_only_busy_viewers_get_a_uid_that_tells_nothing() -> None:
    made = appointment(SESSION)
    assert uid_for(made, OWNER) == uid_for(made, FRONT_DESK) == "one"
    assert uid_for(made, COLLEAGUE) == "01JD-busy"
