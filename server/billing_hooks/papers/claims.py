"""Claims: check what can be claimed, make drafts, follow them from state to state."""

from __future__ import annotations

from dataclasses import dataclass, replace

from server.billing_hooks.papers.billed import Wanted, billed, client_of, with_bills
from server.billing_hooks.papers.claim_content import compose, split
from server.billing_hooks.papers.claim_facts import gather
from server.billing_hooks.papers.claim_readiness import Facts, missing_for_claim
from server.billing_hooks.refusals import WrongStage
from server.domain.charges import Charge
from server.domain.claims import Claim, ClaimContent, ClaimState, ClaimStep
from server.domain.errors import Invalid, NotFound
from server.domain.ids import ClientNumber, PayerId
from server.domain.papers import Incomplete, Missing
from server.usecases import accepted_values as accepted
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork

_NOTE_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Terms:
    """Whom to claim from, the client's primary payer if None; and what the practice demands."""

    payer: PayerId | None = None
    needs_signed_note: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """A charge and everything that it lacks to be claimed."""

    charge: Charge
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """Claims that were made, and the charges that are on none of them, with the reasons."""

    claims: tuple[Claim, ...]
    left_out: tuple[Checked, ...]


_USUAL = Terms()


def check(uow: UnitOfWork, wanted: Wanted, terms: Terms = _USUAL) -> list[Checked]:
    """Return charges, each with what it lacks to be claimed; raises NotFound."""
    facts = gather(uow, client_of(uow, wanted), billed(uow, wanted), terms.payer)
    return [_checked(each, terms) for each in facts]


def new_claims(
    uow: UnitOfWork, context: Context, wanted: Wanted, terms: Terms = _USUAL
) -> Claimed:
    """Make drafts of claims over the charges that lack nothing.

    There is one for each bill and practitioner, and more where they do not fit into one. Raises
    NotFound, and Incomplete where not one charge can be claimed.
    """
    client = client_of(uow, wanted)
    # Whoever pays, bills or claims for this client at the same time waits.
    uow.billing.lock(client)
    facts = gather(uow, client, billed(uow, wanted), terms.payer)
    left_out = tuple(one for each in facts if (one := _checked(each, terms)).missing)
    lacking = {one.charge.id for one in left_out}
    ready = [each for each in facts if each.service.charge.id not in lacking]
    if not ready:
        raise _nothing_to_claim(client, left_out)
    claims = tuple(_add(uow, context, services) for services in split(ready))
    return Claimed(claims, left_out)


def find_claim(uow: UnitOfWork, number: int) -> Claim:
    """Return a claim; raises NotFound."""
    found = uow.papers.claims.get(number)
    if found is None:
        raise NotFound("claim", str(number))
    return found


def set_state(
    uow: UnitOfWork,
    context: Context,
    number: int,
    step: tuple[ClaimState, str],
    terms: Terms = _USUAL,
) -> Claim:
    """Bring a claim into a state, with a note, and return it.

    On becoming ready it is checked once more, and from then on says what is known now. Raises
    NotFound, Invalid where the state cannot follow, Incomplete, and WrongStage where its
    services no longer belong on one claim.
    """
    uow.billing.lock(find_claim(uow, number).client)
    state, note = step
    kept = accepted.text("note", note, _NOTE_AT_MOST)
    claim = find_claim(uow, number).then(_step(context, state, kept))
    if state is ClaimState.READY:
        claim = replace(claim, content=_content_now(uow, claim, terms))
    uow.papers.claims.save(claim)
    return claim


def _content_now(uow: UnitOfWork, claim: Claim, terms: Terms) -> ClaimContent:
    charges = [uow.billing.charges.get(line.charge) for line in claim.content.lines]
    services = with_bills(uow, [charge for charge in charges if charge is not None])
    facts = gather(uow, claim.client, services, claim.payer, beside=claim.number)
    missing = [each for one in facts for each in _checked(one, terms).missing]
    if missing:
        raise Incomplete(f"The claim {claim.number}", missing)
    if len(split(facts)) != 1 or services[0].charge.bill != claim.bill:
        raise WrongStage(
            f"The services of claim {claim.number} were billed anew. Close it, make another."
        )
    return compose(facts)


def _checked(facts: Facts, terms: Terms) -> Checked:
    missing = missing_for_claim(facts, needs_signed_note=terms.needs_signed_note)
    return Checked(facts.service.charge, tuple(missing))


def _nothing_to_claim(client: ClientNumber, left_out: tuple[Checked, ...]) -> Incomplete:
    missing = [each for one in left_out for each in one.missing]
    nothing = Missing("charge", client, f"The client {client} has no charges there.")
    return Incomplete("The claim", missing or [nothing])


def _add(uow: UnitOfWork, context: Context, services: list[Facts]) -> Claim:
    content = compose(services)
    bill = services[0].service.charge.bill
    if bill is None:
        raise Invalid("bill", "a claim is of what was billed")
    claim = Claim(
        uow.papers.claims.next_number(),
        bill,
        content.patient.number,
        content.payer.id,
        content,
        (_step(context, ClaimState.DRAFT),),
    )
    uow.papers.claims.add(claim)
    return claim


def _step(context: Context, state: ClaimState, note: str = "") -> ClaimStep:
    return ClaimStep(state, context.now, context.actor.user, note)
