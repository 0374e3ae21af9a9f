"""What ports.People promises."""

from __future__ import annotations

from dataclasses import replace

from server.domain.calendars import AppPassword
from server.domain.ids import CredentialId
from server.practice_db.database import SqlDatabase
from tests.contract.samples import ALMA, DAY, HOUR, NOW, THEO

PHONE = AppPassword(CredentialId("p1"), ALMA, "Phone", "sha256$abc", NOW)
TABLET = AppPassword(
    CredentialId("p2"),
    ALMA,
    "Tablet",
    "scrypt$1$2$3",
    NOW - DAY,
    read_only=True,
    last_used_at=NOW,
    revoked_at=NOW + DAY,
)


def test_app_passwords_come_by_creation_revoked_ones_too(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.people.save_app_password(PHONE)
        uow.people.save_app_password(TABLET)
    with furnished.reading() as uow:
        assert uow.people.app_passwords(ALMA) == [TABLET, PHONE]
        assert uow.people.app_passwords(THEO) == []


def test_an_app_password_can_be_revoked(furnished: SqlDatabase) -> None:
    revoked = replace(PHONE, revoked_at=NOW)
    with furnished.writing() as uow:
        uow.people.save_app_password(PHONE)
        uow.people.save_app_password(revoked)
        assert uow.people.app_passwords(ALMA) == [revoked]


def test_the_latest_use_is_remembered(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.people.save_app_password(PHONE)
        uow.people.touch(PHONE.id, NOW + HOUR)
        uow.people.touch(PHONE.id, NOW)
        assert uow.people.app_passwords(ALMA) == [replace(PHONE, last_used_at=NOW + HOUR)]


def test_the_same_wrong_secret_counts_once(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        for mac, at in (("m1", NOW), ("m1", NOW + HOUR), ("m2", NOW)):
            uow.people.note_wrong_secret("nobody", "192.0.2.0/24", mac, at)
        count = uow.people.wrong_secrets
        assert count("nobody", "192.0.2.0/24", NOW) == 2
        assert count("nobody", "192.0.2.0/24", NOW + HOUR) == 1
        assert count("nobody", "198.51.100.0/24", NOW) == 0
        assert count("alma", "192.0.2.0/24", NOW) == 0


def test_wrong_secrets_are_forgotten_after_a_week(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.people.note_wrong_secret("alma", "192.0.2.0/24", "m1", NOW - 8 * DAY)
        uow.people.note_wrong_secret("alma", "192.0.2.0/24", "m2", NOW)
        assert uow.people.wrong_secrets("alma", "192.0.2.0/24", NOW - 99 * DAY) == 1
