"""What the exit codes of `praxical` mean; 0 is done, 2 is wrong usage."""

from __future__ import annotations

from typing import Final

REFUSED: Final = 1
BAD_SETTINGS: Final = 3
NO_DATABASE: Final = 4
