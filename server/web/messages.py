"""A request and an answer of the API, as far from HTTP as they can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from server.web.problems import FieldProblem, malformed, not_acceptable, unsupported

JSON: Final = "application/json"
_NOTHING: Final = b"{}"


class Said(BaseModel):
    """What a request says: its query for GET and DELETE, its body for the others."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def says(self, name: str) -> bool:
        """Whether a field was said, be it null."""
        return name in self.model_fields_set


class Nothing(Said):
    """A request that says no more than its path does."""


class Shown(BaseModel):
    """What an answer shows."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True, slots=True)
class Download:
    """A file as an answer."""

    media_type: str
    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Dated:
    """What is shown, and since when it is as it is (UTC): programs may ask whether it holds.

    Thousands of values may be shown as JSON that is written already. ``follows_from`` is what
    the answer follows from, where that is shorter than the answer.
    """

    shown: BaseModel | bytes
    changed_at: datetime
    follows_from: bytes = b""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; names of headers are small letters."""

    method: str
    path: str
    parts: Mapping[str, str] = field(default_factory=dict)
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    network: str = ""

    @property
    def token(self) -> str | None:
        """The bearer token (RFC 6750 2.1), None where there is none."""
        scheme, _, text = self.headers.get("authorization", "").partition(" ")
        return text.strip() if scheme.lower() == "bearer" else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: HTTPStatus
    body: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


S = TypeVar("S", bound=Said)


def check_readable(asked: Asked) -> None:
    """Refuse a NUL, which no text of ours holds and one of the databases cannot store."""
    texts = [*asked.parts.values(), *(value for _, value in asked.query)]
    if any("\0" in text for text in texts):
        raise malformed("The address holds a character that cannot be read.")
    if rb"\u0000" in asked.body:
        raise malformed("The body holds a character that cannot be read.")


def read_query(asked: Asked, model: type[S]) -> S:
    """Return what the query says; a name that comes again makes a list. Raises Refused."""
    values: dict[str, Any] = {}
    for name, value in asked.query:
        if name not in values:
            values[name] = value
        elif isinstance(values[name], list):
            values[name].append(value)
        else:
            values[name] = [values[name], value]
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise not_acceptable(_problems(error)) from error


def read_body(asked: Asked, model: type[S]) -> S:
    """Return what the body says; none at all says nothing. Raises Refused."""
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if asked.body and kind != JSON:
        raise unsupported(f"The body must be {JSON}.")
    body = asked.body or _NOTHING
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        if any(one["type"] == "json_invalid" for one in error.errors()):
            raise malformed("The body is not JSON.") from error
        raise not_acceptable(_problems(error)) from error


def _problems(error: ValidationError) -> list[FieldProblem]:
    """Return what is wrong, and not a word of what was sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        FieldProblem(field=".".join(map(str, one["loc"])) or "body", message=one["msg"])
        for one in found
    ]
