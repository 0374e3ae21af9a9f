"""Everything that is written and read about papers, once."""

from __future__ import annotations

from dataclasses import replace

from server.domain.claims import ClaimState, ClaimStep
from server.domain.ids import PayerId
from server.domain.superbills import Voiding
from server.usecases.ports import UnitOfWork
from server.usecases.ports.papers import ClaimFilter
from tests.contract.billing_samples import BILL
from tests.papers import (
    ALMA,
    AT,
    COVERAGE,
    DESK,
    JANE,
    PAYER,
    PRACTICE,
    PROFILE,
    PROVIDER,
    claim,
    superbill,
)

VOIDING = Voiding(AT, DESK, "entered twice")
CLAIM = replace(claim(), bill=BILL.id)


def write_papers(uow: UnitOfWork) -> None:
    """Make every paper once; Jane's bill is there."""
    profiles, superbills, claims = uow.papers.profiles, uow.papers.superbills, uow.papers.claims
    profiles.save_practice(PRACTICE)
    profiles.save_practitioner(PROVIDER)
    profiles.save_client(PROFILE)
    profiles.save_payer(PAYER)
    profiles.save_coverage(COVERAGE)
    profiles.remove_coverage(JANE, PayerId("none"))
    superbills.add(superbill(number=superbills.next_number()))
    superbills.void(1, VOIDING)
    claims.add(replace(CLAIM, number=claims.next_number()))
    claims.next_interchange()
    claims.save(CLAIM.then(ClaimStep(ClaimState.SUBMITTED, AT, DESK)))


def read_papers(uow: UnitOfWork) -> None:
    """Ask for everything that there is about papers."""
    profiles, superbills, claims = uow.papers.profiles, uow.papers.superbills, uow.papers.claims
    profiles.practice()
    profiles.practitioner(ALMA)
    profiles.client(JANE)
    profiles.payer(PAYER.id)
    profiles.payers()
    profiles.coverages(JANE)
    profiles.forbidding_fees(JANE)
    superbills.get(1)
    superbills.of()
    superbills.of(JANE)
    claims.get(1)
    claims.matching(ClaimFilter())
    claims.matching(ClaimFilter(ClaimState.SUBMITTED, JANE, BILL.id))
