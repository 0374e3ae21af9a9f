"""Reading CALDAV:calendar-data: which form, which range, which part."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, fromstring

import pytest

from server.caldav.data_xml import (
    SUPPORTED_DATA,
    BadData,
    DataFormat,
    DataRequest,
    read_data,
)
from server.ics.shapes import CompShape, Wanted

JUNE, JULY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
RANGE = 'start="20260601T000000Z" end="20260701T000000Z"'


def data(inner: str = "", attributes: str = "") -> Element:
    return fromstring(  # noqa: S314 - the test's own text
        f'<C:calendar-data xmlns:C="urn:ietf:params:xml:ns:caldav" {attributes}>{inner}'
        "</C:calendar-data>"
    )


def calendar(inner: str) -> CompShape | None:
    return read_data(data(f'<C:comp name="VCALENDAR">{inner}</C:comp>')).wanted.calendar


def test_an_empty_element_asks_for_objects_as_they_are() -> None:
    asked = read_data(data())
    assert asked == DataRequest(DataFormat.ICALENDAR, None, Wanted())
    assert asked.is_whole


@pytest.mark.parametrize(
    ("attributes", "form"),
    [
        ('content-type="text/calendar" version="2.0"', DataFormat.ICALENDAR),
        ('content-type="Text/Calendar; charset=utf-8"', DataFormat.ICALENDAR),
        ('content-type="application/calendar+json"', DataFormat.JCAL),
    ],
)
def test_two_forms_are_served(attributes: str, form: DataFormat) -> None:
    assert read_data(data(attributes=attributes)).format is form


@pytest.mark.parametrize(
    "attributes", ['content-type="text/vcard"', 'version="1.0"', 'content-type=""']
)
def test_other_forms_are_refused_by_name(attributes: str) -> None:
    with pytest.raises(BadData) as caught:
        read_data(data(attributes=attributes))
    assert caught.value.condition == SUPPORTED_DATA


def test_ranges_are_read() -> None:
    asked = read_data(data(f"<C:expand {RANGE}/><C:limit-freebusy-set {RANGE}/>"))
    assert asked.expand == (JUNE, JULY)
    assert asked.wanted == Wanted(free_busy_set=(JUNE, JULY))
    limited = read_data(data(f"<C:limit-recurrence-set {RANGE}/>"))
    assert limited.wanted == Wanted(recurrence_set=(JUNE, JULY))
    assert not limited.is_whole


@pytest.mark.parametrize("name", ["expand", "limit-recurrence-set", "limit-freebusy-set"])
@pytest.mark.parametrize(
    "attributes",
    [
        "",
        'start="20260601T000000Z"',
        'end="20260601T000000Z"',
        'start="20260601T000000" end="20260701T000000"',
        'start="20260601" end="20260701"',
        'start="20260631T000000Z" end="20260701T000000Z"',
        'start="00000101T000000Z" end="20260701T000000Z"',
        'start="20260601T000000Z" end="20260601T000000Z"',
        'start="20260701T000000Z" end="20260601T000000Z"',
    ],
)
def test_a_range_needs_two_moments_in_utc_in_their_order(name: str, attributes: str) -> None:
    with pytest.raises(BadData) as caught:
        read_data(data(f"<C:{name} {attributes}/>"))
    assert caught.value.condition == ""


@pytest.mark.parametrize(
    "inner",
    [
        f"<C:expand {RANGE}/><C:limit-recurrence-set {RANGE}/>",
        f"<C:expand {RANGE}/><C:expand {RANGE}/>",
        '<C:comp name="VEVENT"/>',
        '<C:comp name="VCALENDAR"/><C:comp name="VCALENDAR"/>',
        "<C:comp/>",
        '<C:comp name="VCALENDAR"><C:prop/></C:comp>',
        '<C:comp name="VCALENDAR"><C:prop name="VERSION" novalue="maybe"/></C:comp>',
        '<C:comp name="VCALENDAR"><C:allprop/><C:prop name="VERSION"/></C:comp>',
        '<C:comp name="VCALENDAR"><C:allcomp/><C:comp name="VEVENT"/></C:comp>',
    ],
)
def test_what_contradicts_itself_is_refused(inner: str) -> None:
    with pytest.raises(BadData):
        read_data(data(inner))


def test_a_shape_names_components_and_properties() -> None:
    event = '<C:prop name="summary"/><C:prop name="DTSTART" novalue="yes"/>'
    assert calendar(f'<C:allprop/><C:comp name="vevent">{event}</C:comp>') == CompShape(
        None, {"VEVENT": CompShape({"SUMMARY": True, "DTSTART": False}, {})}
    )


def test_a_component_that_names_nothing_is_wanted_whole() -> None:
    inner = '<C:prop name="VERSION"/><C:comp name="VTIMEZONE"/>'
    assert calendar(inner) == CompShape({"VERSION": True}, {"VTIMEZONE": CompShape()})
    assert calendar("") == CompShape()


def test_all_of_one_kind_is_none_of_the_other() -> None:
    assert calendar("<C:allcomp/>") == CompShape({}, None)
    assert calendar("<C:allprop/>") == CompShape(None, {})
    assert calendar("<C:allprop/><C:allcomp/>") == CompShape()
