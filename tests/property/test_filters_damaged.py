"""Whatever stands in an object, a filter has an answer to it, and a soon one."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from server.ics.filter_matching import matches
from server.ics.filters import CompFilter, ParamFilter, PropFilter, TextMatch, TimeRange
from server.ics.lines import parse

BERLIN = ZoneInfo("Europe/Berlin")

MOMENTS = st.sampled_from(
    (
        "20260601T090000Z", "20260601T090000", "20260601", "00010102T000000Z",
        "00010102", "99991231T235959Z", "99991231", "00000000", "20260631", "99999999T999999Z",
        "20260329T023000", "", "soon", "\u0662\u0660260601", "20260601T090000Z,20260602",
    )
)  # fmt: skip
DURATIONS = st.sampled_from(
    (
        "PT1H", "-PT15M", "P1D", "-P1D", "P999999999D", "-P999999999D", "PT0S", "P", "long",
        "-P4000000D", "P9999999999W",
    )
)  # fmt: skip
PERIODS = st.builds("{}/{}".format, MOMENTS, MOMENTS | DURATIONS)
RULES = st.sampled_from(
    (
        "FREQ=DAILY", "FREQ=SECONDLY", "FREQ=YEARLY;INTERVAL=9999999999", "FREQ=DAILY;COUNT=3",
        "FREQ=WEEKLY;UNTIL=99991231T235959Z", "FREQ=DAILY;UNTIL=00010101", "FREQ=NEVER",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31;COUNT=9999999999", "FREQ=DAILY;BYSETPOS=1",
        "RSCALE=HEBREW;FREQ=YEARLY", "FREQ=HOURLY;BYYEARDAY=-366", "",
    )
)  # fmt: skip
PARAMETERS = st.sampled_from(
    (
        "", ";TZID=Europe/Berlin", ";TZID=Nowhere", ";TZID=", ";VALUE=DATE", ";VALUE=PERIOD",
        ';X="a;b', ";X", ";TZID=Own", ";RELATED=END", ";RANGE=THISANDFUTURE", ';TZID="UTC"',
    )
)  # fmt: skip
VALUES = MOMENTS | DURATIONS | PERIODS | RULES | st.sampled_from(("1", "999999999", "-1"))
NAMES = st.sampled_from(
    (
        "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
        "COMPLETED", "CREATED", "TRIGGER", "REPEAT", "FREEBUSY", "SUMMARY", "TZOFFSETFROM",
        "TZOFFSETTO",
    )
)  # fmt: skip
FITTING = st.one_of(
    st.builds(
        "{}{}:{}".format, st.sampled_from(("DTSTART", "DTEND", "DUE")), PARAMETERS, MOMENTS
    ),
    st.builds("DURATION:{}".format, DURATIONS),
    st.builds("RRULE:{}".format, RULES),
    st.builds("{}{}:{}".format, st.sampled_from(("RDATE", "EXDATE")), PARAMETERS, MOMENTS),
    st.builds("RDATE;VALUE=PERIOD:{}".format, PERIODS),
    st.builds("TRIGGER{}:{}".format, PARAMETERS, DURATIONS | MOMENTS),
)
LINES = st.lists(FITTING | st.builds("{}{}:{}".format, NAMES, PARAMETERS, VALUES), max_size=7)
KINDS = st.sampled_from(("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"))


@st.composite
def parts(draw: st.DrawFn) -> list[str]:
    kind = draw(KINDS)
    nested = ["BEGIN:VALARM", *draw(LINES), "END:VALARM"] if draw(st.booleans()) else []
    return [f"BEGIN:{kind}", *draw(LINES), *nested, f"END:{kind}"]


@st.composite
def objects(draw: st.DrawFn) -> str:
    zone = ["BEGIN:VTIMEZONE", "TZID:Own", "BEGIN:STANDARD", *draw(LINES)]
    own = [*zone, "END:STANDARD", "END:VTIMEZONE"] if draw(st.booleans()) else []
    held = [line for part in draw(st.lists(parts(), max_size=3)) for line in part]
    return "\r\n".join(["BEGIN:VCALENDAR", *own, *held, "END:VCALENDAR", ""])


EDGES = st.none() | st.sampled_from(
    (
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2026, 6, 1, 9, tzinfo=UTC),
        datetime(2500, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    )
)
RANGES = st.builds(TimeRange, EDGES, EDGES)
TEXT_FILTERS = st.builds(
    PropFilter,
    NAMES,
    text=st.none() | st.builds(TextMatch, st.sampled_from(("0", "P")), negated=st.booleans()),
    params=st.sampled_from(((), (ParamFilter("TZID"),))),
)
PROP_FILTERS = st.builds(PropFilter, NAMES, time=RANGES) | TEXT_FILTERS
ALARM_FILTERS = st.builds(CompFilter, st.just("VALARM"), time=RANGES)
FILTERS = st.builds(
    lambda *comps: CompFilter("VCALENDAR", comps=comps),
    st.builds(
        CompFilter,
        KINDS,
        time=st.none() | RANGES,
        props=st.lists(PROP_FILTERS, max_size=1).map(tuple),
        comps=st.lists(ALARM_FILTERS, max_size=1).map(tuple),
    ),
)


@given(objects(), FILTERS)
def test_no_object_is_so_odd_that_a_filter_has_no_answer(text: str, wanted: CompFilter) -> None:
    assert matches(wanted, parse(text), BERLIN) in {True, False}
