"""Claims over the API: check, make, follow, export; clients by number only."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import Field

from server.billing_hooks.papers import claims as billing
from server.billing_hooks.papers.as_data import checked_data, claim_data
from server.billing_hooks.papers.claim_export import export
from server.billing_hooks.papers.claims import Checked, Terms
from server.domain.api_access import ApiScope
from server.domain.claims import Claim, ClaimState
from server.domain.errors import NotFound
from server.domain.ids import PayerId
from server.usecases.ports.papers import ClaimFilter
from server.web.billing_models import PageQuery
from server.web.messages import Nothing, Said, Shown
from server.web.papers import Services, numbered, seen
from server.web.problems import MissingShown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.till import Till
from server.web.values import Amount

_NUMBER_AT_MOST: Final = 999_999_999


class ClaimQuery(PageQuery):
    """Which claims are wanted."""

    client: str | None = Field(default=None, description="Number.")
    bill: str | None = Field(default=None, description="Id or number.")
    state: ClaimState | None = None


class ClaimServices(Services):
    """The services of claims."""

    payer: str | None = Field(default=None, description="Else the client's first insurer.")


class StateSaid(Said):
    """Where a claim stands now."""

    state: ClaimState
    note: str = Field(default="", description="Kept with it; no client data.")


class ExportSaid(Said):
    """Which claims go into a file."""

    claims: list[Annotated[int, Field(ge=1, le=_NUMBER_AT_MOST)]] = Field(
        default_factory=list, description="Numbers; none means all that are ready."
    )
    test: bool = Field(
        default=False, description="Mark the file as a test; the claims stay as they are."
    )


class CheckedShown(Shown):
    """A charge, and all that it lacks to be claimed."""

    charge: str
    service_date: date
    code: str
    missing: list[MissingShown] = Field(description="Empty if it can be claimed.")

    @classmethod
    def of(cls, checked: Checked) -> CheckedShown:
        """Return a charge as it was checked."""
        return cls.model_validate(checked_data(checked))


class CheckedList(Shown):
    """Charges by service date."""

    items: list[CheckedShown]


class ClaimLineShown(Shown):
    """One service on one day."""

    charge: str
    service_date: date
    place_of_service: str
    code: str
    modifiers: list[str]
    units: int
    amount: Amount
    pointers: list[str] = Field(description="Letters of the claim's diagnoses, A to L.")


class ClaimStepShown(Shown):
    """A state that a claim came into."""

    state: ClaimState
    at: datetime
    by: str
    note: str


class ClaimShown(Shown):
    """A claim with its lines and what became of it."""

    number: int
    state: ClaimState
    bill: str
    client: str
    payer: str
    practitioner: str
    diagnoses: list[str]
    lines: list[ClaimLineShown]
    charged: Amount
    patient_paid: Amount
    steps: list[ClaimStepShown] = Field(description="The oldest first.")

    @classmethod
    def of(cls, claim: Claim) -> ClaimShown:
        """Return a claim as it is shown."""
        return cls.model_validate(claim_data(claim))


class ClaimList(Shown):
    """Claims by number."""

    items: list[ClaimShown]
    next: str | None = Field(description="`after` of the next page, null on the last.")


class ClaimsMade(Shown):
    """Drafts of claims, and the charges that are on none of them."""

    claims: list[ClaimShown]
    left_out: list[CheckedShown]


class ClaimFile(Shown):
    """An 837P interchange, and the claims in it as they are now."""

    interchange: int = Field(description="Its control number (ISA13).")
    text: str = Field(description="The file; it holds names, so keep it safe.")
    claims: list[ClaimShown]


def check_claims(call: Call, said: ClaimServices) -> CheckedList:
    """Say of each charge what it lacks to be claimed."""
    found = billing.check(call.uow, said.wanted(call), _terms(call, said.payer))
    return CheckedList(items=[CheckedShown.of(one) for one in found])


def make_claims(call: Call, said: ClaimServices) -> ClaimsMade:
    """Make drafts of claims over all charges that lack nothing."""
    terms = _terms(call, said.payer)
    made = billing.new_claims(call.uow, call.context, said.wanted(call), terms)
    return ClaimsMade(
        claims=[ClaimShown.of(one) for one in made.claims],
        left_out=[CheckedShown.of(one) for one in made.left_out],
    )


def list_claims(call: Call, said: ClaimQuery) -> ClaimList:
    """List claims by number."""
    till = Till(call)
    client = till.client(said.client).number if said.client else None
    bill = till.bill(said.bill).id if said.bill else None
    wanted = ClaimFilter(said.state, client, bill)
    found = seen(call, call.uow.papers.claims.matching(wanted))
    page, after = said.page(found, lambda claim: str(claim.number))
    return ClaimList(items=[ClaimShown.of(one) for one in page], next=after)


def show_claim(call: Call, said: Nothing) -> ClaimShown:
    """Show a claim with its lines and what became of it."""
    del said
    return ClaimShown.of(_find(call))


def set_claim_state(call: Call, said: StateSaid) -> ClaimShown:
    """Say where a claim stands; to become ready it must lack nothing."""
    number, step = _find(call).number, (said.state, said.note)
    terms = _terms(call, None)
    return ClaimShown.of(billing.set_state(call.uow, call.context, number, step, terms))


def export_claims(call: Call, said: ExportSaid) -> ClaimFile:
    """Write ready claims as an 837P file; they are submitted then."""
    Till(call).check_office()
    made = export(call.uow, call.context, said.claims, is_test=said.test)
    claims = [ClaimShown.of(one) for one in made.claims]
    return ClaimFile(interchange=made.number, text=made.text, claims=claims)


def _find(call: Call) -> Claim:
    """Return the claim of a request; raises NotFound also for another's."""
    found = billing.find_claim(call.uow, numbered(call, "claim"))
    if not seen(call, [found]):
        raise NotFound("claim", str(found.number))
    return found


def _terms(call: Call, payer: str | None) -> Terms:
    insurer = PayerId(payer) if payer else None
    return Terms(insurer, call.context.rules.signed_note_for_claims)


_READ, _WRITE = ApiScope.BILLING_READ, ApiScope.BILLING_WRITE

ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(Method.GET, "/claims", _READ, list_claims, ClaimQuery, ClaimList, "Claims"),
    Route(
        Method.POST,
        "/claims",
        _WRITE,
        make_claims,
        ClaimServices,
        ClaimsMade,
        "Make drafts of claims over billed services",
        HTTPStatus.CREATED,
    ),
    Route(
        Method.POST,
        "/claims/check",
        _READ,
        check_claims,
        ClaimServices,
        CheckedList,
        "What charges lack to be claimed; nothing is changed",
    ),
    Route(
        Method.POST,
        "/claims/export",
        _WRITE,
        export_claims,
        ExportSaid,
        ClaimFile,
        "Write ready claims as an 837P file; they are submitted then",
        names=True,
    ),
    Route(Method.GET, "/claims/{number}", _READ, show_claim, Nothing, ClaimShown, "One claim"),
    Route(
        Method.POST,
        "/claims/{number}/state",
        _WRITE,
        set_claim_state,
        StateSaid,
        ClaimShown,
        "Say where a claim stands",
    ),
)
