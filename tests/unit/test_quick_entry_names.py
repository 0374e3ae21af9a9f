"""Quick entry: the names that follow ``new:`` and ``with:``."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from server.domain.ids import PracticeId, SessionTypeId
from server.domain.practice import Catalogue, Practice, SessionType
from server.domain.vocabulary import ContactWith, Kind
from server.ics.quick_entry import QuickEntry, parse_title

ACUPINITIAL, PSY50, COUPLES = (
    SessionType(SessionTypeId(name), name, "", "any", 50)
    for name in ("acupinitial", "psy50", "couples")
)
CATALOGUE = Catalogue(
    Practice(PracticeId(1), "p", "P", ZoneInfo("America/New_York")),
    session_types=(ACUPINITIAL, PSY50, COUPLES),
)


def parse(title: str) -> QuickEntry:
    return parse_title(title, CATALOGUE)


@pytest.mark.parametrize(
    ("title", "person", "name", "words"),
    [
        (
            "#collateral Jane Doe with: caseworker Kim",
            ContactWith.CASEWORKER,
            "Kim",
            "Jane Doe",
        ),
        ("with: doctor Lee #collateral Jane", ContactWith.PHYSICIAN, "Lee", "Jane"),
        ("#collateral Jane with:mother", ContactWith.PARENT_GUARDIAN, "", "Jane"),
        (
            "#collateral Jane with: Parent/Guardian Jo",
            ContactWith.PARENT_GUARDIAN,
            "Jo",
            "Jane",
        ),
        ("#collateral Jane with: social worker Jo", ContactWith.CASEWORKER, "Jo", "Jane"),
        ("#collateral Jane with: Dr. Lee", ContactWith.PHYSICIAN, "Lee", "Jane"),
        ("#collateral Jane with: Kim Lee", None, "Kim Lee", "Jane"),
        ("#collateral Jane with:Kim", None, "Kim", "Jane"),
        ("#contact Jane with: husband Bo", ContactWith.SPOUSE, "Bo", "Jane"),
        ("Jane with: sister", ContactWith.FAMILY_MEMBER, "", "Jane"),
    ],
)
def test_with_says_whom_a_collateral_contact_was_with(
    title: str, person: ContactWith | None, name: str, words: str
) -> None:
    assert parse(title) == QuickEntry(
        kind=Kind.COLLATERAL, contact_with=person, contact_name=name, words=words
    )


def test_a_session_with_somebody_stays_a_session() -> None:
    entry = parse("psy50 Jane with: mother")
    assert (entry.kind, entry.contact_with) == (None, ContactWith.PARENT_GUARDIAN)


def test_an_other_event_is_with_nobody() -> None:
    assert parse("#other Lunch with: family").words == "Lunch with: family"


def test_a_name_after_an_opener_ends_at_the_next_mark() -> None:
    entry = parse("psy50 new: Jane Roe #confirmed @room-1 +95")
    assert entry.new_client == "Jane Roe"
    assert entry.words == ""


@pytest.mark.parametrize(
    ("title", "new", "words"),
    [
        ("new: Jane Roe acupinitial", "Jane Roe", ""),
        ("new: Jane Roe - acupinitial insurance", "Jane Roe", "insurance"),
        ("new: acupinitial Jane Roe", "Jane Roe", ""),
        ("new: acupinitial", None, ""),
    ],
)
def test_a_session_type_is_not_part_of_a_new_clients_name(
    title: str, new: str | None, words: str
) -> None:
    entry = parse(title)
    assert entry.session == ACUPINITIAL
    assert (entry.new_client, entry.words) == (new, words)


def test_a_session_type_ends_the_name_of_the_person_contacted() -> None:
    entry = parse("#collateral with: caseworker Kim couples Jane Doe")
    assert (entry.session, entry.contact_name) == (COUPLES, "Kim")
    assert entry.words == "Jane Doe"


def test_a_session_type_elsewhere_leaves_a_name_alone() -> None:
    assert parse("psy50 new: Jane Couples").new_client == "Jane Couples"
