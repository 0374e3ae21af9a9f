"""How often one network and one address may ask for something in an hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from server.domain.errors import PracticeError
from server.domain.practice import fold
from server.usecases.booking_codes import keyed
from server.usecases.booking_terms import BookingTerms
from server.usecases.ports import UnitOfWork

WITHIN: Final = timedelta(hours=1)
_STEP: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody at the door: the network asked from, the address said, "" for none."""

    network: str
    email: str = ""


class TooOften(PracticeError):
    """Too much was asked for; ``retry_after`` is when there is room again, at the latest."""

    condition = "too-often"

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("This was asked for too often. Try again later.")
        self.retry_after = retry_after


def let_in(uow: UnitOfWork, terms: BookingTerms, knock: Knock, now: datetime) -> None:
    """Count one attempt; raises TooOften, and nothing is counted where that undoes it.

    Who is counted under the same words waits here for the one before, so that of many at a time
    no more are let in than may be.
    """
    limits = {keyed(uow, "network", knock.network): terms.per_network_an_hour}
    if knock.email:
        address = keyed(uow, "attempt", fold(knock.email))
        limits[address] = terms.per_address_an_hour
    uow.attempts.note(tuple(limits), now)
    if _is_over(uow, limits, now - WITHIN):
        raise TooOften(_wait(uow, limits, now))


def _is_over(uow: UnitOfWork, limits: Mapping[str, int], since: datetime) -> bool:
    counts = uow.attempts.counts(tuple(limits), since)
    return any(counts[key] > at_most for key, at_most in limits.items())


def _wait(uow: UnitOfWork, limits: Mapping[str, int], now: datetime) -> timedelta:
    """Return after how many steps enough of what was counted lies back an hour."""
    for step in range(1, WITHIN // _STEP):
        if not _is_over(uow, limits, now - WITHIN + step * _STEP):
            return step * _STEP
    return WITHIN
