"""Diagnoses: which ICD-10-CM codes there are, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import ModuleType

from server.domain.errors import Invalid


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
    """Return what a code means, in the words of the classification; the code exists."""
    return str(_classification().get_description(code))


def _written(code: str) -> str:
    known = _classification()
    bare = code.strip().upper()
    if not known.is_valid_item(bare) or known.is_chapter_or_block(bare):
        raise Invalid("diagnoses", f"'{bare[:10]}' is not a code of ICD-10-CM")
    written = str(known.add_dot(bare))
    if not known.is_leaf(written):
        raise Invalid("diagnoses", f"'{written}' has more precise codes below it: name one")
    return written


@cache
def _classification() -> ModuleType:
    # Loading it takes a second or two and much memory, and most work never asks for it.
    import simple_icd_10_cm  # noqa: PLC0415 - as said above

    loaded: ModuleType = simple_icd_10_cm
    return loaded
