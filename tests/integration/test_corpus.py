"""The corpus: what apps write is taken, given back, and stays the same when sent again."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from server.domain.ids import AppointmentId
from server.domain.vocabulary import Attention, Kind, Status
from server.domain.when import Timed
from server.ics.lines import Component, decode, name_of, parse
from server.ics.reader import read_object
from server.usecases.make_calendar import NewCalendar, make_calendar
from tests.practice import ALMA, JANE, JOHN, NEW_YORK, House

FOLDER = Path(__file__).resolve().parents[1] / "corpus" / "ics"
FILES = sorted(path.name for path in FOLDER.glob("*.ics"))
EVENTS = [name for name in FILES if name != "odd-task.ics"]
SPLIT = "odd-this-and-future.ics"
OF_A_REVISION = "khal-edited.ics"
WHOLE = [name for name in EVENTS if name != SPLIT]
JANES = [
    "apple-attendee.ics",
    "apple-travel-time.ics",
    "calcurse-floating-duration.ics",
    "davx5-cancelled-as-exdate.ics",
    "davx5-override.ics",
    "evolution-weekly.ics",
    "google-export.ics",
    "khal-new.ics",
    "odd-lower-case.ics",
    "odd-own-zone.ics",
    "odd-this-and-future.ics",
    "outlook-sync-windows-zone.ics",
    "outlook-zone-by-its-label.ics",
    "thunderbird-new.ics",
]

# What the practice's rules write anew, or what stands in another form for the same.
_RULED = re.compile(
    "SUMMARY|DESCRIPTION|LOCATION|STATUS|TRANSP|CLASS|COLOR|URL|ATTENDEE|ORGANIZER|DT(START|END)"
    "|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|X-PRAXICAL-.*|BEGIN|END|ACTION|TRIGGER"
)


def text_of(name: str) -> str:
    return decode((FOLDER / name).read_bytes())


def put(house: House, name: str) -> AppointmentId:
    house.put(text_of(name))
    return house.of_href()


def events(text: str) -> list[Component]:
    return [child for child in parse(text).children if child.name == "VEVENT"]


def own_lines(text: str) -> Counter[str]:
    """Return the lines that no rule of the practice may touch."""
    lines = [line for event in events(text) for line in event.lines]
    return Counter(line for line in lines if not _RULED.fullmatch(name_of(line)))


def test_each_file_has_its_line_in_the_index() -> None:
    index = (FOLDER / "INDEX.md").read_text()
    assert re.findall(r"^- `([^`]+)`: \S.*\.$", index, re.MULTILINE) == FILES


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_read(name: str) -> None:
    found = read_object(text_of(name), NEW_YORK)
    assert found.uid
    assert found.events or found.component == "VTODO"


@pytest.mark.parametrize("name", WHOLE)
def test_what_was_written_comes_back(house: House, name: str) -> None:
    number = put(house, name)
    assert own_lines(text_of(name)) <= own_lines(house.shown(number))


@pytest.mark.parametrize("name", EVENTS)
def test_t5_nobody_is_mailed(house: House, name: str) -> None:
    shown = house.shown(put(house, name))
    assert not re.search(r"^(ATTENDEE|ORGANIZER|ACTION:EMAIL)", shown, re.MULTILINE)


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_shown_and_sent_back_changes_nothing(house: House, name: str) -> None:
    number = put(house, name)
    before = (house.get(number), house.rows(), house.calendar().revision)
    (stored,) = [one for one in house.stored() if one.appointment == number]
    result = house.put(stored.text)
    assert (house.get(number), house.rows(), house.calendar().revision) == before
    assert result.etag == stored.etag


@pytest.mark.parametrize("name", [name for name in WHOLE if name != OF_A_REVISION])
def test_what_is_sent_twice_is_one_revision(house: House, name: str) -> None:
    put(house, name)
    before = house.calendar().revision
    put(house, name)
    assert house.calendar().revision == before


@pytest.mark.parametrize("name", JANES)
def test_jane_doe_is_found_at_two_in_new_york(house: House, name: str) -> None:
    number = put(house, name)
    details = house.details(number)
    assert (details.kind, details.client) == (Kind.SESSION, JANE)
    when = house.get(number).first_part.when
    assert isinstance(when, Timed)
    assert when.start.astimezone(NEW_YORK).strftime("%d %H:%M") == "24 14:00"


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("thunderbird-override.ics", ["11-24 14:00", "12-02 09:30", "12-15 14:00"]),
        ("davx5-override.ics", ["11-24 14:00", "12-01 14:00", "12-08 16:00"]),
        ("davx5-cancelled-as-exdate.ics", ["11-24 14:00", "12-08 14:00", "12-22 14:00"]),
        ("evolution-weekly.ics", ["11-24 14:00", "12-01 14:00", "12-15 14:00"]),
        ("calcurse-weekly.ics", ["11-24 14:00", "12-08 14:00", "12-15 14:00"]),
        ("google-overrides.ics", ["11-24 08:00", "12-01 08:00", "12-03 09:00"]),
        ("odd-date-identity.ics", ["11-24 14:00", "11-25 16:00", "11-26 14:00"]),
        ("odd-periods.ics", ["11-24 14:00", "11-26 09:00", "11-27 09:00"]),
        ("odd-this-and-future.ics", ["11-24 14:00", "12-01 14:00"]),
        ("odd-override-without-master.ics", ["11-24 15:00"]),
        ("apple-all-day.ics", ["11-26 00:00"]),
    ],
)
def test_the_first_occurrences(house: House, name: str, starts: list[str]) -> None:
    assert house.starts(put(house, name))[:3] == starts


def test_apples_travel_time_is_busy_time(house: House) -> None:
    (row,) = house.rows(appointment=put(house, "apple-travel-time.ics"))
    assert row.start.hour - row.busy_from.hour == 1
    assert house.details(row.appointment).attention == {Attention.LOCATION_UNKNOWN}


def test_what_all_day_apps_call_free_is_free(house: House) -> None:
    assert not house.details(put(house, "apple-all-day.ics")).blocks


def test_outlooks_prefix_cancels(house: House) -> None:
    details = house.details(put(house, "outlook-zone-by-its-label.ics"))
    assert details.status is Status.CANCELLED


def test_outlooks_half_hour_becomes_the_session(house: House) -> None:
    (row,) = house.rows(appointment=put(house, "outlook-sync-windows-zone.ics"))
    assert (row.end - row.start).total_seconds() == 75 * 60


def test_googles_html_becomes_a_note(house: House) -> None:
    note = house.details(put(house, "google-export.ics")).note
    assert note.startswith("Ask about the knee.\nJoin: ")
    assert "<" not in note


def test_the_rest_after_a_range_is_a_series_of_its_own(house: House) -> None:
    number = put(house, "odd-this-and-future.ics")
    (rest,) = {row.appointment for row in house.rows()} - {number}
    assert house.starts(rest) == ["12-08 16:00", "12-15 16:00", "12-22 16:00", "12-29 16:00"]
    assert house.details(rest).client == JANE


def test_a_weekly_john_is_not_a_jane(house: House) -> None:
    for name in ("calcurse-weekly.ics", "thunderbird-override.ics"):
        assert house.details(put(house, name)).client == JOHN
        house.delete()


@pytest.mark.parametrize("name", FILES)
def test_a_calendar_of_ones_own_keeps_every_octet(house: House, name: str) -> None:
    with house.database.writing() as uow:
        owner = uow.catalogue.user[ALMA]
        made = make_calendar(uow, house.context(ALMA), NewCalendar(owner, "mine", {}))
    result = house.put(text_of(name), slug="mine")
    with house.database.reading() as uow:
        stored = uow.objects.get(made.id, "one.ics")
    assert stored is not None
    assert stored.text == text_of(name)
    assert result.etag == stored.etag
