"""Refusals of the practice, as a stock Radicale understands them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from server.domain.errors import (
    InvalidCalendarObject,
    MalformedCalendarData,
    PracticeError,
    TooLarge,
)

_BAD_DATA = (MalformedCalendarData, InvalidCalendarObject, TooLarge)


class Refusal(ValueError):
    """A named refusal; Radicale answers 403 where the text holds ``[Errno 13]``, else 400."""

    def __init__(self, error: PracticeError) -> None:
        prefix = "" if isinstance(error, _BAD_DATA) else "[Errno 13] "
        super().__init__(f"{prefix}{error.sentence}")
        self.error = error


@contextmanager
def refused() -> Iterator[None]:
    """Turn a refusal of the practice into one that the host understands."""
    try:
        yield
    except PracticeError as error:
        raise Refusal(error) from error
