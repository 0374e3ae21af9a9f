"""Reading what calendar apps send: lenient in form, strict in what RFC 4791 4.1 demands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.errors import (
    InvalidCalendarObject,
    MalformedCalendarData,
    PracticeError,
    UnsupportedComponent,
)
from server.domain.when import AllDay, Timed
from server.ics.event import CalendarObject, Event
from server.ics.reader import read_object

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
START = "DTSTART;TZID=America/New_York:20261124T140000"
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//Test//EN")


def component(*lines: str, name: str = "VEVENT", uid: str = "one") -> list[str]:
    return [f"BEGIN:{name}", *([f"UID:{uid}"] if uid else []), *lines, f"END:{name}"]


def read(*parts: list[str], head: tuple[str, ...] = HEAD) -> CalendarObject:
    lines = [*head, *(line for part in parts for line in part), "END:VCALENDAR", ""]
    return read_object("\r\n".join(lines), NEW_YORK)


def event(*lines: str) -> Event:
    """Return the one event made of these lines, at the usual time if they name none."""
    start = () if any(line.startswith("DTSTART") for line in lines) else (START,)
    found = read(component(*start, *lines)).master
    assert found is not None
    return found


def moment(day: int, hour: int = 14, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=zone)


def test_an_event_is_read_and_its_lines_are_kept_as_written() -> None:
    alarm = ["BEGIN:VALARM", "TRIGGER:-PT15M", "END:VALARM"]
    found = event("summary;LANGUAGE=en:Jane\\, Doe", "X-FOO;A=1:a,b;c", *alarm)
    assert found.texts == {"SUMMARY": "Jane, Doe"}
    assert found.lines == (
        "UID:one",
        START,
        "summary;LANGUAGE=en:Jane\\, Doe",
        "X-FOO;A=1:a,b;c",
        *alarm,
    )


def test_uid_product_and_text_belong_to_the_object() -> None:
    found = read(component(START, uid=" one "))
    assert (found.uid, found.component, found.product) == ("one", "VEVENT", "-//Test//Test//EN")
    assert found.text.endswith("END:VCALENDAR\r\n")


def test_an_object_without_a_product_is_read() -> None:
    assert read(component(START), head=("BEGIN:VCALENDAR",)).product == ""


@pytest.mark.parametrize("name", ["VTODO", "VJOURNAL"])
def test_tasks_and_journals_are_taken_as_they_are(name: str) -> None:
    found = read(component("SUMMARY:x", name=name))
    assert (found.component, found.events, found.master) == (name, (), None)


@pytest.mark.parametrize("name", ["VFREEBUSY", "VAVAILABILITY", "VALARM", "X-THING"])
def test_other_components_are_not_taken(name: str) -> None:
    with pytest.raises(UnsupportedComponent):
        read(component(START, name=name))


def test_an_object_with_a_method_is_refused() -> None:
    with pytest.raises(InvalidCalendarObject, match="METHOD"):
        read(component(START), head=(*HEAD, "METHOD:REQUEST"))


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [component(START), component(START, name="VTODO")],
        [component(START, uid="")],
        [component(START, uid=" ")],
        [component(START), component(START, "RECURRENCE-ID:20261201T140000", uid="two")],
        [component(START), component(START, "RECURRENCE-ID:20261201T140000", uid="")],
        [component(START), component(START)],
    ],
    ids=["nothing", "two kinds", "no UID", "an empty UID", "two UIDs", "one UID of two",
         "two masters"],
)  # fmt: skip
def test_what_rfc_4791_4_1_forbids_is_refused(parts: list[list[str]]) -> None:
    with pytest.raises(InvalidCalendarObject):
        read(*parts)


@pytest.mark.parametrize(
    "lines",
    [
        ("SUMMARY:no start",),
        ("DTSTART:soon",),
        (START, "DTEND;TZID=America/New_York:20261124T130000"),
        (START, "DURATION:-PT1H"),
        (START, "DURATION:long"),
        (START, "RRULE:FREQ=SOMETIMES"),
        (START, "RRULE:every week"),
        (START, "EXDATE:soon"),
        (START, "RDATE;VALUE=PERIOD:20261124T140000Z/20261124T130000Z"),
        (START, "RECURRENCE-ID:soon"),
        ('DTSTART;TZID="America:20261124T140000',),
    ],
)
def test_what_cannot_be_understood_is_malformed(lines: tuple[str, ...]) -> None:
    with pytest.raises(MalformedCalendarData):
        read(component(*lines))


def test_sh10_floating_times_are_in_the_calendars_zone() -> None:
    found = event("DTSTART:20261124T140000", "DTEND:20261124T150000").when
    assert found == Timed(moment(24), moment(24, 15))


def test_m9_windows_zones_are_known_by_name() -> None:
    found = event("DTSTART;TZID=W. Europe Standard Time:20261124T140000").when
    assert isinstance(found, Timed)
    assert (found.start, found.zone) == (moment(24, zone=BERLIN), "Europe/Berlin")


def defined(tzid: str, offset: str) -> list[str]:
    return [
        "BEGIN:VTIMEZONE",
        f"TZID:{tzid}",
        "BEGIN:STANDARD",
        "DTSTART:20200101T000000",
        f"TZOFFSETFROM:{offset}",
        f"TZOFFSETTO:{offset}",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


def test_m9_an_unknown_zone_is_known_by_its_definition_which_is_kept() -> None:
    start = ["DTSTART;TZID=Practice local:20261124T140000"]
    found = read(defined("Practice local", "+0530"), component(*start))
    assert isinstance(found.events[0].when, Timed)
    assert found.events[0].when.start_utc.hour == 8
    assert found.zones == tuple(defined("Practice local", "+0530"))


def test_a_definition_of_an_iana_zone_is_not_kept_nor_one_that_nothing_uses() -> None:
    found = read(defined("America/New_York", "-0500"), defined("x", "+0100"), component(START))
    assert found.zones == ()


def test_m9_a_zone_that_nobody_defines_is_the_calendars() -> None:
    found = event("DTSTART;TZID=Nobody's time:20261124T140000").when
    assert found == Timed(moment(24), moment(24))


def test_a_quoted_tzid_is_the_same_zone() -> None:
    found = event('DTSTART;TZID="Europe/Berlin":20261124T140000').when
    assert isinstance(found, Timed)
    assert found.zone == "Europe/Berlin"


def test_all_day_events_last_whole_days() -> None:
    found = event("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261127")
    assert found.when == AllDay(date(2026, 11, 24), 3)


def test_our_own_properties_are_read_by_name_without_prefix() -> None:
    found = event(
        "X-PRAXICAL-REF:01JD",
        "x-praxical-rev;VALUE=INTEGER:17",
        "X-PRAXICAL-CLIENT:C1001",
        "X-PRAXICAL-CLIENT: C1002 ",
        "X-PRAXICALITY:x",
    )
    assert found.practice == {"REF": "01JD", "REV": "17", "CLIENT": "C1002"}


@pytest.mark.parametrize(
    ("lines", "categories"),
    [
        (("CATEGORIES:Arrived,acupinitial",), {"Arrived", "acupinitial"}),
        (("CATEGORIES:Arrived", "CATEGORIES; LANGUAGE=en : acupinitial "),
         {"Arrived", "acupinitial"}),
        (("CATEGORIES:Arrived\\, late,,  ",), {"Arrived, late"}),
        (("CATEGORIES:a\\\\,b",), {"a\\", "b"}),
        (("CATEGORIES:",), set()),
    ],
)  # fmt: skip
def test_categories_are_read_one_by_one(lines: tuple[str, ...], categories: set[str]) -> None:
    assert event(*lines).categories == categories


def test_addresses_of_attendees_are_read() -> None:
    found = event(
        "ATTENDEE;CN=Jane:MAILTO:Jane@Example.org",
        "ATTENDEE;EMAIL=john@example.org:urn:uuid:1",
        "ATTENDEE:urn:uuid:2",
        "ORGANIZER:mailto:alma@example.org",
    )
    assert found.attendees == ("jane@example.org", "john@example.org")


@pytest.mark.parametrize(
    ("value", "travel"),
    [
        ("PT30M", timedelta(minutes=30)),
        ("-PT30M", timedelta()),
        ("P30D", timedelta(days=1)),
        ("soon", timedelta()),
    ],
)
def test_travel_is_read_within_bounds_and_never_fails(value: str, travel: timedelta) -> None:
    assert event(f"X-APPLE-TRAVEL-DURATION;VALUE=DURATION:{value}").travel == travel


@pytest.mark.parametrize(
    ("lines", "busy"),
    [
        (("TRANSP:OPAQUE", "X-APPLE-EWS-BUSYSTATUS:FREE"), "OPAQUE"),
        (("TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"), "TRANSPARENT"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:FREE",), "TRANSPARENT"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:oof",), "OPAQUE"),
        (("X-APPLE-EWS-BUSYSTATUS:FREE",), None),
    ],
)
def test_t23_transp_counts_and_outlooks_word_only_without_it(
    lines: tuple[str, ...], busy: str | None
) -> None:
    assert event(*lines).texts.get("TRANSP") == busy


@pytest.mark.parametrize(
    ("lines", "url"),
    [
        (("ATTACH:https://meet.example.org/1",), "https://meet.example.org/1"),
        (("URL:https://a.example.org/", "ATTACH:https://b.example.org/"),
         "https://a.example.org/"),
        (("ATTACH:http://meet.example.org/1",), None),
        (("ATTACH;ENCODING=BASE64;VALUE=BINARY:aHR0cHM6Ly8=",), None),
    ],
)  # fmt: skip
def test_a_link_among_thunderbirds_attachments_stands_for_the_url(
    lines: tuple[str, ...], url: str | None
) -> None:
    assert event(*lines).texts.get("URL") == url


def test_t30_odd_property_names_do_no_harm() -> None:
    found = event("X_UNDER_SCORE;A_B=1:x", "X-:y", ":z", "123:a")
    assert "X_UNDER_SCORE;A_B=1:x" in found.lines


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:00010102T000000Z", "RRULE:FREQ=YEARLY"),
        ("DTSTART:99991231T235959Z", "DTEND:99991231T235959Z"),
        ("DTSTART;VALUE=DATE:99991231",),
        ("DTSTART;TZID=Practice local:00010102T000000",),
        ("DTSTART:20261124T140000", "DURATION:P999999D"),
        ("DTSTART:20261124T140000", "RRULE:FREQ=DAILY;UNTIL=99991231T235959Z"),
        ("RRULE:FREQ=WEEKLY", "EXDATE:" + ",".join(["20261201T140000"] * 500)),
        ("GEO:1;2", "PRIORITY:high", "SEQUENCE:many", "COLOR:no colour"),
        ("DESCRIPTION:" + "x" * 100_000,),
    ],
)
def test_the_unlikely_is_read_or_refused_by_name(lines: tuple[str, ...]) -> None:
    refused = False
    try:
        event(*lines)
    except PracticeError:
        refused = True
    assert refused or lines
