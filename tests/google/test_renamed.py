"""Other Events made here, changed in Google: what they are called, and whose word counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.bootstrap.google import terms_of
from server.domain.google import OutwardLevel
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Attention
from server.domain.when import Recurrence
from server.settings import Settings
from server.settings.google import GoogleSection
from tests.google.house import Linked
from tests.local_google import Fault
from tests.practice import JOHN, at, other, session, this, timed

WEEKLY = Recurrence(("FREQ=WEEKLY;COUNT=4",))


@pytest.fixture
def full(alma: Linked) -> Linked:
    """Return the link at the level at which Google is told titles."""
    alma.change(level=OutwardLevel.FULL)
    return alma


def meeting(alma: Linked, rule: Recurrence | None = None) -> AppointmentId:
    number = alma.house.book(timed(at(24)), other("Staff meeting"), rule)
    alma.settle()
    return number


def rename(alma: Linked, event: str, title: str, **more: str) -> None:
    alma.act("edit", event, changes={"summary": title, **more})


def title(alma: Linked, number: AppointmentId) -> str:
    return alma.house.details(number).title


def titles_there(alma: Linked) -> set[str]:
    return {one["summary"] for one in alma.events}


def test_what_is_renamed_in_google_is_called_so_here(full: Linked) -> None:
    number = meeting(full)
    before = full.house.get(number).revision
    rename(full, full.only["id"], "  Team\n lunch ")
    mark = full.mark
    full.settle()
    assert title(full, number) == "Team lunch"
    assert "SUMMARY:Team lunch" in full.house.shown(number)
    assert full.house.get(number).revision > before
    assert full.asked(mark)["events.get"] == 1
    assert full.conflicts() == []
    assert full.notices() == []


def test_a_title_of_google_is_laid_down_nowhere_before_it_is_ours(full: Linked) -> None:
    number = meeting(full)
    rename(full, full.only["id"], "Team lunch")
    full.google.script(Fault("events.get"))
    assert full.try_sync().failure is not None
    with full.house.database.reading() as uow:
        staged = uow.google.events.staged(full.link, full.calendar, 10)
    assert len(staged) == 1
    assert "lunch" not in repr(staged)
    assert title(full, number) == "Staff meeting"
    full.settle()
    assert title(full, number) == "Team lunch"


@pytest.mark.parametrize("level", [one for one in OutwardLevel if one != OutwardLevel.FULL])
def test_below_full_a_title_is_put_back(alma: Linked, level: OutwardLevel) -> None:
    alma.change(level=level)
    number = meeting(alma)
    rename(alma, alma.only["id"], "Team lunch")
    alma.settle()
    assert titles_there(alma) == {"Busy"}
    assert title(alma, number) == "Staff meeting"


def test_an_appointment_of_a_client_is_never_renamed(full: Linked) -> None:
    number = full.house.book(timed(at(24)), session(JOHN))
    full.settle()
    rename(full, full.only["id"], "Somebody else")
    full.settle()
    assert titles_there(full) == {"John Doe"}
    assert title(full, number) == ""


def test_words_that_may_name_a_client_are_neither_told_nor_taken(full: Linked) -> None:
    asks = other("Jane long", attention=frozenset({Attention.TIMES_UNUSUAL}))
    number = full.house.book(timed(at(24)), asks)
    full.settle()
    rename(full, full.only["id"], "Jane short")
    full.settle()
    assert titles_there(full) == {"Appointment"}
    assert title(full, number) == "Jane long"


def test_an_event_without_a_title_gets_ours_back(full: Linked) -> None:
    number = meeting(full)
    rename(full, full.only["id"], " ")
    full.settle()
    assert titles_there(full) == {"Staff meeting"}
    assert title(full, number) == "Staff meeting"
    assert full.decisions() == ["refused"]


def test_what_is_renamed_and_moved_at_once_is_both_here(full: Linked) -> None:
    number = meeting(full)
    event = full.only["id"]
    rename(full, event, "Team lunch", transparency="transparent")
    full.drag(event, at(25, 12))
    full.settle()
    assert title(full, number) == "Team lunch"
    assert full.house.starts(number) == ["11-25 12:00"]
    assert not full.house.details(number).busy


@pytest.mark.parametrize("what", ["title", "busy"])
def test_what_is_moved_here_and_otherwise_changed_in_google_is_both(
    full: Linked, what: str
) -> None:
    number = meeting(full)
    changes = {"title": {"summary": "Team lunch"}, "busy": {"transparency": "transparent"}}
    full.act("edit", full.only["id"], changes=changes[what])
    full.house.edit(number, timed(at(25, 10)))
    full.settle()
    assert full.house.starts(number) == ["11-25 10:00"]
    assert full.starts() == ["11-25 15:00"]
    renamed = "Team lunch" if what == "title" else "Staff meeting"
    assert (titles_there(full), title(full, number)) == ({renamed}, renamed)
    assert full.house.details(number).busy is (what != "busy")


@pytest.mark.parametrize("what", ["title", "busy"])
def test_what_is_moved_in_google_and_otherwise_changed_here_is_both(
    full: Linked, what: str
) -> None:
    number = meeting(full)
    full.drag(full.only["id"], at(25, 10))
    if what == "title":
        full.house.edit(number, title="Team lunch")
    else:
        full.house.edit(number, busy=False)
    full.settle()
    assert full.house.starts(number) == ["11-25 10:00"]
    renamed = "Team lunch" if what == "title" else "Staff meeting"
    assert (titles_there(full), title(full, number)) == ({renamed}, renamed)
    assert full.house.details(number).busy is (what != "busy")
    free = "transparent" if what == "busy" else "opaque"
    assert full.only.get("transparency", "opaque") == free


@pytest.mark.parametrize("google_wins", [False, True])
def test_renamed_on_both_sides_it_is_as_the_practice_has_chosen(
    full: Linked, *, google_wins: bool
) -> None:
    full.settings = replace(full.settings, google_wins_blocks=google_wins)
    number = meeting(full)
    rename(full, full.only["id"], "Of Google")
    full.house.edit(number, title="Of here")
    full.settle()
    expected = "Of Google" if google_wins else "Of here"
    assert (titles_there(full), title(full, number)) == ({expected}, expected)


@pytest.mark.parametrize("google_wins", [False, True])
def test_moved_on_both_sides_it_is_as_the_practice_has_chosen(
    alma: Linked, *, google_wins: bool
) -> None:
    alma.settings = replace(alma.settings, google_wins_blocks=google_wins)
    block = meeting(alma)
    visit = alma.house.book(timed(at(26)), session(JOHN))
    alma.settle()
    for number, day in ((block, 24), (visit, 26)):
        alma.drag(alma.pair(number).event, at(day, 16))
        alma.house.edit(number, timed(at(day, 10)))
    alma.settle()
    assert alma.house.starts(block) == [f"11-24 {16 if google_wins else 10}:00"]
    assert alma.house.starts(visit) == ["11-26 10:00"]
    assert alma.decisions() == ["both-moved"] * (1 if google_wins else 2)


@pytest.mark.parametrize("said", ["practice", "google"])
def test_the_choice_is_a_setting(said: str) -> None:
    section = GoogleSection.model_validate({"conflicts_of_blocks": said})
    engine = terms_of(Settings(google=section)).engine
    assert engine.google_wins_blocks is (said == "google")


def test_a_series_is_renamed_as_a_whole_and_stays_one(full: Linked) -> None:
    number = meeting(full, WEEKLY)
    full.house = full.house.later(days=9)
    rename(full, full.only["id"], "Team lunch")
    mark = full.mark
    full.settle()
    assert title(full, number) == "Team lunch"
    assert len(full.house.starts(number)) == 4
    assert full.writes(mark) == []


def test_one_occurrence_is_renamed_by_itself(full: Linked) -> None:
    number = meeting(full, WEEKLY)
    second = at(1, month=12)
    rename(full, full.instance(full.only["id"], second), "Team lunch")
    full.settle()
    here = full.house.get(number)
    part = here.overrides[this(number, second).key]
    assert part.details.title == "Team lunch"
    assert title(full, number) == "Staff meeting"
    assert len(full.house.starts(number)) == 4
    assert full.conflicts() == []


def test_a_title_of_google_goes_when_google_is_told_less_again(full: Linked) -> None:
    number = meeting(full)
    rename(full, full.only["id"], "Team lunch")
    full.settle()
    full.change(level=OutwardLevel.BUSY, rewriting=True)
    full.settle()
    assert titles_there(full) == {"Busy"}
    assert title(full, number) == "Team lunch"
