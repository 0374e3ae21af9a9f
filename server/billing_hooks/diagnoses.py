"""Diagnoses: which ICD-10-CM codes there are, and what they mean."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, NamedTuple

from server.domain.errors import Invalid

_LIST: Final = "server.billing_hooks.diagnosis_list"
_CATEGORY: Final = 3
"""A code's letters and digits before the dot."""


class Diagnosis(NamedTuple):
    """The words of a code, and whether it may be billed as it is."""

    words: str
    billable: bool


def check_diagnoses(codes: Iterable[str]) -> tuple[str, ...]:
    """Return codes as they are written, such as ``F41.1`` for ``f411``, in the same order.

    Raises Invalid for a code that does not exist, that has more precise ones below it and so
    cannot be billed, or that is named twice.
    """
    written = tuple(_written(code) for code in codes)
    twice = next((code for code in written if written.count(code) > 1), None)
    if twice is not None:
        raise Invalid("diagnoses", f"'{twice}' is named twice")
    return written


def words_of(code: str) -> str:
    """Return what a code means; "" where this year's list no longer has it.

    A note that was signed with it before keeps it.
    """
    known = _classification().get(code)
    return known.words if known is not None else ""


def _written(code: str) -> str:
    bare = code.strip().upper().replace(".", "", 1)
    written = f"{bare[:_CATEGORY]}.{bare[_CATEGORY:]}" if bare[_CATEGORY:] else bare
    known = _classification().get(written)
    if known is None:
        raise Invalid("diagnoses", f"'{code.strip().upper()[:10]}' is not a code of ICD-10-CM")
    if not known.billable:
        raise Invalid("diagnoses", f"'{written}' has more precise codes below it: name one")
    return written


@cache
def _classification() -> Mapping[str, Diagnosis]:
    """Return all codes, read once by each process that asks for one."""
    told = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", _LIST], check=True, capture_output=True
    )
    return {code: Diagnosis(*said) for code, said in json.loads(told.stdout).items()}
