"""Numbers for monitoring: who may read them, that they are right, and what they never say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read_plain

from server.bootstrap.one_port import OnePort
from server.domain.api_access import ApiScope
from server.domain.google_compared import Comparison
from server.settings import Settings
from tests.contract.booking_samples import MAIL
from tests.contract.google_samples import CALENDAR, CONFLICT, DIRTY, LINK, PAIR
from tests.in_process import Stopped, sender, served_in_process
from tests.practice import House, at, session, timed
from tests.system.api import token_for
from tests.system.phone import Answer, Send

COUNTING = Settings.model_validate({"server": {"metrics": "token"}})
OPEN = "application/openmetrics-text; version=1.0.0"
HOUR = timedelta(hours=1)


@pytest.fixture
def clock(any_house: House) -> Stopped:
    return Stopped(any_house.now)


@pytest.fixture
def port(any_house: House, clock: Stopped) -> Iterator[OnePort]:
    opened = served_in_process(any_house.database, COUNTING, clock)
    yield opened
    opened.close()


@pytest.fixture
def send(port: OnePort) -> Send:
    return sender(port)


def ask(house: House, send: Send, *scopes: ApiScope, accept: str = OPEN) -> Answer:
    token = token_for(house.database, "desk", frozenset(scopes or {ApiScope.METRICS_READ}))
    said = {"Authorization": f"Bearer {token}", "Accept": accept}
    return send("GET", "/metrics", b"", said)


def numbers(answer: Answer) -> dict[tuple[str, ...], float]:
    """Return all samples by their name and the values of their labels."""
    assert answer.status == 200, answer.text
    families: Iterable[Metric]
    if "openmetrics" in answer.headers["content-type"]:
        families = read_open(answer.text)  # type: ignore[no-untyped-call]  # it has no types
    else:
        families = read_plain(answer.text)
    return {
        (one.name, *one.labels.values()): one.value
        for family in families
        for one in family.samples
    }


@pytest.mark.parametrize("accept", [OPEN, "text/plain;version=0.0.4", ""])
def test_both_forms_are_what_the_usual_reader_reads(
    any_house: House, send: Send, accept: str
) -> None:
    found = numbers(ask(any_house, send, accept=accept))
    assert found["praxical_google_links", "connected"] == 0
    assert found["praxical_mails_waiting",] == 0
    assert not any(name.startswith("praxical_mail_lag") for name, *_ in found)


def test_requests_are_counted_by_lane_method_and_status(any_house: House, send: Send) -> None:
    send("PROPFIND", "/", b"", {})
    send("PROPFIND", "/", b"", {})
    send("FROBNICATE", "/", b"", {})
    send("GET", "/api/v1/appointments", b"", {})
    found = numbers(ask(any_house, send))
    assert found["praxical_requests_total", "caldav", "PROPFIND", "4xx"] == 2
    assert found["praxical_requests_total", "caldav", "other", "4xx"] == 1
    assert found["praxical_requests_total", "api", "GET", "4xx"] == 1
    assert found["praxical_request_seconds_count", "caldav", "PROPFIND"] == 2
    assert found["praxical_request_seconds_bucket", "caldav", "+Inf", "PROPFIND"] == 2
    assert 0 < found["praxical_request_seconds_sum", "caldav", "PROPFIND"] < 60


def test_a_limit_that_refused_somebody_is_told_apart(any_house: House, send: Send) -> None:
    for _ in range(61):
        send("GET", "/feeds/nobody.ics", b"", {})
    found = numbers(ask(any_house, send))
    assert found["praxical_requests_total", "feeds", "GET", "429"] == 1
    assert found["praxical_requests_total", "feeds", "GET", "4xx"] == 60


def test_who_asks_for_the_numbers_is_not_counted(any_house: House, send: Send) -> None:
    ask(any_house, send)
    found = numbers(ask(any_house, send))
    assert not any(name == "praxical_requests_total" for name, *_ in found)


def let_things_wait(house: House) -> None:
    """Write one of each thing that waits, some of it for hours."""
    now, number = house.now, house.book()
    dirty = replace(DIRTY, appointment=number, due_at=now - HOUR)
    with house.database.writing() as uow:
        uow.google.links.save_link(replace(LINK, made_at=now))
        uow.google.calendars.save(replace(CALENDAR, read_at=now - HOUR))
        uow.google.calendars.save_comparison(
            Comparison(LINK.id, CALENDAR.id, now, now - 2 * HOUR, now - HOUR, differed=3)
        )
        uow.google.events.save(replace(PAIR, appointment=number))
        uow.google.events.save_dirty(dirty)
        uow.google.events.add_conflict(replace(CONFLICT, appointment=number))
        uow.mails.add(replace(MAIL, booking=None, due_at=now - 2 * HOUR, attempts=1))
        uow.mails.add(replace(MAIL, id="later", booking=None, due_at=now + HOUR))
        uow.attempts.note(["by"], now)


def test_what_waits_is_told_with_its_age(any_house: House, send: Send) -> None:
    let_things_wait(any_house)
    found = numbers(ask(any_house, send))
    assert found["praxical_google_links", "connected"] == 1
    assert found["praxical_google_events", "live"] == 1
    assert found["praxical_google_events", "parked"] == 0
    assert found["praxical_google_read_lag_seconds",] == 3600
    assert found["praxical_google_compared_lag_seconds",] == 7200
    assert found["praxical_google_calendars_differing",] == 1
    assert found["praxical_google_calendars_differed",] == 3
    assert found["praxical_google_changes_waiting",] == 1
    assert found["praxical_google_change_lag_seconds",] == 3600
    assert found["praxical_google_conflicts_open",] == 1
    assert found["praxical_mails_waiting",] == found["praxical_mails_retried",] == 1
    assert found["praxical_mail_lag_seconds",] == 7200
    assert found["praxical_booking_attempts_last_hour",] == 1


def test_the_database_is_asked_once_in_some_seconds(
    any_house: House, send: Send, clock: Stopped
) -> None:
    numbers(ask(any_house, send))
    with any_house.database.writing() as uow:
        uow.google.links.save_link(LINK)
    assert numbers(ask(any_house, send))["praxical_google_links", "connected"] == 0
    clock.at += timedelta(seconds=10)
    assert numbers(ask(any_house, send))["praxical_google_links", "connected"] == 1


def test_nobody_reads_them_without_a_token_that_is_good_for_it(
    any_house: House, send: Send
) -> None:
    assert send("GET", "/metrics", b"", {}).status == 401
    assert ask(any_house, send, ApiScope.CALENDAR_READ).status == 403


def test_where_nothing_is_counted_there_is_no_such_address(any_house: House) -> None:
    port = served_in_process(any_house.database)
    try:
        assert ask(any_house, sender(port)).status == 404
    finally:
        port.close()


def test_no_name_and_no_address_is_told(any_house: House, send: Send) -> None:
    any_house.book(timed(at(24)), session(title="Planted Title"))
    send("PROPFIND", "/planteduser/plantedcalendar/", b"", {})
    send("GET", "/feeds/plantedtoken.ics", b"", {})
    with any_house.database.writing() as uow:
        uow.google.links.save_link(replace(LINK, reason="planted-reason"))
        uow.google.calendars.save(replace(CALENDAR, id="planted@example.com"))
    text = ask(any_house, send).text
    for word in ("planted", "Planted", "Jane", "Doe", "alma", "@", "example"):
        assert word not in text
