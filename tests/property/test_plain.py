"""The plain form of any event says the same: times, titles and everything that can be read."""

from __future__ import annotations

from hypothesis import given

from server.ics.plain import plain
from server.ics.reader import read_object
from tests.property.generated_events import Written, events
from tests.system.events import unfolded
from tests.system.practice import NEW_YORK


@given(written=events())
def test_the_plain_form_reads_as_the_same_event(written: Written) -> None:
    text = written.text("one")
    sent = read_object(text, NEW_YORK).events
    said = read_object(plain(text, NEW_YORK), NEW_YORK).events
    assert [event.key for event in said] == [event.key for event in sent]
    assert [event.when for event in said] == [event.when for event in sent]
    assert [event.recurrence for event in said] == [event.recurrence for event in sent]
    assert [event.texts["SUMMARY"] for event in said] == [
        event.texts["SUMMARY"] for event in sent
    ]


@given(written=events())
def test_the_plain_form_keeps_every_alarm_and_unknown_property(written: Written) -> None:
    kept = unfolded(plain(written.text("one"), NEW_YORK))
    lines = [line for line in (*written.lines, *written.alarms) if line.startswith("X-")]
    assert set(lines) <= set(kept)
    assert kept.count("BEGIN:VALARM") == written.alarms.count("BEGIN:VALARM")


@given(written=events())
def test_what_is_plain_stays_as_it_is(written: Written) -> None:
    once = plain(written.text("one"), NEW_YORK)
    assert plain(once, NEW_YORK) == once
