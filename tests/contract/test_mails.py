"""Mails that wait, as every database keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.bookings import Mail, MailKind
from server.practice_db.database import SqlDatabase
from tests.contract.samples import DAY, HOUR, NOW

FIRST = Mail("first", MailKind.CODE, NOW, to="nora@example.org", secret="421337")
SECOND = Mail("second", MailKind.CODE, NOW + HOUR, to="ida@example.org")
TAKEN = replace(FIRST, attempts=1, due_at=NOW + HOUR / 2)
SETTLED = replace(TAKEN, to="", secret="", settled_at=NOW + HOUR, failure="smtp-550")


@pytest.fixture
def waiting(furnished: SqlDatabase) -> SqlDatabase:
    """Return a database in which two mails wait."""
    with furnished.writing() as uow:
        for mail in (SECOND, FIRST):
            uow.mails.add(mail)
    return furnished


def due(database: SqlDatabase, by: timedelta, at_most: int = 10) -> list[Mail]:
    with database.writing() as uow:
        return list(uow.mails.due(NOW + by, at_most))


def change(database: SqlDatabase, before: Mail, after: Mail) -> bool:
    with database.writing() as uow:
        return uow.mails.change(before, after)


def test_mails_are_due_in_the_order_of_their_time(waiting: SqlDatabase) -> None:
    assert due(waiting, -HOUR) == []
    assert due(waiting, timedelta()) == [FIRST]
    assert due(waiting, DAY) == [FIRST, SECOND]
    assert due(waiting, DAY, 1) == [FIRST]


def test_whether_something_is_due_is_known_without_taking_it(waiting: SqlDatabase) -> None:
    with waiting.reading() as uow:
        assert not uow.mails.any_due(NOW - HOUR)
        assert uow.mails.any_due(NOW)


def test_what_is_settled_is_not_due(waiting: SqlDatabase) -> None:
    assert change(waiting, FIRST, TAKEN)
    assert change(waiting, TAKEN, SETTLED)
    assert due(waiting, DAY) == [SECOND]
    assert not change(waiting, SETTLED, FIRST)


def test_what_another_has_taken_meanwhile_is_not_changed(waiting: SqlDatabase) -> None:
    assert change(waiting, FIRST, TAKEN)
    assert not change(waiting, FIRST, SETTLED)
    assert not change(waiting, replace(TAKEN, due_at=NOW), SETTLED)
    assert due(waiting, DAY) == [TAKEN, SECOND]


def test_a_mail_that_is_noted_anew_waits_anew(waiting: SqlDatabase) -> None:
    assert change(waiting, FIRST, TAKEN)
    with waiting.writing() as uow:
        uow.mails.add(FIRST)
    assert not change(waiting, TAKEN, SETTLED)
    assert due(waiting, timedelta()) == [FIRST]


def test_only_what_is_over_for_long_is_forgotten(waiting: SqlDatabase) -> None:
    assert change(waiting, FIRST, replace(FIRST, settled_at=NOW))
    with waiting.writing() as uow:
        assert uow.bookings.prune(NOW) == 0
        assert uow.bookings.prune(NOW + DAY) == 1
    assert due(waiting, DAY) == [SECOND]
