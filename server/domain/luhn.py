"""The check digit that cards and provider identifiers end with (ISO/IEC 7812-1, annex B)."""

from __future__ import annotations


def is_luhn(digits: str) -> bool:
    """Whether the last digit checks those before it; ASCII digits only."""
    plain = [int(digit) for digit in reversed(digits)]
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in plain[1::2])  # noqa: PLR2004 - the digits of 10 and more are added up
    return (sum(plain[::2]) + sum(doubled)) % 10 == 0
