"""What a person said: what came back against what had been shown (M1 to M6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from server.ics.event import Event
from server.ics.quirks import ANDROID, APPLE, OTHER, OUTLOOK, THUNDERBIRD
from server.ics.reader import read_object
from server.ics.said import READ_ONLY, Said, said_of, without_email_alarms

START = "DTSTART;TZID=America/New_York:20261124T140000"
LATER = "DTSTART;TZID=America/New_York:20261124T150000"
ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "END:VALARM")
MAIL = ("BEGIN:VALARM", "ACTION;X-A=1:email", "ATTENDEE:mailto:a@b", "END:VALARM")


def event(*lines: str, start: str = START) -> Event:
    whole = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:one", start, *lines]
    text = "\r\n".join([*whole, "END:VEVENT", "END:VCALENDAR", ""])
    return read_object(text, ZoneInfo("America/New_York")).events[0]


def said(
    sent: tuple[str, ...], base: tuple[str, ...], family: str = OTHER, start: str = START
) -> Said:
    shown = event(*base)
    return said_of(event(*sent, start=start), shown, shown.lines, family)


SHOWN = ("SUMMARY:JD", "LOCATION:Main street", "DESCRIPTION:note", "URL:https://a.example.org")
STATES = ("TRANSP:TRANSPARENT", "STATUS:CONFIRMED")


@pytest.mark.parametrize(
    ("sent", "base", "family", "texts"),
    [
        # What came back the same was not said, nor was the form in which it stands.
        (SHOWN, SHOWN, THUNDERBIRD, {}),
        (("SUMMARY;LANGUAGE=en: JD ",), ("SUMMARY:JD",), THUNDERBIRD, {}),
        (("DESCRIPTION:a\\nb",), ("DESCRIPTION:a\\nb\\n",), THUNDERBIRD, {}),
        # What is new or different was said.
        (("SUMMARY:JD #arrived",), ("SUMMARY:JD",), OTHER, {"SUMMARY": "JD #arrived"}),
        (("LOCATION:Room 2",), (), OTHER, {"LOCATION": "Room 2"}),
        # M3: a missing place or description was removed, whatever the app; a title never.
        ((), SHOWN, OTHER, {"LOCATION": None, "DESCRIPTION": None}),
        (("SUMMARY:",), ("SUMMARY:JD",), THUNDERBIRD, {}),
        (("SUMMARY:  ",), ("SUMMARY:JD",), THUNDERBIRD, {}),
        (("LOCATION:",), ("LOCATION:Main street",), OTHER, {"LOCATION": ""}),
        # M4: others only by an app that carries them, and only where they were shown.
        ((), ("URL:https://a.example.org",), APPLE, {"URL": None}),
        ((), ("URL:https://a.example.org",), OUTLOOK, {}),
        ((), STATES, ANDROID, {"TRANSP": None, "STATUS": None}),
        ((), STATES, APPLE, {"TRANSP": None}),
        ((), STATES, OTHER, {}),
        # M2: what the server owns is unchanged where it is missing.
        ((), ("CLASS:PRIVATE", "COLOR:red", "CONFERENCE:https://a.b"), THUNDERBIRD, {}),
    ],
)  # fmt: skip
def test_what_was_said_of_texts(
    sent: tuple[str, ...],
    base: tuple[str, ...],
    family: str,
    texts: Mapping[str, str | None],
) -> None:
    assert said(sent, base, family).texts == texts


@pytest.mark.parametrize(
    ("sent", "practice"),
    [
        ((), {}),
        (("X-PRAXICAL-CLIENT:C1001",), {}),
        (("X-PRAXICAL-CLIENT:C1002",), {"CLIENT": "C1002"}),
        (("X-PRAXICAL-STATUS:arrived",), {"STATUS": "arrived"}),
        (tuple(f"X-PRAXICAL-{name}:new" for name in sorted(READ_ONLY)), {}),
    ],
)
def test_m2_our_properties_are_said_where_they_changed_and_may_be(
    sent: tuple[str, ...], practice: dict[str, str]
) -> None:
    base = ("X-PRAXICAL-CLIENT:C1001", "X-PRAXICAL-REF:01", "X-PRAXICAL-LOCK:request")
    assert said(sent, base).practice == practice


def test_a_silent_event_says_nothing() -> None:
    silent = said((*SHOWN, "DTSTAMP:20261104T000000Z", "SEQUENCE:3"), SHOWN, THUNDERBIRD)
    assert silent.is_silent
    assert not silent.speaks


def test_a_line_of_the_persons_own_is_a_change_that_concerns_nobody_else() -> None:
    alarmed = said((*SHOWN, *ALARM), SHOWN)
    assert not alarmed.is_silent
    assert not alarmed.speaks
    assert alarmed.lines_changed


@pytest.mark.parametrize(
    "sent",
    [
        ("CATEGORIES:Arrived",),
        ("X-APPLE-TRAVEL-DURATION:PT15M",),
        ("X-PRAXICAL-ROOM:room-1",),
        ("SUMMARY:other",),
    ],
)
def test_what_concerns_the_practice_speaks(sent: tuple[str, ...]) -> None:
    assert said(sent, ()).speaks


def test_another_time_speaks() -> None:
    moved = said((), (), start=LATER)
    assert moved.when == event(start=LATER).when
    assert moved.speaks
    assert said((), ()).when is None


def test_categories_that_were_added_are_said_and_none_that_were_removed() -> None:
    assert said(("CATEGORIES:a,b",), ("CATEGORIES:b,c",)).categories == {"a"}


def test_travel_is_said_where_it_changed() -> None:
    line = "X-APPLE-TRAVEL-DURATION:PT15M"
    assert said((line,), ()).travel == timedelta(minutes=15)
    assert said((), (line,)).travel == timedelta()
    assert said((line,), (line,)).travel is None


def test_the_title_that_was_shown_goes_along() -> None:
    assert said(("SUMMARY:b",), ("SUMMARY:a",)).base_title == "a"


def test_all_of_a_new_event_is_said() -> None:
    lines = (*SHOWN, *STATES, "X-PRAXICAL-REF:01", "X-PRAXICAL-CLIENT:C1001", *ALARM)
    new = event(*lines, "X-APPLE-TRAVEL-DURATION:PT15M", "ATTENDEE:mailto:jane@example.org")
    fresh = said_of(new, None, (), OTHER)
    assert fresh.is_new
    assert not fresh.is_silent
    assert fresh.when == new.when
    assert fresh.texts == new.texts
    assert fresh.practice == {"CLIENT": "C1001"}
    assert fresh.attendees == ("jane@example.org",)
    assert fresh.travel == timedelta(minutes=15)
    assert fresh.lines == new.lines
    assert said_of(replace(new, travel=timedelta()), None, (), OTHER).travel is None


def test_alarms_that_send_mail_are_dropped_and_no_others() -> None:
    lines = (START, *MAIL, *ALARM, "X-A:1")
    assert set(without_email_alarms(lines)) == {START, *ALARM, "X-A:1"}
    assert without_email_alarms((START, *ALARM)) == (START, *ALARM)


@pytest.mark.parametrize("base", [None, ()])
def test_no_mail_alarm_is_kept(base: tuple[str, ...] | None) -> None:
    shown = None if base is None else event(*base)
    heard = said_of(event(*MAIL, *ALARM), shown, (), OTHER)
    assert not any("ATTENDEE" in line for line in heard.lines)
    assert set(ALARM) <= set(heard.lines)
