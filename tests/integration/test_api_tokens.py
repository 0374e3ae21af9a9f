"""Tokens of the HTTP API: made, checked, closed; guessing is held off (T29)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from server.domain.api_access import ApiScope, TokenState
from server.domain.errors import Invalid, NotAllowed, NotFound
from server.domain.ids import UserName
from server.usecases.api_tokens import (
    Caller,
    TokenAttempt,
    TokenDoor,
    TokenRequest,
    all_tokens,
    new_token,
    revoke_token,
    revoke_tokens,
    scopes_named,
)
from server.usecases.manage_users import disable_user, enable_user
from server.usecases.sign_in import HeldOff, Policy
from tests.practice import ALMA, House

NEARBY, FAR = "192.0.2.0/24", "198.51.100.0/24"
READS = frozenset({ApiScope.CALENDAR_READ})


def made(house: House, days: int = 30) -> str:
    with house.database.writing() as uow:
        return new_token(uow, house.context(), TokenRequest(ALMA, "export", READS, days))[1]


def attempt(
    house: House, text: str, network: str = NEARBY, at: datetime | None = None
) -> TokenAttempt:
    return TokenAttempt(text, network, at or house.now)


@pytest.fixture
def door(any_house: House) -> TokenDoor:
    return TokenDoor(any_house.database, Policy(wrong_at_most=5))


def test_a_token_lets_its_user_in_with_its_scopes(any_house: House, door: TokenDoor) -> None:
    caller = door.let_in(attempt(any_house, made(any_house)))
    assert isinstance(caller, Caller)
    assert (caller.user.name, caller.token.scopes) == (ALMA, READS)


def test_the_text_of_a_token_is_not_kept(any_house: House) -> None:
    text = made(any_house)
    with any_house.database.reading() as uow:
        (token,) = all_tokens(uow, ALMA)
    assert text.startswith(f"praxical_{token.id}_")
    assert text.rpartition("_")[2] not in repr(token)


@pytest.mark.parametrize("text", ["", "praxical_", "praxical_0123456789_", "wrong", "\ud800"])
def test_what_is_no_token_lets_nobody_in(any_house: House, door: TokenDoor, text: str) -> None:
    assert door.let_in(attempt(any_house, text)) is None


def test_the_right_id_with_a_wrong_secret_lets_nobody_in(
    any_house: House, door: TokenDoor
) -> None:
    text = made(any_house)
    wrong = text[:-1] + ("a" if text[-1] != "a" else "b")
    assert door.let_in(attempt(any_house, wrong)) is None


def test_a_token_ends_on_its_last_day(any_house: House, door: TokenDoor) -> None:
    text = made(any_house, days=2)
    before = any_house.now + timedelta(days=2, seconds=-1)
    assert isinstance(door.let_in(attempt(any_house, text, at=before)), Caller)
    after = any_house.now + timedelta(days=2)
    assert door.let_in(attempt(any_house, text, at=after)) is None


def test_a_revoked_token_stays_revoked(any_house: House, door: TokenDoor) -> None:
    text = made(any_house)
    with any_house.database.writing() as uow:
        (token,) = all_tokens(uow, ALMA)
        first = revoke_token(uow, any_house.context(), token.id)
        assert first.state(any_house.now) is TokenState.REVOKED
        assert revoke_token(uow, any_house.later(days=1).context(), token.id) == first
        assert revoke_tokens(uow, any_house.context(), ALMA) == 0
    assert door.let_in(attempt(any_house, text)) is None


def test_who_is_let_in_again_needs_a_new_token(any_house: House, door: TokenDoor) -> None:
    text = made(any_house)
    with any_house.database.writing() as uow:
        disable_user(uow, any_house.context(), ALMA)
        enable_user(uow, ALMA)
    assert door.let_in(attempt(any_house, text)) is None


def test_a_use_is_noted_once_an_hour(any_house: House, door: TokenDoor) -> None:
    text = made(any_house)
    for minutes in (0, 30, 61):
        door.let_in(attempt(any_house, text, at=any_house.now + timedelta(minutes=minutes)))
    with any_house.database.reading() as uow:
        (token,) = all_tokens(uow, ALMA)
    assert token.last_used_at == any_house.now + timedelta(minutes=61)


def test_a_guesser_is_held_off_and_the_others_are_not(
    any_house: House, door: TokenDoor
) -> None:
    text = made(any_house)
    tries = [door.let_in(attempt(any_house, f"guess-{number}")) for number in range(8)]
    assert tries == [None] * 5 + [HeldOff(timedelta(hours=1))] * 3
    assert isinstance(door.let_in(attempt(any_house, text)), Caller)
    assert door.let_in(attempt(any_house, "guess", FAR)) is None
    an_hour_later = any_house.now + timedelta(hours=1, seconds=1)
    assert door.let_in(attempt(any_house, "guess", at=an_hour_later)) is None


def test_the_same_wrong_token_again_and_again_counts_once(
    any_house: House, door: TokenDoor
) -> None:
    tries = {door.let_in(attempt(any_house, "stale")) for _ in range(20)}
    assert tries == {None}


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (TokenRequest(UserName("nobody"), "export", READS), NotFound),
        (TokenRequest(ALMA, "", READS), Invalid),
        (TokenRequest(ALMA, "export", frozenset()), Invalid),
        (TokenRequest(ALMA, "export", READS, 0), Invalid),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(
    house: House, wanted: TokenRequest, error: type[Exception]
) -> None:
    with house.database.writing() as uow, pytest.raises(error):
        new_token(uow, house.context(), wanted)


def test_a_disabled_user_gets_no_token(house: House) -> None:
    with house.database.writing() as uow:
        disable_user(uow, house.context(), ALMA)
        with pytest.raises(NotAllowed):
            new_token(uow, house.context(), TokenRequest(ALMA, "export", READS))


def test_scopes_are_known_by_name() -> None:
    assert scopes_named(["calendar:read", "calendar:read"]) == READS
    with pytest.raises(Invalid, match="'everything' is not one of calendar:read"):
        scopes_named(["everything"])
