"""Busy times are written quickly, and as slowly written ones are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from server.domain.ids import CalendarId, UserName
from server.ics.free_busy import Busy, joined
from server.web.busy_texts import Asked, BusyTexts, Clockface, WrittenTimes, weeks_around

_DAY = 86_400
_YEAR = 366 * _DAY
_UNSURE = Busy.TENTATIVE.value
_ALL_TIMES = (-62_135_596_800, 253_402_300_799)
_CLOCK = Clockface(ZoneInfo("UTC"), 0, _DAY)
# Half hours, a change by half an hour, a change at midnight, none at all.
ZONES = (
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Asuncion",
    "Asia/Beirut",
    "UTC",
)


@given(
    st.sampled_from(ZONES),
    st.integers(1_600_000_000, 2_000_000_000),
    st.integers(1, _YEAR),
    st.data(),
)
def test_a_moment_reads_as_the_calendar_has_it(
    name: str, start: int, length: int, data: st.DataObject
) -> None:
    zone = ZoneInfo(name)
    moment = data.draw(st.integers(start, start + length))
    expected = datetime.fromtimestamp(moment, UTC).astimezone(zone).isoformat()
    assert Clockface(zone, start, start + length)[moment] == expected


def test_what_is_written_is_json() -> None:
    clock = Clockface(ZoneInfo("America/New_York"), 1_795_000_000, 1_795_100_000)
    spans = [(1_795_000_000, 1_795_003_600, "BUSY"), (1_795_003_600, 1_795_003_601, _UNSURE)]
    text = WrittenTimes(spans, clock).between(1_795_000_000, 1_795_100_000)
    assert json.loads(b"[%b]" % text) == [
        {
            "start": "2026-11-18T06:06:40-05:00",
            "end": "2026-11-18T07:06:40-05:00",
            "type": "busy",
        },
        {
            "start": "2026-11-18T07:06:40-05:00",
            "end": "2026-11-18T07:06:41-05:00",
            "type": "tentative",
        },
    ]


_TAKEN = st.tuples(
    st.integers(-50, 150), st.integers(1, 60), st.sampled_from([Busy.BUSY, Busy.TENTATIVE])
)


@given(st.lists(_TAKEN, max_size=30), st.integers(0, 99), st.integers(1, 100))
def test_what_is_cut_out_is_what_would_have_been_written(
    taken: list[tuple[int, int, Busy]], start: int, length: int
) -> None:
    rows = [(begins, begins + lasts, kind) for begins, lasts, kind in taken]
    end = min(start + length, 100)
    clock = Clockface(ZoneInfo("UTC"), 0, 100)
    cut = WrittenTimes(joined(rows, 0, 100), clock).between(start, end)
    assert cut == WrittenTimes(joined(rows, start, end), clock).between(start, end)
    assert [
        (one["start"], one["end"], one["type"] == "tentative")
        for one in json.loads(b"[%b]" % cut)
    ] == [
        (clock[begins], clock[ends], kind == _UNSURE)
        for begins, ends, kind in joined(rows, start, end)
    ]


@given(st.integers(*_ALL_TIMES), st.integers(*_ALL_TIMES))
def test_whole_weeks_hold_what_is_asked_as_far_as_there_are_dates(one: int, other: int) -> None:
    start, end = sorted((one, other))
    first, last = weeks_around(start, end)
    assert first <= start <= end <= last
    assert datetime.fromtimestamp(first, UTC) <= datetime.fromtimestamp(last, UTC)
    assert weeks_around(first, last) == (first, last)


def _asked(revision: int) -> Asked:
    return Asked(UserName("alma"), 0, 1, "UTC", 1, ((CalendarId("C"), revision),))


def _many(count: int) -> WrittenTimes:
    return WrittenTimes([(at, at + 1, "BUSY") for at in range(0, 2 * count, 2)], _CLOCK)


def test_a_change_of_a_calendar_makes_another_question() -> None:
    texts = BusyTexts()
    old = _many(1)
    texts.keep(_asked(1), old)
    assert texts.get(_asked(1)) is old
    assert texts.get(_asked(2)) is None


def test_what_is_kept_never_grows_beyond_its_bounds() -> None:
    texts = BusyTexts()
    large = _many(10_000)
    assert large.size > 1_000_000
    for revision in range(40):
        texts.keep(_asked(revision), large)
    assert texts.get(_asked(0)) is None
    assert texts.get(_asked(39)) is large
    assert sum(texts.get(_asked(revision)) is not None for revision in range(40)) <= 32
