"""Values that many resources say or show: amounts, service lines, lists."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from server.domain.appointment import ServiceLine
from server.domain.money import Money
from server.web.messages import Said, Shown

AmountText = Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,2})?$", examples=["40.00"])]
"""An amount as a request says it, in the practice's currency."""


class Amount(Shown):
    """An amount of money, exact."""

    amount: str = Field(description="Decimal text with two places; a minus goes before it.")
    currency: str = Field(description="ISO 4217.")

    @classmethod
    def of(cls, money: Money) -> Amount:
        """Return an amount as it is shown."""
        return cls(amount=f"{money.decimal:.2f}", currency=money.currency)


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
