"""VFREEBUSY: what is taken within a range, and not a word about why or by whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from server.domain.errors import MalformedCalendarData
from server.ics.free_busy import Busy, BusyRow, busy_rows, free_busy
from tests.instance_rows import NEW_YORK
from tests.system.events import unfolded, vcalendar

DAY = datetime(2026, 11, 24, tzinfo=UTC)
WINDOW = DAY, DAY + timedelta(days=1)


def row(start: float, end: float, kind: Busy = Busy.BUSY) -> BusyRow:
    """Return a row from hour to hour of the day."""
    begins = int(DAY.timestamp())
    return begins + int(start * 3600), begins + int(end * 3600), kind


def lines_of(*rows: BusyRow) -> list[str]:
    return unfolded(free_busy(rows, WINDOW, DAY, "one"))


def busy(*rows: BusyRow) -> list[str]:
    return [line for line in lines_of(*rows) if line.startswith("FREEBUSY")]


def test_an_answer_says_for_which_range_it_is_and_nothing_about_anybody() -> None:
    assert lines_of(row(9, 10)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Praxical//Praxical 0.1//EN",
        "BEGIN:VFREEBUSY",
        "UID:one",
        "DTSTAMP:20261124T000000Z",
        "DTSTART:20261124T000000Z",
        "DTEND:20261125T000000Z",
        "FREEBUSY;FBTYPE=BUSY:20261124T090000Z/20261124T100000Z",
        "END:VFREEBUSY",
        "END:VCALENDAR",
    ]


def test_times_that_overlap_or_touch_are_one() -> None:
    assert busy(row(9, 10), row(9.5, 11), row(11, 12), row(9.25, 9.5), row(13, 14)) == [
        "FREEBUSY;FBTYPE=BUSY:20261124T090000Z/20261124T120000Z",
        "FREEBUSY;FBTYPE=BUSY:20261124T130000Z/20261124T140000Z",
    ]


def test_times_are_cut_at_the_range() -> None:
    assert busy(row(-3, 1), row(23, 30)) == [
        "FREEBUSY;FBTYPE=BUSY:20261124T000000Z/20261124T010000Z",
        "FREEBUSY;FBTYPE=BUSY:20261124T230000Z/20261125T000000Z",
    ]


def test_what_lies_outside_or_lasts_no_time_is_left_out() -> None:
    assert busy(row(-2, 0), row(24, 25), row(-3, -2), row(9, 9), row(0, 0)) == []


def test_each_way_of_being_busy_is_told_by_itself_in_order_of_time() -> None:
    rows = row(9, 11), row(8, 10, Busy.TENTATIVE), row(12, 13, Busy.UNAVAILABLE), row(11, 12)
    assert busy(*rows) == [
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261124T080000Z/20261124T100000Z",
        "FREEBUSY;FBTYPE=BUSY:20261124T090000Z/20261124T120000Z",
        "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261124T120000Z/20261124T130000Z",
    ]


def test_every_line_is_within_75_octets() -> None:
    text = free_busy([row(9, 10, kind) for kind in Busy], WINDOW, DAY, "one")
    assert max(len(line) for line in text.split("\r\n")) <= 75


def test_years_before_1970_are_years_too() -> None:
    year = datetime(12, 1, 1, tzinfo=UTC)
    rows = [(int(year.timestamp()), int(year.timestamp()) + 60, Busy.BUSY)]
    text = free_busy(rows, (year, DAY), DAY, "one")
    assert "FREEBUSY;FBTYPE=BUSY:00120101T000000Z/00120101T000100Z" in text


def stored(*lines: str) -> str:
    return vcalendar("\r\n".join(["BEGIN:VFREEBUSY", "UID:one", *lines, "END:VFREEBUSY", ""]))


def read(*lines: str) -> Iterable[BusyRow]:
    return busy_rows(stored(*lines), NEW_YORK)


def test_stored_periods_are_read_by_end_and_by_length() -> None:
    value = "20261124T090000Z/20261124T100000Z,20261124T110000Z/PT2H"
    assert read(f"FREEBUSY:{value}") == [row(9, 10), row(11, 13)]


def test_a_period_without_zone_is_in_that_of_the_calendar() -> None:
    assert read("FREEBUSY:20261124T090000/PT1H") == [row(14, 15)]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (";FBTYPE=BUSY-TENTATIVE", Busy.TENTATIVE),
        (";fbtype=busy-unavailable", Busy.UNAVAILABLE),
        (";FBTYPE=X-ASLEEP", Busy.BUSY),
        ("", Busy.BUSY),
    ],
)
def test_the_type_of_a_stored_period_is_read(said: str, kind: Busy) -> None:
    assert read(f"FREEBUSY{said}:20261124T090000Z/PT1H") == [row(9, 10, kind)]


def test_free_times_and_what_cannot_be_read_are_left_out() -> None:
    assert read("FREEBUSY;FBTYPE=FREE:20261124T090000Z/PT1H") == []
    odd = "some day,20261124T100000Z/20261124T090000Z,20261124T090000Z,20261124T090000Z/PT1H"
    assert read(f"FREEBUSY:{odd}") == [row(9, 10)]


def test_other_components_tell_no_rows() -> None:
    text = stored().replace("VFREEBUSY", "VTODO")
    assert busy_rows(text, NEW_YORK) == []


def test_text_that_is_no_calendar_is_refused() -> None:
    with pytest.raises(MalformedCalendarData):
        busy_rows("BEGIN:VCALENDAR\r\n", NEW_YORK)
