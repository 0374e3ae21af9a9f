"""What the web answers where it cannot do what was asked: problem details (RFC 9457)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final

from pydantic import BaseModel, Field

from server.billing_hooks.papers.superbill import AlreadyIssued, NothingToShow
from server.billing_hooks.refusals import (
    ClaimSubmitted,
    NothingToBill,
    PaymentApplied,
    WrittenOff,
    WrongStage,
)
from server.domain.api_access import ApiScope
from server.domain.errors import (
    AlreadyThere,
    Archived,
    InUse,
    Invalid,
    Locked,
    NotAllowed,
    NotFound,
    PracticeError,
    PreconditionFailed,
    TooLarge,
    UidConflict,
)
from server.domain.papers import Incomplete, Missing
from server.practice_db.errors import DatabaseBusy, DatabaseUnreachable
from server.usecases.book import BookedAtOnce, SlotTaken
from server.usecases.booking_limits import TooOften

MEDIA_TYPE: Final = "application/problem+json"
AGAIN_AFTER_SECONDS: Final = 5
TYPE: Final = "urn:x-praxical:problem:"
_CHALLENGE: Final = 'Bearer realm="Praxical"'


class FieldProblem(BaseModel):
    """What is wrong with one field of what was sent."""

    field: str = Field(description="Its name; parts of it after dots.")
    message: str


class MissingShown(BaseModel):
    """One thing that a superbill or a claim lacks."""

    what: str = Field(description="Such as `practitioner.npi`.")
    of: str = Field(description="Whose or which: a user, a client's number, a charge's id.")
    sentence: str

    @classmethod
    def of_missing(cls, missing: Missing) -> MissingShown:
        """Return what is missing as it is shown."""
        return cls(what=missing.what, of=missing.of, sentence=missing.sentence)


class FreeSlot(BaseModel):
    """A time that is free, and not a word of why others are not."""

    start: str = Field(description="RFC 3339 with an offset.")
    end: str
    practitioner: str
    location: str


class ProblemDetails(BaseModel):
    """What went wrong (RFC 9457 3.1). Holds no client data."""

    type: str = Field(description="`urn:x-praxical:problem:` and the reason's name.")
    title: str = Field(description="The phrase of the status.")
    status: int
    detail: str = Field(description="A sentence for a person.")
    field: str | None = Field(default=None, description="Which field is not acceptable.")
    errors: list[FieldProblem] | None = Field(
        default=None, description="All fields that are not."
    )
    locks: list[str] | None = Field(default=None, description="What holds the appointment.")
    missing: list[MissingShown] | None = Field(
        default=None, description="All that a superbill or a claim lacks."
    )
    slots: list[FreeSlot] | None = Field(
        default=None, description="Times that are free, instead of one that is not."
    )
    scope: str | None = Field(default=None, description="The scope that the token lacks.")
    request_id: str | None = Field(
        default=None, description="As in `X-Request-Id` and in the log."
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer that says what went wrong; ``more`` are members beyond those of RFC 9457."""

    status: HTTPStatus
    condition: str
    detail: str
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, request_id: str = "") -> bytes:
        """Return the problem as JSON."""
        said = ProblemDetails(
            type=TYPE + self.condition,
            title=self.status.phrase,
            status=self.status.value,
            detail=self.detail,
            request_id=request_id or None,
        )
        return (
            said.model_copy(update=dict(self.more)).model_dump_json(exclude_none=True).encode()
        )


