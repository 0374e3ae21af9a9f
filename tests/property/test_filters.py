"""Filters over generated calendars, against an evaluation that was written apart from ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from server.domain.when import span_utc
from server.ics.filter_matching import matches
from server.ics.filters import (
    Collation,
    CompFilter,
    PropFilter,
    TextMatch,
    TimeRange,
    plain_event_range,
    possible_kinds,
    range_of_events,
)
from server.ics.lines import parse
from server.ics.reader import read_object
from server.ics.recurrence import expand
from tests.property.generated_calendars import DAY, Made, dated, undated_todos
from tests.property.generated_events import Written, events
from tests.property.plain_filters import (
    BERLIN,
    Span,
    event_meets,
    instances,
    rings,
    todo_meets,
    undated_meets,
)

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
FAR = datetime(2029, 1, 1, tzinfo=UTC)


# --- ranges ----------------------------------------------------------------------------------

SHIFTS = st.sampled_from((0, 1, -1)).map(lambda n: n * SECOND) | st.integers(-99, 99).map(
    lambda n: n * HOUR
)


@st.composite
def ranges(draw: st.DrawFn, made: Made) -> TimeRange:
    """Return a range that begins or ends with what is in the object, or near it."""
    near = [moment for _, span in islice(instances(made, FAR), 40) for moment in span]
    edges = st.sampled_from(near or [datetime(2024, 1, 2, tzinfo=UTC)])
    start = draw(edges) + draw(SHIFTS)
    end = start + draw(st.sampled_from((SECOND, HOUR, DAY, 31 * DAY)))
    match draw(st.integers(0, 5)):
        case 0:
            return TimeRange(start, None)
        case 1:
            return TimeRange(None, end)
        case _:
            return TimeRange(start, end)


@st.composite
def asked(draw: st.DrawFn, made: st.SearchStrategy[Made]) -> tuple[Made, TimeRange]:
    one = draw(made)
    return one, draw(ranges(one))


def bounds(time: TimeRange) -> Span:
    return (
        time.start or datetime(1, 1, 1, tzinfo=UTC),
        time.end or datetime(9999, 1, 1, tzinfo=UTC),
    )


def horizon_of(time: TimeRange) -> datetime:
    return (time.end or (time.start or FAR) + 400 * DAY) + 9 * DAY


def calendar(*comps: CompFilter) -> CompFilter:
    return CompFilter("VCALENDAR", comps=comps)


def is_left_open(made: Made, time: TimeRange) -> bool:
    """Whether an instance may match that lies beyond what the plain evaluation looks at."""
    return time.end is None and "RRULE" in made.text


# --- properties ------------------------------------------------------------------------------


@given(asked(dated("VEVENT")))
def test_an_event_is_found_when_one_of_its_instances_overlaps(
    pair: tuple[Made, TimeRange],
) -> None:
    made, time = pair
    lo, hi = bounds(time)
    found = instances(made, horizon_of(time))
    expected = any(event_meets(span, lo, hi) for _, span in found)
    ours = matches(calendar(CompFilter("VEVENT", time=time)), parse(made.text), BERLIN)
    assert ours is expected or (ours and is_left_open(made, time))


@given(asked(dated("VTODO")))
def test_a_to_do_is_found_when_one_of_its_instances_overlaps(
    pair: tuple[Made, TimeRange],
) -> None:
    made, time = pair
    lo, hi = bounds(time)
    found = instances(made, horizon_of(time))
    expected = any(todo_meets(part, span, lo, hi) for part, span in found)
    ours = matches(calendar(CompFilter("VTODO", time=time)), parse(made.text), BERLIN)
    assert ours is expected or (ours and is_left_open(made, time))


@given(asked(undated_todos()))
def test_a_to_do_without_start_is_found_by_its_other_dates(
    pair: tuple[Made, TimeRange],
) -> None:
    made, time = pair
    (part,) = Calendar.from_ical(made.text).walk("VTODO")
    ours = matches(calendar(CompFilter("VTODO", time=time)), parse(made.text), BERLIN)
    assert ours is undated_meets(part, *bounds(time))


@given(asked(dated("VEVENT") | dated("VTODO")), st.integers(-4000, 4000))
def test_an_alarm_is_found_when_it_rings_for_any_instance(
    pair: tuple[Made, TimeRange], minutes: int
) -> None:
    made, near = pair
    shift = timedelta(minutes=minutes)
    time = TimeRange(near.start and near.start + shift, near.end and near.end + shift)
    lo, hi = bounds(time)
    found = instances(made, horizon_of(time))
    expected = any(lo <= ring < hi for part, span in found for ring in rings(part, span))
    wanted = CompFilter(made.kind, comps=(CompFilter("VALARM", time=time),))
    ours = matches(calendar(wanted), parse(made.text), BERLIN)
    assert ours is expected or (ours and is_left_open(made, time))


@given(asked(dated("VEVENT")), st.sampled_from(("DTSTART", "DTEND")))
def test_a_date_of_an_event_is_found_in_any_instance(
    pair: tuple[Made, TimeRange], name: str
) -> None:
    made, time = pair
    lo, hi = bounds(time)
    found = instances(made, horizon_of(time))
    expected = any(
        lo <= span[name == "DTEND"] < hi
        for part, span in found
        if name == "DTSTART" or {"DTEND", "DURATION"} & set(part)
    )
    wanted = CompFilter("VEVENT", props=(PropFilter(name, time=time),))
    ours = matches(calendar(wanted), parse(made.text), BERLIN)
    assert ours is expected or (ours and is_left_open(made, time))


# --- texts -----------------------------------------------------------------------------------


def folded(text: str, collation: Collation) -> str:
    match collation:
        case Collation.OCTET:
            return text
        case Collation.ASCII_CASEMAP:
            return "".join(chr(ord(c) - 32) if "a" <= c <= "z" else c for c in text)
        case Collation.UNICODE_CASEMAP:
            return normalize("NFKD", normalize("NFKD", text).casefold())


CHANGES: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, str.swapcase)


@st.composite
def searches(draw: st.DrawFn) -> tuple[Written, str, TextMatch]:
    event = draw(events())
    name = draw(st.sampled_from(("SUMMARY", "DESCRIPTION", "LOCATION")))
    value = event.texts.get(name, "")
    first = draw(st.integers(0, len(value)))
    held = value[first : first + draw(st.integers(0, 12))]
    change = draw(st.sampled_from(CHANGES))
    negated = draw(st.booleans())
    text = TextMatch(change(held), draw(st.sampled_from(Collation)), negated)
    return event, name, text


@given(searches())
def test_a_text_is_found_as_plain_comparison_finds_it(
    search: tuple[Written, str, TextMatch],
) -> None:
    event, name, text = search
    wanted = calendar(CompFilter("VEVENT", props=(PropFilter(name, text=text),)))
    value = event.texts.get(name)
    held = (
        value is not None
        and (folded(text.text, text.collation) in folded(value, text.collation))
        is not text.negated
    )
    assert matches(wanted, parse(event.text("one")), BERLIN) is held


# --- what an index chooses beforehand --------------------------------------------------------


def indexed(made: Made, time: TimeRange) -> bool:
    """Whether the occurrence index has a row that overlaps, as it is filled on each write."""
    held = read_object(made.text, BERLIN)
    lo, hi = bounds(time)
    rows = [event.when for event in held.overrides.values()]
    master = held.master
    if master is not None and master.recurrence is not None:
        found = expand(master.when, master.recurrence, (lo, min(hi, FAR)), BERLIN, 1_000_000)
        rows += [one.when for one in found if one.key not in held.overrides]
    elif master is not None:
        rows.append(master.when)
    spans = [span_utc(when, BERLIN) for when in rows]
    return any(start < hi and (end > lo or start >= lo) for start, end in spans)


@st.composite
def wider(draw: st.DrawFn) -> tuple[Made, CompFilter]:
    """Return an event, and a filter that asks for a range and perhaps for more."""
    made, time = draw(asked(dated("VEVENT")))
    alarm = CompFilter("VALARM", is_not_defined=draw(st.booleans()))
    own = CompFilter(
        "VEVENT",
        time=time,
        props=draw(st.sampled_from(((), (PropFilter("UID"),), (PropFilter("RRULE"),)))),
        comps=(alarm,) if draw(st.booleans()) else (),
    )
    others = (
        CompFilter("VEVENT", time=draw(ranges(made))),
        CompFilter("VTODO", is_not_defined=draw(st.booleans())),
        CompFilter("VTIMEZONE", is_not_defined=True),
    )
    more = draw(st.lists(st.sampled_from(others), max_size=2))
    return made, calendar(*draw(st.permutations([own, *more])))


@given(wider())
def test_what_an_index_chooses_beforehand_loses_no_match(
    pair: tuple[Made, CompFilter],
) -> None:
    made, wanted = pair
    if matches(wanted, parse(made.text), BERLIN):
        assert made.kind in possible_kinds(wanted)
        assert indexed(made, range_of_events(wanted)) or is_late(range_of_events(wanted))


@given(asked(dated("VEVENT")))
def test_a_range_of_events_alone_is_answered_by_the_index_as_by_the_text(
    pair: tuple[Made, TimeRange],
) -> None:
    made, time = pair
    wanted = calendar(CompFilter("VEVENT", time=time))
    chosen = plain_event_range(wanted)
    assert chosen == time
    ours = matches(wanted, parse(made.text), BERLIN)
    assert ours is indexed(made, chosen) or (ours and is_late(time))


def is_late(time: TimeRange) -> bool:
    """Whether a range reaches beyond what this index was filled with."""
    return (time.end or datetime.max.replace(tzinfo=UTC)) > FAR
