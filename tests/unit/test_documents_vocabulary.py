"""The pages on quick entry and on our properties say what the program reads and writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from server.domain.appointment import Appointment, Details, Part, Reminder, ServiceLine
from server.domain.ids import (
    AppointmentId,
    CalendarId,
    ClientNumber,
    GroupId,
    LocationKey,
    PracticeId,
    RoomKey,
    SessionTypeId,
    UserName,
)
from server.domain.money import Money
from server.domain.practice import Catalogue, Location, Practice, Room, Service, SessionType
from server.domain.vocabulary import (
    Attention,
    ContactWith,
    Kind,
    Medium,
    Status,
    TitleLevel,
)
from server.domain.when import Timed
from server.ics.mark_words import TAGS
from server.ics.properties import server_lines
from server.ics.quick_entry import QuickEntry, parse_title
from server.ics.said import READ_ONLY
from server.ics.view import Names, View
from tests.unit.test_documents import DOCS, bare, rows, section

ZONE = ZoneInfo("America/New_York")
MAIN, ROOM = LocationKey("main"), RoomKey("room-2")
NAMES_OF_TYPES = ("acupinitial", "acupfollow", "psy50", "oldmassage")
TYPES = tuple(
    SessionType(SessionTypeId(name), name, "", "any", 50, archived=name == "oldmassage")
    for name in NAMES_OF_TYPES
)
CATALOGUE = Catalogue(
    Practice(PracticeId(1), "p", "P", ZONE),
    session_types=TYPES,
    services=(Service("97810", "", Money(9000)),),
    locations=(
        Location(MAIN, "Main office", "11"),
        Location(LocationKey("telehealth"), "Telehealth", "10"),
    ),
    rooms=(Room(RoomKey("room-1"), "Room 1", MAIN), Room(ROOM, "Room 2", MAIN)),
)


def page(name: str) -> str:
    return Path(DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8")


def examples() -> list[tuple[str, str]]:
    table = rows(section(page("quick-entry"), "## Examples"))
    return [(bare(title), read_as) for title, read_as, _ in table]


def in_words(entry: QuickEntry) -> str:
    """Return what a title says, in the words of the page's second column."""
    return "; ".join(_said(entry))


def _said(entry: QuickEntry) -> Iterator[str]:
    yield from _about_session(entry)
    yield from _about_status(entry)
    yield from _about_kind(entry)
    yield from (f"add {mark}" for mark in entry.add_modifiers)
    yield from (f"remove {mark}" for mark in entry.remove_modifiers)
    yield from (f"at {place}" for place in entry.at)
    yield from [f"units {entry.units}"] if entry.units else []
    yield from [f"client {entry.client_number}"] if entry.client_number else []
    yield from [f"new client {entry.new_client}"] if entry.new_client else []
    yield from [f"words {entry.words}"] if entry.words else []


def _about_session(entry: QuickEntry) -> Iterator[str]:
    if entry.session:
        yield f"session {entry.session.name}"
    if entry.archived_session:
        yield f"archived session {entry.archived_session.name}"
    if entry.service_code:
        yield f"service {entry.service_code}"


def _about_status(entry: QuickEntry) -> Iterator[str]:
    if entry.status:
        yield f"status {entry.status}"
    if entry.undo:
        yield "undo"
    if entry.fee:
        yield f"fee {entry.fee}"
    if entry.waive:
        yield "waived"


def _about_kind(entry: QuickEntry) -> Iterator[str]:
    if entry.kind:
        yield f"kind {entry.kind}"
    if entry.medium:
        yield f"medium {entry.medium}"
    if entry.contact_with:
        yield f"with {entry.contact_with} {entry.contact_name}".rstrip()
    if entry.busy is not None:
        yield "busy" if entry.busy else "free"


def test_the_page_has_examples() -> None:
    assert len(examples()) > 20


@pytest.mark.parametrize(("title", "read_as"), examples())
def test_an_example_of_the_page_is_read_as_it_says(title: str, read_as: str) -> None:
    assert in_words(parse_title(title, CATALOGUE)) == read_as


def test_the_page_has_every_tag() -> None:
    text = page("quick-entry")
    assert sorted(tag for tag in TAGS if f"`{tag}`" not in text) == []


def everything() -> tuple[Appointment, Part]:
    """Return an appointment that says all that can be said."""
    details = Details(
        Kind.COLLATERAL,
        Status.REQUESTED,
        UserName("alma"),
        client=ClientNumber("C1001"),
        session_type=TYPES[0].id,
        services=(ServiceLine("97810"),),
        location=MAIN,
        room=ROOM,
        medium=Medium.PHONE,
        contact_with=ContactWith.SPOUSE,
        reminders=(Reminder(1, "text"),),
        attention=frozenset({Attention.OVERLAP}),
    )
    part = Part(Timed(_at(9), _at(10)), details)
    appointment = Appointment(
        AppointmentId("A"), CalendarId("C"), "uid", part, group=GroupId("G")
    )
    return appointment, part


def _at(hour: int) -> datetime:
    return datetime(2026, 12, 7, hour, tzinfo=ZONE)


def written_by(who: str) -> set[str]:
    return {
        bare(row[0]).removeprefix("X-PRAXICAL-")
        for row in rows(page("calendar-properties"))
        if row[0].startswith("`X-PRAXICAL-") and row[2] == who
    }


def test_the_page_has_every_property_that_is_written() -> None:
    lines = server_lines(*everything(), View(TitleLevel.FULL), Names(CATALOGUE))
    prefix = "X-PRAXICAL-"
    found = {name.removeprefix(prefix) for name in lines if name.startswith(prefix)}
    assert found == written_by("server") | written_by("both")


def test_the_page_knows_what_only_the_server_writes() -> None:
    assert written_by("server") == READ_ONLY | {"PRACTITIONER"}
    assert written_by("client") == {"FEE"}


def test_the_page_has_every_reason_for_attention() -> None:
    table = rows(section(page("calendar-properties"), "## Attention"))
    said = {bare(code): asks_for for code, asks_for, _ in table}
    assert said == {
        reason.value: "an answer" if reason.needs_answer else "a look" for reason in Attention
    }