class Refused(Exception):
    """A request that this edge refuses by itself."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.condition)
        self.problem = problem


class StillRunning(Refused):
    """The same request is being answered at this moment."""

    def __init__(self) -> None:
        said = "A request with this Idempotency-Key is still being answered."
        again = {"Retry-After": "1"}
        super().__init__(Problem(HTTPStatus.CONFLICT, "still-running", said, headers=again))


def malformed(said: str) -> Refused:
    """Return the refusal of a request that cannot be read."""
    return Refused(Problem(HTTPStatus.BAD_REQUEST, "malformed", said))


def unsupported(said: str) -> Refused:
    """Return the refusal of a body in a form that is not taken."""
    return Refused(Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media-type", said))


def bad_parameter(name: str, why: str) -> Refused:
    """Return the refusal of an address one of whose parameters cannot be meant."""
    problem = Problem(HTTPStatus.BAD_REQUEST, "invalid", f"{name}: {why}", {"field": name})
    return Refused(problem)


def not_acceptable(errors: Sequence[FieldProblem]) -> Refused:
    """Return the refusal of values that do not fit the schema."""
    first = errors[0]
    said = f"{first.field}: {first.message}"
    more = {"field": first.field, "errors": list(errors)}
    return Refused(Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", said, more))


def needs_key() -> Refused:
    """Return the refusal of a request that moves money and could not be repeated safely."""
    said = "A request that moves money needs the header Idempotency-Key."
    return Refused(Problem(HTTPStatus.BAD_REQUEST, "key-missing", said))


def not_signed_in(*, wrong: bool) -> Refused:
    """Return the answer to no token or a wrong one (RFC 6750 3)."""
    challenge = f'{_CHALLENGE}, error="invalid_token"' if wrong else _CHALLENGE
    said = "The token is not valid." if wrong else "This needs a bearer token."
    headers = {"WWW-Authenticate": challenge}
    return Refused(Problem(HTTPStatus.UNAUTHORIZED, "token", said, headers=headers))


def held_off(seconds: int) -> Refused:
    """Return the answer to somebody who tries token after token."""
    said = "Too many wrong tokens came from this network."
    headers = {"Retry-After": str(seconds)}
    return Refused(Problem(HTTPStatus.TOO_MANY_REQUESTS, "held-off", said, headers=headers))


def lacks_scope(scope: ApiScope) -> Refused:
    """Return the refusal of a token that is not good for this (RFC 6750 3.1)."""
    challenge = f'{_CHALLENGE}, error="insufficient_scope", scope="{scope}"'
    problem = Problem(
        HTTPStatus.FORBIDDEN,
        "scope",
        f"The token lacks the scope '{scope}'.",
        {"scope": scope.value},
        {"WWW-Authenticate": challenge},
    )
    return Refused(problem)


TOO_LARGE: Final = Problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "The body is too large."
)
UNFORESEEN: Final = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR, "unforeseen", "Something went wrong here; it is logged."
)
UNAVAILABLE: Final = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "unavailable",
    "This cannot be done at the moment. Try again.",
    headers={"Retry-After": str(AGAIN_AFTER_SECONDS)},
)

STATUS: Final[Mapping[type[PracticeError], HTTPStatus]] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Locked: HTTPStatus.CONFLICT,
    AlreadyThere: HTTPStatus.CONFLICT,
    InUse: HTTPStatus.CONFLICT,
    Archived: HTTPStatus.CONFLICT,
    UidConflict: HTTPStatus.CONFLICT,
    PaymentApplied: HTTPStatus.CONFLICT,
    WrittenOff: HTTPStatus.CONFLICT,
    WrongStage: HTTPStatus.CONFLICT,
    NothingToBill: HTTPStatus.CONFLICT,
    ClaimSubmitted: HTTPStatus.CONFLICT,
    AlreadyIssued: HTTPStatus.CONFLICT,
    NothingToShow: HTTPStatus.CONFLICT,
    SlotTaken: HTTPStatus.CONFLICT,
    BookedAtOnce: HTTPStatus.CONFLICT,
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    DatabaseBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseUnreachable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The status of each refusal of the practice; of any other it is 422."""


def problem_of(error: PracticeError) -> Problem:
    """Return what a refusal is answered with."""
    kinds = (kind for kind in type(error).__mro__ if kind in STATUS)
    status = STATUS.get(next(kinds, type(error)), HTTPStatus.UNPROCESSABLE_ENTITY)
    problem = Problem(status, error.condition, error.sentence, _more(error))
    if isinstance(error, TooOften):
        seconds = math.ceil(error.retry_after.total_seconds())
        return replace(problem, headers={"Retry-After": str(seconds)})
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return replace(problem, headers=UNAVAILABLE.headers)
    return problem


def _more(error: PracticeError) -> dict[str, object]:
    match error:
        case Locked():
            return {"locks": [lock.value for lock in error.locks]}
        case Invalid():
            return {"field": error.field}
        case Incomplete():
            return {"missing": [MissingShown.of_missing(one) for one in error.missing]}
        case _:
            return {}
