"""Odd objects in plain words: what strict readers would stumble over is mended or left out."""

from __future__ import annotations

import pytest

from server.ics.lines import parse
from server.ics.plain import plain
from tests.system.events import vcalendar
from tests.system.practice import NEW_YORK

BEGIN = "DTSTART:20260601T130000Z"
DAILY = "RRULE:FREQ=DAILY;COUNT=3"


def component(name: str, *lines: str) -> str:
    return "\r\n".join([f"BEGIN:{name}", "UID:one", *lines, f"END:{name}", ""])


def said(*lines: str, name: str = "VEVENT") -> list[str]:
    """Return the lines of the component's plain form."""
    calendar = parse(plain(vcalendar(component(name, *lines)), NEW_YORK))
    (part,) = (child for child in calendar.children if child.name == name)
    return [*part.lines, *(line for child in part.children for line in child.written())]


@pytest.mark.parametrize(
    "line",
    ["X A:1", 'X-A;B="c:1', "CREATED:then", "LAST-MODIFIED:20261301T000000Z"],
)
def test_a_line_that_cannot_be_read_is_left_out(line: str) -> None:
    assert line not in said(BEGIN, "X-KEPT;Y=1:a,b;c", line)
    assert "X-KEPT;Y=1:a,b;c" in said(BEGIN, "X-KEPT;Y=1:a,b;c", line)


def test_of_what_may_stand_once_the_last_one_is_kept() -> None:
    lines = said(BEGIN, "SUMMARY:first", "SUMMARY:last", "COMMENT:a", "COMMENT:b")
    assert [line for line in lines if line.startswith("SUMMARY")] == ["SUMMARY:last"]
    assert [line for line in lines if line.startswith("COMMENT")] == ["COMMENT:a", "COMMENT:b"]


def test_an_added_period_becomes_its_start() -> None:
    lines = said(BEGIN, "RDATE;VALUE=PERIOD:20260603T150000Z/PT1H")
    assert "RDATE:20260603T150000Z" in lines


def test_a_day_taken_out_of_moments_becomes_a_moment() -> None:
    lines = said(BEGIN, DAILY, "EXDATE;VALUE=DATE:20260602")
    assert "EXDATE:20260602T130000Z" in lines


def test_a_floating_time_stands_in_the_zone_of_the_calendar() -> None:
    text = plain(vcalendar(component("VEVENT", "DTSTART:20260601T090000")), NEW_YORK)
    assert "DTSTART;TZID=America/New_York:20260601T090000\r\n" in text
    assert "TZID:America/New_York\r\n" in text


def test_an_override_is_named_in_the_form_of_its_series() -> None:
    master = component("VEVENT", BEGIN, DAILY)
    day = "RECURRENCE-ID;VALUE=DATE:20260602"
    override = component("VEVENT", day, "DTSTART:20260602T180000Z")
    text = plain(vcalendar(master, override), NEW_YORK)
    assert "RECURRENCE-ID:20260602T130000Z\r\n" in text


@pytest.mark.parametrize(
    ("trigger", "rings"),
    [("-PT15M", True), ("20260601T120000Z", True), ("soon", False)],
)
def test_an_alarm_stays_if_its_trigger_can_be_read(trigger: str, rings: bool) -> None:
    lines = said(BEGIN, "BEGIN:VALARM", f"TRIGGER:{trigger}", "END:VALARM")
    assert ("BEGIN:VALARM" in lines) is rings


def test_an_alarm_without_trigger_stays() -> None:
    assert "BEGIN:VALARM" in said(BEGIN, "BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM")


def test_a_task_keeps_what_can_be_read_of_its_times() -> None:
    lines = said(BEGIN, "DUE:soon", "DURATION:long", "SUMMARY:Call", name="VTODO")
    assert lines == ["UID:one", BEGIN, "SUMMARY:Call"]


def test_a_zone_without_a_name_is_not_described() -> None:
    task = component("VTODO", "DUE;TZID=Nowhere/Land:20260601T090000")
    assert "BEGIN:VTIMEZONE" not in plain(vcalendar(task), NEW_YORK)


def test_an_event_without_end_gets_none_and_one_with_a_length_keeps_it() -> None:
    assert said(BEGIN) == [BEGIN, "UID:one"]
    assert set(said(BEGIN, "DURATION:PT50M")) == {BEGIN, "UID:one", "DURATION:PT50M"}
    assert said("DTSTART;VALUE=DATE:20260601")[0] == "DTSTART;VALUE=DATE:20260601"
