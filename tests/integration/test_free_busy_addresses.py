"""Busy times at secret addresses: ranges, refusals, what is kept and what is sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pytest

from server.bootstrap.one_port import OnePort
from server.domain.feeds import FeedKind, FeedLevel
from server.domain.ids import UserName
from server.usecases.feeds import FeedRequest, new_feed, path_of
from tests.in_process import sender, served_in_process
from tests.practice import (
    ALMA,
    DORN,
    THEO,
    WEEKLY,
    House,
    at,
    event,
    other,
    session,
    timed,
)
from tests.system.events import unfolded
from tests.system.phone import Answer, Send

DAY_OF_VISIT = {"start": "2026-11-24", "end": "2026-11-25"}
VISIT = "20261124T190000Z/20261124T201500Z"
"""Two o'clock in New York, an hour and a quarter."""


@pytest.fixture
def send(any_house: House) -> Iterator[Send]:
    port: OnePort = served_in_process(any_house.database)
    yield sender(port)
    port.close()


def address(
    house: House,
    kind: FeedKind = FeedKind.FREE_BUSY,
    level: FeedLevel = FeedLevel.BUSY,
    user: UserName = ALMA,
) -> str:
    with house.database.writing() as uow:
        wanted = FeedRequest(user, "test", kind, level)
        token, text = new_feed(uow, house.context(), wanted)
    return path_of(token.kind, text)


def get(
    send: Send, path: str, headers: Mapping[str, str] | None = None, /, **said: str
) -> Answer:
    return send("GET", f"{path}?{urlencode(said)}" if said else path, b"", headers or {})


def periods(answer: Answer) -> list[tuple[str, str]]:
    """Return the type and the period of each FREEBUSY."""
    assert answer.status == 200, answer.text
    found = (line for line in unfolded(answer.text) if line.startswith("FREEBUSY"))
    return [
        (head.partition("FBTYPE=")[2], value)
        for head, _, value in (line.partition(":") for line in found)
    ]


def test_an_address_tells_when_its_practitioner_is_busy(any_house: House, send: Send) -> None:
    any_house.book(timed(at(24)))
    any_house.book(timed(at(24, 9)), session(DORN, "psy50", THEO))
    answer = get(send, address(any_house), **DAY_OF_VISIT)
    assert periods(answer) == [("BUSY", VISIT)]
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.value("DTSTART") == "20261124T050000Z"
    assert answer.value("DTEND") == "20261125T050000Z"


def test_without_a_range_it_is_six_weeks_from_today(any_house: House, send: Send) -> None:
    answer = get(send, address(any_house))
    assert answer.value("DTSTART") == "20261103T050000Z"
    assert answer.value("DTEND") == "20261215T050000Z"


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ({"start": "2026-11-24", "period": "P1W"}, ("20261124T050000Z", "20261201T050000Z")),
        (
            {"start": "20261124T120000Z", "period": "PT8H"},
            ("20261124T120000Z", "20261124T200000Z"),
        ),
        (
            {"start": "2026-11-24T12:00:00+02:00", "end": "2026-11-24T12:00:00Z"},
            ("20261124T100000Z", "20261124T120000Z"),
        ),
        (
            {"start": "2026-11-24T09:00:00", "end": "2026-11-25"},
            ("20261124T140000Z", "20261125T050000Z"),
        ),
        (
            {"start": "2026-11-24", "user": "alma", "_": "17"},
            ("20261124T050000Z", "20270105T050000Z"),
        ),
    ],
)
def test_a_range_is_said_in_days_moments_and_periods(
    any_house: House, send: Send, said: dict[str, str], span: tuple[str, str]
) -> None:
    answer = get(send, address(any_house), **said)
    assert (answer.value("DTSTART"), answer.value("DTEND")) == span


def test_the_sign_of_an_offset_may_come_as_a_blank(any_house: House, send: Send) -> None:
    path = f"{address(any_house)}?start=2026-11-24T12:00:00+02:00&period=PT1H"
    assert send("GET", path, b"", {}).value("DTSTART") == "20261124T100000Z"


