"""Events as instances: their times in UTC, everything else as it is written."""

from __future__ import annotations

import pytest

from server.ics.instances import expanded, prepared
from tests.instance_rows import (
    BERLIN_ZONE,
    NEW_YORK,
    Instance,
    components,
    instances,
    names_in,
    rows_of,
)
from tests.system.events import unfolded, vcalendar, vevent

BERLIN = "TZID=Europe/Berlin"
START = f"DTSTART;{BERLIN}:20261012T100000"
END = f"DTEND;{BERLIN}:20261012T110000"
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=4"
ALARM = (
    "BEGIN:VALARM",
    "ACTION:AUDIO",
    "TRIGGER:-PT15M",
    "DURATION:PT5M",
    "REPEAT:2",
    "END:VALARM",
)


def series(*more: str, timing: tuple[str, ...] = (START, END, WEEKLY)) -> str:
    return vcalendar(BERLIN_ZONE, vevent("one", "Yoga", [*timing]), *more)


def override(identity: str, *timing: str, title: str = "Moved") -> str:
    return vevent("one", title, [f"RECURRENCE-ID{identity}", *timing])


def expanded_whole(text: str) -> str:
    return expanded(prepared(text, NEW_YORK), rows_of(text))


def titles(text: str) -> list[str]:
    return [line.text for part in components(text) for line in part.all("SUMMARY")]


def test_a_single_event_stands_in_utc_and_names_no_occurrence() -> None:
    text = series(timing=(START, END))
    assert instances(expanded_whole(text)) == [
        Instance("", "20261012T080000Z", "20261012T090000Z")
    ]


def test_a_series_is_one_component_per_instance_over_the_change_of_the_clocks() -> None:
    assert instances(expanded_whole(series())) == [
        Instance("20261012T080000Z", "20261012T080000Z", "20261012T090000Z"),
        Instance("20261019T080000Z", "20261019T080000Z", "20261019T090000Z"),
        Instance("20261026T090000Z", "20261026T090000Z", "20261026T100000Z"),
        Instance("20261102T090000Z", "20261102T090000Z", "20261102T100000Z"),
    ]


def test_no_zone_and_no_rule_are_left() -> None:
    more = (f"RDATE;{BERLIN}:20261013T100000", f"EXDATE;{BERLIN}:20261019T100000")
    names = set(names_in(expanded_whole(series(timing=(START, END, WEEKLY, *more)))))
    assert not names & {"RRULE", "RDATE", "EXDATE", "EXRULE", "TZID", "DURATION"}


def test_rules_go_with_the_lines_they_are_folded_into() -> None:
    days = ",".join(f"202610{day}T100000" for day in (13, 14, 15, 16, 17, 18, 20))
    folded = f"EXDATE;{BERLIN}:{days[:50]}\r\n {days[50:90]}\r\n\t{days[90:]}"
    text = series(timing=(START, END, WEEKLY, folded))
    (lines,) = {tuple(part.lines[-3:]) for part in components(expanded_whole(text))}
    assert lines == ("UID:one", "DTSTAMP:20260101T000000Z", "SUMMARY:Yoga")


def test_own_lines_and_alarms_stay_as_they_are_folded() -> None:
    note = "DESCRIPTION:" + "a" * 63 + "\r\n " + "b" * 30
    event = vevent("one", "Yoga", [START, END, WEEKLY], note, "X-A;X-B=\u00e9:1", *ALARM)
    kept = "\r\n".join(["SUMMARY:Yoga", note, "X-A;X-B=\u00e9:1", *ALARM, "END:VEVENT", ""])
    assert expanded_whole(vcalendar(BERLIN_ZONE, event)).count(kept) == 4


def test_the_calendar_keeps_its_own_lines() -> None:
    text = expanded_whole(vcalendar("X-WR-CALNAME:Mine\r\n", vevent("one", "", [START, END])))
    assert unfolded(text)[:4] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Invented//App 1.0//EN",
        "X-WR-CALNAME:Mine",
    ]


