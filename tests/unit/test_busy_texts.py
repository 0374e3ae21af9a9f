"""Busy times are written quickly, and as slowly written ones are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from server.domain.ids import CalendarId, UserName
from server.web.busy_texts import Asked, BusyTexts, Clockface, written

_DAY = 86_400
_YEAR = 366 * _DAY
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
    assert Clockface(zone, start, start + length).text(moment) == expected


def test_what_is_written_is_json() -> None:
    clock = Clockface(ZoneInfo("America/New_York"), 1_795_000_000, 1_795_100_000)
    text = written([(1_795_000_000, 1_795_003_600, "BUSY")], clock)
    assert json.loads(b"[%b]" % text) == [
        {
            "start": "2026-11-18T06:06:40-05:00",
            "end": "2026-11-18T07:06:40-05:00",
            "type": "busy",
        }
    ]
    assert b'"type":"tentative"' in written([(0, 1, "BUSY-TENTATIVE")], clock)


def _asked(revision: int) -> Asked:
    return Asked(UserName("alma"), 0, 1, "UTC", 1, ((CalendarId("C"), revision),))


def test_a_change_of_a_calendar_makes_another_question() -> None:
    texts = BusyTexts()
    texts.keep(_asked(1), b"old")
    assert texts.get(_asked(1)) == b"old"
    assert texts.get(_asked(2)) is None


def test_what_is_kept_never_grows_beyond_its_bounds() -> None:
    texts = BusyTexts()
    large = b"x" * 1_000_000
    for revision in range(40):
        texts.keep(_asked(revision), large)
    assert texts.get(_asked(0)) is None
    assert texts.get(_asked(39)) == large
    assert sum(texts.get(_asked(revision)) is not None for revision in range(40)) <= 32
