"""Titles of the practitioner's own events: sealed here, and shown to nobody else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.domain.errors import NotAllowed, NotFound
from server.google_sync.http.calls import ListWanted
from server.google_sync.links.syncing import Report
from server.google_sync.reading.staging import read_calendar
from server.google_sync.reading.watched import read_watched
from server.usecases.google_titles import show_titles
from server.usecases.google_watching import unwatch
from tests.google.house import CREATED, FREEBUSY, KEY, LINK, Linked
from tests.google.seeing import HIDDEN, Meddling, Seeing, seeing
from tests.practice import at

PRIVATE = ("private", "confidential")


@pytest.fixture
def seen(alma: Linked, tmp_path: Path) -> Iterator[Seeing]:
    """Return Alma's link, by which she sees how her own events are called."""
    with seeing(alma, tmp_path) as found:
        found.watch()
        yield found


def test_g081_who_has_an_event_sees_its_title_and_it_is_stored_nowhere(
    seen: Seeing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen.create("Dentist, Dr. Zahn; 2nd", at(24, 8))
    seen.link.settle()
    assert seen.titles() == [r"Dentist\, Dr. Zahn\; 2nd"]
    stored = seen.stored()
    assert HIDDEN in stored
    assert [word for word in ("Dentist", "Zahn") if word in stored or word in caplog.text] == []


@pytest.mark.parametrize("visibility", PRIVATE)
def test_g081_what_is_private_in_google_stays_without_a_title(
    seen: Seeing, visibility: str
) -> None:
    made = seen.create("Dentist", at(24, 8), visibility=visibility)
    seen.link.settle()
    assert (seen.titles(), seen.kept()) == ([HIDDEN], [])
    seen.act("edit", made, changes={"visibility": "default"})
    seen.link.settle()
    assert seen.titles() == ["Dentist"]
    seen.act("edit", made, changes={"visibility": visibility})
    seen.link.settle()
    assert (seen.titles(), seen.kept()) == ([HIDDEN], [])


def test_g081_the_entity_tag_changes_with_the_title_and_only_then(seen: Seeing) -> None:
    made = seen.create("Dentist", at(24, 8))
    seen.link.settle()
    first, sealed = seen.shown(), seen.kept()
    token = seen.phone().sync().token
    seen.act("edit", made, changes={"description": "Bring the card"})
    seen.link.settle()
    seen.later(days=8)
    seen.link.settle()
    assert (seen.shown(), seen.kept()) == (first, sealed)
    assert seen.phone().sync(token=token).there == {}
    seen.act("edit_title", made, title="Dentist, later")
    seen.link.settle()
    assert list(seen.shown().values()) == [r"Dentist\, later"]
    assert set(seen.shown()) & set(first) == set()
    assert set(seen.phone().sync(token=token).there.values()) == set(seen.shown())


def test_a_title_is_sealed_alike_each_time_and_for_its_event_only(seen: Seeing) -> None:
    seen.create("Dentist", at(24, 8))
    seen.create("Dentist", at(25, 8))
    seen.link.settle()
    sealed = seen.kept()
    assert len(set(sealed)) == 2
    assert len({len(one) for one in sealed}) == 1
    seen.watch(titles=False)
    seen.watch()
    seen.link.settle()
    assert seen.kept() == sealed


def test_back_to_busy_titles_are_forgotten_and_apps_read_anew(seen: Seeing) -> None:
    seen.create("Dentist", at(24, 8))
    seen.link.settle()
    seen.create("Baker", at(25, 8))
    read_calendar(seen.link.syncing, seen.link.account, Report())
    assert len(seen.kept()) == 2
    assert "Baker" not in seen.stored()
    before, token = seen.shown(), seen.phone().sync().token
    seen.watch(titles=False)
    assert seen.kept() == []
    assert seen.titles() == [HIDDEN]
    assert set(seen.shown()) & set(before) == set()
    assert len(seen.phone().sync(token=token).there) == 1
    seen.link.settle()
    assert (seen.titles(), seen.kept()) == ([HIDDEN, HIDDEN], [])


def test_a_title_that_was_read_before_the_level_fell_is_not_kept(seen: Seeing) -> None:
    seen.create("Dentist", at(24, 8))
    syncing = seen.link.syncing
    read_calendar(syncing, seen.link.account, Report())
    with seen.link.house.database.reading() as uow:
        staged = uow.google.events.staged(LINK, seen.link.account, 9)
    seen.watch(titles=False)
    with seen.link.house.database.writing() as uow:
        uow.google.events.stage(staged)
    seen.link.settle()
    assert (seen.titles(), seen.kept()) == ([HIDDEN], [])


def test_titles_are_shown_of_what_is_known_already_when_they_are_wished_for(
    alma: Linked, tmp_path: Path
) -> None:
    with seeing(alma, tmp_path) as seen:
        seen.watch(titles=False)
        seen.create("Dentist", at(24, 8))
        alma.settle()
        first = seen.shown()
        assert list(first.values()) == [HIDDEN]
        seen.watch()
        alma.settle()
        assert seen.titles() == ["Dentist"]
        assert set(seen.shown()) & set(first) == set()


def test_titles_need_the_permission_to_read_them(alma: Linked, tmp_path: Path) -> None:
    with seeing(alma, tmp_path) as seen:
        alma.change(scopes=("openid",))
        with pytest.raises(NotAllowed):
            seen.watch()
        with pytest.raises(NotFound), alma.house.database.writing() as uow:
            show_titles(uow, alma.now_link, alma.calendar, alma.house.now, shown=True)


def test_a_permission_that_was_taken_back_keeps_no_new_titles(seen: Seeing) -> None:
    seen.create("Dentist", at(24, 8))
    seen.link.settle()
    seen.link.change(scopes=("openid",))
    seen.link.scopes = (CREATED, FREEBUSY)
    seen.create("Baker", at(25, 8))
    seen.link.settle()
    assert seen.titles() == ["Dentist", HIDDEN]


def test_without_the_key_or_with_another_one_there_are_no_titles_and_no_error(
    seen: Seeing,
) -> None:
    seen.create("Dentist", at(24, 8))
    seen.link.settle()
    key = seen.key_file.read_text()
    seen.key_file.unlink()
    assert seen.titles() == [HIDDEN]
    seen.key_file.write_text(key.replace(key.split()[-1], "A" * 43 + "="))
    seen.key_file.chmod(0o600)
    assert seen.titles() == [HIDDEN]
    seen.key_file.write_text(key)
    assert seen.titles() == ["Dentist"]


def test_a_sealed_title_opens_for_its_own_event_only(seen: Seeing) -> None:
    seen.create("Dentist", at(24, 8))
    seen.create("Baker", at(25, 8))
    seen.link.settle()
    first, second = (pair for pair in seen.link.pairs() if pair.sealed_title)
    with seen.link.house.database.writing() as uow:
        uow.google.events.save(replace(first, sealed_title=second.sealed_title))
        uow.google.events.save(replace(second, sealed_title="1.x"))
    assert seen.titles() == [HIDDEN, HIDDEN]


def test_occurrences_have_titles_of_their_own_and_none_in_a_private_series(
    seen: Seeing,
) -> None:
    made = seen.create("Choir", at(24, 8), recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    seen.link.settle()
    name = seen.link.instance(made, at(1, 8, month=12))
    seen.act("edit_title", name, title="Concert")
    seen.link.settle()
    assert seen.titles() == ["Choir / Concert"]
    assert len(seen.kept()) == 2
    seen.act("edit_all", name, changes={"visibility": "private"})
    seen.link.settle()
    assert (seen.titles(), seen.kept()) == ([f"{HIDDEN} / {HIDDEN}"], [])


def test_what_lies_beyond_the_time_that_is_kept_has_no_title(seen: Seeing) -> None:
    made = seen.create("Dentist", at(24, 8))
    for days in (-300, 900):
        seen.create("Long ago, or far ahead", at(24, 8) + timedelta(days=days))
    seen.link.settle()
    assert (seen.titles(), len(seen.kept())) == (["Dentist"], 1)
    seen.later(days=40)
    seen.link.settle()
    assert (seen.titles(), seen.kept()) == ([], [])
    seen.act("move", made, start={"dateTime": (at(24, 8) + timedelta(days=60)).isoformat()})
    seen.link.settle()
    assert seen.titles() == ["Dentist"]


def test_a_series_that_no_rule_tells_is_called_by_its_title(seen: Seeing) -> None:
    lines = ["RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2"]
    seen.create("Choir", at(24, 8), recurrence=lines)
    seen.link.settle()
    assert seen.titles() == ["Choir"]


@pytest.mark.parametrize("title", ["", "  ", "\x00\x0b", "Other event"])
def test_an_event_without_a_name_is_another_event(seen: Seeing, title: str) -> None:
    seen.create(title, at(24, 8))
    seen.link.settle()
    assert seen.titles() == [HIDDEN]


def test_a_title_is_one_line_without_what_no_calendar_can_carry(seen: Seeing) -> None:
    seen.create(" Zahnärztin\r\nBEGIN:VALARM\x07 \U0001f9b7" + " lang" * 40, at(24, 8))
    seen.link.settle()
    (title,) = seen.titles()
    assert title == "Zahnärztin BEGIN:VALARM \U0001f9b7" + " lang" * 40
    phone = seen.phone()
    assert phone.multiget("", *phone.sync().there).status == 207


def test_g063_a_copy_of_an_appointment_has_no_title(seen: Seeing) -> None:
    seen.link.house.book()
    seen.link.settle()
    mark = seen.link.only["extendedProperties"]
    seen.create("Jane Doe", at(26, 8), extendedProperties=mark)
    seen.create("John Doe", at(27, 8), extendedProperties={"private": {"pm": "v9.x"}})
    seen.link.settle()
    assert (seen.titles(), seen.kept()) == ([HIDDEN, HIDDEN], [])


def test_g062_an_appointment_that_was_dragged_away_has_no_title(seen: Seeing) -> None:
    seen.link.house.book()
    seen.link.settle()
    seen.link.act("drag", seen.link.only["id"], to=seen.link.account)
    seen.link.settle()
    assert (seen.titles(), seen.kept()) == ([], [])


def test_a_calendar_that_is_not_watched_any_more_leaves_no_title(seen: Seeing) -> None:
    seen.create("Dentist", at(24, 8))
    seen.link.settle()
    seen.create("Baker", at(25, 8))
    read_calendar(seen.link.syncing, seen.link.account, Report())
    with seen.link.house.database.writing() as uow:
        unwatch(uow, seen.link.house.context(), seen.link.now_link, seen.link.account)
    assert (seen.kept(), seen.titles()) == ([], [])
    seen.link.settle()
    assert (seen.kept(), seen.titles()) == ([], [])
    assert KEY.hex() not in seen.stored()


def test_titles_wished_for_in_the_middle_of_a_read_are_all_shown(
    alma: Linked, tmp_path: Path
) -> None:
    with seeing(alma, tmp_path) as seen:
        seen.watch(titles=False)
        for day in (24, 25, 26):
            seen.create(f"Dentist {day}", at(day, 8))
        alma.google.knobs.page_size = 1

        def wish(wanted: ListWanted) -> None:
            if wanted.page:
                seen.watch()

        syncing = alma.syncing
        read_watched(replace(syncing, calls=Meddling(syncing.calls, wish)), Report())
        alma.settle()
        assert seen.titles() == [f"Dentist {day}" for day in (24, 25, 26)]
