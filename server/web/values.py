"""Values that many resources say or show: amounts, service lines, lists."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from server.domain.appointment import ServiceLine
from server.domain.errors import Invalid
from server.domain.money import Money
from server.web.messages import Said, Shown

_MINOR_AT_MOST: Final = 99_999_999_999


class Amount(Shown):
    """An amount of money, exact."""

    amount_minor: int = Field(description="In hundredths of the currency, such as cents.")
    currency: str = Field(description="ISO 4217.")

    @classmethod
    def of(cls, money: Money) -> Amount:
        """Return an amount as it is shown."""
        return cls(amount_minor=money.minor, currency=money.currency)


class AmountSaid(Said):
    """An amount of money as a request says it."""

    amount_minor: Annotated[
        int,
        Field(
            ge=0, le=_MINOR_AT_MOST, description="In hundredths of the currency: 4000 is 40.00."
        ),
    ]
    currency: str | None = Field(default=None, description="The practice's, where it is said.")

    def money(self, currency: str) -> Money:
        """Return the amount; raises Invalid where another currency than this one is said."""
        if self.currency not in (None, currency):
            raise Invalid("currency", f"it must be {currency}")
        return Money(self.amount_minor, currency)


def amount_of(said: AmountSaid | None, currency: str) -> Money | None:
    """Return an amount that may be left out; raises Invalid."""
    return None if said is None else said.money(currency)


class ServiceLineShown(Shown):
    """A service of an appointment."""

    code: str
    units: int
    modifiers: list[str] = Field(description="Two letters or digits each, in their order.")

    @classmethod
    def of(cls, line: ServiceLine) -> ServiceLineShown:
        """Return a service line as it is shown."""
        return cls(code=line.code, units=line.units, modifiers=list(line.modifiers))


class ServiceLineSaid(Said):
    """A service that an appointment shall have."""

    code: str
    units: int = 1
    modifiers: list[str] = Field(default_factory=list, description="Up to four.")

    def line(self) -> ServiceLine:
        """Return the line; raises Invalid."""
        marks = tuple(mark.upper() for mark in self.modifiers)
        return ServiceLine(self.code, self.units, marks)
