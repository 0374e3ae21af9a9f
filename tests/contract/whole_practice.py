"""A practice with something in every table, and every row of a database to compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, select

from server.domain.booking_rules import BookingRule
from server.domain.calendars import AppPassword, Notice
from server.domain.ids import CredentialId
from server.practice_db.columns import METADATA
from server.practice_db.database import SqlDatabase
from server.practice_db.engines import begin
from server.usecases.ports import UnitOfWork
from tests.contract.api_samples import ANSWERED, REQUEST
from tests.contract.billing_samples import write_money
from tests.contract.paper_samples import write_papers
from tests.contract.samples import ALMA, ALMAS, NOW, SESSION_TYPE, VISIT
from tests.contract.test_tenants import write_everything

Dump: TypeAlias = Mapping[str, list[tuple[Any, ...]]]
"""Every row of every table; the first value of a row is its practice."""
ENDS = frozenset({"practice_ending", "practice_ended"})
"""The tables in which a practice stands that is removed, and no other."""


def fill(database: SqlDatabase) -> None:
    """Write at least one row into every table of a furnished practice."""
    with database.writing([(ALMA, "appointments")]) as uow:
        write_everything(uow)
    with database.writing() as uow:
        write_money(uow)
        write_papers(uow)
        _write_again(uow)


def _write_again(uow: UnitOfWork) -> None:
    """Write what the samples remove when they are done with it."""
    kind = replace(SESSION_TYPE, booking=BookingRule(notice=60))
    uow.configuration.save_session_type(kind)
    password = AppPassword(CredentialId("p1"), ALMA, "Phone", "sha256$00$00", NOW)
    uow.people.save_app_password(password)
    uow.objects.save_personal_lines(ALMAS, "a.ics", ALMA, ("X-A:1",))
    uow.api_access.claim(REQUEST)
    uow.api_access.keep(ANSWERED)
    uow.notices.add(Notice("n1", ALMA, NOW, "locked", "It is held.", VISIT))


def dump(database: SqlDatabase) -> Dump:
    """Return every row of every table, of all practices."""
    with begin(database.engines.reading) as connection:
        return {name: _rows(connection, table) for name, table in METADATA.tables.items()}


def _rows(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    ordered = select(table).order_by(*table.primary_key)
    return [tuple(row) for row in connection.execute(ordered)]


def of(practice: int, found: Dump) -> Dump:
    """Return the rows of one practice, of the tables that hold any."""
    own = {name: [row for row in each if row[0] == practice] for name, each in found.items()}
    return {name: each for name, each in own.items() if each}


def remove(database: SqlDatabase) -> int:
    """Remove the practice and return how many rows that were."""
    with database.writing() as uow:
        uow.whole_practice.hold()
        return uow.whole_practice.remove()
