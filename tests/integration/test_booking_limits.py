"""How often visitors may ask, and which other sites' scripts may ask for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.feeds import FeedKind
from server.usecases.booking_limits import TooOften
from server.usecases.feeds import FeedRequest, new_feed, path_of
from server.web.turnstile import Turnstile
from tests.booking import open_for_booking
from tests.in_process import ask
from tests.practice import ALMA, NOW, House
from tests.visiting import told, visited

TAKEN = {"start": "2026-11-24T12:00:00-05:00"}
SITE = "https://www.practice.example"


def test_one_network_asks_only_so_often_in_an_hour(any_house: House) -> None:
    open_for_booking(any_house)
    with visited(any_house, per_network_an_hour=3) as web:
        for number in range(3):
            told(web.book(**TAKEN, email=f"{number}@example.org"), 409)
        refused = web.book(email="nora@example.org")
        assert told(refused, 429)["type"].endswith("too-often")
        assert refused.headers["retry-after"] == "3600"
        web.network = "198.51.100.1"
        told(web.book(), 201)


def test_one_address_asks_only_so_often_from_anywhere(any_house: House) -> None:
    open_for_booking(any_house)
    with visited(any_house, per_address_an_hour=2) as web:
        for network in ("192.0.2.7", "198.51.100.1"):
            web.network = network
            told(web.book(**TAKEN), 409)
        web.network = "203.0.113.1"
        told(web.book(email=" NORA@example.org"), 429)
        told(web.book(email="olga@example.org"), 201)


def test_who_was_held_off_is_let_in_when_the_hour_is_over(any_house: House) -> None:
    open_for_booking(any_house)
    with visited(any_house, per_address_an_hour=2) as web:
        told(web.book(**TAKEN), 409)
        web.clock.at += timedelta(minutes=30)
        told(web.book(**TAKEN), 409)
        web.clock.at += timedelta(minutes=10)
        refused = web.book()
        told(refused, 429)
        wait = int(refused.headers["retry-after"])
        assert timedelta(minutes=20) < timedelta(seconds=wait) <= timedelta(minutes=30)
        web.clock.at += timedelta(seconds=wait)
        told(web.book(), 201)


def test_reading_is_counted_by_the_minute(any_house: House) -> None:
    with visited(any_house, per_network_an_hour=1) as web:
        statuses = [web.get("/session-types").status for _ in range(12)]
        assert statuses == [200] * 10 + [429] * 2
        web.clock.at += timedelta(seconds=60)
        assert web.get("/session-types").status == 200


def test_a_secret_address_is_read_only_so_often(any_house: House) -> None:
    with any_house.database.writing() as uow:
        wanted = FeedRequest(ALMA, "test", FeedKind.FREE_BUSY)
        token, text = new_feed(uow, any_house.context(), wanted)
    path = path_of(token.kind, text)
    with visited(any_house) as web:
        statuses = [ask(web.port, path).status for _ in range(61)]
    assert statuses == [200] * 60 + [429]


def test_a_turnstile_forgets_names_rather_than_fill_the_memory() -> None:
    turnstile = Turnstile(1)
    for number in range(25_000):
        turnstile.let_in(str(number), NOW)
    assert len(turnstile) <= 10_000
    with pytest.raises(TooOften):
        turnstile.let_in("24999", NOW)


def test_scripts_of_named_sites_may_book_and_no_others(any_house: House) -> None:
    asks_first = {
        "Access_Control_Request_Method": "POST",
        "Access_Control_Request_Headers": "content-type, idempotency-key",
    }
    with visited(any_house, allowed_origins=(SITE,)) as web:
        first = web.request("OPTIONS", "/bookings", b"", Origin=SITE, **asks_first)
        assert (first.status, first.body) == (204, b"")
        assert first.headers["access-control-allow-origin"] == SITE
        assert first.headers["access-control-allow-methods"] == "GET, POST"
        assert "Idempotency-Key" in first.headers["access-control-allow-headers"]
        read = web.request("GET", "/session-types", Origin=SITE)
        assert read.headers["access-control-allow-origin"] == SITE
        assert "access-control-allow-credentials" not in read.headers
        refused = web.request("GET", "/slots", Origin=SITE)
        assert refused.status == 422
        assert refused.headers["access-control-allow-origin"] == SITE
        for origin in ("https://evil.example", "null", f"{SITE}.evil.example"):
            other = web.request("OPTIONS", "/bookings", b"", Origin=origin, **asks_first)
            assert other.status == 405
            assert "access-control-allow-origin" not in other.headers
        for answer in (first, read, refused, web.get("/session-types")):
            assert "Origin" in answer.headers["vary"]


def test_without_a_setting_and_beside_booking_nothing_is_shared(any_house: House) -> None:
    with visited(any_house) as web:
        answer = web.request("GET", "/session-types", Origin=SITE)
    assert "access-control-allow-origin" not in answer.headers
    with visited(any_house, allowed_origins=(SITE,)) as web:
        came = ask(web.port, "/api/v1/openapi.json", HTTP_ORIGIN=SITE)
    assert "access-control-allow-origin" not in came.headers
