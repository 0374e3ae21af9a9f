"""Quick entry holds its promises for any title: no failure, no lost word, no invented mark."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from server.domain.appointment import Details
from server.domain.ids import (
    ClientNumber,
    LocationKey,
    PracticeId,
    RoomKey,
    SessionTypeId,
    UserName,
)
from server.domain.money import Money
from server.domain.practice import (
    Catalogue,
    Client,
    Location,
    Practice,
    Room,
    Service,
    SessionType,
)
from server.domain.titles import title_of
from server.domain.vocabulary import Attention, ContactWith, Kind, Medium, Status, TitleLevel
from server.ics.decoration import Stripped, plain_title, strip_decoration
from server.ics.description_block import KEYS, join_description, split_description
from server.ics.mark_words import is_word
from server.ics.quick_entry import QuickEntry, parse_title
from server.ics.session_words import SEPARATORS

SESSIONS = tuple(
    SessionType(SessionTypeId(name), name, "", "any", 50, aliases=aliases, archived=archived)
    for name, aliases, archived in (
        ("acupinitial", ("acu 1",), False),
        ("psy50", (), False),
        ("oldmassage", (), True),
    )
)
CATALOGUE = Catalogue(
    Practice(PracticeId(1), "p", "P", ZoneInfo("America/New_York")),
    session_types=SESSIONS,
    services=(Service("90834", "", Money(9000)),),
    locations=(Location(LocationKey("telehealth"), "Telehealth", "10"),),
    rooms=(Room(RoomKey("room-1"), "Sun", LocationKey("main")),),
)
NO_SESSIONS = replace(CATALOGUE, session_types=(), services=())

PIECES = [
    "Jane",
    "Doe",
    "psy50",
    "acupinitial",
    "acu",
    "1",
    "90834",
    "oldmassage",
    "·",
    "—",
    "-",
    ":",
    "x2",
    "x3",
    "X2",
    "+95",
    "-95",
    "+GT",
    "@room-1",
    "@nowhere",
    "$40",
    "$5.00",
    "#noshow",
    "#late",
    "#cancel",
    "#arrived",
    "#undo",
    "#waive",
    "#accept",
    "#contact",
    "#other",
    "#collateral",
    "#phone",
    "#video",
    "#free",
    "#busy",
    "#odd",
    "id:C1",
    "new:",
    "new:Ann",
    "with:",
    "with:mother",
    "doctor",
    "✓",
    "✗",
    "?",
    "⚠",
    "🔒",
    "which",
    "client?",
    "unknown",
    "(2)",
    "Cancelled:",
    "contact",
    "phone",
    "caseworker",
    "session?",
]
TITLES = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=14).map(
        " ".join
    ),
)
SINGLE_MARKS = (
    "#noshow",
    "$40",
    "#phone",
    "#free",
    "+95",
    "-GT",
    "x2",
    "@room-1",
    "id:C1",
    "#accept",
)
NAMES = st.text("abcdéßøABCD", min_size=1, max_size=8)


@given(TITLES)
def test_any_title_is_understood_somehow(title: str) -> None:
    entry = parse_title(title, CATALOGUE)
    assert len(entry.words) <= 255
    assert entry.words == " ".join(entry.words.split())


@given(TITLES)
def test_what_remains_was_typed_and_stands_in_its_order(title: str) -> None:
    typed = iter(plain_title(title))
    assert all(sign in typed for sign in parse_title(title, CATALOGUE).words if sign != " ")


@given(TITLES)
def test_words_that_are_no_marks_are_never_lost(title: str) -> None:
    words = [word for word in plain_title(title).split() if is_word(word) and ":" not in word]
    entry = parse_title(title, CATALOGUE)
    kept = (
        f"{entry.words} {entry.session_words} {entry.contact_name} {entry.new_client}".split()
    )
    persons = {"doctor", "mother", "caseworker"} if entry.contact_with else set()
    assert set(words) - SEPARATORS - persons <= set(kept)


@given(st.lists(st.sampled_from([*SINGLE_MARKS, "Jane", "Doe", "#odd", "$"]), max_size=10))
def test_reading_what_remains_finds_no_mark_in_it(pieces: list[str]) -> None:
    remaining = parse_title(" ".join(pieces), NO_SESSIONS).words
    assert parse_title(remaining, NO_SESSIONS) == QuickEntry(words=remaining)


@given(
    st.permutations(SINGLE_MARKS),
    st.lists(st.integers(min_value=0, max_value=2), min_size=10, max_size=10),
)
def test_where_a_mark_stands_does_not_matter(marks: list[str], places: list[int]) -> None:
    words = ["Jane", "Doe"]
    between = [
        [mark for mark, place in zip(marks, places, strict=True) if place == here]
        for here in range(3)
    ]
    title = " ".join((*between[0], words[0], *between[1], words[1], *between[2]))
    assert parse_title(title, CATALOGUE) == parse_title(
        " ".join((*words, *SINGLE_MARKS)), CATALOGUE
    )


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_upper_and_lower_case_mean_the_same(title: str) -> None:
    lower, upper = parse_title(title.lower(), CATALOGUE), parse_title(title.upper(), CATALOGUE)
    assert without_typed_text(lower) == without_typed_text(upper)


def without_typed_text(entry: QuickEntry) -> QuickEntry:
    return replace(
        entry, words="", session_words="", contact_name="", new_client=None, client_number=None
    )


@given(TITLES)
def test_taking_decoration_off_twice_is_taking_it_off_once(title: str) -> None:
    once = strip_decoration(title).text
    again = strip_decoration(once)
    assert again == Stripped(once)


CLIENTS = st.builds(Client, st.just(ClientNumber("C1001")), NAMES, NAMES)
CLIENT_DETAILS = st.builds(
    Details,
    kind=st.sampled_from([Kind.SESSION, Kind.CONTACT, Kind.COLLATERAL, Kind.REQUEST]),
    status=st.sampled_from(Status),
    practitioner=st.just(UserName("alma")),
    title=st.just("Jane Doe"),
    client=st.none() | st.just(ClientNumber("C1001")),
    medium=st.none() | st.sampled_from(Medium),
    contact_with=st.none() | st.sampled_from(ContactWith),
    attention=st.frozensets(st.sampled_from(Attention), max_size=3),
    candidates=st.integers(min_value=0, max_value=3),
)


@given(
    CLIENT_DETAILS,
    CLIENTS,
    st.sampled_from(["", "acupinitial", "psy50"]),
    st.sampled_from(TitleLevel),
    st.booleans(),
)
def test_the_servers_own_title_is_never_read_as_a_mark(
    details: Details,
    client: Client,
    session: str,
    level: TitleLevel,
    locked: bool,
) -> None:
    bare = strip_decoration(title_of(details, client, session, level, locked))
    entry = parse_title(bare.text, CATALOGUE)
    found = [kind for kind in SESSIONS if kind.name == session and kind == entry.session]
    assert entry == QuickEntry(
        session=found[0] if found else None,
        session_words=session if found else "",
        words=entry.words,
    )
    assert not bare.cancelled_prefix
    if level is TitleLevel.FULL:
        assert entry.words in (client.full_name, "Jane Doe")


@given(st.lists(st.sampled_from(["Lunch", "#1", "$500", "C", "+", "D", "+1", "@cafe", "(2)"])))
def test_the_title_of_an_other_event_comes_back_unchanged(words: list[str]) -> None:
    title = " ".join(["Lunch", *words])
    entry = parse_title(strip_decoration(title).text, CATALOGUE)
    assert entry.says_nothing
    details = Details(Kind.OTHER, Status.BOOKED, UserName("alma"), title=entry.words)
    assert title_of(details, None, "", TitleLevel.INITIALS, locked=False) == title


LINES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf", "Cn"]), max_size=40
).filter(lambda line: "<" not in line and "&" not in line and "practice" not in line.lower())


@given(
    st.lists(LINES, max_size=6).map(lambda lines: "\n".join(lines).strip()),
    st.dictionaries(st.sampled_from(KEYS), LINES.map(lambda line: " ".join(line.split()))),
)
def test_a_note_and_its_block_come_back_as_they_were_written(
    note: str, block: dict[str, str]
) -> None:
    if note.startswith("{\\rtf"):
        note = ""
    assert split_description(join_description(note, block)) == (note, block)


@given(
    st.lists(
        st.one_of(
            st.text(max_size=10),
            st.sampled_from(
                ["\n", "-- practice --", "room: 1", "fee:", "<br>", "<p>", "{", "}"]
            ),
        ),
        max_size=12,
    ).map("".join)
)
def test_any_description_is_read_and_what_was_read_is_read_again_alike(text: str) -> None:
    note, block = split_description(text)
    again = split_description(join_description(note, block))
    assert again == (note, {key: " ".join(value.split()) for key, value in block.items()})
