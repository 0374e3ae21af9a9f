"""Where the processes of one server count together: a folder that ends with the server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from server.settings import Settings
from server.usecases.counting import Counts

# Not one of the settings: it is for the processes that this one begins.
_FOLDER: Final = "_PRAXICAL_COUNTS"


@contextmanager
def counting_together(settings: Settings) -> Iterator[None]:
    """Let the processes that are begun inside the block count in one place, if any count."""
    if settings.server.metrics == "off":
        yield
        return
    os.environ[_FOLDER] = folder = mkdtemp(prefix="praxical-counts-")
    process = os.getpid()
    try:
        yield
    finally:
        # A copy of this process may end here too, long before the others.
        if os.getpid() == process:
            del os.environ[_FOLDER]
            shutil.rmtree(folder, ignore_errors=True)


def shared_counts() -> Counts:
    """Return what this process counts with; by itself where nobody else counts."""
    folder = os.environ.get(_FOLDER)
    return Counts(Path(folder) if folder else None)
