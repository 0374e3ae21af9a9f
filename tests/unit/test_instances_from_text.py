"""Expanding to-dos, journal entries and events that no index row tells of."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.domain.errors import MalformedCalendarData, TooManyInstances
from server.ics.expanded_object import expanded_from_text
from server.ics.instances import expanded, prepared
from server.ics.lines import decode
from tests.instance_rows import (
    AUTUMN,
    BERLIN_ZONE,
    NEW_YORK,
    components,
    instances,
    names_in,
    rows_of,
)
from tests.system.events import unfolded, vcalendar, vevent

CORPUS = sorted((Path(__file__).parents[1] / "corpus" / "ics").glob("*.ics"))
EVENTS = [path for path in CORPUS if b"VEVENT" in path.read_bytes().upper()]
OCTOBER = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
BERLIN = ";TZID=Europe/Berlin"


def part(name: str, *lines: str) -> str:
    return "\r\n".join([f"BEGIN:{name}", "UID:one", *lines, f"END:{name}", ""])


def todo(*lines: str) -> str:
    return part("VTODO", *lines)


def of(*parts: str, window: tuple[datetime, datetime] = OCTOBER) -> list[list[str]]:
    """Return the lines of each component that is left."""
    text = vcalendar(BERLIN_ZONE, *parts)
    whole = expanded_from_text(text, window, NEW_YORK, 100)
    assert unfolded(whole)[0] == "BEGIN:VCALENDAR"
    return [list(part.written())[1:-1] for part in components(whole)]


def test_a_to_do_that_repeats_is_due_again_and_again() -> None:
    series = todo(
        f"DTSTART{BERLIN}:20261012T100000",
        f"DUE{BERLIN}:20261013T100000",
        "RRULE:FREQ=WEEKLY;COUNT=9",
        f"EXDATE{BERLIN}:20261019T100000",
        "SUMMARY:Water",
    )
    assert of(series) == [
        [
            "RECURRENCE-ID:20261012T080000Z",
            "DTSTART:20261012T080000Z",
            "DUE:20261013T080000Z",
            "UID:one",
            "SUMMARY:Water",
        ],
        [
            "RECURRENCE-ID:20261026T090000Z",
            "DTSTART:20261026T090000Z",
            "DUE:20261027T090000Z",
            "UID:one",
            "SUMMARY:Water",
        ],
    ]


def test_a_to_do_may_be_due_on_the_day_it_starts() -> None:
    series = todo(
        "DTSTART;VALUE=DATE:20261030", "DUE;VALUE=DATE:20261030", "RRULE:FREQ=DAILY;COUNT=5"
    )
    assert [lines[1:3] for lines in of(series)] == [
        ["DTSTART;VALUE=DATE:20261030", "DUE;VALUE=DATE:20261030"],
        ["DTSTART;VALUE=DATE:20261031", "DUE;VALUE=DATE:20261031"],
    ]


@pytest.mark.parametrize(
    ("timing", "due"),
    [
        (("DTSTART:20261012T100000Z", "DURATION:PT1H"), "20261019T110000Z"),
        (("DTSTART:20261012T100000Z", "DUE:20261012T090000Z"), "20261019T090000Z"),
        (("DTSTART:20261012T100000Z", "DUE;VALUE=DATE:20261014"), "20261021"),
        (("DTSTART;VALUE=DATE:20261012", "DURATION:P2D"), "20261021"),
        (("DTSTART;VALUE=DATE:20261012", "DUE;VALUE=DATE:99991231"), "99991231"),
        (("DTSTART;VALUE=DATE:20261012", "DUE:20261014T100000Z"), "20261021T100000Z"),
        (("DTSTART;VALUE=DATE:99991230", "DURATION:P900D"), None),
    ],
)
def test_each_instance_is_due_as_late_as_the_first_one(
    timing: tuple[str, ...], due: str | None
) -> None:
    found = of(todo(*timing, "RRULE:FREQ=WEEKLY;COUNT=2"))
    assert [line.partition(":")[2] for line in found[-1][2:3]] == [due] if due else found == []


def test_a_to_do_that_is_only_due_repeats_by_that() -> None:
    series = todo(f"DUE{BERLIN}:20261026T100000", "RRULE:FREQ=DAILY;COUNT=2", "SEQUENCE:1")
    assert of(series)[1] == [
        "RECURRENCE-ID:20261027T090000Z",
        "DUE:20261027T090000Z",
        "UID:one",
        "SEQUENCE:1",
    ]


def test_an_override_takes_the_place_of_its_to_do() -> None:
    series = todo("DTSTART:20261012T100000Z", "RRULE:FREQ=DAILY;COUNT=2")
    moved = todo(f"RECURRENCE-ID{BERLIN}:20261013T120000", "DTSTART:20261020T100000Z")
    assert [lines[1] for lines in of(series, moved)] == [
        "DTSTART:20261012T100000Z",
        "DTSTART:20261020T100000Z",
    ]


@pytest.mark.parametrize(
    ("lines", "is_within"),
    [
        ((), True),
        (("RRULE:FREQ=DAILY",), True),
        (("COMPLETED:20200101T000000Z",), True),
        (("DUE:20261001T000000Z",), False),
        (("DUE:20261101T000000Z",), True),
        (("DTSTART:20261101T000000Z",), False),
        (("DTSTART:20261001T000000Z",), True),
        (("DTSTART:20260901T000000Z", "DURATION:P30D"), True),
        (("DTSTART:20260901T000000Z", "DUE:20261001T000000Z"), False),
    ],
)
def test_a_single_to_do_is_left_if_it_lies_in_the_range(
    lines: tuple[str, ...], *, is_within: bool
) -> None:
    assert bool(of(todo(*lines))) is is_within


def test_a_rule_is_no_part_of_what_has_no_time() -> None:
    assert of(todo("RRULE:FREQ=DAILY", "SUMMARY:Some day")) == [["UID:one", "SUMMARY:Some day"]]


def test_journal_entries_are_expanded_by_day_and_by_moment() -> None:
    days = part("VJOURNAL", "DTSTART;VALUE=DATE:20261030", "RRULE:FREQ=DAILY;COUNT=9")
    assert [lines[0] for lines in of(days)] == [
        "RECURRENCE-ID;VALUE=DATE:20261030",
        "RECURRENCE-ID;VALUE=DATE:20261031",
    ]
    moment = part("VJOURNAL", "DTSTART:20261030T230000", "X-A;X-B=1:2")
    assert of(moment) == [["DTSTART:20261031T030000Z", "UID:one", "X-A;X-B=1:2"]]
    assert of(part("VJOURNAL", "SUMMARY:Some day")) == [["UID:one", "SUMMARY:Some day"]]


def test_an_alarm_keeps_its_own_times() -> None:
    alarm = ("BEGIN:VALARM", "TRIGGER:-PT5M", "DURATION:PT5M", "REPEAT:1", "END:VALARM")
    (lines,) = of(todo("DTSTART:20261012T100000Z", *alarm))
    assert lines[2:] == list(alarm)


def test_zones_that_only_the_object_defines_are_understood() -> None:
    own = BERLIN_ZONE.replace("Europe/Berlin", "My zone")
    text = vcalendar(own, todo("DTSTART;TZID=My zone:20261012T100000"))
    whole = expanded_from_text(text, OCTOBER, NEW_YORK, 100)
    assert "DTSTART:20261012T080000Z" in whole
    assert "VTIMEZONE" not in whole


def test_more_instances_than_are_worked_out_are_refused() -> None:
    endless = vcalendar(todo("DTSTART:20261012T100000Z", "RRULE:FREQ=MINUTELY"))
    with pytest.raises(TooManyInstances):
        expanded_from_text(endless, OCTOBER, NEW_YORK, 100)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:some day",),
        ("DTSTART:20261012T100000Z", "RRULE:FREQ=SOMETIMES"),
        ("DTSTART:20261012T100000Z", "DURATION:long"),
        ("DTSTART:20261012T100000Z", "RECURRENCE-ID:0"),
        ("DTSTART;VALUE=DATE:99991231",),
    ],
)
def test_times_that_cannot_be_read_are_an_error_of_the_data(lines: tuple[str, ...]) -> None:
    with pytest.raises(MalformedCalendarData):
        expanded_from_text(vcalendar(todo(*lines)), OCTOBER, NEW_YORK, 100)


def test_an_event_that_ends_before_it_starts_is_an_error_of_the_data() -> None:
    event = vevent("one", "", ["DTSTART:20261012T100000Z", "DTEND:20261011T100000Z"])
    with pytest.raises(MalformedCalendarData):
        expanded_from_text(vcalendar(event), OCTOBER, NEW_YORK, 100)


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_events_of_the_corpus_have_the_instances_that_the_index_has(path: Path) -> None:
    text = decode(path.read_bytes())
    from_rows = expanded(prepared(text, NEW_YORK), rows_of(text))
    from_text = expanded_from_text(text, AUTUMN, NEW_YORK, 1000)
    assert sorted(instances(from_text)) == sorted(instances(from_rows))
    assert sorted(names_in(from_text)) == sorted(names_in(from_rows))
