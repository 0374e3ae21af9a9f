"""What a practice consists of, and its removal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class WholePractice(Protocol):
    """All rows of the practice of a transaction, whatever they are."""

    def rows(self) -> Mapping[str, int]:
        """Return how many rows of the practice each table holds, by the table's name."""
        ...

    def waiting(self) -> Mapping[str, int]:
        """Return how much is still to be sent: ``mails`` and ``webhooks``."""
        ...

    def hold(self) -> None:
        """Let nobody else write to the practice until the transaction ends.

        Waits for those who do; raises NotFound where there is no such practice any more.
        """
        ...

    def remove(self) -> int:
        """Remove every row of the practice, its own last, and return how many there were.

        Nothing else can be done in the transaction afterwards. What is left is the number of
        the practice, which no other gets. Hold the practice first.
        """
        ...
