"""The `fields` parameter: which part of an answer is wanted, as `a,b(c,d),e/f,*`."""

from __future__ import annotations

from typing import Any, TypeAlias

from tests.local_google.refusals import invalid

Wanted: TypeAlias = dict[str, "Wanted"]
"""Names that are wanted, each with what is wanted inside; nothing inside means all."""


def read_fields(text: str) -> Wanted:
    """Understand a selection; raises Refused."""
    wanted, rest = _list(text.replace(" ", ""))
    if rest:
        raise invalid(f"Invalid field selection {text}", "fields")
    return wanted


def _list(text: str) -> tuple[Wanted, str]:
    found: Wanted = {}
    while True:
        name, inside, text = _one(text)
        found.setdefault(name, {}).update(inside)
        if not text.startswith(","):
            return found, text
        text = text[1:]


def _one(text: str) -> tuple[str, Wanted, str]:
    end = next((n for n, letter in enumerate(text) if letter in ",/()"), len(text))
    name, rest = text[:end], text[end:]
    if not name:
        raise invalid("Invalid field selection", "fields")
    if rest.startswith("/"):
        inner, inside, rest = _one(rest[1:])
        return name, {inner: inside}, rest
    if rest.startswith("("):
        inside, rest = _list(rest[1:])
        if not rest.startswith(")"):
            raise invalid("Invalid field selection", "fields")
        return name, inside, rest[1:]
    return name, {}, rest


def selected(value: Any, wanted: Wanted) -> Any:  # noqa: ANN401  # JSON of any shape
    """Return the part of an answer that is wanted."""
    if not wanted:
        return value
    if isinstance(value, list):
        return [selected(each, wanted) for each in value]
    if not isinstance(value, dict):
        return value
    if "*" in wanted:
        return {name: selected(each, wanted["*"]) for name, each in value.items()}
    return {name: selected(value[name], wanted[name]) for name in wanted if name in value}