def test_whole_days_stay_whole_days() -> None:
    days = (
        "DTSTART;VALUE=DATE:20261030",
        "DTEND;VALUE=DATE:20261101",
        "RRULE:FREQ=DAILY;COUNT=2",
    )
    assert unfolded(expanded_whole(series(timing=days)))[3:7] == [
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20261030",
        "DTEND;VALUE=DATE:20261101",
        "RECURRENCE-ID;VALUE=DATE:20261030",
    ]


def test_an_event_without_end_gets_none() -> None:
    for start in (START, "DTSTART;VALUE=DATE:20261030"):
        (instance,) = instances(expanded_whole(series(timing=(start,))))
        assert instance.end == ""


def test_a_duration_becomes_an_end() -> None:
    (instance,) = instances(expanded_whole(series(timing=(START, "DURATION:PT45M"))))
    assert instance.end == "20261012T084500Z"


@pytest.mark.parametrize(
    "identity",
    [
        f";{BERLIN}:20261026T100000",
        ":20261026T090000Z",
        ";VALUE=DATE-TIME:20261026T090000Z",
        ";TZID=America/New_York:20261026T050000",
        ":20261026T050000",
        ";VALUE=DATE:20261026",
        ";TZID=europe/berlin:20261026T100000",
        ';TZID="Europe/Berlin":20261026T100000',
        f";RANGE=THISANDFUTURE;{BERLIN}:20261026T100000",
        ";X-A=1:20261026T090000Z",
    ],
)
def test_an_override_takes_the_place_of_the_instance_it_names(identity: str) -> None:
    moved = override(identity, "DTSTART:20261027T070000Z", "DTEND:20261027T073000Z")
    whole = expanded_whole(series(moved))
    assert titles(whole) == ["Yoga", "Yoga", "Moved", "Yoga"]
    assert instances(whole)[2] == Instance(
        "20261026T090000Z", "20261027T070000Z", "20261027T073000Z"
    )


def test_an_override_may_be_of_another_kind_than_the_series() -> None:
    whole_day = override(":20261026T090000Z", "DTSTART;VALUE=DATE:20261027")
    assert instances(expanded_whole(series(whole_day)))[2] == Instance(
        "20261026T090000Z", "20261027", ""
    )
    days = ("DTSTART;VALUE=DATE:20261030", "RRULE:FREQ=DAILY;COUNT=2")
    timed = override(";VALUE=DATE:20261031", "DTSTART:20261031T120000Z")
    assert instances(expanded_whole(series(timed, timing=days)))[1] == Instance(
        "20261031", "20261031T120000Z", ""
    )


def test_a_row_whose_override_the_viewer_is_not_shown_is_left_out() -> None:
    moved = override(":20261026T090000Z", "DTSTART:20261027T070000Z")
    rows = rows_of(series(moved))
    assert len(instances(expanded(prepared(series(), NEW_YORK), rows))) == 3


def test_an_override_without_its_series_stands_alone() -> None:
    alone = vcalendar(override(f";{BERLIN}:20261026T100000", "DTSTART:20261027T070000Z"))
    assert instances(expanded_whole(alone)) == [
        Instance("20261026T090000Z", "20261027T070000Z", "")
    ]


def test_no_row_is_no_event() -> None:
    text = expanded(prepared(series(), NEW_YORK), [])
    assert names_in(text) == ["BEGIN", "VERSION", "PRODID", "END"]


def test_pieces_may_be_used_again() -> None:
    moved = override(":20261026T090000Z", "DTSTART:20261027T070000Z")
    pieces, rows = prepared(series(moved), NEW_YORK), rows_of(series(moved))
    assert expanded(pieces, rows[:1]) + expanded(pieces, rows[2:]) != ""
    assert titles(expanded(pieces, rows)) == ["Yoga", "Yoga", "Moved", "Yoga"]
