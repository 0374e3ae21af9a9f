"""Any zone, written as a VTIMEZONE and read back, has the offsets that it had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import example, given
from hypothesis import strategies as st

from server.ics.zone_definition import defined_zone
from server.ics.zones import is_iana, resolve, vtimezone

KEYS = sorted(available_timezones() - {"Factory", "localtime", "posixrules"})
LAST = datetime(2099, 12, 31, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(
    st.sampled_from(KEYS),
    st.integers(1970, 2040),
    st.lists(st.integers(0, 130 * 366 * 24), min_size=100, max_size=100),
)
@example("America/Cambridge_Bay", 2000, range(0, 3 * 366 * 24, 24))  # twice within a week
@example("Asia/Gaza", 2025, range(29 * 366 * 24, 30 * 366 * 24, 24))  # and in 2054
@example("Africa/Casablanca", 2025, range(0, 74 * 366 * 24, 100))
@example("America/Nuuk", 2020, range(0, 74 * 366 * 24, 100))
@example("Europe/Dublin", 1970, range(0, 129 * 366 * 24, 100))
def test_a_definition_is_right_from_its_first_year_on(
    key: str, first_year: int, hours: list[int]
) -> None:
    zone, own = ZoneInfo(key), defined_zone(vtimezone(key, first_year))
    assert own is not None
    for number in hours:
        moment = datetime(first_year, 1, 1, tzinfo=UTC) + number * HOUR
        if moment < LAST:
            expected = moment.astimezone(zone).utcoffset()
            assert moment.astimezone(own).utcoffset() == expected, moment


@given(st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_a_definition_under_a_foreign_name_is_known_by_its_offsets(key: str, home: str) -> None:
    lines = [
        line.replace(key, "Praxis Local") if line.startswith("TZID") else line
        for line in vtimezone(key, 2020)
    ]
    found = resolve("Praxis Local", lines, ZoneInfo(home))
    assert is_iana(found)
    for hour in range(0, 366 * 24, 101):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + hour * HOUR
        assert (
            moment.astimezone(found).utcoffset() == moment.astimezone(ZoneInfo(key)).utcoffset()
        )


@given(st.text(max_size=40), st.lists(st.text(max_size=60), max_size=6))
def test_no_name_and_no_definition_makes_resolving_fail(tzid: str, lines: list[str]) -> None:
    zone = resolve(
        tzid, ["BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE"], ZoneInfo("Europe/Berlin")
    )
    assert isinstance(zone, ZoneInfo)
