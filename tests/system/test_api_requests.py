"""Requests of the HTTP API that are odd, large, repeated or not for it."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.web.application import BODY_BYTES_AT_MOST
from server.web.routes import ROUTES
from tests.system.api import Program, described, program, read, stranger, visit
from tests.system.phone import Phone
from tests.system.servers import Site

WINTER = {"from_": "2026-11-20", "to": "2026-12-31"}
JSON = {"Content_Type": "application/json"}


@pytest.fixture
def mine(site: Site, phone: Phone) -> Program:
    """Return a program of the test's own practitioner."""
    return program(site, phone.user)


def listed(mine: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(mine.get("/appointments", **WINTER))["items"]
    return found


def test_the_description_is_there_for_everybody(site: Site) -> None:
    answer = stranger(site).send("GET", "/api/v1/openapi.json", b"", {})
    assert json.loads(answer.body) == json.loads(json.dumps(described()))


def test_a_request_is_named_in_its_answer(mine: Program) -> None:
    answer = mine.request("GET", "/services", X_Request_Id="from-the-caller-1")
    assert answer.headers["x-request-id"] == "from-the-caller-1"
    made_up = mine.request("GET", "/services", X_Request_Id="no good name")
    assert made_up.headers["x-request-id"] != "no good name"
    assert len(made_up.headers["x-request-id"]) == 32


def test_answers_are_kept_by_nobody_on_the_way(mine: Program) -> None:
    for answer in (mine.get("/services"), mine.get("/appointments/none")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_unknown_address_is_a_problem(mine: Program) -> None:
    answer = mine.get("/nothing-here")
    assert answer.headers["content-type"] == "application/problem+json"
    assert read(answer, 404)["type"] == "urn:x-praxical:problem:not-found"


def test_a_method_that_is_not_there_is_told_which_are(mine: Program) -> None:
    answer = mine.put("/appointments", {})
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize("method", ["PROPFIND", "OPTIONS", "TRACE"])
def test_methods_of_calendars_have_no_place_here(mine: Program, method: str) -> None:
    assert mine.request(method, "/services").status == 405


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"title": "\\ud800"}',
        b'{"title": "a\\u0000b"}',
        b"[" * 100_000,
    ],
)
def test_what_is_not_json_is_malformed(mine: Program, body: bytes) -> None:
    answer = mine.request("POST", "/appointments", body, **JSON)
    assert answer.status == 400
    assert read(answer, 400)["type"].endswith(":malformed")


@pytest.mark.parametrize("body", [b"[]", b"3", b'"text"', b"null", b'{"a": NaN}'])
def test_json_of_another_kind_is_not_acceptable(mine: Program, body: bytes) -> None:
    assert mine.request("POST", "/appointments", body, **JSON).status == 422


def test_a_body_in_another_form_is_not_taken(mine: Program) -> None:
    answer = mine.request("POST", "/appointments", b"a=b", Content_Type="text/plain")
    assert answer.status == 415


def test_a_field_that_nobody_knows_is_refused(mine: Program, phone: Phone) -> None:
    problem = read(mine.post("/appointments", visit(phone.user, wing="east")), 422)
    assert problem["field"] == "wing"
    assert read(mine.get("/services", page=2), 422)["field"] == "page"


def test_every_field_that_does_not_fit_is_listed(mine: Program, phone: Phone) -> None:
    said = visit(phone.user, minutes="soon", busy="maybe")
    problem = read(mine.post("/appointments", said), 422)
    assert {one["field"] for one in problem["errors"]} == {"minutes", "busy"}


def test_what_was_sent_is_never_sent_back(mine: Program, phone: Phone) -> None:
    said = visit(phone.user, minutes="Quentin Zyxwvut", fee="Quentin Zyxwvut", zone="Zyxwvut")
    assert "Zyxwvut" not in mine.post("/appointments", said).text
    said = visit(phone.user, zone="Zyxwvut")
    assert "Zyxwvut" not in mine.post("/appointments", said).text


def test_a_character_that_cannot_be_stored_is_malformed(mine: Program) -> None:
    assert mine.get("/appointments/a%00b").status == 400
    assert mine.get("/appointments", client="C1\0").status == 400


