"""Series to test with: what people's calendar apps write, and what they might."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume
from hypothesis import strategies as st

from server.domain.when import AllDay, Recurrence, Timed, When, key_of

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kolkata",
    "UTC",
)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
START = datetime(2024, 1, 1, tzinfo=UTC)


def some(values: st.SearchStrategy[int], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=most, unique=True).map(
        lambda numbers: ",".join(map(str, numbers))
    )


def from_both_ends(most: int) -> st.SearchStrategy[int]:
    return st.integers(1, most) | st.integers(-most, -1)


PLAIN_DAYS = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4, unique=True)
COUNTED_DAYS = st.lists(
    st.builds(lambda nth, day: f"{nth}{day}", from_both_ends(5), st.sampled_from(WEEKDAYS)),
    min_size=1,
    max_size=3,
    unique=True,
)
DAYS = PLAIN_DAYS.map(",".join)
NTH_DAYS = COUNTED_DAYS.map(",".join)
MONTHS = some(st.integers(1, 12), 4)
MONTH_DAYS = some(from_both_ends(31), 4)

# What each FREQ may carry. Left out are forms where the independent library departs from
# RFC 5545 3.3.10, each of which has a test of its own in tests/unit/test_recurrence.py:
# BYSETPOS on a first, incomplete week; plain beside counted weekdays; BYWEEKNO without BYDAY.
PARTS: dict[str, dict[str, st.SearchStrategy[str]]] = {
    "HOURLY": {"BYMONTH": MONTHS, "BYDAY": DAYS, "BYHOUR": some(st.integers(0, 23), 6)},
    "DAILY": {"BYMONTH": MONTHS, "BYDAY": DAYS, "BYMONTHDAY": MONTH_DAYS},
    "WEEKLY": {"BYMONTH": MONTHS, "BYDAY": DAYS, "WKST": st.sampled_from(WEEKDAYS)},
    "MONTHLY": {
        "BYMONTH": MONTHS,
        "BYDAY": DAYS | NTH_DAYS,
        "BYMONTHDAY": MONTH_DAYS,
        "BYSETPOS": some(from_both_ends(4), 2),
    },
    "YEARLY": {
        "BYMONTH": MONTHS,
        "BYDAY": DAYS | NTH_DAYS,
        "BYMONTHDAY": MONTH_DAYS,
        "BYYEARDAY": some(from_both_ends(366), 4),
        "BYSETPOS": some(from_both_ends(4), 2),
    },
}
PARTS_OF_WEEKS = {
    # dateutil does not look for the 52nd or 53rd last week in the December before (its TODO),
    # and miscounts the weeks of the year before, whose last one may reach into January.
    "BYWEEKNO": some(st.integers(1, 51) | st.integers(-51, -2), 3),
    "BYDAY": DAYS,
    "WKST": st.sampled_from(WEEKDAYS),
}
INTERVALS = {"HOURLY": 50, "DAILY": 12, "WEEKLY": 5, "MONTHLY": 7, "YEARLY": 3}


@st.composite
def rules(draw: st.DrawFn, *, all_day: bool = False) -> str:
    """Return a rule without COUNT and UNTIL."""
    freq = draw(st.sampled_from([freq for freq in PARTS if not (all_day and freq == "HOURLY")]))
    possible = PARTS[freq]
    if freq == "YEARLY" and draw(st.booleans()):
        names, possible = ["BYWEEKNO", "BYDAY", "WKST"], PARTS_OF_WEEKS
    else:
        names = draw(st.lists(st.sampled_from(sorted(possible)), max_size=3, unique=True))
    if "BYSETPOS" in names and not {"BYDAY", "BYMONTHDAY"} & set(names):
        names.remove("BYSETPOS")
    parts = [f"FREQ={freq}"] + [f"{name}={draw(possible[name])}" for name in names]
    interval = draw(st.integers(1, INTERVALS[freq]))
    if freq == "HOURLY":
        # The library refuses hours that the interval never meets; every hour of years is much.
        interval = 1 if "BYHOUR" in names else max(3, interval)
    return ";".join(parts if interval == 1 else [*parts, f"INTERVAL={interval}"])


@st.composite
def timed_firsts(draw: st.DrawFn) -> Timed:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    # The clocks change in these hours and weeks: gaps and repeated hours come up often.
    day = draw(st.dates(date(2024, 1, 1), date(2026, 12, 31)))
    hour, minute = draw(st.integers(0, 23)), draw(st.sampled_from((0, 15, 30)))
    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    minutes = draw(st.sampled_from((0, 20, 50, 600, 1440, 2880)))
    # The library adds wall time, so the pair must not straddle a change of the clock.
    end = start + timedelta(minutes=minutes)
    assume(start.utcoffset() == end.utcoffset())
    return Timed(start, end)


@st.composite
def bounded(draw: st.DrawFn, rule: str, first: When) -> str:
    kind = draw(st.sampled_from(("COUNT", "UNTIL", "")))
    if kind == "COUNT":
        return f"{rule};COUNT={draw(st.integers(2, 60))}"
    if kind == "UNTIL":
        later = timedelta(days=draw(st.integers(-3, 1500)))
        start = first.start_utc if isinstance(first, Timed) else first.first
        return f"{rule};UNTIL={key_of(start + later)}"
    return rule


@st.composite
def timed_series(draw: st.DrawFn) -> tuple[Timed, Recurrence]:
    first = draw(timed_firsts())
    rule = draw(rules())
    rdates = draw(st.lists(st.integers(-5, 900).map(lambda n: moved(first, n)), max_size=3))
    exdates: list[datetime | date] = []
    if "HOUR" not in rule:  # the library takes 09:00Z for 09:00 in any zone
        ahead = draw(st.lists(st.sampled_from((0, 1, 7, 14, 21, 28, 31, 365)), max_size=4))
        exdates = [draw(spellings(moved(first, days))) for days in ahead]
    return first, Recurrence((draw(bounded(rule, first)),), tuple(rdates), tuple(exdates))


def spellings(moment: datetime) -> st.SearchStrategy[datetime | date]:
    return st.sampled_from((moment, moment.astimezone(UTC), moment.date()))


def moved(first: Timed, days: int) -> datetime:
    return first.start + timedelta(days=days)


@st.composite
def all_day_series(draw: st.DrawFn) -> tuple[AllDay, Recurrence]:
    first = AllDay(
        draw(st.dates(date(2024, 1, 1), date(2026, 12, 31))), draw(st.integers(1, 5))
    )
    rule = draw(bounded(draw(rules(all_day=True)), first))
    rdates = draw(st.lists(st.integers(-5, 900), max_size=3))
    exdates = draw(st.lists(st.integers(0, 60), max_size=4))
    return first, Recurrence(
        (rule,),
        tuple(first.first + timedelta(days=days) for days in rdates),
        tuple(first.first + timedelta(days=days) for days in exdates),
    )


ANY_SERIES = st.one_of(timed_series(), all_day_series())
SPANS = st.tuples(st.integers(0, 5 * 366 * 24), st.integers(1, 700)).map(
    lambda pair: (START + timedelta(hours=pair[0]), timedelta(days=pair[1]))
)
WINDOWS = SPANS.map(lambda pair: (pair[0], pair[0] + pair[1]))
