"""When a series is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.when import AllDay, Recurrence, Timed
from server.ics.recurrence import last_end

NEW_YORK = ZoneInfo("America/New_York")


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=NEW_YORK)


def session(start: datetime, minutes: int = 50) -> Timed:
    return Timed(start, start + timedelta(minutes=minutes))


FIRST = at(date(2026, 1, 6))
MORNING = session(FIRST)
FIRST_END = datetime(2026, 1, 6, 14, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "end"),
    [
        ("FREQ=WEEKLY", None),
        ("FREQ=WEEKLY;COUNT=3", datetime(2026, 1, 20, 14, 50, tzinfo=UTC)),
        ("FREQ=WEEKLY;UNTIL=20260125T000000Z", datetime(2026, 1, 20, 14, 50, tzinfo=UTC)),
        ("FREQ=YEARLY;UNTIL=20350101", datetime(2034, 1, 6, 14, 50, tzinfo=UTC)),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=4",
            datetime(2036, 2, 29, 14, 50, tzinfo=UTC),
        ),
    ],
)
def test_a_series_ends_with_its_last_occurrence(rule: str, end: datetime | None) -> None:
    assert last_end(MORNING, Recurrence((rule,)), NEW_YORK) == end


def test_what_is_taken_out_does_not_prolong_a_series_and_what_is_added_does() -> None:
    rule = ("FREQ=WEEKLY;COUNT=3",)
    without = Recurrence(rule, (), (at(date(2026, 1, 20)), at(date(2026, 1, 13))))
    assert last_end(MORNING, without, NEW_YORK) == FIRST_END
    nothing = Recurrence((), (), (FIRST,))
    assert last_end(MORNING, nothing, NEW_YORK) == FIRST_END
    added = Recurrence(rule, (session(at(date(2026, 1, 20), 8), 600),))
    assert last_end(MORNING, added, NEW_YORK) == datetime(2026, 1, 20, 23, tzinfo=UTC)


def test_a_weekend_over_the_change_of_the_clock_ends_at_its_wall_time() -> None:
    weekend = Timed(at(date(2026, 2, 27), 18), at(date(2026, 3, 1), 18))
    end = last_end(weekend, Recurrence(("FREQ=WEEKLY;COUNT=2",)), NEW_YORK)
    assert end == datetime(2026, 3, 8, 22, tzinfo=UTC)


def test_days_end_at_midnight_in_the_zone_of_the_calendar() -> None:
    recurrence = Recurrence(("FREQ=DAILY;UNTIL=20260307",))
    end = last_end(AllDay(date(2026, 3, 1), 2), recurrence, NEW_YORK)
    assert end == datetime(2026, 3, 9, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;UNTIL=20260106T135959Z", "RSCALE=CHINESE;FREQ=YEARLY"]
)
def test_a_series_that_never_goes_on_ends_with_its_start(rule: str) -> None:
    assert last_end(MORNING, Recurrence((rule,)), NEW_YORK) == FIRST_END
