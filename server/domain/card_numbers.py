"""Numbers of payment cards, which are kept nowhere."""

from __future__ import annotations

import re
from typing import Final

from server.domain.luhn import is_luhn

_RUN: Final = re.compile(r"(?<![A-Za-z0-9])[0-9](?:[ -]?[0-9]){12,18}")


def holds_card_number(text: str) -> bool:
    """Whether 13 to 19 digits in a row, with spaces or hyphens, check as a card's do."""
    runs = (re.sub("[ -]", "", match[0]) for match in _RUN.finditer(text))
    return any(is_luhn(digits) for digits in runs)
