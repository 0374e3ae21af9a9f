"""Values of the practice: how names are compared, what is looked up, what refusals say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.calendars import StoredObject
from server.domain.errors import InUse, NotFound, PreconditionFailed, UidConflict
from server.domain.ids import CalendarId, PracticeId
from server.domain.practice import Catalogue, Practice, fold
from server.domain.when import beside
from tests.practice import ALMA, PLACES, SERVICES, SESSIONS, THEO, USERS

CATALOGUE = Catalogue(
    Practice(PracticeId(1), "test", "Test", ZoneInfo("America/New_York")),
    users=USERS,
    session_types=SESSIONS,
    services=SERVICES,
    locations=PLACES,
)
IN_USE = (
    "The session type 'psy50' is used by 3 appointments and cannot be deleted. "
    "Archive it instead."
)
NOW = datetime(2026, 11, 3, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("  \u00c9lo\u00efse   D'Arc ", "eloise d'arc"),
        ("STRASSE", "strasse"),
        ("Stra\u00dfe", "strasse"),
        ("\ufb01nn", "finn"),
        ("Doe,\tJane", "doe, jane"),
        ("", ""),
    ],
)
def test_names_are_compared_without_accents_case_and_spaces(typed: str, compared: str) -> None:
    assert fold(typed) == compared


def test_practitioners_are_those_who_have_a_discipline() -> None:
    assert [user.name for user in CATALOGUE.practitioners] == [ALMA, THEO]


def test_a_session_type_is_found_by_name_and_alias_and_a_name_goes_first() -> None:
    named = CATALOGUE.session_type_named
    assert named["acf"].name == named["acupfollow"].name == "acupfollow"
    clash = (replace(SESSIONS[0], aliases=("psy50",)), *SESSIONS[1:])
    assert replace(CATALOGUE, session_types=clash).session_type_named["psy50"].name == "psy50"


def test_only_telehealth_places_bring_95() -> None:
    assert [place.is_telehealth for place in PLACES] == [False, True, True]


def test_an_entry_is_an_object_without_its_text() -> None:
    stored = StoredObject(
        CalendarId("K"), "a.ics", "a", "VEVENT", "J\u00e4ne", '"3"', revision=3, modified_at=NOW
    )
    entry = stored.entry
    assert (entry.href, entry.uid, entry.revision, entry.size) == ("a.ics", "a", 3, 5)


@pytest.mark.parametrize(
    ("refusal", "condition", "sentence"),
    [
        (NotFound("client", "C9"), "not-found", "There is no client 'C9'."),
        (
            UidConflict("a.ics"),
            "no-uid-conflict",
            "Another object of this calendar has the same UID.",
        ),
        (
            InUse("session type", "psy50", 3),
            "in-use",
            IN_USE,
        ),
        (PreconditionFailed("It has changed."), "precondition-failed", "It has changed."),
    ],
)
def test_a_refusal_is_named_and_says_one_sentence(
    refusal: NotFound | UidConflict | InUse | PreconditionFailed, condition: str, sentence: str
) -> None:
    assert (refusal.condition, refusal.sentence) == (condition, sentence)


@pytest.mark.parametrize("days", [-400, 0, 400])
def test_a_moment_beside_another_stays_within_the_years(days: int) -> None:
    first = datetime(1, 1, 2, tzinfo=UTC)
    last = datetime(9999, 12, 31, tzinfo=UTC)
    span = timedelta(days=days)
    assert beside(NOW, span) == NOW + span
    assert first - timedelta(days=1) <= beside(first, span) <= last
    assert first <= beside(last, span) <= last + timedelta(hours=24, seconds=-1)
