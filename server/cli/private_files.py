"""Files about people: nobody but their owner can read them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from server.domain.errors import Invalid


def write_private(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that its owner alone can read, whole or not at all; raises Invalid."""
    try:
        # A new file beside it, whatever lies there of an earlier attempt or of somebody else.
        with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", delete=False) as file:
            unfinished = Path(file.name)
            try:
                file.writelines(pieces)
                file.close()
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise Invalid("output", f"the file cannot be written: {error.strerror}") from error
