"""Insurers, and the insurances of clients, over the API."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Final

from pydantic import Field

from server.billing_hooks.papers import profiles
from server.domain.api_access import ApiScope
from server.domain.ids import ClientNumber, PayerId
from server.domain.papers import (
    Address,
    Coverage,
    Payer,
    Relationship,
    Sex,
    Subscriber,
)
from server.web.billing_profiles import AddressSaid
from server.web.messages import Nothing, Said, Shown
from server.web.papers import AddressShown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.till import Till


class PayerSaid(Said):
    """All that is known of an insurer; what is not said is not known any more."""

    name: str
    claim_id: str = Field(default="", description="What the clearing house calls it.")
    filing: str = Field(default="CI", description="Kind of insurance, CI for commercial.")
    fees_forbidden: bool = Field(
        default=False, description="Its clients are not charged for missed appointments."
    )
    archived: bool = False


class SubscriberSaid(Said):
    """The person who is insured, where that is not the client."""

    first_name: str
    last_name: str
    birth_date: date | None = None
    sex: Sex | None = None
    address: AddressSaid = Field(default_factory=AddressSaid)

    def person(self) -> Subscriber:
        """Return the person."""
        address = self.address.over(Address())
        return Subscriber(self.first_name, self.last_name, self.birth_date, self.sex, address)


class CoverageSaid(Said):
    """All that is known of an insurance; what is not said is not known any more."""

    member_id: str
    group_number: str = ""
    relationship: Relationship = Field(
        default=Relationship.SELF, description="What the client is to the insured."
    )
    subscriber: SubscriberSaid | None = None


class PayerShown(Shown):
    """An insurer."""

    id: str
    name: str
    claim_id: str
    filing: str
    fees_forbidden: bool
    archived: bool

    @classmethod
    def of(cls, payer: Payer) -> PayerShown:
        """Return an insurer as it is shown."""
        return cls.model_validate(asdict(payer))


class PayerList(Shown):
    """Insurers by id, archived ones included."""

    items: list[PayerShown]


class SubscriberShown(Shown):
    """The person who is insured, where that is not the client."""

    first_name: str
    last_name: str
    birth_date: date | None
    sex: Sex | None
    address: AddressShown


class CoverageShown(Shown):
    """An insurance of a client."""

    client: str
    payer: str
    member_id: str
    group_number: str
    relationship: Relationship
    subscriber: SubscriberShown | None

    @classmethod
    def of(cls, coverage: Coverage) -> CoverageShown:
        """Return an insurance as it is shown."""
        return cls.model_validate(asdict(coverage))


class CoverageList(Shown):
    """Insurances of a client, the primary one first."""

    items: list[CoverageShown]


def list_payers(call: Call, said: Nothing) -> PayerList:
    """List the insurers."""
    del said
    return PayerList(items=[PayerShown.of(one) for one in call.uow.papers.profiles.payers()])


def put_payer(call: Call, said: PayerSaid) -> PayerShown:
    """Add an insurer, or replace what is known of it."""
    Till(call).check_office()
    payer = PayerId(call.parts["payer"])
    profiles.save_payer(call.uow, Payer(payer, **said.model_dump()))
    return PayerShown.of(profiles.find_payer(call.uow, payer))


def list_coverages(call: Call, said: Nothing) -> CoverageList:
    """List a client's insurances."""
    del said
    found = call.uow.papers.profiles.coverages(_client(call))
    return CoverageList(items=[CoverageShown.of(one) for one in found])


def put_coverage(call: Call, said: CoverageSaid) -> CoverageShown:
    """Add an insurance of a client, behind the others, or replace what is known of it."""
    client, payer = _client(call), PayerId(call.parts["payer"])
    subscriber = said.subscriber.person() if said.subscriber else None
    wanted = Coverage(client, payer, said.member_id, said.group_number, said.relationship)
    kept = replace(wanted, subscriber=subscriber)
    profiles.save_coverage(call.uow, call.context, kept)
    known = {one.payer: one for one in call.uow.papers.profiles.coverages(client)}
    return CoverageShown.of(known[payer])


def remove_coverage(call: Call, said: Nothing) -> None:
    """Forget an insurance of a client; what was issued keeps it."""
    del said
    profiles.remove_coverage(call.uow, _client(call), PayerId(call.parts["payer"]))


def _client(call: Call) -> ClientNumber:
    return Till(call).client(call.parts["client"]).number


_READ, _WRITE = ApiScope.BILLING_READ, ApiScope.BILLING_WRITE
_COVERAGES: Final = "/billing-profiles/clients/{client}/coverages"

ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/billing-profiles/payers",
        _READ,
        list_payers,
        Nothing,
        PayerList,
        "Insurers",
    ),
    Route(
        Method.PUT,
        "/billing-profiles/payers/{payer}",
        _WRITE,
        put_payer,
        PayerSaid,
        PayerShown,
        "Add an insurer, or replace what is known of it",
    ),
    Route(
        Method.GET,
        _COVERAGES,
        _READ,
        list_coverages,
        Nothing,
        CoverageList,
        "Insurances of a client, the primary one first",
        names=True,
    ),
    Route(
        Method.PUT,
        f"{_COVERAGES}/{{payer}}",
        _WRITE,
        put_coverage,
        CoverageSaid,
        CoverageShown,
        "Add an insurance of a client, or replace what is known of it",
        names=True,
    ),
    Route(
        Method.DELETE,
        f"{_COVERAGES}/{{payer}}",
        _WRITE,
        remove_coverage,
        Nothing,
        None,
        "Forget an insurance of a client",
    ),
)
