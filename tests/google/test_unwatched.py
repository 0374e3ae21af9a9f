"""A calendar that is unwatched while it is read: it does not come back, nor does its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.google_sync.http.calls import ListWanted
from server.google_sync.links.syncing import Report
from server.google_sync.reading.watched import read_watched
from server.usecases.google_watching import unwatch
from tests.google.house import LINK, Linked
from tests.google.seeing import Meddling, Seeing, seeing
from tests.practice import ALMA, at

ODD = ["RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2"]


@pytest.fixture
def seen(alma: Linked, tmp_path: Path) -> Iterator[Seeing]:
    """Return Alma's link, with one event by itself and a series that is asked for twice."""
    with seeing(alma, tmp_path) as found:
        found.watch()
        found.create("Dentist", at(24, 8))
        found.create("Choir", at(25, 8), recurrence=ODD)
        yield found


@pytest.mark.parametrize("when", ["while its page is read", "while it is applied"])
def test_what_is_unwatched_meanwhile_is_forgotten_as_a_whole(seen: Seeing, when: str) -> None:
    syncing, name = seen.link.syncing, seen.link.account
    done: list[str] = []

    def end(wanted: ListWanted) -> None:
        # Occurrences are asked for while events are applied.
        applying = bool(wanted.page)
        if wanted.calendar == name and applying is (when == "while it is applied"):
            done.append(wanted.page)
            with seen.link.house.database.writing() as uow:
                unwatch(uow, seen.link.house.context(), seen.link.now_link, name)

    read_watched(replace(syncing, calls=Meddling(syncing.calls, end)), Report())
    assert len(done) == 1
    with seen.link.house.database.reading() as uow:
        assert uow.google.calendars.get(LINK, name) is None
        places = [
            one.id for one in uow.calendars.of_owner(ALMA) if one.slug == "other-calendars"
        ]
        shown = [one for place in places for one in uow.objects.entries(place)]
    assert (seen.kept(), seen.link.pairs(), shown) == ([], [], [])
    seen.link.settle()
    assert seen.link.pairs() == []
