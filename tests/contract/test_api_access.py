"""Tokens of the API and answers to repeat, as every database keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest

from server.domain.ids import CredentialId
from server.practice_db.database import SqlDatabase
from tests.contract.api_samples import ANSWERED, REQUEST, TOKEN
from tests.contract.samples import ALMA, DAY, NOW, THEO, another_practice


@pytest.fixture
def entered(furnished: SqlDatabase) -> SqlDatabase:
    with furnished.writing() as uow:
        uow.api_access.save_token(TOKEN)
    return furnished


def test_a_token_is_read_as_it_was_saved(entered: SqlDatabase) -> None:
    with entered.reading() as uow:
        assert uow.api_access.token(TOKEN.id) == TOKEN
        assert uow.api_access.token(CredentialId("none")) is None


def test_tokens_are_listed_by_user_and_by_age(entered: SqlDatabase) -> None:
    older = replace(TOKEN, id=CredentialId("older"), created_at=NOW - DAY)
    others = replace(TOKEN, id=CredentialId("others"), user=THEO, created_at=NOW + DAY)
    with entered.writing() as uow:
        uow.api_access.save_token(others)
        uow.api_access.save_token(older)
    with entered.reading() as uow:
        assert uow.api_access.tokens(ALMA) == [older, TOKEN]
        assert uow.api_access.tokens() == [older, TOKEN, others]


def test_a_use_is_noted_and_never_set_back(entered: SqlDatabase) -> None:
    with entered.writing() as uow:
        uow.api_access.touch(TOKEN.id, NOW + DAY)
        uow.api_access.touch(TOKEN.id, NOW)
    with entered.reading() as uow:
        assert uow.api_access.token(TOKEN.id) == replace(TOKEN, last_used_at=NOW + DAY)


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


def test_a_token_of_another_practice_is_not_there(entered: SqlDatabase) -> None:
    other = another_practice(entered)
    with other.reading() as uow:
        assert uow.api_access.token(TOKEN.id) is None
        assert uow.api_access.tokens() == []
    other.close()
