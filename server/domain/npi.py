"""National Provider Identifiers: ten digits, the last of which checks the others."""

from __future__ import annotations

import re

from server.domain.luhn import is_luhn

_NPI = re.compile(r"[12][0-9]{9}", re.ASCII)
# A card that bears an NPI begins with the prefix of health applications in the United States
# (80840), and the check digit is worked out over the whole number of the card.
_CARD_PREFIX = "80840"


def is_npi(text: str) -> bool:
    """Whether these are ten digits, 1 or 2 first, with the right check digit."""
    return _NPI.fullmatch(text) is not None and is_luhn(_CARD_PREFIX + text)
