"""National Provider Identifiers: ten digits, the last of which checks the others."""

from __future__ import annotations

import re

_NPI = re.compile(r"[12][0-9]{9}", re.ASCII)
# A card that bears an NPI begins with the prefix of health applications in the United States
# (80840), and the check digit is worked out over the whole number of the card.
_CARD_PREFIX = "80840"


def is_npi(text: str) -> bool:
    """Whether these are ten digits, 1 or 2 first, with the right check digit."""
    return _NPI.fullmatch(text) is not None and _luhn_sum(_CARD_PREFIX + text) % 10 == 0


def _luhn_sum(digits: str) -> int:
    """Return the sum in which every second digit from the right counts double (Luhn)."""
    plain = [int(digit) for digit in reversed(digits)]
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in plain[1::2])  # noqa: PLR2004 - the digits of 10 and more are added up
    return sum(plain[::2]) + sum(doubled)
