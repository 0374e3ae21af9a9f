"""Quick entry: what is understood of a title that a person types."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from server.domain.ids import LocationKey, PracticeId, RoomKey, SessionTypeId
from server.domain.money import Money
from server.domain.practice import Catalogue, Location, Practice, Room, Service, SessionType
from server.domain.vocabulary import Kind, Medium, Status
from server.ics.quick_entry import QuickEntry, parse_title


def session(name: str, *aliases: str, archived: bool = False) -> SessionType:
    return SessionType(
        SessionTypeId(name), name, "", "any", 50, aliases=aliases, archived=archived
    )


ACUPINITIAL = session("acupinitial", "acu 1")
PSY50 = session("psy50", "therapy", "90837")
COUPLES = session("couples")
COUPLES_LONG = session("couples long")
CONSULT = session("consult15")
OLDMASSAGE = session("oldmassage", "massage", "psy", archived=True)
MAIN = LocationKey("main")
CATALOGUE = Catalogue(
    Practice(PracticeId(1), "p", "P", ZoneInfo("America/New_York")),
    session_types=(ACUPINITIAL, PSY50, COUPLES, COUPLES_LONG, CONSULT, OLDMASSAGE),
    services=(
        Service("90834", "", Money(9000)),
        Service("90837", "", Money(9900)),
        Service("99999", "", Money(1), archived=True),
    ),
    locations=(
        Location(MAIN, "Main Street", "11"),
        Location(LocationKey("telehealth"), "Telehealth", "10"),
    ),
    rooms=(Room(RoomKey("room-1"), "Sun", MAIN), Room(RoomKey("room-2"), "Moon", MAIN)),
)


def parse(title: str) -> QuickEntry:
    return parse_title(title, CATALOGUE)


def test_a_session_type_and_a_name_make_a_session() -> None:
    assert parse("acupinitial Jane Doe") == QuickEntry(
        session=ACUPINITIAL, session_words="acupinitial", words="Jane Doe"
    )


@pytest.mark.parametrize(
    ("title", "found", "typed", "words"),
    [
        ("Jane Doe PSY50", PSY50, "PSY50", "Jane Doe"),
        ("Jane therapy Doe", PSY50, "therapy", "Jane Doe"),
        ("Acu 1 Jane", ACUPINITIAL, "Acu 1", "Jane"),
        ("acupinitial: Jane Doe", ACUPINITIAL, "acupinitial:", "Jane Doe"),
        ("acupinitial - Jane Doe", ACUPINITIAL, "acupinitial", "Jane Doe"),
        ("JD \u00b7 acupinitial", ACUPINITIAL, "acupinitial", "JD"),
        ("acúpinitial Jane", ACUPINITIAL, "acúpinitial", "Jane"),
        ("couples long Jane", COUPLES_LONG, "couples long", "Jane"),
        ("psy50 couples long Jane", COUPLES_LONG, "couples long", "psy50 Jane"),
        ("couples psy50 Jane", COUPLES, "couples", "psy50 Jane"),
        ("therapy couples Jane", COUPLES, "couples", "therapy Jane"),
        ("90837 Jane", PSY50, "90837", "Jane"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_longest_run_of_words_that_names_a_session_counts(
    title: str, found: SessionType, typed: str, words: str
) -> None:
    assert parse(title) == QuickEntry(session=found, session_words=typed, words=words)


@pytest.mark.parametrize("title", ["consult151 Jane", "preconsult15", "consult15-b", "psy 50"])
def test_part_of_a_word_names_no_session(title: str) -> None:
    assert parse(title).session is None


def test_a_service_code_counts_where_no_session_type_is_named() -> None:
    assert parse("90834 Jane Doe") == QuickEntry(
        service_code="90834", session_words="90834", words="Jane Doe"
    )
    assert parse("90834 Jane psy50") == QuickEntry(
        session=PSY50, session_words="psy50", words="90834 Jane"
    )


def test_an_archived_service_is_a_word() -> None:
    assert parse("99999 Jane").says_nothing


def test_an_archived_session_type_is_reported_as_such() -> None:
    assert parse("oldmassage Jane") == QuickEntry(
        archived_session=OLDMASSAGE, session_words="oldmassage", words="Jane"
    )
    assert parse("massage couples Jane").session == COUPLES


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("#arrived", QuickEntry(status=Status.ARRIVED)),
        ("#here", QuickEntry(status=Status.ARRIVED)),
        ("#noshow", QuickEntry(status=Status.NO_SHOW)),
        ("#DNA", QuickEntry(status=Status.NO_SHOW)),
        ("#cancel", QuickEntry(status=Status.CANCELLED)),
        ("#Cancelled", QuickEntry(status=Status.CANCELLED)),
        ("#late", QuickEntry(status=Status.LATE_CANCELLED)),
        ("#late #cancel", QuickEntry(status=Status.LATE_CANCELLED)),
        ("#confirmed #here", QuickEntry(status=Status.ARRIVED)),
        ("#confirmed", QuickEntry(status=Status.CONFIRMED)),
        ("#undo", QuickEntry(undo=True)),
        ("#accept", QuickEntry(accept=True)),
        ("#contact", QuickEntry(kind=Kind.CONTACT)),
        ("#collateral", QuickEntry(kind=Kind.COLLATERAL)),
        ("#contact #collateral", QuickEntry(kind=Kind.COLLATERAL)),
        ("#other", QuickEntry(kind=Kind.OTHER)),
        ("#free", QuickEntry(busy=False)),
        ("#busy", QuickEntry(busy=True)),
        ("#phone", QuickEntry(kind=Kind.CONTACT, medium=Medium.PHONE)),
        ("#inperson", QuickEntry(kind=Kind.CONTACT, medium=Medium.IN_PERSON)),
        ("#collateral #email", QuickEntry(kind=Kind.COLLATERAL, medium=Medium.EMAIL)),
        ("#other #video", QuickEntry(kind=Kind.OTHER, medium=Medium.VIDEO)),
        ("#text", QuickEntry(kind=Kind.CONTACT, medium=Medium.TEXT)),
        ("+95 +gt", QuickEntry(add_modifiers=("95", "GT"))),
        ("+95 +95", QuickEntry(add_modifiers=("95",))),
        ("-gt", QuickEntry(remove_modifiers=("GT",))),
        ("x2", QuickEntry(units=2)),
        ("X12", QuickEntry(units=12)),
        ("@Room-2", QuickEntry(at=("room-2",))),
        ("@main-street", QuickEntry(at=("main",))),
        ("@moon @telehealth", QuickEntry(at=("room-2", "telehealth"))),
        ("#noshow $40", QuickEntry(status=Status.NO_SHOW, fee=Money(4000))),
        ("$40.50 #late", QuickEntry(status=Status.LATE_CANCELLED, fee=Money(4050))),
        ("#cancel #waive", QuickEntry(status=Status.CANCELLED, waive=True)),
        ("id:C1001", QuickEntry(client_number="C1001")),
        ("ID:C1001 id:C1001", QuickEntry(client_number="C1001")),
        ("new: Jane Roe", QuickEntry(new_client="Jane Roe")),
        ("NEW:Jane Roe", QuickEntry(new_client="Jane Roe")),
    ],
)
def test_each_mark_says_its_thing_and_leaves_the_words(mark: str, said: QuickEntry) -> None:
    assert parse(mark) == said
    assert parse(f"Jane {mark}").words == "Jane"


@pytest.mark.parametrize(
    "title",
    [
        "Team #1 lunch",
        "Buy C + D",
        "Budget $500",
        "Pay $40 #later",
        "Call +4912345",
        "A -word +1 - x0 x100 x",
        "self-care Jane-Ann",
        "Coffee @starbucks",
        "Lunch with: Bob",
        "Lunch with:Bob",
        "with:",
        "What is new:",
        "id:",
        "#",
        "mail jane@example.com",
        "#no-show",
        "$1234567 $4.5 $",
        "",
    ],
)
def test_what_only_looks_like_a_mark_stays_as_typed(title: str) -> None:
    assert parse(title) == QuickEntry(words=title)
    assert parse(title).says_nothing


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Jane #arrived #noshow", "Jane #arrived #noshow"),
        ("Jane #undo #arrived", "Jane #undo #arrived"),
        ("x2 Jane x3", "x2 Jane x3"),
        ("Jane #free #busy", "Jane #free #busy"),
        ("Jane #phone #video #contact", "Jane #phone #video"),
        ("Jane #contact #other", "Jane #contact #other"),
        ("Jane +95 -95 +GT", "Jane +95 -95"),
        ("Jane id:C1 id:C2", "Jane id:C1 id:C2"),
        ("Jane new: A new: B", "Jane new: A new: B"),
        ("Jane #noshow #waive $40", "Jane #waive $40"),
        ("Jane #noshow $40 $50", "Jane $40 $50"),
    ],
)
def test_marks_that_contradict_one_another_are_words(title: str, words: str) -> None:
    assert parse(title).words == words


def test_a_fee_needs_a_missed_appointment() -> None:
    entry = parse("Jane #arrived $40")
    assert (entry.fee, entry.words) == (None, "Jane $40")


def test_the_fee_has_the_currency_of_the_practice() -> None:
    assert parse_title("#noshow $7", CATALOGUE, "CAD").fee == Money(700, "CAD")


def test_an_unknown_place_is_asked_about_where_a_client_is_concerned() -> None:
    assert parse("psy50 Jane @telehalth").at == ("telehalth",)
    assert parse("psy50 Jane @Nowhere @room-1").at == ("nowhere", "room-1")


@pytest.mark.parametrize(
    ("title", "is_about_client"),
    [
        ("Lunch #free", False),
        ("Lunch #busy @room-1", False),
        ("Lunch #other #arrived", False),
        ("Jane #arrived", True),
        ("Jane #contact", True),
        ("psy50", True),
        ("oldmassage", True),
        ("Jane", False),
    ],
)
def test_free_and_a_place_do_not_make_a_clients_appointment(
    title: str, *, is_about_client: bool
) -> None:
    assert parse(title).is_about_client is is_about_client


def test_control_and_bidi_characters_are_dropped() -> None:
    entry = parse("psy50\x00\t\u202eJane\u2066 D\x07oe\r\n\ufeff\ud800")
    assert (entry.session, entry.words) == (PSY50, "Jane Doe")


def test_a_title_is_cut_at_255_characters_but_not_inside_one() -> None:
    assert parse("a" * 300).words == "a" * 255
    assert parse("a" * 254 + "e\u0301\u0302" + "b").words == "a" * 254
    assert parse("a" * 253 + "\U0001f469\u200d\U0001f469").words == "a" * 253
    assert len(parse("e" + "\u0301" * 400).words) == 255


def test_many_marks_in_one_title_are_all_understood() -> None:
    assert parse("@telehealth acupinitial x2 Jane +95 Doe -GT #confirmed") == QuickEntry(
        status=Status.CONFIRMED,
        add_modifiers=("95",),
        remove_modifiers=("GT",),
        units=2,
        at=("telehealth",),
        session=ACUPINITIAL,
        session_words="acupinitial",
        words="Jane Doe",
    )


def test_a_practice_without_session_types_still_reads_marks() -> None:
    empty = Catalogue(CATALOGUE.practice)
    assert parse_title("psy50 Jane #here", empty) == QuickEntry(
        status=Status.ARRIVED, words="psy50 Jane"
    )
