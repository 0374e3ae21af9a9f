"""Ready claims into a file for a clearing house, counted and noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.billing_hooks.papers.claim_837p import Envelope, interchange
from server.billing_hooks.papers.claims import find_claim
from server.billing_hooks.papers.requirements import absent
from server.billing_hooks.refusals import WrongStage
from server.domain.claims import Claim, ClaimState, ClaimStep
from server.domain.papers import Incomplete, PracticeProfile
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.ports.papers import ClaimFilter

_PHONE_DIGITS = 10


class NothingReady(WrongStage):
    """There is no claim that could be exported."""

    condition = "nothing-ready"

    def __init__(self) -> None:
        super().__init__("No claim is ready. Make one ready first.")


@dataclass(frozen=True, slots=True)
class Exported:
    """An interchange with its control number, and the claims in it as they are now."""

    number: int
    text: str
    claims: tuple[Claim, ...]


def export(
    uow: UnitOfWork, context: Context, numbers: Sequence[int] = (), *, is_test: bool = False
) -> Exported:
    """Write claims, all that are ready if none is named, as one 837P interchange.

    They are submitted then; those of a test stay as they are. Raises NotFound, WrongStage for a
    claim that is not ready, and Incomplete where the practice lacks what a sender needs.
    """
    claims = _ready(uow, numbers)
    sender = uow.papers.profiles.practice()
    _check_sender(sender)
    number = uow.papers.claims.next_interchange()
    at = context.now.astimezone(uow.practice.zone)
    text = interchange(Envelope(number, at, sender, is_test), claims)
    if not is_test:
        claims = [_submitted(uow, context, claim, number) for claim in claims]
    return Exported(number, text, tuple(claims))


def _ready(uow: UnitOfWork, numbers: Sequence[int]) -> list[Claim]:
    if numbers:
        wanted = [find_claim(uow, number) for number in dict.fromkeys(numbers)]
    else:
        wanted = list(uow.papers.claims.matching(ClaimFilter(state=ClaimState.READY)))
    # Whoever exports the same claims at the same time, or takes one back, waits or is first.
    for client in sorted({claim.client for claim in wanted}):
        uow.billing.lock(client)
    claims = [find_claim(uow, claim.number) for claim in wanted]
    ready = [claim for claim in claims if claim.state is ClaimState.READY]
    for claim in claims:
        if numbers and claim not in ready:
            raise WrongStage(f"The claim {claim.number} is {claim.state}, not ready.")
    if not ready:
        raise NothingReady
    return ready


def _check_sender(sender: PracticeProfile) -> None:
    digits = sum(letter.isdigit() for letter in sender.phone)
    missing = absent(
        "The practice",
        "",
        ("practice.contact", "contact for claims", sender.contact),
        ("practice.phone", "phone number of ten digits", digits >= _PHONE_DIGITS),
        ("practice.submitter_id", "submitter id", sender.submitter_id),
        ("practice.receiver_name", "receiver's name", sender.receiver_name),
        ("practice.receiver_id", "receiver's id", sender.receiver_id),
    )
    if lacking := tuple(missing):
        raise Incomplete("The file", lacking)


def _submitted(uow: UnitOfWork, context: Context, claim: Claim, number: int) -> Claim:
    note = f"interchange {number:09}"
    step = ClaimStep(ClaimState.SUBMITTED, context.now, context.actor.user, note)
    sent = claim.then(step)
    uow.papers.claims.save(sent)
    return sent
