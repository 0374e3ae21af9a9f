"""App passwords as values: random and chosen secrets, their hashes, their states."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.domain.calendars import AppPassword
from server.domain.ids import CredentialId, UserName
from server.usecases.app_passwords import (
    PasswordState,
    hash_chosen,
    hash_random,
    random_secret,
    state_of,
    verify_secret,
)

NOW = datetime(2026, 11, 3, 15, tzinfo=UTC)


def _password(secret_hash: str) -> AppPassword:
    return AppPassword(CredentialId("0a1b2c3d4e"), UserName("alma"), "phone", secret_hash, NOW)


def test_a_random_secret_has_more_than_128_bits_in_readable_groups() -> None:
    secret = random_secret()
    assert re.fullmatch(r"([a-z2-7]{4}-){6}[a-z2-7]{4}", secret)
    assert math.log2(32) * len(secret.replace("-", "")) >= 128


def test_two_random_secrets_differ() -> None:
    assert len({random_secret() for _ in range(200)}) == 200


@pytest.mark.parametrize(
    "typed",
    [
        "abcd-efgh-ijkl-mnop-qrst-uvwx-yz23",
        "abcdefghijklmnopqrstuvwxyz23",
        "ABCD EFGH IJKL MNOP QRST UVWX YZ23",
    ],
)
def test_a_random_secret_is_accepted_with_or_without_its_dashes(typed: str) -> None:
    kept = _password(hash_random("abcd-efgh-ijkl-mnop-qrst-uvwx-yz23"))
    assert verify_secret(kept, typed)


@pytest.mark.parametrize("hashed", [hash_random, hash_chosen])
def test_a_wrong_secret_is_refused(hashed: object) -> None:
    assert callable(hashed)
    kept = _password(hashed("correct horse battery"))
    assert not verify_secret(kept, "correct horse")
    assert not verify_secret(kept, "")
    assert not verify_secret(kept, "\ud800 not even text")


def test_a_chosen_secret_is_taken_exactly_as_it_was_given() -> None:
    kept = _password(hash_chosen("Correct-Horse battery"))
    assert verify_secret(kept, "Correct-Horse battery")
    assert not verify_secret(kept, "correct-horse battery")
    assert not verify_secret(kept, "CorrectHorse battery")


def test_the_same_secret_is_kept_differently_each_time() -> None:
    assert hash_random("same") != hash_random("same")
    assert hash_chosen("same") != hash_chosen("same")


def test_a_kept_hash_does_not_hold_the_secret() -> None:
    secret = "abcd-efgh-ijkl-mnop-qrst-uvwx-yz23"
    assert not any(group in hash_random(secret) for group in secret.split("-")[1:])
    assert "correct horse battery" not in hash_chosen("correct horse battery")


@pytest.mark.parametrize("broken", ["", "plain", "md5$00$00", "sha256$00"])
def test_a_hash_of_no_known_form_opens_nothing(broken: str) -> None:
    assert not verify_secret(_password(broken), "anything")


def test_a_password_expires_when_it_was_not_used_for_long() -> None:
    kept = _password("sha256$00$00")
    assert state_of(kept, NOW + timedelta(days=90), 90) is PasswordState.ACTIVE
    assert state_of(kept, NOW + timedelta(days=91), 90) is PasswordState.EXPIRED
    used = replace(kept, last_used_at=NOW + timedelta(days=60))
    assert state_of(used, NOW + timedelta(days=91), 90) is PasswordState.ACTIVE


def test_a_revoked_password_stays_revoked() -> None:
    revoked = replace(_password("sha256$00$00"), revoked_at=NOW, last_used_at=NOW)
    assert state_of(revoked, NOW, 90) is PasswordState.REVOKED
