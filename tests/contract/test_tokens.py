"""Tokens of the API and of feeds, as every database keeps them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from server.domain.ids import CredentialId
from server.practice_db.database import SqlDatabase
from server.usecases.ports import UnitOfWork
from server.usecases.ports.tokens import Tokens
from tests.contract.api_samples import TOKEN
from tests.contract.feed_samples import FEED
from tests.contract.samples import ALMA, DAY, NOW, THEO, another_practice


@dataclass(frozen=True)
class Kept:
    """One kind of token, where it is kept, and a database that holds the sample."""

    database: SqlDatabase
    sample: Any
    of: Callable[[UnitOfWork], Tokens[Any]]


@pytest.fixture(params=["api", "feed"])
def kept(request: pytest.FixtureRequest, furnished: SqlDatabase) -> Kept:
    if request.param == "api":
        entered = Kept(furnished, TOKEN, lambda uow: uow.api_access)
    else:
        entered = Kept(furnished, FEED, lambda uow: uow.feeds)
    with furnished.writing() as uow:
        entered.of(uow).save_token(entered.sample)
    return entered


def test_a_token_is_read_as_it_was_saved(kept: Kept) -> None:
    with kept.database.reading() as uow:
        assert kept.of(uow).token(kept.sample.id) == kept.sample
        assert kept.of(uow).token(CredentialId("none")) is None


def test_tokens_are_listed_by_user_and_by_age(kept: Kept) -> None:
    sample = kept.sample
    older = replace(sample, id=CredentialId("older"), created_at=NOW - DAY)
    others = replace(sample, id=CredentialId("others"), user=THEO, created_at=NOW + DAY)
    with kept.database.writing() as uow:
        kept.of(uow).save_token(others)
        kept.of(uow).save_token(older)
    with kept.database.reading() as uow:
        assert kept.of(uow).tokens(ALMA) == [older, sample]
        assert kept.of(uow).tokens() == [older, sample, others]


def test_a_use_is_noted_and_never_set_back(kept: Kept) -> None:
    with kept.database.writing() as uow:
        kept.of(uow).touch(kept.sample.id, NOW + DAY)
        kept.of(uow).touch(kept.sample.id, NOW)
    with kept.database.reading() as uow:
        used = replace(kept.sample, last_used_at=NOW + DAY)
        assert kept.of(uow).token(kept.sample.id) == used


def test_a_token_of_another_practice_is_not_there(kept: Kept) -> None:
    other = another_practice(kept.database)
    with other.reading() as uow:
        assert kept.of(uow).token(kept.sample.id) is None
        assert kept.of(uow).tokens() == []
    other.close()
