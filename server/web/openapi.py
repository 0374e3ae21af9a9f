"""The API described for programs (OpenAPI 3.1), made from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from server.web.messages import JSON, Said
from server.web.problems import MEDIA_TYPE, ProblemDetails
from server.web.public import Described, PublicRoute
from server.web.route import PREFIX, AnyRoute, Method

Json: TypeAlias = dict[str, Any]
Refs: TypeAlias = dict[tuple[str, str], str]
_Mode: TypeAlias = Literal["validation", "serialization"]

_REF: Final = "#/components/schemas/{model}"
_UNCHANGED: Final[Json] = {"description": "It is as the tag in If-None-Match names it."}
_ABOUT: Final = """\
Appointments, charges, bills and payments of one practice.

Every request carries a bearer token, made with `praxical api-token new`.
What its user may not do, it may not do either. Only what begins with `/book` is for anybody.
Moments are RFC 3339 with an offset, days are `YYYY-MM-DD`,
amounts are whole hundredths of a currency. Refusals are problem details (RFC 9457).
"""


@dataclass(frozen=True, slots=True)
class _Shapes:
    """The models' schemas by name, and where they are found."""

    schemas: Json
    refs: Refs

    def asked(self, said: type[BaseModel]) -> str:
        """Return where the schema of what requests say is found."""
        return self.refs[said.__name__, "validation"]

    def shown(self, shown: type[BaseModel]) -> str:
        """Return where the schema of an answer is found."""
        return self.refs[shown.__name__, "serialization"]


def document(routes: Sequence[AnyRoute], public: Sequence[PublicRoute] = ()) -> Json:
    """Return the OpenAPI document of routes, and of what is described of those for anybody."""
    told = [(one, one.described) for one in public if one.described is not None]
    used = [pair for route in routes for pair in _used(route)]
    used += [pair for _, described in told for pair in _told(described)]
    shapes = _shapes(used)
    paths: Json = {}
    for route in routes:
        operation = _operation(route, shapes)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    for one, described in told:
        operation = _public_operation(one, described, shapes)
        paths.setdefault(one.path.removeprefix(PREFIX), {})[one.method.lower()] = operation
    says = [(route.method, route.said) for route in routes]
    says += [(one.method, described.said) for one, described in told]
    asked = {shapes.asked(said) for method, said in says if not method.has_body}
    sent = {shapes.asked(said) for method, said in says if method.has_body}
    for ref in asked - sent:
        # The query's model is spelled out as parameters.
        shapes.schemas.pop(_name(ref), None)
    return _whole(paths, shapes.schemas)


def _shapes(used: Sequence[tuple[type[BaseModel], _Mode]]) -> _Shapes:
    keyed, defined = models_json_schema(
        [*used, (ProblemDetails, "serialization")], ref_template=_REF
    )
    refs: Refs = {
        (kind.__name__, mode): schema["$ref"] for (kind, mode), schema in keyed.items()
    }
    return _Shapes(defined.get("$defs", {}), refs)


def _whole(paths: Json, schemas: Json) -> Json:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Praxical",
            "version": metadata.version("praxical"),
            "description": _ABOUT,
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Problem": _problem_response()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _used(route: AnyRoute) -> list[tuple[type[BaseModel], _Mode]]:
    said: list[tuple[type[BaseModel], _Mode]] = [(route.said, "validation")]
    return said if route.shown is None else [*said, (route.shown, "serialization")]


def _told(described: Described) -> list[tuple[type[BaseModel], _Mode]]:
    said: list[tuple[type[BaseModel], _Mode]] = [(described.said, "validation")]
    return [*said, *((shown, "serialization") for shown in described.answers.values())]


def _operation(route: AnyRoute, shapes: _Shapes) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.path.split("/")[1]],
        "description": _needs(route),
        "security": [{"token": [scope.value for scope in route.scopes]}],
        "parameters": [*_path_parameters(route.parts), *_header_parameters(route)],
        "responses": {
            str(route.status.value if _has_body(route) else 204): _answered(route, shapes),
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if route.dated:
        operation["responses"]["304"] = _UNCHANGED
    return _saying(operation, route.method, route.said, shapes)


def _public_operation(route: PublicRoute, described: Described, shapes: _Shapes) -> Json:
    """Return an operation that needs no token."""
    answers: Json = {
        str(status.value): {
            "description": described.summary,
            "content": {JSON: {"schema": {"$ref": shapes.shown(shown)}}},
        }
        for status, shown in described.answers.items()
    }
    if described.file:
        answers["200"] = {"description": described.summary, "content": {described.file: {}}}
    path = route.path.removeprefix(PREFIX)
    operation: Json = {
        "operationId": route.name,
        "summary": described.summary,
        "tags": [path.split("/")[1]],
        "description": "Needs no token.",
        "security": [],
        "parameters": [
            *_path_parameters(route.parts),
            *([_key_parameter(required=False)] if described.keyed else ()),
        ],
        "responses": {**answers, "default": {"$ref": "#/components/responses/Problem"}},
    }
    return _saying(operation, route.method, described.said, shapes)


def _saying(operation: Json, method: Method, said: type[Said], shapes: _Shapes) -> Json:
    """Return the operation with what its requests say."""
    ref = shapes.asked(said)
    if not method.has_body:
        operation["parameters"] += _query_parameters(shapes.schemas[_name(ref)])
    elif said.model_fields:
        operation["requestBody"] = {
            "required": any(field.is_required() for field in said.model_fields.values()),
            "content": {JSON: {"schema": {"$ref": ref}}},
        }
    return operation


def _needs(route: AnyRoute) -> str:
    scopes = " and ".join(f"`{scope}`" for scope in route.scopes)
    return f"Needs the scope {scopes}." if len(route.scopes) == 1 else f"Needs {scopes}."


def _has_body(route: AnyRoute) -> bool:
    return route.shown is not None or bool(route.download)


def _answered(route: AnyRoute, shapes: _Shapes) -> Json:
    headers: Json = {"X-Request-Id": {"schema": {"type": "string"}}}
    if route.location:
        headers["Location"] = {"schema": {"type": "string"}}
    if route.dated:
        headers |= {name: {"schema": {"type": "string"}} for name in ("ETag", "Last-Modified")}
    answered: Json = {"description": route.summary, "headers": headers}
    if route.shown is not None:
        answered["content"] = {JSON: {"schema": {"$ref": shapes.shown(route.shown)}}}
    if route.download:
        answered.setdefault("content", {})[route.download] = {}
    return answered


def _path_parameters(parts: Sequence[str]) -> Iterator[Json]:
    for name in parts:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _header_parameters(route: AnyRoute) -> Iterator[Json]:
    if route.method is Method.POST:
        yield _key_parameter(required=route.money)


def _key_parameter(*, required: bool) -> Json:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": required,
        "description": "The same key with the same body is carried out once, and answered "
        "alike for a week.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    }


def _query_parameters(schema: Json) -> Iterator[Json]:
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        own = {
            key: value for key, value in field.items() if key not in ("title", "description")
        }
        parameter = {"name": name, "in": "query", "required": name in required, "schema": own}
        if "description" in field:
            parameter["description"] = field["description"]
        yield parameter


def _problem_response() -> Json:
    ref = _REF.format(model=ProblemDetails.__name__)
    return {
        "description": "What went wrong.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": ref}}},
    }


def _name(ref: str) -> str:
    return ref.rpartition("/")[2]
