"""The discovery document of google-api-python-client: what may be asked and answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import googleapiclient

from tests.local_google.refusals import Refused, invalid, required
from tests.local_google.times import Json

_INT32 = 2**31
_SCOPE = "https://www.googleapis.com/auth/"


@dataclass(frozen=True)
class Method:
    """A method: its name without `calendar.`, its verb, its path in pieces, its own rules."""

    name: str
    verb: str
    pieces: tuple[str, ...]
    parameters: Mapping[str, Json]
    scopes: frozenset[str]
    request: str
    response: str

    def match(self, pieces: Sequence[str]) -> Json | None:
        """Return what the path names, None if it is another method's."""
        if len(pieces) != len(self.pieces):
            return None
        found = {}
        for pattern, piece in zip(self.pieces, pieces, strict=True):
            if pattern.startswith("{"):
                found[pattern.strip("{}")] = unquote(piece)
            elif pattern != piece:
                return None
        return found


@cache
def document() -> Json:
    """Return the document as it is in the package; not to be changed."""
    folder = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    found: Json = json.loads((folder / "calendar.v3.json").read_text(encoding="utf-8"))
    return found


def document_for(root: str) -> Json:
    """Return a document whose every address is below a root, for `build_from_document`."""
    copy: Json = json.loads(json.dumps(document()))
    root = root.rstrip("/") + "/"
    return copy | {"rootUrl": root, "baseUrl": root + copy["servicePath"]}


@cache
def methods() -> tuple[Method, ...]:
    """Return all methods."""
    found = document()
    common = found["parameters"]
    resources = found["resources"].values()
    return tuple(_method(one, common) for r in resources for one in r["methods"].values())


def _method(one: Json, common: Json) -> Method:
    return Method(
        one["id"].removeprefix("calendar."),
        one["httpMethod"],
        tuple(one["path"].split("/")),
        {**common, **one.get("parameters", {})},
        frozenset(scope.removeprefix(_SCOPE) for scope in one["scopes"]),
        one.get("request", {}).get("$ref", ""),
        one.get("response", {}).get("$ref", ""),
    )


def method_at(verb: str, raw_path: str) -> tuple[Method, Json] | None:
    """Return the method that a path asks for, under whatever prefix it stands."""
    pieces = raw_path.strip("/").split("/")
    for skipped in range(len(pieces)):
        for method in methods():
            named = method.match(pieces[skipped:])
            if named is not None and method.verb == verb:
                return method, named
    return None


def read_parameters(method: Method, given: Sequence[tuple[str, str]]) -> Json:
    """Return the query's parameters as values; raises Refused for unknown and wrong ones."""
    found: Json = {}
    for name, text in given:
        rule = method.parameters.get(name)
        if rule is None or rule["location"] != "query":
            raise invalid(f"Unknown parameter: {name}", name)
        value = _parameter(name, rule, text)
        if rule.get("repeated"):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    for name, rule in method.parameters.items():
        if rule.get("required") and rule["location"] == "query" and name not in found:
            raise required(f"Required parameter: {name}", name)
    return found


def _parameter(name: str, rule: Json, text: str) -> Any:  # noqa: ANN401  # of any type
    value: Any = text
    match rule["type"]:
        case "boolean":
            value = {"true": True, "false": False}.get(text.lower())
        case "integer":
            value = int(text) if re.fullmatch(r"-?\d{1,9}", text) else None
        case _:
            pass
    wrong = value is None or ("enum" in rule and value not in rule["enum"])
    wrong = wrong or ("minimum" in rule and value < int(rule["minimum"]))
    wrong = wrong or ("maximum" in rule and value > int(rule["maximum"]))
    wrong = wrong or bool(rule.get("format") and _misses_format(value, rule["format"]))
    # The description of each says so: a moment in a query has an offset.
    wrong = wrong or (rule.get("format") == "date-time" and not _OFFSET.search(text))
    if wrong:
        raise invalid(f"Invalid value for: {name}", name)
    return value


def check_request(method: Method, body: Json) -> None:
    """Refuse a body that the document does not allow, or that lacks what it asks for."""
    if not method.request:
        return
    faults = list(violations(method.request, body, takes_null=True))
    if faults:
        raise Refused(400, "parseError", f"Invalid JSON payload: {faults[0]}")
    missing = next(_missing(f"calendar.{method.name}", method.request, body), "")
    if missing:
        raise required(f"Required: {missing}", missing)


def _missing(method: str, schema: str, body: Json) -> Iterator[str]:
    return _missing_in(method, document()["schemas"][schema], body)


def _missing_in(method: str, schema: Json, body: Json) -> Iterator[str]:
    for name, rule in schema.get("properties", {}).items():
        is_asked = method in rule.get("annotations", {}).get("required", ())
        if is_asked and body.get(name) is None:
            yield name
        elif isinstance(body.get(name), dict):
            yield from _missing_in(method, rule, body[name])


def violations(
    schema: str, value: object, *, takes_null: bool = False, where: str = ""
) -> Iterator[str]:
    """Yield where a value is not as a schema of the document says."""
    yield from _violations(document()["schemas"][schema], value, takes_null, where or schema)


def _violations(rule: Json, value: object, takes_null: bool, where: str) -> Iterator[str]:
    if value is None and takes_null:
        return
    if "$ref" in rule:
        yield from violations(rule["$ref"], value, takes_null=takes_null, where=where)
    elif not _is_of(rule["type"], value):
        yield f"{where}: not of type {rule['type']}"
    else:
        yield from _inside(rule, value, takes_null, where)


def _inside(rule: Json, value: object, takes_null: bool, where: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _in_object(rule, value, takes_null, where)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _violations(rule["items"], each, takes_null, f"{where}[{number}]")
    elif _misses_format(value, rule.get("format", "")):
        yield f"{where}: not of format {rule['format']}"


def _in_object(rule: Json, value: Json, takes_null: bool, where: str) -> Iterator[str]:
    known = rule.get("properties", {})
    for name, held in value.items():
        inner = known.get(name) or rule.get("additionalProperties")
        if inner is None:
            yield f"{where}: no field {name}"
        else:
            yield from _violations(inner, held, takes_null, f"{where}.{name}")


_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
    "any": object,
}


def _is_of(kind: str, value: object) -> bool:
    if isinstance(value, bool):
        return kind in {"boolean", "any"}
    return isinstance(value, _KINDS[kind])


_OFFSET = re.compile(r"([Zz]|[+-]\d\d:\d\d)$")
_FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(
        r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?"
    ),
    "int64": re.compile(r"-?\d{1,19}"),
}


def _misses_format(value: object, name: str) -> bool:
    if name == "int32":
        return isinstance(value, int) and not -_INT32 <= value < _INT32
    pattern = _FORMATS.get(name)
    return pattern is not None and not pattern.fullmatch(str(value))
