"""Values of the domain as JSON, and back; what is read is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter

_Value = TypeVar("_Value")

_ADAPTERS: Final[dict[type[Any], TypeAdapter[Any]]] = {}
"""Each is made when it is first needed."""


def as_json(value: object) -> Mapping[str, Any]:
    """Return a dataclass of the domain as a JSON object."""
    told: Mapping[str, Any] = _adapter(type(value)).dump_python(value, mode="json")
    return told


def from_json(kind: type[_Value], told: Mapping[str, Any]) -> _Value:
    """Return the dataclass that was written so."""
    value: _Value = _adapter(kind).validate_python(told)
    return value


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    adapter = _ADAPTERS.get(kind)
    if adapter is None:
        adapter = _ADAPTERS[kind] = TypeAdapter(kind)
    return adapter
