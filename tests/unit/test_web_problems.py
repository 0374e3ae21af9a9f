"""What the web says of refusals: a status, a name, a sentence, and nobody's data."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from server.billing_hooks.papers.superbill import AlreadyIssued, NothingToShow
from server.billing_hooks.refusals import ClaimSubmitted
from server.domain import errors
from server.domain.api_access import ApiScope
from server.domain.errors import Invalid, Locked, NotFound, PracticeError
from server.domain.papers import Incomplete, Missing
from server.domain.vocabulary import Lock
from server.practice_db.errors import DatabaseBusy
from server.usecases.repeated_requests import KeyReused
from server.web.application import guarded
from server.web.problems import STATUS, StillRunning, lacks_scope, problem_of

SECRET = "Quentin Zyxwvut"
Client = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]


@pytest.mark.parametrize(
    ("error", "status", "condition"),
    [
        (NotFound("bill", "17"), 404, "not-found"),
        (Invalid("units", "too many"), 422, "invalid"),
        (errors.NotAllowed("Not yours."), 403, "not-allowed"),
        (errors.AlreadyThere("user", "alma"), 409, "already-there"),
        (errors.InUse("service", "97810", 3), 409, "in-use"),
        (errors.Archived("It is archived."), 409, "archived"),
        (errors.TooManyInstances("Too many."), 422, "max-instances"),
        (ClaimSubmitted(), 409, "claim-submitted"),
        (AlreadyIssued([3]), 409, "already-issued"),
        (NothingToShow(), 409, "nothing-to-show"),
        (DatabaseBusy(), 503, "database-busy"),
        (KeyReused(), 422, "key-reused"),
    ],
)
def test_a_refusal_has_its_status_and_name(
    error: PracticeError, status: int, condition: str
) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.condition) == (status, condition)
    assert problem.detail == error.sentence


def test_a_kind_of_invalid_is_invalid() -> None:
    class TooLong(Invalid):
        pass

    assert problem_of(TooLong("name", "too long")).status == 422


def test_locks_are_members_of_the_problem() -> None:
    body = json.loads(problem_of(Locked([Lock.PAYMENT, Lock.BILL_OPEN])).body("r-1"))
    assert body == {
        "type": "urn:x-praxical:problem:locked",
        "title": "Conflict",
        "status": 409,
        "detail": "This appointment is billed. Cancel the bill first. "
        "A payment is applied to this appointment. Refund it first.",
        "locks": ["bill-open", "payment"],
        "request_id": "r-1",
    }


def test_the_field_is_a_member_of_the_problem() -> None:
    assert json.loads(problem_of(Invalid("units", "too many")).body())["field"] == "units"


def test_all_that_is_missing_is_a_member_of_the_problem() -> None:
    missing = Missing("practitioner.npi", "alma", "The practitioner alma has no NPI.")
    problem = problem_of(Incomplete("The superbill", [missing]))
    assert problem.status == 422
    assert json.loads(problem.body())["missing"] == [
        {
            "what": "practitioner.npi",
            "of": "alma",
            "sentence": "The practitioner alma has no NPI.",
        }
    ]


def test_who_was_in_the_way_says_when_to_come_again() -> None:
    assert problem_of(DatabaseBusy()).headers["Retry-After"] == "5"
    assert StillRunning().problem.headers["Retry-After"] == "1"


def test_a_scope_is_named_in_body_and_challenge() -> None:
    problem = lacks_scope(ApiScope.BILLING_READ).problem
    assert problem.status == 403
    assert json.loads(problem.body())["scope"] == "billing:read"
    assert 'scope="billing:read"' in problem.headers["WWW-Authenticate"]


def test_no_status_is_a_success() -> None:
    assert all(status >= 400 for status in STATUS.values())


async def test_what_nobody_foresaw_is_logged_without_its_text(
    aiohttp_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_: web.Request) -> web.StreamResponse:
        raise ValueError(SECRET)

    application = web.Application(middlewares=[guarded])
    application.router.add_get("/things/{id}", fail)
    client = await aiohttp_client(application)
    with caplog.at_level(logging.INFO):
        answer = await client.get(f"/things/{SECRET}?name={SECRET}")
        body = await answer.json(content_type="application/problem+json")
    assert (answer.status, body["type"]) == (500, "urn:x-praxical:problem:unforeseen")
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("server.")]
    assert any("error=ValueError" in line for line in ours)
    assert any("route=/things/{id} status=500" in line for line in ours)
    assert not any("Zyxwvut" in line for line in ours)


async def test_a_refusal_of_a_handler_is_translated_once(aiohttp_client: Client) -> None:
    async def refuse(_: web.Request) -> web.StreamResponse:
        raise Locked([Lock.NOTE_SIGNED])

    application = web.Application(middlewares=[guarded])
    application.router.add_get("/", refuse)
    client = await aiohttp_client(application)
    answer = await client.get("/", headers={"X-Request-Id": "abc"})
    assert answer.status == 409
    assert answer.headers["X-Request-Id"] == "abc"
    assert (await answer.json(content_type=None))["request_id"] == "abc"