BAD = {
    "start": [
        {"start": "tomorrow"},
        {"start": "2026-13-01"},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"start": ""},
    ],
    "end": [
        {"start": "2026-11-24", "end": "2026-11-24"},
        {"start": "2026-11-24", "end": "2026-11-23"},
        {"start": "2026-11-24", "end": "2027-11-30"},
        {"end": "late"},
    ],
    "period": [
        {"period": "six weeks"},
        {"period": "-P1D"},
        {"period": "P0D"},
        {"period": "P371D"},
        {"period": "P1D", "end": "2026-12-01"},
    ],
}


@pytest.mark.parametrize(
    ("parameter", "said"),
    [(name, said) for name, cases in BAD.items() for said in cases if any(said.values())],
)
def test_what_cannot_be_meant_is_refused_by_its_name(
    any_house: House, send: Send, parameter: str, said: dict[str, str]
) -> None:
    answer = get(send, address(any_house), **said)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.body)["field"] == parameter


def test_370_days_are_told_and_no_more(any_house: House, send: Send) -> None:
    assert get(send, address(any_house), period="P370D").status == 200


def test_every_wrong_address_is_answered_alike(any_house: House, send: Send) -> None:
    free_busy, feed = address(any_house), address(any_house, FeedKind.FEED)
    swapped = feed.replace("/feeds/", "/freebusy/").replace(".ics", ".ifb")
    wrong = [
        "/freebusy/x.ifb",
        "/feeds/x.ics",
        swapped,
        free_busy.replace(".ifb", "a.ifb"),
        free_busy.replace(".ifb", ""),
        "/freebusy/",
        "/feeds/a/b.ics",
    ]
    said = []
    for path in wrong:
        answer = get(send, path)
        told = json.loads(answer.body)
        del told["request_id"]
        said.append((answer.status, told))
    assert said == [said[0]] * len(wrong)
    assert said[0][0] == 404


def test_an_address_is_only_read(any_house: House, send: Send) -> None:
    for path in (address(any_house), address(any_house, FeedKind.FEED)):
        head = send("HEAD", path, b"", {})
        assert (head.status, head.body) == (200, b"")
        assert send("PUT", path, b"", {}).status == 405
        assert send("POST", path, b"", {}).status == 405


def test_an_address_is_kept_found_and_handed_on_by_nobody(any_house: House, send: Send) -> None:
    headers = get(send, address(any_house, FeedKind.FEED)).headers
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("kind", FeedKind)
def test_what_has_not_changed_is_not_sent_again(
    any_house: House, send: Send, kind: FeedKind
) -> None:
    any_house.book()
    path = address(any_house, kind)
    first = get(send, path)
    assert first.headers["last-modified"] == "Tue, 03 Nov 2026 15:00:00 GMT"
    tag = first.headers["etag"]
    for named in (tag, f'"other", W/{tag}', "*"):
        again = get(send, path, {"If-None-Match": named})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    any_house.book(timed(at(25)))
    changed = get(send, path, {"If-None-Match": tag})
    assert changed.status == 200
    assert changed.headers["etag"] != tag


def test_long_answers_are_packed_for_those_who_take_that(any_house: House, send: Send) -> None:
    any_house.book(timed(at(4)), other(), recurrence=WEEKLY)
    for hour in range(9, 18):
        any_house.book(timed(at(24, hour), 30), other())
    path = address(any_house, FeedKind.FEED)
    packed = get(send, path, {"Accept-Encoding": "gzip, deflate"})
    plain = get(send, path, {"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert len(packed.body) < len(plain.body) / 2
    assert packed.headers["etag"] == plain.headers["etag"]
    assert plain.headers["vary"] == "Accept-Encoding"


def test_what_an_address_tells_is_as_old_as_the_last_change_or_the_day(
    any_house: House, send: Send
) -> None:
    def changed(house: House) -> str:
        return get(send, address(house)).headers["last-modified"]

    any_house.later(days=-3).book()
    assert changed(any_house) == "Tue, 03 Nov 2026 05:00:00 GMT"
    any_house.later(minutes=-5).put(event("Lunch"), href="lunch.ics")
    assert changed(any_house) == "Tue, 03 Nov 2026 14:55:00 GMT"
    any_house.later(minutes=-4).delete(href="lunch.ics")
    assert changed(any_house) == "Tue, 03 Nov 2026 15:00:00 GMT"
