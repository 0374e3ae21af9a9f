"""Exact money: integer minor units and a currency."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from typing_extensions import override

from server.domain.errors import Invalid

_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,9})(?:\.(?P<cents>[0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents) of an ISO 4217 currency with two decimals."""

    minor: int
    currency: str = "USD"

    @override
    def __str__(self) -> str:
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{abs(self.minor) // 100}.{abs(self.minor) % 100:02d} {self.currency}"

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise Invalid("currency", f"{self.currency} and {other.currency} cannot be added")
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return self + -other

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def times(self, units: int) -> Money:
        """Return the amount for a number of units."""
        return Money(self.minor * units, self.currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor) / 100


def total(amounts: Iterable[Money], currency: str = "USD") -> Money:
    """Return the sum; nothing, in ``currency``, of no amounts. Raises Invalid for two."""
    return sum(amounts, start=Money(0, currency))


def parse_money(text: str, currency: str = "USD") -> Money:
    """Read ``40``, ``40.5`` or ``40.00``; raises Invalid for anything else."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise Invalid("amount", f"'{text}' is not an amount such as 40 or 40.00")
    cents = (match["cents"] or "").ljust(2, "0")
    return Money(int(match["whole"]) * 100 + int(cents or 0), currency)
