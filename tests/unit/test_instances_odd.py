"""Expanding what is written in an unusual form: nothing of it is lost, nothing mistaken."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.errors import InvalidCalendarObject, MalformedCalendarData
from server.ics.instances import expanded, prepared
from server.ics.lines import decode
from tests.instance_rows import (
    BERLIN_ZONE,
    NEW_YORK,
    components,
    instances,
    names_in,
    rows_of,
)
from tests.system.events import vcalendar, vevent

CORPUS = sorted((Path(__file__).parents[1] / "corpus" / "ics").glob("*.ics"))
EVENTS = [path for path in CORPUS if b"VEVENT" in path.read_bytes().upper()]
TIMING = [
    "DTSTART;TZID=Europe/Berlin:20261012T100000",
    "DURATION:PT1H",
    "RRULE:FREQ=WEEKLY;COUNT=3",
    "EXDATE;TZID=Europe/Berlin:20261019T100000",
]
MOVED = vevent(
    "one",
    "Moved",
    ["RECURRENCE-ID:20261026T090000Z", "DTSTART:20261027T070000Z", "DTEND:20261027T080000Z"],
)
ALARM = ("BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:-PT5M", "DURATION:PT5M", "REPEAT:1")
USUAL = vcalendar(
    BERLIN_ZONE, vevent("one", "Yoga", TIMING, "X-A:1", *ALARM, "END:VALARM"), MOVED
)
TIMES = ["20261012T080000Z", "20261027T070000Z"]


def expanded_whole(text: str) -> str:
    return expanded(prepared(text, NEW_YORK), rows_of(text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DTSTART;TZID", "dtstart;tzid"),
        ("EXDATE", "Exdate"),
        ("RRULE:", "RRU\r\n LE:"),
        ("RECURRENCE-ID:", "recurrence-id:"),
        ("RECURRENCE-ID:", "RECURRENCE\r\n -ID:"),
        ("BEGIN:VEVENT", "begin:vevent"),
        ("BEGIN:VALARM", "begin:valarm"),
        ("END:VALARM", "end:valarm"),
        ("END:VALARM\r\n", "END:VALARM\r\nX-LATE:1\r\n"),
        ("END:VALARM\r\n", "END:VALARM\r\n\r\n"),
        ("\r\n", "\n"),
        ("DURATION:PT1H\r\n", "DURATION:PT1H\n"),
        ("X-A:1\r\n", "X-A:1\n"),
        ("DURATION:PT1H", "DURATION:PT\r\n\r\n 1H"),
        ("END:VCALENDAR\r\n", "END:VCALENDAR"),
        ("END:VCALENDAR\r\n", "END:VCALENDAR\r\n\r\n"),
        (BERLIN_ZONE, ""),
        (BERLIN_ZONE, BERLIN_ZONE.replace("TZID:Europe/Berlin", "tzid:Europe/Berlin")),
        (BERLIN_ZONE, BERLIN_ZONE + "X-BETWEEN:1\r\n" + BERLIN_ZONE),
        ("RECURRENCE-ID:", "RECURRENCE-ID:20261012T080000Z\r\nRECURRENCE-ID:"),
        ("END:VCALENDAR", BERLIN_ZONE + "X-LAST:1\r\nEND:VCALENDAR"),
        ("BEGIN:VCALENDAR\r\n", "BEGIN:VCALENDAR\r\nbegin:vtimezone\r\nend:vtimezone\r\n"),
    ],
)
def test_an_unusual_form_is_expanded_as_the_usual_one(old: str, new: str) -> None:
    text = USUAL.replace(old, new)
    assert text != USUAL
    whole = expanded_whole(text)
    assert [instance.start for instance in instances(whole)] == TIMES
    alarms = [child.lines[2] for part in components(whole) for child in part.children]
    assert alarms == ["DURATION:PT5M"]
    assert not {"RRULE", "EXDATE", "VTIMEZONE"} & {name.upper() for name in names_in(whole)}


def test_a_value_that_looks_like_a_boundary_is_none() -> None:
    text = USUAL.replace("X-A:1", "X-A:BEGIN:VEVENT\r\nX-B:END:VEVENT\r\nX-C:\r\n DTSTART:1")
    assert [instance.start for instance in instances(expanded_whole(text))] == TIMES
    assert expanded_whole(text).count("X-C:\r\n DTSTART:1") == 1


def test_an_override_in_the_first_place_is_none_the_less_one() -> None:
    first = USUAL.replace(MOVED, "").replace(BERLIN_ZONE, BERLIN_ZONE + MOVED)
    assert [instance.start for instance in instances(expanded_whole(first))] == TIMES


def test_of_two_overrides_of_one_instance_the_last_one_counts() -> None:
    again = MOVED.replace("20261027T070000Z", "20261028T070000Z").replace("27T08", "28T08")
    whole = expanded_whole(USUAL.replace(MOVED, MOVED + again))
    assert [instance.start for instance in instances(whole)] == [TIMES[0], "20261028T070000Z"]


def test_an_override_that_cannot_be_read_is_an_error_of_the_data() -> None:
    text = USUAL.replace("RECURRENCE-ID:20261026", "RECURRENCE-ID:20261326")
    with pytest.raises(MalformedCalendarData):
        expanded(prepared(text, NEW_YORK), rows_of(USUAL))


def test_what_holds_no_event_cannot_be_prepared() -> None:
    with pytest.raises(InvalidCalendarObject):
        prepared("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", NEW_YORK)


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_every_event_of_the_corpus_is_expanded_whole(path: Path) -> None:
    text = decode(path.read_bytes())
    rows = rows_of(text)
    whole = expanded(prepared(text, NEW_YORK), rows)
    assert [bool(instance.key) for instance in instances(whole)] == [
        bool(row[0]) for row in rows
    ]
