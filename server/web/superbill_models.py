"""Superbills as the API asks for them and shows them."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from server.billing_hooks.papers.as_data import content_data, superbill_data
from server.domain.papers import Payee
from server.domain.superbills import Superbill, SuperbillContent
from server.web.billing_models import PageQuery
from server.web.messages import Said, Shown
from server.web.papers import AddressShown, Services
from server.web.values import Amount


class SuperbillQuery(PageQuery):
    """Which superbills are wanted."""

    client: str | None = Field(default=None, description="Number.")


class NewSuperbill(Services):
    """The services of superbills."""

    with_member_id: bool = Field(
        default=False, description="Name the client's insurer and member number."
    )


class VoidSaid(Said):
    """Why a superbill no longer holds."""

    reason: str


class ReissueSaid(VoidSaid):
    """Why a superbill is replaced, and how."""

    with_member_id: bool = Field(
        default=False, description="Name the client's insurer and member number."
    )


class SuperbillLineShown(Shown):
    """One service on one day."""

    charge: str
    service_date: date
    place_of_service: str
    code: str
    description: str
    modifiers: list[str]
    units: int
    diagnoses: list[str]
    amount: Amount
    paid: Amount
    written_off: Amount


class SuperbillPractice(Shown):
    """The practice as a superbill names it."""

    legal_name: str
    address: AddressShown
    phone: str
    tin: str
    npi: str


class SuperbillProvider(Shown):
    """Who treated the client."""

    user: str
    first_name: str
    last_name: str
    credentials: str
    npi: str
    licence: str
    licence_state: str


class SuperbillClientShown(Shown):
    """Who was treated."""

    number: str
    name: str
    birth_date: date
    address: AddressShown
    insurer: str
    member_id: str


class DiagnosisShown(Shown):
    """An ICD-10-CM code and what it means."""

    code: str
    words: str


class SuperbillContentShown(Shown):
    """Everything that stands on a superbill but its number and date."""

    practice: SuperbillPractice
    provider: SuperbillProvider
    client: SuperbillClientShown
    payee: Payee
    footer: str
    diagnoses: list[DiagnosisShown]
    lines: list[SuperbillLineShown]
    charged: Amount
    paid: Amount
    written_off: Amount
    balance: Amount

    @classmethod
    def previewed(cls, content: SuperbillContent) -> SuperbillContentShown:
        """Return what a superbill would say as it is shown."""
        return cls.model_validate(content_data(content))


class SuperbillShown(SuperbillContentShown):
    """A superbill as it was issued."""

    number: int
    issued_on: date
    replaces: int | None = Field(description="Number of the one in whose place it is.")
    voided_at: datetime | None
    void_reason: str | None

    @classmethod
    def of(cls, superbill: Superbill) -> SuperbillShown:
        """Return a superbill as it is shown."""
        return cls.model_validate(superbill_data(superbill))


class SuperbillSummary(Shown):
    """A superbill without anybody's name."""

    number: int
    issued_on: date
    client: str
    practitioner: str
    charges: list[str]
    charged: Amount
    balance: Amount
    replaces: int | None = Field(description="Number of the one in whose place it is.")
    voided_at: datetime | None
    void_reason: str | None

    @classmethod
    def of(cls, superbill: Superbill) -> SuperbillSummary:
        """Return a superbill as a list shows it."""
        content, voided = superbill.content, superbill.voided
        return cls(
            number=superbill.number,
            issued_on=superbill.issued_on,
            client=superbill.client,
            practitioner=content.provider.user,
            charges=list(superbill.charges),
            charged=Amount.of(content.charged),
            balance=Amount.of(content.balance),
            replaces=superbill.replaces,
            voided_at=voided.at if voided else None,
            void_reason=voided.reason if voided else None,
        )


class SuperbillList(Shown):
    """Superbills by number."""

    items: list[SuperbillSummary]
    next: str | None = Field(description="`after` of the next page, null on the last.")


class IssuedList(Shown):
    """Superbills that were issued: one for each practitioner."""

    items: list[SuperbillSummary]


class SuperbillPreview(Shown):
    """What superbills would say: one for each practitioner."""

    items: list[SuperbillContentShown]
