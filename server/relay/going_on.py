"""The one place where whatever goes wrong is logged, and the relay goes on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Trouble:
    """Whether something went wrong in a block."""

    came: bool = False


@contextmanager
def going_on(what: str, name: str) -> Iterator[Trouble]:
    """Log whatever a block raises, by its kind alone: texts of errors may hold anything."""
    trouble = Trouble()
    try:
        yield trouble
    except Exception as error:  # noqa: BLE001 - the relay goes on, whatever happened to one
        trouble.came = True
        log.warning("%s failed %s %s", what, name, type(error).__name__)
