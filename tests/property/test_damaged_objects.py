"""Objects damaged at random: taken or refused by name, and what is taken can be read again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.errors import PracticeError
from server.ics.lines import decode
from server.ics.reader import read_object
from server.practice_db.database import open_database
from server.practice_db.engines import database_file
from server.usecases.check_database import check
from tests.databases import SLUG
from tests.practice import ALMA, DESK, NEW_YORK, NOW, THEO, House, furnish

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "ics"
TEXTS = [decode(path.read_bytes()) for path in sorted(CORPUS.glob("*.ics"))]
ALL_LINES = sorted({line for text in TEXTS for line in text.splitlines()})
VALUES = st.sampled_from(
    [
        "",
        "Z",
        "-1",
        "00010101T000000Z",
        "00010102T000000",
        "99991231T235959Z",
        "20261124",
        "20260308T023000",
        "20261101T013000",
        "P999999D",
        "-PT1H",
        "FREQ=YEARLY;UNTIL=00010101",
        "FREQ=DAILY;COUNT=0",
        "FREQ=WEEKLY;BYDAY=5MO",
        "FREQ=DAILY;INTERVAL=999999999",
        "FREQ=MONTHLY;BYSETPOS=1",
        "CANCELLED",
        "a\\",
        "\u00b2",
        "x" * 300,
        "id:C1001 #arrived #undo $1 x2 +95 @room-1",
        "acupinitial Jane Doe #noshow $40",
        "-- practice --\\nclient: C1002\\nservices: 97810*\u00b2\\nurl: https://a b",
    ]
)
SHARED = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def fit_for_damage(lines: list[str]) -> list[int]:
    """Return where properties stand: without BEGIN and END there is nothing left to read."""
    inside = [at for at, line in enumerate(lines) if not line.startswith(("BEGIN", "END"))]
    return inside or [0]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return a file of the corpus with some lines changed, doubled, swapped, lost or added."""
    lines = draw(st.sampled_from(TEXTS)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.sampled_from(fit_for_damage(lines)))
        match draw(st.sampled_from(["lose", "double", "swap", "add", "say", "cut"])):
            case "lose":
                lines = lines[:at] + lines[at + 1 :] or ["X:1"]
            case "double":
                lines = [*lines[:at], lines[at], *lines[at:]]
            case "swap":
                other = draw(st.sampled_from(fit_for_damage(lines)))
                lines[at], lines[other] = lines[other], lines[at]
            case "add":
                lines.insert(at, draw(st.sampled_from(ALL_LINES)))
            case "say":
                lines[at] = lines[at].partition(":")[0] + ":" + draw(VALUES)
            case _:
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
    return "\r\n".join(lines) + "\r\n"


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("damaged") / "data"
    shutil.copytree(sqlite_template, folder)
    opened = open_database(database_file(folder), SLUG)
    with opened.writing() as uow:
        furnish(uow)
    yield House(opened)
    opened.close()


class Then:
    """The clock at the time of the tests."""

    def now(self) -> datetime:
        return NOW


def emptied(house: House) -> None:
    """Take out what an earlier example left."""
    for stored in house.stored():
        house.delete(href=stored.href)


def taken(house: House, text: str) -> bool:
    try:
        house.put(text)
    except PracticeError as refusal:
        return not refusal.sentence
    return True


def shown_to_all(house: House) -> list[str]:
    return [
        house.shown(stored.appointment, viewer)
        for stored in house.stored()
        for viewer in (ALMA, DESK, THEO)
        if stored.appointment is not None
    ]


@SHARED
@given(st.lists(damaged(), min_size=1, max_size=4))
def test_whatever_is_sent_what_is_there_stays_whole(house: House, texts: list[str]) -> None:
    emptied(house)
    for text in texts:
        if taken(house, text):
            for shown in shown_to_all(house):
                assert read_object(shown, NEW_YORK).uid
    with house.database.reading() as uow:
        assert list(check(uow, house.rules, Then())) == []
