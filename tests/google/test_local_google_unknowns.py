"""The switches of the local Google, and its expansion held against an independent one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.local_google import LocalGoogle, Unknowns
from tests.local_google.clients import Api, timed

ALMA = "alma@example.org"
ZONES = (
    "Europe/Zurich",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "UTC",
)
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)


def test_each_switch_is_flipped_by_itself_and_all_are_flipped_together() -> None:
    positions = dict(Unknowns.all_positions())
    reported, otherwise = positions["as_reported"], positions["otherwise"]
    for name in Unknowns.names():
        assert getattr(otherwise, name) is not getattr(reported, name)
        alone = positions[f"{name}={not getattr(reported, name)}"]
        assert alone == reported.flipped(name)
        assert alone.flipped(name) == reported
    assert len(positions) == len(Unknowns.names()) + 2


def test_every_switch_has_a_test_that_puts_it_in_both_positions() -> None:
    tests = Path(__file__).parent.glob("test_local_google_*.py")
    text = "".join(path.read_text(encoding="utf-8") for path in tests)
    assert [name for name in Unknowns.names() if f"{name}=" not in text] == []


@pytest.mark.parametrize("names", [True, False])
def test_a_single_event_names_its_zone_or_not(names: bool) -> None:
    with LocalGoogle(Unknowns(single_events_name_zone=names)) as google:
        api = Api(google, ALMA)
        body = timed("2026-11-09T09:00", "2026-11-09T10:00")
        single = api("insert", body=body)
        series = api("insert", body={**body, "recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]})
    assert ("timeZone" in single["start"]) is names
    assert series["start"]["timeZone"] == "Europe/Zurich"


@pytest.fixture(scope="module")
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(at=START) as running:
        running.account(ALMA)
        yield running


_RULES = st.builds(
    "RRULE:FREQ={};INTERVAL={}{}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 3),
    st.one_of(
        st.integers(1, 60).map(";COUNT={}".format),
        st.integers(0, 500).map(
            lambda days: f";UNTIL={START + timedelta(days=days, hours=3):%Y%m%dT%H%M%SZ}"
        ),
        st.just(""),
    ),
)


@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2026, 1, 2), date(2026, 12, 30)),
    hour=st.integers(4, 22),
    rule=_RULES,
    left_out=st.sets(st.integers(1, 40), max_size=4),
)
def test_a_series_is_expanded_as_another_library_expands_it(
    google: LocalGoogle, *, zone: str, day: date, hour: int, rule: str, left_out: set[int]
) -> None:
    here = ZoneInfo(zone)
    start = datetime(day.year, day.month, day.day, hour, tzinfo=here)
    gone = [(start + timedelta(days=number)).astimezone(UTC) for number in sorted(left_out)]
    exclusions = [f"EXDATE:{at:%Y%m%dT%H%M%SZ}" for at in gone]
    lines = [rule, *exclusions]
    wanted = expected(start, lines)
    # Google takes no series of which nothing is left.
    assume(wanted)
    body = {
        "start": {"dateTime": start.isoformat(), "timeZone": zone},
        "end": {"dateTime": (start + timedelta(minutes=50)).isoformat(), "timeZone": zone},
        "recurrence": lines,
    }
    made = google.act("create", account=ALMA, body=body)
    window = {"timeMin": START.isoformat(), "timeMax": END.isoformat()}
    api = Api(google, ALMA)
    found = api("instances", eventId=made["id"], maxResults=2500, timeZone="UTC", **window)
    mine = [datetime.fromisoformat(one["start"]["dateTime"]) for one in found["items"]]
    assert mine == wanted


def expected(start: datetime, lines: list[str]) -> list[datetime]:
    """Return the starts of all occurrences in the window, in UTC."""
    event = icalendar.Event()
    event.add("uid", "series")
    event.start, event.end = start, start + timedelta(minutes=50)
    text = event.to_ical().decode().replace("END:VEVENT", "\r\n".join([*lines, "END:VEVENT"]))
    calendar = icalendar.Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")
    found = recurring_ical_events.of(calendar).between(START, END)
    return sorted(one.start.astimezone(UTC) for one in found)
