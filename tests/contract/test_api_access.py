"""Answers to requests of the API that may come again, as every database keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest

from server.practice_db.database import SqlDatabase
from tests.contract.api_samples import ANSWERED, REQUEST, TOKEN
from tests.contract.samples import DAY, NOW


@pytest.fixture
def entered(furnished: SqlDatabase) -> SqlDatabase:
    with furnished.writing() as uow:
        uow.api_access.save_token(TOKEN)
    return furnished


def test_a_key_is_claimed_once(entered: SqlDatabase) -> None:
    with entered.writing() as uow:
        assert uow.api_access.claim(REQUEST)
        uow.api_access.keep(ANSWERED)
    with entered.writing() as uow:
        assert not uow.api_access.claim(REQUEST)
        assert uow.api_access.answered(TOKEN.id, "key-1") == ANSWERED
        assert uow.api_access.answered(TOKEN.id, "key-2") is None


def test_a_claim_of_what_was_refused_is_gone(entered: SqlDatabase) -> None:
    def refuse() -> None:
        with entered.writing() as uow:
            uow.api_access.claim(REQUEST)
            raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        refuse()
    with entered.writing() as uow:
        assert uow.api_access.claim(REQUEST)


def test_who_claims_the_same_key_waits_for_the_first(entered: SqlDatabase) -> None:
    asked = Event()
    found: list[bool] = []

    def second() -> None:
        asked.set()
        with entered.writing() as uow:
            found.append(uow.api_access.claim(REQUEST))

    waiting = Thread(target=second)
    with entered.writing() as uow:
        assert uow.api_access.claim(REQUEST)
        waiting.start()
        asked.wait()
        uow.api_access.keep(ANSWERED)
    waiting.join()
    assert found == [False]


def test_answers_are_forgotten_by_age(entered: SqlDatabase) -> None:
    newer = replace(REQUEST, key="key-2", at=NOW + timedelta(days=3))
    with entered.writing() as uow:
        uow.api_access.claim(REQUEST)
        uow.api_access.claim(newer)
    with entered.writing() as uow:
        assert uow.api_access.forget_before(NOW + DAY) == 1
    with entered.reading() as uow:
        assert uow.api_access.answered(TOKEN.id, "key-1") is None
        assert uow.api_access.answered(TOKEN.id, "key-2") == newer
