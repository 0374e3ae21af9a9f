"""Values of an appointment: service lines, reminders, parts, what blocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.appointment import (
    Appointment,
    Details,
    Part,
    Reminder,
    ServiceLine,
    parse_reminders,
    parse_services,
)
from server.domain.errors import Invalid
from server.domain.ids import AppointmentId, CalendarId, UserName
from server.domain.practice import Client
from server.domain.vocabulary import Attention, Kind, Status
from server.domain.when import MASTER, Recurrence, Timed, key_of

START = datetime(2026, 11, 24, 14, tzinfo=ZoneInfo("America/New_York"))
DETAILS = Details(Kind.OTHER, Status.BOOKED, UserName("alma"), title="Staff meeting")
PART = Part(Timed(START, START + timedelta(hours=1)), DETAILS)
KEY, LATER = key_of(START), key_of(START + timedelta(days=7))


def appointment(**more: object) -> Appointment:
    single = Appointment(AppointmentId("A"), CalendarId("K"), "one", PART)
    return replace(single, **more)  # type: ignore[arg-type]  # fields of Appointment


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("97810", (ServiceLine("97810"),)),
        ("97810*2", (ServiceLine("97810", 2),)),
        (
            "97810*1+95+gt 97811*99",
            (ServiceLine("97810", 1, ("95", "GT")), ServiceLine("97811", 99)),
        ),
        ("  90834  ", (ServiceLine("90834"),)),
        ("G0283+U1+U2+U3+U4", (ServiceLine("G0283", 1, ("U1", "U2", "U3", "U4")),)),
        ("own-code_1.b*3", (ServiceLine("own-code_1.b", 3),)),
    ],
)
def test_service_lines_are_read(text: str, lines: tuple[ServiceLine, ...]) -> None:
    assert parse_services(text) == lines


@pytest.mark.parametrize(
    "text",
    [
        "97810*0",
        "97810*100",
        "97810*",
        "97810*x",
        "97810*-1",
        "97810*\u00b2",
        "97810*\u0663",
        "+95",
        "*2",
        "97810+9",
        "97810+955",
        "97810+",
        "97810+95+95",
        "97810+U1+U2+U3+U4+U5",
        "97810,97811",
        "-97810",
        "12345678901234567",
        "\u0663\u0664",
    ],
)
def test_what_is_no_service_line_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_services(text)
    assert refusal.value.field == "service"


@given(
    st.lists(
        st.builds(
            ServiceLine,
            st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,15}", fullmatch=True),
            st.integers(1, 99),
            st.lists(st.from_regex("[A-Z0-9]{2}", fullmatch=True), max_size=4, unique=True).map(
                tuple
            ),
        ),
        max_size=5,
    )
)
def test_service_lines_come_back_from_the_wire(lines: list[ServiceLine]) -> None:
    assert parse_services(" ".join(map(str, lines))) == tuple(lines)


@pytest.mark.parametrize(
    ("text", "reminders"),
    [
        ("", ()),
        ("1D-text", (Reminder(1, "text"),)),
        ("5d-EMAIL 1D-phone", (Reminder(5, "email"), Reminder(1, "phone"))),
    ],
)
def test_sh13_up_to_two_reminders_one_to_five_days_ahead(
    text: str, reminders: tuple[Reminder, ...]
) -> None:
    assert parse_reminders(text) == reminders


@pytest.mark.parametrize(
    "text",
    ["0D-text", "6D-text", "1D-fax", "1-text", "1D", "12D-email", "1D-text 2D-text 3D-text"],
)
def test_t17_other_reminders_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_reminders(text)
    assert refusal.value.field == "reminders"


def test_reminders_come_back_from_the_wire() -> None:
    reminders = (Reminder(3, "email"), Reminder(1, "text"))
    assert " ".join(map(str, reminders)) == "3D-email 1D-text"
    assert parse_reminders("3D-email 1D-text") == reminders


@pytest.mark.parametrize(
    ("kind", "busy", "status", "blocks"),
    [
        (Kind.SESSION, False, Status.BOOKED, True),
        (Kind.SESSION, True, Status.NO_SHOW, True),
        (Kind.SESSION, True, Status.CANCELLED, False),
        (Kind.SESSION, True, Status.LATE_CANCELLED, False),
        (Kind.REQUEST, False, Status.REQUESTED, True),
        (Kind.CONTACT, False, Status.BOOKED, False),
        (Kind.COLLATERAL, True, Status.BOOKED, True),
        (Kind.OTHER, True, Status.BOOKED, True),
        (Kind.OTHER, False, Status.BOOKED, False),
        (Kind.OTHER, True, Status.CANCELLED, False),
    ],
)
def test_what_blocks(kind: Kind, busy: bool, status: Status, blocks: bool) -> None:
    assert replace(DETAILS, kind=kind, busy=busy, status=status).blocks is blocks


def test_only_other_events_have_no_client() -> None:
    assert [kind for kind in Kind if not kind.has_client] == [Kind.OTHER]


def test_attention_is_added_and_settled_by_reason() -> None:
    asking = DETAILS.with_attention(Attention.OVERLAP, Attention.CLIENT_UNKNOWN)
    assert asking.attention == {Attention.OVERLAP, Attention.CLIENT_UNKNOWN}
    assert asking.without_attention(Attention.OVERLAP).attention == {Attention.CLIENT_UNKNOWN}
    assert DETAILS.without_attention(Attention.OVERLAP) == DETAILS


def test_one_appointment_is_no_series() -> None:
    single = appointment()
    assert not single.is_series
    assert single.first_part == PART
    assert single.part(MASTER) == single.part(KEY) == PART


def test_a_rule_or_a_missing_master_makes_a_series() -> None:
    assert appointment(recurrence=Recurrence(("FREQ=DAILY",))).is_series
    assert appointment(master=None, overrides={KEY: PART}).is_series


def test_without_a_master_the_earliest_override_is_the_first_part() -> None:
    early = replace(PART, details=replace(DETAILS, title="Early"))
    orphans = appointment(master=None, overrides={LATER: PART, KEY: early})
    assert orphans.first_part == early
    assert orphans.part(key_of(START + timedelta(days=1))) is None


def test_an_override_speaks_for_its_occurrence_until_it_goes() -> None:
    own = replace(PART, details=replace(DETAILS, title="Own"))
    series = appointment(recurrence=Recurrence(("FREQ=WEEKLY",))).with_override(LATER, own)
    assert series.part(LATER) == own
    assert series.part(KEY) == PART
    assert series.without_override(LATER).part(LATER) == PART
    assert series.without_override(KEY) == series


@pytest.mark.parametrize(
    ("first", "last", "full", "initials"),
    [
        ("Jane", "Doe", "Jane Doe", "JD"),
        ("Jane Ann", "Doe-Smith", "Jane Ann Doe-Smith", "JADS"),
        ("", "Doe", "Doe", "D"),
        ("Jane", "", "Jane", "J"),
        ("\u00c9lo\u00efse", "d'Arc", "\u00c9lo\u00efse d'Arc", "\u00c9D"),
    ],
)
def test_a_client_is_named_and_abbreviated(
    first: str, last: str, full: str, initials: str
) -> None:
    client = Client(number=UserName("C1"), first_name=first, last_name=last)  # type: ignore[arg-type]  # any name will do
    assert (client.full_name, client.initials) == (full, initials)


def test_instants_are_handed_in_aware() -> None:
    dated = appointment(created_at=datetime(2026, 11, 3, tzinfo=UTC))
    assert dated.created_at is not None
    assert dated.created_at.tzinfo is UTC
