"""What superbills and claims share over the API: which services, whose papers, models."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from pydantic import Field

from server.billing_hooks.papers.billed import Wanted
from server.domain.claims import Claim
from server.domain.errors import NotAllowed, NotFound
from server.domain.ids import ChargeId, UserName
from server.domain.superbills import Superbill
from server.web.messages import Said, Shown
from server.web.route import Call
from server.web.till import Till

P = TypeVar("P", Superbill, Claim)

_DIGITS_AT_MOST = 9


class Services(Said):
    """Which billed services are meant: of a client or of a bill; the rest narrows it."""

    client: str | None = Field(default=None, description="Number.")
    bill: str | None = Field(default=None, description="Id or number.")
    since: date | None = Field(default=None, description="First service date.")
    until: date | None = Field(default=None, description="Last service date.")
    practitioner: str | None = Field(default=None, description="Only this one's.")
    charges: list[str] = Field(default_factory=list, description="Ids; none means all.")

    def wanted(self, call: Call) -> Wanted:
        """Return what is meant; raises NotFound, and NotAllowed for others' services."""
        till = Till(call)
        return Wanted(
            till.client(self.client).number if self.client else None,
            till.bill(self.bill).id if self.bill else None,
            self.since,
            self.until,
            self._whose(till),
            [ChargeId(one) for one in self.charges],
        )

    def _whose(self, till: Till) -> UserName | None:
        named = UserName(self.practitioner.lower()) if self.practitioner else None
        if till.is_office:
            return named
        if named not in (None, till.call.user.name):
            raise NotAllowed("A practitioner's token is for the own services.")
        return till.call.user.name


class AddressShown(Shown):
    """An address in the United States."""

    line1: str
    line2: str
    city: str
    state: str = Field(description="Two letters.")
    postal_code: str = Field(description="`12345` or `12345-6789`.")


def numbered(call: Call, what: str) -> int:
    """Return the number in the path of a request; raises NotFound for what is none."""
    text = call.parts["number"]
    if not text.isdecimal() or len(text) > _DIGITS_AT_MOST:
        raise NotFound(what, text[:40])
    return int(text)


def seen(call: Call, papers: Iterable[P]) -> list[P]:
    """Return those of these papers that the user sees: all, or those of the own services."""
    till, every = Till(call), list(papers)
    if till.is_office:
        return every
    own = [one for one in every if one.content.provider.user == call.user.name]
    clients = till.clients({one.client for one in own})
    return [one for one in own if one.client in clients]
