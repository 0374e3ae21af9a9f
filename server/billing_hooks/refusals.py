"""Why something about money cannot be done; the sentences hold no client data."""

from __future__ import annotations

from server.domain.errors import PracticeError


class PaymentApplied(PracticeError):
    """A bill that something was paid of is neither edited nor cancelled (SH-29)."""

    condition = "payment-applied"

    def __init__(self) -> None:
        super().__init__(
            "A payment is applied to this bill. Refund it, remove it, or take it off the bill "
            "first."
        )


class WrittenOff(PracticeError):
    """What was written off of a bill stands in the way."""

    condition = "written-off"

    def __init__(self) -> None:
        super().__init__("Part of this bill is written off. Undo the write-off first.")


class ClaimSubmitted(PracticeError):
    """An insurer has a claim for what is on a bill, so the bill is not cancelled."""

    condition = "claim-submitted"

    def __init__(self) -> None:
        super().__init__("A claim for this bill was submitted. Wait for its end, or close it.")


class WrongStage(PracticeError):
    """A bill is not in the stage that this needs."""

    condition = "wrong-stage"


class NothingToBill(PracticeError):
    """There is no unbilled charge that was asked for."""

    condition = "nothing-to-bill"

    def __init__(self) -> None:
        super().__init__("There are no unbilled charges for this.")


class TooMuch(PracticeError):
    """An amount is more than there is to apply, to refund, to pay or to write off."""

    condition = "too-much"
