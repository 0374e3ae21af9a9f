"""Feeds as text, and answers that are kept and packed on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from icalendar import Calendar

from server.ics.feed_text import BUSY, FeedEvent, feed_text
from server.web.compression import takes_gzip
from server.web.dated import dated
from server.web.messages import Answer
from tests.system.events import unfolded

STAMP = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())
CHANGED = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
ANSWER = Answer(HTTPStatus.OK, b"body", "text/calendar", {"X-Own": "1"})


def feed(*events: FeedEvent, name: str = "Alma Ilves") -> list[str]:
    return unfolded(feed_text(name, events, STAMP))


def test_a_feed_is_published_and_asked_for_again_after_an_hour() -> None:
    assert feed()[3:] == [
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Alma Ilves",
        "X-WR-CALNAME:Alma Ilves",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "END:VCALENDAR",
    ]


@pytest.mark.parametrize(
    ("tentative", "status", "shown"),
    [(False, "CONFIRMED", "BUSY"), (True, "TENTATIVE", "TENTATIVE")],
)
def test_an_event_is_a_time_in_utc_and_how_it_is_taken(
    tentative: bool,
    status: str,
    shown: str,
) -> None:
    event = FeedEvent("one", STAMP + 3600, STAMP + 7200, BUSY, tentative)
    assert feed(event)[9:-1] == [
        "BEGIN:VEVENT",
        "UID:one",
        "DTSTAMP:20260601T000000Z",
        "DTSTART:20260601T010000Z",
        "DTEND:20260601T020000Z",
        "SUMMARY:Busy",
        f"STATUS:{status}",
        "TRANSP:OPAQUE",
        f"X-MICROSOFT-CDO-BUSYSTATUS:{shown}",
        "END:VEVENT",
    ]


def test_names_and_initials_are_written_as_text() -> None:
    event = FeedEvent("one", STAMP, STAMP + 60, "A,B", tentative=False)
    text = feed_text("Alma; the elder,\nof two " + "x" * 80, [event], STAMP)
    calendar = Calendar.from_ical(text)
    assert isinstance(calendar, Calendar)
    assert unfolded(text)[5].startswith(r"NAME:Alma\; the elder\,\nof two")
    assert str(calendar.walk("VEVENT")[0]["SUMMARY"]) == "A,B"
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_an_answer_has_a_tag_of_what_it_says_and_when_that_changed() -> None:
    made = dated(ANSWER, CHANGED, {})
    assert made.body == b"body"
    assert made.headers["X-Own"] == "1"
    assert made.headers["Last-Modified"] == "Mon, 01 Jun 2026 12:30:00 GMT"
    other = dated(Answer(HTTPStatus.OK, b"other"), CHANGED, {})
    assert other.headers["ETag"] != made.headers["ETag"]


def test_who_has_it_already_is_told_so() -> None:
    tag = dated(ANSWER, CHANGED, {}).headers["ETag"]
    for condition in (tag, f"W/{tag}", f'"x" , {tag}', "*"):
        told = dated(ANSWER, CHANGED, {"if-none-match": condition})
        assert (told.status, told.body, told.headers["ETag"]) == (304, b"", tag)
    for condition in ("", '"x"', tag.strip('"')):
        assert dated(ANSWER, CHANGED, {"if-none-match": condition}).status == 200


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5, br", True),
        ("gzip; q=1", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("x-gzip", False),
    ],
)
def test_only_who_takes_gzip_gets_it(accepted: str, takes: bool) -> None:
    assert takes_gzip(accepted) is takes
