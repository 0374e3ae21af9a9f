"""Reading CALDAV:filter: what is understood, and by which name the rest is refused."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from server.caldav.filter_xml import (
    read_filter,
    read_time_range,
)
from server.ics.filters import (
    Collation,
    CompFilter,
    ParamFilter,
    PropFilter,
    TextMatch,
    TimeRange,
)
from tests.unit.filter_xml import (
    JULY,
    JUNE,
    TIME,
    comp,
    event_of,
    in_event,
    param,
    prop,
    refused,
    text_of,
    xml,
)


def test_a_filter_is_read_with_all_that_it_may_hold() -> None:
    text = '<C:text-match collation="i;octet" negate-condition="yes">A b</C:text-match>'
    asked = in_event(
        TIME
        + prop("ATTENDEE", text + param("PARTSTAT", "<C:text-match>X</C:text-match>"))
        + prop("URL", "<C:is-not-defined/>")
        + comp("VALARM", '<C:time-range start="20260601T000000Z"/>')
    )
    assert read_filter(asked) == CompFilter(
        "VCALENDAR",
        comps=(
            CompFilter(
                "VEVENT",
                time=TimeRange(JUNE, JULY),
                props=(
                    PropFilter(
                        "ATTENDEE",
                        text=TextMatch("A b", Collation.OCTET, negated=True),
                        params=(ParamFilter("PARTSTAT", text=TextMatch("X")),),
                    ),
                    PropFilter("URL", is_not_defined=True),
                ),
                comps=(CompFilter("VALARM", time=TimeRange(JUNE)),),
            ),
        ),
    )


def test_names_are_read_in_any_case_of_letters() -> None:
    asked = xml(comp("vcalendar", comp("vEvent", prop("summary"))))
    assert event_of(asked) == CompFilter("VEVENT", props=(PropFilter("SUMMARY"),))


def test_the_order_of_elements_does_not_matter() -> None:
    asked = in_event(comp("VALARM") + prop("SUMMARY") + TIME)
    assert event_of(asked).time == TimeRange(JUNE, JULY)


@pytest.mark.parametrize(
    ("attribute", "collation"),
    [
        ("", Collation.ASCII_CASEMAP),
        ('collation="default"', Collation.ASCII_CASEMAP),
        ('collation="i;ascii-casemap"', Collation.ASCII_CASEMAP),
        ('collation="i;octet"', Collation.OCTET),
        ('collation="i;unicode-casemap"', Collation.UNICODE_CASEMAP),
    ],
)
def test_each_collation_is_known_and_ascii_casemap_is_the_usual_one(
    attribute: str, collation: Collation
) -> None:
    assert text_of(f"<C:text-match {attribute}>a</C:text-match>") == TextMatch("a", collation)


def test_the_text_to_look_for_is_taken_as_it_stands() -> None:
    assert text_of("<C:text-match> a \n b</C:text-match>") == TextMatch(" a \n b")


def test_an_empty_text_is_a_text() -> None:
    assert text_of("<C:text-match/>") == TextMatch("")


@pytest.mark.parametrize("collation", ["i;ascii-numeric", "i;*", "*", "", "en"])
def test_another_collation_is_refused_by_its_own_name(collation: str) -> None:
    asked = f'<C:text-match collation="{collation}">a</C:text-match>'
    assert refused(in_event(prop("SUMMARY", asked))) == "supported-collation"


@pytest.mark.parametrize(
    "inner",
    [
        "",
        comp("VEVENT"),
        comp("VCALENDAR") + comp("VCALENDAR"),
        "<C:comp-filter/>",
        '<C:comp-filter name=" "/>',
        f'<C:comp-filter name="{"X" * 300}"/>',
        '<comp-filter name="VCALENDAR"/>',
        prop("VERSION"),
    ],
)
def test_a_filter_is_one_comp_filter_for_the_calendar(inner: str) -> None:
    assert refused(xml(inner)) == "valid-filter"


@pytest.mark.parametrize(
    "inner",
    [
        "<C:unknown/>",
        '<X:extra xmlns:X="urn:x"/>',
        "<C:prop-filter/>",
        '<C:prop-filter name=""/>',
        "<C:text-match>a</C:text-match>",
        TIME + TIME,
        TIME + "<C:is-not-defined/>",
        "<C:is-not-defined/><C:is-not-defined/>",
        "<C:is-not-defined><C:x/></C:is-not-defined>",
        prop("SUMMARY", "<C:is-not-defined/><C:text-match>a</C:text-match>"),
        prop("SUMMARY", "<C:is-not-defined/>" + param("LANGUAGE")),
        prop("SUMMARY", "<C:text-match>a</C:text-match><C:text-match>b</C:text-match>"),
        prop("SUMMARY", "<C:text-match>a<C:x/></C:text-match>"),
        prop("SUMMARY", '<C:text-match negate-condition="perhaps">a</C:text-match>'),
        prop("SUMMARY", '<C:text-match match-type="equals">a</C:text-match>'),
        prop("DTSTART", TIME + "<C:text-match>a</C:text-match>"),
        prop("SUMMARY", comp("VALARM")),
        prop("DTSTART", param("TZID", TIME)),
        prop("DTSTART", param("TZID", "<C:is-not-defined/><C:text-match>a</C:text-match>")),
        prop("DTSTART", "<C:param-filter/>"),
        '<C:prop-filter name="SUMMARY" test="anyof"/>',
        '<C:comp-filter name="VALARM" test="anyof"/>',
    ],
)
def test_what_has_no_place_or_no_name_makes_a_filter_invalid(inner: str) -> None:
    assert refused(in_event(inner)) == "valid-filter"


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        'start="" end=""',
        'start="20260601T000000Z" end="20260601T000000Z"',
        'start="20260701T000000Z" end="20260601T000000Z"',
        'start="20260601T000000"',
        'start="20260601"',
        'start="2026-06-01T00:00:00Z"',
        'start="20260631T000000Z"',
        'start="00000101T000000Z"',
        'end="20260601T250000Z"',
        'end="\u0662\u0660\u0662\u0666\u0660\u0666\u0660\u0661T000000Z"',
        'start="20260601T000000Z" end="later"',
    ],
)
def test_a_time_range_needs_moments_of_utc_in_their_order(attributes: str) -> None:
    assert refused(in_event(f"<C:time-range {attributes}/>")) == "valid-filter"


@pytest.mark.parametrize(
    ("attributes", "asked"),
    [
        ('start="20260601T000000Z"', TimeRange(JUNE)),
        ('end="20260701T000000Z"', TimeRange(None, JULY)),
        ('start="20260601T000000Z" end="20260701T000000Z"', TimeRange(JUNE, JULY)),
    ],
)
def test_a_time_range_may_be_open_at_one_end(attributes: str, asked: TimeRange) -> None:
    element = fromstring(f"<time-range {attributes}/>")  # noqa: S314 - the test's own text
    assert read_time_range(element) == asked
