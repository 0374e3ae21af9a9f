"""Charges in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, bindparam, select, update

from server.domain.charges import Charge, ChargeLine
from server.domain.errors import AlreadyThere
from server.domain.ids import AppointmentId, ChargeId, ClientNumber
from server.domain.money import Money
from server.practice_db.billing.endings import ending_statement, ids_ending
from server.practice_db.one_of import one_of
from server.practice_db.statement import PRACTICE, AnyRow, Statement, insert_new
from server.practice_db.tables.billing import charge
from server.practice_db.transaction import Transaction
from server.usecases.ports import ChargeFilter

_c = charge.c
_EVERY: Final = select(charge).where(_c.practice_id == PRACTICE)
_STANDS: Final = _c.reversed_at.is_(None)
_CONDITIONS: Final[Mapping[str, ColumnElement[bool]]] = {
    "client": _c.client_number == bindparam("client"),
    "appointment": _c.appointment_id == bindparam("appointment"),
    "bill": _c.bill_id == bindparam("bill"),
    "since": _c.service_date >= bindparam("since"),
    "until": _c.service_date <= bindparam("until"),
    "unbilled": _c.bill_id.is_(None),
    "billed": _c.bill_id.is_not(None),
    "stands": _STANDS,
}
_GIVEN: Final = ("client", "appointment", "bill", "since", "until")
"""The fields of ChargeFilter that are values to compare with."""

_INSERT: Final = insert_new(charge)
_ONE: Final = Statement(_EVERY.where(_c.id == bindparam("charge")), named=True)
_ENDING: Final = ending_statement(charge)
_STANDING: Final = Statement(
    _EVERY.where(_CONDITIONS["appointment"], _STANDS).order_by(_c.key, _c.slot), named=True
)
CHARGES_ON: Final = Statement(
    _EVERY.where(_c.bill_id.is_not(None), one_of(_c.bill_id, "bills"), _STANDS).order_by(
        _c.service_date, _c.posted_at, _c.id
    ),
    named=True,
)
"""The charges that stand on any of ``bills``."""
_CHANGEABLE: Final = (
    _c.key,
    _c.service_date,
    _c.minutes,
    _c.practitioner,
    _c.bill_id,
    _c.reversed_at,
)
_SAVE: Final = Statement(
    update(charge)
    .where(_c.practice_id == PRACTICE, _c.id == bindparam("charge"))
    .values(
        {
            column.name: bindparam(f"new_{column.name}", type_=column.type)
            for column in _CHANGEABLE
        }
    )
)
_CLIENTS_UNBILLED: Final = Statement(
    select(_c.client_number)
    .where(
        _c.practice_id == PRACTICE,
        _CONDITIONS["unbilled"],
        _STANDS,
        _CONDITIONS["until"],
    )
    .distinct()
    .order_by(_c.client_number)
)


class SqlCharges:
    """Implements server.usecases.ports.Charges."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, charge: Charge) -> None:
        row = {"id": charge.id, **_fixed(charge), **_changeable(charge)}
        if not self._transaction.add_new(_INSERT, row):
            raise AlreadyThere("charge", charge.slot)

    def get(self, charge: ChargeId) -> Charge | None:
        row = self._transaction.first(_ONE, charge=charge)
        return None if row is None else charge_of(row)

    def ending(self, end: str) -> Sequence[ChargeId]:
        return [ChargeId(one) for one in ids_ending(self._transaction, _ENDING, end)]

    def standing(self, appointment: AppointmentId) -> Sequence[Charge]:
        rows = self._transaction.all(_STANDING, appointment=appointment)
        return [charge_of(row) for row in rows]

    def matching(self, wanted: ChargeFilter) -> Sequence[Charge]:
        values = {
            name: value for name in _GIVEN if (value := getattr(wanted, name)) is not None
        }
        conditions = set(values)
        if wanted.unbilled is not None:
            conditions.add("unbilled" if wanted.unbilled else "billed")
        if not wanted.reversed_too:
            conditions.add("stands")
        rows = self._transaction.all(_matching(frozenset(conditions)), **values)
        return [charge_of(row) for row in rows]

    def save(self, charge: Charge) -> None:
        values = {f"new_{name}": value for name, value in _changeable(charge).items()}
        self._transaction.run(_SAVE, charge=charge.id, **values)

    def clients_unbilled(self, until: date) -> Sequence[ClientNumber]:
        return [row[0] for row in self._transaction.all(_CLIENTS_UNBILLED, until=until)]


@cache
def _matching(conditions: frozenset[str]) -> Statement:
    narrowed = _EVERY.where(*(_CONDITIONS[name] for name in sorted(conditions)))
    return Statement(narrowed.order_by(_c.service_date, _c.posted_at, _c.id), named=True)


def charge_of(row: AnyRow) -> Charge:
    """Return the charge of a row of its table."""
    line = ChargeLine(
        row.kind,
        row.code,
        row.description,
        Money(row.unit_minor, row.currency),
        row.units,
        row.modifiers,
        row.place_of_service,
    )
    return Charge(
        id=row.id,
        appointment=row.appointment_id,
        key=row.key,
        slot=row.slot,
        client=row.client_number,
        practitioner=row.practitioner,
        line=line,
        service_date=row.service_date,
        minutes=row.minutes,
        posted_at=row.posted_at,
        transaction=row.transaction_id,
        bill=row.bill_id,
        reversed_at=row.reversed_at,
    )


def _fixed(charge: Charge) -> dict[str, object]:
    line = charge.line
    return {
        "appointment_id": charge.appointment,
        "slot": charge.slot,
        "client_number": charge.client,
        "kind": line.kind,
        "code": line.code,
        "description": line.description,
        "unit_minor": line.unit_fee.minor,
        "currency": line.unit_fee.currency,
        "units": line.units,
        "modifiers": line.modifiers,
        "place_of_service": line.place_of_service,
        "posted_at": charge.posted_at,
        "transaction_id": charge.transaction,
    }


def _changeable(charge: Charge) -> dict[str, object]:
    return {
        "key": charge.key,
        "service_date": charge.service_date,
        "minutes": charge.minutes,
        "practitioner": charge.practitioner,
        "bill_id": charge.bill,
        "reversed_at": charge.reversed_at,
    }
