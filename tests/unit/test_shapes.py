"""Partial calendar data: the components and properties that a client names."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from server.ics.shapes import CompShape, Wanted, shaped
from tests.system.events import unfolded, vcalendar, vevent

BERLIN = ZoneInfo("Europe/Berlin")
WHOLE = CompShape()
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
    "END:VTIMEZONE\r\n"
)
ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "SUMMARY:Ring", "END:VALARM")
TEXT = vcalendar(
    ZONE, vevent("one", "Yoga", ["DTSTART;TZID=X:20261012T100000"], "X-A;X-B=1:2", *ALARM)
)
EVENT = ["BEGIN:VEVENT", "UID:one", "DTSTAMP:20260101T000000Z"]


def of(calendar: CompShape, text: str = TEXT) -> list[str]:
    return unfolded(shaped(text, Wanted(calendar), BERLIN))


def of_event(shape: CompShape, text: str = TEXT) -> list[str]:
    lines = of(CompShape({}, {"VEVENT": shape}), text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    return lines[1:-1]


def test_nothing_asked_for_is_everything_as_it_is() -> None:
    assert shaped(TEXT, Wanted(), BERLIN) == TEXT
    assert shaped(TEXT, Wanted(WHOLE), BERLIN) == TEXT


def test_only_the_components_named_are_there() -> None:
    assert [
        line for line in of(CompShape(None, {"VEVENT": WHOLE})) if "VTIMEZONE" in line
    ] == []
    assert of(CompShape({}, {"VTIMEZONE": WHOLE}))[1:-1] == unfolded(ZONE)
    assert of(CompShape({}, {"VTODO": WHOLE})) == ["BEGIN:VCALENDAR", "END:VCALENDAR"]


def test_only_the_properties_named_are_there() -> None:
    lines = of_event(CompShape({"SUMMARY": True, "DTSTART": True}, {}))
    assert lines == [
        "BEGIN:VEVENT",
        "DTSTART;TZID=X:20261012T100000",
        "SUMMARY:Yoga",
        "END:VEVENT",
    ]


def test_components_inside_are_shaped_by_themselves() -> None:
    lines = of_event(CompShape({}, {"VALARM": CompShape({"ACTION": True}, {})}))
    assert lines[1:-1] == ["BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"]


def test_all_components_may_go_with_some_properties_and_the_other_way_round() -> None:
    assert of_event(CompShape({"UID": True}, None)) == [
        "BEGIN:VEVENT",
        "UID:one",
        *ALARM,
        "END:VEVENT",
    ]
    assert "BEGIN:VALARM" not in of_event(CompShape(None, {}))
    assert "X-A;X-B=1:2" in of_event(CompShape(None, {}))


def test_a_property_may_be_asked_for_without_its_value() -> None:
    wanted = {"DTSTART": False, "SUMMARY": False, "X-A": False}
    assert of_event(CompShape(wanted, {}))[1:-1] == [
        "DTSTART;TZID=X:",
        "SUMMARY:",
        "X-A;X-B=1:",
    ]


def test_quoted_parameters_and_folds_are_no_part_of_the_value() -> None:
    line = 'X-A;X-B="a:b;c";\r\n X-C=1:secret\r\n  and more'
    text = vcalendar(vevent("one", "Yoga", [], line))
    assert of_event(CompShape({"X-A": False}, {}), text)[1:-1] == ['X-A;X-B="a:b;c";X-C=1:']


def test_lines_stay_folded_as_they_are() -> None:
    line = "DESCRIPTION:some words\r\n  that go on\r\n\tand on"
    text = vcalendar(vevent("one", "Yoga", [], line))
    whole = shaped(
        text, Wanted(CompShape({}, {"VEVENT": CompShape({"DESCRIPTION": True})})), BERLIN
    )
    assert f"\r\n{line}\r\n" in whole


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SUMMARY:Yoga", "summary:Yoga"),
        ("SUMMARY:Yoga", "SUM\r\n MARY:Yoga"),
        ("BEGIN:VEVENT", "begin:vevent"),
        ("\r\n", "\n"),
        ("\r\n", "\r\n\r\n"),
        ("BEGIN:VALARM", "BEGIN:VAL\r\n ARM"),
        ("BEGIN:VALARM", "BEGIN;X-A=1:VALARM"),
        ("END:VALARM", "END:\r\n VALARM"),
    ],
)
def test_an_unusual_form_is_shaped_alike(old: str, new: str) -> None:
    text = shaped(
        TEXT.replace(old, new),
        Wanted(CompShape({}, {"VEVENT": CompShape({"SUMMARY": True}, {})})),
        BERLIN,
    )
    lines = [line.upper() for line in unfolded(text)]
    assert lines[1:-1] == ["BEGIN:VEVENT", "SUMMARY:YOGA", "END:VEVENT"]
