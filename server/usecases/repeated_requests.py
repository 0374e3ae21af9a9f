"""A request that names itself by a key is carried out once, however often it is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from server.domain.api_access import ApiAnswer
from server.domain.errors import PracticeError
from server.usecases.ports import Database, UnitOfWork

KEPT: Final = timedelta(days=7)
"""How long an answer is remembered."""


class KeyReused(PracticeError):
    """The key of a request was used for another one before."""

    condition = "key-reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request.")


def begin(uow: UnitOfWork, request: ApiAnswer) -> ApiAnswer | None:
    """Claim the request's key, or return what it was answered before; raises KeyReused.

    Who sends the same one at the same time waits here until this transaction ends. One that is
    refused leaves no trace: its key is free again.
    """
    if uow.api_access.claim(request):
        return None
    earlier = uow.api_access.answered(request.token, request.key)
    if earlier is None or earlier.fingerprint != request.fingerprint:
        raise KeyReused
    return earlier


def forget_old(database: Database, now: datetime) -> int:
    """Drop the answers that nobody will ask for again; return how many."""
    with database.writing() as uow:
        return uow.api_access.forget_before(now - KEPT)
