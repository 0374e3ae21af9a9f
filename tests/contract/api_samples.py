"""A token of the HTTP API and an answer to repeat, and every statement about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from server.domain.api_access import ApiAnswer, ApiScope, ApiToken
from server.domain.ids import CredentialId
from server.usecases.ports import UnitOfWork
from tests.contract.samples import ALMA, DAY, NOW

TOKEN = ApiToken(
    CredentialId("0123456789"),
    ALMA,
    "billing export",
    "sha256$00$00",
    frozenset({ApiScope.BILLING_READ, ApiScope.CALENDAR_READ}),
    NOW,
    NOW + timedelta(days=365),
)
REQUEST = ApiAnswer(TOKEN.id, "key-1", "fingerprint", NOW)
ANSWERED = replace(REQUEST, status=201, location="/api/v1/things/1", body='{"id":"1"}')


def write_api(uow: UnitOfWork) -> None:
    """Issue every statement that writes, and leave nothing to repeat."""
    uow.api_access.save_token(TOKEN)
    uow.api_access.touch(TOKEN.id, NOW)
    uow.api_access.claim(REQUEST)
    uow.api_access.keep(ANSWERED)
    uow.api_access.forget_before(NOW + DAY)


def read_api(uow: UnitOfWork) -> None:
    """Issue every statement that reads."""
    uow.api_access.token(TOKEN.id)
    uow.api_access.tokens()
    uow.api_access.tokens(ALMA)
    uow.api_access.answered(TOKEN.id, "key-1")
