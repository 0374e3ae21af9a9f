"""Limits of calendar data: overrides and free-busy periods within a range."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.ics.shapes import Wanted, shaped
from tests.instance_rows import BERLIN_ZONE, NEW_YORK, components
from tests.system.events import unfolded, vcalendar, vevent

NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
SERIES = vevent(
    "one", "Series", ["DTSTART:20261001T090000Z", "DTEND:20261001T100000Z", "RRULE:FREQ=DAILY"]
)


def override(title: str, stood: str, start: str, *more: str) -> str:
    return vevent("one", title, [f"RECURRENCE-ID{stood}", f"DTSTART{start}", *more])


def titles(text: str) -> list[str]:
    return [
        line.text
        for part in components(text)
        for line in [part.first("SUMMARY") or part.first("UID")]
        if line
    ]


def limited(*parts: str) -> list[str]:
    text = vcalendar(BERLIN_ZONE, *parts)
    return titles(shaped(text, Wanted(recurrence_set=NOVEMBER), NEW_YORK))


def test_the_series_stays_with_the_overrides_of_the_range() -> None:
    kept = limited(
        SERIES,
        override("before", ":20261005T090000Z", ":20261006T090000Z"),
        override("within", ":20261105T090000Z", ":20261106T090000Z"),
        override("after", ":20261205T090000Z", ":20261206T090000Z"),
    )
    assert kept == ["Series", "within"]


def test_an_override_counts_where_it_stood_and_where_it_is() -> None:
    kept = limited(
        SERIES,
        override("moved away", ":20261105T090000Z", ":20261206T090000Z"),
        override("moved here", ":20261005T090000Z", ":20261106T090000Z"),
    )
    assert kept == ["Series", "moved away", "moved here"]


def test_what_reaches_into_the_range_is_within() -> None:
    long = override("long", ":20261031T090000Z", ":20261031T230000Z", "DURATION:PT2H")
    short = override("short", ":20261030T090000Z", ":20261031T230000Z", "DURATION:PT1H")
    assert limited(SERIES, long, short) == ["Series", "long"]


def test_an_override_of_all_that_follow_counts_from_where_it_is() -> None:
    following = override(
        "follows", ";RANGE=THISANDFUTURE:20261005T090000Z", ":20261005T100000Z"
    )
    later = override("later", ";RANGE=THISANDFUTURE:20261205T090000Z", ":20261205T100000Z")
    assert limited(SERIES, following, later) == ["Series", "follows"]


def test_overrides_without_their_series_count_by_their_key() -> None:
    kept = limited(
        override("within", ";TZID=Europe/Berlin:20261105T090000", ":20261206T090000Z"),
        override("outside", ";TZID=Europe/Berlin:20261205T090000", ":20261206T090000Z"),
    )
    assert kept == ["within"]


def test_to_dos_and_whole_days_are_limited_too() -> None:
    def todo(*lines: str) -> str:
        return "\r\n".join(["BEGIN:VTODO", "UID:one", *lines, "END:VTODO", ""])

    kept = limited(
        todo("SUMMARY:Series", "DTSTART;VALUE=DATE:20261001", "RRULE:FREQ=DAILY"),
        todo("SUMMARY:in", "RECURRENCE-ID;VALUE=DATE:20261105", "DTSTART;VALUE=DATE:20261105"),
        todo("SUMMARY:out", "RECURRENCE-ID;VALUE=DATE:20261005", "DUE;VALUE=DATE:20261006"),
    )
    assert kept == ["Series", "in"]


def test_an_object_whose_times_cannot_be_read_is_not_limited() -> None:
    odd = override("odd", ":some day", ":20261206T090000Z")
    assert limited(SERIES, odd) == ["Series", "odd"]
    days = vevent("one", "Days", ["DTSTART;VALUE=DATE:20261001", "RRULE:FREQ=DAILY"])
    late = override("late", ";VALUE=DATE:99991231", ";VALUE=DATE:20261206")
    assert limited(days, late) == ["Days", "late"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("BEGIN:VEVENT", "begin:vevent"),
        ("BEGIN:VEVENT", "BEG\r\n IN:VEVENT"),
        ("END:VALARM", "EN\r\n D:VALARM"),
        ("BEGIN:VALARM", "BEGIN;X-A=1:VALARM"),
        ("\r\n", "\n"),
    ],
)
def test_an_unusual_form_is_limited_alike(old: str, new: str) -> None:
    alarm = ("BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM")
    text = vcalendar(
        SERIES,
        override("out", ":20261005T090000Z", ":20261006T090000Z", *alarm, *alarm),
        override("in", ":20261105T090000Z", ":20261106T090000Z", *alarm),
    )
    kept = shaped(text.replace(old, new), Wanted(recurrence_set=NOVEMBER), NEW_YORK)
    assert titles(kept) == ["Series", "in"]
    assert [len(part.children) for part in components(kept)] == [0, 1]


def test_what_is_kept_stays_as_it_is_folded() -> None:
    note = "DESCRIPTION:some words\r\n  that go on"
    inside = override("in", ":20261105T090000Z", ":20261106T090000Z", note)
    outside = override("out", ":20261005T090000Z", ":20261006T090000Z", note)
    kept = shaped(vcalendar(SERIES, outside, inside), Wanted(recurrence_set=NOVEMBER), NEW_YORK)
    assert kept == vcalendar(SERIES, inside)


def test_an_object_without_overrides_stays_as_it_is() -> None:
    text = vcalendar(SERIES)
    assert (
        shaped(text, Wanted(recurrence_set=NOVEMBER, free_busy_set=NOVEMBER), NEW_YORK) == text
    )


BEFORE, WITHIN, OVER = (
    "20261031T100000Z/PT1H",
    "20261105T100000Z/20261105T110000Z",
    "20261130T230000Z/PT3H",
)


def busy(*lines: str) -> list[str]:
    body = "\r\n".join(["BEGIN:VFREEBUSY", "UID:one", *lines, "END:VFREEBUSY", ""])
    text = shaped(vcalendar(body), Wanted(free_busy_set=NOVEMBER), NEW_YORK)
    return [line for line in unfolded(text) if line.startswith("FREEBUSY")]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (f"{BEFORE},{WITHIN},{OVER}", [f"{WITHIN},{OVER}"]),
        (BEFORE, []),
        ("some day", []),
        ("20261031T230000Z/20261101T000000Z", []),
    ],
)
def test_periods_are_kept_that_overlap_the_range(value: str, kept: list[str]) -> None:
    head = 'FREEBUSY;FBTYPE=BUSY-TENTATIVE;X-A="a:b":'
    assert busy(head + value) == [head + one for one in kept]
