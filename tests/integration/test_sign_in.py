"""Signing in with an app password, and holding off those who guess (security, part 2)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from server.usecases.app_passwords import PasswordRequest, new_app_password, revoke
from server.usecases.manage_users import disable_user
from server.usecases.sign_in import Attempt, Doorkeeper, HeldOff, Policy, SignedIn
from tests.practice import ALMA, THEO, House

CHOSEN = "correct horse battery"


@dataclass
class Door:
    """The door of the practice: one process, and people who come to it."""

    house: House
    keeper: Doorkeeper = field(init=False)

    def __post_init__(self) -> None:
        self.keeper = Doorkeeper(self.house.database)

    def secret(self, *, chosen: str | None = None) -> str:
        with self.house.database.writing() as uow:
            wanted = PasswordRequest(ALMA, "phone", chosen=chosen)
            return new_app_password(uow, self.house.context(), wanted)[1]

    def knock(
        self, secret: str, login: str = "alma", network: str = "192.0.2.1", **later: int
    ) -> SignedIn | HeldOff | None:
        now = self.house.now + timedelta(**later)
        with self.house.database.reading() as uow:
            return self.keeper.sign_in(uow, Attempt(login, secret, network, now))


@pytest.fixture
def door(any_house: House) -> Door:
    return Door(any_house)


@pytest.mark.parametrize("login", ["alma", "Alma", "ALMA"])
def test_a_random_secret_opens_with_and_without_its_dashes(door: Door, login: str) -> None:
    secret = door.secret()
    for typed in (secret, secret.replace("-", ""), secret.upper()):
        found = door.knock(typed, login)
        assert isinstance(found, SignedIn)
        assert found.user.name == ALMA


def test_a_chosen_secret_opens_as_it_was_chosen(door: Door) -> None:
    door.secret(chosen=CHOSEN)
    assert isinstance(door.knock(CHOSEN), SignedIn)
    assert isinstance(door.knock(CHOSEN), SignedIn)
    assert door.knock(CHOSEN.upper()) is None


def test_a_wrong_secret_and_an_unknown_name_are_not_told_apart(door: Door) -> None:
    secret = door.secret()
    assert door.knock("wrong") is None
    assert door.knock(secret, "nobody") is None
    assert door.knock(secret, THEO) is None
    assert door.knock("") is None


@pytest.mark.parametrize("secret", ["\ud800", "\0", "x" * 10_000, "\U0001f512"])
def test_odd_secrets_are_only_wrong(door: Door, secret: str) -> None:
    door.secret(chosen=CHOSEN)
    assert door.knock(secret) is None


def test_a_revoked_password_opens_nothing_from_the_next_request_on(door: Door) -> None:
    secret = door.secret()
    found = door.knock(secret)
    assert isinstance(found, SignedIn)
    with door.house.database.writing() as uow:
        revoke(uow, door.house.context(), found.password.id)
    assert door.knock(secret) is None


def test_a_new_password_opens_at_once(door: Door) -> None:
    assert door.knock("wrong") is None
    assert isinstance(door.knock(door.secret()), SignedIn)


def test_asvs_7_4_2_a_disabled_user_is_kept_out(door: Door) -> None:
    secret = door.secret()
    assert isinstance(door.knock(secret), SignedIn)
    with door.house.database.writing() as uow:
        disable_user(uow, door.house.context(), ALMA)
    assert door.knock(secret) is None


def test_a_password_that_is_used_stays_and_one_that_is_not_expires(door: Door) -> None:
    secret = door.secret()
    assert isinstance(door.knock(secret, days=80), SignedIn)
    assert isinstance(door.knock(secret, days=165), SignedIn)
    assert door.knock(secret, days=256) is None


def test_use_is_noted_once_an_hour(door: Door) -> None:
    secret = door.secret()

    def last_used() -> object:
        with door.house.database.reading() as uow:
            return uow.people.app_passwords(ALMA)[0].last_used_at

    door.knock(secret)
    assert last_used() == door.house.now
    door.knock(secret, minutes=59)
    assert last_used() == door.house.now
    door.knock(secret, minutes=60)
    assert last_used() == door.house.now + timedelta(hours=1)


def test_t29_a_stale_password_every_minute_of_a_day_locks_nobody_out(house: House) -> None:
    door = Door(house)
    secret = door.secret()
    answers = {door.knock("stale-secret", minutes=minute) for minute in range(24 * 60)}
    assert answers == {None}
    assert isinstance(door.knock(secret, days=1), SignedIn)


def test_t29_twenty_different_guesses_are_held_off(door: Door) -> None:
    secret = door.secret()
    for number in range(20):
        assert door.knock(f"guess {number}") is None
    held = door.knock("guess 20")
    assert held == HeldOff(timedelta(hours=1))
    assert isinstance(door.knock(secret), SignedIn)


def test_who_is_held_off_may_try_again_after_an_hour(door: Door) -> None:
    for number in range(20):
        door.knock(f"guess {number}")
    assert isinstance(door.knock("guess 20"), HeldOff)
    assert door.knock("guess 20", minutes=61) is None


def test_guesses_from_one_network_hold_off_no_other(door: Door) -> None:
    for number in range(20):
        door.knock(f"guess {number}")
    assert isinstance(door.knock("guess 20"), HeldOff)
    assert door.knock("guess 20", network="198.51.100.7") is None
    assert door.knock("guess 20", "theo") is None


def test_a_guesser_of_unknown_names_is_held_off_too(door: Door) -> None:
    for number in range(20):
        assert door.knock(f"guess {number}", "nobody") is None
    assert isinstance(door.knock("guess 20", "nobody"), HeldOff)


def test_another_process_counts_the_same_guesses(door: Door) -> None:
    for number in range(20):
        door.knock(f"guess {number}")
    assert isinstance(Door(door.house).knock("guess 20"), HeldOff)


def test_the_bounds_are_the_practices_to_choose(door: Door) -> None:
    strict = replace(Policy(), wrong_at_most=2, wrong_within=timedelta(minutes=5))
    door.keeper = Doorkeeper(door.house.database, strict)
    assert [door.knock("one"), door.knock("two")] == [None, None]
    assert door.knock("three") == HeldOff(timedelta(minutes=5))