def test_a_range_without_an_end_is_not_listed(mine: Program) -> None:
    far = {"from_": "2026-01-01", "to": "2029-01-01"}
    assert read(mine.get("/appointments", **far), 422)["field"] == "to"
    back = {"from_": "2026-02-01", "to": "2026-01-01"}
    assert mine.get("/appointments", **back).status == 422
    assert mine.get("/appointments", from_="9999-12-31").status == 422


def test_a_body_beyond_the_limit_is_too_large(mine: Program) -> None:
    body = b" " * (BODY_BYTES_AT_MOST + 1)
    assert mine.request("POST", "/appointments", body, **JSON).status == 413


def test_a_body_in_chunks_is_read(site: Site, mine: Program, phone: Phone) -> None:
    body = json.dumps(visit(phone.user)).encode()
    wire = http.client.HTTPConnection("127.0.0.1", site.server.port, timeout=30)
    headers = {"Authorization": f"Bearer {mine.token}", "Content-Type": "application/json"}
    pieces = iter([body[:20], body[20:]])
    wire.request("POST", "/api/v1/appointments", pieces, headers, encode_chunked=True)
    assert wire.getresponse().status == 201
    wire.close()
    assert len(listed(mine)) == 1


def test_the_same_request_with_its_key_is_carried_out_once(mine: Program, phone: Phone) -> None:
    first = mine.post("/appointments", visit(phone.user), Idempotency_Key="one")
    again = mine.post("/appointments", visit(phone.user), Idempotency_Key="one")
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["location"] == first.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert len(listed(mine)) == 1


def test_another_body_under_the_same_key_is_refused(mine: Program, phone: Phone) -> None:
    mine.post("/appointments", visit(phone.user), Idempotency_Key="one")
    other = visit(phone.user, start="2026-11-25T14:00")
    problem = read(mine.post("/appointments", other, Idempotency_Key="one"), 422)
    assert problem["type"].endswith(":key-reused")
    assert len(listed(mine)) == 1


def test_the_order_of_fields_makes_no_other_body(mine: Program, phone: Phone) -> None:
    said = visit(phone.user)
    turned = dict(reversed(said.items()))
    mine.post("/appointments", said, Idempotency_Key="one")
    assert mine.post("/appointments", turned, Idempotency_Key="one").status == 201


def test_a_refused_request_uses_no_key_up(mine: Program, phone: Phone) -> None:
    wrong = visit(phone.user, client="C9999")
    assert mine.post("/appointments", wrong, Idempotency_Key="one").status == 404
    assert mine.post("/appointments", visit(phone.user), Idempotency_Key="one").status == 201


def test_another_token_has_keys_of_its_own(site: Site, mine: Program, phone: Phone) -> None:
    mine.post("/appointments", visit(phone.user), Idempotency_Key="one")
    other = program(site, phone.user)
    answer = other.post("/appointments", visit(phone.user), Idempotency_Key="one")
    assert "idempotency-replayed" not in answer.headers


def test_twenty_at_the_same_moment_book_once(site: Site, mine: Program, phone: Phone) -> None:
    def book(_: int) -> int:
        alone = Program(site.stranger().send, mine.token)
        return alone.post("/appointments", visit(phone.user), Idempotency_Key="one").status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(book, range(20)))
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert len(listed(mine)) == 1


def test_a_key_is_short_and_plain(mine: Program, phone: Phone) -> None:
    for key in ("a b", "x" * 256):
        assert mine.post("/appointments", visit(phone.user), Idempotency_Key=key).status == 400


@pytest.mark.parametrize(
    "route", [one for one in ROUTES if one.money], ids=lambda one: f"{one.method} {one.path}"
)
def test_what_moves_money_needs_a_key(site: Site, route: Any) -> None:  # noqa: ANN401 - a route of any model
    path = route.path
    for part in route.parts:
        path = path.replace(f"{{{part}}}", "none")
    problem = read(program(site, "admin").request(route.method.value, path, b"{}", **JSON), 400)
    assert problem["type"].endswith(":key-missing")
