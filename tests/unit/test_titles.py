"""Titles: what is shown of an appointment, and how the server's signs are taken off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.appointment import Details, ServiceLine
from server.domain.ids import ClientNumber, SessionTypeId, UserName
from server.domain.practice import Client
from server.domain.titles import title_of
from server.domain.vocabulary import (
    Attention,
    ContactWith,
    Kind,
    Medium,
    Status,
    TitleLevel,
)
from server.ics.decoration import Stripped, strip_decoration

JANE = Client(ClientNumber("C1001"), "Jane", "Doe")
ALMA = UserName("alma")
SESSION = Details(
    Kind.SESSION,
    Status.BOOKED,
    ALMA,
    client=JANE.number,
    session_type=SessionTypeId("acupinitial"),
)
OTHER = Details(Kind.OTHER, Status.BOOKED, ALMA, title="Staff meeting")
WHICH = Details(
    Kind.SESSION,
    Status.BOOKED,
    ALMA,
    title="Jane Doe",
    attention=frozenset({Attention.CLIENT_AMBIGUOUS}),
    candidates=2,
)
UNKNOWN = Details(
    Kind.SESSION,
    Status.BOOKED,
    ALMA,
    title="Jane Doe",
    attention=frozenset({Attention.CLIENT_UNKNOWN}),
)


def shown(
    details: Details,
    *,
    client: Client | None = JANE,
    session: str = "acupinitial",
    level: TitleLevel = TitleLevel.INITIALS,
    locked: bool = False,
) -> str:
    return title_of(details, client, session, level, locked)


@pytest.mark.parametrize(
    ("level", "title"),
    [
        (TitleLevel.FULL, "Jane Doe · acupinitial"),
        (TitleLevel.FIRST, "Jane · acupinitial"),
        (TitleLevel.INITIALS, "JD · acupinitial"),
        (TitleLevel.ID, "C1001 · acupinitial"),
        (TitleLevel.ANONYMOUS, "Appointment"),
        (TitleLevel.BUSY, "Busy"),
    ],
)
def test_each_level_tells_no_more_of_the_client_than_it_says(
    level: TitleLevel, title: str
) -> None:
    assert shown(SESSION, level=level) == title


@pytest.mark.parametrize(
    ("level", "title"),
    [
        (TitleLevel.FULL, "Roe · acupinitial"),
        (TitleLevel.FIRST, "R · acupinitial"),
        (TitleLevel.INITIALS, "R · acupinitial"),
    ],
)
def test_a_client_of_one_name_is_not_told_by_it_where_first_names_are_shown(
    level: TitleLevel, title: str
) -> None:
    assert shown(SESSION, client=Client(ClientNumber("C7"), "", "Roe"), level=level) == title


@pytest.mark.parametrize("level", [TitleLevel.FULL, TitleLevel.FIRST, TitleLevel.INITIALS])
def test_a_client_without_any_name_is_shown_by_number(level: TitleLevel) -> None:
    nameless = Client(ClientNumber("C7"), "", "")
    assert shown(SESSION, client=nameless, level=level) == "C7 · acupinitial"


def test_a_client_whose_record_is_not_at_hand_is_shown_by_number() -> None:
    assert shown(SESSION, client=None) == "C1001 · acupinitial"


@pytest.mark.parametrize(
    ("details", "title"),
    [
        (replace(SESSION, kind=Kind.CONTACT, medium=Medium.PHONE), "JD · contact phone"),
        (replace(SESSION, kind=Kind.CONTACT), "JD · contact"),
        (
            replace(SESSION, kind=Kind.COLLATERAL, contact_with=ContactWith.CASEWORKER),
            "JD · collateral caseworker",
        ),
        (replace(SESSION, kind=Kind.COLLATERAL), "JD · collateral"),
    ],
)
def test_contacts_say_how_or_with_whom(details: Details, title: str) -> None:
    assert shown(details, session="") == title


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (Status.REQUESTED, "? JD · acupinitial"),
        (Status.BOOKED, "JD · acupinitial"),
        (Status.CONFIRMED, "JD · acupinitial"),
        (Status.ARRIVED, "✓ JD · acupinitial"),
        (Status.COMPLETED, "✓ JD · acupinitial"),
        (Status.NO_SHOW, "✗ JD · acupinitial"),
        (Status.CANCELLED, "✗ JD · acupinitial"),
        (Status.LATE_CANCELLED, "✗ JD · acupinitial"),
    ],
)
def test_the_status_stands_in_front(status: Status, title: str) -> None:
    assert shown(replace(SESSION, status=status)) == title


@pytest.mark.parametrize("reason", list(Attention))
def test_a_warning_stands_in_front_only_if_it_needs_an_answer(reason: Attention) -> None:
    details = replace(SESSION, attention=frozenset({reason}))
    assert shown(details).startswith("⚠ ") is reason.needs_answer


def test_signs_stand_in_a_fixed_order() -> None:
    details = replace(
        SESSION,
        status=Status.ARRIVED,
        attention=frozenset({Attention.LOCATION_UNKNOWN, Attention.OVERLAP}),
    )
    assert shown(details, locked=True) == "✓ ⚠ 🔒 JD · acupinitial"


@pytest.mark.parametrize(
    ("details", "session", "level", "title"),
    [
        (WHICH, "acupinitial", "initials", "⚠ acupinitial — which client? Jane Doe (2)"),
        (WHICH, "", "full", "⚠ — which client? Jane Doe (2)"),
        (WHICH, "acupinitial", "id", "⚠ acupinitial — which client?"),
        (WHICH, "acupinitial", "anonymous", "⚠ Appointment — which client?"),
        (WHICH, "acupinitial", "busy", "Busy"),
        (UNKNOWN, "acupinitial", "initials", "⚠ acupinitial — unknown client? Jane Doe"),
        (UNKNOWN, "acupinitial", "id", "⚠ acupinitial — unknown client?"),
        (replace(WHICH, title=""), "psy50", "full", "⚠ psy50 — which client? (2)"),
        (replace(WHICH, client=JANE.number), "psy50", "id", "⚠ psy50 — which client?"),
        (replace(UNKNOWN, attention=frozenset()), "", "id", "⚠ — which client?"),
        (
            replace(WHICH, kind=Kind.CONTACT, medium=Medium.EMAIL),
            "",
            "full",
            "⚠ contact email — which client? Jane Doe (2)",
        ),
    ],
)
def test_an_unsettled_client_is_asked_for(
    details: Details, session: str, level: str, title: str
) -> None:
    assert shown(details, client=None, session=session, level=TitleLevel(level)) == title


def test_a_missing_session_type_is_asked_for() -> None:
    assert shown(SESSION, session="") == "⚠ JD · which session?"
    unknown = replace(
        SESSION,
        services=(ServiceLine("97124"),),
        attention=frozenset({Attention.SESSION_UNKNOWN}),
    )
    assert shown(unknown, session="") == "⚠ JD · which session?"


def test_what_was_booked_by_a_service_code_is_called_by_it() -> None:
    assert shown(replace(SESSION, services=(ServiceLine("90834"),)), session="") == "JD · 90834"


@pytest.mark.parametrize(
    ("level", "title"),
    [
        (TitleLevel.FULL, "Staff meeting"),
        (TitleLevel.ID, "Staff meeting"),
        (TitleLevel.ANONYMOUS, "Busy"),
        (TitleLevel.BUSY, "Busy"),
    ],
)
def test_an_other_event_keeps_its_title_among_those_who_may_see_it(
    level: TitleLevel, title: str
) -> None:
    assert shown(OTHER, client=None, session="", level=level) == title


def test_an_other_event_that_may_name_a_client_does_not_where_numbers_are_shown() -> None:
    long_day = replace(OTHER, title="Jane", attention=frozenset({Attention.TIMES_UNUSUAL}))
    assert shown(long_day, client=None, level=TitleLevel.ID) == "⚠ Busy"
    assert shown(long_day, client=None, level=TitleLevel.FULL) == "⚠ Jane"


def test_an_other_event_without_words_says_whether_one_is_free() -> None:
    assert shown(replace(OTHER, title="")) == "Busy"
    assert shown(replace(OTHER, title="", busy=False)) == "Free"


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("JD · acupinitial", Stripped("JD · acupinitial")),
        ("✓ JD · acupinitial", Stripped("JD · acupinitial", had_check=True)),
        ("✓JD acupinitial", Stripped("JD acupinitial", had_check=True)),
        ("✗ JD", Stripped("JD", had_cross=True)),
        ("JD · psy50 ✓", Stripped("JD · psy50", had_check=True)),
        ("✓\ufe0f ⚠\ufe0f 🔒 JD", Stripped("JD", had_check=True)),
        ("⚠ acupinitial — which client? Jane Doe (2)", Stripped("acupinitial Jane Doe")),
        ("⚠ — unknown client? Jane Doe", Stripped("Jane Doe")),
        (
            "acupinitial -- which client? Jane Doe (2) #here",
            Stripped("acupinitial Jane Doe (2) #here"),
        ),
        ("⚠ contact email — which client? Jane", Stripped("Jane")),
        ("⚠ JD · which session?", Stripped("JD")),
        ("JD · contact phone", Stripped("JD")),
        ("JD · contact phone #email", Stripped("JD #email")),
        ("JD · collateral caseworker", Stripped("JD")),
        ("JD · collateral parent-guardian", Stripped("JD")),
        ("Shop · contact lens", Stripped("Shop · contact lens")),
        ("JD ·", Stripped("JD")),
        ("· JD", Stripped("JD")),
        ("? Jane", Stripped("Jane")),
        ("Lunch?", Stripped("Lunch?")),
        ("Déjeuner ?", Stripped("Déjeuner ?")),
        ("?", Stripped("?")),
        ("✓", Stripped("", had_check=True)),
        ("Lunch (2)", Stripped("Lunch (2)")),
        ("Well-which client?", Stripped("Well-which client?")),
        ("Cancelled: ✓ JD", Stripped("JD", had_check=True, cancelled_prefix=True)),
        ("✗ canceled: Canceled: JD", Stripped("JD", had_cross=True, cancelled_prefix=True)),
        ("Cancelled: ", Stripped("", cancelled_prefix=True)),
        ("Not Cancelled: JD", Stripped("Not Cancelled: JD")),
        ("", Stripped("")),
    ],
)
def test_decoration_is_taken_off_and_words_are_left(title: str, bare: Stripped) -> None:
    assert strip_decoration(title) == bare
