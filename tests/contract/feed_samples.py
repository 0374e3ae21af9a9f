"""Addresses at which busy times are read, and every statement about them."""

from __future__ import annotations

from datetime import timedelta

from server.domain.feeds import FeedKind, FeedLevel, FeedToken
from server.domain.ids import CredentialId
from server.usecases.ports import UnitOfWork
from tests.contract.samples import ALMA, ALMAS, DAY, INITIAL, NOW

FEED = FeedToken(
    CredentialId("0123456789"),
    ALMA,
    FeedKind.FEED,
    FeedLevel.INITIALS,
    "wall display",
    "sha256$00$00",
    NOW,
)


def write_feeds(uow: UnitOfWork) -> None:
    """Issue every statement that writes."""
    uow.feeds.save_token(FEED)
    uow.feeds.touch(FEED.id, NOW + timedelta(hours=1))


def read_feeds(uow: UnitOfWork) -> None:
    """Issue every statement that reads."""
    uow.feeds.token(FEED.id)
    uow.feeds.tokens()
    uow.feeds.tokens(ALMA)
    uow.feeds.changed_at([ALMAS])
    uow.instances.taken([ALMAS], NOW, NOW + DAY)
    uow.instances.sessions([ALMAS], {INITIAL}, NOW, NOW + DAY)
