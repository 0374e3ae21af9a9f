"""The API described for programs (OpenAPI 3.1), made from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from server.web.messages import JSON
from server.web.problems import MEDIA_TYPE, ProblemDetails
from server.web.route import PREFIX, AnyRoute, Method

Json: TypeAlias = dict[str, Any]
Refs: TypeAlias = dict[tuple[str, str], str]
_Mode: TypeAlias = Literal["validation", "serialization"]

_REF: Final = "#/components/schemas/{model}"
_UNCHANGED: Final[Json] = {"description": "It is as the tag in If-None-Match names it."}
_ABOUT: Final = """\
Appointments, charges, bills and payments of one practice.

Every request carries a bearer token, made with `praxical api-token new`.
What its user may not do, it may not do either.
Moments are RFC 3339 with an offset, days are `YYYY-MM-DD`,
amounts are whole hundredths of a currency. Refusals are problem details (RFC 9457).
"""


def document(routes: Sequence[AnyRoute]) -> Json:
    """Return the OpenAPI document."""
    used = [_used(route) for route in routes]
    keyed, defined = models_json_schema(
        [pair for pairs in used for pair in pairs] + [(ProblemDetails, "serialization")],
        ref_template=_REF,
    )
    schemas: Json = defined.get("$defs", {})
    refs: Refs = {
        (kind.__name__, mode): schema["$ref"] for (kind, mode), schema in keyed.items()
    }
    paths: Json = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route, refs, schemas
        )
    asked = {
        refs[route.said.__name__, "validation"] for route in routes if not route.method.has_body
    }
    sent = {
        refs[route.said.__name__, "validation"] for route in routes if route.method.has_body
    }
    for ref in asked - sent:
        # The query's model is spelled out as parameters.
        schemas.pop(_name(ref), None)
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


def _operation(route: AnyRoute, refs: Refs, schemas: Json) -> Json:
    said = refs[route.said.__name__, "validation"]
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.path.split("/")[1]],
        "description": _needs(route),
        "security": [{"token": [scope.value for scope in route.scopes]}],
        "parameters": [*_path_parameters(route), *_header_parameters(route)],
        "responses": {
            str(route.status.value if _has_body(route) else 204): _answered(route, refs),
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if route.dated:
        operation["responses"]["304"] = _UNCHANGED
    if not route.method.has_body:
        operation["parameters"] += _query_parameters(schemas[_name(said)])
    elif route.said.model_fields:
        operation["requestBody"] = {
            "required": any(field.is_required() for field in route.said.model_fields.values()),
            "content": {JSON: {"schema": {"$ref": said}}},
        }
    return operation


def _needs(route: AnyRoute) -> str:
    scopes = " and ".join(f"`{scope}`" for scope in route.scopes)
    return f"Needs the scope {scopes}." if len(route.scopes) == 1 else f"Needs {scopes}."


def _has_body(route: AnyRoute) -> bool:
    return route.shown is not None or bool(route.download)


def _answered(route: AnyRoute, refs: Refs) -> Json:
    headers: Json = {"X-Request-Id": {"schema": {"type": "string"}}}
    if route.location:
        headers["Location"] = {"schema": {"type": "string"}}
    if route.dated:
        headers |= {name: {"schema": {"type": "string"}} for name in ("ETag", "Last-Modified")}
    answered: Json = {"description": route.summary, "headers": headers}
    if route.shown is not None:
        ref = refs[route.shown.__name__, "serialization"]
        answered["content"] = {JSON: {"schema": {"$ref": ref}}}
    if route.download:
        answered.setdefault("content", {})[route.download] = {}
    return answered


def _path_parameters(route: AnyRoute) -> Iterator[Json]:
    for name in route.parts:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _header_parameters(route: AnyRoute) -> Iterator[Json]:
    if route.method is Method.POST:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": route.money,
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
