"""jCal: iCalendar as JSON (RFC 7265), property by property, so that nothing is lost.

What is not in the form of its type, as apps write at times, comes back as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, NoReturn

from server.domain.errors import MalformedCalendarData
from server.ics.jcal_values import (
    UNKNOWN,
    Json,
    Odd,
    default_type,
    from_json,
    to_json,
)
from server.ics.lines import Component, fold, name_of, parse

_PARAMETER: Final = re.compile(r';([^=;:",]+)=((?:"[^"]*"|[^;:",]*)(?:,(?:"[^"]*"|[^;:",]*))*)')
_PARAMETER_VALUE: Final = re.compile(r'"([^"]*)"|([^;:",]+)')
# Apps also write names that no standard allows, and they are kept.
_NAME: Final = re.compile(r'[^\x00-\x1f\x7f"=:;,]+')
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]|\r(?!\n)")
_ENCODED: Final = {"^n": "\n", "^'": '"', "^^": "^"}
_TO_DECODE: Final = re.compile(r"\^[n'^]")
_TO_ENCODE: Final = re.compile('\r?\n|["^]')
_TO_QUOTE: Final = frozenset(",;:")
_NESTED_AT_MOST: Final = 6
_DATE_LENGTH: Final = 8


def as_jcal(text: str) -> str:
    """Return an iCalendar object as JSON; raises MalformedCalendarData."""
    return json.dumps(_component(parse(text)), ensure_ascii=False, separators=(",", ":"))


def _component(component: Component) -> Json:
    properties = [_property(raw) for raw in component.lines if name_of(raw)]
    return [component.name.lower(), properties, [*map(_component, component.children)]]


def _property(raw: str) -> Json:
    name, params, value = _taken_apart(raw)
    said = params.pop("value", None)
    kind = said.lower() if isinstance(said, str) else _usual_type(name, value)
    try:
        values = to_json(name, kind, value)
    except Odd:
        values, kind = [value], kind if isinstance(said, str) else UNKNOWN
    return [name.lower(), params, kind, *values]


def _usual_type(name: str, value: str) -> str:
    kind = default_type(name)
    # Some apps write days without VALUE=DATE.
    if kind == "date-time" and value.isdigit() and len(value) == _DATE_LENGTH:
        return "date"
    return kind


def _taken_apart(raw: str) -> tuple[str, dict[str, Json], str]:
    """Return the upper-case name, the parameters by lower-case name, and the value."""
    head = re.match(r"[^;:]*", raw)
    at = head.end() if head else 0
    name = raw[:at].upper()
    params: dict[str, Json] = {}
    while found := _PARAMETER.match(raw, at):
        values: list[Json] = [
            _decoded(quoted or plain) for quoted, plain in _PARAMETER_VALUE.findall(found[2])
        ]
        params[found[1].strip().lower()] = values[0] if len(values) == 1 else values or ""
        at = found.end()
    # What stands before the colon and is no parameter cannot be said in JSON.
    return name, params, raw[at:].partition(":")[2]


def _decoded(value: str) -> str:
    return _TO_DECODE.sub(lambda found: _ENCODED[found[0]], value)


def from_jcal(body: str) -> str:
    """Return a jCal object as iCalendar text; raises MalformedCalendarData."""
    try:
        document: Json = json.loads(body, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise MalformedCalendarData("The body is not JSON that can be read.") from error
    lines = list(_read_component(document))
    if lines[0] != "BEGIN:VCALENDAR":
        raise MalformedCalendarData("The body is not exactly one VCALENDAR.")
    return fold(lines)


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)


def _read_component(document: Json, depth: int = 0) -> Iterator[str]:
    match document:
        case [str(name), list(properties), list(components)] if depth <= _NESTED_AT_MOST:
            kind = _token(name)
            yield f"BEGIN:{kind}"
            for each in properties:
                yield _read_property(each)
            for inner in components:
                yield from _read_component(inner, depth + 1)
            yield f"END:{kind}"
        case _:
            raise MalformedCalendarData("A jCal component is a name and two lists.")


def _read_property(document: Json) -> str:
    match document:
        case [str(said), dict(params), str(kind), *values] if values:
            name, kind = _token(said), kind.lower()
        case _:
            raise MalformedCalendarData("A jCal property has a name, a type and a value.")
    if name in ("BEGIN", "END"):
        raise MalformedCalendarData("A jCal property has the name of a boundary.")
    heads = [name, *(_parameter(key, held) for key, held in params.items())]
    if kind not in (default_type(name), UNKNOWN):
        heads.append(f"VALUE={_token(kind)}")
    if kind == "binary" and not any(key.upper() == "ENCODING" for key in params):
        heads.append("ENCODING=BASE64")
    return f"{';'.join(heads)}:{_fit(from_json(kind, values))}"


def _parameter(key: str, held: Json) -> str:
    values = held if isinstance(held, list) else [held]
    return f"{_token(key)}={','.join(map(_parameter_value, values))}"


def _parameter_value(value: Json) -> str:
    if not isinstance(value, str | int | float):
        raise MalformedCalendarData("A jCal parameter is neither text nor a number.")
    text = _TO_ENCODE.sub(_encoded, str(value))
    return _fit(f'"{text}"' if _TO_QUOTE & set(text) else text)


def _encoded(found: re.Match[str]) -> str:
    return {'"': "^'", "^": "^^"}.get(found[0], "^n")


def _token(word: str) -> str:
    if not _NAME.fullmatch(word):
        raise MalformedCalendarData("A jCal name holds what no name may.")
    return word.upper()


def _fit(text: str) -> str:
    """Return a part of a content line, which has no other lines in it."""
    if "\n" in text:
        raise MalformedCalendarData("A jCal value holds a line break where none may be.")
    return _UNFIT.sub("", text).replace("\r", "")
