"""How far a first sync has come, as the command line shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from server.cli.google_views import show_links, show_one
from server.usecases.google_links import Standing, standing
from tests.google.house import Linked
from tests.practice import JOHN, at, session, timed


def stands(alma: Linked) -> Standing:
    with alma.house.database.reading() as uow:
        return standing(uow, alma.now_link, alma.house.now)


def shown(alma: Linked, capsys: pytest.CaptureFixture[str], *, as_json: bool = False) -> str:
    zone = at(24).tzinfo
    show_links([stands(alma)], alma.house.now, zone, as_json=as_json)  # type: ignore[arg-type]  # a zone of the practice
    return capsys.readouterr().out


def test_a_first_sync_says_how_many_of_how_many_it_has_told(
    alma: Linked, capsys: pytest.CaptureFixture[str]
) -> None:
    alma.settings = replace(alma.settings, writes_at_most=10)
    for number in range(40):
        alma.house.book(timed(at(24, 6) + timedelta(minutes=20 * number), 15), session(JOHN))
    alma.sync()
    text = shown(alma, capsys)
    assert "catching up" in text
    assert "Google was told 10 of 40 appointments" in text
    (said,) = json.loads(shown(alma, capsys, as_json=True))
    assert (said["told"], said["waiting"], said["parked"]) == (10, 30, 0)
    assert said["written"] == alma.house.now.isoformat()
    alma.settle()
    text = shown(alma, capsys)
    assert "connected" in text
    assert "was told" not in text


def test_one_link_shows_what_was_told_and_what_waits(
    alma: Linked, capsys: pytest.CaptureFixture[str]
) -> None:
    alma.house.book()
    alma.settle()
    alma.house.book(timed(at(25)), session(JOHN))
    zone = at(24).tzinfo
    show_one(stands(alma), alma.house.now, zone)  # type: ignore[arg-type]  # as above
    lines = capsys.readouterr().out.splitlines()
    found = {line.split()[0]: line.split()[-1] for line in lines if len(line.split()) > 1}
    assert (found["told"], found["waiting"]) == ("1", "1")
