"""A person's own lines: what one app sends takes nothing from another (M3 to M5)."""

from __future__ import annotations

import pytest

from server.ics.own_lines import (
    OWN_BYTES_AT_MOST,
    OWN_PROPERTIES_AT_MOST,
    grouped,
    merged,
    nested_lines,
    top_lines,
    without_noise,
)
from server.ics.quirks import ANDROID, APPLE, CALCURSE, OTHER, OUTLOOK, THUNDERBIRD

START = "DTSTART:20261124T190000Z"
ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "END:VALARM")
LATER_ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "END:VALARM")

KEPT, GONE = True, False


@pytest.mark.parametrize(
    ("line", "family", "was_shown", "stays"),
    [
        # M2: what the server owns is unchanged where it is missing.
        ("X-PRAXICAL-CLIENT:C1001", THUNDERBIRD, True, KEPT),
        ("COLOR:red", THUNDERBIRD, True, KEPT),
        ("CONFERENCE;VALUE=URI:https://a.example.org", THUNDERBIRD, True, KEPT),
        ("CLASS:PRIVATE", THUNDERBIRD, True, KEPT),
        ("CREATED:20260101T000000Z", THUNDERBIRD, True, KEPT),
        ("RELATED-TO:two", THUNDERBIRD, True, KEPT),
        # M3: what every app knows was removed where it is missing.
        ("LOCATION:Main street", OTHER, True, GONE),
        ("DESCRIPTION:x", CALCURSE, True, GONE),
        ("DTEND:20261124T200000Z", OTHER, True, GONE),
        ("DURATION:PT1H", OTHER, True, GONE),
        ("RRULE:FREQ=WEEKLY", OTHER, True, GONE),
        ("EXDATE:20261201T190000Z", OTHER, True, GONE),
        ("LOCATION:Main street", OTHER, False, GONE),
        # M4: removed only where the app was shown it and its family carries it.
        ("CATEGORIES:a", THUNDERBIRD, True, GONE),
        ("CATEGORIES:a", THUNDERBIRD, False, KEPT),
        ("CATEGORIES:a", APPLE, True, KEPT),
        ("URL:https://a.example.org", APPLE, True, GONE),
        ("URL:https://a.example.org", OUTLOOK, True, KEPT),
        ("PRIORITY:1", OUTLOOK, True, GONE),
        ("PRIORITY:1", ANDROID, True, KEPT),
        ("TRANSP:OPAQUE", ANDROID, True, GONE),
        ("STATUS:TENTATIVE", OUTLOOK, True, KEPT),
        ("TRANSP:OPAQUE", OTHER, True, KEPT),
        # M5: what no rule knows stays.
        ("X-APPLE-STRUCTURED-LOCATION;X-TITLE=a:geo:1,2", OUTLOOK, True, KEPT),
        ("X-MOZ-LASTACK:20261101T000000Z", THUNDERBIRD, True, KEPT),
        ("CONTACT:desk", CALCURSE, True, KEPT),
    ],
)
def test_a_line_that_was_not_sent_stays_or_was_removed(
    line: str, family: str, was_shown: bool, stays: bool
) -> None:
    shown = (START, line) if was_shown else (START,)
    assert (line in merged((START, line), shown, (START,), family)) is stays


def test_what_was_sent_stands_in_its_order() -> None:
    sent = (START, "X-B:new", "X-A:1")
    assert merged(("X-B:old", START, "X-C:3"), (), sent, OTHER) == (*sent, "X-C:3")


def test_of_a_repeated_property_what_was_sent_stands_for_all() -> None:
    assert merged(("X-A:1", "X-A:2"), (), ("X-A:3",), THUNDERBIRD) == ("X-A:3",)


@pytest.mark.parametrize(
    ("family", "was_shown", "stays"),
    [(THUNDERBIRD, True, GONE), (THUNDERBIRD, False, KEPT), (OTHER, True, KEPT)],
)
def test_alarms_go_and_stay_as_a_whole(family: str, was_shown: bool, stays: bool) -> None:
    lines = (START, *ALARM)
    shown = lines if was_shown else (START,)
    found = merged(lines, shown, (START,), family)
    assert found == ((START, *ALARM) if stays else (START,))


def test_an_alarm_that_was_sent_takes_the_place_of_all_others() -> None:
    lines = merged((START, *ALARM), (), (START, *LATER_ALARM), OTHER)
    assert lines == (START, *LATER_ALARM)


def test_the_map_place_goes_with_the_location_it_was_for() -> None:
    place = "X-APPLE-STRUCTURED-LOCATION;X-TITLE=Main:geo:1,2"
    current = (START, "LOCATION:Main", place)
    assert merged(current, current, (START,), THUNDERBIRD) == (START,)
    assert place in merged(current, current, (START, "LOCATION:Elsewhere"), THUNDERBIRD)


def test_no_more_is_kept_than_64_properties() -> None:
    current = [f"X-{number}:x" for number in range(OWN_PROPERTIES_AT_MOST + 5)]
    found = merged(current, (), (START,), OTHER)
    assert found == (START, *current[:OWN_PROPERTIES_AT_MOST])


def test_no_more_is_kept_than_32_kib() -> None:
    current = [f"X-{number}:" + "\u00e9" * 5_000 for number in range(8)]
    found = merged(current, (), (START,), OTHER)
    size = sum(len(line.encode()) for line in found[1:])
    assert found == (START, *current[:3])
    assert size <= OWN_BYTES_AT_MOST


def test_what_was_sent_counts_for_no_bound() -> None:
    sent = (START, *(f"Y-{number}:" + "y" * 1_000 for number in range(100)))
    assert merged(("X-A:1",), (), sent, OTHER) == (*sent, "X-A:1")


def test_the_bound_cuts_between_alarms_and_never_through_one() -> None:
    long = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:" + "x" * 20_000, "END:VALARM")
    found = merged((*long, *long), (), (START,), OTHER)
    assert found == (START, *long)


def test_lines_are_grouped_by_name_and_components_stay_whole() -> None:
    nested = ("BEGIN:X-OUTER", "BEGIN:VALARM", "END:VALARM", "X-A:inside", "END:X-OUTER")
    lines = ("X-A:1", *ALARM, "x-a;B=1:2", *nested, *LATER_ALARM)
    assert grouped(lines) == {
        "X-A": ["X-A:1", "x-a;B=1:2"],
        "VALARM": [*ALARM, *LATER_ALARM],
        "X-OUTER": [*nested],
    }


def test_top_and_nested_lines_are_told_apart() -> None:
    lines = ("X-A:1", *ALARM, "X-B:2")
    assert list(top_lines(lines)) == ["X-A:1", "X-B:2"]
    assert list(nested_lines(lines)) == list(ALARM)


def test_stamps_and_the_order_of_lines_say_nothing() -> None:
    one = ("SUMMARY:a", "DTSTAMP:1", "SEQUENCE:1", "X-A:1")
    other = ("X-A:1", "LAST-MODIFIED:2", "SUMMARY:a", "X-MOZ-GENERATION:3", "CREATED:4")
    assert without_noise(one) == without_noise(other)
    assert without_noise(one) != without_noise((*one, "X-B:1"))
