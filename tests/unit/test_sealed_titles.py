"""Titles as they are sealed, and put into the text that their owner is served."""

from __future__ import annotations

import base64
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.ids import AppointmentId, GoogleLinkId, PracticeId
from server.domain.when import MASTER, RecurrenceKey
from server.ics.lines import parse
from server.ics.titled import titled
from server.practice_db.key_file import make_key_file, read_keys
from server.practice_db.opened_titles import KeyFileTitles
from server.practice_db.sealing import Purpose, Sealing, TitleSealing, WrongKey
from server.usecases.ports.google_titles import SealedTitle

LINK, OTHER_LINK = GoogleLinkId("0000000001"), GoogleLinkId("0000000002")
PRACTICE, OTHER_PRACTICE = PracticeId(1), PracticeId(2)
KEY = bytes(range(32))
SEALING = TitleSealing(KEY, PRACTICE, LINK)
NEW_YORK = ZoneInfo("America/New_York")
FIT = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
SERIES = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:a
DTSTART;TZID=America/New_York:20261124T080000
DURATION:PT1H
RRULE:FREQ=WEEKLY
SUMMARY:Other event
CLASS:PRIVATE
END:VEVENT
BEGIN:VEVENT
UID:a
RECURRENCE-ID;TZID=America/New_York:20261201T080000
DTSTART;TZID=America/New_York:20261201T090000
DURATION:PT1H
SUMMARY:Other event
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@given(st.text())
def test_what_was_sealed_opens_as_it_was_and_says_nothing_by_its_length(title: str) -> None:
    sealed = SEALING.seal(title, "primary", "e1")
    assert SEALING.open(sealed, "primary", "e1") == title
    assert SEALING.seal(title, "primary", "e1") == sealed
    raw = len(base64.urlsafe_b64decode(sealed.partition(".")[2]))
    assert (raw - 16) % 64 == 0


@pytest.mark.parametrize(
    ("sealing", "calendar", "event"),
    [
        (TitleSealing(KEY, PRACTICE, OTHER_LINK), "primary", "e1"),
        (TitleSealing(KEY, OTHER_PRACTICE, LINK), "primary", "e1"),
        (TitleSealing(bytes(32), PRACTICE, LINK), "primary", "e1"),
        (SEALING, "primar", "ye1"),
        (SEALING, "primary", "e2"),
    ],
)
def test_a_title_opens_nowhere_else(sealing: TitleSealing, calendar: str, event: str) -> None:
    sealed = SEALING.seal("Dentist", "primary", "e1")
    with pytest.raises(WrongKey):
        sealing.open(sealed, calendar, event)


@pytest.mark.parametrize("sealed", ["", "1", "1.", "1.!!!", "2.AAAA", "1.AAAA", "1.ä"])
def test_what_is_no_sealed_title_does_not_open(sealed: str) -> None:
    with pytest.raises(WrongKey):
        SEALING.open(sealed, "primary", "e1")


def test_a_key_is_shown_in_no_description_of_itself() -> None:
    assert KEY.hex() not in repr(SEALING)
    assert str(KEY) not in repr(SEALING)


def kept(sealing: Sealing, number: str, sealed: str = "") -> SealedTitle:
    return SealedTitle(
        AppointmentId(number),
        MASTER,
        LINK,
        sealing.seal(KEY.hex(), LINK, Purpose.LINK_KEY),
        "primary",
        "e1",
        sealed or SEALING.seal("Dentist", "primary", "e1"),
    )


def test_what_does_not_open_is_left_out_and_spoils_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "praxical.key"
    make_key_file(file)
    sealing = Sealing(read_keys(file), PRACTICE)
    rows = [kept(sealing, "a"), kept(sealing, "b", "1.AAAA"), kept(sealing, "c")]
    broken = rows[2]._replace(link=OTHER_LINK)
    opened = KeyFileTitles(file).opened(PRACTICE, [*rows[:2], broken])
    assert opened == {"a": {MASTER: "Dentist"}}
    assert KeyFileTitles(file).opened(OTHER_PRACTICE, rows) == {}


@pytest.mark.parametrize("trouble", ["missing", "readable by all", "empty"])
def test_without_a_key_file_that_can_be_used_nothing_opens(
    tmp_path: Path, trouble: str
) -> None:
    file = tmp_path / "praxical.key"
    make_key_file(file)
    rows = [kept(Sealing(read_keys(file), PRACTICE), "a")]
    if trouble == "missing":
        file.unlink()
    elif trouble == "empty":
        file.write_text("")
    else:
        file.chmod(0o644)
    assert KeyFileTitles(file).opened(PRACTICE, rows) == {}
    assert KeyFileTitles(file).opened(PRACTICE, []) == {}


def test_each_part_of_an_object_is_called_by_its_own_title() -> None:
    later = RecurrenceKey("20261201T130000Z")
    text = titled(SERIES, {MASTER: "Choir; Bach, \\ Händel", later: "Concert"}, NEW_YORK)
    assert titles(text) == ["Choir; Bach, \\ Händel", "Concert"]
    assert titles(titled(SERIES, {later: "Concert"}, NEW_YORK)) == ["Other event", "Concert"]
    assert titled(SERIES, {}, NEW_YORK) == SERIES
    assert text.count("CLASS:PRIVATE") == 1


@given(st.text(FIT, min_size=1))
def test_a_title_is_one_property_whatever_is_in_it(title: str) -> None:
    text = titled(SERIES, {MASTER: title}, NEW_YORK)
    assert titles(text)[0] == title
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def titles(text: str) -> list[str]:
    found = [part.first("SUMMARY") for part in parse(text).children]
    return [one.text for one in found if one is not None]
