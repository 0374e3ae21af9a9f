"""Any event goes to jCal and comes back as the same event."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import MalformedCalendarData
from server.ics.jcal import as_jcal, from_jcal
from server.ics.lines import parse
from server.ics.reader import read_object
from tests.instance_rows import NEW_YORK
from tests.property.generated_events import Written, events


@given(written=events())
def test_an_event_comes_back_with_the_same_times_and_texts(written: Written) -> None:
    text = written.text("one")
    sent = read_object(text, NEW_YORK).events
    back = read_object(from_jcal(as_jcal(text)), NEW_YORK).events
    assert [event.when for event in back] == [event.when for event in sent]
    assert [event.recurrence for event in back] == [event.recurrence for event in sent]
    assert [event.texts for event in back] == [event.texts for event in sent]


@given(written=events())
def test_unknown_properties_keep_parameters_and_value(written: Written) -> None:
    text = written.text("one")
    assert unknown(from_jcal(as_jcal(text))) == unknown(text)


def unknown(text: str) -> list[tuple[str, dict[str, str], str]]:
    (event, *_) = (part for part in parse(text).children if part.name == "VEVENT")
    return [line for name in event.names if name.startswith("X-") for line in event.all(name)]


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
WORDS = st.sampled_from(
    ("vcalendar", "vevent", "dtstart", "text", "date", "recur", "period", "2026-11-24")
)
DOCUMENTS = st.recursive(
    LEAVES | WORDS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=30,
)
PROPERTIES = st.lists(
    st.tuples(WORDS, st.dictionaries(WORDS, DOCUMENTS, max_size=2), WORDS, DOCUMENTS).map(list),
    max_size=3,
)


@given(DOCUMENTS | PROPERTIES.map(lambda found: ["vcalendar", found, []]))
def test_any_json_is_one_calendar_or_refused(document: object) -> None:
    try:
        text = from_jcal(json.dumps(document))
    except MalformedCalendarData:
        return
    assert parse(text).name == "VCALENDAR"
