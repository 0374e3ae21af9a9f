"""The small practice as insurers know it, and short ways to its superbills and claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from server.billing_hooks.notes import sign_note, unlock_note
from server.billing_hooks.papers import claims, profiles, superbill
from server.billing_hooks.papers.billed import Wanted
from server.billing_hooks.papers.claim_export import Exported, export
from server.billing_hooks.papers.claims import Checked, Claimed, Terms
from server.billing_hooks.papers.superbill import Wishes
from server.domain.bills import Bill
from server.domain.claims import Claim, ClaimState
from server.domain.ids import AppointmentId, ClientNumber
from server.domain.superbills import Superbill
from server.domain.vocabulary import Status
from server.usecases.edit_appointment import Target
from server.usecases.manage_clients import edit_client, find_client
from tests.contract.billing_house import Practice
from tests.papers import COVERAGE, OTHER_PROVIDER, PAYER, PRACTICE, PROFILE, PROVIDER
from tests.papers import PATIENT as PATIENT_ON_FILE
from tests.practice import ADMIN, ALMA, JANE, THEO, at, session, timed

__all__ = ["PaperHouse", "Wanted"]

_BORN = PATIENT_ON_FILE.birth_date


@dataclass
class PaperHouse(Practice):
    """Each call is one transaction."""

    def become_known(self, client: ClientNumber = JANE) -> None:
        """Fill in everything that papers of a client need to know."""
        with self.database.writing() as uow:
            known = find_client(uow, client)
            edit_client(uow, self.context(), replace(known, birth_date=_BORN))
            profiles.save_practice(uow, PRACTICE)
            profiles.save_practitioner(uow, PROVIDER)
            profiles.save_practitioner(uow, OTHER_PROVIDER)
            profiles.save_client(uow, replace(PROFILE, client=client))
            profiles.save_payer(uow, PAYER)
            coverage = replace(COVERAGE, client=client)
            profiles.save_coverage(uow, self.context(), coverage)

    def visit(
        self, day: int, *diagnoses: str, client: ClientNumber = JANE, by_theo: bool = False
    ) -> AppointmentId:
        """Let a client come on a day in November; the note is signed with the diagnoses."""
        name, owner = ("psy50", THEO) if by_theo else ("acupfollow", ALMA)
        details = session(client, name, owner)
        number = self.edit(self.book(timed(at(day), 45), details), status=Status.ARRIVED)
        if diagnoses:
            self.sign_with(number, *diagnoses)
        return number

    def sign_with(self, number: AppointmentId, *diagnoses: str) -> None:
        """Sign the note of an appointment."""
        with self.database.writing() as uow:
            sign_note(uow, self.context(ADMIN), Target(number), diagnoses)

    def unlock(self, number: AppointmentId) -> None:
        """Unlock the note of an appointment."""
        with self.database.writing() as uow:
            unlock_note(uow, self.context(ADMIN), Target(number))

    def pay(self, bill: Bill) -> None:
        """Pay all that is open of a bill."""
        self.apply(self.receive(bill.open_amount, bill.client), bill)

    def issue(self, wanted: Wanted, wishes: Wishes | None = None) -> list[Superbill]:
        """Issue superbills."""
        with self.database.writing() as uow:
            return superbill.issue(uow, self.context(), wanted, wishes or Wishes())

    def void(self, number: int, reason: str = "entered twice") -> Superbill:
        """Void a superbill."""
        with self.database.writing() as uow:
            return superbill.void(uow, self.context(), number, reason)

    def reissue(self, number: int) -> list[Superbill]:
        """Void a superbill and issue its services anew."""
        with self.database.writing() as uow:
            return superbill.reissue(uow, self.context(), number, "paid meanwhile")

    def superbills(self) -> Sequence[Superbill]:
        """Return all superbills as they are kept."""
        with self.database.reading() as uow:
            return uow.papers.superbills.of()

    def check(self, wanted: Wanted, terms: Terms | None = None) -> list[Checked]:
        """Say what charges lack to be claimed."""
        with self.database.reading() as uow:
            return claims.check(uow, wanted, terms or Terms())

    def claim(self, wanted: Wanted) -> Claimed:
        """Make drafts of claims."""
        with self.database.writing() as uow:
            return claims.new_claims(uow, self.context(), wanted)

    def set_claim(self, number: int, *states: str) -> Claim:
        """Bring a claim into one state after the other."""
        for state in states:
            with self.database.writing() as uow:
                step = (ClaimState(state), f"said {state}")
                claims.set_state(uow, self.context(), number, step)
        return self.get_claim(number)

    def get_claim(self, number: int) -> Claim:
        """Return a claim as it is kept."""
        with self.database.reading() as uow:
            return claims.find_claim(uow, number)

    def export(self, *numbers: int, is_test: bool = False) -> Exported:
        """Export claims."""
        with self.database.writing() as uow:
            return export(uow, self.context(), numbers, is_test=is_test)
